"""`cmflow publish`"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from cmflow import dates, entries, ledger, network, publish, schedule
from cmflow.cli import runs
from cmflow.cli.exits import Exit
from cmflow.cli.opening import Opened, opened
from cmflow.cli.times import at_option, local, moment
from cmflow.due import Open
from cmflow.entries import Examined
from cmflow.keys import Wrong
from cmflow.model import Planned
from cmflow.problems import is_error
from cmflow.problems import text as problem_text
from cmflow.wording import counted


class Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        try:
            return value if isinstance(value, timedelta) else dates.duration(str(value))
        except Wrong as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is due and would be sent; send and remember nothing.")
@click.option(
    "--wait",
    default="0m",
    type=Duration(),
    metavar="DURATION",
    help="Also take what falls due so soon, on its minute: 14m.",
)
@at_option
@click.pass_context
def command(ctx: click.Context, dry_run: bool, wait: timedelta, at: str | None) -> int:
    """Send what is due, and remember it in the ledger.

    What is committed is published; what is only saved is not. Before anything is asked of a network the intent is
    written to the ledger, afterwards the receipt: whatever happens in between, the next run knows, and nothing is sent
    twice. Secrets come from the environment: CMFLOW_<ACCOUNT>_<SECRET>.

    Exit codes: 1 a due post has errors and was kept back; 4 a delivery failed, is unsure or was missed.

    \b
      cmflow publish --dry-run
      cmflow publish --wait 14m
    """
    if at and not dry_run:
        raise click.UsageError("--at goes with --dry-run: what is really sent, is sent now. To play: cmflow rehearse")
    here = opened(ctx.obj)
    now = datetime.now(UTC) if at is None else moment(at, here.commit.sure_plan)
    if not dry_run:
        ledger.sync(here.ledger(ledger.BRANCH), now)
    found = here.due(now + wait)
    if not found.rows:
        click.echo(f"Nothing is due.{_then(found)}")
        return Exit.FINE
    examined = _examined(here, found)
    planned = _planned(here, found, examined)
    if dry_run:
        return _would(here, planned, now, wait)
    world = runs.world(here, here.commit, examined, runs.wall_clock, runs.wall_sleep)
    summary = publish.run(planned, world, here.ledger(ledger.BRANCH), wait)
    sent = sum(each.sent for each in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.{_then(found)}")
    return max(_blocked(examined, planned), runs.ending(summary))


def _then(found: Open) -> str:
    if found.then is None:
        return " Nothing is planned after that."
    return f" Next: {datetime.fromtimestamp(found.then, UTC):%Y-%m-%d %H:%M} UTC."


def _examined(here: Opened, found: Open) -> tuple[Examined, ...]:
    content = here.commit
    paths = sorted({row.path for row in found.rows})
    return tuple(entries.examine(path, data, content) for path, data in content.source.read(paths))


def _planned(here: Opened, found: Open, examined: Sequence[Examined]) -> tuple[Planned, ...]:
    """The deliveries of the rows, held against each other and against what was sent."""
    content = here.commit
    wanted = {(row.post, row.account) for row in found.rows}
    kept = [entries.entry(each, content) for each in examined]
    deliveries = ledger.read(here.ledger(ledger.BRANCH), wanted).deliveries
    planned = entries.planned(content, kept, deliveries)
    return runs.without_twins([each for each in planned if (each.post, each.account) in wanted], found.twice)


def _would(here: Opened, planned: Sequence[Planned], now: datetime, wait: timedelta) -> int:
    """Say what a run would do now."""
    plan = here.commit.sure_plan
    keys = {(each.post, each.account) for each in planned}
    snapshot = ledger.read(here.ledger(ledger.BRANCH), keys)
    networks = {name: account.network for name in {each.account for each in planned} if (account := plan.account(name))}
    abilities = {name: publish.ability(network.load(each)) for name, each in networks.items()}
    actions = schedule.decide(planned, snapshot.deliveries, now, wait, abilities, snapshot.unreadable)
    for each in actions:
        due = local(each.planned.due, plan) if each.planned else ""
        click.echo(f"  {each.do:<8}{each.account:<16}{each.post}  due {due}: {each.why}")
    click.echo(f"{counted(len(actions), 'delivery')} due. Nothing was sent: this was a dry run.")
    return Exit.PERSON if any(each.do is schedule.Do.HOLD for each in actions) else Exit.FINE


def _blocked(examined: Sequence[Examined], planned: Sequence[Planned]) -> int:
    """Say what is wrong with posts that were kept back."""
    held = {each.path for each in planned if each.blocked}
    wrong = [problem for each in examined if each.path in held for problem in each.problems if is_error(problem)]
    for problem in wrong:
        click.echo(problem_text(problem), err=True)
    return Exit.PROBLEMS if held else Exit.FINE
