"""`cmflow plan`"""

import click

from cmflow.cli._arguments import at_option, format_option, moment, offline_option
from cmflow.cli._context import STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, warn_if_stale
from cmflow.insights import progress, sentences, status
from cmflow.insights.progress import Verdict, answer, table
from cmflow.ledger import readings
from cmflow.netkit import network
from cmflow.repository import loader

STYLES: dict[str, dict[str, str | bool]] = {
    "title": {"bold": True},
    "short": {"fg": "yellow"},
    Verdict.AtRisk: {"fg": "yellow"},
    Verdict.Hit: {"fg": "green"},
    Verdict.Missed: {"fg": "red"},
}


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
    context = open_context(ctx.obj).still()
    now = moment(time, context.folder.sure_plan.zone)
    stale = "" if offline else context.news() or context.news(readings.BRANCH)
    plan = context.with_goals(context.folder.sure_plan, now)
    deliveries, entries = context.snapshot(STATE).deliveries, context.entries(context.folder)
    planned = loader.planned(context.folder, entries, deliveries)
    standings = status.standings(planned, deliveries, now, network.silent(plan.accounts), plan.zone)
    measured = progress.assess(plan, entries, standings, now, context.reads)
    if form == "json":
        click.echo(as_json(answer.as_dict(measured, sentences.voice("en", plan.zone).say), 2))
    else:
        for line in table.lines(measured, plan, sentences.voice(plan.language, plan.zone), _style):
            click.echo(line)
    warn_if_stale(stale)
    return Exit.PERSON if alarm and (measured.calling or stale) else Exit.FINE


def _style(string: str, role: str) -> str:
    return click.style(string, **STYLES.get(role, {}))  # type: ignore[arg-type]
