"""Measure cmflow and print one table: `python -m benchmarks.run [NAME]… [--posts N] [--large N] [--repeat N]`."""

import argparse
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks import collecting, commands, hugo, inside, measure, media, planning, publishing
from benchmarks import figures as readings
from benchmarks.commands import Made
from benchmarks.measure import Figure

Benchmark = Callable[[Made, int, int], Iterator[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    "start": commands.start,
    "due": commands.due,
    "check": commands.check,
    "build": commands.build,
    "hugo": hugo.against_hugo,
    "text": commands.text,
    "render": inside.render_all,
    "ledger": inside.remember,
    "publishing": publishing.publishing,
    "media": media.prepare,
    "plan": planning.against_the_plan,
    "stats": readings.figures,
    "collecting": collecting.collecting,
}


def table(figures: Iterable[Figure]) -> Iterator[str]:
    yield "| what | median | target | met |"
    yield "|---|---|---|---|"
    words = {True: "yes", False: "**no**", None: ""}
    for figure in figures:
        yield f"| {figure.what} | {figure.value} | {figure.target} | {words[figure.met]} |"


def machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return f"Python {platform.python_version()}, git {git}, {measure.processors()} processors, {platform.system()}"


def sizes(name: str, posts: int, large: int) -> tuple[int, ...]:
    return {"due": (posts, large), "hugo": (posts, large), "plan": (posts, large), "ledger": (large,)}.get(
        name, (posts,)
    )


def figures(names: Iterable[str], made: Made, posts: int, large: int, repeat: int) -> Iterator[Figure]:
    for name in names:
        for size in sizes(name, posts, large):
            print(f"measuring {name}, {size:,} …", file=sys.stderr)
            yield from BENCHMARKS[name](made, size, repeat)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure cmflow.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help=f"of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--posts", type=int, default=10_000, help="a large team's posts (default: 10,000)")
    parser.add_argument("--large", type=int, default=100_000, help="the most we think of (default: 100,000)")
    parser.add_argument("--repeat", type=int, default=5, help="runs a median is taken of (default: 5)")
    parser.add_argument("--keep", type=Path, help="folder to keep the repositories in, to be used again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cmflow-bench-") as temporary:
        made = Made(given.keep or Path(temporary))
        found = list(figures(given.names or BENCHMARKS, made, given.posts, given.large, given.repeat))
    print(machine(), "", *table(found), sep="\n")


if __name__ == "__main__":
    main()
