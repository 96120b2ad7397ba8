"""The ledger, open for writing by the threads of one run."""

import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from cmflow.git.objects import Patch
from cmflow.ledger import branches, codec, publication_rows, publications, stops
from cmflow.ledger.reader import Ledger, Snapshot, read_at
from cmflow.model import Delivery, Key, Publication, State, Stop, Stops, same_content
from cmflow.model.errors import GitError, LedgerError, LostRace, Stopped
from cmflow.values import dataclass

REMOVED = codec.Unreadable("its file was removed")  # a claim is refused, and the next run asks a person
TOGETHER = 0.1  # seconds that the first claims of a run wait for each other: less than a push to another machine takes


@dataclass(slots=True)
class _Write:
    """What one thread waits to have written; `result` is None until that is decided."""

    previous: Delivery | None
    delivery: Delivery
    claim: bool
    result: bool | GitError | LedgerError | None = None

    @property
    def key(self) -> Key:
        return Key(self.delivery.post, self.delivery.account)


@dataclass(slots=True)
class Writer:
    """The ledger, open for writing by many threads: those that come while a commit is in progress share the next one.

    `tip` is the local branch as last read, `pushed` the remote's, `foreign` what others wrote since the snapshot.
    `stop` is one that was in force when this writer was opened, or was written since: no request is claimed any more,
    even if a person has resumed meanwhile. `history` are the stops before. `accounts` are those of the plan, where
    known: what another run begins on any other one may be the same delivery, under the name of another plan.
    `publications` are what deliveries would be if they were sent now.
    """

    ledger: Ledger
    tip: str | None
    pushed: str | None
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    history: tuple[Stop, ...] = ()
    stop: Stop | None = None
    accounts: frozenset[str] = frozenset()
    unpushed: str = ""  # why receipts are on the local branch only; the next run pushes them
    refused: int = 0  # pushes in a row that were refused although no other run has moved the remote's branch
    # In every commit of this writer: two runs that write the same at the same moment must not make the same commit, or
    # the second push would be "up to date" and both would believe that they have the delivery.
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    foreign: dict[Key, Delivery | codec.Unreadable] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # every file that others have written since then
    waiting: list[_Write] = field(default_factory=list)
    publications: dict[Key, Publication] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)  # accounts whose first write is about to come
    gate: threading.Condition = field(default_factory=threading.Condition)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, previous: Delivery | None, delivery: Delivery, *facts: Delivery) -> bool:
        """Write a decision: True once it is durable (on the remote, where there is one), False if `previous` is over.

        Raises GitError or LedgerError where that is not known to be so: then nothing may be sent. `facts` go along, and
        are written whether or not the claim succeeds, unless an error is raised.
        """
        return self._write(
            [*(_Write(None, fact, claim=False) for fact in facts), _Write(previous, delivery, claim=True)]
        )[-1]

    def claims(self, pairs: Iterable[tuple[Delivery | None, Delivery]]) -> tuple[bool, ...]:
        """`claim` for several deliveries in one commit."""
        return self._write([_Write(previous, delivery, claim=True) for previous, delivery in pairs])

    def record(self, *deliveries: Delivery) -> None:
        """Write facts: durable at least on the local branch; a remote that is unavailable gets them next time."""
        self._write([_Write(None, delivery, claim=False) for delivery in deliveries])

    def publish(self, publication: Publication | None) -> None:
        """Whatever commit records that delivery as sent will hold this, too."""
        if publication:
            variant = publication.variant
            self.publications[Key(variant.post, variant.account)] = publication

    def expect(self, accounts: Iterable[str]) -> None:
        """These are about to write: the first waits a moment for the others, and they share a push."""
        with self.gate:
            self.awaited |= {*accounts}

    def excuse(self, account: str) -> None:
        """No one has to wait for that account: it writes later, or nothing."""
        with self.gate:
            self.awaited.discard(account)
            self.gate.notify_all()

    def close(self) -> None:
        """Push what is only local. What cannot be pushed now stays, and `unpushed` says why."""
        with self.turn:
            if self.ledger.remote and self.tip != self.pushed:
                self._push_facts()

    def _write(self, writes: list[_Write]) -> tuple[bool, ...]:
        with self.gate:
            self.waiting += writes
            self.awaited -= {write.delivery.account for write in writes}
            self.gate.wait_for(lambda: not self.awaited, TOGETHER)
            self.awaited.clear()
            self.gate.notify_all()
        with self.turn:
            if any(write.result is None for write in writes):
                self._serve(self._batch())
        return tuple(_result(write) for write in writes)

    def _batch(self) -> list[_Write]:
        """All that is waiting by now."""
        with self.gate:
            group, self.waiting = self.waiting, []
        return group

    def _serve(self, group: list[_Write]) -> None:
        try:
            claims = self._begin(group)
            if claims:
                self._serve_claims(claims, group)
        except (GitError, LedgerError) as error:
            for write in group:
                write.result = error if write.result is None else write.result

    def _begin(self, group: Sequence[_Write], push: bool = True) -> list[_Write]:
        """Serve the facts, which are true whatever the result of the claims; return the claims."""
        facts = [write for write in group if not write.claim]
        claims = [write for write in group if write.claim]
        if facts:
            self._serve_facts(facts, push and not claims)
        return claims

    def _serve_facts(self, facts: list[_Write], push: bool) -> None:
        for _ in range(branches.TRIES):
            merged = {write.key: self._merged(write) for write in facts}
            if self._move(self._commit(list(merged.values()))):
                break
        else:
            raise LostRace(f"Other programs kept moving {self.ledger.branch}.", "Run again.")
        self.foreign.update((key, delivery) for key, delivery in merged.items() if key in self.foreign)
        for write in facts:
            write.result = True
        if push and self.ledger.remote:
            self._push_facts()

    def _push_facts(self) -> None:
        try:
            for turn in range(branches.TRIES):
                if self._push(self.tip):
                    self.unpushed = ""
                    return
                self.pause(branches.patience(turn))
            self.unpushed = "other runs kept pushing first"
        except GitError as error:
            self.unpushed = str(error)

    def _serve_claims(self, claims: list[_Write], group: list[_Write]) -> None:
        """What comes while another run is quicker joins the `group`, and is part of the next attempt."""
        for turn in range(branches.TRIES):
            for write in claims:
                if write.result is None:
                    write.result = self._refusal(write)
            live = [write for write in claims if write.result is None]
            if not live or self._decide(live):
                return
            self.pause(branches.patience(turn))
            more = self._batch()
            group += more
            claims += self._begin(more, push=False)
        raise LostRace(f"Other runs kept moving {self.ledger.branch}.", "Run again.")

    def _decide(self, live: list[_Write]) -> bool:
        """One attempt to make the claims; False where another run was quicker."""
        commit = self._commit([write.delivery for write in live])
        if self.ledger.remote:
            if not self._push(commit):
                return False
            self._move(commit)  # even if the local branch does not move, the remote has it
        elif not self._move(commit):
            return False
        for write in live:
            write.result = True
            self.foreign.pop(write.key, None)
        return True

    def _refusal(self, write: _Write) -> bool | LedgerError | None:
        """Why the claim cannot be made on this tip; None where it can. A stop only refuses requests."""
        if self.foreign.get(write.key, write.previous) != write.previous:
            return False
        if codec.approvals_path(write.delivery.post) in self.touched:  # they were read before
            return False
        if self.accounts and any(
            post == write.delivery.post and name not in self.accounts for post, name in self.foreign
        ):
            return False
        if self.stop and write.delivery.state is State.SENDING:
            return Stopped(f"{self.stop.sentence}.", "Only a person can resume it: cmflow resume")
        return None

    def _merged(self, write: _Write) -> Delivery:
        delivery = self.foreign.get(write.key)
        return codec.merge(write.delivery, delivery) if isinstance(delivery, Delivery) else write.delivery

    def _commit(self, deliveries: Sequence[Delivery]) -> str:
        changes: dict[str, Patch] = {
            codec.path(delivery.post, delivery.account): codec.encode(delivery) for delivery in deliveries
        }
        for post in dict.fromkeys(delivery.post for delivery in deliveries):
            rows = [row for delivery in deliveries if delivery.post == post and (row := self._row(delivery))]
            # Without rows this reads the file, at a claim, where git runs anyway: not before the receipt.
            changes[codec.publications_path(post)] = publications.edit(post, rows)
        return self.ledger.repository.make_commit(changes, _message(deliveries, self.name), self.tip, self.clock())

    def _row(self, delivery: Delivery) -> publication_rows.Row | None:
        """What was sent, where the delivery is sent and that is known."""
        publication = self.publications.get(Key(delivery.post, delivery.account))
        if publication is None or delivery.state is not State.SENT:
            return None
        if delivery.digest and not same_content(publication.variant.digest, delivery.digest):
            return None
        return publication_rows.encode(publication, delivery.digest, delivery.history[-1].time)

    def heed(self, history: Stops) -> None:
        """Take note of the stops in the ledger."""
        fresh = (stop for stop in history.stops if stop not in self.history)
        self.stop = self.stop or next(fresh, None)

    def _move(self, commit: str) -> bool:
        """Move the local branch; False where another program moved it: then `tip` follows it."""
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
        """Push; False where another run was quicker: then the local branch holds its commits and our facts."""
        repository, remote, branch = self.ledger.repository, self.ledger.remote, self.ledger.branch
        try:
            repository.push(remote, commit or "", branch)
        except LostRace:
            remote_tip = repository.fetch(remote, branch)
            self.refused = self.refused + 1 if remote_tip == self.pushed else 0
            if self.refused >= branches.STUCK:
                raise branches.stuck(self.ledger) from None
            self._follow(remote_tip)
            return False
        except GitError:
            # The push may have succeeded and its answer been lost: only the remote can tell.
            if repository.fetch(remote, branch) != commit:
                raise
        self.pushed, self.refused = commit, 0
        return True

    def _follow(self, remote_tip: str | None) -> None:
        """The local branch holds all that the remote had, so that is the point where the two diverge."""
        base, self.pushed = self.pushed, remote_tip
        theirs = self.meet(base, remote_tip)
        if remote_tip and theirs and remote_tip != self.tip:
            has_diverged = self.tip and self.tip != base
            self._move(
                branches.join_on(self.ledger, base, self.tip or "", remote_tip, theirs, self.clock())
                if has_diverged
                else remote_tip
            )

    def meet(self, older: str | None, newer: str | None) -> Mapping[str, str | None]:
        """Take note of what others wrote between two commits; return all files that changed."""
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
                self.foreign[key] = _decoded(blobs[oid]) if oid else REMOVED
        return everything


def open_writer(
    ledger: Ledger,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
    only: Collection[Key] | None = None,
    seen_commit: str | None = None,
    accounts: Collection[str] = (),
) -> tuple[Writer, Snapshot]:
    """What the ledger holds now (`only` these deliveries, where given), and a writer that knows when that is over.

    `seen` is the commit of it that the caller has already looked at, and decided by; `accounts` are the plan's.
    """
    commit = branches.sync(ledger, clock(), pause=pause)
    snapshot = Snapshot(None, {}) if commit is None else read_at(ledger, commit, only)
    history = stops.read(ledger, commit) if commit else Stops()
    pushed = commit if ledger.remote else None
    writer = Writer(ledger, commit, pushed, clock, pause, history.stops, history.current, frozenset(accounts))
    if seen_commit:
        writer.meet(seen_commit, commit)
    return writer, snapshot


def _decoded(data: bytes) -> Delivery | codec.Unreadable:
    try:
        return codec.decode(data)
    except codec.Unreadable as error:
        return error


def _result(write: _Write) -> bool:
    if isinstance(write.result, bool):
        return write.result
    raise write.result or LedgerError("The ledger was closed while something was waiting to be written.", "Run again.")


def _message(deliveries: Sequence[Delivery], writer: str) -> str:
    first = f"{deliveries[0].post} to {deliveries[0].account}: {deliveries[0].state}"
    more = f" and {len(deliveries) - 1} more" if len(deliveries) > 1 else ""
    runs = sorted({delivery.run for delivery in deliveries if delivery.run})
    return f"{first}{more}\n\n" + "".join(f"Run: {run}\n" for run in runs) + f"Writer: {writer}\n"
