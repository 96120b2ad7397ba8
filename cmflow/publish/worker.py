"""One account in one run: its deliveries one after the other, each step on record before the next.

Here are the promises kept: the intent is durable before the first byte of a part, the receipt is written before the
next part, and what is perhaps out is never asked for again unless the network itself guarantees the key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cmflow import schedule
from cmflow.model import Delivery, Planned, Remote, State, Variant
from cmflow.model.errors import (
    CmflowError,
    DeliveryError,
    Denied,
    GitError,
    LedgerError,
    NotSent,
    Rejected,
    Throttled,
    Unsure,
)
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.publish.answers import ask
from cmflow.publish.job import ACTS, Job, Outcome
from cmflow.publish.outcome import stands, written_off
from cmflow.schedule import Action, Do, steps, waits

T = TypeVar("T")

PAUSE = 5.0  # seconds between the two looks that say "not there"
FRESH = timedelta(seconds=30)  # for so long what a run has read is as good as read again
CHANGED = "changed while this run waited: the next run goes by what it is now"
TAKEN = "another run, or a person, has taken it over"


class _Lost(Exception):
    """Somebody else has the delivery now."""


@dataclass(slots=True)
class AccountWorker:
    """One account in one run: its deliveries, one after the other, over one session.

    How a delivery ended is `owed` to the ledger until the next claim, which goes into the same push: half the pushes,
    and no request is made before it is written. `unsaid` is what will be said then, of it and of what came after.
    """

    job: Job
    account: str
    network: Network[Any]
    access: Access | None = None
    session: Any = None
    no_access: CmflowError | None = None  # why there is no access to the account in this run
    closed: str = ""  # why the network will take nothing more of this account for now
    denied: bool = False  # so was the last post, perhaps for what it says
    open: set[str] = field(default_factory=set)  # the posts that are perhaps on the network
    owed: Delivery | None = None
    unsaid: list[Outcome] = field(default_factory=list)

    def serve(self, actions: Sequence[Action]) -> None:
        self.open = {post for post, account in self.job.begun if account == self.account}
        try:
            for action in actions:
                outcome = self.outcome(action)
                (self.open.add if outcome.state in schedule.OPEN else self.open.discard)(action.post)
                self.unsaid.append(outcome)
                if self.owed is None:
                    self._say()
        finally:
            self.settle()

    def settle(self) -> None:
        """Write down what is owed, and say it: a claim is not about to come."""
        self.job.writer.excuse(self.account)
        owed, self.owed = self.owed, None
        try:
            if owed:
                self._record(owed)
        except LedgerError as error:
            self.job.halt(str(error))
            self.unsaid[:1] = [replace(each, note=str(error), person=True) for each in self.unsaid[:1]]
        self._say()

    def _say(self) -> None:
        unsaid, self.unsaid = self.unsaid, []
        for outcome in unsaid:
            self.job.say(outcome)

    def outcome(self, action: Action) -> Outcome:
        """Do it, however it ends."""
        try:
            return self._until_done(action)
        except _Lost:
            return stands(action, action.delivery, TAKEN)
        except (GitError, LedgerError) as error:
            self.job.halt(_sentence(error))
            return stands(action, action.delivery, f"not sent: {error}", person=True)
        except CmflowError as error:
            passes = isinstance(error, NotSent) and not isinstance(error, Denied | Rejected)
            return stands(action, action.delivery, _sentence(error), person=not passes)

    def _until_done(self, action: Action) -> Outcome:
        """Wait, look, send: each step decides again on what the last one wrote."""
        waited = action.until if action.do is Do.WAIT else None
        while self.job.acts(action):
            self._sleep(action.until)
            if self.closed or self.job.stop.is_set():
                return stands(action, action.delivery, f"not tried: {self.closed or 'the run ended before'}")
            action = self._decide(action, action.delivery)  # others of this account may have taken their time
            if action.do is Do.LOOK:
                action = self._decide(action, self._looked(action))
            elif action.do in ACTS:
                return stands(action, action.delivery, CHANGED) if self._changed(action, waited) else self._sent(action)
        after = written_off(action, self.job.abilities[self.account], self.job.env.run, self.job.env.clock())
        if after:
            self._claim(action.delivery, after)
        return stands(action, after or action.delivery)

    def _decide(self, action: Action, delivery: Delivery | None) -> Action:
        now = self.job.env.clock()
        window = max(self.job.end - now, timedelta(0))
        return schedule.decide_one(action.planned, delivery, now, window, self.job.abilities[action.account])

    def _changed(self, action: Action, waited: datetime | None) -> bool:
        """Was it edited, withdrawn or made a draft while it was waited for, or others took long? Asked as late as can
        be."""
        if waited is None and self.job.env.clock() - self.job.began < FRESH:
            return False
        variant = self._variant(action)
        paths = {_known(action.planned).path, *(item.path for part in variant.parts for item in part.media)}
        return self.job.env.changed(paths, waited or self.job.began)

    def _sleep(self, until: datetime | None) -> None:
        if until and until > self.job.env.clock():
            self.settle()
        while until and not self.job.stop.is_set():
            left = (until - self.job.env.clock()).total_seconds()
            if left <= 0:
                return
            self.job.env.sleep(min(left, 1.0))  # in short steps: Ctrl-C must not wait for the next post

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────

    def _looked(self, action: Action) -> Delivery:
        """Is the open part there? The network is asked twice before the answer is no; where it cannot be asked, or
        cannot tell, that is written down."""
        self.settle()
        env, delivery = self.job.env, _known(action.delivery)
        try:
            remote = self._found(action, delivery)
        except (GitError, LedgerError):
            raise
        except CmflowError as error:
            after = self._unseen(delivery, error)
        else:
            if remote:
                after = steps.receive(delivery, remote, env.run, env.clock())
                self.job.writer.record(after)
                return after
            after = steps.mark_absent(delivery, self.job.abilities[self.account].keyed, env.run, env.clock())
        self._claim(delivery, after)
        return after

    def _found(self, action: Action, delivery: Delivery) -> Remote | None:
        variant, files = self._load(action)
        message = self._message(variant, delivery, files, again=True)
        remote = self._find(message)
        if remote is None:
            self.job.env.sleep(PAUSE)
            remote = self._find(message)
        return remote

    def _find(self, message: Outgoing) -> Remote | None:
        assert self.network.find is not None
        find, session = self.network.find, self._connected()
        return self._asked(lambda: find(session, message), writes=False)

    def _unseen(self, delivery: Delivery, error: CmflowError) -> Delivery:
        """Looking did not succeed: to be done again later, unless no look can ever tell. While another post is open,
        what could not be told from this one may turn out to be that one: for some hours."""
        now = self.job.env.clock()
        if isinstance(error, Denied | Throttled):
            self.closed = str(error)
        wish = error.retry_at if isinstance(error, NotSent) else None
        is_alone = self.open <= {delivery.post} or now - (delivery.written or delivery.due) > waits.PATIENT
        is_final = isinstance(error, Unsure) and is_alone
        at = None if is_final else wish or waits.look_again(delivery, now)
        return steps.mark_unsure(delivery, _sentence(error), at, self.job.env.run, now)

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────

    def _sent(self, action: Action) -> Outcome:
        env, planned = self.job.env, _known(action.planned)
        variant, files = self._load(action)
        self._connected()
        now = env.clock()
        if action.do is Do.REPEAT:
            intent = steps.repeat(_known(action.delivery), env.run, now)
        else:
            intent = self._intent(action.delivery, planned, variant, now)
        self._claim(action.delivery, intent)
        try:
            after = self._parts(planned, variant, files, intent, action.do is Do.REPEAT)
        except _Lost:
            return stands(action, intent, TAKEN)
        next = self._decide(action, after)
        return stands(action, after, sent=after.state is State.SENT, person=next.do is Do.HOLD)

    def _parts(
        self, planned: Planned, variant: Variant, files: Sequence[tuple[Upload, ...]], intent: Delivery, again: bool
    ) -> Delivery:
        """Ask for one part after the other, each with its intent on record; how the delivery stands at the end.

        `again`: the first request may be out already.
        """
        while True:
            if not again and not self._free(intent):
                return self._released(intent)
            after = self._answered(intent, variant, files, again)
            if after.state is not State.SCHEDULED:
                self.owed = after
                return after
            intent, again = self._following(intent, after, planned, variant), False

    def _following(self, intent: Delivery, after: Delivery, planned: Planned, variant: Variant) -> Delivery:
        """The receipt and the next intent in one commit: half the pushes for a thread."""
        following = self._intent(after, planned, variant, self.job.env.clock())
        try:
            kept = self.job.writer.claim(intent, following)
        except (GitError, LedgerError):
            self._record(after)
            raise
        if not kept:
            self._record(after)
            raise _Lost
        return following

    def _free(self, intent: Delivery) -> bool:
        """May the part be asked for: nobody wants us to stop, and nobody else may think that we are gone."""
        age = self.job.env.clock() - intent.history[-1].time
        ended = self.job.stop.is_set() or self.job.writer.stop is not None
        return not ended and (self.network.keyed or age < waits.CLAIM / 2)

    def _released(self, intent: Delivery) -> Delivery:
        env = self.job.env
        why = "the run ended before it was asked for"
        after = steps.release(intent, why, env.run, env.clock(), is_attempt=False)
        self._claim(intent, after)
        return after

    def _answered(
        self, intent: Delivery, variant: Variant, files: Sequence[tuple[Upload, ...]], again: bool
    ) -> Delivery:
        """Ask for the open part, once. A "no" to a request that is made `again` says nothing of the first one."""
        env, publish, session = self.job.env, self.network.publish, self.session
        assert publish is not None
        message = self._message(variant, intent, files, again)
        self.job.lane.until = None if self.network.keyed else intent.history[-1].time + waits.CLAIM / 2
        try:
            remote = self._asked(lambda: publish(session, message, intent.receipts))
        except DeliveryError as error:
            now = env.clock()
            at = error.retry_at if isinstance(error, NotSent) else None
            self._mind(error)
            if again or not isinstance(error, NotSent):
                return steps.mark_unsure(intent, _sentence(error), at or self._look_at(intent, now), env.run, now)
            at = None if isinstance(error, Rejected) else at or waits.retry(intent.attempt, now)
            return steps.fail(intent, _sentence(error), at, env.run, now)
        finally:
            self.job.lane.until = None
        self.denied = False
        return steps.receive(intent, remote, env.run, env.clock())

    def _message(
        self, variant: Variant, delivery: Delivery, files: Sequence[tuple[Upload, ...]], again: bool
    ) -> Outgoing:
        """The open part; `again`: it may be there already."""
        index, known = len(delivery.receipts), self.job.known
        written = (delivery.written or delivery.due).timestamp()
        named = {place for place in (variant.reply_to, variant.quote) if place}
        places = known.places() if again else frozenset()
        ids = known.ids(self.account, named) if named else ()
        below = delivery.receipts[-1].id if delivery.receipts else ""
        return Outgoing(variant, index, delivery.key, written, files[index], places, ids, below)

    def _mind(self, error: DeliveryError) -> None:
        """Is the account closed? One post may be denied for what it says, two in a row are not."""
        is_denied = isinstance(error, Denied)
        if isinstance(error, Throttled) or (is_denied and self.denied):
            self.closed = str(error)
        self.denied = is_denied

    def _look_at(self, intent: Delivery, now: datetime) -> datetime | None:
        """When a run may resolve it: lists take time to show what a network took. None: only a person can."""
        if self.network.keyed:
            return waits.retry(intent.attempt, now)
        return now + waits.CLAIM if self.network.find else None

    def _intent(self, delivery: Delivery | None, planned: Planned, variant: Variant, now: datetime) -> Delivery:
        env = self.job.env
        return steps.begin(delivery, planned, variant.digest, len(variant.parts), env.run, env.commit, now)

    def _load(self, action: Action) -> tuple[Variant, tuple[tuple[Upload, ...], ...]]:
        """Exactly what was decided on, with all its media, or nothing."""
        variant = self._variant(action)
        media = self.job.env.media
        return variant, tuple(tuple(media(self.account, item.path) for item in part.media) for part in variant.parts)

    def _variant(self, action: Action) -> Variant:
        planned = _known(action.planned)
        variant = self.job.env.variant(planned)
        if variant.digest != planned.digest:
            raise NotSent("It was changed while this run began.", "The next run sends it as it is then.")
        done = len(action.delivery.receipts) if action.delivery else 0
        if done >= len(variant.parts):
            raise NotSent("It has fewer parts now than are out already.", "Settle it: cmflow settle")
        return variant

    def _access(self) -> Access:
        """Asked for once per run: it may renew a token, which is not to be tried again for every post."""
        if self.no_access:
            raise self.no_access
        try:
            self.access = self.job.env.access(self.account)
        except CmflowError as error:
            self.no_access = error
            raise
        return self.access

    def _connected(self) -> Any:
        if self.session is None:
            connect, access = self.network.connect, self._access()
            assert connect is not None
            try:
                paused = replace(access, pause=self._pause)
                self.session = self._asked(lambda: connect(self.job.client, paused), writes=False)
            except Denied as error:
                self.closed = str(error)
                raise
        return self.session

    def _asked(self, question: Callable[[], T], writes: bool = True) -> T:
        return ask(self.network, self.access, question, writes, self.job.bugs)

    def _pause(self, seconds: float) -> None:
        """Let a network get ready before the post itself is asked for, as long as nobody wants us to stop."""
        self.settle()
        self._sleep(self.job.env.clock() + timedelta(seconds=seconds))
        if self.job.stop.is_set() or self.job.is_late():
            why = "the run ended" if self.job.stop.is_set() else "this run could wait no longer"
            raise NotSent(f"{self.network.title} was still at work on its files when {why}.", "It is tried again.")

    def _claim(self, before: Delivery | None, after: Delivery) -> None:
        """Claim, and write what is owed before it."""
        try:
            kept = self.job.writer.claim(before, after, *([self.owed] if self.owed else []))
        except (GitError, LedgerError):
            self.settle()
            raise
        self.owed = None
        self._say()
        if not kept:
            raise _Lost

    def _record(self, after: Delivery) -> None:
        """A receipt that cannot be written must at least be said."""
        try:
            self.job.writer.record(after)
        except (GitError, LedgerError) as error:
            where = ", ".join(receipt.url or receipt.id for receipt in after.receipts) or after.state
            message = f"{after.post} to {after.account} is {after.state} ({where}), but that could not be written down"
            raise LedgerError(f"{message}: {error}", "Keep this line, and settle it: cmflow settle") from error


def _sentence(error: CmflowError) -> str:
    return f"{error} {error.hint}".strip()


def _known(value: T | None) -> T:
    """`decide` never asks to act on what is not there."""
    assert value is not None
    return value
