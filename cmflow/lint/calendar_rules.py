"""Rules for the whole calendar: posts compared with each other, and with what was already sent.

Written for 100,000 posts: each rule makes a single pass.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple
from unicodedata import normalize
from zoneinfo import ZoneInfo

from cmflow.content.local_time import local
from cmflow.model import CONTENT, NEW, Delivery, Entry, Key, Plan, Planned, Problem, State, Status, is_edited
from cmflow.problems.plural import counted
from cmflow.values import dataclass

Deliveries = Mapping[Key, Delivery]
OUT = frozenset((State.SENDING, State.SENT, State.UNSURE))
REPEATED = (("same-text", timedelta(days=3)), ("repeated-text", timedelta(days=90)))  # how soon it is what


class Going(NamedTuple):
    """A planned delivery and the post it comes from."""

    planned: Planned
    entry: Entry


@dataclass(frozen=True)
class Calendar:
    """Every post with what is planned and what was sent; what several rules need is computed once."""

    entries: Sequence[Entry]
    plan: Plan
    deliveries: Deliveries
    former: Mapping[Key, str]
    resembled: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> Mapping[str, Sequence[Going]]:
        """What is due on each account, by time, including drafts, without history before `since`."""
        by_account, since = defaultdict[str, list[Going]](list), self.plan.start()
        for entry in self.entries:
            for planned in map(self.as_sent, entry.planned) if entry.id in self.delivered else entry.planned:
                if planned.due >= since:
                    by_account[planned.account].append(Going(planned, entry))
        for row in by_account.values():
            row.sort(key=lambda going: (going.planned.due, going.entry.path))
        return by_account

    @cached_property
    def delivered(self) -> frozenset[str]:
        """The ids of the posts that are in the ledger: most of the others are not looked at."""
        return frozenset(key.post for key in self.deliveries)

    @cached_property
    def ids(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.zone)

    def is_out(self, planned: Planned) -> bool:
        """Nothing about it can be changed any more."""
        delivery = self.deliveries.get(Key(planned.post, planned.account))
        return delivery is not None and _is_out(delivery)

    def as_sent(self, planned: Planned) -> Planned:
        """A sent delivery keeps its date, whatever date its post has now."""
        sent = self.sent(planned)
        return replace(planned, due=sent.due) if sent and sent.due != planned.due else planned

    def sent(self, planned: Planned) -> Delivery | None:
        delivery = self.deliveries.get(Key(planned.post, planned.account))
        return delivery if delivery and delivery.state is State.SENT else None

    def unsent(self, entry: Entry) -> list[Planned]:
        """What may still be sent of the post: neither history nor in the ledger."""
        since = self.plan.start()
        return [
            planned
            for planned in entry.planned
            if planned.due >= since and Key(planned.post, planned.account) not in self.deliveries
        ]

    def day(self, time: datetime) -> date:
        return time.astimezone(self.zone).date()


def _is_out(delivery: Delivery) -> bool:
    return delivery.state in OUT or bool(delivery.receipts)


def duplicate_ids(calendar: Calendar) -> Iterator[Problem]:
    """Ids become file names in the ledger and on the pages, so case is ignored, as some file systems do.

    The id of a post that could not be read is uncertain, so it is skipped.
    """
    by_id = defaultdict[str, list[Entry]](list)
    for entry in (item for item in calendar.entries if item.date is not None):
        by_id[folded(entry.id)].append(entry)
    for namesakes in by_id.values():
        for entry in namesakes if len(namesakes) > 1 else ():
            paths = ", ".join(sorted(twin.path for twin in namesakes if twin is not entry))
            message = f"The id “{entry.id}” is also that of {paths}."
            yield Problem(entry.path, 1, "duplicate-id", message, "Give one of them another `id:`.")


def folded(post_id: str) -> str:
    """The id without what some file systems do not tell apart."""
    return post_id.casefold() if post_id.isascii() else normalize("NFC", post_id).casefold()


def same_texts(calendar: Calendar) -> Iterator[Problem]:
    """Of the two that are nearest in time the later one has the problem, and a draft rather than a ready post.

    Pictures alone are not a text. Repeating a text after some months is fine.
    """
    for account, row in calendar.accounts.items():
        alike = defaultdict[str, list[Going]](list)
        for going in row:
            if going.planned.text_digest and going.planned.excerpt and not going.planned.blocked:
                alike[going.planned.text_digest].append(going)
        for goings in alike.values():
            yield from _repeated(calendar, account, goings) if len(goings) > 1 else ()


def _repeated(calendar: Calendar, account: str, goings: Sequence[Going]) -> Iterator[Problem]:
    timeline = list[tuple[datetime, str]]()  # in order of time
    for planned, entry in sorted(goings, key=lambda going: going.entry.status is not Status.READY):
        index = bisect(timeline, (planned.due, entry.path))
        neighbours = timeline[max(0, index - 1) : index + 1]
        nearest = min(neighbours, key=lambda neighbour: abs(neighbour[0] - planned.due), default=None)
        timeline.insert(index, (planned.due, entry.path))
        if nearest is None or nearest[1] == entry.path or calendar.is_out(planned):
            continue
        distance = abs(planned.due - nearest[0])
        code = next((code for code, within in REPEATED if distance < within), "")
        if code:
            days = f", {counted(distance.days, 'day')} apart" if distance.days else ""
            message = f"It has exactly the same text as {nearest[1]}{days}."
            yield Problem(entry.path, 1, code, message, "Change one of them, or remove the account from one.", account)


def gaps(calendar: Calendar) -> Iterator[Problem]:
    for name, row in calendar.accounts.items():
        gap = calendar.plan.gap(name)
        for (previous, earlier), (planned, entry) in pairwise(going for going in row if not going.planned.blocked):
            distance = planned.due - previous.due
            if distance < gap and not calendar.is_out(planned):
                message = f"It is due {_minutes(distance)} after {earlier.path}; the plan asks for {_minutes(gap)}."
                yield Problem(entry.path, 1, "min-gap", message, "Move one of them.", name)


def _minutes(length: timedelta) -> str:
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    return " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number) or "0 min"


def pauses(calendar: Calendar) -> Iterator[Problem]:
    """One finding for all accounts that the same pause holds it on."""
    for entry in calendar.entries:
        held = [planned for planned in entry.planned if planned.held and _is_ahead(calendar, planned)]
        for reason in dict.fromkeys(planned.held for planned in held):
            names = ", ".join(planned.account for planned in held if planned.held == reason)
            hint = "Give it another date, or set `ignore_pauses: yes` to publish it anyway."
            yield Problem(entry.path, 1, "in-pause", f"It is on hold on {names}: {reason}.", hint)


def _is_ahead(calendar: Calendar, planned: Planned) -> bool:
    """Whether it is still to be published: not history, published, skipped or missed."""
    delivery = calendar.deliveries.get(Key(planned.post, planned.account))
    missed = delivery is not None and delivery.state is State.MISSED and delivery.due == planned.due
    over = delivery is not None and (_is_out(delivery) or delivery.state is State.SKIPPED)
    return not (over or missed) and planned.due >= calendar.plan.start()


def missing_posts(calendar: Calendar) -> Iterator[Problem]:
    """What a post answers, quotes or repeats must be published on the same account before it."""
    for entry in calendar.entries:
        for key, reference, line in entry.refers:
            if reference.startswith(("https://", "http://", "at://")):
                continue
            target = calendar.ids.get(reference)
            if target is None:
                yield Problem(
                    entry.path,
                    line,
                    "unknown-post",
                    f"{key}: the post “{reference}” does not exist.",
                    "Correct the id.",
                )
                continue
            yield from _not_before(calendar, entry, target, key, line)


def _not_before(calendar: Calendar, entry: Entry, target: Entry, key: str, line: int) -> Iterator[Problem]:
    targets = {planned.account: planned for planned in target.planned}
    is_draft = target.status is Status.DRAFT and entry.status is not Status.DRAFT
    for planned in entry.planned:
        reason = "is a draft" if is_draft else _absence(calendar, targets.get(planned.account), planned)
        if reason:
            message = f"{key}: “{target.id}” {reason}."
            hint = "Publish it on this account earlier, give its address on the network, or remove the account."
            yield Problem(entry.path, line, "unknown-post", message, hint, planned.account)


def _absence(calendar: Calendar, target: Planned | None, planned: Planned) -> str:
    """Why `target` will not be published before `planned`; "" where it will."""
    if target is None:
        return "does not go there"
    if calendar.is_out(target):
        return ""
    if target.due < calendar.plan.start():
        return "is older than the plan's `since`, so its address on the network is not known"
    return f"goes there only on {local(target.due, calendar.plan.zone)}" if target.due >= planned.due else ""


def edited(calendar: Calendar) -> Iterator[Problem]:
    """One finding per post. Where the ledger does not hold what was sent, a changed template is found here, too.

    Not history: nothing tells what that would be sent as.
    """
    since = calendar.plan.start()
    for entry in (entry for entry in calendar.entries if entry.id in calendar.delivered):
        pairs = [
            (planned, sent)
            for planned in entry.planned
            if (sent := calendar.sent(planned)) and max(planned.due, sent.due) >= since
        ]
        differs = [planned.account for planned, sent in pairs if planned.due >= since and is_edited(sent, planned)]
        moved = [pair for pair in pairs if calendar.day(pair[0].due) != calendar.day(pair[1].due)]
        if moved:
            is_over = len(pairs) == len(entry.planned) and bool(differs)
            yield _moved(calendar, entry, moved, "sent-already" if is_over else "delivered-moved")
        elif differs:
            message = f"It would now look different from what was published on {', '.join(differs)}."
            alts = f" If only its alt texts changed: cmflow describe {entry.id}" if entry.media else ""
            hint = f"A published post is not changed. Edit it on the network, or write a new post.{alts}"
            yield Problem(entry.path, 1, "delivered-edited", message, hint)


def _moved(calendar: Calendar, entry: Entry, moved: Sequence[tuple[Planned, Delivery]], code: str) -> Problem:
    """Its date was changed after it was sent: nothing is published on the new one."""
    accounts = ", ".join(planned.account for planned, _ in moved)
    planned, sent = moved[0]
    day, now = calendar.day(sent.due), calendar.day(planned.due)
    message = f"It was sent to {accounts} on {day}: it will not be published there again on {now}."
    command = f"cmflow publish --again {entry.id} {planned.account}"
    hint = f"Set the date back to {day}, and copy the file for another post. To publish this one again: {command}"
    return Problem(entry.path, 1, code, message, hint)


def renamed(calendar: Calendar) -> Iterator[Problem]:
    """A delivery whose post was deleted, and an unsent post with the same text, nearly the same, or the same minute."""
    missing = orphans(calendar.entries, calendar.deliveries)
    traces = {
        trace: sent.post
        for sent in sorted(missing, key=attrgetter("post"))
        for trace in _traces(sent.account, sent.digest, sent.due)
    }
    for entry in (item for item in calendar.entries if missing and item.status is Status.READY):
        unsent = calendar.unsent(entry)
        marks = (trace for planned in unsent for trace in _traces(planned.account, planned.digest, planned.due))
        olds = sorted({traces[trace] for trace in marks if trace in traces})
        if unsent and entry.id in calendar.resembled:
            olds = olds or [calendar.resembled[entry.id]]
        if olds:
            message = (
                f"It looks like “{olds[0]}”, which is already published; as “{entry.id}” it would be published again."
            )
            yield Problem(entry.path, 1, "delivered-renamed", message, f"Write `id: {olds[0]}` into its front matter.")


def orphans(entries: Iterable[Entry], deliveries: Deliveries) -> list[Delivery]:
    """Deliveries that are or may be published, and belong to no existing post."""
    ids = {entry.id for entry in entries}
    return [sent for sent in deliveries.values() if sent.post not in ids and _is_out(sent)]


Trace = tuple[str, str | datetime]


def _traces(account: str, digest: str, due: datetime) -> tuple[Trace, ...]:
    return ((account, digest[:CONTENT]), (account, due)) if digest else ((account, due),)


def renamed_accounts(calendar: Calendar) -> Iterator[Problem]:
    """Deliveries to an account that was renamed or moved: the same post, text or minute, to the same place, would be
    published there again."""
    traces = defaultdict[str | datetime, list[Delivery]](list)
    for sent in calendar.deliveries.values():
        if _is_out(sent) and _has_moved(calendar, sent):
            for mark in _marks(sent):
                traces[mark].append(sent)
    for entry in (item for item in calendar.entries if traces and item.status is Status.READY):
        for planned in calendar.unsent(entry):
            olds = [sent for mark in _marks(planned) for sent in traces.get(mark, ())]
            names = sorted({sent.account for sent in olds if _may_be(calendar, sent, planned.account)})
            if names:
                message = f"It is already published there: “{planned.account}” looks like “{names[0]}” by another name."
                hint = f"Write `was: {names[0]}` below the account in the plan; `was: {NEW}` if it is another account."
                yield Problem(entry.path, 1, "account-renamed", message, hint, planned.account)


def _marks(delivery: Planned | Delivery) -> tuple[str | datetime, ...]:
    text = (delivery.digest[:CONTENT],) if delivery.digest else ()
    return (delivery.post, *text, delivery.due)


def _has_moved(calendar: Calendar, sent: Delivery) -> bool:
    account, destination = calendar.plan.account(sent.account), calendar.former.get(Key(sent.post, sent.account), "")
    return account is None or (destination != "" and destination != account.destination)


def _may_be(calendar: Calendar, sent: Delivery, name: str) -> bool:
    """Whether this account may be the one it was sent to; where that is unknown, it may."""
    account, destination = calendar.plan.account(name), calendar.former.get(Key(sent.post, sent.account), "")
    return account is not None and account.was not in (NEW, sent.account) and destination in ("", account.destination)


RULES: tuple[Callable[[Calendar], Iterator[Problem]], ...] = (
    duplicate_ids,
    same_texts,
    gaps,
    pauses,
    missing_posts,
    edited,
    renamed,
    renamed_accounts,
)
