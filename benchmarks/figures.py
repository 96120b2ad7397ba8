"""Statistics over years of readings: `cmflow stats` as a person calls it, and what it is made of."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from benchmarks import corpus, history, measure
from benchmarks.commands import CMFLOW, Made
from benchmarks.inside import the_plan
from benchmarks.measure import Figure
from cmflow import git
from cmflow.ledger import Ledger, codec, lines, readings
from cmflow.model import Delivery

AGES = (1, 3, 6, 24, 72, 168, 336, 720, 1440, 2160)  # hours
METRICS = {
    "mastodon": ("favourites_count", "replies_count", "reblogs_count", "quotes_count"),
    "bluesky": ("likeCount", "replyCount", "repostCount", "quoteCount", "bookmarkCount"),
    "linkedin": ("impressionCount", "likeCount", "commentCount", "shareCount"),
}
USUAL = ("views", "reactions", "comments", "shares")  # of any other network
LIMIT = 2.0  # seconds


def figures(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """Every reading of so many posts; the last 90 days, and everything there is."""
    folder = made.repository(posts, sent=True)
    count = remember(folder, posts)
    everything = ("--since", "2010-01-01")
    command = (CMFLOW, "stats", "--at", corpus.NOW, "--offline")
    measure.command(command, folder)  # posts are read and cached
    for name, words, limit in (("90 days", command, LIMIT), ("everything", (*command, *everything), 2 * LIMIT)):
        _forget(folder)
        first = measure.command(words, folder).work
        runs = [measure.command(words, folder) for _ in range(repeat)]
        work = median(run.work for run in runs)
        yield measure.at_most(f"processor for stats of {name}, {count:,} lines on the branch", work, limit)
        yield Figure(f"the same with no month in the cache, {name}", measure.in_words(first))
    plain = measure.times(lambda: cat(folder), repeat)
    book = Ledger(git.discover(folder), readings.BRANCH)
    accounts = [account.name for account in the_plan().accounts]
    read = measure.times(lambda: lines.read(book, accounts, datetime(2010, 1, 1, tzinfo=UTC), history.now()), repeat)
    yield measure.ratio(f"{count:,} lines read", read, plain, 8, "git cat-file")
    size = subprocess.run(["git", "count-objects", "-v"], cwd=folder, check=True, capture_output=True, text=True)
    yield Figure("the repository with its branches, packed", f"{_packed(size.stdout) / 1000:.0f} MB")


def remember(folder: Path, posts: int) -> int:
    """Write the readings of all that was sent to their branch; the number of lines."""
    networks = {account.name: account.network for account in the_plan().accounts}
    files, count, random = defaultdict[str, list[str]](list), 0, Random(7)
    for delivery in history.deliveries(posts):
        for time, line in _lines(delivery, networks[delivery.account], random):
            files[f"{readings.FOLDER}/{codec.safe(delivery.account)}/{time:%Y-%m}.jsonl"].append(line)
            count += 1
    blobs = ((path, "".join(rows).encode()) for path, rows in sorted(files.items()))
    corpus.fast_import(folder, corpus.stream(readings.BRANCH, blobs, "Readings"))
    return count


def _lines(delivery: Delivery, network: str, random: Random) -> Iterator[tuple[datetime, str]]:
    first, total = delivery.receipts[0].time, random.lognormvariate(3, 0.6)
    for hours in AGES:
        time = first + timedelta(hours=hours, seconds=random.randrange(3000))
        if time < history.now():
            share = total * (hours / AGES[-1]) ** 0.2
            values = {metric: round(share / place) for place, metric in enumerate(METRICS.get(network, USUAL), 1)}
            row = {
                "at": f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "post": delivery.post,
                "slot": f"{hours}h" if hours < 24 else f"{hours // 24}d",
                "age": int((time - first).total_seconds()),
                "network": network,
                "values": values,
            }
            yield time, json.dumps(row, separators=(",", ":")) + "\n"


def _forget(folder: Path) -> None:
    """Drop what statistics cache, but not the posts."""
    for file in (folder / ".cmflow" / "cache").glob("*.json"):
        if file.name.startswith(("samples-", "outline-", "deliveries-")):
            file.unlink()


def cat(folder: Path) -> None:
    """Every blob of the branch, as git tells it."""
    listing = subprocess.run(
        ["git", "ls-tree", "-r", "--object-only", readings.BRANCH], cwd=folder, stdout=subprocess.PIPE
    )
    subprocess.run(
        ["git", "cat-file", "--batch"], cwd=folder, input=listing.stdout, stdout=subprocess.DEVNULL, check=True
    )


def _packed(text: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("size-pack"))
