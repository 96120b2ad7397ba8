"""When the last run was: a sign of life in the ledger, beside the deliveries, for `status --alarm` to look at."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from cmflow.ledger import Ledger, codec, loss
from cmflow.model import Key, Planned
from cmflow.model.errors import GitError, LedgerError

FILE = loss.SIGN
EVERY = timedelta(hours=3)

MOST = 200  # deliveries on hold that are named


class Heartbeat(NamedTuple):
    """When a run was here, and its name; why it held what was due, where that was not the ledger's own reason."""

    time: datetime
    run: str
    held: Mapping[Key, str] = MappingProxyType({})


def last(ledger: Ledger) -> Heartbeat | None:
    """The last sign of life; None where there is none, or it cannot be read."""
    (oid,) = ledger.repository.objects(f"refs/heads/{ledger.branch}:{FILE}")
    return next((decode(data) for _, data in ledger.repository.read([oid])), None) if oid else None


def decode(data: bytes) -> Heartbeat | None:
    """The content of a file; None where it is invalid."""
    try:
        record = json.loads(data)
        json.dumps(record, ensure_ascii=False).encode()  # a ValueError where a text is not valid Unicode
        time = datetime.fromisoformat(record["at"])
        held = {_key(name): str(reason) for name, reason in record.get("held", {}).items()}
        life = Heartbeat(time, str(record["run"]), held)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return life if time.tzinfo and codec.FIRST < time.year < codec.LAST else None


def held(last: Heartbeat, planned: Iterable[Planned]) -> dict[Key, str]:
    """Why the last run held what is planned, unless that was given a later date since."""
    if not last.held:
        return {}
    keys = {Key(item.post, item.account) for item in planned if item.due <= last.time + EVERY}
    return {key: f"the last run put it on hold: {reason}" for key, reason in last.held.items() if key in keys}


def _key(name: str) -> Key:
    post, _, account = name.rpartition("/")
    return Key(post, account)


def mark(
    ledger: Ledger, run: str, time: datetime, held: Mapping[Key, str] = MappingProxyType({}), first: bool = False
) -> None:
    """Record that a run was here and what it `held`, unless one did so a short while ago with the same content.

    It costs a commit, so it is done every few hours. A run that loses a race leaves it to the winner. Where it cannot
    be written at all the run goes on: `status --alarm` will report it. A ledger that was deleted is begun anew only
    where this is said to be the `first`.
    """
    previous = last(ledger)
    held = dict(islice(sorted(held.items()), MOST))
    recent = (
        previous is not None and abs(time - previous.time) < EVERY
    )  # of a clock that went wrong, it may lie in the future
    if previous and recent and held == dict(previous.held):
        return
    record: dict[str, object] = {"version": 1, "at": time.isoformat(), "run": run}
    if held:
        record["held"] = {"/".join(key): reason for key, reason in held.items()}
    text = json.dumps(record, indent=2, ensure_ascii=False)
    repository, tip = ledger.repository, ledger.repository.tip(ledger.branch)
    with suppress(LedgerError, GitError):
        if not first:
            loss.refuse_loss(ledger)
        commit = repository.make_commit({FILE: f"{text}\n".encode()}, "A run was here", tip, time)
        if ledger.remote:
            repository.push(ledger.remote, commit, ledger.branch)
        repository.move(f"refs/heads/{ledger.branch}", commit, tip)
        loss.mark(ledger, commit)
