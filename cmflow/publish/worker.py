"""One account in one run: its deliveries one after the other, each step on record before the next.

Here are the promises kept: the intent is durable before the first byte of a part, the receipt is written before the
next part, and what is perhaps out is never asked for again unless the network itself guarantees the key.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
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
    NotPublished,
    NotSent,
    Throttled,
    Unsure,
)
from cmflow.netkit import journal as journals
from cmflow.netkit.errors import RETRY
from cmflow.netkit.journal import Journal
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.publish import preparation
from cmflow.publish.answers import ask
from cmflow.publish.claim import Claim, Overtaken, journal
from cmflow.publish.job import ACTS, Job, Outcome
from cmflow.publish.outcome import outcome_of, write_off
from cmflow.publish.preparation import Files
from cmflow.schedule import Action, Do, steps, waits
from cmflow.values import dataclass

T = TypeVar("T")
PAUSE = 5.0  # seconds between the two looks that say "not there"
FRESH = timedelta(seconds=30)  # how long what a run has read counts as current
CHANGED = "changed while this run waited: the next run uses the new version"
OVERTAKEN = "another run, or a person, has taken it over"


@dataclass(slots=True)
class AccountWorker:
    """One account in one run: its deliveries, one after another, over one session.

    The end of a delivery is `owed` to the ledger until the next claim, which goes into the same push: half the pushes,
    and no request is made before it is written. `unsaid` are the outcomes to be reported then.
    """

    job: Job
    account: str
    network: Network[Any]
    access: Access | None = None
    session: Any = None
    no_access: CmflowError | None = None  # why there is no access to the account in this run
    closed: str = ""  # why the network accepts nothing more from this account for now
    denied: bool = False  # the last post was denied, perhaps for its content
    open: set[str] = field(default_factory=set)  # the posts that may be on the network
    owed: Delivery | None = None
    claim: Claim | None = None  # during a request
    unsaid: list[Outcome] = field(default_factory=list)

    def serve(self, actions: Sequence[Action]) -> None:
        self.open = {key.post for key in self.job.begun if key.account == self.account}
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
        """Record what is owed and report it: no claim is about to come."""
        self.job.writer.excuse(self.account)
        owed, self.owed = self.owed, None
        try:
            if owed:
                self._record(owed)
        except LedgerError as error:
            self.job.halt(str(error))
            self.unsaid[:1] = [replace(outcome, note=str(error), person=True) for outcome in self.unsaid[:1]]
        self._say()

    def _say(self) -> None:
        unsaid, self.unsaid = self.unsaid, []
        for outcome in unsaid:
            self.job.say(outcome)

    def outcome(self, action: Action) -> Outcome:
        """Carry out one action, whatever its result."""
        try:
            return self._serve(action)
        except Overtaken:
            return outcome_of(action, action.delivery, OVERTAKEN)
        except (GitError, LedgerError) as error:
            self.job.halt(error.in_full)
            return outcome_of(action, action.delivery, f"not sent: {error}", person=True)
        except CmflowError as error:
            return outcome_of(action, action.delivery, error.in_full, person=preparation.needs_person(error))

    def _serve(self, action: Action) -> Outcome:
        """Wait, look, send: each step decides again on the result of the previous one."""
        waited = action.until if action.do is Do.WAIT else None
        while self.job.acts(action):
            self._sleep(action.until)
            if self.closed or self.job.stop.is_set():
                return outcome_of(action, action.delivery, f"not tried: {self.closed or 'the run ended first'}")
            action = self._decide(action, action.delivery)  # earlier deliveries of this account may have taken long
            if action.do is Do.LOOK:
                action = self._decide(action, self._look(action))
            elif action.do in ACTS:
                return (
                    outcome_of(action, action.delivery, CHANGED)
                    if self._has_changed(action, waited)
                    else self._send(action)
                )
        delivery = write_off(action, self.job.abilities[self.account], self.job.env.run, self.job.env.clock())
        if delivery:
            self._claim(action.delivery, delivery)
        return outcome_of(action, delivery or action.delivery)

    def _decide(self, action: Action, delivery: Delivery | None) -> Action:
        now = self.job.env.clock()
        window = max(self.job.end - now, timedelta(0))
        return schedule.decide_one(action.planned, delivery, now, window, self.job.abilities[action.account])

    def _has_changed(self, action: Action, waited: datetime | None) -> bool:
        """Was it edited, withdrawn or made a draft while the run waited, or was busy with others? Asked as late as
        possible."""
        if waited is None and self.job.env.clock() - self.job.began < FRESH:
            return False
        variant = self._variant(action)
        paths = {_present(action.planned).path, *variant.files}
        return self.job.env.changed(paths, waited or self.job.began)

    def _sleep(self, until: datetime | None) -> None:
        if until and until > self.job.env.clock():
            self.settle()
        while until and not self.job.stop.is_set():
            remaining = (until - self.job.env.clock()).total_seconds()
            if remaining <= 0:
                return
            self.job.env.sleep(min(remaining, 1.0))  # in short steps, so that Ctrl-C need not wait for the next post

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self, action: Action) -> Delivery:
        """Look for the open part on the network, twice before the answer is no; where the network cannot be asked or
        cannot tell, record that."""
        self.settle()
        env, delivery = self.job.env, _present(action.delivery)
        try:
            remote = self._search(action, delivery)
        except (GitError, LedgerError):
            raise
        except CmflowError as error:
            result = self._search_failure(delivery, error)
        else:
            if remote:
                result = steps.receive(delivery, remote, env.run, env.clock())
                self.job.writer.record(result)
                return result
            result = steps.mark_absent(delivery, self.job.abilities[self.account].keyed, env.run, env.clock())
        self._claim(delivery, result)
        return result

    def _search(self, action: Action, delivery: Delivery) -> Remote | None:
        variant, files = self._load(action)
        message = self._message(variant, delivery, files, True, journal(self.job, delivery))
        remote = self._find(message)
        if remote is None:
            self.job.env.sleep(PAUSE)
            remote = self._find(message)
        return remote

    def _find(self, message: Outgoing) -> Remote | None:
        assert self.network.find is not None
        find, session = self.network.find, self._connect()
        return self._ask(lambda: find(session, message), writes=False)

    def _search_failure(self, delivery: Delivery, error: CmflowError) -> Delivery:
        """Looking failed: cmflow will retry, unless no look can ever tell. While another post is open, one that could
        be this one may turn out to be that one: for some hours."""
        now = self.job.env.clock()
        if isinstance(error, Denied | Throttled):
            self.closed = str(error)
        wish = error.retry_at if isinstance(error, NotSent) else None
        is_alone = self.open <= {delivery.post} or now - (delivery.written or delivery.due) > waits.PATIENT
        is_final = isinstance(error, Unsure) and is_alone
        retry_at = None if is_final else wish or waits.look_again(delivery, now)
        return steps.mark_unsure(delivery, error.in_full, retry_at, self.job.env.run, now)

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, action: Action) -> Outcome:
        env, planned = self.job.env, _present(action.planned)
        variant, files = self._load(action)
        self._connect()
        now = env.clock()
        if action.do is Do.REPEAT:
            intent = steps.repeat(_present(action.delivery), env.run, now)
        else:
            intent = self._intent(action.delivery, planned, variant, files, now)
        self._claim(action.delivery, intent)
        try:
            result = self._parts(planned, variant, files, intent, action.do is Do.REPEAT)
        except Overtaken:
            return outcome_of(action, intent, OVERTAKEN)
        next = self._decide(action, result)
        return outcome_of(action, result, sent=result.state is State.SENT, person=next.do is Do.HOLD)

    def _parts(self, planned: Planned, variant: Variant, files: Files, intent: Delivery, is_repeat: bool) -> Delivery:
        """Request one part after another, each with its intent on record; return the delivery as it is at the end.

        `is_repeat`: the first request may have been published already.
        """
        while True:
            if not is_repeat and not self._may_request(intent):
                return self._release(intent)
            claim = Claim.of(self.job, intent, self.network.keyed)
            result = self._request(claim, planned, variant, files, is_repeat)
            if result.state is not State.SCHEDULED:
                self.owed = result
                return result
            intent, is_repeat = self._claim_next(claim.intent, result, planned, variant, files), False

    def _claim_next(
        self, intent: Delivery, result: Delivery, planned: Planned, variant: Variant, files: Files
    ) -> Delivery:
        """Record the receipt and the next intent in one commit: half the pushes for a thread."""
        following = self._intent(result, planned, variant, files, self.job.env.clock())
        try:
            is_claimed = self.job.writer.claim(intent, following)
        except (GitError, LedgerError):
            self._record(result)
            raise
        if not is_claimed:
            self._record(result)
            raise Overtaken
        return following

    def _may_request(self, intent: Delivery) -> bool:
        """May the part be requested: no one has stopped this run, and no other may take it for dead."""
        age = self.job.env.clock() - intent.history[-1].time
        ended = self.job.stop.is_set() or self.job.writer.stop is not None
        return not ended and (self.network.keyed or age < waits.CLAIM / 2)

    def _release(self, intent: Delivery) -> Delivery:
        env = self.job.env
        reason = "the run ended before it was requested"
        delivery = steps.release(intent, reason, env.run, env.clock(), is_attempt=False)
        self._claim(intent, delivery)
        return delivery

    def _request(self, claim: Claim, planned: Planned, variant: Variant, files: Files, is_repeat: bool) -> Delivery:
        """Request the open part, once. A "no" to a repeated request says nothing about the first one."""
        env, publish, session = self.job.env, self.network.publish, self.session
        assert publish is not None
        message = self._message(variant, claim.intent, files, is_repeat, claim)
        self.claim, self.job.lane.check = claim, claim.check
        try:
            remote = self._ask(lambda: publish(session, message, claim.intent.receipts))
        except DeliveryError as error:
            self._note_refusal(error)
            return claim.end(error, planned, is_repeat, self._look_at(claim.intent, env.clock()))
        finally:
            self.claim = self.job.lane.check = None
        self.denied = False
        claim.close()
        return steps.receive(claim.intent, remote, env.run, env.clock())

    def _message(self, variant: Variant, delivery: Delivery, files: Files, is_repeat: bool, known: Journal) -> Outgoing:
        """The open part; `is_repeat`: it may be there already."""
        index, receipts = len(delivery.receipts), self.job.receipts
        written = (delivery.written or delivery.due).timestamp()
        references = {reference for reference in (variant.reply_to, variant.quote) if reference}
        places = receipts.places(self.account) if is_repeat else frozenset()
        ids = receipts.ids(self.account, references) if references else ()
        below = delivery.receipts[-1].id if delivery.receipts else ""
        uploads = tuple(files[item.path] for item in variant.parts[index].media)
        attached = tuple(files.items())
        return Outgoing(variant, index, delivery.key, written, uploads, places, ids, below, attached, known)

    def _note_refusal(self, error: DeliveryError) -> None:
        """Note whether the account is closed: one post may be denied for its content, but not two in a row."""
        is_denied = isinstance(error, Denied)
        if isinstance(error, Throttled) or (is_denied and self.denied):
            self.closed = str(error)
        self.denied = is_denied

    def _look_at(self, intent: Delivery, now: datetime) -> datetime | None:
        """When a run may resolve it: lists take time to show a new post. None: only a person can."""
        if self.network.keyed:
            return waits.retry(intent.attempt, now)
        return now + waits.CLAIM if self.network.find else None

    def _intent(
        self, delivery: Delivery | None, planned: Planned, variant: Variant, files: Files, now: datetime
    ) -> Delivery:
        env, part = self.job.env, variant.parts[len(delivery.receipts) if delivery else 0]
        is_large = any(files[item.path].size >= journals.LEAST for item in part.media)
        return steps.begin(delivery, planned, variant.digest, len(variant.parts), env.run, env.commit, now, is_large)

    def _load(self, action: Action) -> tuple[Variant, Files]:
        """Return exactly what was decided on, with all its files, or raise NotSent."""
        variant = self._variant(action)
        self.job.writer.publish(self.job.env.publication(variant))
        return variant, preparation.files(self.job.env, self.account, variant)

    def _variant(self, action: Action) -> Variant:
        """As it was decided on. What it refers to may have been sent a moment ago, and not be on record yet."""
        try:
            return preparation.variant(self.job.env, action)
        except NotPublished:
            if self.owed is None:
                raise
            self.settle()
            return preparation.variant(self.job.env, action)

    def _access(self) -> Access:
        """Asked for once per run: it may renew a token, which must not be repeated for every post."""
        if self.no_access:
            raise self.no_access
        try:
            self.access = self.job.env.access(self.account)
        except CmflowError as error:
            self.no_access = error
            raise
        return self.access

    def _connect(self) -> Any:
        if self.session is None:
            connect, access = self.network.connect, self._access()
            assert connect is not None
            try:
                paused = replace(access, pause=self._pause)
                self.session = self._ask(lambda: connect(self.job.client, paused), writes=False)
            except Denied as error:
                self.closed = str(error)
                raise
        return self.session

    def _ask(self, question: Callable[[], T], writes: bool = True) -> T:
        return ask(self.network, self.access, question, writes, self.job.bugs)

    def _pause(self, seconds: float) -> None:
        """Let a network get ready before the post itself is requested, unless this run is stopped."""
        self.settle()
        claim = self.claim
        self._sleep(self.job.env.clock() + timedelta(seconds=seconds))
        if claim:
            claim.wait(seconds)
        if self.job.stop.is_set() or (claim and claim.is_late):
            reason = "the run ended" if self.job.stop.is_set() else "this run could not wait any longer"
            raise NotSent(f"{self.network.title} was still processing its files when {reason}.", RETRY)

    def _claim(self, previous: Delivery | None, delivery: Delivery) -> None:
        """Claim, and record what is owed first."""
        try:
            is_claimed = self.job.writer.claim(previous, delivery, *([self.owed] if self.owed else []))
        except (GitError, LedgerError):
            self.settle()
            raise
        self.owed = None
        self._say()
        if not is_claimed:
            raise Overtaken

    def _record(self, delivery: Delivery) -> None:
        """A receipt that cannot be recorded must at least be shown."""
        try:
            self.job.writer.record(delivery)
        except (GitError, LedgerError) as error:
            proof = ", ".join(receipt.url or receipt.id for receipt in delivery.receipts) or delivery.state
            message = (
                f"{delivery.post} to {delivery.account} is {delivery.state} ({proof}), but that could not be recorded"
            )
            raise LedgerError(f"{message}: {error}", "Keep this line, then run: cmflow settle") from error


def _present(value: T | None) -> T:
    """`decide` never asks to act on what is not there."""
    assert value is not None
    return value
