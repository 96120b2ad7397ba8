"""`cmflow status`"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import click

from cmflow.cli._arguments import at_option, duration, format_option, moment, offline_option
from cmflow.cli._context import REHEARSAL, STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, problem_lines, stopped, warn_if_stale, widest
from cmflow.content.local_time import local
from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.ledger import heartbeat
from cmflow.ledger.heartbeat import Heartbeat
from cmflow.model import Plan, Problem, State
from cmflow.problems import safe_line
from cmflow.problems import text as one_line
from cmflow.problems.plural import counted
from cmflow.repository import uncommitted
from cmflow.repository.content import Content

NEXT = 10  # deliveries shown as coming next


@click.command()
@at_option
@click.option(
    "--all", "everything", is_flag=True, help="Show every delivery, not only the next and those that need a person."
)
@click.option("--rehearsal", is_flag=True, help="Show the last rehearsal instead of what was really sent.")
@click.option(
    "--alarm",
    metavar="DURATION",
    help="Also fail if a delivery is overdue, or if no run left a sign of life for DURATION. Runs do so every three "
    "hours: choose more than that, e.g. 8h.",
)
@offline_option
@format_option
@click.pass_context
def command(
    ctx: click.Context, time: str | None, everything: bool, rehearsal: bool, alarm: str | None, offline: bool, form: str
) -> int:
    """Show the state of every delivery: what was sent, what is next, what needs a person.

    What is to be posted by hand is listed separately: it becomes missed when `late` has passed and no one reported that
    it was posted.

    Exit code 4: something needs a person (publishing is stopped; a delivery failed, is unsure, was missed, is held by
    an error, a missing secret, a stop or a pause, or is due within two days without the approval that the plan
    requires), or the alarm went off.

    \b
      cmflow status
      cmflow status --all --format json
      cmflow status --alarm 8h
    """
    patience = None if alarm is None else _patience(alarm, rehearsal)
    context = open_context(ctx.obj)
    plan = context.folder.sure_plan
    now = moment(time, plan.zone)
    branch = REHEARSAL if rehearsal else STATE
    stale = "" if offline or rehearsal else context.news()
    snapshot = context.snapshot(branch)
    last = context.last_run(branch)
    standings = context.rehearsed(snapshot, now) if rehearsal else context.standings(snapshot, now, last)
    stop = None if rehearsal else context.stop()
    if form == "json":
        run = last and (last.time, last.run)
        click.echo(as_json(status.as_dict(standings, snapshot.problems, now, run, stop), 2))
    else:
        unread = () if rehearsal else _unread(context.folder)
        shown = _lines(standings, snapshot.problems, plan, now, everything)
        click.echo("\n".join((*stopped(stop), *shown, *_last(last, plan), *map(safe_line, unread))))
    warn_if_stale(stale)
    alarms = _alarm(standings, last, now, patience) if patience else False
    blind = bool(stale and patience)
    needed = stop or blind or alarms or snapshot.problems or any(standing.person for standing in standings)
    return Exit.PERSON if needed else Exit.FINE


def _alarm(standings: Sequence[Standing], last: Heartbeat | None, now: datetime, patience: timedelta) -> bool:
    """Say what is alarming; return whether anything is."""
    alarms = [*_alarms(standings, last, now, patience)]
    for line in alarms:
        click.echo(line, err=True)
    return bool(alarms)


def _patience(alarm: str, rehearsal: bool) -> timedelta:
    patience = duration(alarm, "--alarm")
    if patience <= heartbeat.EVERY:
        raise click.UsageError(f"--alarm: runs leave a sign of life every 3 hours, so {alarm} is too short. Use 8h.")
    if rehearsal:
        raise click.UsageError("--alarm cannot be combined with --rehearsal.")
    return patience


def _unread(content: Content) -> Iterator[str]:
    """What may be taken for a post that will go out, and is not: in the wrong place, or not committed."""
    yield from (one_line(problem) for problem in content.problems if problem.code in ("not-in-git", "not-a-post"))
    yield from uncommitted.sentences(content.source.unsaved, content.source.unpushed)


def _last(last: Heartbeat | None, plan: Plan) -> Iterator[str]:
    """Nothing where no run was yet: a rehearsal leaves no sign of life, and a team that begins has no runs."""
    if last:
        yield f"\nLast sign of life of a run: {local(last[0], plan.zone)}, {safe_line(last[1])}"


def _alarms(standings: Sequence[Standing], last: Heartbeat | None, now: datetime, patience: timedelta) -> Iterator[str]:
    late = status.overdue(standings, now)
    if late:
        first = f"{late[0].post} to {late[0].account}"
        yield f"{counted(len(late), 'delivery')} overdue by more than an hour: {first} first."
    if last is None or now - last[0] > patience:
        when = (
            f"Last sign of life of a run: {last[0]:%Y-%m-%d %H:%M} UTC"
            if last
            else "No run has left a sign of life yet"
        )
        yield f"{when}. Does the publishing job run? On GitHub see Actions: the schedule may be disabled."


def _lines(
    standings: Sequence[Standing], problems: Sequence[Problem], plan: Plan, now: datetime, everything: bool
) -> Iterator[str]:
    counts = ", ".join(f"{number} {_phrase(word)}" for word, number in status.counts(standings).items() if number)
    yield f"{plan.brand}, {local(now, plan.zone)} {plan.zone}: {counts or 'nothing planned'}."
    people = [standing for standing in standings if standing.person]
    by_hand = [standing for standing in standings if standing.by_hand]
    upcoming = [
        standing
        for standing in standings
        if standing.state is State.SCHEDULED and not standing.person and not standing.by_hand
    ]
    if people or problems:
        yield click.style("\nNeeds a person", fg="red", bold=True)
        yield from (f"  {line}" for problem in problems for line in problem_lines(problem))
        yield from _table(people, plan)
    if by_hand:
        yield click.style("\nTo post by hand", fg="yellow", bold=True)
        yield from _table(by_hand, plan)
        yield "    Post it there, then report it: cmflow settle POST ACCOUNT --sent URL"
    if everything:
        yield click.style("\nEvery delivery", bold=True)
        yield from _table(standings, plan)
    elif upcoming:
        yield click.style("\nNext", bold=True)
        yield from _table(upcoming[:NEXT], plan)
        if len(upcoming) > NEXT:
            yield f"  and {len(upcoming) - NEXT:,} more: cmflow status --all"


def _table(standings: Sequence[Standing], plan: Plan) -> Iterator[str]:
    """A line for each; what is to be said of several in a row is said once, below the last of them."""
    accounts, posts = (
        widest(standing.account for standing in standings),
        widest(standing.post for standing in standings),
    )
    for number, standing in enumerate(standings):
        delivery = f"{standing.account:<{accounts}}  {standing.post:<{posts}}"
        line = f"  {local(standing.due, plan.zone)}  {_phrase(standing.word):<9}  {delivery}  {safe_line(standing.url)}"
        yield line.rstrip()
        next_note = standings[number + 1].note if number + 1 < len(standings) else ""
        if standing.note and standing.note != next_note:
            yield f"    {safe_line(standing.note)}"


def _phrase(word: str) -> str:
    return word.replace("_", " ")
