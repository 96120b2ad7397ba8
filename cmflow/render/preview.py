"""The preview of a post on each account: as its readers see it, for people; as it is sent, for programs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cmflow.content.local_time import local
from cmflow.model import Card, Entity, Kind, Media, Part, Poll, Post, Problem, Span, Variant
from cmflow.model.limits import Limits
from cmflow.problems import as_dict as problem_dict
from cmflow.problems import safe_line
from cmflow.problems import text as problem_text
from cmflow.problems.plural import counted
from cmflow.render import cost
from cmflow.render.formats import legible
from cmflow.render.template import pages
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Preview:
    """One post with its variants. `titles` and `limits` are by network; `zone` and `language` are the plan's.

    `by_hand` has the networks on which a person posts it, each with the address where that begins, "" where unknown;
    `sent` has the accounts that it was already sent to, each with the date that it was sent for; `changes` has, by
    account and path, how a picture is made to fit the network; `as_sent` has the accounts whose variant is what was
    sent, though the post would look different now; `history` is what is written for accounts on which it is too old
    to be sent.
    """

    post: Post
    variants: tuple[Variant, ...]
    problems: tuple[Problem, ...]
    titles: dict[str, str]
    limits: dict[str, Limits]
    zone: str
    language: str
    by_hand: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, datetime] = field(default_factory=dict)
    changes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    as_sent: frozenset[str] = frozenset()
    history: tuple[Variant, ...] = ()

    def when(self, variant: Variant) -> str:
        """Return when it goes out there, or went out, and whether it is shown as it was then."""
        sent, is_as_sent = self.sent.get(variant.account), variant.account in self.as_sent
        if sent:
            return f"sent {when(sent, self.zone)}" + (", shown as it was sent" if is_as_sent else "")
        return "unpublished, shown as it was sent" if is_as_sent else when(variant.time, self.zone)

    def unit(self, variant: Variant, part: Part) -> str:
        limits = self.limits[variant.network]
        measures = limits.caption if part.media and limits.caption else limits.text
        return measures[0].limit.unit

    def fitted(self, variant: Variant, media: Media) -> str:
        """Return how the picture is made to fit: `scaled to 2048×1365 pixels`; "" where it is sent as it is."""
        return ", ".join(self.changes.get((variant.account, media.path), ()))

    def cost(self, variant: Variant) -> str:
        """Return what the network charges for it: `0.20 USD`; "" where it charges nothing."""
        money = cost.cost(self.limits[variant.network], variant)
        return str(money) if money else ""

    def paste(self, variant: Variant, part: Part) -> str:
        """Return what a person pastes there, who posts it by hand; "" where it is what is shown, or is not done."""
        form = part.form
        differs = variant.network in self.by_hand and form.paste != legible(form.display)
        return form.paste if differs else ""

    def entities(self, variant: Variant, part: Part) -> tuple[Entity, ...]:
        """Return what the network itself will make clickable in the part."""
        return self.limits[variant.network].find(part.form.body)


def when(time: datetime, zone: str) -> str:
    """`Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)`"""
    weekday = _WEEKDAYS[time.astimezone(ZoneInfo(zone)).weekday()]
    return f"{weekday} {local(time, zone)} {zone} ({time.astimezone(UTC):%H:%M} UTC)"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


# ── for a terminal ──────────────────────────────────────────────────────────────────────────────────────────


def text(preview: Preview, style: Callable[[str, str], str] = lambda string, _role: string) -> Iterator[str]:
    """Lines for a terminal; `style(string, role)` may colour "title", "account", "over" and "faint"."""
    post = preview.post
    yield style(safe_line(post.title), "title") + style(
        f"  {post.id} · {post.status} · {safe_line(post.path)}", "faint"
    )
    for variant in preview.variants:
        yield ""
        network = preview.titles[variant.network]
        yield f"{style(variant.account, 'account')} on {network}, {preview.when(variant)}{_costs(preview, variant)}"
        yield from (f"  {line}" for line in extras(preview, variant))
        for number, part in enumerate(variant.parts, 1):
            yield from _part(preview, variant, part, number, style)
        if variant.first_comment:
            yield "  then, as the first comment:"
            yield from _bar(legible(variant.first_comment.form.display))
            yield from (f"  {line}" for line in _linked_lines(preview, variant, variant.first_comment))
    if preview.problems:
        yield ""
        yield from map(problem_text, preview.problems)


def _costs(preview: Preview, variant: Variant) -> str:
    return f", costs {amount}" if (amount := preview.cost(variant)) else ""


def extras(preview: Preview, variant: Variant) -> Iterator[str]:
    """Yield what is sent beside the text, one line each; nothing that the network does not have."""
    limits = preview.limits[variant.network]
    has_media = any(part.media for part in variant.parts)
    test = preview.post.ab.test if preview.post.ab else ""
    for name, value in (
        (f"version in the A/B test {test}", variant.version),
        ("title", variant.title),
        ("tags", " ".join(variant.tags)),
        ("content warning", variant.content_warning if limits.content_warning else ""),
        ("visibility", "" if variant.visibility == "public" else variant.visibility),
        ("reply to", variant.reply_to),
        ("quote", variant.quote),
        ("repost", variant.repost),
        ("poll", _poll(variant.poll) if variant.poll and limits.poll_options else ""),
        ("link" if has_media else "link card", variant.link),
        ("card", " · ".join(card_lines(variant.card)) if variant.card else ""),
        ("language", variant.language if variant.language != preview.language else ""),
    ):
        if value:
            yield f"{name}: {safe_line(value)}"


def card_lines(card: Card) -> Iterator[str]:
    """Yield what the card of a link shows."""
    yield from filter(None, (card.title, card.description))
    if card.picture:
        yield f"picture {card.picture.path}"


def subtitle_lines(media: Media) -> Iterator[str]:
    """Yield a line for each file of subtitles."""
    for subtitles in media.subtitles:
        yield f"subtitles ({subtitles.language or 'no language'}) {subtitles.path}"


UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))  # with their minutes


def _poll(poll: Poll) -> str:
    minutes = int(poll.duration.total_seconds()) // 60
    size, unit = next((size, unit) for size, unit in UNITS if minutes % size == 0)
    choices = "several choices" if poll.multiple else "one choice"
    return f"{' / '.join(poll.options)} ({choices}, open for {counted(minutes // size, unit)})"


def emphasis(part: Part) -> Iterator[str]:
    """Yield what readers see of a part that its characters alone do not say, a line each."""
    display = part.form.display
    for span in display.spans:
        if span.kind in _EMPHASIS:
            yield f"{span.kind}: {safe_line(display.chars[span.start : span.end])}"


_EMPHASIS = (Kind.BOLD, Kind.ITALIC, Kind.STRIKE, Kind.CODE, Kind.HEADING)


def linked(preview: Preview, variant: Variant, part: Part) -> tuple[tuple[str, str], ...]:
    """Return what will be clickable, once each: `link`, `mention` or `hashtag`, and where it leads or what it says."""
    display = part.form.display
    spans = [span for span in display.spans if span.kind in _LINKED]
    links = [(span.start, _LINKED[span.kind], _named(span)) for span in spans]
    spans += [span for span in display.spans if span.kind in (Kind.CODE, Kind.PRE)]  # nothing is linked in code
    for entity in preview.limits[variant.network].find(display.chars):
        if not any(span.start < entity.end and entity.start < span.end for span in spans):
            links.append((entity.start, "link" if entity.kind == "url" else entity.kind, entity.text))
    return tuple(dict.fromkeys((kind, value) for _, kind, value in sorted(links)))


def _named(span: Span) -> str:
    return f"#{span.value}" if span.kind is Kind.TAG else span.value


_LINKED = {Kind.LINK: "link", Kind.MENTION: "mention", Kind.TAG: "hashtag"}


def _linked_lines(preview: Preview, variant: Variant, part: Part) -> Iterator[str]:
    return (f"{kind} {safe_line(value)}" for kind, value in linked(preview, variant, part))


def _part(
    preview: Preview, variant: Variant, part: Part, number: int, style: Callable[[str, str], str]
) -> Iterator[str]:
    of = f"part {number} of {len(variant.parts)}, " if len(variant.parts) > 1 else ""
    length = f"{part.length:,} of {part.limit:,} {preview.unit(variant, part)}"
    yield "  " + style(f"{of}{length}", "over" if part.length > part.limit else "faint")
    yield from _bar(legible(part.form.display))
    if pasted := preview.paste(variant, part):
        yield "  to paste:"
        yield from _bar(pasted)
    yield from (f"  {line}" for line in emphasis(part))
    for media in part.media:
        yield f"  picture {safe_line(media.path)} — {safe_line(media.alt) or 'no alt text'}"
        yield from (f"    {safe_line(line)}" for line in subtitle_lines(media))
        if fitted := preview.fitted(variant, media):
            yield f"    will be {fitted}"
    yield from (f"  {line}" for line in _linked_lines(preview, variant, part))


def _bar(body: str) -> Iterator[str]:
    for line in body.split("\n"):
        yield f"  │ {safe_line(line)}"


# ── for GitHub ──────────────────────────────────────────────────────────────────────────────────────────────


def markdown(preview: Preview) -> Iterator[str]:
    """Markdown as GitHub shows it; the post's own words are code, where they can neither act nor notify anyone."""
    yield f"### {code(preview.post.title)}"
    yield f"{code(preview.post.path)} · {preview.post.status}"
    for variant in preview.variants:
        yield ""
        network = preview.titles[variant.network]
        yield f"**{variant.account}** on {network}, {preview.when(variant)}{_costs(preview, variant)}"
        yield from (f"- {code(line)}" for line in extras(preview, variant))
        for number, part in enumerate(variant.parts, 1):
            of = f"part {number} of {len(variant.parts)}, " if len(variant.parts) > 1 else ""
            yield f"\n{of}{part.length:,} of {part.limit:,} {preview.unit(variant, part)}\n"
            yield fenced(legible(part.form.display))
            if pasted := preview.paste(variant, part):
                yield f"\nto paste:\n\n{fenced(pasted)}"
            yield from (f"- {code(line)}" for line in emphasis(part))
            for media in part.media:
                yield f"- picture {code(media.path)}: {code(media.alt or 'no alt text')}"
                yield from (f"  {code(line)}" for line in subtitle_lines(media))
                if fitted := preview.fitted(variant, media):
                    yield f"  (will be {fitted})"
            yield from (f"- {kind} {code(value)}" for kind, value in linked(preview, variant, part))
        if comment := variant.first_comment:
            yield f"\nthen, as the first comment:\n\n{fenced(legible(comment.form.display))}"
            yield from (f"- {kind} {code(value)}" for kind, value in linked(preview, variant, comment))
    if preview.problems:
        yield ""
        yield from (f"- {code(problem_text(problem))}" for problem in preview.problems)


def fenced(body: str, language: str = "text") -> str:
    """A code block whose fence is longer than any row of backticks inside."""
    fence = "`" * max(3, _longest_row(body) + 1)
    return "\n".join((f"{fence}{language}", *map(safe_line, body.split("\n")), fence))


def code(string: str) -> str:
    """A string as code on one line: the only place where GitHub leaves mentions alone, escaped or not."""
    line, fence = safe_line(string), "`" * (_longest_row(string) + 1)
    return f"{fence} {line} {fence}" if "`" in line or not line.strip() else f"{fence}{line}{fence}"


def _longest_row(string: str) -> int:
    """Return how many backticks are next to each other at most."""
    return max((len(row) for row in re.findall("`+", string)), default=0)


# ── for a program ───────────────────────────────────────────────────────────────────────────────────────────


def as_dict(preview: Preview) -> dict[str, object]:
    """The shape of `cmflow preview --format json`, an item per post."""
    post = preview.post
    return {
        "post": post.id,
        "path": post.path,
        "title": post.title,
        "status": post.status.value,
        "variants": [_variant(preview, variant) for variant in preview.variants],
        "problems": [problem_dict(problem) for problem in preview.problems],
    }


def _variant(preview: Preview, variant: Variant) -> dict[str, object]:
    limits, sent = preview.limits[variant.network], preview.sent.get(variant.account)
    return {
        "account": variant.account,
        "network": variant.network,
        "at": variant.time.isoformat(),
        "sent": sent.isoformat() if sent else "",
        "as_sent": variant.account in preview.as_sent,
        "title": variant.title,
        "language": variant.language,
        "content_warning": variant.content_warning,
        "visibility": variant.visibility.value,
        "link": variant.link,
        "card": _card_dict(variant.card) if variant.card else None,
        "tags": list(variant.tags),
        "reply_to": variant.reply_to,
        "quote": variant.quote,
        "repost": variant.repost,
        "poll": list(variant.poll.options) if variant.poll and limits.poll_options else [],
        "parts": [_part_dict(preview, variant, part) for part in variant.parts],
        "first_comment": variant.first_comment.form.body if variant.first_comment else "",
        "cost": preview.cost(variant),
        "version": variant.version,
        "digest": variant.digest,
    }


def _card_dict(card: Card) -> dict[str, str]:
    picture = card.picture.path if card.picture else ""
    return {"title": card.title, "description": card.description, "picture": picture}


def _part_dict(preview: Preview, variant: Variant, part: Part) -> dict[str, object]:
    return {
        "text": part.form.body,
        "seen": legible(part.form.display),
        "pasted": part.form.paste,
        "html": part.form.html,
        "length": part.length,
        "limit": part.limit,
        "unit": preview.unit(variant, part),
        "spans": [
            {"kind": span.kind.value, "start": span.start, "end": span.end, "value": span.value}
            for span in part.form.spans
        ],
        "entities": [
            {"kind": entity.kind, "text": entity.text, "start": entity.start, "end": entity.end}
            for entity in preview.entities(variant, part)
        ],
        "media": [
            {
                "file": media.path,
                "alt": media.alt,
                "subtitles": [{"file": item.path, "language": item.language} for item in media.subtitles],
                "changes": list(preview.changes.get((variant.account, media.path), ())),
            }
            for media in part.media
        ],
    }


def page(previews: Sequence[Preview], templates: Mapping[str, str]) -> str:
    """A page of its own for a browser; nothing in it runs, and nothing is fetched. Raises `TemplateError`."""
    values = {"previews": previews, "extras": extras, "legible": legible, "emphasis": emphasis, "linked": linked}
    return pages.fill(pages.environment(templates), "preview.html.j2", values)
