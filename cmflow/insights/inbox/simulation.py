"""A quarter of conversations that never took place, made up by a seed: the page can be seen before there are any.

People write more on Mondays, complaints are answered sooner, and one week in the middle was a hard one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from cmflow.insights.inbox.business_hours import BusinessHours
from cmflow.insights.statistics import PERIOD
from cmflow.model import Contact, Conversation, Inbox, Label, Plan, Trace

SEED = 21
PER_DAY = 1.6  # conversations per account; on Mondays three times as many
VOICES = 140  # people who write to an account
HARD_WEEK = 7  # of the quarter, in which answers take longer
SHARES = {
    Label.DOUBT: 36,
    Label.COMPLAINT: 20,
    Label.PRAISE: 18,
    Label.SUGGESTION: 12,
    Label.PROPOSAL: 5,
    Label.SPAM: 6,
}
HOURS = {Label.COMPLAINT: 1.2, Label.DOUBT: 2.2, Label.PRAISE: 6.0}  # until half of them are answered; else 4


def simulate(plan: Plan, now: datetime, seed: int = SEED) -> tuple[Conversation, ...]:
    """The conversations of the accounts that the plan lets cmflow read; the same for the same plan and day."""
    random, start = Random(seed), now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - PERIOD
    names = plan.inbox.accounts if plan.inbox and plan.inbox.accounts else ()
    hours = BusinessHours(plan.inbox or Inbox(), plan.zone, start, now)
    return tuple(
        _conversation((f"simulated-{account.name}-{number}", account.name, account.network), time, hours, random)
        for account in plan.accounts
        if not names or account.name in names
        for number, time in enumerate(_times(start, now, random), 1)
    )


def _times(start: datetime, now: datetime, random: Random) -> Iterator[datetime]:
    for day in range(PERIOD.days + 1):
        date = start + timedelta(days=day)
        count = PER_DAY * (3 if date.weekday() == 0 else 1) * random.uniform(0.3, 1.7)
        for _ in range(round(count)):
            time = date + timedelta(hours=random.triangular(6, 23, 18), minutes=random.randrange(60))
            if time <= now:
                yield time


def _conversation(names: tuple[str, str, str], time: datetime, hours: BusinessHours, random: Random) -> Conversation:
    name, account, network = names
    label = random.choices([*SHARES, None], [*SHARES.values(), 3])[0]
    author = f"simulated-{account}-{int(random.triangular(0, VOICES, 10))}"
    contact = random.choice((Contact.COMMENT, Contact.COMMENT, Contact.MENTION, Contact.DIRECT))
    traces = [Trace(f"{name}-1", contact, time, author)]
    is_hard, now = (time - hours.since).days // 7 == HARD_WEEK, hours.until
    delay = random.expovariate(0.69 / (HOURS.get(label or Label.DOUBT, 4.0) * (4 if is_hard else 1)))
    answered = hours.end(time, timedelta(hours=delay)) or now
    if random.random() < (0.75 if is_hard else 0.94) and answered <= now and label is not Label.SPAM:
        traces.append(Trace(f"{name}-2", contact, answered, f"simulated-{account}", ours=True))
    elif label is Label.PRAISE or random.random() < 0.5:
        closed = time + timedelta(days=random.uniform(0.5, 3))
        return Conversation(
            account, network, name, tuple(traces), labels=_labels(label), closed=closed if closed <= now else None
        )
    return Conversation(account, network, name, tuple(traces), labels=_labels(label))


def _labels(label: Label | None) -> tuple[str, ...]:
    return (label.value,) if label else ()
