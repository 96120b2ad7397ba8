"""The tables of benchmarks/README.md: what the results say, and nothing of the machine but what others can compare."""

import platform
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import results, sizes
from benchmarks.measure import Run
from benchmarks.results import Measurement, Row
from tests import ROOT

ROWS = (
    Row("build, from nothing", 1.5, 1.25, 2.5, "Hugo, the whole site", 90),
    Row("Hugo, the whole site", 0.6, 0.9, 1.0, ""),
)
MEASUREMENT = Measurement(1_000, "2026-11-29", 3, 1.5, "A processor, 2 processors", ROWS)
TABLE = """
### 1,000 posts

2026-11-29, medians of 3 rounds, load 1.5. A processor, 2 processors.

| command | time | of processor | compared with | memory |
|---|---|---|---|---|
| build, from nothing | 1.50 s | 1.25 s | 2.50 × Hugo, the whole site | 90 MB |
| Hugo, the whole site | 600.0 ms | 900.0 ms |  |  |"""


def test_the_tables_are_what_the_results_say() -> None:
    """After a change of one of them: `python -m benchmarks.sizes`, which writes both."""
    items = results.read()
    assert items
    assert results.block(items) in (ROOT / "benchmarks/README.md").read_text("utf-8")


def test_the_results_name_neither_the_host_nor_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named so here: words of one machine may stand in the name of another's processor, and so may a slash."""
    monkeypatch.setattr(platform, "uname", lambda: platform.uname_result("Linux", "quay-7", "6.1", "#1", "x86_64"))
    monkeypatch.setattr(platform, "node", lambda: "quay-7")
    assert "/" not in results.FILE.read_text("utf-8")
    machine = results.machine("0.168.0")
    assert "quay-7" not in machine and str(ROOT) not in machine and sys.prefix not in machine
    assert re.fullmatch(r".+, \d+ processors, \d+ GB of memory, \w+, Python \S+, git \S+, Hugo 0\.168\.0", machine)


def test_a_table() -> None:
    assert "\n".join(results.table(MEASUREMENT)) == TABLE


def test_a_measurement_takes_the_place_of_an_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    monkeypatch.setattr(results, "PAGE", tmp_path / "README.md")
    results.PAGE.write_text(f"Above\n\n{results.BEGIN}\nold\n{results.END}\n\nBelow\n", "utf-8")
    large = replace(MEASUREMENT, posts=10_000)
    for item in (large, MEASUREMENT, replace(large, rounds=9)):
        results.save(item)
    assert results.read() == (MEASUREMENT, replace(large, rounds=9))
    assert results.PAGE.read_text("utf-8") == f"Above\n\n{results.block(results.read())}\n\nBelow\n"


def test_ratios_are_taken_within_a_round() -> None:
    names = (*sizes.REFERENCES, sizes.HUGO, sizes.START)
    rounds = [
        {name: Run(seconds * (index + 1), 1.0) for index, name in enumerate(names)} for seconds in (1.0, 9.0, 2.0)
    ]
    rows = {row.name: row for row in sizes.rows(rounds, {sizes.HUGO: 64_400_000})}
    assert [*rows] == list(names)
    assert rows["build, from nothing"] == Row(
        "build, from nothing", 2.0, 1.0, round(1 / (len(names) - 1), 3), sizes.HUGO
    )
    assert rows[sizes.HUGO].peak == 64
    assert rows[sizes.START] == Row(sizes.START, 2.0 * len(names), 1.0, 1.0, "")
