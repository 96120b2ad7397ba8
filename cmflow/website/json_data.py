"""The calendar as data for calendar.js: files of JavaScript, since a page opened from disk may load nothing else.

`data/site.js` has the data shared by all months, `data/2026-12.js` a month. A very large one has only the first posts
of each day, and the days are in files of their own. `data/2026-12-texts.js` is for searches.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cmflow.content import new_post
from cmflow.model import Plan, WeekStart
from cmflow.website import marks
from cmflow.website.board import NEED, STATES, Board, Card, CardLine, Day, Month, page_name
from cmflow.website.languages import Language
from cmflow.website.languages.names import Names

FOLDER = "data/"
FULL = 60_000  # bytes of a month that is loaded at once
PREVIEW = 4  # posts per day in the file of a very large month
EXCERPT = 80

Page = tuple[str, str]

# Nothing in a script may end it, wherever it is put; nor may a character that JSON allows end a line of it.
_ESCAPED = (("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def site(board: Board, language: Language) -> Page:
    """The data shared by all months, and when it was made."""
    calendar = board.calendar
    run = calendar.last_run
    return _file(
        "site",
        {
            "brand": calendar.plan.brand,
            "accounts": accounts(board),
            "networks": calendar.networks,
            "marks": {
                network: marks.of(network)
                for network in sorted({account.network for account in calendar.plan.accounts})
            },
            "periods": [*_periods(calendar.plan)],
            "free": _free(board),
            **values(board),
            "states": [[state, language.states[state]] for state in STATES],
            "months": [[page_name(*month), posts] for month, posts in board.sizes.items()],
            "words": language.script,
            "lang": language.code,
            "names": _names(calendar.plan, language.names),
            "zone": calendar.plan.zone,
            "now": _now(board.now.astimezone(board.zone)),
            "run": run.astimezone(board.zone).isoformat(timespec="minutes") if run else "",
            "new": _new(calendar.web, calendar.branch),
        },
    )


def _names(plan: Plan, names: Names) -> dict[str, object]:
    return {
        "lang": names.code,
        "first": week_start(plan, names),
        "weekdays": names.weekdays,
        "short": names.short,
        "months": names.months,
        "within": names.within,
        "full": names.full,
        "year": names.year,
        "firstDay": names.first_day,
    }


def month(board: Board, page: Month) -> Iterator[Page]:
    """The month's file; if it is too large, also one file per day."""
    index = {name: number for number, (name, _, _) in enumerate(accounts(board))}
    days = [(day, [_post(day, card, index) for card in day.cards]) for day in page.days if day.cards]
    file = _file(page.name, {"posts": [post for _, posts in days for post in posts]})
    if len(file[1].encode(errors="backslashreplace")) <= FULL:
        yield file
        return
    yield _file(page.name, {"days": {day.date.isoformat(): _first(day, posts) for day, posts in days}})
    for day, posts in days:
        yield _file(day.date.isoformat(), {"posts": posts})


def texts(board: Board, page: Month) -> Page:
    """All text of the month's posts by id: loaded only for a search."""
    entries = (entry for _, entry in board.months[page.year, page.number])
    return _file(f"{page.name}-texts", {"texts": {entry.id: entry.text for entry in entries if entry.text}})


def values(board: Board) -> Mapping[str, Sequence[str]]:
    """What posts can be chosen by: what the plan names, in its order, then what else posts have."""
    plan = board.calendar.plan
    return {
        "campaigns": _values((campaign.name for campaign in plan.campaigns), board, "campaign"),
        "pillars": _values((pillar.name for pillar in plan.pillars), board, "pillar"),
        "languages": _values((), board, "language"),
        "authors": sorted({changes[-1].author for changes in board.calendar.history.values() if changes}),
    }


def made(time: datetime) -> str:
    """What `site` says of the time when it was made."""
    return f'"now":"{_now(time)}"'


def _now(time: datetime) -> str:
    return time.isoformat(timespec="minutes")


def week_start(plan: Plan, names: Names) -> int:
    """The plan's own day, or the language's; Monday is 0."""
    return _WEEKDAYS[plan.week_start] if plan.week_start else names.first


_WEEKDAYS = {WeekStart.MONDAY: 0, WeekStart.SATURDAY: 5, WeekStart.SUNDAY: 6}


def _periods(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """The campaigns and pauses: which of the two, name, first and last day; "" where it has none."""
    for kind, periods in (("campaign", plan.campaigns), ("pause", plan.pauses)):
        for period in periods:
            if period.starts or period.ends:
                first, last = (day.isoformat() if day else "" for day in (period.starts, period.ends))
                yield kind, period.name, first, last


def _free(board: Board) -> Mapping[str, Mapping[str, Sequence[int]]]:
    """The free slots: day → time → accounts."""
    index = {name: number for number, (name, _, _) in enumerate(accounts(board))}
    slots = defaultdict[str, dict[str, list[int]]](dict)
    for time, number in sorted(
        (time, index[account.name]) for account in board.progress.accounts for time in account.free
    ):
        slots[time.date().isoformat()].setdefault(f"{time:%H:%M}", []).append(number)
    return slots


def accounts(board: Board) -> Sequence[tuple[str, str, str]]:
    """Name, network and title of every account: those of the plan, and others that posts or the ledger name."""
    planned = [(account.name, account.network, account.title) for account in board.calendar.plan.accounts]
    rest_names = board.named - {name for name, _, _ in planned}
    return [*planned, *((name, "", "") for name in sorted(rest_names))]


def _first(day: Day, posts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"count": len(posts), "states": Counter(card.state for card in day.cards), "posts": posts[:PREVIEW]}


def _post(day: Day, card: Card, index: Mapping[str, int]) -> dict[str, Any]:
    """A post on a day, without empty values."""
    time = _time(card)
    post = {
        "id": card.id,
        "title": card.title,
        "page": card.page,
        "day": day.date.isoformat(),
        "time": time,
        "state": NEED[card.state],
        "lines": [_line(index[line.account], NEED[line.state], _time(line), time, line.url) for line in card.lines],
        "draft": card.is_draft,
        "gone": card.is_gone,
        "campaign": card.campaign,
        "pillar": card.pillar,
        "language": card.language,
        "author": card.author,
        "tags": card.tags,
        "errors": card.errors,
        "warnings": card.warnings,
        "excerpt": _excerpt(card.excerpt),
        "picture": card.picture,
        "media": card.media,
    }
    return {key: value for key, value in post.items() if value or key == "state"}


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"


def _line(account: int, state: int, time: str, usual: str, url: str) -> list[int | str]:
    """Account, state, its time if it differs from the post's, and its URL."""
    own_time = "" if time == usual else time
    return [account, state, own_time, url] if url else [account, state, own_time] if own_time else [account, state]


def _time(item: Card | CardLine) -> str:
    return f"{item.time.hour:02}:{item.time.minute:02}"


def _values(first: Iterable[str], board: Board, key: str) -> Sequence[str]:
    """The values in the plan, in its order, then further ones in posts."""
    planned = tuple(first)
    further = {*board.calendar.archive.values(f"{key}s"), *(getattr(entry, key) for entry in board.entries)}
    return [*planned, *sorted(further - {*planned, ""})]


def _new(web: str, branch: str) -> str:
    """The URL to start a post on GitHub: calendar.js fills in {date}, {month}, {time} and {accounts}."""
    text = "---\ntitle: \ndate: {date} {time}\naccounts: [{accounts}]\nstatus: draft\n---\n\n"
    name = "content/posts/{month}/{date}-new-post.md"
    return new_post.address(web, branch, name, text)


def _file(name: str, value: Mapping[str, Any]) -> Page:
    text = _json(value)
    for character, written in _ESCAPED:
        text = text.replace(character, written)
    return f"{FOLDER}{name}.js", f'cmflow.take("{name}",{text})\n'


def _json(value: Mapping[str, Any]) -> str:
    from msgspec.json import encode

    try:
        return encode(value).decode()
    except UnicodeEncodeError:  # the name of a file need not be text
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
