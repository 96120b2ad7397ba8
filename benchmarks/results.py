"""What was measured, as JSON that is kept in the repository, and the tables that show it in benchmarks/README.md."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import measure
from cmflow.problems.plural import counted

FILE = Path(__file__).with_name("results.json")
PAGE = Path(__file__).with_name("README.md")
BEGIN = "<!-- Written by `python -m benchmarks.sizes` from results.json: do not change it by hand. -->"
END = "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One command: the medians of its seconds and its seconds of processor; how often it takes as long as `reference`.

    `ratio` is the median of the ratios of each round, in which all commands were run in turn. `peak` is the most memory
    in MB, of all processes together; 0 where it was not measured.
    """

    name: str
    seconds: float
    work: float
    ratio: float
    reference: str
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Measurement:
    """All commands at one number of posts. `load` is how many processes wanted a processor, on average, at the end."""

    posts: int
    date: str
    rounds: int
    load: float
    machine: str
    rows: tuple[Row, ...]


def machine(hugo: str) -> str:
    """Name the machine so that others can compare: not by its name, nor by any of its paths."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    memory = f"{round(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9)} GB"
    versions = f"Python {platform.python_version()}, git {git}, Hugo {hugo}"
    return f"{processor()}, {measure.processors()} processors, {memory} of memory, {platform.system()}, {versions}"


def processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.machine()
    match = re.search(r"^model name\s*:\s*(.+?)\s*$", text, re.MULTILINE)
    return match[1] if match else platform.machine()


def read() -> tuple[Measurement, ...]:
    """Return what is kept, by number of posts."""
    stored = json.loads(FILE.read_text("utf-8")) if FILE.exists() else []
    return tuple(Measurement(**{**item, "rows": tuple(Row(**row) for row in item["rows"])}) for item in stored)


def save(measurement: Measurement) -> None:
    """Keep it in the place of an older one of as many posts, and write the tables."""
    others = [item for item in read() if item.posts != measurement.posts]
    items = sorted((*others, measurement), key=lambda item: item.posts)
    FILE.write_text(json.dumps([asdict(item) for item in items], indent=1) + "\n", "utf-8")
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page[: page.index(BEGIN)] + block(items) + page[page.index(END) + len(END) :], "utf-8")


def block(items: Iterable[Measurement]) -> str:
    """Return all tables, with the marks around them."""
    return "\n".join((BEGIN, *(line for item in items for line in table(item)), "", END))


def table(item: Measurement) -> Iterator[str]:
    """One table: what it was measured on, and a line per command."""
    yield from ("", f"### {item.posts:,} posts", "")
    yield f"{item.date}, medians of {counted(item.rounds, 'round')}, load {item.load:g}. {item.machine}."
    yield from ("", "| command | time | of processor | compared with | memory |", "|---|---|---|---|---|")
    for row in item.rows:
        ratio = f"{row.ratio:.2f} × {row.reference}" if row.reference else ""
        peak = f"{row.peak} MB" if row.peak else ""
        yield f"| {row.name} | {measure.in_words(row.seconds)} | {measure.in_words(row.work)} | {ratio} | {peak} |"
