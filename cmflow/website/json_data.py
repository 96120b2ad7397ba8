"""The calendar as data for calendar.js: files of JavaScript, since a page opened from disk may load nothing else.

`data/site.js` holds what all months share, `data/2026-12.js` a month. A very full one holds the first posts of each
day, and the days stand in files of their own. `data/2026-12-texts.js` is for those who search.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cmflow.content import new_post
from cmflow.model import Entry, Plan, WeekStart
from cmflow.website import marks
from cmflow.website.board import NEED, STATES, Board, Card, Day, Line, Month, page_name
from cmflow.website.languages import Language
from cmflow.website.languages.names import Names

FOLDER = "data/"
FULL = 60_000  # bytes of a month that is loaded whole
SHOWN = 4  # posts of a day that a very full month shows
EXCERPT = 80

Page = tuple[str, str]

# A script must not be ended by what it holds, wherever it may be put, nor a line of it by what JSON lets stand.
_ESCAPED = (("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def site(board: Board, words: Language) -> Page:
    """What all months share, and when all this was made."""
    calendar, names = board.calendar, words.names
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
            "campaigns": _known((campaign.name for campaign in calendar.plan.campaigns), board.entries, "campaign"),
            "pillars": _known((pillar.name for pillar in calendar.plan.pillars), board.entries, "pillar"),
            "languages": _known((), board.entries, "language"),
            "authors": sorted({changes[-1].author for changes in calendar.history.values() if changes}),
            "states": [[state, words.states[state]] for state in STATES],
            "months": [[page_name(*month), len(posts)] for month, posts in board.months.items()],
            "words": words.script,
            "lang": words.code,
            "names": {
                "lang": names.code,
                "first": week_start(calendar.plan, names),
                "weekdays": names.weekdays,
                "short": names.short,
                "months": names.months,
                "within": names.within,
                "full": names.full,
                "year": names.year,
                "firstDay": names.first_day,
            },
            "zone": calendar.plan.zone,
            "now": board.now.astimezone(board.zone).isoformat(timespec="minutes"),
            "run": run.astimezone(board.zone).isoformat(timespec="minutes") if run else "",
            "new": _new(calendar.web, calendar.branch),
        },
    )


def month(board: Board, made: Month) -> Iterator[Page]:
    """The month, and its days where it is too full to be loaded whole."""
    index = {name: number for number, (name, _, _) in enumerate(accounts(board))}
    days = [(day, [_post(day, card, index) for card in day.cards]) for day in made.days if day.cards]
    whole = _file(made.name, {"posts": [post for _, posts in days for post in posts]})
    if len(whole[1].encode(errors="backslashreplace")) <= FULL:
        yield whole
        return
    yield _file(made.name, {"days": {day.date.isoformat(): _first(day, posts) for day, posts in days}})
    for day, posts in days:
        yield _file(day.date.isoformat(), {"posts": posts})


def texts(board: Board, made: Month) -> Page:
    """All that the posts of the month say, by their ids: only a search asks for it."""
    entries = (entry for _, entry in board.months[made.year, made.number])
    return _file(f"{made.name}-texts", {"texts": {entry.id: entry.text for entry in entries if entry.text}})


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
    found = defaultdict[str, dict[str, list[int]]](dict)
    for at, number in sorted((at, index[account.name]) for account in board.progress.accounts for at in account.free):
        found[at.date().isoformat()].setdefault(f"{at:%H:%M}", []).append(number)
    return found


def accounts(board: Board) -> Sequence[tuple[str, str, str]]:
    """Name, network and title of every account: those of the plan, and others that posts or the ledger name."""
    known = [(account.name, account.network, account.title) for account in board.calendar.plan.accounts]
    others = board.named - {name for name, _, _ in known}
    return [*known, *((name, "", "") for name in sorted(others))]


def _first(day: Day, posts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"count": len(posts), "states": Counter(card.state for card in day.cards), "posts": posts[:SHOWN]}


def _post(day: Day, card: Card, index: Mapping[str, int]) -> dict[str, Any]:
    """A post on a day; what is empty is left out."""
    time = _time(card)
    made = {
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
    return {key: value for key, value in made.items() if value or key == "state"}


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"


def _line(account: int, state: int, time: str, usual: str, url: str) -> list[int | str]:
    """Account, state, its time where that is another than the post's, where it can be seen."""
    other = "" if time == usual else time
    return [account, state, other, url] if url else [account, state, other] if other else [account, state]


def _time(shown: Card | Line) -> str:
    return f"{shown.at.hour:02}:{shown.at.minute:02}"


def _known(first: Iterable[str], entries: Iterable[Entry], key: str) -> Sequence[str]:
    """What the plan names, in its order, and what else posts say."""
    planned = tuple(first)
    return [*planned, *sorted({value for entry in entries if (value := getattr(entry, key))} - set(planned))]


def _new(web: str, branch: str) -> str:
    """Where a post can be begun on GitHub: calendar.js puts in {date}, {month}, {time} and {accounts}."""
    text = "---\ntitle: \ndate: {date} {time}\naccounts: [{accounts}]\nstatus: draft\n---\n\n"
    name = "content/posts/{month}/{date}-new-post.md"
    return new_post.address(web, branch, name, text)


def _file(name: str, value: Mapping[str, Any]) -> Page:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, written in _ESCAPED:
        text = text.replace(character, written)
    return f"{FOLDER}{name}.js", f'cmflow.take("{name}",{text})\n'
