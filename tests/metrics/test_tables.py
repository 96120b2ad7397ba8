"""Everything as tables: what they hold, and what a question cannot do."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cmflow.metrics import tables
from cmflow.model import Approval
from cmflow.model.errors import SourceError
from tests.insights.statistics.histories import NOW, START, World

APPROVALS = {"tea": (Approval("bo", NOW, 7, "c0ffee", ("ana",), ()),)}


def world() -> World:
    result = World()
    result.post("tea", START, ("news", "sky"), pillar="menu")
    result.read("tea", timedelta(days=3), favourites_count=5, quotes_count=None)
    return result


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    tables.fill(connection, world().source, APPROVALS)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("select account, network from accounts", [("news", "mastodon"), ("sky", "bluesky")]),
        ("select post, title, status, pillar from posts", [("tea", "tea", "ready", "menu")]),
        ("select account, state from deliveries", [("news", "sent"), ("sky", "sent")]),
        ("select account, part, time from receipts limit 1", [("news", 0, "2026-08-31 12:00:00")]),
        (
            "select metric, common, value from readings order by metric",
            [("favourites_count", "reactions", 5), ("quotes_count", "shares", None)],
        ),
        ("select post, reviewer, pull from approvals", [("tea", "bo", 7)]),
        ("with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select max(i) from n", [(3,)]),
    ],
)
def test_what_the_tables_hold(database: sqlite3.Connection, question: str, rows: list[tuple[object, ...]]) -> None:
    assert tables.ask(database, question)[1] == rows


@pytest.mark.parametrize(
    "question",
    [
        "delete from posts",
        "drop table posts",
        "attach database ':memory:' as other",
        "pragma writable_schema = 1",
        "select load_extension('x')",
        "select 1; select 2",
        "select * from nothing",
    ],
)
def test_nothing_can_be_changed_attached_or_loaded(database: sqlite3.Connection, question: str) -> None:
    with pytest.raises(SourceError, match="--sql"):
        tables.ask(database, question)


def test_a_question_without_end_is_stopped(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SECONDS", 0.05)
    with pytest.raises(SourceError, match="interrupted"):
        tables.ask(database, "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n")


def test_a_file_with_all_tables(tmp_path: Path) -> None:
    tables.write(tmp_path / "a.db", world().source, APPROVALS)
    connection = sqlite3.connect(tmp_path / "a.db")
    assert connection.execute("select count(*) from deliveries").fetchone() == (2,)
    connection.close()
    with pytest.raises(SourceError, match="already exists"):
        tables.write(tmp_path / "a.db", world().source, APPROVALS)
    with pytest.raises(SourceError, match="cannot be written"):
        tables.write(tmp_path / "none" / "a.db", world().source, APPROVALS)
