"""The ledger through the cache is the ledger as git has it, whatever happened to either."""

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import ledger
from cmflow.ledger import Ledger, Snapshot, codec
from cmflow.model import Delivery, Key
from cmflow.repository import snapshots
from cmflow.repository.cache import Cache
from cmflow.repository.snapshots import Limits
from tests.deliveries import NOON, repository
from tests.examples import examples
from tests.ledger.test_codec import FULL, SENT

pytestmark = pytest.mark.slow  # real git

OTHER = replace(FULL, post="other")
NAME = "ledger-cmflow-state"
EVERYTHING = Limits(1, 1)
INDIA = timezone(timedelta(hours=5.5))


def commit(home: Ledger, files: Mapping[str, bytes | None]) -> None:
    home.repository.commit_files(home.branch, files, "edit", home.repository.tip(home.branch), NOON)


def stored(home: Ledger, *deliveries: Delivery) -> None:
    commit(home, {codec.path(delivery.post, delivery.account): codec.encode(delivery) for delivery in deliveries})


def git(home: Ledger, *words: str, rows: str = "") -> str:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    return subprocess.run(
        ["git", *who, *words], cwd=home.repository.root, check=True, input=rows, text=True, stdout=subprocess.PIPE
    ).stdout


def prune(home: Ledger) -> None:
    """Delete what no branch has any more."""
    git(home, "reflog", "expire", "--expire=now", "--all")
    git(home, "prune", "--expire=now")


def whole(snapshot: Snapshot) -> str:
    """All of it with its order, and with the zone of each time."""
    return repr((snapshot, sorted(snapshot.unreadable)))


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path / "home"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


# ── anything may happen ─────────────────────────────────────────────────────────────────────────────────────

POSTS = ("a", "a-b", "a.b", "caf\udce9", "🚀")  # each sorts differently with `/` behind it
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"error": "lost \ud800"},
    {"path": "content/posts/\udcff.md"},
    {"due": NOON.astimezone(INDIA)},
    {"written": datetime(2026, 12, 1, 12, tzinfo=timezone(timedelta(seconds=30)))},
    {"attempt": 10**30},
    {"history": (), "run": "again"},
)
Edit = Callable[[Ledger, list[str]], None]


def edit(post: str, content: bytes | None, *others: str) -> Edit:
    """Write that to the file of a post, and of the `others`; None deletes it."""

    def change(home: Ledger, tips: list[str]) -> None:
        files = {codec.path(name, "team"): content for name in (post, *others)}
        existing = {*home.repository.paths(tips[-1], codec.FOLDER)} if tips else set()
        wanted = {path: data for path, data in files.items() if data is not None or path in existing}
        if wanted or not tips:
            commit(home, wanted)

    return change


def reset(number: int) -> Edit:
    """Set the branch back to a commit that it has been at."""

    def change(home: Ledger, tips: list[str]) -> None:
        if tips:
            home.repository.move(f"refs/heads/{home.branch}", tips[number % len(tips)], tips[-1])
            del tips[number % len(tips) + 1 :]

    return change


def written(post: str, changes: dict[str, Any], base: Delivery) -> Edit:
    return edit(post, codec.encode(replace(base, post=post, account="team", **changes)))


posts = st.sampled_from(POSTS)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(written, posts, st.sampled_from(CHANGES), st.sampled_from([SENT, FULL])),
    st.builds(written, posts, st.sampled_from(CHANGES), st.sampled_from([SENT, FULL])),
    st.builds(edit, posts, st.sampled_from([None, None, b"", b"{", b'{"version": 9}', codec.encode(SENT)])),
    st.builds(edit, posts, st.none(), posts, posts),
    st.builds(reset, st.integers(0, 9)),
    st.just(lambda home, tips: prune(home)),
    st.just(lambda home, tips: commit(home, {"deliveries/README.md": b"hello", "stop.json": b"{}"})),
)


@examples(40)
@given(st.lists(edits, min_size=1, max_size=10), st.sampled_from([1, 2, 99]), st.booleans())
def test_whatever_happens_to_the_ledger_the_cache_says_the_same(edits: list[Edit], many: int, stays: bool) -> None:
    with TemporaryDirectory() as folder:
        home, cache = Ledger(repository(Path(folder, "home"))), Cache(Path(folder, "cache"), {} if stays else None)
        tips: list[str] = []
        for change in edits:
            change(home, tips)
            tip = home.repository.tip(home.branch)
            tips += [tip] if tip and tip not in tips else []
            assert whole(snapshots.read(home, cache, Limits(1, many))) == whole(ledger.read(home))


# ── what is read again ──────────────────────────────────────────────────────────────────────────────────────


def remove(home: Ledger, delivery: Delivery) -> None:
    """Delete the blob of a delivery from the store, so that whoever reads it fails."""
    blob = ledger.blobs(home)[codec.path(delivery.post, delivery.account)]
    (home.repository.store / blob[:2] / blob[2:]).unlink()


def test_what_has_not_changed_is_not_read_again(home: Ledger, cache: Cache) -> None:
    stored(home, SENT, OTHER)
    before = snapshots.read(home, cache, EVERYTHING)
    remove(home, SENT)
    assert whole(snapshots.read(home, cache, EVERYTHING)) == whole(before)
    new, key = replace(OTHER, error="changed"), Key(OTHER.post, OTHER.account)
    stored(home, new)
    for limits in (EVERYTHING, Limits(1, 5)):
        assert snapshots.read(home, cache, limits).deliveries == {**before.deliveries, key: new}


def test_a_small_ledger_is_not_cached(home: Ledger, cache: Cache) -> None:
    stored(home, SENT, OTHER)
    assert snapshots.read(home, cache, Limits(3)) == ledger.read(home)
    assert cache.body(NAME) == b""
    assert snapshots.read(home, cache, Limits(2)) == ledger.read(home)
    assert json.loads(cache.body(NAME))[1] is True


def test_few_changes_are_not_saved(home: Ledger, cache: Cache) -> None:
    stored(home, SENT)
    snapshots.read(home, cache, EVERYTHING)
    before = cache.body(NAME)
    stored(home, OTHER)
    assert snapshots.read(home, cache, Limits(1, 2)) == ledger.read(home)
    assert cache.body(NAME) == before
    assert snapshots.read(home, cache, Limits(1, 1)) == ledger.read(home)
    assert cache.body(NAME) != before


def test_no_ledger_is_an_empty_one(home: Ledger, cache: Cache) -> None:
    assert snapshots.read(home, cache) == Snapshot(None, {})


def test_a_ledger_without_deliveries_is_empty_until_there_are_some(home: Ledger, cache: Cache) -> None:
    place = codec.path(SENT.post, SENT.account)
    for content in (None, codec.encode(SENT), None, codec.encode(SENT), b"{"):
        commit(home, {"stop.json": b"{}", place: content})
        assert snapshots.read(home, cache, Limits(0, 0)) == ledger.read(home)


def test_an_empty_folder_changes_nothing(home: Ledger, cache: Cache) -> None:
    """cmflow makes none, and git itself does not either."""
    stored(home, SENT)
    snapshots.read(home, cache, EVERYTHING)
    rows = git(home, "ls-tree", "cmflow-state:deliveries") + f"040000 tree {git(home, 'mktree').strip()}\tempty\n"
    root = f"040000 tree {git(home, 'mktree', rows=rows).strip()}\tdeliveries\n100644 blob {'0' * 40}\tother\n"
    other = git(home, "commit-tree", "-m", "x", git(home, "mktree", "--missing", rows=root).strip()).strip()
    home.repository.move("refs/heads/cmflow-state", other, home.repository.tip(home.branch))
    for limits in (Limits(1, 9), EVERYTHING):
        assert snapshots.read(home, cache, limits) == ledger.read(home)


def test_each_branch_has_its_own_file(home: Ledger, cache: Cache) -> None:
    other = replace(home, branch="a/rehearsal")
    stored(home, SENT)
    stored(other, OTHER)
    for _ in range(2):
        assert snapshots.read(home, cache, EVERYTHING) == ledger.read(home)
        assert snapshots.read(other, cache, EVERYTHING) == ledger.read(other)
    names = sorted(path.name for path in (cache.folder or Path()).iterdir())
    assert names == ["ledger-a%2Frehearsal.json", f"{NAME}.json"]


def test_a_damaged_file_of_the_cache_is_as_good_as_none(home: Ledger, cache: Cache) -> None:
    stored(home, SENT, OTHER)
    snapshots.read(home, cache, EVERYTHING)
    file = (cache.folder or Path()) / f"{NAME}.json"
    file.write_bytes(file.read_bytes().replace(b"sent", b"lost"))
    assert snapshots.read(home, cache, EVERYTHING) == ledger.read(home)


def test_a_command_that_only_looks_reads_once(home: Ledger, cache: Cache) -> None:
    stored(home, SENT)
    looking = replace(home, repository=home.repository.still())
    assert snapshots.read(looking, cache) is snapshots.read(looking, cache)


# ── what JSON holds ─────────────────────────────────────────────────────────────────────────────────────────


def moved(value: Any, number: list[int]) -> Any:
    """The value with its time of that number in another zone; counts down."""
    if isinstance(value, datetime):
        number[0] -= 1
        return value.astimezone(INDIA) if number[0] == -1 else value
    if isinstance(value, tuple):
        return tuple(moved(item, number) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: moved(getattr(value, field.name), number) for field in fields(value)})
    return value


def test_a_time_of_another_zone_does_not_fit_wherever_it_is() -> None:
    count = [1_000]
    assert moved(FULL, count) == FULL
    assert snapshots._fits(FULL)
    assert not any(snapshots._fits(moved(FULL, [number])) for number in range(1_000 - count[0]))
