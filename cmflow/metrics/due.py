"""Which figures are to be read now, decided from values alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from cmflow.insights.metrics import ages
from cmflow.model import Delivery, Origin, Reading, Receipt, State
from cmflow.values import dataclass

LAST = timedelta(days=30)  # for so long after the last age a post may still be read, late
SPAN = timedelta(days=30)  # no reading that still counts is older: no two ages are further apart


@dataclass(frozen=True, slots=True)
class Age:
    """An age at which posts are read. `last`: a network tells something no more soon afterwards."""

    name: str
    age: timedelta
    last: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One part of a delivery whose figures are to be read. `until` is when this age is over for good."""

    account: str
    post: str
    receipt: Receipt
    slot: str
    until: datetime
    last: bool = False


AGES = tuple(Age(name, age) for name, age in ages.AGES.items())


def due(
    deliveries: Iterable[Delivery],
    readings: Iterable[Reading],
    now: datetime,
    retentions: Mapping[str, Collection[timedelta]],
) -> tuple[Due, ...]:
    """What is to be read of the published posts of these accounts, the most urgent first.

    A post is read once at each age. A run that comes late reads for the latest age that has begun: those before are
    over. `retentions` has the accounts that are read, each with the times after which its network forgets something.
    What a clock that went wrong has dated ahead of `now` does not count as read.
    """
    slots = {
        (reading.account, reading.post, reading.part, reading.slot) for reading in readings if _counts(reading, now)
    }
    ages = {account: _ages(spans) for account, spans in retentions.items()}
    candidates = (
        candidate
        for delivery in deliveries
        if delivery.state is State.SENT and delivery.account in ages
        for candidate in _candidates(delivery, ages[delivery.account], now)
    )
    pending = (
        candidate
        for candidate in candidates
        if (candidate.account, candidate.post, candidate.receipt.part, candidate.slot) not in slots
    )
    return tuple(
        sorted(pending, key=lambda candidate: (not candidate.last, candidate.until, candidate.account, candidate.post))
    )


def due_accounts(accounts: Iterable[str], readings: Iterable[Reading], now: datetime) -> tuple[str, ...]:
    """The accounts whose own figures were not read today."""
    today = {
        reading.account
        for reading in readings
        if not reading.post and reading.slot == day(now) and _counts(reading, now)
    }
    return tuple(account for account in accounts if account not in today)


def day(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d}"


def slot(age: timedelta) -> str:
    """The age for which a post of that age is read; `0h` before the first."""
    return next((step.name for step in reversed(AGES) if step.age <= age), "0h")


def _counts(reading: Reading, now: datetime) -> bool:
    return reading.source is Origin.API and not reading.mode and reading.time <= now


def _ages(retentions: Iterable[timedelta]) -> tuple[Age, ...]:
    """The ages of an account: one more shortly before each day on which its network forgets."""
    extra = {age.age: age for age in map(_last_age, retentions)}
    return tuple(sorted((*extra.values(), *(age for age in AGES if age.age not in extra)), key=lambda age: age.age))


def _last_age(retention: timedelta) -> Age:
    if retention > timedelta(days=2):
        return Age(f"{retention.days - 1}d", timedelta(days=retention.days - 1), last=True)
    hours = int(retention.total_seconds()) // 3600 - 1
    return Age(f"{hours}h", timedelta(hours=hours), last=True)


def _candidates(delivery: Delivery, ages: tuple[Age, ...], now: datetime) -> Iterator[Due]:
    for receipt in delivery.receipts:
        age = now - receipt.time
        numbers = [number for number, step in enumerate(ages) if step.age <= age]
        if numbers and age < ages[-1].age + LAST:
            number = numbers[-1]
            end = ages[number + 1].age if number + 1 < len(ages) else ages[-1].age + LAST
            current = ages[number]
            yield Due(delivery.account, delivery.post, receipt, current.name, receipt.time + end, current.last)
