"""When the last run was: a sign of life in the ledger, beside the deliveries, for `status --alarm` to look at."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from cmflow.ledger import Ledger, codec, loss
from cmflow.model import Planned
from cmflow.model.errors import GitError, LedgerError

FILE = loss.SIGN
EVERY = timedelta(hours=3)

Key = tuple[str, str]  # post id, account
MOST = 200  # deliveries on hold that are named


class Heartbeat(NamedTuple):
    """When a run was here, and its name; why it held what was due, where that was not the ledger's own reason."""

    at: datetime
    run: str
    held: Mapping[Key, str] = MappingProxyType({})


def last(ledger: Ledger) -> Heartbeat | None:
    """When a run was last marked, and its name; None where none was, or nobody can read it."""
    (oid,) = ledger.repository.objects(f"refs/heads/{ledger.branch}:{FILE}")
    return next((decode(data) for _, data in ledger.repository.read([oid])), None) if oid else None


def decode(data: bytes) -> Heartbeat | None:
    """What a file says; None where it does not make sense."""
    try:
        found = json.loads(data)
        json.dumps(found, ensure_ascii=False).encode()  # a ValueError where a text is none
        at = datetime.fromisoformat(found["at"])
        held = {_key(place): str(why) for place, why in found.get("held", {}).items()}
        life = Heartbeat(at, str(found["run"]), held)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return life if at.tzinfo and codec.FIRST < at.year < codec.LAST else None


def held(last: Heartbeat, planned: Iterable[Planned]) -> dict[Key, str]:
    """Why the last run held what is planned, unless that was given a later date since."""
    if not last.held:
        return {}
    keys = {(each.post, each.account) for each in planned if each.due <= last.at + EVERY}
    return {key: f"the last run put it on hold: {why}" for key, why in last.held.items() if key in keys}


def _key(place: str) -> Key:
    post, _, account = place.rpartition("/")
    return post, account


def mark(
    ledger: Ledger, run: str, at: datetime, held: Mapping[Key, str] = MappingProxyType({}), first: bool = False
) -> None:
    """Write down that a run was here and what it `held` back, unless one did so a short while ago, with the same words.

    It costs a commit, so it is done every few hours. Who loses a race leaves it to the one who won. Where it cannot be
    written at all the run goes on: somebody will be told by `status --alarm`. A ledger that was deleted is begun anew
    only where this is said to be the `first`.
    """
    before = last(ledger)
    held = dict(islice(sorted(held.items()), MOST))
    recent = before is not None and abs(at - before.at) < EVERY  # of a clock that went wrong, it may lie in the future
    if before and recent and held == dict(before.held):
        return
    given: dict[str, object] = {"version": 1, "at": at.isoformat(), "run": run}
    if held:
        given["held"] = {"/".join(key): why for key, why in held.items()}
    text = json.dumps(given, indent=2, ensure_ascii=False)
    repository, tip = ledger.repository, ledger.repository.tip(ledger.branch)
    with suppress(LedgerError, GitError):
        if not first:
            loss.refuse_loss(ledger)
        commit = repository.make_commit({FILE: f"{text}\n".encode()}, "A run was here", tip, at)
        if ledger.remote:
            repository.push(ledger.remote, commit, ledger.branch)
        repository.move(f"refs/heads/{ledger.branch}", commit, tip)
        loss.mark(ledger, commit)
