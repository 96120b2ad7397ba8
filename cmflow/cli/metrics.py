"""`cmflow metrics`"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import click

from cmflow.cli import _clock, _environment, _metrics, _metrics_import, _metrics_visits
from cmflow.cli._arguments import TEXT
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit, bug
from cmflow.cli._output import widest
from cmflow.ledger import readings
from cmflow.metrics import agenda as agendas
from cmflow.metrics import visits
from cmflow.metrics.agenda import Agenda
from cmflow.metrics.collect import Answer, Sources, Summary, collect
from cmflow.metrics.due import day
from cmflow.metrics.enter import enter
from cmflow.metrics.visits import Tagged
from cmflow.model import Number
from cmflow.netkit import http, network
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.publish.accounts import named

WORST = (Exit.FINE, Exit.PERSON, Exit.BUG)  # the last counts


@click.group(invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="List what would be read; contact no network and record nothing.")
@click.option(
    "--max-cost",
    type=TEXT,
    metavar="DOLLARS",
    help="Spend at most this much on reading posts, on networks that charge for it (X).",
)
@click.pass_context
def command(ctx: click.Context, dry_run: bool, max_cost: str | None) -> int | None:
    """Read the figures of published posts and of accounts, and record them in git.

    Each post is read at fixed ages (1, 3 and 6 hours; 1, 3, 7, 14, 30, 60 and 90 days), each account once a day. A late
    run records the true age. A figure that a network does not report is recorded as null, which is not 0. Readings are
    on a branch of their own, cmflow-metrics; publishing neither needs it nor waits for it.

    Exit code 4: an account cannot be read until a person acts. After any other failure, the next run retries.

    \b
      cmflow metrics
      cmflow metrics --dry-run --max-cost 0.50
      cmflow metrics add team-page impressionCount 1240 --post open-day
    """
    if ctx.invoked_subcommand is not None:
        return None
    context = open_context(ctx.obj)
    now = _clock.wall_clock()
    _metrics.refresh(context, now)
    agenda = _agenda(context, now, None if max_cost is None else Decimal(str(_number(max_cost, "--max-cost"))))
    if agenda.too_dear:
        click.echo(f"{_posts(len(agenda.too_dear))} would cost more than --max-cost {max_cost}, and are not read.")
    tagged = _metrics.tagged(context, now)
    if not (agenda.posts or agenda.accounts or tagged):
        click.echo("Nothing needs to be read now.")
        return Exit.FINE
    if dry_run:
        return _list(agenda, tagged, now)
    return max(_collect(context, agenda), _visits(context, tagged), key=WORST.index)


def _agenda(context: Context, now: datetime, max_cost: Decimal | None) -> Agenda:
    records = {account.name: network.load(account.network) for account in context.commit.sure_plan.accounts}
    able = {name: record for name, record in records.items() if record.metrics or record.account_metrics}
    return agendas.agenda(context.ledger(STATE), context.ledger(readings.BRANCH), able, now, max_cost)


def _list(agenda: Agenda, tagged: Sequence[Tagged], now: datetime) -> int:
    names = [*agenda.accounts, *(row.account for row in agenda.posts)]
    width = widest(names)
    for name in agenda.accounts:
        click.echo(f"  {name:<{width}}  {day(now):<10}  the account")
    for row in agenda.posts:
        part = f" (part {row.receipt.part + 1})" if row.receipt.part else ""
        click.echo(f"  {row.account:<{width}}  {row.slot:<10}  {row.post}{part}")
    for visit in tagged:
        click.echo(f"  visits  {visit.due.slot}  {visit.tag}")
    cost = f", for US$ {agenda.cost} at most" if agenda.cost else ""
    click.echo(f"{_posts(len(agenda.posts))} and {counted(len(agenda.accounts), 'account')} to read{cost}. Dry run.")
    return Exit.FINE


def _collect(context: Context, agenda: Agenda) -> int:
    accounts = _environment.accounts(context, context.commit)
    sources = Sources(accounts.network, accounts.access, http.client, _clock.wall_clock)
    return _told(collect(agenda, sources, context.ledger(readings.BRANCH)))


def _visits(context: Context, tagged: Sequence[Tagged]) -> int:
    """The visits that links with tags brought, where the plan says who counts them."""
    plan, store = context.commit.sure_plan.visits, context.ledger(readings.BRANCH)
    if plan is None or not tagged:
        return Exit.FINE
    return _told(visits.collect(tagged, plan, os.environ, http.client, store, _clock.wall_clock))


def _told(summary: Summary) -> int:
    width = widest(answer.account for answer in summary.answers)
    for answer in summary.answers:
        for line in _lines(answer, width):
            click.echo(line)
        for error in answer.bugs:
            click.echo(bug(error, "All other accounts were read."), err=True)
    for name, figures in sorted(summary.retired.items()):
        title, listed = network.load(name).title, ", ".join(sorted(figures))
        click.echo(f"{title} no longer reports these figures, so cmflow does not ask for them: {safe_line(listed)}")
    if summary.unpushed:
        click.echo(f"The readings are saved locally and pushed by the next run: {summary.unpushed}", err=True)
    if any(answer.bugs for answer in summary.answers):
        return Exit.BUG
    return Exit.PERSON if any(answer.person for answer in summary.answers) else Exit.FINE


def _lines(answer: Answer, width: int) -> Iterator[str]:
    if answer.readings or not answer.failures:
        posts = {(reading.post, reading.part) for reading in answer.readings if reading.post}
        account = " and of the account" if any(not reading.post for reading in answer.readings) else ""
        figures = counted(len(answer.readings), "figure")
        yield f"  {answer.account:<{width}}  {figures} of {_posts(len(posts))}{account}"
    for failure in answer.failures:
        yield f"  {answer.account:<{width}}  {click.style('not read', fg='yellow')}: {safe_line(failure)}"


def _posts(number: int) -> str:
    return counted(number, "post")


@command.command("add")
@click.argument("account", type=TEXT)
@click.argument("metric", type=TEXT)
@click.argument("value", type=TEXT)
@click.option(
    "--post",
    default="",
    type=TEXT,
    metavar="POST",
    help="Post that the figure belongs to. Default: the account itself.",
)
@click.option(
    "--date",
    "time",
    metavar='"YYYY-MM-DD [HH:MM]"',
    help="When the figure was read, in the plan's zone. A date without a time means the end of that day. Default: now.",
)
@click.pass_context
def add(ctx: click.Context, account: str, metric: str, value: str, post: str, time: str | None) -> int:
    """Record a figure that you read yourself, marked as entered by hand.

    METRIC is the network's own name of the figure (impressionCount) or the common one (views). POST is the post's id. A
    figure that is entered again for the same age or day replaces the earlier one.

    \b
      cmflow metrics add team-page views 1240 --post open-day
      cmflow metrics add team-page followers 812 --date 2026-12-01
    """
    context = open_context(ctx.obj)
    page, number = named(context.folder.sure_plan, account), _number(value)
    now = _clock.wall_clock()
    read_at = _metrics.past_moment(time, context.zone, now)
    _metrics.refresh(context, now)
    reading, unpushed = enter(
        context.ledger(STATE),
        context.ledger(readings.BRANCH),
        page,
        metric.strip(),
        number,
        _clock.wall_clock,
        post.strip(),
        read_at,
    )
    common = f" ({reading.common})" if reading.common and reading.common != reading.metric else ""
    where = f"{reading.post} on {account}" if reading.post else account
    click.echo(safe_line(f"{where}: {reading.metric}{common} {reading.value}, {reading.slot}, entered by hand."))
    if unpushed:
        click.echo(f"It is saved locally and pushed by the next run: {unpushed}", err=True)
    return Exit.FINE


def _number(text: str, name: str = "VALUE") -> Number:
    digits = text.strip()
    whole, _, fraction = digits.partition(".")
    if not (digits.isascii() and whole.isdigit() and len(digits) < 20 and (fraction.isdigit() or whole == digits)):
        raise click.UsageError(f"{name}: {text!r} must be a number such as 1240 or 3.5.")
    return int(digits) if whole == digits else float(digits)


command.add_command(_metrics_import.command)
command.add_command(_metrics_visits.command)
