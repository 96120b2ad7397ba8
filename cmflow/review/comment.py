"""A review as Markdown for GitHub: everything where it fits, else the worst first, and it says what it leaves out."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cmflow.model import Problem
from cmflow.netkit import network
from cmflow.problems import is_error
from cmflow.render.escape import Said, inert, made
from cmflow.render.preview import when
from cmflow.review import sentences
from cmflow.review.escape import diff, quoted, tag
from cmflow.review.values import Gone, Part, Post, Review, Shown

LONGEST = 65_000  # characters of a comment: GitHub takes 65,536
TEMPLATE = "comment"
NO_ROOM = "There is no room for more: the template makes too much of it."


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


@dataclass(frozen=True, slots=True)
class Room:
    """How much is shown: posts whole, posts in one line, other lines of each list, characters of each text."""

    whole: int
    brief: int = 150
    lines: int = 120
    text: int = 800

    def has(self, review: Review, number: int) -> bool:
        """Whether nothing of the texts of that post is left out."""
        post = review.posts[number]
        parts = (part for variant in post.variants for part in variant.parts)
        return number < self.whole and post.shown and not any(_left_out(part, self.text) for part in parts)


@dataclass(frozen=True, slots=True)
class Comment:
    """The Markdown, and whether every text stands in it whole."""

    body: str
    whole: bool = False


LESS = (Room(0), Room(0, 40, 20), Room(0, 0, 0))


def comment(review: Review, around: Around, templates: Mapping[str, str], longest: int = LONGEST) -> Comment:
    """Markdown of `longest` characters at most: never cut, for whatever is cut may begin to do something.

    Raises `TemplateError`.
    """

    every = len(review.posts)

    def laid_out(room: Room) -> Comment:
        whole = not review.posts_left_out and all(room.has(review, number) for number in range(every))
        return Comment(made(templates, TEMPLATE, _given(review, around, room, whole), strict=True), whole)

    def is_too_long(room: Room) -> bool:
        return len(laid_out(room).body) > longest

    for text in (12_000, 800):
        if len((found := laid_out(Room(every, text=text))).body) <= longest:
            return found
    room = next((each for each in LESS if not is_too_long(each)), None)
    if room is None:
        return Comment(f"### {sentences.headline(review)}\n\n{NO_ROOM}\n")
    counts = range(every + 1)
    return laid_out(
        replace(room, whole=bisect_left(counts, True, key=lambda n: is_too_long(replace(room, whole=n))) - 1)
    )


def _given(review: Review, around: Around, room: Room, whole: bool) -> dict[str, Any]:
    """What the template is given. Every string is shown as code, but for what is `Said`."""
    shown = [post for post in review.posts[: room.whole] if post.shown]
    names = {each.path for each in shown}
    others = [post for post in review.posts if post.path not in names]
    elsewhere = review.elsewhere()
    return {
        "headline": Said(sentences.headline(review)),
        "verdict": sentences.verdict(review, around.sound, whole),
        "destinations": [_problem(destination, around) for destination in review.destinations()[:20]],
        "destinations_more": max(0, len(review.destinations()) - 20),
        "pushes": around.pushes[:10],
        "pushes_more": max(0, len(around.pushes) - 10),
        "unknown": around.unknown,
        "posts": [_post(review, each, around, room) for each in shown],
        "brief": [_head(review, other, around) for other in others[: room.brief]],
        "left_out": len(others[room.brief :]) + review.posts_left_out,
        "gone": [_gone(each, review.zone) for each in review.gone[: room.lines]],
        "gone_more": len(review.gone[room.lines :]),
        "elsewhere": [_problem(each, around) for each in elsewhere[: room.lines]],
        "elsewhere_more": len(elsewhere[room.lines :]),
        "run": Said(around.run),
        "head": review.head[:10],
        "since": review.since[:10],
        "every": review.every,
    }


def _gone(gone: Gone, zone: str) -> dict[str, Any]:
    return {"title": gone.title or gone.id, "when": _when(gone.at, zone)}


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
        "same": bool(post.variants) and all(variant.was == "same" for variant in post.variants) and bool(review.since),
    }


def _post(review: Review, post: Post, around: Around, room: Room) -> dict[str, Any]:
    """A post with all that goes out."""
    problems = review.of(post)
    return _head(review, post, around) | {
        "problems": [_problem(problem, around) for problem in problems[: room.lines]],
        "problems_more": len(problems[room.lines :]),
        "variants": [_variant(review, post, variant, room.text) for variant in post.variants],
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
    links = [link for link in part.links if link not in part.text]  # behind words
    return {
        "label": Said(part.label or (f"part {number} of {len(parts)}" if many else "")),
        "length": Said(_length(part)),
        "over": part.length > part.limit,
        "text": quoted(part.text[:text]),
        "left_out": _left_out(part, text),
        "links": links[:10],
        "links_more": max(0, len(links) - 10),
        "pictures": [
            {
                "file": picture.file,
                "alt": picture.alt,
                "about": Said(
                    f"{picture.width:,} × {picture.height:,}, {sentences.size(picture.size)}"
                    if picture.size
                    else "not readable"
                ),
            }
            for picture in part.pictures[:20]
        ],
    }


def _left_out(part: Part, text: int) -> int:
    """How many characters are not shown."""
    return part.left_out + max(0, len(part.text) - text)


def _length(part: Part) -> str:
    """`278/280 weighted characters`"""
    return f"{part.length:,}/{part.limit:,} {part.unit}" if part.limit else f"{part.length:,} {part.unit}"
