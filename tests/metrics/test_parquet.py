"""The tables as Parquet files: the same rows as in SQLite, with times as times."""

import sqlite3
from pathlib import Path

import pytest

from cmflow.metrics import parquet, tables
from cmflow.model.errors import SourceError
from tests.insights.statistics.histories import START
from tests.metrics.test_tables import APPROVALS, world

duckdb = pytest.importorskip("duckdb", reason="DuckDB is an extra")


def test_every_table_is_a_file_with_the_same_rows(tmp_path: Path) -> None:
    files = parquet.write(tmp_path / "it's here", world().source, APPROVALS)
    assert [file.stem for file in files] == [table.name for table in tables.TABLES]
    assert sorted(path.name for path in (tmp_path / "it's here").iterdir()) == sorted(file.name for file in files)
    memory = sqlite3.connect(":memory:")
    tables.fill(memory, world().source, APPROVALS)
    with duckdb.connect(":memory:") as database:
        for file in files:
            columns = ", ".join(
                f"strftime({name}, '%Y-%m-%d %H:%M:%S')" if kind == "TIMESTAMP" else f'"{name}"'
                for table in tables.TABLES
                if table.name == file.stem
                for name, kind in parquet.kinds(table).items()
            )
            rows = database.read_parquet(str(file)).project(columns).fetchall()
            assert rows == memory.execute(f"select * from {file.stem}").fetchall()
    memory.close()


def test_what_no_network_reports_is_null_and_text_stays_text(tmp_path: Path) -> None:
    source = world()
    source.post('1e5,\n"quoted" NULL', START, pillar="")
    files = {file.stem: file for file in parquet.write(tmp_path, source.source, {})}
    with duckdb.connect(":memory:") as database:
        values = database.read_parquet(str(files["readings"])).filter("value is null").project("metric").fetchall()
        posts = database.read_parquet(str(files["posts"])).project("post, pillar").fetchall()
    assert values == [("quotes_count",)]
    assert ('1e5,\n"quoted" NULL', "") in posts


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "goals.parquet").write_bytes(b"mine")
    with pytest.raises(SourceError, match=r"goals\.parquet already exists"):
        parquet.write(tmp_path, world().source, {})
    assert [path.name for path in tmp_path.iterdir()] == ["goals.parquet"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError, match="cannot be written"):
        parquet.write(tmp_path / "file" / "folder", world().source, {})
