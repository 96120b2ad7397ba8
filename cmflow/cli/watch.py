"""`cmflow watch`"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from cmflow.cli import _actions, _listening
from cmflow.cli._arguments import at_option, moment, offline_option
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.insights import concerns as insights
from cmflow.insights import health
from cmflow.insights.concerns import Concern
from cmflow.insights.inbox import alarms
from cmflow.insights.statistics import Period
from cmflow.model import Plan
from cmflow.model.errors import GitHubError, NotAllowed
from cmflow.problems import safe_line
from cmflow.render import escape
from cmflow.repository import diff, workflows

MARK = "cmflow-watch"  # identifies our issue
RECENT = timedelta(days=28)  # whose conversations are compared with the plan's aims


@click.command()
@at_option
@offline_option
@click.pass_context
def command(ctx: click.Context, time: str | None, offline: bool) -> int:
    """Monitor publishing, and keep one GitHub issue up to date.

    Reports what is overdue, failed, unsure, missed or held, which posts cannot be read, which tokens end soon, when a
    run left its last sign of life, and who waits in the inbox for longer than the plan wants. On GitHub Actions one
    issue is opened, kept up to date, and closed when all is well; without permission to write issues, the page of the
    run shows the same. Elsewhere only the terminal does.

    Exit code 4: a person must act. What there is still time to fix is shown, but is not a failure.

    \b
      cmflow watch
      cmflow watch --offline
    """
    context = open_context(ctx.obj).still()
    plan = context.folder.sure_plan
    now = moment(time, plan.zone)
    stale = "" if offline or context.unclear_remote else context.fetch() or _listening.news(context, plan)
    plan = context.with_ends(plan)
    concerns = _concerns(context, plan, now, stale, is_current=not offline and not stale)
    _print(concerns, plan)
    if os.environ.get("GITHUB_REPOSITORY"):
        _update_issue(context, concerns, plan, now)
    return Exit.PERSON if any(concern.alarm for concern in concerns) else Exit.FINE


def _concerns(context: Context, plan: Plan, now: datetime, stale: str, is_current: bool) -> Sequence[Concern]:
    snapshot, last, refusal = context.snapshot(STATE), context.last_run(STATE), context.refusal(now, is_current)
    standings = context.standings(snapshot, now, last, refusal)
    health_now = health.look(standings, plan, now, last and last[0], context.stop())
    runs = workflows.publishing(context.root)
    between = diff.between_runs(context.folder, context.folder_entries, snapshot.deliveries, now, runs)
    unread = context.unread(snapshot)
    return insights.concerns(health_now, stale, refusal, snapshot.problems, between, _inbox(context, plan, now), unread)


def _inbox(context: Context, plan: Plan, now: datetime) -> Sequence[Concern]:
    listening = _listening.figures(context, plan, Period(now - RECENT, now), now)
    return tuple(alarms.alarms(listening)) if listening else ()


def _print(concerns: Sequence[Concern], plan: Plan) -> None:
    if not concerns:
        click.echo("No problems.")
    for concern in concerns:
        word, colour = ("to do ", "red") if concern.alarm else ("note  ", "yellow")
        click.echo(f"{click.style(word, fg=colour)}  {safe_line(concern.sentence(plan)).replace('`', '')}")
        click.echo(f"        {concern.advice.replace('`', '')}")
        for note in concern.notes():
            click.echo(f"        - {safe_line(note)}")


def _update_issue(context: Context, concerns: Sequence[Concern], plan: Plan, now: datetime) -> None:
    """Write the issue or close it; without permission, write the page of the run."""
    text = escape.fill(context.templates("templates/github"), "watch", **insights.fields(concerns, plan, now))
    try:
        hub = _actions.hub()
        if concerns:
            issue = hub.sticky_issue(MARK, insights.title(concerns), text)
            click.echo(f"Updated the issue {issue.url}")
        else:
            for number in hub.close_issue(MARK, text):
                click.echo(f"Closed issue {number}.")
    except GitHubError as error:
        _actions.summarise(text)
        if not isinstance(error, NotAllowed):
            raise
        click.echo(f"{error}\n  {error.hint}", err=True)
