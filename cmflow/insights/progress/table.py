"""How the plan is doing, as tables for a terminal of 80 columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap

from cmflow.content.local_time import local
from cmflow.insights.progress import AccountProgress, Progress, Verdict, Week
from cmflow.insights.sentences import Voice
from cmflow.model import Plan
from cmflow.problems import safe_line

Style = Callable[[str, str], str]

COLUMNS = 80
NAME = 22  # columns for a name; a longer one gets a line of its own
WEEKS, BACK = 8, 3  # in the table, and how many of them are over
SLOTS = 2  # free slots shown of an account
UNEVEN = 4  # silences and crowded days
CHAPTERS = {"account": "accounts", "pillar": "pillars", "campaign": "campaigns", "goal": "goals", "month": "costs"}


def lines(progress: Progress, plan: Plan, voice: Voice, style: Style = lambda string, _role: string) -> Iterator[str]:
    """Lines for a terminal; `style(string, role)` may colour "title", "short" and the verdicts."""
    counted = (f"{number} {voice.page[verdict]}" for verdict, number in progress.counts.items() if number)
    counts = ", ".join(counted) or voice.page["nothing"]
    yield from wrap(f"{safe_line(plan.brand)}, {local(progress.now, plan.zone)} {plan.zone}: {counts}.", COLUMNS)
    width = _widest(voice.page[verdict] for verdict in Verdict)
    for kind, title in CHAPTERS.items():
        parts = [part for name, part in progress.parts() if name == kind]
        names = _column(part.name for part in parts)
        if parts:
            yield style(f"\n{voice.page[title]}", "title")
        for part in parts:
            word = voice.page[part.verdict] if part.verdict else ""
            head = style(f"{word:<{width}}", part.verdict or "")
            name = safe_line(part.name)
            yield from _columns(f"  {head}  {name}", 4 + width + len(name), 4 + width + names, voice.say(part.reason))
    yield from _weeks([account for account in progress.accounts if account.per_week], voice, style)
    yield from _slots([account for account in progress.accounts if account.free], plan, voice, style)
    yield from _uneven([account for account in progress.accounts if account.silences or account.crowds], voice, style)


def _column(names: Iterable[str]) -> int:
    """How wide a column of these names is, with the space behind it."""
    return min(_widest(names), NAME) + 2


def _widest(names: Iterable[str]) -> int:
    return max(map(len, names), default=0)


def _columns(head: str, length: int, column: int, text: str) -> Iterator[str]:
    """The text beside its head of that visible length, in as many lines as it needs; below a head that is too long."""
    lines = wrap(safe_line(text), COLUMNS - column, break_long_words=False, break_on_hyphens=False)
    room = column - length
    yield head + " " * room + lines.pop(0) if room > 1 else head
    yield from (" " * column + line for line in lines)


def _weeks(accounts: Sequence[AccountProgress], voice: Voice, style: Style) -> Iterator[str]:
    """What went out or will, of what the plan asks for."""
    if not accounts:
        return
    column = 2 + _column(account.name for account in accounts)
    cell = 2 + max(5, _widest(_filled(week) for account in accounts for week in account.weeks))
    number = min(WEEKS, (COLUMNS - column) // cell)
    back = BACK * number // WEEKS
    yield style(f"\n{voice.page['by week']}", "title")
    yield from wrap(voice.page["by week how"], COLUMNS, initial_indent="  ", subsequent_indent="  ")
    heads = [f"{week.starts:%m-%d}" for week in _weeks_shown(accounts[0], number, back)]
    heads[back] += "*"
    yield f"{'':<{column}}{''.join(f'{head:<{cell}}' for head in heads)}".rstrip()
    for account in accounts:
        cells = "".join(_cell(week, cell, style) for week in _weeks_shown(account, number, back))
        if len(account.name) > NAME:
            yield f"  {account.name}"
        yield f"  {account.name if len(account.name) <= NAME else '':<{column - 2}}{cells}".rstrip()


def _weeks_shown(account: AccountProgress, number: int, back: int) -> Sequence[Week]:
    return account.finished[len(account.finished) - back :] + account.coming[: number - back]


def _filled(week: Week) -> str:
    return f"{week.filled}/{week.planned}"


def _cell(week: Week, width: int, style: Style) -> str:
    text = _filled(week)
    return (style(text, "short") if week.short else text) + " " * (width - len(text))


def _slots(accounts: Sequence[AccountProgress], plan: Plan, voice: Voice, style: Style) -> Iterator[str]:
    column = 2 + _column(account.name for account in accounts)
    if accounts:
        yield style(f"\n{voice.page['free']}", "title")
        yield from wrap(voice.page["free how"], COLUMNS, initial_indent="  ", subsequent_indent="  ")
    for account in accounts:
        times = ", ".join(local(time, plan.zone).replace(" ", "\xa0") for time in account.free[:SLOTS])
        more = " " + voice.page["more free"].format(len(account.free) - SLOTS) if len(account.free) > SLOTS else ""
        for line in _columns(f"  {account.name}", 2 + len(account.name), column, times + more):
            yield line.replace("\xa0", " ")


def _uneven(accounts: Sequence[AccountProgress], voice: Voice, style: Style) -> Iterator[str]:
    column = 2 + _column(account.name for account in accounts)
    if accounts:
        yield style(f"\n{voice.page['uneven']}", "title")
    for account in accounts:
        name, lines = account.name, list(_unevenness(account, voice))
        more = [voice.page["more free"].format(len(lines) - UNEVEN)] if len(lines) > UNEVEN else []
        for line in (*lines[:UNEVEN], *more):
            yield from _columns(f"  {name}", 2 + len(name), column, line)
            name = ""


def _unevenness(account: AccountProgress, voice: Voice) -> Iterator[str]:
    silence, crowd = voice.page["silence"], voice.page["crowd"]
    for gap in account.silences:
        yield silence.format(voice.counted(gap.days, "days"), voice.day(gap.starts), voice.day(gap.ends))
    for day in account.crowds:
        yield crowd.format(voice.counted(day.posts, "posts"), voice.day(day.day))
