"""Ask the networks for what is due, the accounts side by side: one that fails never stops the others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.ledger import Ledger
from cmflow.metrics import store
from cmflow.metrics.agenda import Agenda
from cmflow.metrics.due import Due, day
from cmflow.model import Reading
from cmflow.model.errors import CmflowError, Denied, Rejected
from cmflow.netkit.network import Access, Figures, Network
from cmflow.publish.answers import ask
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

LANES = 8  # accounts that are asked at the same time


@dataclass(frozen=True, slots=True)
class Sources:
    """Where figures come from: networks and access by account, a client, a clock."""

    network: Callable[[str], Network[Any]]
    access: Callable[[str], Access]
    http: "Callable[[], httpx.Client]"
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one account's network told; `failures` say what it did not tell, and why. `person`: a person must act.
    `retired` are figures that the network tells no more, by its own names, as this answer shows."""

    account: str
    readings: tuple[Reading, ...] = ()
    failures: tuple[str, ...] = ()
    bugs: tuple[Exception, ...] = ()
    person: bool = False
    network: str = ""
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run went; `unpushed`: why its readings are on the local branch only. `retired`: figures that a network
    tells no more, by network, each said by one run."""

    answers: tuple[Answer, ...] = ()
    unpushed: str = ""
    retired: Mapping[str, frozenset[str]] = field(default_factory=dict)


def collect(agenda: Agenda, sources: Sources, metrics: Ledger) -> Summary:
    """Read what is on the agenda and write it down, in one commit. Raises GitError or LedgerError where it cannot."""
    accounts = tuple(dict.fromkeys((*(row.account for row in agenda.posts), *agenda.accounts)))
    if not accounts:
        return Summary()
    with sources.http() as client, ThreadPoolExecutor(LANES, "metrics") as pool:
        answers = tuple(pool.map(partial(_answer, agenda, sources, client), accounts))
    readings = [reading for answer in answers for reading in answer.readings]
    retirements = {
        name: frozenset[str]().union(*(answer.retired for answer in answers if answer.network == name))
        for name in {answer.network for answer in answers if answer.retired}
    }
    return Summary(answers, store.save(metrics, readings, sources.clock, retirements), retirements)


def _answer(agenda: Agenda, sources: Sources, client: "httpx.Client", account: str) -> Answer:
    """What is read up to the first error that concerns the whole account is not lost."""
    readings: list[Reading] = []
    failures: list[CmflowError] = []
    bugs: list[Exception] = []
    network = sources.network(account)
    known = agenda.retired.get(network.name, frozenset())
    retired = set(known)
    try:
        access = replace(sources.access(account), retired=retired)
        for question in _questions(agenda, sources, client, network, access):
            try:
                readings += ask(network, access, question, False, bugs)
            except Rejected as error:  # it concerns these posts alone
                failures.append(error)
    except CmflowError as error:
        failures.append(error)
    person = bool(bugs) or any(isinstance(error, Denied) for error in failures)
    sentences = tuple(map(_sentence, failures))
    return Answer(account, tuple(readings), sentences, tuple(bugs), person, network.name, frozenset(retired - known))


def _questions(
    agenda: Agenda, sources: Sources, client: "httpx.Client", network: Network[Any], access: Access
) -> Iterator[Callable[[], list[Reading]]]:
    """What is asked of one account, in this order; it signs in with the first question."""
    connect, metrics, account_metrics = network.connect, network.metrics, network.account_metrics
    assert connect is not None
    account = access.account.name
    session = ask(network, access, partial(connect, client, access), writes=False)
    if account_metrics and account in agenda.accounts:
        yield lambda: _of_account(account, network, account_metrics(session), sources.clock())
    rows = [row for row in agenda.posts if row.account == account]
    for start in range(0, len(rows) if metrics else 0, network.batch):
        yield partial(_of_posts, network, session, rows[start : start + network.batch], sources.clock)


def _of_account(account: str, network: Network[Any], figures: Figures, time: datetime) -> list[Reading]:
    return [
        Reading(
            account, network.name, metric, value, time, day(time), common=_common(network, metric, time, Of.ACCOUNT)
        )
        for metric, value in figures.items()
    ]


def _of_posts(network: Network[Any], session: Any, rows: Sequence[Due], clock: Callable[[], datetime]) -> list[Reading]:
    assert network.metrics is not None
    answers = network.metrics(session, tuple(row.receipt for row in rows))
    time = clock()
    return [
        _of_post(network, row, metric, value, time)
        for row, figures in zip(rows, answers, strict=True)
        for metric, value in figures.items()
    ]


def _of_post(network: Network[Any], row: Due, metric: str, value: int | float | None, time: datetime) -> Reading:
    age, common = int((time - row.receipt.time).total_seconds()), _common(network, metric, time)
    return Reading(
        row.account, network.name, metric, value, time, row.slot, row.post, row.receipt.part, age=age, common=common
    )


def _common(network: Network[Any], metric: str, time: datetime, of: Of = Of.POST) -> str:
    return catalogue.common(network.name, metric, time, of)


def _sentence(error: CmflowError) -> str:
    return error.in_full
