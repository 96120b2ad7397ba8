"""`cmflow report`"""

from dataclasses import replace
from pathlib import Path

import click

from cmflow import website
from cmflow.cli import _actions, _listening
from cmflow.cli._arguments import at_option, moment, offline_option
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._folder import short
from cmflow.cli._output import warn_if_stale
from cmflow.insights import reports
from cmflow.insights.reports import Cadence, Report, text
from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import findings
from cmflow.ledger import approvals, readings
from cmflow.metrics import gather
from cmflow.model import Plan
from cmflow.publish.accounts import named
from cmflow.render import escape
from cmflow.website import report_page, speech
from cmflow.website.build.disk import DiskFolder
from cmflow.website.calendar import Calendar
from cmflow.website.languages import language

MARK = "cmflow-report-{}-{:%Y-%m-%d}"  # identifies the issue of a week or month


@click.command()
@click.option("--week", "cadence", flag_value="week", default="week", help="The last whole week, from Monday. Default.")
@click.option("--month", "cadence", flag_value="month", help="The last whole calendar month.")
@click.option("-a", "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; can be repeated.")
@click.option("--page", metavar="DIR", help="Write a page to this folder: to print, or to save as PDF.")
@click.option("--issue", is_flag=True, help="On GitHub Actions: open an issue, or update the one for the same period.")
@at_option
@offline_option
@click.pass_context
def command(
    ctx: click.Context,
    cadence: str,
    accounts: tuple[str, ...],
    page: str | None,
    issue: bool,
    time: str | None,
    offline: bool,
) -> int:
    """Report on a week or a month: what was published, what is next, what worked, what to keep, change and stop.

    Prints Markdown, in the plan's language. What worked is judged from the last 90 days, and the evidence is shown.
    With --account it is a report for one client: what was published for them, and who approved it.

    \b
      cmflow report
      cmflow report --month -a bakery-fr -a bakery-en --page report
      cmflow report --week --issue
    """
    context = open_context(ctx.obj).still()
    plan = context.folder.sure_plan
    for name in accounts:
        named(plan, name)
    stale = "" if offline else context.news() or context.news(readings.BRANCH) or _listening.news(context, plan)
    report = _report(context, Cadence(cadence), accounts, time)
    voice = speech.voice(plan, language(plan.language), findings.day(report.recent.now, plan.zone))
    if page:
        click.echo(f"Open {short(_page(context, report, plan, voice, Path(context.root, page)))}")
    else:
        values = text.fields(report, plan, voice, text.on_github)
        note = escape.fill(context.templates("templates/github"), "report", **values)
        _show(report, text.title(report, voice), note, issue)
    warn_if_stale(stale)
    return Exit.FINE


def _report(context: Context, cadence: Cadence, accounts: tuple[str, ...], time: str | None) -> Report:
    plan, entries = context.folder.sure_plan, context.entries(context.folder)
    now, snapshot = moment(time, plan.zone), context.snapshot(STATE)
    standings = context.standings(snapshot, now, context.last_run(STATE))
    approved = approvals.read_all(context.local_ledger(STATE)) if context.repository else {}
    question = reports.question(cadence, now, plan.zone)
    metrics = context.local_ledger(readings.BRANCH) if context.repository else None
    source = gather.source(plan, entries, snapshot.deliveries, metrics, question, context.authors())
    result = reports.report(source, standings, approved, cadence, accounts, now)
    return replace(result, heard=_listening.figures(context, plan, result.period, now, accounts))


def _show(report: Report, title: str, note: str, issue: bool) -> None:
    if not issue:
        click.echo(f"# {title}\n\n{note}", nl=False)
        return
    mark = MARK.format(report.cadence, report.period.since)
    click.echo(f"Updated the issue {_actions.hub().sticky_issue(mark, title, note).url}")


def _page(context: Context, report: Report, plan: Plan, voice: Voice, path: Path) -> Path:
    """Write the page and its style sheet; return the page."""
    templates, notes = context.templates("templates/site"), context.templates("templates/github")
    printer = website.press(Calendar((), plan, {}, {}, {}, report.recent.now), templates)
    name, html = report_page.page(report, plan, voice, printer, notes)
    folder = DiskFolder(path)
    folder.write(name, html)
    folder.write("style.css", templates["templates/site/style.css"])
    return path / name
