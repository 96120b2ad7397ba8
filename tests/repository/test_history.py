from pathlib import Path

from cmflow import git
from cmflow.git.history import read
from cmflow.repository import history
from cmflow.repository.cache import Cache
from tests.repository import places


def test_what_was_read_is_kept_and_only_the_rest_is_read(tmp_path: Path) -> None:
    repository = places.repository(tmp_path / "repo", {places.path("a"): places.post(), places.path("b"): "b\n"})
    cache = Cache(tmp_path / "cache")
    first = history.load(repository, repository.head(), cache)
    assert {path: len(changes) for path, changes in first.changes.items()} == {
        places.path("a"): 1,
        places.path("b"): 1,
    }
    assert history.load(repository, repository.head(), cache) == first
    places.run(repository.root, "mv", places.path("a"), places.path("c"))
    places.run(repository.root, "commit", "-q", "-m", "Move (#3)\n\nReviewed-by: Bo <bo@example.org>")
    second = history.load(repository, repository.head(), cache)
    assert second == read(repository, repository.head())
    assert history.load(repository, repository.head(), cache) == second
    assert [(each.subject, each.pull, each.reviewers) for each in second.changes[places.path("c")]] == [
        ("Move (#3)", 3, ("Bo",)),
        ("Content", None, ()),
    ]


def test_what_a_shallow_clone_has_is_not_kept(tmp_path: Path) -> None:
    source = places.repository(tmp_path / "repo", {places.path("a"): places.post()})
    places.run(source.root, "commit", "-q", "--allow-empty", "-m", "More")
    places.run(tmp_path, "clone", "-q", "--depth=1", f"file://{source.root}", "clone")
    clone = git.Repository(tmp_path / "clone", tmp_path / "clone/.git/objects")
    cache = Cache(tmp_path / "cache")
    assert (history.load(clone, clone.head(), cache).cut, cache.load(history.NAME)) == (True, {})
