"""`cmflow plan`"""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

import click

from cmflow.cli._arguments import at_option, format_option, moment, offline_option
from cmflow.cli._context import STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, warn_if_stale, widest
from cmflow.content.local_time import local
from cmflow.insights import progress, sentences, status
from cmflow.insights.progress import AccountProgress, Progress, Verdict, Week, answer
from cmflow.insights.sentences import Voice
from cmflow.model import Plan
from cmflow.netkit import network
from cmflow.problems import safe_line
from cmflow.repository import loader

COLUMNS = 80
NAME = 22  # columns for a name; a longer one gets a line of its own
WEEKS, BACK = 8, 3  # in the table, and how many of them are over
SLOTS = 2  # free slots shown of an account
UNEVEN = 4  # silences and crowded days
COLOURS = {Verdict.OnTrack: None, Verdict.AtRisk: "yellow", Verdict.Hit: "green", Verdict.Missed: "red"}
CHAPTERS = {"account": "accounts", "pillar": "pillars", "campaign": "campaigns", "goal": "goals"}


@click.command()
@at_option
@click.option("--alarm", is_flag=True, help="Exit with code 4 if something is at risk or was missed.")
@offline_option
@format_option
@click.pass_context
def command(ctx: click.Context, time: str | None, alarm: bool, offline: bool, form: str) -> int:
    """Compare the plan with what was sent and what is scheduled.

    Each account, pillar, campaign and goal is on track, at risk, hit or missed. A sentence says why, in the plan's
    language if cmflow supports it. docs/plan.md explains how each verdict is reached.

    \b
      cmflow plan
      cmflow plan --at "2026-12-14 09:00"
      cmflow plan --alarm --format json
    """
    context = open_context(ctx.obj)
    plan = context.folder.sure_plan
    now = moment(time, plan.zone)
    stale = "" if offline else context.news()
    deliveries, entries = context.snapshot(STATE).deliveries, context.entries(context.folder)
    planned = loader.planned(context.folder, entries, deliveries)
    standings = status.standings(planned, deliveries, now, network.silent(plan.accounts), plan.zone)
    measured = progress.measure(plan, entries, standings, now)
    if form == "json":
        click.echo(as_json(answer.as_dict(measured, sentences.voice("en", plan.zone).say), 2))
    else:
        for line in _lines(measured, plan, sentences.voice(plan.language, plan.zone)):
            click.echo(line)
    warn_if_stale(stale)
    return Exit.PERSON if alarm and (measured.calling or stale) else Exit.FINE


def _lines(measured: Progress, plan: Plan, voice: Voice) -> Iterator[str]:
    counted = (f"{number} {voice.page[verdict]}" for verdict, number in measured.counts.items() if number)
    counts = ", ".join(counted) or voice.page["nothing"]
    yield from wrap(f"{plan.brand}, {local(measured.now, plan.zone)} {plan.zone}: {counts}.", COLUMNS)
    width = widest(voice.page[verdict] for verdict in Verdict)
    for kind, title in CHAPTERS.items():
        parts = [part for name, part in measured.parts() if name == kind]
        names = _column(part.name for part in parts)
        if parts:
            yield _title(voice, title)
        for part in parts:
            word = voice.page[part.verdict] if part.verdict else ""
            head = click.style(f"{word:<{width}}", fg=part.verdict and COLOURS[part.verdict])
            yield from _columns(f"  {head}  {safe_line(part.name)}", 4 + width + names, voice.say(part.why))
    yield from _weeks([account for account in measured.accounts if account.per_week], voice)
    yield from _slots([account for account in measured.accounts if account.free], plan, voice)
    yield from _uneven([account for account in measured.accounts if account.silences or account.crowds], voice)


def _title(voice: Voice, word: str) -> str:
    return click.style(f"\n{voice.page[word]}", bold=True)


def _column(names: Iterable[str]) -> int:
    """How wide a column of these names is, with the space behind it."""
    return min(widest(names), NAME) + 2


def _columns(head: str, column: int, text: str) -> Iterator[str]:
    """The text beside its head, in as many lines as it needs; below it where the head reaches into the column."""
    lines = wrap(text, COLUMNS - column, break_long_words=False, break_on_hyphens=False)
    room = column - len(click.unstyle(head))
    yield head + " " * room + lines.pop(0) if room > 1 else head
    yield from (" " * column + line for line in lines)


def _weeks(accounts: Sequence[AccountProgress], voice: Voice) -> Iterator[str]:
    """What went out or will, of what the plan asks for."""
    if not accounts:
        return
    column = 2 + _column(account.name for account in accounts)
    cell = 2 + max(5, widest(_filled(week) for account in accounts for week in account.weeks))
    number = min(WEEKS, (COLUMNS - column) // cell)
    back = BACK * number // WEEKS
    yield _title(voice, "by week")
    yield from wrap(voice.page["by week how"], COLUMNS, initial_indent="  ", subsequent_indent="  ")
    heads = [f"{week.starts:%m-%d}" for week in _weeks_shown(accounts[0], number, back)]
    heads[back] += "*"
    yield f"{'':<{column}}{''.join(f'{head:<{cell}}' for head in heads)}".rstrip()
    for account in accounts:
        cells = "".join(_cell(week, cell) for week in _weeks_shown(account, number, back))
        if len(account.name) > NAME:
            yield f"  {account.name}"
        yield f"  {account.name if len(account.name) <= NAME else '':<{column - 2}}{cells}".rstrip()


def _weeks_shown(account: AccountProgress, number: int, back: int) -> Sequence[Week]:
    return account.past[len(account.past) - back :] + account.coming[: number - back]


def _filled(week: Week) -> str:
    return f"{week.filled}/{week.planned}"


def _cell(week: Week, width: int) -> str:
    text = _filled(week)
    return (click.style(text, fg="yellow") if week.short else text) + " " * (width - len(text))


def _slots(accounts: Sequence[AccountProgress], plan: Plan, voice: Voice) -> Iterator[str]:
    column = 2 + _column(account.name for account in accounts)
    if accounts:
        yield _title(voice, "free")
        yield from wrap(voice.page["free how"], COLUMNS, initial_indent="  ", subsequent_indent="  ")
    for account in accounts:
        times = ", ".join(local(time, plan.zone).replace(" ", "\xa0") for time in account.free[:SLOTS])
        more = " " + voice.page["more free"].format(len(account.free) - SLOTS) if len(account.free) > SLOTS else ""
        for line in _columns(f"  {account.name}", column, times + more):
            yield line.replace("\xa0", " ")


def _uneven(accounts: Sequence[AccountProgress], voice: Voice) -> Iterator[str]:
    column = 2 + _column(account.name for account in accounts)
    if accounts:
        yield _title(voice, "uneven")
    for account in accounts:
        name, lines = account.name, list(_unevenness(account, voice))
        more = [voice.page["more free"].format(len(lines) - UNEVEN)] if len(lines) > UNEVEN else []
        for line in (*lines[:UNEVEN], *more):
            yield from _columns(f"  {name}", column, line)
            name = ""


def _unevenness(account: AccountProgress, voice: Voice) -> Iterator[str]:
    silence, crowd = voice.page["silence"], voice.page["crowd"]
    for gap in account.silences:
        yield silence.format(voice.counted(gap.days, "days"), voice.day(gap.starts), voice.day(gap.ends))
    for day in account.crowds:
        yield crowd.format(voice.counted(day.posts, "posts"), voice.day(day.day))
