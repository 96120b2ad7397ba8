"""A claim on a delivery: while this run uploads its files, no other takes it over, and what arrived is known.

A claim lasts a while, and is renewed in the ledger before a request or between two pieces. It is the ledger that
decides: a run whose claim was taken over, or that was stopped meanwhile, makes no further request.
"""

from dataclasses import field, replace
from datetime import datetime, timedelta

from cmflow.model import Delivery, Planned
from cmflow.model.errors import CmflowError, DeliveryError, GitError, LedgerError, NotSent, Rejected, Stopped, Unsure
from cmflow.netkit.errors import RETRY
from cmflow.netkit.journal import Journal
from cmflow.publish.job import Job
from cmflow.schedule import steps, waits
from cmflow.values import dataclass

LAST = (
    "The next attempt would come too late. Give it a new date, or send it by hand and report that: "
    "cmflow settle POST ACCOUNT --sent URL."
)
TOO_LATE = "The network took too long before the post itself was requested."


class Overtaken(CmflowError):
    """Another run, or a person, has the delivery now."""

    def __init__(self) -> None:
        super().__init__("Another run, or a person, has taken it over.")


@dataclass(slots=True, kw_only=True)
class Claim(Journal):
    """`intent` is the delivery as this run has written it down last."""

    job: Job = field(repr=False)
    intent: Delivery
    keyed: bool
    waited: timedelta = timedelta(0)

    @classmethod
    def of(cls, job: Job, intent: Delivery, keyed: bool) -> "Claim":
        private = job.env.vault.load(_name(intent)) if intent.transfer else ""
        return cls(intent.transfer, private, job.env.clock, job=job, intent=intent, keyed=keyed)

    @property
    def age(self) -> timedelta:
        return self.clock() - self.intent.history[-1].time

    @property
    def is_late(self) -> bool:
        """Another run may soon take this one for dead, or the network takes too long to get ready."""
        return not self.keyed and max(self.age, self.waited) >= waits.CLAIM / 2

    @property
    def is_unpublished(self) -> bool:
        """The request that makes the post was not begun."""
        return steps.is_uploading(self.intent)

    def check(self, writes: bool) -> None:
        """Before a request that changes something: renew the claim where it is time, and where the request `writes` the
        post, have that known. Overtaken, Unsure or NotSent where it must not be made."""
        if writes and self.is_unpublished and self.transfer:
            self.transfer = replace(self.transfer, requested=self.clock())
            self._renew(is_needed=True)
        elif self.age >= self._pause:
            self._renew(is_needed=self.is_late)
        if self.is_late:
            raise self._refusal(TOO_LATE, "cmflow will look for it.")

    def wait(self, seconds: float) -> None:
        """It has waited so long for the network, and keeps the claim for as long as that makes sense."""
        self.waited += timedelta(seconds=seconds)
        self.renew()

    def renew(self) -> None:
        """Renew the claim where it is time."""
        if self.age >= self._pause:
            self._renew(is_needed=False)

    def close(self) -> None:
        """The post is published: forget what lets anybody write to its upload."""
        if self.private:
            self.job.env.vault.save(_name(self.intent), "")

    def end(self, error: DeliveryError, planned: Planned, is_repeat: bool, look_at: datetime | None) -> Delivery:
        """The delivery after a request without a receipt; where it may be published, a run looks from `look_at` on.

        A "no" to the post where an earlier request had no answer may mean that the network has it already.
        """
        is_repeat = is_repeat or (isinstance(error, Rejected) and self.intent.attempt > 1)
        run, now = self.job.env.run, self.clock()
        sentence = error.in_full
        retry_at = error.retry_at if isinstance(error, NotSent) else None
        if is_repeat or not (isinstance(error, NotSent) or self.is_unpublished):
            return steps.mark_unsure(self.intent, sentence, retry_at or look_at, run, now)
        retry_at = None if isinstance(error, Rejected) else retry_at or waits.retry(self.intent.attempt, now)
        failed = steps.fail(self.intent, sentence, retry_at, run, now)
        if waits.retries_too_late(failed, planned):
            hint = error.hint.removesuffix(RETRY).strip()
            words = NotSent(str(error), " ".join(filter(None, (hint, LAST)))).in_full
            return steps.fail(self.intent, words, retry_at, run, now)
        return failed

    def _refusal(self, message: str, hint: str) -> NotSent | Unsure:
        return NotSent(message, hint) if self.is_unpublished else Unsure(message, hint)

    def save(self, is_due: bool) -> None:
        if self.private:
            self.job.env.vault.save(_name(self.intent), self.private)
        if is_due:
            self._renew(is_needed=True)
        else:
            self.renew()

    @property
    def _pause(self) -> timedelta:
        """How old a claim may be before the next request: much younger than one that another run takes for dead."""
        return waits.KEYED_CLAIM / 2 if self.keyed else waits.CLAIM / 10

    def _renew(self, is_needed: bool) -> None:
        """Overtaken where it is another run's by now. Where the ledger is out of reach for a moment, the claim is as
        good as it is old."""
        fresh = steps.keep(self.intent, self.transfer, self.job.env.run, self.clock())
        try:
            is_claimed = self.job.writer.claim(self.intent, fresh)
        except Stopped as error:
            self.job.halt(str(error))
            raise self._refusal(str(error), RETRY) from None
        except (GitError, LedgerError):
            if is_needed:
                raise
            return
        if not is_claimed:
            raise Overtaken
        self.intent = fresh


def journal(job: Job, delivery: Delivery) -> Journal:
    """What is known of the upload of an open part, to look for it."""
    private = job.env.vault.load(_name(delivery)) if delivery.transfer else ""
    return Journal(delivery.transfer, private, job.env.clock)


def _name(delivery: Delivery) -> str:
    return f"{delivery.post} {delivery.account}"
