"""What no command does alone, measured from inside: rendering, and the ledger."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks import corpus, history, measure
from benchmarks.commands import Made
from benchmarks.measure import Figure
from cmflow import git, ledger, render
from cmflow.content import plan, posts
from cmflow.model import Delivery, Plan, Post, State
from cmflow.netkit import network
from cmflow.repository import shipped

HUNDRED = 100_000


def the_plan(sent: bool = False) -> Plan:
    """The corpus' plan, read as cmflow reads it."""
    found, problems = plan.parse(corpus.plan(sent), "content/plan.md", dict(known_networks()))
    if found is None or problems:
        raise SystemExit(f"the corpus' plan is not in order: {problems}")
    return found


def known_networks() -> Iterator[tuple[str, plan.NetworkFacts]]:
    for name in network.names():
        options = network.load(name).options
        required = tuple(option.name for option in options if option.required)
        yield name, plan.NetworkFacts(tuple(option.name for option in options), required)


def written(many: int, team: Plan) -> Iterator[Post]:
    """The corpus' posts, each for every account there is, whatever its language."""
    everywhere = tuple(account.name for account in team.accounts)
    for index in range(many):
        made = corpus.post(index, many)
        post, problems = posts.parse(made.content, made.path, team)
        if post is None:
            raise SystemExit(f"a post of the corpus cannot be used: {problems}")
        yield replace(post, accounts=everywhere)


def render_all(made: Made, many: int, repeat: int) -> Iterator[Figure]:
    """Every post for all twelve accounts: template, Markdown, the network's form, parts split and counted."""
    team = the_plan()
    templates = render.Templates(shipped.templates("templates"))
    limits = {account.name: network.load(account.network).limits for account in team.accounts}
    ready = list(written(many, team))
    began = time.perf_counter()
    for post in ready:
        for account in team.accounts:
            render.variant(post, account, team, limits[account.name], templates, {})
    seconds = (time.perf_counter() - began) / many
    yield measure.at_most(f"{len(team.accounts)} variants of a post, over {many:,} posts", seconds, 0.003)


def remember(made: Made, many: int, repeat: int) -> Iterator[Figure]:
    """The whole ledger read; one receipt written, against the least that git itself needs for a commit."""
    folder = made.repository(many, sent=True)
    book = ledger.Ledger(git.discover(folder))
    amount = len(ledger.read(book).deliveries)
    seconds = times_of_read(book, repeat)
    yield Figure(f"ledger of {amount:,} deliveries read", measure.in_words(seconds))
    yield measure.at_most(f"the same for each {HUNDRED:,}", seconds * HUNDRED / amount, 2)
    writer, snapshot = ledger.open_writer(book, history.now, time.sleep)
    some = [each for each in snapshot.deliveries.values() if each.state is State.SENT][: repeat * 3]
    ours = median(writing(writer, each) for each in some)
    bare = measure.times(lambda: bare_commit(folder), repeat * 3)
    yield measure.ratio("one receipt written to it", ours, bare, 3, "git commit-tree + update-ref")


def times_of_read(book: ledger.Ledger, repeat: int) -> float:
    return measure.times(lambda: ledger.read(book), max(1, repeat // 2))


def writing(writer: ledger.Writer, before: Delivery) -> float:
    after = replace(before, run="bench", attempt=before.attempt + 1)
    began = time.perf_counter()
    writer.record(after)
    return time.perf_counter() - began


def bare_commit(folder: Path) -> None:
    """A commit with nothing new in it, on a branch of its own."""
    tree = ["git", "-C", str(folder), "commit-tree", "-m", "nothing", f"{ledger.BRANCH}^{{tree}}"]
    who = ["-c", "user.name=Corpus", "-c", "user.email=corpus@example.org"]
    tree[3:3] = who
    commit = subprocess.run(tree, capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["git", "-C", str(folder), "update-ref", "refs/heads/bench", commit], check=True)
