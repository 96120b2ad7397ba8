"""A review as Markdown for GitHub: everything where it fits, else the worst first, and it says what it leaves out."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cmflow import network
from cmflow.model import Problem
from cmflow.preview import when
from cmflow.problems import is_error
from cmflow.review import sentences
from cmflow.review.inert import Said, clipped, diff, fill, inert, quoted, tag
from cmflow.review.values import Part, Post, Review, Shown

LONGEST = 65_000  # characters of a comment: GitHub takes 65,536
TEMPLATE = "comment.md.j2"
TEXT, LESS = 12_000, 800  # characters of one text that are shown: where there is room, and where there is not
LINES = 120  # problems of one post, or of the calendar, that are shown
BRIEF = 150  # posts that are told of in one line, where not all fit


@dataclass(frozen=True, slots=True)
class Around:
    """What the data itself cannot be asked: GitHub says it. Addresses are "" where they are not known.

    `files` is where a file of the pull request can be read, `run` the run that made the data, `pushes` what other
    files were changed, which may have changed how the data was made; `unknown` that there are too many to tell.
    """

    files: str = ""
    run: str = ""
    pushes: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def sound(self) -> bool:
        """Whether the data was made by what is in main."""
        return not self.pushes and not self.unknown


def body(review: Review, around: Around, templates: Mapping[str, str], longest: int = LONGEST) -> str:
    """The Markdown, of `longest` characters at most. Raises `TemplateError`."""

    def made(whole: int, text: int, brief: int = BRIEF) -> str:
        return fill(templates, TEMPLATE, **_given(review, around, whole, brief, text))

    every = len(review.posts)
    for text in (TEXT, LESS):
        if len(said := made(every, text)) <= longest:
            return said
    for brief in (BRIEF, BRIEF // 5, 0):
        if len(made(0, LESS, brief)) <= longest:
            most = range(every + 1)
            whole = bisect_left(most, True, key=lambda count: len(made(count, LESS, brief)) > longest) - 1
            return made(whole, LESS, brief)
    return clipped(made(0, LESS, 0), longest)  # a template of one's own may say anything


def _given(review: Review, around: Around, whole: int, brief: int, text: int) -> dict[str, Any]:
    """What the template is given. Every string is shown as code, but for what is `Said`."""
    shown = [each for each in review.posts[:whole] if each.shown]
    others = [each for each in review.posts if each not in shown] if len(shown) < len(review.posts) else []
    told = others[:brief]
    elsewhere = review.elsewhere()
    return {
        "headline": Said(sentences.headline(review)),
        "verdict": sentences.verdict(review),
        "pushes": around.pushes[:10],
        "pushes_more": max(0, len(around.pushes) - 10),
        "unknown": around.unknown,
        "posts": [_post(review, each, around, text) for each in shown],
        "brief": [_head(review, each, around) for each in told],
        "left_out": len(others) - len(told) + review.posts_left_out,
        "gone": [{"title": each.title or each.id, "when": _when(each.at, review.zone)} for each in review.gone[:LINES]],
        "gone_more": max(0, len(review.gone) - LINES),
        "elsewhere": [_problem(each, around) for each in elsewhere[: LINES if whole else 20]],
        "elsewhere_more": max(0, len(elsewhere) - (LINES if whole else 20)),
        "run": Said(around.run),
        "head": review.head[:10],
        "since": review.since[:10],
        "every": review.every,
    }


# ── a post ──────────────────────────────────────────────────────────────────────────────────────────────────


def _head(review: Review, post: Post, around: Around) -> dict[str, Any]:
    """A post in one line."""
    problems = review.of(post)
    errors = sum(map(is_error, problems))
    return {
        "mark": sentences.mark(problems),
        "title": post.title or post.id,
        "tag": tag(post.title or post.id),
        "file": _file(post.path, around),
        "when": _when(post.at, review.zone),
        "draft": post.status == "draft",
        "new": post.new,
        "accounts": post.accounts[:20],
        "accounts_more": max(0, len(post.accounts) - 20),
        "findings": Said(sentences.findings(errors, len(problems) - errors)),
        "fine": not problems,
        "same": bool(post.variants) and all(each.was == "same" for each in post.variants) and bool(review.since),
    }


def _post(review: Review, post: Post, around: Around, text: int) -> dict[str, Any]:
    """A post with all that goes out."""
    problems = review.of(post)
    return _head(review, post, around) | {
        "problems": [_problem(each, around) for each in problems[:LINES]],
        "problems_more": max(0, len(problems) - LINES),
        "variants": [_variant(review, post, each, text) for each in post.variants],
    }


def _when(at: str, zone: str) -> Said:
    """`Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)`"""
    return Said(when(datetime.fromisoformat(at), zone) if at else "")


def _file(path: str, around: Around) -> Said | str:
    """The file, with a way to it where that is known."""
    return Said(f"[{inert(path)}]({around.files}/{quote(path, errors='replace')})") if around.files else path


def _problem(problem: Problem, around: Around) -> dict[str, Any]:
    return {
        "mark": sentences.sign(problem),
        "summary": sentences.summary(problem),
        "message": problem.message,
        "remedy": sentences.remedy(problem),
        "account": problem.account,
        "line": problem.line,
        "file": _file(problem.path, around),
    }


def _variant(review: Review, post: Post, shown: Shown, text: int) -> dict[str, Any]:
    return {
        "account": shown.account,
        "network": Said(network.load(shown.network).title),
        "when": _when(shown.at, review.zone) if shown.at != post.at else "",
        "beside": shown.beside[:20],
        "many": len(shown.parts) > 1,
        "parts": [_part(each, number, shown.parts, text) for number, each in enumerate(shown.parts, 1)],
        "cost": sentences.dollars(shown.cost) if shown.cost else "",
        "new": shown.was == "new",
        "same": shown.was == "same",
        "diff": diff(shown.diff[: text // 20]),
    }


def _part(part: Part, number: int, parts: Sequence[Part], text: int) -> dict[str, Any]:
    many = len(parts) > 1
    links = [each for each in part.links if each not in part.text]  # behind words
    return {
        "label": Said(f"part {number} of {len(parts)}") if many and not part.label else part.label,
        "length": Said(_length(part)),
        "over": part.length > part.limit,
        "text": quoted(part.text[:text]),
        "left_out": part.left_out + max(0, len(part.text) - text),
        "links": links[:10],
        "links_more": max(0, len(links) - 10),
        "pictures": [
            {
                "file": each.file,
                "alt": each.alt,
                "about": Said(
                    f"{each.width:,} × {each.height:,}, {sentences.size(each.size)}" if each.size else "not readable"
                ),
            }
            for each in part.pictures[:20]
        ],
    }


def _length(part: Part) -> str:
    """`278/280 weighted characters`"""
    return f"{part.length:,}/{part.limit:,} {part.unit}" if part.limit else f"{part.length:,} {part.unit}"
