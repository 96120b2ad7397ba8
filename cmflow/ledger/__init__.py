"""The ledger: what git remembers of every delivery, on a branch of its own.

One writer at a time moves the branch forward, by a compare-and-swap: a push that must be a fast-forward where there
is a remote, the move of the local branch where there is none. Who loses looks at what the other one wrote and decides
again.
"""

import random
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cmflow.ledger import codec, stops, tokens
from cmflow.ledger.codec import Key
from cmflow.ledger.reader import BRANCH, REHEARSAL, Ledger, Snapshot, blobs, names, places, read, read_at
from cmflow.model import Delivery, State, Stop, Stops
from cmflow.model.errors import GitError, LedgerError, LostRace, Stopped

__all__ = [
    "BRANCH",
    "REHEARSAL",
    "Ledger",
    "Snapshot",
    "Writer",
    "blobs",
    "join",
    "names",
    "open_writer",
    "places",
    "read",
    "read_at",
    "sync",
]

STUCK = 20  # how often a push may be refused though nobody else has moved the remote's branch
TRIES = 100  # how often a write starts again because another run was quicker
TOGETHER = 0.1  # seconds that the first claims of a run wait for each other: less than a push to another machine takes


# ── in line with the remote ─────────────────────────────────────────────────────────────────────────────────


def sync(ledger: Ledger, at: datetime, push: bool = True) -> str | None:
    """Bring the local branch in line with the remote's and the remote's with it; the commit both are at.

    Nothing is lost on either side. Raises GitError where the remote cannot be reached.
    """
    repository = ledger.repository
    if not ledger.remote:
        return repository.tip(ledger.branch)
    seen: list[str | None] = []
    for _ in range(TRIES):
        there = repository.fetch(ledger.remote, ledger.branch)
        seen.append(there)
        if seen[-STUCK:] == [there] * STUCK:
            raise _stuck(ledger)
        here = repository.tip(ledger.branch)
        joined = join(ledger, here, there, at)
        try:
            if joined and joined != here:
                repository.move(f"refs/heads/{ledger.branch}", joined, here)
            if push and joined and joined != there:
                repository.push(ledger.remote, joined, ledger.branch)
        except LostRace:
            continue
        return joined
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def _stuck(ledger: Ledger) -> GitError:
    hint = (
        f"If a git was killed there, delete refs/heads/{ledger.branch}.lock in the remote's folder. If the name of a "
        f"branch begins with {ledger.branch}/, rename it: git cannot have both. Else try later."
    )
    return GitError(f"The remote refuses to move {ledger.branch}, though nobody else has moved it.", hint)


def join(ledger: Ledger, here: str | None, there: str | None, at: datetime) -> str | None:
    """One commit that holds what both hold: one of the two, or ours written again on top of theirs."""
    repository = ledger.repository
    if here is None or there is None or here == there:
        return here or there
    if repository.is_ancestor(here, there):
        return there
    if repository.is_ancestor(there, here):
        return here
    base = repository.merge_base(here, there)
    return _joined_on(ledger, base, here, there, repository.changed(base, there), at)


def _joined_on(
    ledger: Ledger, base: str | None, here: str, there: str, theirs: Mapping[str, str | None], at: datetime
) -> str:
    """What we have changed since `base`, on top of theirs; `theirs` is what they have changed since."""
    repository = ledger.repository
    ours = {path: oid for path, oid in repository.changed(base, here).items() if oid and oid != theirs.get(path)}
    blobs = dict(repository.read({*ours.values(), *(oid for path in ours if (oid := theirs.get(path)))}))
    changes: dict[str, bytes | None] = {
        path: _join_of(path)(blobs[oid], blobs.get(theirs.get(path) or "")) for path, oid in ours.items()
    }
    return repository.make_commit(changes, "Bring two ledgers together", there, at)


def _join_of(path: str) -> Callable[[bytes, bytes | None], bytes]:
    if path == stops.FILE:
        return stops.join
    return tokens.joined if path.startswith(f"{tokens.FOLDER}/") else _joined


def _joined(ours: bytes, theirs: bytes | None) -> bytes:
    """`theirs` is None where only we have changed it. What cannot be read gives way to what can."""
    if theirs is None:
        return ours
    try:
        mine = codec.decode(ours)
    except codec.Unreadable:
        return theirs
    try:
        return codec.encode(codec.merge(mine, codec.decode(theirs)))
    except codec.Unreadable:
        return ours


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Wish:
    """What one thread waits to have written; `result` is None until it is decided."""

    before: Delivery | None
    after: Delivery
    claim: bool
    result: bool | GitError | LedgerError | None = None

    @property
    def key(self) -> Key:
        return self.after.post, self.after.account


@dataclass(slots=True)
class Writer:
    """The ledger, open for writing by many threads: whoever comes while a commit is on its way shares the next one.

    `tip` is the local branch as last seen, `pushed` the remote's, `foreign` what others wrote since the snapshot.
    `stop` is one that lasted when this writer was opened, or was written since: no request is claimed any more, even if
    a person has resumed meanwhile. `past` are the stops that were over before. `accounts` are those of the plan, where
    known: what somebody begins meanwhile on another one may be the same delivery, by another plan's name.
    """

    ledger: Ledger
    tip: str | None
    pushed: str | None
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    past: tuple[Stop, ...] = ()
    stop: Stop | None = None
    accounts: frozenset[str] = frozenset()
    unpushed: str = ""  # why receipts are on the local branch only; the next run pushes them
    refused: int = 0  # pushes in a row, though nobody else has moved the remote's branch
    # In every commit of this writer: two runs that write the same at the same moment must not make the same commit, or
    # the second push would be "up to date" and both would believe that they have the delivery.
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    foreign: dict[Key, Delivery | codec.Unreadable | None] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # every file that others wrote since then
    waiting: list[_Wish] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)  # accounts whose first write is about to come
    gate: threading.Condition = field(default_factory=threading.Condition)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, before: Delivery | None, after: Delivery, *facts: Delivery) -> bool:
        """Write a decision: True once it is durable (on the remote, where there is one), False if `before` is over.

        Raises GitError or LedgerError where that is not known to be so: then nothing may be sent. `facts` go along, and
        are written whatever becomes of the claim, unless an error is raised.
        """
        return self._write([*(_Wish(None, fact, claim=False) for fact in facts), _Wish(before, after, claim=True)])[-1]

    def claims(self, pairs: Iterable[tuple[Delivery | None, Delivery]]) -> tuple[bool, ...]:
        """`claim` for several deliveries in one commit."""
        return self._write([_Wish(before, after, claim=True) for before, after in pairs])

    def record(self, *deliveries: Delivery) -> None:
        """Write facts: durable at least on the local branch; a remote that cannot be reached gets them next time."""
        self._write([_Wish(None, delivery, claim=False) for delivery in deliveries])

    def expect(self, accounts: Iterable[str]) -> None:
        """These are about to write: whoever is first waits for the others, a moment at most, and they share a push."""
        with self.gate:
            self.awaited |= {*accounts}

    def excuse(self, account: str) -> None:
        """Nobody has to wait for that account: it writes later, or nothing."""
        with self.gate:
            self.awaited.discard(account)
            self.gate.notify_all()

    def close(self) -> None:
        """Push what is only here. What cannot be pushed now stays, and `unpushed` says why."""
        with self.turn:
            if self.ledger.remote and self.tip != self.pushed:
                self._push_facts()

    def _write(self, wishes: list[_Wish]) -> tuple[bool, ...]:
        with self.gate:
            self.waiting += wishes
            self.awaited -= {wish.after.account for wish in wishes}
            self.gate.wait_for(lambda: not self.awaited, TOGETHER)
            self.awaited.clear()
            self.gate.notify_all()
        with self.turn:
            if any(wish.result is None for wish in wishes):
                self._serve(self._taken())
        return tuple(_result(wish) for wish in wishes)

    def _taken(self) -> list[_Wish]:
        """All that waits by now."""
        with self.gate:
            group, self.waiting = self.waiting, []
        return group

    def _serve(self, group: list[_Wish]) -> None:
        try:
            claims = self._begin(group)
            if claims:
                self._serve_claims(claims, group)
        except (GitError, LedgerError) as error:
            for wish in group:
                wish.result = error if wish.result is None else wish.result

    def _begin(self, group: Sequence[_Wish], push: bool = True) -> list[_Wish]:
        """Serve the facts, which are true whatever becomes of the claims; the claims."""
        facts = [wish for wish in group if not wish.claim]
        claims = [wish for wish in group if wish.claim]
        if facts:
            self._serve_facts(facts, push and not claims)
        return claims

    def _serve_facts(self, facts: list[_Wish], push: bool) -> None:
        for _ in range(TRIES):
            merged = {wish.key: self._merged(wish) for wish in facts}
            if self._move(self._commit(list(merged.values()))):
                break
        else:
            raise LostRace(f"Other programs kept moving {self.ledger.branch}.", "Run again.")
        self.foreign.update((key, each) for key, each in merged.items() if key in self.foreign)
        for wish in facts:
            wish.result = True
        if push and self.ledger.remote:
            self._push_facts()

    def _push_facts(self) -> None:
        try:
            for _ in range(TRIES):
                if self._push(self.tip):
                    self.unpushed = ""
                    return
            self.unpushed = "other runs kept pushing first"
        except GitError as error:
            self.unpushed = str(error)

    def _serve_claims(self, claims: list[_Wish], group: list[_Wish]) -> None:
        """What comes while another run is quicker joins the `group`, and goes along with the next try."""
        for turn in range(TRIES):
            for wish in claims:
                if wish.result is None:
                    wish.result = self._refusal(wish)
            live = [wish for wish in claims if wish.result is None]
            if not live or self._decide(live):
                return
            self.pause(random.uniform(0, min(0.1 * 2**turn, 2.0)))  # runs in step would meet again and again
            more = self._taken()
            group += more
            claims += self._begin(more, push=False)
        raise LostRace(f"Other runs kept moving {self.ledger.branch}.", "Run again.")

    def _decide(self, live: list[_Wish]) -> bool:
        """One try to make the claims true; False where another run was quicker."""
        commit = self._commit([wish.after for wish in live])
        if self.ledger.remote:
            if not self._push(commit):
                return False
            self._move(commit)  # whatever becomes of the local branch, the remote has it
        elif not self._move(commit):
            return False
        for wish in live:
            wish.result = True
            self.foreign.pop(wish.key, None)
        return True

    def _refusal(self, wish: _Wish) -> bool | LedgerError | None:
        """Why the claim cannot be made on this tip; None where it can. Only a request is stopped, nothing else."""
        if self.foreign.get(wish.key, wish.before) != wish.before:
            return False
        if codec.approvals_path(wish.after.post) in self.touched:  # they were read before
            return False
        if self.accounts and any(post == wish.after.post and name not in self.accounts for post, name in self.foreign):
            return False
        if self.stop and wish.after.state is State.SENDING:
            return Stopped(f"{self.stop.sentence}.", "Only a person lets it go on: cmflow resume")
        return None

    def _merged(self, wish: _Wish) -> Delivery:
        other = self.foreign.get(wish.key)
        return codec.merge(wish.after, other) if isinstance(other, Delivery) else wish.after

    def _commit(self, deliveries: Sequence[Delivery]) -> str:
        changes: dict[str, bytes | None] = {
            codec.path(delivery.post, delivery.account): codec.encode(delivery) for delivery in deliveries
        }
        return self.ledger.repository.make_commit(changes, _message(deliveries, self.name), self.tip, self.clock())

    def heed(self, found: Stops) -> None:
        """Take note of what the ledger says of stops."""
        fresh = (stop for stop in found.stops if stop not in self.past)
        self.stop = self.stop or next(fresh, None)

    def _move(self, commit: str) -> bool:
        """Move the local branch; False where another program moved it: then we are where it is."""
        repository = self.ledger.repository
        try:
            repository.move(f"refs/heads/{self.ledger.branch}", commit, self.tip)
        except LostRace:
            tip = repository.tip(self.ledger.branch)
            self.meet(self.tip, tip)
            self.tip = tip
            return False
        self.tip = commit
        return True

    def _push(self, commit: str | None) -> bool:
        """Push; False where another run was quicker: then the local branch holds theirs and our facts."""
        repository, remote, branch = self.ledger.repository, self.ledger.remote, self.ledger.branch
        try:
            repository.push(remote, commit or "", branch)
        except LostRace:
            there = repository.fetch(remote, branch)
            self.refused = self.refused + 1 if there == self.pushed else 0
            if self.refused >= STUCK:
                raise _stuck(self.ledger) from None
            self._follow(there)
            return False
        except GitError:
            # The answer may be lost and the push not: only the remote can tell.
            if repository.fetch(remote, branch) != commit:
                raise
        self.pushed, self.refused = commit, 0
        return True

    def _follow(self, there: str | None) -> None:
        """The local branch holds all that the remote had, so what it had is where the two part."""
        base, self.pushed = self.pushed, there
        theirs = self.meet(base, there)
        if there and theirs and there != self.tip:
            apart = self.tip and self.tip != base
            self._move(_joined_on(self.ledger, base, self.tip or "", there, theirs, self.clock()) if apart else there)

    def meet(self, older: str | None, newer: str | None) -> Mapping[str, str | None]:
        """Take note of what others have written between two commits; all that has changed there."""
        if newer is None or newer == older:
            return {}
        repository = self.ledger.repository
        everything = repository.changed(older, newer)
        if stops.FILE in everything:
            self.heed(stops.read_blob(self.ledger, everything[stops.FILE]))
        self.touched |= everything.keys()
        changed = {path: oid for path, oid in everything.items() if codec.key(path)}
        blobs = dict(repository.read({oid for oid in changed.values() if oid}))
        for path, oid in changed.items():
            key = codec.key(path)
            if key:
                self.foreign[key] = _decoded(blobs[oid]) if oid else None
        return everything


def open_writer(
    ledger: Ledger,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
    only: Collection[Key] | None = None,
    seen: str | None = None,
    accounts: Collection[str] = (),
) -> tuple[Writer, Snapshot]:
    """What the ledger holds now (`only` these deliveries, where given), and a writer that knows when that is over.

    `seen` is the commit of it that the caller has already looked at, and decided by; `accounts` are the plan's.
    """
    commit = sync(ledger, clock())
    snapshot = Snapshot(None, {}) if commit is None else read_at(ledger, commit, only)
    found = stops.read(ledger, commit) if commit else Stops()
    pushed = commit if ledger.remote else None
    writer = Writer(ledger, commit, pushed, clock, pause, found.stops, found.current, frozenset(accounts))
    if seen:
        writer.meet(seen, commit)
    return writer, snapshot


def _decoded(data: bytes) -> Delivery | codec.Unreadable:
    try:
        return codec.decode(data)
    except codec.Unreadable as error:
        return error


def _result(wish: _Wish) -> bool:
    if isinstance(wish.result, bool):
        return wish.result
    raise wish.result or LedgerError("The ledger was closed while something waited to be written.", "Run again.")


def _message(deliveries: Sequence[Delivery], writer: str) -> str:
    first = f"{deliveries[0].post} to {deliveries[0].account}: {deliveries[0].state}"
    more = f" and {len(deliveries) - 1} more" if len(deliveries) > 1 else ""
    runs = sorted({delivery.run for delivery in deliveries if delivery.run})
    return f"{first}{more}\n\n" + "".join(f"Run: {run}\n" for run in runs) + f"Writer: {writer}\n"
