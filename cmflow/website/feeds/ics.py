"""iCalendar (RFC 5545), for calendar programs: one file for the whole calendar, and one per account."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from cmflow.website.board import NEED, Card, CardLine
from cmflow.website.feeds.agenda import Agenda, File

LASTS = "PT15M"  # a post has no length; a program shows what has one
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # a SEQUENCE counts seconds from here, and has 31 bits until 2088
WIDE = 75  # bytes of a line, with the space that continues one

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cmflow//calendar//EN", "CALSCALE:GREGORIAN")
_OFTEN = ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
# A calendar must hold something: where nothing is planned, what UTC is.
_NOTHING = (
    *("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE"),
)
_STATUS = {
    "draft": "TENTATIVE",
    "blocked": "TENTATIVE",
    "held": "TENTATIVE",
    "unapproved": "TENTATIVE",
    "skipped": "CANCELLED",
}
_MARKED = (
    "failed",
    "unsure",
    "missed",
    "blocked",
    "held",
    "unapproved",
    "by_hand",
    "draft",
)  # in front of the title: it is not as planned
# What a value must not hold as it is: what has a meaning there, ends of lines, and characters that no value may hold.
_SPECIAL = re.compile("\r\n|[\\\\;,\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WRITTEN = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\u2028": " ", "\u2029": " "} | dict.fromkeys(
    ("\r\n", "\n", "\r", "\x85"), "\\n"
)
_NO_ADDRESS = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class EventCard(NamedTuple):
    """A card with the texts that its events share; `main` is when accounts without a time of their own publish it."""

    card: Card
    title: str
    page: str
    kinds: str
    main: datetime | None


def files(agenda: Agenda) -> Iterator[File]:
    brand = agenda.calendar.plan.brand
    cards = [_event_card(agenda, card) for card in agenda.cards]
    all_events = (_event(agenda, source, lines, "") for source in cards for lines in _moments(source.card))
    yield "calendar.ics", _calendar(brand, "", all_events)
    of = defaultdict[str, list[tuple[EventCard, CardLine]]](list)
    for source in cards:
        for line in source.card.lines:
            of[line.account].append((source, line))
    for account in agenda.accounts:
        events = (_event(agenda, source, (line,), account.name) for source, line in of[account.name])
        yield f"accounts/{account.name}.ics", _calendar(brand, account.title or account.name, events)


def _event_card(agenda: Agenda, card: Card) -> EventCard:
    kinds = ",".join([_text(_one_line(tag)) for tag in (card.campaign, card.pillar, *card.tags) if tag])
    entry = agenda.entries.get(card.id)
    return EventCard(card, _one_line(card.title), agenda.page(card), kinds, entry.date if entry else None)


def _moments(card: Card) -> Iterator[tuple[CardLine, ...]]:
    """The accounts of a post that show it at one time; none for a post that no account shows."""
    moments = defaultdict[datetime, list[CardLine]](list)
    for line in card.lines:
        moments[line.time].append(line)
    return (tuple(lines) for _, lines in sorted(moments.items())) if moments else iter(((),))


def _calendar(brand: str, account: str, events: Iterable[str]) -> str:
    name = _text(f"{brand}: {account}" if account else brand)
    named = (_line(f"NAME:{name}"), _line(f"X-WR-CALNAME:{name}"))
    return "\r\n".join((*_HEAD, *named, *_OFTEN, *([*events] or _NOTHING), "END:VCALENDAR", ""))


def _event(agenda: Agenda, source: EventCard, lines: tuple[CardLine, ...], account: str) -> str:
    """One event: of the whole calendar, or (with `account`) of what that account shows."""
    card, start = source.card, lines[0].time if lines else source.card.time
    changed, times = agenda.changed(card, lines)
    stamp = _utc(changed)
    state = min([line.state for line in lines], key=NEED.__getitem__, default=card.state)
    url = (lines[0].url if account else "") or source.page or (lines[0].url if lines else "")
    properties = [
        "BEGIN:VEVENT",
        f"UID:{_uid(card.id, account, '' if start == source.main else lines[0].account if lines else '')}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{max(int((changed - EPOCH).total_seconds()), 0) + times}",
        f"DTSTART:{_utc(start)}",
        f"DURATION:{LASTS}",
        _line(f"SUMMARY:{_text(_summary(agenda, source, lines, state, account))}"),
        _line(f"DESCRIPTION:{_text(_description(agenda, source, lines))}"),
        _line(f"URL:{_NO_ADDRESS.sub('', url)}") if url else "",
        _line(f"CATEGORIES:{source.kinds}") if source.kinds else "",
        f"STATUS:{_STATUS.get(state, 'CONFIRMED')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    return "\r\n".join(filter(None, properties))


def _uid(post: str, feed: str, account: str) -> str:
    """The same for as long as the post has its id, whenever it goes out and wherever it is moved to.

    `account` is the first of those that have a time of their own.
    """
    named = "\0".join((post, feed, "" if feed else account)).encode(errors="surrogatepass")
    return f"{sha256(named).hexdigest()[:32]}@cmflow"


def _summary(agenda: Agenda, source: EventCard, lines: tuple[CardLine, ...], state: str, account: str) -> str:
    prefix = f"{agenda.states[state]}: " if state in _MARKED else ""
    suffix = f" ({', '.join([line.account for line in lines])})" if lines and not account else ""
    return f"{prefix}{source.title}{suffix}"


def _description(agenda: Agenda, source: EventCard, lines: tuple[CardLine, ...]) -> str:
    texts = [source.card.excerpt]
    texts += [f"{line.account}: {agenda.states[line.state]} {line.url}".rstrip() for line in lines]
    texts += [f"{line.account}: {line.note}" for line in lines if line.note]
    return "\n".join(filter(None, (*texts, source.page)))


def _utc(time: datetime) -> str:
    """A value of the type DATE-TIME, in UTC: no program has to know a zone."""
    day = time.astimezone(UTC)
    return f"{day.year:04}{day.month:02}{day.day:02}T{day.hour:02}{day.minute:02}{day.second:02}Z"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """A value of the type TEXT."""
    return _SPECIAL.sub(_written, text)


def _written(hit: re.Match[str]) -> str:
    return _WRITTEN.get(hit[0], "")


def _line(text: str) -> str:
    """A line; a long one in pieces of 75 bytes, none of which ends inside a character."""
    if text.isascii():
        return text if len(text) <= WIDE else "\r\n ".join(_cut(text))
    data = text.encode()
    pieces, start, width = [], 0, WIDE
    while start < len(data):
        end = min(start + width, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end].decode())
        start, width = end, WIDE - 1
    return "\r\n ".join(pieces)


def _cut(text: str) -> list[str]:
    return [text[:WIDE], *[text[start : start + WIDE - 1] for start in range(WIDE, len(text), WIDE - 1)]]
