"""Visits by the tags of links: what is due, what is written down, and which network brought them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from cmflow.insights.metrics.visits import Brought, brought
from cmflow.ledger import Ledger, readings
from cmflow.metrics import visits
from cmflow.metrics.collect import Summary
from cmflow.model import Account, Delivery, Key, LinkTags, Plan, Receipt, State, Visits
from cmflow.netkit import http
from cmflow.netkit.visits import VARIABLE
from tests.deliveries import NOON, Clock
from tests.faults.paper import paper
from tests.metrics.test_collect import DAY, HOUR, record
from tests.visits.fakes import ADDRESS, KEY, SITE, GoatCounter, Plausible
from tests.visits.fakes import Visits as Fake

SERVICE = Visits("plausible", ADDRESS, SITE["plausible"], ("Signup",))
PLAN = Plan(
    *("Team", "UTC", "en"),
    (Account("news", "mastodon"), Account("sky", "bluesky"), Account("chat", "telegram")),
    utm=LinkTags(),
    visits=SERVICE,
)


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    home = Ledger(paper(tmp_path / "ledger"))
    for account in ("news", "sky", "chat"):
        thread = tuple(Receipt(part, f"{part}", "", NOON) for part in range(2 if account == "sky" else 1))
        record(home, Delivery("hello", account, State.SENT, NOON, parts=len(thread), receipts=thread))
    return home


def run(home: Ledger, clock: Clock, server: Fake, plan: Plan = PLAN, key: str = KEY, silent: str = "") -> Summary:
    store = replace(home, branch=readings.BRANCH)
    rows = visits.agenda(home, store, plan, clock(), lambda delivery: delivery != Key("hello", silent))
    assert plan.visits
    return visits.collect(
        rows, plan.visits, {VARIABLE: key}, lambda: http.client(httpx.MockTransport(server)), store, clock
    )


def stored(home: Ledger) -> list[str]:
    store = replace(home, branch=readings.BRANCH)
    tip = store.repository.tip(store.branch)
    paths = [readings.path(account.name, NOON) for account in PLAN.accounts]
    files = store.repository.tree(tip, *paths) if tip else {}
    return sorted(data.decode() for _, data in store.repository.read(oid for _, oid in files.values()))


def test_visits_are_read_once_per_age_and_written_down(home: Ledger) -> None:
    clock, server = Clock(NOON + HOUR), Plausible({"hello.news.1": 12}, {("hello.news.1", "Signup"): 3})
    (answer,) = run(home, clock, server).answers
    assert (len(answer.readings), answer.failures) == (12, ())
    assert stored(home)[0] == (
        '{"at":"2026-12-01T13:00:00Z","post":"hello","slot":"1h","age":3600,"network":"plausible",'
        '"values":{"goal: Signup":0,"visitors":0,"visits":0}}\n'
    )
    assert '"values":{"goal: Signup":3,"visitors":11,"visits":12}' in "".join(stored(home))
    assert run(home, clock, server) == Summary()
    clock.now = NOON + DAY
    assert run(home, clock, server).answers


def test_a_delivery_without_a_link_is_not_one_that_brought_nobody(home: Ledger) -> None:
    (answer,) = run(home, Clock(NOON + HOUR), Plausible(), silent="news").answers
    assert {reading.account for reading in answer.readings} == {"sky", "chat"}


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, visits=None),
        replace(PLAN, utm=True),
        replace(PLAN, utm=False),
        replace(PLAN, utm=LinkTags(content="{post}")),
        replace(PLAN, utm=LinkTags(content="{post}.{account}.{campaign}")),
        replace(PLAN, utm=LinkTags(since=date(2026, 12, 2))),
        replace(PLAN, visits=replace(SERVICE, service="goatcounter")),
    ],
)
def test_without_a_tag_of_its_own_no_delivery_is_asked_about(home: Ledger, plan: Plan) -> None:
    assert not visits.agenda(home, replace(home, branch=readings.BRANCH), plan, NOON + HOUR, lambda key: True)


def test_a_service_that_knows_campaigns_alone_gets_the_tag_there(home: Ledger) -> None:
    tags = LinkTags(campaign="{post}.{account}.{part}")
    plan = replace(PLAN, utm=tags, visits=Visits("goatcounter", ADDRESS, "example"))
    (answer,) = run(home, Clock(NOON + HOUR), GoatCounter({"hello.sky.2": 5}), plan).answers
    assert [(r.account, r.part, r.value) for r in answer.readings if r.value] == [("sky", 1, 5)]


def test_a_refusal_stops_nothing_else_and_is_read_by_the_next_run(home: Ledger) -> None:
    clock, server = Clock(NOON + HOUR), Plausible()
    (answer,) = run(home, clock, server, key="wr0ng-k3y").answers
    assert (answer.account, answer.readings, answer.person) == ("visits", (), True)
    assert VARIABLE in answer.failures[0]
    assert "wr0ng-k3y" not in answer.failures[0]
    assert run(home, clock, server).answers[0].readings


def test_which_network_brought_sign_ups(home: Ledger) -> None:
    clock = Clock(NOON + HOUR)
    first = run(home, clock, Plausible({"hello.news.1": 2, "hello.sky.2": 9}, {("hello.sky.2", "Signup"): 1}))
    clock.now = NOON + 3 * HOUR
    visited = {"hello.news.1": 12, "hello.sky.1": 1, "hello.sky.2": 9}
    second = run(home, clock, Plausible(visited, {("hello.sky.2", "Signup"): 4, ("hello.news.1", "Signup"): 1}))
    rows = [reading for summary in (first, second) for answer in summary.answers for reading in answer.readings]
    assert brought(rows, {account.name: account.network for account in PLAN.accounts}) == (
        Brought("news", "mastodon", 1, 12, (("Signup", 1),)),
        Brought("sky", "bluesky", 1, 10, (("Signup", 4),)),
        Brought("chat", "telegram", 1, 0, (("Signup", 0),)),
    )
