"""Every command that people wait for, at several numbers of posts: `python -m benchmarks.sizes 100 1000 10000`.

All commands run in turn, round after round, so that whatever else the machine does is shared fairly. The results are
kept in results.json, and the tables in README.md are written from them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import corpus, hugo, measure, results
from benchmarks.commands import CMFLOW, DONE, Made, forget
from benchmarks.measure import Run
from benchmarks.results import Measurement, Row
from tests.servers.venvs import venv

SIZES = (100, 1_000, 10_000, 100_000)
HUGO, START = "Hugo, the whole site", "an empty Python program"
NOTHING, SENT = "build, from nothing", "build, from nothing, all in the ledger"
CHANGED, SENT_CHANGED = "build, one post changed", "build, one post changed, all in the ledger"
STATUS, STATUS_SENT = "status", "status, all in the ledger"
REFERENCES = {
    NOTHING: HUGO,
    SENT: HUGO,
    CHANGED: HUGO,
    SENT_CHANGED: HUGO,
    "build, nothing changed": HUGO,
    "check, nothing changed": START,
    "check, one post": START,
    "preview of one post": START,
    STATUS: START,
    STATUS_SENT: START,
    "publish, nothing due": START,
}


def in_turn(folder: Path, sent: Path, other: Path, outs: Path, number: int) -> Mapping[str, Run]:
    """One round: the site from nothing, again, and with one post changed; the same posts where all that is due was
    `sent`; Hugo's; then what reads and prints."""
    paths = sorted(folder.glob("content/posts/**/*.md"))
    post = paths[len(paths) // 2 + number]
    name = post.relative_to(folder).as_posix()
    build = (CMFLOW, "build", "--out", str(outs / f"{number}"))
    forget(folder)
    runs = {NOTHING: measure.command(build, folder, DONE)}
    runs["build, nothing changed"] = measure.command(build, folder, DONE)
    post.write_text(text := post.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    runs[CHANGED] = measure.command(build, folder, DONE)
    forget(sent)
    build = (CMFLOW, "build", "--out", str(outs / f"{number}-sent"))
    runs[SENT] = measure.command(build, sent, DONE)
    (sent / name).write_text(text, "utf-8")
    runs[SENT_CHANGED] = measure.command(build, sent, DONE)
    runs[HUGO] = measure.command(_hugo(outs / f"{number}-hugo"), other)
    due = (CMFLOW, "publish", "--dry-run", "--at", corpus.NOW)
    for words in ((CMFLOW, "check"), due):  # fill their caches
        measure.command(words, folder, DONE)
    runs["check, nothing changed"] = measure.command((CMFLOW, "check"), folder, DONE)
    runs["check, one post"] = measure.command((CMFLOW, "check", name), folder, DONE)
    runs["preview of one post"] = measure.command((CMFLOW, "preview", name), folder, DONE)
    for row, place in ((STATUS, folder), (STATUS_SENT, sent)):
        runs[row] = measure.command((CMFLOW, "status", "--offline", "--at", corpus.NOW), place, DONE)
    runs["publish, nothing due"] = measure.command(due, folder, DONE)
    runs[START] = measure.command((sys.executable, "-c", "pass"), folder)
    for place in (folder, sent):
        subprocess.run(["git", "-C", str(place), "checkout", "--quiet", "--", "content"], check=True)
    return runs


def rows(rounds: Sequence[Mapping[str, Run]], peaks: Mapping[str, int]) -> tuple[Row, ...]:
    """The medians of all rounds; each ratio is taken within its round."""
    names = (*REFERENCES, HUGO, START)
    return tuple(_row(name, REFERENCES.get(name, ""), rounds, peaks.get(name, 0)) for name in names)


def _row(name: str, reference: str, rounds: Sequence[Mapping[str, Run]], peak: int) -> Row:
    runs = [runs[name] for runs in rounds]
    ratio = median(runs[name].seconds / runs[reference].seconds for runs in rounds) if reference else 1.0
    seconds, work = median(run.seconds for run in runs), median(run.work for run in runs)
    return Row(name, round(seconds, 4), round(work, 4), round(ratio, 3), reference, round(peak / 1e6))


def _hugo(out: Path) -> tuple[str, ...]:
    return str(venv("hugo", hugo.VERSION) / "hugo"), "--quiet", "--noBuildLock", "--destination", str(out)


def measured(made: Made, posts: int, repeat: int) -> Measurement:
    """All rounds, and the memory once more, by itself."""
    folder, sent = made.repository(posts), made.repository(posts, sent=True)
    other = hugo.site(folder)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        outs = Path(temporary)
        rounds = [in_turn(folder, sent, other, outs, number) for number in range(repeat)]
        forget(folder)
        ours = measure.command((CMFLOW, "build", "--out", str(outs / "ours")), folder, DONE, memory=True)
        theirs = measure.command(_hugo(outs / "theirs"), other, memory=True)
    date, load = f"{datetime.now(UTC):%Y-%m-%d}", round(os.getloadavg()[1], 1)
    peaks = {NOTHING: ours.peak, HUGO: theirs.peak}
    return Measurement(posts, date, repeat, load, results.machine(hugo.VERSION), rows(rounds, peaks))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description="Measure all sizes.")
    parser.add_argument("posts", nargs="*", type=int, help=f"numbers of posts; default: {' '.join(map(str, SIZES))}")
    parser.add_argument("--repeat", type=int, default=5, help="rounds a median is taken of (default: 5)")
    parser.add_argument("--keep", type=Path, help="folder to keep the repositories in, to be used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cmflow-bench-") as temporary:
        made = Made(options.keep or Path(temporary))
        for posts in options.posts or SIZES:
            print(f"measuring {posts:,} posts …", file=sys.stderr)
            results.save(measured(made, posts, options.repeat))


if __name__ == "__main__":
    main()
