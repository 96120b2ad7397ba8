"""The corpus of the benchmarks: always the same, and content that cmflow has nothing to say against."""

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import corpus, history, inside
from cmflow import git, ledger, lint
from cmflow.content import posts
from cmflow.model import Key, Severity
from cmflow.problems import severity
from cmflow.repository import loader, shipped
from cmflow.repository.cache import Cache
from cmflow.repository.content import open_content
from cmflow.repository.publication_index import PublicationIndex
from cmflow.repository.source import folder

POSTS = 150


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "made"
    corpus.make(folder, POSTS, sent=True)
    return folder


def commits(folder: Path) -> list[str]:
    words = ["git", "-C", str(folder), "rev-parse", "main", ledger.BRANCH]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()


def test_the_same_number_gives_the_same_commits(repository: Path, tmp_path: Path) -> None:
    corpus.make(tmp_path / "again", POSTS, sent=True)
    assert commits(tmp_path / "again") == commits(repository)


def test_the_work_tree_is_checked_out(repository: Path) -> None:
    assert len(list(repository.glob("content/posts/**/*.md"))) == POSTS
    words = ["git", "-C", str(repository), "status", "--porcelain"]
    assert subprocess.run(words, capture_output=True, check=True).stdout == b""


def test_the_ledger_holds_what_was_due(repository: Path) -> None:
    snapshot = ledger.read(ledger.Ledger(git.discover(repository)))
    assert snapshot.problems == ()
    bare = {key: replace(delivery, digest="") for key, delivery in snapshot.deliveries.items()}
    assert bare == {Key(item.post, item.account): item for item in history.deliveries(POSTS)}
    assert all(delivery.due < history.now() for delivery in snapshot.deliveries.values())
    content = open_content(folder(repository, git.discover(repository)), shipped.templates("templates"), Cache(None))
    entries = loader.load(content, Cache(None))
    assert lint.delivered(entries, content.sure_plan, snapshot.deliveries) == ()  # all look as they did
    index = PublicationIndex(ledger.Ledger(git.discover(repository)), snapshot.deliveries, Cache(None))
    assert {Key(post, name) for post in index.marks for name in index.of(post, content)} == {*bare}


@pytest.mark.parametrize("sent", [True, False])
def test_plan_and_posts_are_read_without_a_problem(sent: bool) -> None:
    team = inside.the_plan(sent)
    for index in range(POSTS):
        made = corpus.post(index, POSTS)
        post, problems = posts.parse(made.content, made.path, team)
        assert post and not [each for each in problems if severity(each.code) is Severity.ERROR]
        assert (post.id, post.accounts) == (made.id, made.accounts)


@pytest.mark.parametrize("many", [3, 1_000, 10_000, 100_000])
def test_no_two_posts_are_near_each_other(many: int) -> None:
    moments = [corpus.moment(index, many) for index in range(many)]
    assert moments == sorted(moments)
    assert min(after - before for before, after in pairwise(moments)).total_seconds() > 30 * 60
    assert {6 <= moment.hour < 23 for moment in moments} == {True}
