"""What `cmflow status` shows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from cmflow.cli._output import problem_lines, widest
from cmflow.content.local_time import local
from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.ledger.heartbeat import Heartbeat
from cmflow.model import Plan, Problem, State
from cmflow.problems import safe_line
from cmflow.problems import text as one_line
from cmflow.repository import uncommitted
from cmflow.repository.content import Content

NEXT = 10  # deliveries shown as coming next


def lines(
    standings: Sequence[Standing], problems: Sequence[Problem], plan: Plan, now: datetime, everything: bool
) -> Iterator[str]:
    """Yield how many deliveries are in which state, and tables of those that matter now; of `everything`, all."""
    counts = ", ".join(f"{number} {_phrase(word)}" for word, number in status.counts(standings).items() if number)
    yield f"{safe_line(plan.brand)}, {local(now, plan.zone)} {plan.zone}: {counts or 'nothing planned'}."
    people = [standing for standing in standings if standing.person]
    by_hand = [standing for standing in standings if standing.by_hand]
    upcoming = [
        standing
        for standing in standings
        if (standing.open or standing.state is State.SCHEDULED) and not standing.person and not standing.by_hand
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


def last_run(last: Heartbeat | None, plan: Plan) -> Iterator[str]:
    """Yield when a run left its last sign of life; nothing where no run was yet, as in a rehearsal."""
    if last:
        yield f"\nLast sign of life of a run: {local(last[0], plan.zone)}, {safe_line(last[1])}"


def unread(content: Content) -> Iterator[str]:
    """Yield what may be taken for a post that will go out, and is not: in the wrong place, or not committed."""
    yield from (one_line(problem) for problem in content.problems if problem.code in ("not-in-git", "not-a-post"))
    saved = content.source
    yield from uncommitted.sentences(saved.unsaved, saved.missing, saved.unpushed, saved.unwatched)


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
