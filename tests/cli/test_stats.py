"""`cmflow stats`, and goals that are read by themselves"""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cmflow import git, ledger
from cmflow.ledger import Ledger, lines, readings
from cmflow.metrics import store
from cmflow.model import Delivery, Reading, Receipt, State
from cmflow.repository import loader
from tests.cli.conftest import PLAN, Place

pytestmark = pytest.mark.slow  # real git

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
AT = ("--at", "2026-11-29 13:00", "--offline")
GOAL = "goals: {news: [{metric: followers, target: 900, by: 2026-12-31, start: 800}]}\nsince: 2026-09-01\n"
TEXT = """\
Harbour Café, interactions (reactions, comments, shares) 3 days after
publishing, 2026-08-31 to 2026-11-29.
Compared: 22 of 24 deliveries. Too young: 1. Without a reading at about that
age: 1.

Growth
  news      856 followers on 2026-11-28, +56 since 2026-09-03 (+4.6 per week).
  short     Fewer than two readings of its followers.
  practice  Fewer than two readings of its followers.

Usual figures
  news  16 (12 to 20) for a post, 22 posts.

What worked
  Pillar                A difference beyond chance.
    better  menu    1.7 times the others (1.5 to 1.9), 11 posts.
    worse   people  0.6 times the others (0.5 to 0.7), 11 posts.
  Weekday               Too few posts to tell.
  1 comparison made. What successful posts have in common is not necessarily the
  cause: only an A/B test can show that.

Forecasts
  post-23  Too early: 40 likes expected, no reading yet.
  Ana      0 of 0 forecasts held, 1 open.
"""


@pytest.fixture
def home(place: Place) -> Iterator[Place]:
    """Twenty-four posts to one account, every third day; those about the menu get more."""
    place.write("content/plan.md", PLAN.replace("---\nOur plan.", f"{GOAL}---\nOur plan."))
    state, rows = Ledger(git.discover(place.root)), list[Reading]()
    writer = ledger.open_writer(state, lambda: NOW, lambda seconds: None)[0]
    for number in range(24):
        time = NOW - timedelta(days=70 - 3 * number, hours=3)
        more = {"expects": "{likes: 40}"} if number == 23 else {}
        pillar = "menu" if number % 2 else "people"
        place.post(f"post-{number}", date=f"{time:%Y-%m-%d %H:%M}Z", pillar=pillar, **more)
        name = f"post-{number}"
        writer.record(
            Delivery(name, "news", State.SENT, time, receipts=(Receipt(0, f"{number}", "", time),), digest="x")
        )
        likes = (18 if number % 2 else 10) + number % 5
        if number < 22:
            moment = time + timedelta(days=3)
            age = 3 * 86400
            rows.append(Reading("news", "mastodon", "favourites_count", likes, moment, "3d", name, age=age))
    for day, followers in ((87, 800), (30, 840), (1, 856)):
        time = NOW - timedelta(days=day)
        rows.append(Reading("news", "mastodon", "followers_count", followers, time, f"{time:%Y-%m-%d}"))
    store.save(Ledger(git.discover(place.root), readings.BRANCH), rows, lambda: NOW)
    place.git("rm", "-q", "content/posts/terrace.md")
    place.commit()
    yield place


def test_a_table_for_people(home: Place) -> None:
    result = home.run("stats", *AT)
    assert (result.code, result.err) == (0, "")
    assert result.out == TEXT


def test_it_speaks_the_language_of_the_plan(home: Place) -> None:
    plan = (home.root / "content/plan.md").read_text()
    home.write("content/plan.md", plan.replace("language: en", "language: fr"))
    out = home.run("stats", *AT).out
    assert "mieux       menu    1,7 fois les autres (1,5 à 1,9), 11 publications." in out


def test_json_has_everything(home: Place) -> None:
    answer = json.loads(home.run("stats", *AT, "--json").out)
    assert answer["counts"] == {"compared": 22, "young": 1, "unread": 1, "untold": 0, "alone": 0, "quiet": 0}
    assert answer["question"]["age"] == 259200
    pillar = next(factor for factor in answer["factors"] if factor["name"] == "pillar")
    assert (pillar["matters"], [level["verdict"] for level in pillar["levels"]]) == (True, ["better", "worse"])
    assert answer["expectations"][0]["value"] is None
    assert answer["posts"][-1]["outcome"] == "unread" or answer["posts"][-1]["outcome"] == "young"


def test_csv_has_a_row_per_delivery(home: Place) -> None:
    rows = [*csv.DictReader(home.run("stats", *AT, "--csv").out.removeprefix("\ufeff").splitlines())]
    assert len(rows) == 24
    first = {name: rows[0][name] for name in ("post", "account", "outcome", "value", "usual", "pillar", "language")}
    assert first == {
        "post": "post-0",
        "account": "news",
        "outcome": "compared",
        "value": "10",
        "usual": "16",
        "pillar": "people",
        "language": "en",
    }
    assert (rows[-1]["value"], rows[-1]["ratio"]) == ("", "")


def test_a_period_an_account_and_a_pillar(home: Place) -> None:
    days = ("--since", "2026-10-01", "--until", "2026-10-31")
    rows = home.run("stats", "--offline", *days, "-a", "news", "--pillar", "menu", "--csv").out.splitlines()
    assert len(rows) == 6
    assert all("menu" in row for row in rows[1:])
    assert "Nothing was published in this period." in home.run("stats", *AT, "-a", "short").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-a", "nws"), "The plan has no account 'nws'."),
        (("--campaign", "sumer"), "The plan has no campaign 'sumer'."),
        (("--since", "2026-12-01", "--until", "2026-11-01"), "--since: the period must begin before it ends."),
        (("--since", "2026-11-01 10:00"), "--since: '2026-11-01 10:00' must be a day like 2026-12-01."),
        (("--figure", "luck"), "Invalid value for '--figure'"),
    ],
)
def test_what_is_asked_must_exist(home: Place, words: tuple[str, ...], sentence: str) -> None:
    result = home.run("stats", "--offline", *words)
    assert result.code in (1, 2)
    assert sentence in result.err


def test_without_readings_it_says_that_none_tell(place: Place) -> None:
    out = place.run("stats", *AT).out
    assert "Nothing was published in this period." in out


def test_a_goal_reads_the_branch(home: Place) -> None:
    out = home.run("plan", *AT).out
    assert "news followers 856 on 2026-11-28; 872 would be on track for 900 by 2026-12-31." in " ".join(out.split())


def test_a_question_in_sql(home: Place) -> None:
    question = "select account, count(*) as posts from deliveries group by account"
    assert home.run("stats", "--offline", "--sql", question).out == "account  posts\nnews     24\n"
    assert json.loads(home.run("stats", "--offline", "--json", "--sql", question).out) == [
        {"account": "news", "posts": 24}
    ]
    assert home.run("stats", "--offline", "--csv", "--sql", question).out == "\ufeffaccount,posts\r\nnews,24\r\n"
    result = home.run("stats", "--offline", "--sql", "drop table posts")
    assert (result.code, result.out) == (1, "")


def test_a_database_file(home: Place) -> None:
    result = home.run("stats", "--offline", "--sqlite", "figures.db")
    assert (result.code, (home.root / "figures.db").read_bytes()[:15]) == (0, b"SQLite format 3")


def _reading(post: str, likes: int | None, day: float, metric: str = "favourites_count", mode: str = "") -> Reading:
    """A reading of a post of `home`, made that many days before now, at the age of three days."""
    time = NOW - timedelta(days=day)
    return Reading("news", "mastodon", metric, likes, time, "3d", post, age=3 * 86400, mode=mode)


def _learns(home: Place, *rows: Reading) -> None:
    store.save(Ledger(git.discover(home.root), readings.BRANCH), rows, lambda: NOW)


def _plan(home: Place) -> str:
    return (home.root / "content/plan.md").read_text()


def _sends(home: Place, post: str, days: float, state: State = State.SENT) -> None:
    time = NOW - timedelta(days=days)
    writer = ledger.open_writer(Ledger(git.discover(home.root)), lambda: NOW, lambda seconds: None)[0]
    writer.record(Delivery(post, "news", state, time, receipts=(Receipt(0, post, "", time),), digest="x"))


CHANGES: dict[str, Callable[[Place], object]] = {
    "nothing": lambda home: None,
    "a newer reading": lambda home: _learns(home, _reading("post-22", 90, 0.1)),
    "an older month": lambda home: _learns(home, _reading("post-1", 70, 60)),
    "the account": lambda home: _learns(
        home, Reading("news", "mastodon", "followers_count", 900, NOW - timedelta(days=50), "2026-10-10")
    ),
    "a false zero": lambda home: _learns(home, _reading("post-5", 0, 40)),
    "a clock that was ahead": lambda home: _learns(home, _reading("post-23", 999, -400)),
    "something simulated": lambda home: _learns(home, _reading("post-7", 1, 45, mode="simulated")),
    "a late delivery": lambda home: _sends(home, "post-x", 50),
    "a delivery of a post that is gone": lambda home: (home.root / "content/posts/post-3.md").unlink(),
    "a post of another pillar": lambda home: home.post("post-4", date="2026-10-10 09:30", pillar="menu"),
    "a post with another date": lambda home: home.post("post-6", date="2020-01-01 09:30", pillar="menu"),
    "a forecast": lambda home: home.post("post-8", date="2026-10-12 09:30", expects="{likes: 10, reposts: 3}"),
    "another zone": lambda home: home.write("content/plan.md", _plan(home).replace("Europe/Paris", "UTC")),
}
QUESTIONS = (
    (),
    ("--since", "2020-01-01"),
    ("--until", "2026-10-20"),
    ("--figure", "views"),
    ("--age", "40d"),
    ("--at", "2026-10-15 12:00"),
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_cache_changes_no_answer(home: Place, change: str) -> None:
    def answers() -> list[str]:
        return [home.run("stats", *AT, *question, "--json").out for question in QUESTIONS]

    cached = answers()
    assert answers() == cached
    CHANGES[change](home)
    cached = answers()
    shutil.rmtree(home.root / ".cmflow" / "cache")
    assert answers() == cached


def test_what_is_cached_is_not_read_again(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    _sends(home, "old", 300)
    home.post("post-23", date="2026-11-28 09:30")  # without a forecast, whose readings would be read
    home.run("stats", *AT, "--since", "2026-01-01")
    monkeypatch.setattr(lines, "decode", lambda _: pytest.fail("a month was read"))
    monkeypatch.setattr(loader, "load", lambda *_: pytest.fail("a post was read"))
    assert home.run("stats", *AT, "--since", "2026-01-01", "--pillar", "menu").code == 0
    assert home.run("stats", *AT, "-a", "news").code == 0
