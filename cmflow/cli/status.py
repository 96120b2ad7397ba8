"""`cmflow status`"""

from datetime import timedelta

import click

from cmflow.cli._arguments import at_option, duration, format_option, moment, offline_option
from cmflow.cli._context import REHEARSAL, STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, refused, stopped, warn_if_stale
from cmflow.cli._tables import status as table
from cmflow.insights import status
from cmflow.ledger import heartbeat
from cmflow.problems import safe_line


@click.command()
@at_option
@click.option(
    "--all", "everything", is_flag=True, help="Show every delivery, not only the next and those that need a person."
)
@click.option("--rehearsal", is_flag=True, help="Show the last rehearsal instead of what was really sent.")
@click.option(
    "--alarm",
    metavar="DURATION",
    help="Also fail if a delivery is overdue, or if no run left a sign of life for DURATION. Runs leave one every "
    "three hours: choose more than that, e.g. 8h.",
)
@offline_option
@format_option
@click.pass_context
def command(
    ctx: click.Context, time: str | None, everything: bool, rehearsal: bool, alarm: str | None, offline: bool, form: str
) -> int:
    """Show the state of every delivery: what was sent, what is next, what needs a person.

    What is to be posted by hand is listed separately: it becomes missed when `late` has passed and no one has reported
    it as posted.

    Exit code 4: something needs a person (publishing is stopped, or would refuse to start here; a delivery failed, is
    unsure, was missed, is held by an error, a missing secret, a stop or a pause, or is due within two days without the
    approval that the plan requires; a post cannot be read), or the alarm went off.

    \b
      cmflow status
      cmflow status --all --format json
      cmflow status --alarm 8h
    """
    patience = None if alarm is None else _patience(alarm, rehearsal)
    context = open_context(ctx.obj).still()
    plan = context.folder.sure_plan
    now, branch = moment(time, plan.zone), REHEARSAL if rehearsal else STATE
    stale = "" if offline or rehearsal or context.unclear_remote else context.fetch()
    snapshot = context.snapshot(branch)
    last = context.last_run(branch)
    refusal = None if rehearsal else context.refusal(now, is_current=not (offline or stale or context.unclear_remote))
    standings = context.rehearsed(snapshot, now) if rehearsal else context.standings(snapshot, now, last, refusal)
    stop = None if rehearsal else context.stop()
    problems = snapshot.problems if rehearsal else (*snapshot.problems, *context.unread(snapshot))
    if form == "json":
        run = last and (last.time, last.run)
        click.echo(as_json(status.as_dict(standings, problems, now, run, stop, refusal), 2))
    else:
        unread = () if rehearsal else map(safe_line, table.unread(context.folder))
        shown = table.lines(standings, problems, plan, now, everything)
        click.echo("\n".join((*stopped(stop), *refused([refusal]), *shown, *table.last_run(last, plan), *unread)))
    warn_if_stale(stale)
    alarms = status.alarms(standings, last and last.time, now, patience) if patience else ()
    click.echo("".join(f"{alarm_line}\n" for alarm_line in alarms), err=True, nl=False)
    people = any(standing.person for standing in standings)
    return Exit.PERSON if any((stop, refusal, stale and patience, alarms, problems, people)) else Exit.FINE


def _patience(alarm: str, rehearsal: bool) -> timedelta:
    patience = duration(alarm, "--alarm")
    if patience <= heartbeat.EVERY:
        raise click.UsageError(f"--alarm: runs leave a sign of life every 3 hours, so {alarm} is too short. Use 8h.")
    if rehearsal:
        raise click.UsageError("--alarm cannot be combined with --rehearsal.")
    return patience
