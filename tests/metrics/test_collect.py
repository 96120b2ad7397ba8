"""Networks of our own, two accounts of each, a real git: what is read, what fails, what two runs write at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow import ledger as ledgers
from cmflow.ledger import Ledger, readings
from cmflow.metrics.agenda import agenda as agenda_of
from cmflow.metrics.collect import Sources, Summary, collect
from cmflow.metrics.enter import enter
from cmflow.model import Account, Delivery, Number, Origin, Reading, Receipt, State
from cmflow.model.errors import LedgerError, Rejected, SourceError, Throttled
from cmflow.model.money import Money, Price
from cmflow.netkit import http
from cmflow.netkit.network import Access, Figures, Network
from tests.deliveries import NOON, Clock, Fake, clones
from tests.faults.paper import paper

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Place:
    """A network that tells likes, and no views. `errors` are raised instead, by account and the posts asked about."""

    figures: dict[str, Number | None] = field(default_factory=lambda: {"favourites_count": 3, "quotes_count": None})
    errors: dict[tuple[str, str], Exception] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def network(self, batch: int = 1) -> Network[str]:
        fake = Fake().network()
        return replace(
            fake, name="mastodon", metrics=self.posts, account_metrics=self.account, batch=batch, connect=self.connect
        )

    def connect(self, client: httpx.Client, access: Access) -> str:
        self.check(access.account.name, "sign in")
        return access.account.name

    def posts(self, session: str, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
        self.asked.append((session, *(receipt.id for receipt in receipts)))
        for receipt in receipts:
            self.check(session, receipt.id)
        return tuple(self.figures for _ in receipts)

    def account(self, session: str) -> Figures:
        self.check(session, "account")
        return {"followers_count": 812}

    def check(self, account: str, moment: str) -> None:
        if error := self.errors.get((account, moment)):
            raise error


def sent(post: str, account: str = "team") -> Delivery:
    return Delivery(post, account, State.SENT, NOON, receipts=(Receipt(0, post, "", NOON),))


@dataclass
class Run:
    """A run at a moment, in a clone of its own."""

    home: Ledger
    clock: Clock
    network: Network[Any]
    accounts: tuple[str, ...] = ("team", "press")

    @property
    def store(self) -> Ledger:
        return replace(self.home, branch=readings.BRANCH)

    def __call__(self) -> Summary:
        networks = dict.fromkeys(self.accounts, self.network)
        agenda = agenda_of(self.home, self.store, networks, self.clock())
        return collect(agenda, self.sources, self.store)

    @property
    def sources(self) -> Sources:
        return Sources(
            lambda account: self.network,
            lambda account: Access(Account(account, "mastodon"), (("token", "s3cr3t-t0ken"),)),
            lambda: http.client(httpx.MockTransport(lambda request: httpx.Response(500))),
            self.clock,
        )

    def file(self, account: str = "team", month: str = "2026-12") -> str:
        tip = self.home.repository.tip(readings.BRANCH)
        files = self.home.repository.tree(tip, f"readings/{account}/{month}.jsonl") if tip else {}
        return "".join(data.decode() for _, data in self.home.repository.read(oid for _, oid in files.values()))


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def run(tmp_path: Path, place: Place) -> Run:
    home = Ledger(paper(tmp_path / "ledger"))
    record(home, sent("hello"), sent("hello", "press"))
    return Run(home, Clock(NOON + HOUR), place.network())


def record(home: Ledger, *deliveries: Delivery) -> None:
    ledgers.open_writer(home, Clock(), lambda seconds: None)[0].record(*deliveries)


LINES = """\
{"at":"2026-12-01T13:00:00Z","slot":"2026-12-01","network":"mastodon","values":{"followers_count":812}}
{"at":"2026-12-01T13:00:00Z","post":"hello","slot":"1h","age":3600,"network":"mastodon","values":{"favourites_count":3,"quotes_count":null}}
"""


def test_what_is_due_is_read_once_and_written_down(run: Run, place: Place) -> None:
    assert [len(answer.readings) for answer in run().answers] == [3, 3]
    assert run.file() == run.file("press") == LINES
    tip = run.home.repository.tip(readings.BRANCH)
    assert run() == Summary()
    assert (run.home.repository.tip(readings.BRANCH), len(place.asked)) == (tip, 2)


def test_an_account_that_has_published_nothing_is_left_alone(run: Run) -> None:
    """It may not be set up yet."""
    run.accounts = ("team", "idle")
    assert [answer.account for answer in run().answers] == ["team"]


def test_a_late_run_records_the_true_age(run: Run) -> None:
    run.clock.now = NOON + 5 * DAY
    run()
    (_, line) = run.file().splitlines()
    assert '"slot":"3d","age":432000' in line


def test_a_clock_that_jumps_ahead_takes_nothing_from_the_true_one(run: Run) -> None:
    run.clock.now = NOON + 8 * DAY
    run()
    run.clock.now = NOON + 7 * DAY
    run()
    assert run.file().splitlines()[1].startswith('{"at":"2026-12-08T12:00:00Z","post":"hello","slot":"7d","age":604800')
    assert len(run.file().splitlines()) == 3, "the account has two days, the post one reading"


def test_a_clock_that_is_behind_reads_no_post_before_it_was_published(run: Run) -> None:
    run.clock.now = NOON - 20 * DAY
    run()
    assert [line.count('"post"') for line in run.file(month="2026-11").splitlines()] == [0]
    run.clock.now = NOON + HOUR
    run()
    assert run.file() == LINES


def test_what_a_flood_of_refusals_took_is_read_when_it_is_over(run: Run, place: Place) -> None:
    for account in run.accounts:
        for moment in ("account", "hello"):
            place.errors[account, moment] = Throttled("Too many requests.", "Wait.", NOON + DAY)
    for hours in range(1, 24):
        run.clock.now = NOON + hours * HOUR
        assert not any(answer.readings for answer in run().answers)
    assert run.file() == run.file("press") == ""
    place.errors.clear()
    run.clock.now = NOON + DAY + HOUR
    run()
    assert '"slot":"1d","age":90000' in run.file() and '"slot":"1d","age":90000' in run.file("press")


@pytest.mark.parametrize("moment", ["sign in", "account", "hello"])
def test_one_failing_account_never_stops_the_others(run: Run, place: Place, moment: str) -> None:
    place.errors["team", moment] = Throttled("Mastodon answers 429: s3cr3t-t0ken.", "Wait.", NOON + DAY)
    team, press = sorted(run().answers, key=lambda answer: answer.account == "press")
    assert team.failures == ("Mastodon answers 429: …. Wait.",)
    assert (len(press.readings), press.failures) == (3, ())
    assert run.file("press") == LINES
    assert run.file() == (LINES.splitlines(keepends=True)[0] if moment == "hello" else "")
    place.errors.clear()
    run()
    assert run.file() == LINES, "the next run reads what is missing"


def test_after_a_flood_nothing_more_is_asked_of_that_account(run: Run, place: Place) -> None:
    record(run.home, sent("second"), sent("third"))
    place.errors["team", "hello"] = Throttled("Too many requests.")
    run()
    assert [asked for asked in place.asked if asked[0] == "team"] == [("team", "hello")]


def test_a_post_that_cannot_be_asked_about_does_not_stop_the_next(run: Run, place: Place) -> None:
    record(run.home, sent("second"))
    place.errors["team", "hello"] = Rejected("That is not a post.")
    answers = {answer.account: answer for answer in run().answers}
    assert answers["team"].failures == ("That is not a post.",)
    assert '"post":"second"' in run.file()
    assert '"post":"hello"' not in run.file()


def test_an_answer_nobody_foresaw_is_a_bug_of_that_account(run: Run, place: Place) -> None:
    bug = KeyError("items")
    place.errors["team", "hello"] = bug
    answers = {answer.account: answer for answer in run().answers}
    assert (answers["team"].bugs, answers["press"].bugs) == ((bug,), ())
    assert run.file("press") == LINES


def test_posts_are_asked_about_in_batches(run: Run, place: Place) -> None:
    record(run.home, *(sent(f"post-{number}") for number in range(3)))
    run.network = place.network(batch=3)
    run()
    team = sorted(asked for asked in place.asked if asked[0] == "team")
    assert team == [("team", "hello", "post-0", "post-1"), ("team", "post-2")]


# ── two runs, a remote ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def runs(tmp_path: Path, place: Place) -> list[Run]:
    homes = clones(tmp_path, 2)
    record(homes[0], sent("hello"), sent("hello", "press"))
    ledgers.sync(homes[1], NOON)
    return [Run(home, Clock(NOON + HOUR), place.network()) for home in homes]


def remote_file(run: Run, account: str) -> str:
    run.home.repository.fetch("origin", readings.BRANCH)
    ledgers.sync(run.store, NOON)
    return run.file(account)


def test_two_runs_at_once_lose_nothing(runs: list[Run]) -> None:
    """One of them reads an account that the other one does not."""
    runs[0].accounts, runs[1].accounts = ("team", "press"), ("press",)
    runs[1].clock.now += timedelta(minutes=1)
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert remote_file(runs[1], "team") == LINES
    assert remote_file(runs[1], "press") == LINES, "of two readings with one key, the earlier"
    assert remote_file(runs[0], "press") == LINES


def test_what_was_not_pushed_is_pushed_by_the_next_run(runs: list[Run]) -> None:
    remote = runs[0].home.repository.root.parent / "remote.git"
    away = remote.rename(remote.with_name("away.git"))
    assert runs[0]().unpushed
    assert runs[0].file() == LINES
    away.rename(remote)
    runs[1].accounts = ("press",)
    runs[1]()
    runs[0].clock.now = NOON + 3 * HOUR
    assert runs[0]().unpushed == ""
    assert remote_file(runs[1], "team").startswith(LINES)
    assert remote_file(runs[1], "press").startswith(LINES)


def test_publishing_is_not_touched(runs: list[Run]) -> None:
    tip = runs[0].home.repository.tip(runs[0].home.branch)
    runs[0]()
    assert runs[0].home.repository.fetch("origin", runs[0].home.branch) == tip


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────

TEAM = Account("team", "linkedin")


def entering(run: Run, value: Number, metric: str = "impressionCount", **more: Any) -> Reading:
    clock: Callable[[], Any] = run.clock
    run.clock.now += timedelta(minutes=1)
    return enter(run.home, run.store, TEAM, metric, value, clock, **more)[0]


def test_a_figure_by_hand_is_marked_and_corrected(run: Run) -> None:
    entering(run, 40, post="hello", time=NOON + HOUR)
    reading = entering(run, 41, post="hello", time=NOON + HOUR)
    assert reading == Reading(
        *("team", "linkedin", "impressionCount", 41, NOON + HOUR, "1h", "hello", 0, 3600, "views", Origin.HAND),
        entered=NOON + HOUR + timedelta(minutes=2),
    )
    assert run.file() == (
        '{"at":"2026-12-01T13:00:00Z","post":"hello","slot":"1h","age":3600,"network":"linkedin","source":"hand",'
        '"entered":"2026-12-01T13:02:00Z","values":{"impressionCount":41}}\n'
    )


def test_a_figure_of_the_account_has_a_day(run: Run) -> None:
    reading = entering(run, 900, "followers", time=NOON - DAY)
    assert (reading.slot, reading.post, reading.age) == ("2026-11-30", "", None)
    assert run.file(month="2026-11")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"post": "no-such"}, LedgerError),
        ({"post": "hello", "time": NOON - HOUR}, SourceError),
        ({"time": NOON + 2 * HOUR}, SourceError),
    ],
)
def test_what_cannot_be_is_not_written(run: Run, more: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        entering(run, 1, "views" if "post" in more else "followers", **more)
    assert getattr(caught.value, "hint", "")
    assert run.file() == ""


# ── figures that a network retires ──────────────────────────────────────────────────────────────────────────


def retiring(place: Place, asked: list[frozenset[str]]) -> Network[Any]:
    """A network that refuses `old` unless it knows that nobody wants it."""

    def posts(session: set[str], receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
        asked.append(frozenset(session))
        session.add("old")
        return tuple({"favourites_count": 3} for _ in receipts)

    network: Network[Any] = place.network()
    return replace(network, metrics=posts, account_metrics=None, connect=lambda client, access: access.retired)


def test_a_retired_figure_is_said_once_and_not_asked_for_again(run: Run, place: Place) -> None:
    asked: list[frozenset[str]] = []
    run.network = retiring(place, asked)
    assert run().retired == {"mastodon": frozenset({"old"})}
    run.clock.now = NOON + 3 * HOUR
    assert run().retired == {}
    assert asked == [frozenset(), frozenset(), frozenset({"old"}), frozenset({"old"})]
    tip = run.home.repository.tip(readings.BRANCH)
    assert tip
    ((_, oid),) = run.home.repository.tree(tip, "retired/mastodon.jsonl").values()
    ((_, data),) = run.home.repository.read([oid])
    assert data == b'{"metric":"old","since":"2026-12-01"}\n'


def test_after_a_quarter_it_is_asked_for_again(run: Run, place: Place) -> None:
    asked: list[frozenset[str]] = []
    run.network = retiring(place, asked)
    run()
    run.clock.now = NOON + 91 * DAY
    assert run().retired == {"mastodon": frozenset({"old"})}
    assert asked[-1] == frozenset()


def _priced(network: Network[Any], amount: str) -> Network[Any]:
    price = Price(Money(Decimal(amount), "USD"), "https://example.org", date(2026, 11, 22))
    return replace(network, limits=replace(network.limits, read_price=price))


# ── what figures cost ───────────────────────────────────────────────────────────────────────────────────────


def test_no_more_is_read_than_may_be_spent(run: Run, place: Place) -> None:
    record(run.home, sent("second"), sent("third"))
    run.accounts, run.network = ("team",), _priced(place.network(), "0.005")
    agenda = agenda_of(run.home, run.store, {"team": run.network}, run.clock(), Decimal("0.01"))
    assert ([row.post for row in agenda.posts], agenda.cost) == (["hello", "second"], Decimal("0.010"))
    assert [row.post for row in agenda.too_dear] == ["third"]
    collect(agenda, run.sources, run.store)
    run.clock.now += 2 * HOUR
    later = agenda_of(run.home, run.store, {"team": run.network}, run.clock(), Decimal(0))
    assert [row.post for row in later.posts] == ["hello", "second"], "a post is paid for once per day"
    assert later.cost == 0
    run.clock.now += DAY
    assert not agenda_of(run.home, run.store, {"team": run.network}, run.clock(), Decimal(0)).posts
