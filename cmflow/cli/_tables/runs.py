"""What publishing shows: a line per delivery, what a dry run would do, what to post by hand, what a stop holds."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import click

from cmflow import schedule
from cmflow.cli._output import widest
from cmflow.content.local_time import local
from cmflow.model import Key, Planned, State, Stop
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.publish import Outcome
from cmflow.render.escape import shorten
from cmflow.schedule import Do

MARKS = {
    State.SENT: ("sent", "green"),
    State.FAILED: ("failed", "red"),
    State.UNSURE: ("unsure", "red"),
    State.MISSED: ("missed", "red"),
    State.SENDING: ("sending", "yellow"),
    State.SCHEDULED: ("held", "yellow"),
    State.SKIPPED: ("skipped", "yellow"),
}
HINTS = (
    "cmflow preview POST -a ACCOUNT               shows what to paste",
    "cmflow settle POST ACCOUNT --sent URL        records that you posted it",
)
EXCERPT = 60  # characters of a text that are shown


def outcome(item: Outcome, zone: str, width: int) -> Iterator[str]:
    """Yield one line for what happened to a delivery; none for what was over before, is not due, or not for a run."""
    if item.did is Do.BY_HAND:
        return
    word, colour = MARKS[item.state]
    if item.sent or item.person or item.state is not State.SENT:
        detail = " ".join(item.urls) if item.sent else _reason(item, zone)
        start = f"  {click.style(f'{word:<7}', fg=colour)}  {item.account:<{width}}  "
        yield f"{start}{item.post}  {safe_line(detail)}".rstrip()


def _reason(item: Outcome, zone: str) -> str:
    """Why it was not sent, and when a run looks at it again."""
    if item.until is None:
        return item.note
    time = local(item.until, zone)
    return f"{item.note} Next attempt: {time}." if item.note.endswith(".") else f"{item.note}, until {time}"


def dry_run(actions: Sequence[schedule.Action], zone: str, refusals: Mapping[Key, str]) -> Iterator[str]:
    """Yield a line per delivery: what a run would do with it, and why; `refusals` are why it would hold some after
    all."""
    accounts, posts = widest(action.account for action in actions), widest(action.post for action in actions)
    for action in actions:
        due = f"due {local(action.planned.due, zone)}" if action.planned else ""
        refusal = refusals.get(Key(action.post, action.account))
        do, reason = (Do.HOLD, safe_line(refusal)) if refusal else (action.do, action.sentence)
        yield f"  {do:<7}  {action.account:<{accounts}}  {action.post:<{posts}}  {due}  {reason}"


def by_hand(
    due: Sequence[Outcome | schedule.Action], composers: Mapping[str, str], stop: Stop | None = None
) -> Iterator[str]:
    """Yield what is due where cmflow cannot publish, and how a person does it: a list, not a failure.

    `composers` are the pages on which people write posts, by account. A `stop` that began since is for people, too.
    """
    if not due:
        return
    accounts, posts = widest(delivery.account for delivery in due), widest(delivery.post for delivery in due)
    later = f", once publishing is resumed: it is stopped ({safe_line(stop.reason)})" if stop else ""
    yield click.style(f"\nTo post by hand{later}", fg="yellow", bold=True)
    for delivery in due:
        composer = composers.get(delivery.account, "")
        yield f"  {delivery.account:<{accounts}}  {delivery.post:<{posts}}  {composer}".rstrip()
    yield from (f"    {line}" for line in HINTS)
    yield ""


def rehearsal(outcomes: Sequence[Outcome], due: Sequence[Planned], place: str) -> Iterator[str]:
    """Yield a line per post that something happened to, in the order of the calendar, and how many there were."""
    yield from _by_post(outcomes, due)
    new = sum(item.sent for item in outcomes)
    old = sum(item.state is State.SENT and not item.sent for item in outcomes)
    missed = sum(item.state is State.MISSED for item in outcomes)
    if new:
        yield f"{counted(new, 'delivery')} sent to {place}"
    if old:
        yield f"Nothing is sent twice: {counted(old, 'delivery')} were sent by an earlier rehearsal."
    if missed:
        yield f"{counted(missed, 'delivery')} would be too late (see `late` in the plan)."


def _by_post(outcomes: Sequence[Outcome], due: Sequence[Planned]) -> Iterator[str]:
    planned = {Key(item.post, item.account): item for item in due}
    sent = [Key(item.post, item.account) for item in outcomes if item.sent]
    order = sorted(sent, key=lambda key: (planned[key].due, planned[key].post, planned[key].parts))
    for post, keys in groupby(order, key=lambda key: key.post):
        parts = {key.account: planned[key].parts for key in keys}
        names = ", ".join(name if number == 1 else f"{name} ({number} parts)" for name, number in parts.items())
        yield f"  {click.style('sent', fg='green')}  {post} → {names}"
    for item in outcomes:
        if not item.sent and item.state is not State.SENT:
            yield f"  {click.style('not sent', fg='red')}  {item.post} → {item.account}: {item.note}"


def held(title: str, planned: Sequence[Planned], zone: str) -> Iterator[str]:
    """Yield the deliveries below a title, with the first words of each; nothing where there are none."""
    if planned:
        yield f"{title}: {counted(len(planned), 'delivery')}."
    accounts = widest(delivery.account for delivery in planned)
    for delivery in planned:
        excerpt = safe_line(shorten(delivery.excerpt, EXCERPT))
        yield f"  {local(delivery.due, zone)}  {delivery.account:<{accounts}}  {delivery.post}  {excerpt}".rstrip()
