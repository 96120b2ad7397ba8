"""The command line, measured from outside as a person or a workflow runs it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks import corpus, measure
from benchmarks.measure import Figure

CMFLOW = str(Path(sys.executable).with_name("cmflow"))
DUE = ("publish", "--dry-run", "--at")
MANY = 100_000  # posts from which on "due" has its target: on fewer, git is done before Python has started
DONE = (0, 1, 4)  # problems found, or a delivery that needs a person: the work was done all the same


class Made:
    """The repositories of this measurement, each made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def repository(self, posts: int, sent: bool = False) -> Path:
        folder = self.folder / f"{posts}{'-sent' if sent else ''}"
        if not folder.exists():
            print(f"making {posts:,} posts …", file=sys.stderr)
            corpus.make(folder, posts, sent)
        return folder


def start(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """How long a person waits for anything at all."""
    folder, seconds, bare = made.repository(100), [], []
    for _ in range(repeat * 5):
        seconds.append(measure.command((CMFLOW, "--version"), folder).seconds)
        bare.append(measure.command([sys.executable, "-c", "pass"], folder).seconds)
    yield measure.ratio("cmflow --version", median(seconds), median(bare), 5, "python -c pass")


def due(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """What is due now? Once where everything older is history, once where it is in the ledger as sent."""
    yield from due_in(made.repository(posts), f"due, {posts:,} posts", posts, repeat)
    yield from due_in(made.repository(posts, sent=True), f"due, {posts:,} posts, older in the ledger", posts, repeat)


def due_in(folder: Path, name: str, posts: int, repeat: int) -> Iterator[Figure]:
    now, noon = (CMFLOW, *DUE, corpus.NOW), (CMFLOW, *DUE, corpus.NOON)
    forget(folder)
    cold = measure.command(now, folder, DONE, memory=True)
    warm = measure.times(lambda: measure.command(now, folder, DONE), repeat)
    listing = measure.times(lambda: measure.command(["git", "ls-files", "-s"], folder), repeat * 3)
    some = measure.times(lambda: measure.command(noon, folder, DONE), repeat)
    yield measure.at_most(f"{name}, cold", cold.seconds, 5, cold.work)
    yield measure.ratio(f"{name}, nothing changed", warm, listing, 3 if posts >= MANY else 0, "git ls-files -s")
    yield Figure(f"{name}, nothing changed, some are due", measure.in_words(some))
    yield measure.memory(f"{name}, cold: most memory", cold.peak, 300)


def check(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """`cmflow check`: every problem of every post."""
    yield from whole("check", ["check"], made.repository(posts), posts, repeat)


def build(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """`cmflow build`: the calendar page."""
    yield from whole("build", ["build"], made.repository(posts), posts, repeat)


def whole(name: str, arguments: list[str], folder: Path, posts: int, repeat: int) -> Iterator[Figure]:
    """A command over everything: with no cache, and with one post changed since the last time."""
    run = (CMFLOW, *arguments)
    cold, warm = [], []
    for _ in range(max(1, repeat // 2)):
        forget(folder)
        cold.append(measure.command(run, folder, DONE))
    forget(folder)
    peak = measure.command(run, folder, DONE, memory=True).peak
    for path in islice(sorted(folder.glob("content/posts/**/*.md")), 7, 7 + repeat):
        path.write_text(path.read_text("utf-8") + "\nOne more line.\n", "utf-8")
        warm.append(measure.command(run, folder, DONE))
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "--", "content"], check=True)
    yield middle(f"cmflow {name}, {posts:,} posts, cold", cold, 6)
    yield middle(f"cmflow {name}, {posts:,} posts, one changed", warm, 1)
    yield measure.memory(f"cmflow {name}, {posts:,} posts, cold: most memory", peak, 300)


def middle(what: str, runs: list[measure.Run], limit: float) -> Figure:
    return measure.at_most(what, median(run.seconds for run in runs), limit, median(run.work for run in runs))


def forget(folder: Path) -> None:
    """Remove what cmflow found out before."""
    shutil.rmtree(folder / ".cmflow", ignore_errors=True)


def text(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """`cmflow text --json-lines`: lines a second of short text, start of the program included."""
    from cmflow.netkit.network import names

    lines = 30_000
    file = made.repository(100) / "lines.jsonl"
    file.write_text("".join(islice(short_texts(), lines)), "utf-8")
    for name in names():
        rate = lines / measure.times(counted(name, file), max(1, repeat // 2))
        yield Figure(f"cmflow text --network {name}", f"{rate:,.0f} lines/s", "≥ 10,000 lines/s", rate >= 10_000)


def counted(network: str, file: Path) -> Callable[[], None]:
    command = (CMFLOW, "text", "--network", network, "--json-lines")

    def run() -> None:
        with file.open("rb") as lines:
            subprocess.run(command, stdin=lines, stdout=subprocess.DEVNULL, check=True)

    return run


def short_texts() -> Iterator[str]:
    """Lines as the other program writes them: an opener, a closer, a tag and often a link."""
    index = 0
    while True:
        written = corpus.post(index, 100_000)
        body = written.content.decode().partition("\n---\n")[2].strip().splitlines()
        link = f" https://atlas.example/notes/{index}" if index % 3 else ""
        yield json.dumps({"text": f"{body[0]}{link} #maps"}, ensure_ascii=False) + "\n"
        index += 1
