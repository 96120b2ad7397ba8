"""Upcoming deliveries and their approvals, with what git knows: which pull requests brought them, what has changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from cmflow import git
from cmflow.git.history import History
from cmflow.ledger import Ledger, approvals
from cmflow.model import Delivery, Entry, Key, Planned, State, is_edited
from cmflow.repository import at_commit, history, loader
from cmflow.repository.content import Content
from cmflow.schedule import approval, waits
from cmflow.schedule.approval import ApprovalRow, ApprovalState
from cmflow.values import dataclass

OVER = (State.SENT, State.SKIPPED)
REPEATABLE = timedelta(days=30)  # how long after its date a delivery that may be published again is asked about
SOON = timedelta(days=1)  # what is due by then is asked about again: its approval may have been withdrawn
OPEN_COMMITS = 4


def rows(
    content: Content,
    entries: Sequence[Entry],
    deliveries: Mapping[Key, Delivery],
    ledger: Ledger,
    now: datetime,
    repeatable: bool = False,
) -> tuple[ApprovalRow, ...]:
    """What is committed and may still go out; with `repeatable`, also what a person may publish again."""
    planned = [
        item
        for item in loader.planned(content, entries, deliveries)
        if _is_open(item, deliveries.get(Key(item.post, item.account)), now)
        or (repeatable and _is_repeatable(item, deliveries.get(Key(item.post, item.account)), now))
    ]
    records = approvals.read(ledger, {item.post for item in planned})
    return approval.rows(planned, {entry.id: entry.campaign for entry in entries}, content.sure_plan, records)


def is_lacking(row: ApprovalRow) -> bool:
    return row.judgement.state is not ApprovalState.APPROVED


def unsettled(rows: Sequence[ApprovalRow], now: datetime) -> dict[str, str]:
    """Return the posts to ask GitHub about, with their files: what is not approved, and what is due soon."""
    return {row.planned.post: row.planned.path for row in rows if is_lacking(row) or row.planned.due <= now + SOON}


def _is_open(planned: Planned, delivery: Delivery | None, now: datetime) -> bool:
    return not waits.too_late(planned, now) and (delivery is None or delivery.state not in OVER)


def _is_repeatable(planned: Planned, delivery: Delivery | None, now: datetime) -> bool:
    """It was missed, or has changed since it was sent."""
    changed = delivery is not None and delivery.state is State.SENT and is_edited(delivery, planned)
    missed = delivery is not None and delivery.state is State.MISSED
    return (changed or missed) and now <= planned.due + REPEATABLE


@dataclass(frozen=True, slots=True)
class Explainer:
    """Adds to a row what git knows of its post; `content` is the commit's that is published."""

    content: Content
    repository: git.Repository
    history: History
    open_commit: Callable[[str], Content]

    def explain(self, row: ApprovalRow) -> ApprovalRow:
        path = row.planned.path
        pulls = tuple(dict.fromkeys(change.pull for change in self.history.changes.get(path, ()) if change.pull))
        explained = replace(row, pulls=pulls, traced=not self.history.cut)
        return (
            replace(explained, changed=self._changes(row))
            if row.judgement.state is ApprovalState.CHANGED
            else explained
        )

    def _changes(self, row: ApprovalRow) -> tuple[str, ...]:
        """What has changed since the approval; nothing where its commit was not fetched, as --collect does."""
        commit = self.repository.resolve(row.judgement.older[0].commit)
        if commit is None:
            return ()
        approved = self.open_commit(commit)
        names = history.names(self.history, row.planned.path)
        path = next((name for name in names if name in approved.source.blobs), "")
        if not path:
            return ()
        return at_commit.changed(self.content, approved, row.planned.path, path, row.planned.account)


def explained(
    rows: Sequence[ApprovalRow],
    content: Content,
    repository: git.Repository,
    log: History,
    open_commit: Callable[[str], Content],
) -> list[ApprovalRow]:
    """The rows, each with the pull requests that brought its post, and what has changed since its approval."""
    explainer = Explainer(content, repository, log, lru_cache(OPEN_COMMITS)(open_commit))
    return [explainer.explain(row) for row in rows]
