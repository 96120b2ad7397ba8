"""Visits of the website by the tags of links: what is due, the service's answer, written down like other figures."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cmflow import ledger as ledgers
from cmflow.insights.metrics import catalogue
from cmflow.ledger import Ledger
from cmflow.metrics import due, store
from cmflow.metrics.collect import Answer, Summary
from cmflow.metrics.due import Due
from cmflow.model import Account, Key, Plan, Reading, State, Visits
from cmflow.model.errors import CmflowError, Denied
from cmflow.netkit import visits as services
from cmflow.netkit.network import Access, Figures
from cmflow.netkit.visits import Query, Service
from cmflow.publish.answers import ask
from cmflow.render import link_tags
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

NAME = "visits"  # what the service is called beside the accounts
MOST = 1_000  # tags in a question


@dataclass(frozen=True, slots=True)
class Tagged:
    """A part whose visits are to be read, and the tag of its links."""

    due: Due
    tag: str


def agenda(
    state: Ledger, metrics: Ledger, plan: Plan, now: datetime, has_link: Callable[[Key], bool]
) -> tuple[Tagged, ...]:
    """The parts whose visits are to be read now: nothing where the plan names no service, or links have no tags.

    A delivery without a link brings no visits, and is not counted as one that brought none.
    """
    if plan.visits is None:
        return ()
    service = services.load(plan.visits.service)
    deliveries = [
        delivery
        for delivery in ledgers.read(state).deliveries.values()
        if delivery.state is State.SENT and has_link(Key(delivery.post, delivery.account))
    ]
    names = {account.name for account in plan.accounts}
    readings = [row for row in store.recent(metrics, names, now) if row.network == service.name]
    rows = due.due(deliveries, readings, now, dict.fromkeys(names, ()))
    dates = {Key(delivery.post, delivery.account): delivery.due for delivery in deliveries}
    tagged = (Tagged(row, _tag(plan, service, row, dates[Key(row.post, row.account)])) for row in rows)
    return tuple(row for row in tagged if row.tag)


def hint(plan: Plan) -> str:
    """What is missing for visits to be read; "" where nothing is, or the plan does not want them."""
    if plan.visits is None or not plan.accounts:
        return ""
    service = services.load(plan.visits.service)
    tags = link_tags.holding(plan.utm, None)
    if tags and link_tags.tag(tags, service.parameter, plan.accounts[0], "post", 0):
        return ""
    pattern = f'utm: {{{service.parameter}: "{{post}}.{{account}}.{{part}}"}}'
    return f"Visits are not read: links need a tag per post and account. Add to the plan: {pattern}"


def _tag(plan: Plan, service: Service, row: Due, date: datetime) -> str:
    account = plan.account(row.account)
    tags = link_tags.holding(plan.utm, date.astimezone(ZoneInfo(plan.zone)))
    return link_tags.tag(tags, service.parameter, account, row.post, row.receipt.part) if account and tags else ""


def collect(
    rows: Sequence[Tagged],
    plan: Visits,
    secrets: Mapping[str, str],
    http: "Callable[[], httpx.Client]",
    metrics: Ledger,
    clock: Callable[[], datetime],
) -> Summary:
    """Ask the service, and write down what it tells. Raises GitError or LedgerError where that cannot be written."""
    answer = _answer(rows, plan, secrets, http, clock) if rows else None
    if answer is None:
        return Summary()
    return Summary((answer,), store.save(metrics, answer.readings, clock) if answer.readings else "")


def _answer(
    rows: Sequence[Tagged],
    plan: Visits,
    secrets: Mapping[str, str],
    http: "Callable[[], httpx.Client]",
    clock: Callable[[], datetime],
) -> Answer:
    service, bugs, readings = services.load(plan.service), list[Exception](), list[Reading]()
    access = Access(Account(NAME, service.name), (("token", secrets.get(services.VARIABLE, "")),))
    try:
        with http() as client:
            api = services.connect(client, plan, secrets)
            for start in range(0, len(rows), MOST):
                chunk = rows[start : start + MOST]
                question = partial(service.read, api, _query(chunk, plan, clock()))
                readings += _readings(service, plan, chunk, ask(service, access, question, False, bugs), clock())
    except CmflowError as error:
        person = bool(bugs) or isinstance(error, Denied)
        sentence = error.in_full
        return Answer(NAME, tuple(readings), (sentence,), tuple(bugs), person, service.name)
    return Answer(NAME, tuple(readings), network=service.name)


def _query(rows: Sequence[Tagged], plan: Visits, now: datetime) -> Query:
    """From the day before the oldest post, in whatever zone the service counts: the tag did not exist then."""
    first = min(row.due.receipt.time for row in rows) - timedelta(days=1)
    tags = tuple(dict.fromkeys(row.tag for row in rows))
    return Query(plan.site, tags, plan.goals, first.date(), (now + timedelta(days=1)).date())


def _readings(
    service: Service, plan: Visits, rows: Sequence[Tagged], answer: Mapping[str, Figures], time: datetime
) -> list[Reading]:
    return [
        Reading(
            *(row.due.account, service.name, metric, value, time, row.due.slot, row.due.post, row.due.receipt.part),
            age=int((time - row.due.receipt.time).total_seconds()),
            common=catalogue.common(service.name, metric, time),
        )
        for row in rows
        for metric, value in services.figures(service, plan.goals, answer.get(row.tag)).items()
    ]
