"""Reviews made by hand."""

from dataclasses import replace
from typing import Any

from cmflow.model import Problem
from cmflow.repository import shipped
from cmflow.review.values import AccountCost, DeletedPost, PartView, Picture, PostView, Review, VariantView

HEAD, LAST = "0123456789" * 4, "fedcba9876" * 4
DIGEST = "ab" * 32
AT = "2026-06-01T09:30:00+02:00"
TEMPLATES = shipped.templates("templates/github")
PICTURE = Picture("content/media/terrace.png", "Tables in the sun", 1200, 800, 340_122)
PART = PartView("", "The terrace is open", 0, 19, 500, "characters", (), ())
SHOWN = VariantView("news", "mastodon", AT, (), (PART,), "", DIGEST, "new", ())
POST = PostView(
    "terrace", "content/posts/terrace.md", "The terrace opens", "ready", AT, True, ("news",), True, (SHOWN,)
)  # fmt: skip
GONE = DeletedPost("old", "content/posts/old.md", "Old", AT, ("news",))
ERROR = Problem("content/posts/terrace.md", 5, "unknown-campaign", "`sumer` is none.", "Did you mean `summer`?")
WARNING = Problem("content/posts/other.md", 1, "min-gap", "Too close.", "Move one.", "news")
NOTHING = Review(1, 7, HEAD, "", "Europe/Paris", 9, 0, 0, (), 0, (), ())


def review(*posts: PostView, problems: tuple[Problem, ...] = (), **more: Any) -> Review:
    """A review of these posts; `problems` are errors where their code says so."""
    errors = sum(each.code != "min-gap" for each in problems)
    made = replace(NOTHING, posts=posts, problems=problems, errors=errors, warnings=len(problems) - errors)
    return replace(made, **more)


def post(name: str, text: str = "Words", **more: Any) -> PostView:
    """A post that says `text` on one account."""
    shown = replace(SHOWN, parts=(replace(PART, text=text, length=len(text)),))
    path = f"content/posts/{name}.md"
    return replace(POST, **{"id": name, "path": path, "title": name, "variants": (shown,), **more})


FULL = review(
    replace(
        POST,
        variants=(
            replace(
                SHOWN,
                cost="0.015 USD",
                was="changed",
                diff=("-Old", "+New", "…", " Same"),
                beside=("title: The terrace",),
            ),
            replace(
                SHOWN,
                account="short",
                network="x",
                at="2026-06-01T10:00:00+02:00",
                was="same",
                parts=(
                    replace(PART, text="One", links=("https://harbour.example/a",), pictures=(PICTURE,)),
                    replace(PART, text="Two", left_out=40, length=700, pictures=(replace(PICTURE, alt="", size=0),)),
                    replace(PART, label="first comment", text="Three"),
                ),
            ),
        ),
    ),
    problems=(ERROR, WARNING),
    gone=(GONE,),
    since=LAST,
    costs=(AccountCost("news", "0.015 USD"), AccountCost("short", "0.40 USD")),
    total="0.415 USD",
)
