"""The page of one post: each variant as it will look, what became of it, and who wrote and approved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from cmflow.model import Change, Delivery, Media, Part, Problem, Variant
from cmflow.pages.pieces import pieces
from cmflow.preview import Preview
from cmflow.problems import severity
from cmflow.status import Standing

if TYPE_CHECKING:
    from cmflow.pages.printer import Printer

FOLDER = "posts/"
LONGEST = 200  # bytes of a file's name that every file system takes
CLIPS = ("mp4", "m4v", "mov", "webm")


@dataclass(frozen=True, slots=True)
class Around:
    """What a post's own file does not say: where its deliveries stand, what git remembers, what the calendar finds.

    `state` is the post's own (`board.STATES`); `standings` and `deliveries` are this post's alone.
    """

    state: str
    standings: tuple[tuple[str, Standing], ...] = ()  # with the state as the pages call it
    deliveries: Mapping[str, Delivery] | None = None
    history: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


def address(post_id: str) -> str:
    """Where a post's page is, from the top of the site, ready to be linked."""
    return quote(file_name(post_id))


def file_name(post_id: str) -> str:
    """The file of a post's page, from the top of the site."""
    if len(post_id.encode()) > LONGEST:
        post_id = f"{post_id[:40]}-{sha256(post_id.encode()).hexdigest()[:16]}"
    return f"{FOLDER}{post_id}.html"


def media_address(path: str) -> str:
    """Where a media file of the post is shown from, from the top of the site, ready to be linked."""
    return quote("media/" + path.removeprefix("content/media/").removeprefix("content/"))


def page(preview: Preview, written: str, around: Around, printer: Printer) -> str:
    """The page; `written` is the front matter as it stands in the file. Raises `TemplateError`."""
    post, zone = preview.post, ZoneInfo(preview.zone)
    return printer.page(
        "post.html.j2",
        up="../",
        title=post.title,
        id=post.id,
        path=post.path,
        at=post.date.astimezone(zone),
        state=around.state,
        language=post.language,
        about=[(name, value) for name, value in _about(preview) if value],
        problems=[_problem(each) for each in (*preview.problems, *around.problems)],
        deliveries=[_delivery(each, around, zone) for each in around.standings],
        variants=[_variant(preview, each, zone) for each in preview.variants],
        history=_history(around.history, zone),
        written=written,
    )


def gone(post_id: str, around: Around, zone: ZoneInfo, printer: Printer) -> str:
    """The page of a post that the ledger remembers and the content has no more."""
    return printer.page(
        "post.html.j2",
        up="../",
        title=post_id,
        id=post_id,
        path="",
        at=min((each.due for _, each in around.standings), default=printer.now).astimezone(zone),
        state=around.state,
        language="",
        about=[],
        problems=[],
        deliveries=[_delivery(each, around, zone) for each in around.standings],
        variants=[],
        history=[],
        written="",
    )


def _about(preview: Preview) -> Iterator[tuple[str, str]]:
    post = preview.post
    yield "campaign", post.campaign
    yield "pillar", post.pillar
    yield "language", post.language
    yield "tags", " ".join(f"#{tag.lstrip('#')}" for tag in post.tags)
    yield "link", post.link


def _problem(problem: Problem) -> tuple[str, str, int, str, str, str]:
    return severity(problem.code).value, problem.code, problem.line, problem.account, problem.message, problem.hint


def _delivery(
    stands: tuple[str, Standing], around: Around, zone: ZoneInfo
) -> tuple[str, str, datetime, str, list[tuple[str, datetime]]]:
    """Account, state, when it is due, what is to be said, and each part's address with its time."""
    state, standing = stands
    known = (around.deliveries or {}).get(standing.account)
    receipts = known.receipts if known else ()
    out = [(_web(each.url), each.at.astimezone(zone)) for each in receipts]
    return standing.account, state, standing.due.astimezone(zone), standing.note, out


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _variant(preview: Preview, variant: Variant, zone: ZoneInfo) -> tuple[Any, ...]:
    parts = [_part(preview, variant, each) for each in variant.parts]
    comment = [_part(preview, variant, variant.first_comment)] if variant.first_comment else []
    beside = [
        ("title", variant.title),
        ("content warning", variant.content_warning),
        ("tags", " ".join(variant.tags)),
        ("visibility", "" if variant.visibility == "public" else variant.visibility.value),
        ("reply to", variant.reply_to),
        ("quote", variant.quote),
        ("repost", variant.repost),
    ]
    return (
        variant.account,
        variant.network,
        preview.titles[variant.network],
        variant.at.astimezone(zone),
        variant.language,
        [(name, value) for name, value in beside if value],
        parts,
        variant.poll.options if variant.poll else (),
        comment,
        variant.link,
    )


def _part(preview: Preview, variant: Variant, part: Part) -> tuple[Any, ...]:
    """Its pieces, how long it is, of how much, in what, whether that is too much, and its pictures."""
    return (
        pieces(part, preview.limits[variant.network]),
        part.length,
        part.limit,
        preview.unit(variant, part) if preview.limits[variant.network].text else "",
        part.length > part.limit,
        [_media(each) for each in part.media],
    )


def _media(media: Media) -> tuple[str, str, bool]:
    return media_address(media.path), media.alt, media.path.rpartition(".")[2].lower() in CLIPS


def _history(changes: Sequence[Change], zone: ZoneInfo) -> list[tuple[datetime, str, str, str, int | None, str]]:
    return [
        (each.at.astimezone(zone), each.author, each.subject, each.commit, each.pull, ", ".join(each.reviewers))
        for each in changes
    ]
