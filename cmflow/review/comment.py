"""A review as Markdown for GitHub: everything if it fits, else the worst first, saying what is left out."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cmflow.model import Problem
from cmflow.netkit import network
from cmflow.problems import is_error
from cmflow.render.escape import OwnWords, inert, quoted, render
from cmflow.render.preview import when
from cmflow.review import sentences
from cmflow.review.escape import diff, tag
from cmflow.review.values import DeletedPost, PartView, PostView, Review, VariantView
from cmflow.values import dataclass

LONGEST = 65_000  # characters of a comment: GitHub accepts 65,536
TEMPLATE = "comment"
NO_ROOM = "There is no room for more: the template's output is too long."


@dataclass(frozen=True, slots=True)
class Context:
    """What GitHub says about the pull request, since the data itself is untrusted. URLs are "" if unknown.

    `files` is the URL of the pull request's files, `run` of the run that made the data; `pushes` are the other changed
    files, which may have affected how the data was made; `unknown`: there are too many to tell.
    """

    files: str = ""
    run: str = ""
    pushes: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def sound(self) -> bool:
        """Whether the data was certainly made by the code on main."""
        return not self.pushes and not self.unknown


@dataclass(frozen=True, slots=True)
class Room:
    """How much is shown: posts in full, posts in one line, lines of other lists, characters of each text."""

    full: int
    brief: int = 150
    lines: int = 120
    text: int = 800

    def has(self, review: Review, number: int) -> bool:
        """Whether the texts of that post are shown in full."""
        post = review.posts[number]
        parts = (part for variant in post.variants for part in variant.parts)
        return number < self.full and post.shown and not any(_left_out(part, self.text) for part in parts)


@dataclass(frozen=True, slots=True)
class Rendering:
    """The Markdown, and whether it shows every text in full."""

    body: str
    complete: bool = False


LESS = (Room(0), Room(0, 40, 20), Room(0, 0, 0))


def comment(review: Review, context: Context, templates: Mapping[str, str], longest: int = LONGEST) -> Rendering:
    """Markdown of at most `longest` characters: never cut in the middle, which could make text become markup.

    Raises `TemplateError`.
    """

    every = len(review.posts)

    def laid_out(room: Room) -> Rendering:
        complete = not review.posts_left_out and all(room.has(review, number) for number in range(every))
        return Rendering(
            render(templates, TEMPLATE, _template_context(review, context, room, complete), strict=True), complete
        )

    def is_too_long(room: Room) -> bool:
        return len(laid_out(room).body) > longest

    for text in (12_000, 800):
        if len((rendering := laid_out(Room(every, text=text))).body) <= longest:
            return rendering
    room = next((small for small in LESS if not is_too_long(small)), None)
    if room is None:
        return Rendering(f"### {sentences.headline(review)}\n\n{NO_ROOM}\n")
    counts = range(every + 1)
    return laid_out(replace(room, full=bisect_left(counts, True, key=lambda n: is_too_long(replace(room, full=n))) - 1))


def _template_context(review: Review, context: Context, room: Room, complete: bool) -> dict[str, Any]:
    """The template's variables. Every string is shown as code, except those that are `OwnWords`."""
    posts = [post for post in review.posts[: room.full] if post.shown]
    names = {post.path for post in posts}
    brief = [post for post in review.posts if post.path not in names]
    elsewhere = review.elsewhere()
    return {
        "headline": OwnWords(sentences.headline(review)),
        "verdict": sentences.verdict(review, context.sound, complete),
        "destinations": [_problem(destination, context) for destination in review.destinations()[:20]],
        "destinations_more": max(0, len(review.destinations()) - 20),
        "pushes": context.pushes[:10],
        "pushes_more": max(0, len(context.pushes) - 10),
        "unknown": context.unknown,
        "posts": [_post(review, post, context, room) for post in posts],
        "brief": [_head(review, post, context) for post in brief[: room.brief]],
        "left_out": len(brief[room.brief :]) + review.posts_left_out,
        "gone": [_deleted(post, review.zone) for post in review.gone[: room.lines]],
        "gone_more": len(review.gone[room.lines :]),
        "elsewhere": [_problem(problem, context) for problem in elsewhere[: room.lines]],
        "elsewhere_more": len(elsewhere[room.lines :]),
        "total": OwnWords(review.total),
        "costs": [{"account": item.account, "cost": OwnWords(item.cost)} for item in review.costs[:20]],
        "costs_more": max(0, len(review.costs) - 20),
        "run": OwnWords(context.run),
        "head": review.head[:10],
        "since": review.since[:10],
        "every": review.every,
    }


def _deleted(deleted: DeletedPost, zone: str) -> dict[str, Any]:
    return {"title": deleted.title or deleted.id, "when": _when(deleted.at, zone)}


# ── a post ──────────────────────────────────────────────────────────────────────────────────────────────────


def _head(review: Review, post: PostView, context: Context) -> dict[str, Any]:
    """A post in one line."""
    problems = review.of(post)
    errors = sum(map(is_error, problems))
    return {
        "mark": sentences.mark(problems),
        "title": post.title or post.id,
        "tag": tag(post.title or post.id),
        "file": _file(post.path, context),
        "when": _when(post.at, review.zone),
        "draft": post.status == "draft",
        "new": post.new,
        "accounts": post.accounts[:20],
        "accounts_more": max(0, len(post.accounts) - 20),
        "findings": OwnWords(sentences.findings(errors, len(problems) - errors)),
        "fine": not problems,
        "same": bool(post.variants) and all(variant.was == "same" for variant in post.variants) and bool(review.since),
    }


def _post(review: Review, post: PostView, context: Context, room: Room) -> dict[str, Any]:
    """A post with everything that is published."""
    problems = review.of(post)
    return _head(review, post, context) | {
        "problems": [_problem(problem, context) for problem in problems[: room.lines]],
        "problems_more": len(problems[room.lines :]),
        "variants": [_variant(review, post, variant, room.text) for variant in post.variants],
    }


def _when(time: str, zone: str) -> OwnWords:
    """`Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)`"""
    return OwnWords(when(datetime.fromisoformat(time), zone) if time else "")


def _file(path: str, context: Context) -> OwnWords | str:
    """The file, as a link if its URL is known."""
    return OwnWords(f"[{inert(path)}]({context.files}/{quote(path, errors='replace')})") if context.files else path


def _problem(problem: Problem, context: Context) -> dict[str, Any]:
    return {
        "mark": sentences.sign(problem),
        "summary": sentences.summary(problem),
        "message": problem.message,
        "remedy": sentences.remedy(problem),
        "account": problem.account,
        "line": problem.line,
        "file": _file(problem.path, context),
    }


def _variant(review: Review, post: PostView, variant: VariantView, text: int) -> dict[str, Any]:
    return {
        "account": variant.account,
        "network": OwnWords(network.load(variant.network).title),
        "when": _when(variant.at, review.zone) if variant.at != post.at else "",
        "beside": variant.beside[:20],
        "many": len(variant.parts) > 1,
        "parts": [_part(part, number, variant.parts, text) for number, part in enumerate(variant.parts, 1)],
        "cost": OwnWords(variant.cost),
        "new": variant.was == "new",
        "same": variant.was == "same",
        "diff": diff(variant.diff[: text // 20]),
    }


def _part(part: PartView, number: int, parts: Sequence[PartView], text: int) -> dict[str, Any]:
    many = len(parts) > 1
    links = [link for link in part.links if link not in part.text]  # behind words
    return {
        "label": OwnWords(part.label or (f"part {number} of {len(parts)}" if many else "")),
        "length": OwnWords(_length(part)),
        "over": part.length > part.limit,
        "text": quoted(part.text[:text]),
        "left_out": _left_out(part, text),
        "links": links[:10],
        "links_more": max(0, len(links) - 10),
        "pictures": [
            {
                "file": picture.file,
                "alt": picture.alt,
                "about": OwnWords(
                    f"{picture.width:,} × {picture.height:,}, {sentences.size(picture.size)}"
                    if picture.size
                    else "not readable"
                ),
            }
            for picture in part.pictures[:20]
        ],
    }


def _left_out(part: PartView, text: int) -> int:
    """The number of characters that are not shown."""
    return part.left_out + max(0, len(part.text) - text)


def _length(part: PartView) -> str:
    """`278/280 weighted characters`"""
    return f"{part.length:,}/{part.limit:,} {part.unit}" if part.limit else f"{part.length:,} {part.unit}"
