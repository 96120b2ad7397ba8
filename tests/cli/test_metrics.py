"""`cmflow metrics`"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow import git, ledger
from cmflow.cli import _clock
from cmflow.ledger import Ledger, readings
from cmflow.metrics import store
from cmflow.model import Delivery, Reading, Receipt, State
from cmflow.netkit import network
from tests.cli.conftest import LOAD, PLAN, Place, Result
from tests.cli.fediverse import TOKEN, Server, serve

pytestmark = pytest.mark.slow  # real git

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # no test begins on one day and ends on the next
# It does not count quotes.
PAGES = {
    "/api/v1/accounts/verify_credentials": {"followers_count": 812, "following_count": 0, "statuses_count": 3},
    "/api/v1/statuses/7": {"favourites_count": 5, "reblogs_count": 0, "replies_count": 1},
}


@pytest.fixture
def home(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A post that was published on Mastodon four hours ago, in one plan with an account that people post to by hand."""
    monkeypatch.setattr(network, "load", LOAD)
    monkeypatch.setenv("CMFLOW_NEWS_TOKEN", TOKEN)
    monkeypatch.setattr(_clock, "wall_clock", lambda: NOW)
    time = NOW - timedelta(hours=4)
    delivery = Delivery("terrace", "news", State.SENT, time, receipts=(Receipt(0, "7", "", time),))
    state = Ledger(git.discover(place.root))
    ledger.open_writer(state, lambda: time, lambda seconds: None)[0].record(delivery)
    with serve(PAGES) as address:
        plan = PLAN.replace("https://social.example", address).replace("network: x\n", "network: linkedin\n")
        place.write("content/plan.md", plan)
        place.commit()
        yield place


def lines(place: Place, account: str) -> list[dict[str, object]]:
    """The lines on the branch, without the times of this test."""
    files = place.git("ls-tree", "-r", "--name-only", "cmflow-metrics").split()
    texts = [place.git("show", f"cmflow-metrics:{file}") for file in files if file.split("/")[1] == account]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    return [{name: value for name, value in row.items() if name not in ("at", "age", "entered")} for row in rows]


def test_what_is_due_is_listed_then_read_once(home: Place) -> None:
    today = f"{NOW:%Y-%m-%d}"
    assert home.run("metrics", "--dry-run") == Result(
        0,
        f"  news  {today}  the account\n  news  3h          terrace\n1 post and 1 account to read. Dry run.\n",
        "",
    )
    assert home.run("metrics") == Result(0, "  news  7 figures of 1 post and of the account\n", "")
    crowd = {"followers_count": 812, "following_count": 0, "statuses_count": 3}
    figures = {"favourites_count": 5, "quotes_count": None, "reblogs_count": 0, "replies_count": 1}
    assert lines(home, "news") == [
        {"slot": today, "network": "mastodon", "values": crowd},
        {"post": "terrace", "slot": "3h", "network": "mastodon", "values": figures},
    ]
    assert home.run("metrics") == Result(0, "Nothing needs to be read now.\n", "")


def test_a_flood_is_left_to_the_next_run(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "flooded", True)
    result = home.run("metrics")
    assert result.code == 0
    assert result.out.startswith("  news  not read: Mastodon answers 429")
    assert TOKEN not in result.out + result.err
    monkeypatch.setattr(Server, "flooded", False)
    assert home.run("metrics") == Result(0, "  news  7 figures of 1 post and of the account\n", "")


def test_without_its_secret_an_account_needs_a_person(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMFLOW_NEWS_TOKEN")
    result = home.run("metrics")
    assert (result.code, result.out.split(":")[0]) == (4, "  news  not read")
    assert "CMFLOW_NEWS_TOKEN" in result.out


def test_a_figure_is_entered_by_hand(home: Place) -> None:
    assert home.run("metrics", "add", "news", "favourites_count", "6", "--post", "terrace") == Result(
        0, "terrace on news: favourites_count (reactions) 6, 3h, entered by hand.\n", ""
    )
    result = home.run("metrics", "add", "short", "followers", "2140", "--date", "2026-06-01")
    assert result == Result(0, "short: networkSizes (followers) 2140, 2026-06-01, entered by hand.\n", "")
    assert lines(home, "news") == [
        {
            "post": "terrace",
            "slot": "3h",
            "network": "mastodon",
            "source": "hand",
            "values": {"favourites_count": 6},
        }
    ]
    assert lines(home, "short") == [
        {"slot": "2026-06-01", "network": "linkedin", "source": "hand", "values": {"networkSizes": 2140}}
    ]
    assert home.run("metrics").out == "  news  7 figures of 1 post and of the account\n"
    values = [row["values"] for row in lines(home, "news") if row.get("source") == "hand"]
    assert values == [{"favourites_count": 6}], "what a person entered for an age holds"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nws", "followers_count", "1"], 1, "Did you mean 'news'?"),
        (["news", "followers", "many"], 2, "must be a number"),
        (["news", "followers", "-1"], 2, ""),
        (["news", "folowers_count", "1"], 1, "Did you mean 'followers_count'?"),
        (["news", "favourites_count", "1"], 1, "No figure of an account is called"),
        (["news", "shares", "1", "--post", "terrace"], 1, "shares are reblogs_count and quotes_count"),
        (["news", "reactions", "1", "--post", "no-such"], 1, "does not know that no-such was published"),
        (["news", "followers", "1", "--date", "2050-01-01"], 1, "A figure cannot be from the future"),
        (["news", "followers", "1", "--date", "soon"], 2, "--date: 'soon' is not a time"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(home: Place, words: list[str], code: int, message: str) -> None:
    result = home.run("metrics", "add", *words)
    assert (result.code, message in result.err) == (code, True)
    assert "cmflow-metrics" not in home.git("branch", "--list", "cmflow-metrics")


def test_a_day_alone_is_its_end_and_today_is_now(home: Place) -> None:
    today = home.run("metrics", "add", "news", "reactions", "6", "--post", "terrace", "--date", f"{NOW:%Y-%m-%d}")
    assert today.out == "terrace on news: favourites_count (reactions) 6, 3h, entered by hand.\n"


# ── import ──────────────────────────────────────────────────────────────────────────────────────────────────

EXPORT = """\
Post title,Post link,Created date,Impressions,Likes,Sparks
Terrace,https://www.linkedin.com/feed/update/urn:li:share:7/,07/14/2026,340,many,1
Elsewhere,https://www.linkedin.com/feed/update/urn:li:share:8/,07/14/2026,5,0,1
"""


@pytest.fixture
def export(home: Place) -> Place:
    """A file beside the repository, of a post that was published on LinkedIn two days ago."""
    time = NOW - timedelta(days=2)
    receipt = Receipt(0, "urn:li:share:7", "https://www.linkedin.com/feed/update/urn:li:share:7/", time)
    state = Ledger(git.discover(home.root))
    delivery = Delivery("terrace", "short", State.SENT, time, receipts=(receipt,))
    ledger.open_writer(state, lambda: time, lambda seconds: None)[0].record(delivery)
    home.write("posts.csv", EXPORT)
    return home


def test_an_export_is_shown_first_and_recorded_when_asked(export: Place) -> None:
    result = export.run("metrics", "import", "posts.csv")
    first, *lines_shown = result.out.splitlines()
    assert first.startswith("LinkedIn, posts of a page: 2 rows, as of ")
    assert lines_shown == [
        "  short  terrace (1d): impressionCount 340",
        "  Line 3 is not imported (https://www.linkedin.com/feed/update/urn:li:share:8/): "
        "it matches no post that cmflow published.",
        "Columns that cmflow does not recognise, so they are not imported: Sparks",
        "Line 2: “likes” is not a number, and is not imported.",
        "Nothing is recorded yet. To record it, add --write.",
    ]
    assert "cmflow-metrics" not in export.git("branch", "--list", "cmflow-metrics")
    assert export.run("metrics", "import", "posts.csv", "--write").out.endswith("\n1 figure recorded.\n")
    values = {"post": "terrace", "slot": "1d", "network": "linkedin", "source": "import"}
    assert lines(export, "short") == [{**values, "values": {"impressionCount": 340}}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no-such.csv"], "no-such.csv cannot be read: No such file or directory."),
        (["content/plan.md"], "plan.md cannot be imported. cmflow does not recognise its columns"),
        (
            ["posts.csv", "--account", "news"],
            "posts of a page, but news is an account on another network.",
        ),
        (["posts.csv", "--account", "shrt"], "Did you mean 'short'?"),
        (["posts.csv", "--date", "2050-01-01"], "A file cannot be exported in the future."),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_sentence(export: Place, words: list[str], message: str) -> None:
    result = export.run("metrics", "import", *words)
    assert (result.code, message in result.err) == (1, True), result


def test_a_file_of_a_network_without_account_is_a_sentence(export: Place) -> None:
    export.write("x.csv", "Post id,Post Link,Impressions\n1,https://x.com/t/status/1,7\n")
    result = export.run("metrics", "import", "x.csv")
    assert (result.code, "the plan has no account there" in result.err) == (1, True)


# ── visits ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_readings_of_visits_there_is_no_table(home: Place) -> None:
    assert home.run("metrics", "visits").out == "No visits are recorded. See docs/metrics.md for how links get tags.\n"


def test_visits_without_tags_are_said(home: Place) -> None:
    visits = "visits: {service: plausible, address: https://stats.example, site: example.org}\n"
    home.write(
        "content/plan.md", (home.root / "content/plan.md").read_text().replace("accounts:\n", visits + "accounts:\n", 1)
    )
    home.commit()
    result = home.run("metrics", "--dry-run")
    assert result.out.startswith("Visits are not read: links need a tag per post and account. Add to the plan: utm: {")


def test_which_account_brought_visits(home: Place) -> None:
    time = NOW - timedelta(hours=1)
    rows = [
        Reading(account, "plausible", metric, value, time, "3h", "terrace", age=10_800)
        for account, metric, value in (("news", "visits", 12), ("news", "goal: Signup", 3), ("short", "visits", 40))
    ]
    store.save(replace(Ledger(git.discover(home.root)), branch=readings.BRANCH), rows, lambda: time)
    assert home.run("metrics", "visits").out == (
        "  account  network   posts  visits  Signup\n"
        "  short    linkedin      1      40       0\n"
        "  news     mastodon      1      12       3\n"
    )
