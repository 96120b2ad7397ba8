"""All tables as Parquet files, for DuckDB, pandas, R and dashboards. DuckDB writes them, where it is installed."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cmflow.insights.statistics import Source
from cmflow.metrics import tables
from cmflow.metrics.tables import Row, Table
from cmflow.model import Approval
from cmflow.model.errors import SourceError

TYPES = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "NUMERIC": "DOUBLE"}
MOMENTS, DAYS = ("time", "due"), ("by",)  # columns that are times in UTC, or days
NULL = "\\N"
INSTALL = 'Install it with cmflow: pip install "cmflow[parquet]".'


def write(folder: Path, source: Source, approvals: Mapping[str, Sequence[Approval]]) -> tuple[Path, ...]:
    """A file per table, in this folder; return them.

    Raises SourceError where DuckDB is missing, a file exists already, or one cannot be written.
    """
    duckdb = _duckdb()
    files = {table.name: folder / f"{table.name}.parquet" for table in tables.TABLES}
    if present := next((file for file in files.values() if file.exists()), None):
        raise SourceError(f"{present} already exists.", "Name another folder, or delete it.")
    rows = tables.rows(source, approvals)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="cmflow-", dir=folder) as temporary, duckdb.connect(":memory:") as database:
            for table in tables.TABLES:
                between = Path(temporary, "rows.csv")
                _save(between, rows[table.name])
                ready = Path(temporary, f"{table.name}.parquet")
                database.execute(_statement(table, between, ready))
                ready.replace(files[table.name])
    except (OSError, duckdb.Error) as error:
        raise SourceError(f"{folder} cannot be written: {error}.", "Name a folder that can be.") from None
    return tuple(files.values())


def kinds(table: Table) -> dict[str, str]:
    """The type of each column, by name."""
    return {name: _kind(name, kind) for name, kind, _ in table.columns}


def _kind(name: str, kind: str) -> str:
    return "TIMESTAMP" if name in MOMENTS else "DATE" if name in DAYS else TYPES[kind]


def _statement(table: Table, rows: Path, file: Path) -> str:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds(table).items())
    options = f"auto_detect = false, header = false, nullstr = '{NULL}', parallel = false"
    reader = f"read_csv({_literal(rows)}, {options}, columns = {{{columns}}})"
    return f"COPY (SELECT * FROM {reader}) TO {_literal(file)} (FORMAT parquet, COMPRESSION zstd)"


def _literal(path: Path) -> str:
    escaped = str(path).replace("'", "''")
    return f"'{escaped}'"


def _save(file: Path, rows: Iterable[Row]) -> None:
    with file.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([NULL if cell is None else cell for cell in row] for row in rows)


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError:
        raise SourceError("Writing Parquet needs DuckDB, which is not installed.", INSTALL) from None
