"""`cmflow status`"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from cmflow import network, status
from cmflow.cli.exits import Exit
from cmflow.cli.opening import REHEARSAL, STATE, opened
from cmflow.cli.telling import problem_lines, widest
from cmflow.cli.times import at_option, local, moment
from cmflow.model import Plan, Problem, State
from cmflow.site import entries
from cmflow.status import Standing

NEXT = 10  # deliveries shown as coming next


@click.command()
@at_option
@click.option(
    "--all", "everything", is_flag=True, help="Every delivery, not only the next and those that need a person."
)
@click.option("--rehearsal", is_flag=True, help="What the last rehearsal remembers, instead of what was really sent.")
@click.option("--offline", is_flag=True, help="Do not ask the remote for news first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.pass_context
def command(ctx: click.Context, at: str | None, everything: bool, rehearsal: bool, offline: bool, form: str) -> int:
    """Say where every delivery stands: what was sent, what is next, what needs a person.

    Exit code 4: something needs a person (a delivery failed, is unsure, was missed, is kept back by an error, or must
    be posted by hand).

    \b
      cmflow status
      cmflow status --all --format json
    """
    here = opened(ctx.obj)
    plan = here.folder.sure_plan
    now = moment(at, plan.zone)
    branch = REHEARSAL if rehearsal else STATE
    stale = "" if offline or rehearsal else here.news()
    snapshot = here.snapshot(branch)
    planned = entries.planned(here.folder, here.entries(here.folder), snapshot.deliveries)
    found = status.standings(planned, snapshot.deliveries, now, () if rehearsal else network.silent(plan.accounts))
    if form == "json":
        click.echo(json.dumps(status.as_dict(found, snapshot.problems, now), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found, snapshot.problems, plan, now, everything):
            click.echo(line)
    if stale:
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    return Exit.PERSON if snapshot.problems or any(each.person for each in found) else Exit.FINE


def _lines(
    found: Sequence[Standing], problems: Sequence[Problem], plan: Plan, now: datetime, everything: bool
) -> Iterator[str]:
    counts = ", ".join(f"{number} {state}" for state, number in status.counts(found).items() if number)
    yield f"{plan.brand}, {local(now, plan.zone)} {plan.zone}: {counts or 'nothing planned'}."
    people = [each for each in found if each.person]
    ahead = [each for each in found if each.state is State.SCHEDULED and not each.person]
    if people or problems:
        yield click.style("\nNeeds a person", fg="red", bold=True)
        yield from (f"  {line}" for problem in problems for line in problem_lines(problem))
        yield from _table(people, plan)
    if everything:
        yield click.style("\nEvery delivery", bold=True)
        yield from _table(found, plan)
    elif ahead:
        yield click.style("\nNext", bold=True)
        yield from _table(ahead[:NEXT], plan)
        if len(ahead) > NEXT:
            yield f"  and {len(ahead) - NEXT:,} more: cmflow status --all"


def _table(found: Sequence[Standing], plan: Plan) -> Iterator[str]:
    """A line for each; what is to be said of several in a row is said once, below the last of them."""
    accounts, posts = widest(each.account for each in found), widest(each.post for each in found)
    for number, each in enumerate(found):
        row = f"  {local(each.due, plan.zone)}  {each.state:<9}  {each.account:<{accounts}}  {each.post:<{posts}}"
        yield f"{row}  {each.url}".rstrip()
        after = found[number + 1].note if number + 1 < len(found) else ""
        if each.note and each.note != after:
            yield f"    {each.note}"
