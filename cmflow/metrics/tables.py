"""Everything as tables, for questions that no command asks: posts, deliveries, receipts, readings, accounts, goals."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cmflow.content.local_time import as_text
from cmflow.insights.metrics import catalogue
from cmflow.insights.statistics import Measurement, Source
from cmflow.model import Approval
from cmflow.model.errors import SourceError
from cmflow.values import dataclass

Cell = str | int | float | None
Row = Sequence[Cell]

FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # no reading is older
SECONDS = 20.0  # a question may take
STEP = 10_000  # of sqlite's instructions between two looks at the clock


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are (name, type of sqlite, what it holds)."""

    name: str
    about: str
    columns: tuple[tuple[str, str, str], ...]

    @property
    def definition(self) -> str:
        return f"CREATE TABLE {self.name} ({', '.join(f'{name} {kind}' for name, kind, _ in self.columns)})"


POST, ACCOUNT = ("post", "TEXT", "id of the post"), ("account", "TEXT", "name of the account in the plan")
TABLES = (
    Table(
        "accounts",
        "the accounts of the plan",
        (ACCOUNT, ("network", "TEXT", "name of the network"), ("per_week", "INTEGER", "posts that the plan asks for")),
    ),
    Table(
        "goals",
        "the goals of the plan",
        (
            ACCOUNT,
            ("metric", "TEXT", "what the goal measures"),
            ("target", "INTEGER", "how many"),
            ("by", "TEXT", "the day"),
        ),
    ),
    Table(
        "posts",
        "the posts in the folder",
        (
            POST,
            ("path", "TEXT", "its file"),
            ("title", "TEXT", "its title"),
            ("status", "TEXT", "draft or ready"),
            ("time", "TEXT", "its date, UTC"),
            ("pillar", "TEXT", "its pillar"),
            ("campaign", "TEXT", "its campaign"),
            ("language", "TEXT", "its language"),
            ("test", "TEXT", "its A/B test"),
        ),
    ),
    Table(
        "deliveries",
        "what the ledger records for each post and account",
        (
            POST,
            ACCOUNT,
            ("state", "TEXT", "scheduled, sending, sent, failed, unsure, missed or skipped"),
            ("due", "TEXT", "when it was due, UTC"),
            ("digest", "TEXT", "identifies what was sent"),
            ("error", "TEXT", "what went wrong"),
        ),
    ),
    Table(
        "receipts",
        "the proof of each part that was published",
        (
            POST,
            ACCOUNT,
            ("part", "INTEGER", "its number, from 0"),
            ("time", "TEXT", "when, UTC"),
            ("url", "TEXT", "its address"),
        ),
    ),
    Table(
        "readings",
        "each figure that was read",
        (
            ACCOUNT,
            ("network", "TEXT", "name of the network"),
            ("post", "TEXT", "id of the post, empty for the account"),
            ("part", "INTEGER", "number of the part, from 0"),
            ("slot", "TEXT", "the age or day it was read for"),
            ("age", "INTEGER", "true age of the post in seconds"),
            ("time", "TEXT", "when, UTC"),
            ("metric", "TEXT", "the network's own name"),
            ("common", "TEXT", "the common name, empty for none"),
            ("value", "NUMERIC", "the figure; null if the network does not report it"),
            ("source", "TEXT", "api, hand or import"),
            ("mode", "TEXT", "empty for real readings"),
        ),
    ),
    Table(
        "approvals",
        "who approved which post",
        (
            POST,
            ("reviewer", "TEXT", "their name on GitHub"),
            ("time", "TEXT", "when, UTC"),
            ("pull", "INTEGER", "the pull request"),
        ),
    ),
)


def fill(database: sqlite3.Connection, source: Source, approvals: Mapping[str, Sequence[Approval]]) -> None:
    """Make all tables, and fill them."""
    filling = rows(source, approvals)
    for table in TABLES:
        database.execute(table.definition)
        marks = ", ".join("?" * len(table.columns))
        database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", filling[table.name])
    database.execute("CREATE INDEX readings_post ON readings (post, account)")
    database.commit()


def ask(database: sqlite3.Connection, question: str) -> tuple[tuple[str, ...], list[Row]]:
    """The names of the columns, and the rows. Nothing can be changed, attached or loaded.

    Raises SourceError where the question cannot be answered, or not in time.
    """
    database.set_authorizer(_allowed)
    end = time.monotonic() + SECONDS
    database.set_progress_handler(lambda: time.monotonic() > end, STEP)
    try:
        cursor = database.execute(question)
        return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:
        hint = f"Only a single SELECT is allowed. The tables are {', '.join(table.name for table in TABLES)}."
        raise SourceError(f"--sql: {error}.", hint) from None


def write(path: Path, source: Source, approvals: Mapping[str, Sequence[Approval]]) -> None:
    """A database file with all tables. Raises SourceError where there is a file already, or it cannot be written."""
    if path.exists():
        raise SourceError(f"{path} already exists.", "Name another file, or delete it.")
    try:
        database = sqlite3.connect(path)
        try:
            fill(database, source, approvals)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise SourceError(f"{path} cannot be written: {error}.", "Name a file in a folder that exists.") from None


def _allowed(action: int, *_names: str | None) -> int:
    permitted = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if "load_extension" in _names else sqlite3.SQLITE_OK
    return sqlite3.SQLITE_OK if action in permitted else sqlite3.SQLITE_DENY


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(source: Source, approvals: Mapping[str, Sequence[Approval]]) -> dict[str, Iterable[Row]]:
    """The rows of each table, by its name."""
    plan, deliveries = source.plan, source.deliveries.values()
    return {
        "accounts": [(account.name, account.network, account.per_week) for account in plan.accounts],
        "goals": [(goal.account, goal.metric, goal.target, goal.by.isoformat()) for goal in plan.goals],
        "posts": _posts(source),
        "deliveries": (
            (item.post, item.account, item.state, _utc(item.due), item.digest, item.error) for item in deliveries
        ),
        "receipts": (
            (item.post, item.account, receipt.part, _utc(receipt.time), receipt.url)
            for item in deliveries
            for receipt in item.receipts
        ),
        "readings": _readings(source.lines),
        "approvals": (
            (post, approval.by, _utc(approval.time), approval.pull)
            for post, entries in approvals.items()
            for approval in entries
        ),
    }


def _posts(source: Source) -> Iterator[Row]:
    for entry in source.entries:
        moment = _utc(entry.date) if entry.date else None
        subjects = (entry.pillar, entry.campaign, entry.language, entry.test)
        yield entry.id, entry.path, entry.title, entry.status, moment, *subjects


def _readings(lines: Mapping[str, Iterable[Measurement]]) -> Iterator[Row]:
    for account, rows in lines.items():
        for line in rows:
            moment, source = _utc(line.time), line.source or "api"
            for metric, value in line.values.items():
                common = catalogue.common(line.network, metric, line.time)
                about = (account, line.network, line.post, line.part, line.slot, line.age, moment)
                yield *about, metric, common, value, source, line.mode


def _utc(moment: datetime) -> str:
    return as_text(moment.astimezone(UTC), seconds=True)
