"""What is found quickly is what is found by reading everything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import schedule
from cmflow.ledger import BRANCH, Ledger, codec
from cmflow.lint import calendar
from cmflow.model import Delivery, Key, Receipt, State
from cmflow.repository import due_index, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import DueRow, Open, upto
from cmflow.repository.due_index import LONG, still_open
from tests.examples import examples
from tests.faults.paper import paper
from tests.repository.places import NOTHING, PLAN, PNG, content, path, post

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
LATE = 6 * 3600.0


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return Ledger(paper(tmp_path_factory.mktemp("shared") / "home"))


@pytest.fixture
def state(shared: Ledger) -> Ledger:
    """A ledger that holds nothing, in the one repository that these tests share."""
    (shared.repository.root / "refs/heads" / BRANCH).unlink(missing_ok=True)
    return shared


def remember(state: Ledger, deliveries: Iterable[Delivery], broken: Iterable[tuple[str, str]] = ()) -> None:
    """Make the ledger hold these deliveries and no other."""
    files: dict[str, bytes | None] = {codec.path(each.post, each.account): codec.encode(each) for each in deliveries}
    files |= {codec.path(*key): b"{" for key in broken}
    tip = state.repository.tip(BRANCH)
    old = state.repository.tree(tip) if tip else {}
    changes = dict.fromkeys(old, None) | files
    state.repository.commit_files(BRANCH, changes, "Test", tip, NOW)


def delivery(name: str, account: str, state: State, at: datetime = AT, **more: Any) -> Delivery:
    return replace(Delivery(name, account, state, at), **more)


def row(name: str, account: str, at: datetime = AT, late: float = LATE, begun: bool = False, of: str = "") -> DueRow:
    return DueRow(at.timestamp(), late, name, account, path(of or name), begun)


def found(files: Mapping[str, str | bytes], state: Ledger, days: float = 2, plan: str = PLAN) -> Open:
    return still_open(content(files, plan=plan), state, NOTHING, NOW, NOW + timedelta(days=days))


def test_every_delivery_that_is_due_by_its_time(state: Ledger) -> None:
    files = {
        path("a"): post("2026-12-01 11:00", "all"),
        path("b"): post("2026-12-01 10:30", "toots", "late: 0m\n"),
        path("draft"): post(more="status: draft\n"),
        path("history"): post("2026-10-31 23:59"),
        path("later"): post("2026-12-09 09:30"),
        path("even-later"): post("2026-12-10 09:30"),
        path("unreadable"): "Hello",
        path("gap"): post("2027-03-28 02:30"),
        path("no-day"): post("2026-13-01 02:30"),
        path("moment"): post("2026-12-01 11:00", "toots", 'variants:\n  toots: {date: "2026-12-01 14:00", text: x}\n'),
        path("not-there"): post(accounts="toots, all", more="variants:\n  webhook: {skip: yes}\n"),
    }
    first, ten, two = (AT.replace(hour=hour, minute=minute) for hour, minute in ((8, 30), (10, 0), (13, 0)))
    assert found(files, state) == Open(
        (
            row("not-there", "tape", first),
            row("not-there", "toots", first),
            row("b", "toots", AT, 0.0),
            row("a", "site", ten, 0.0),
            row("a", "tape", ten),
            row("a", "toots", ten),
            row("moment", "toots", two),
        ),
        (NOW + timedelta(days=2)).timestamp(),
        datetime(2026, 12, 9, 8, 30, tzinfo=UTC).timestamp(),
        frozenset(),
        "Europe/Paris",
        unread=(path("gap"), path("no-day"), path("unreadable")),
    )


def test_nothing_at_all(state: Ledger) -> None:
    assert found({}, state) == Open((), (NOW + timedelta(days=2)).timestamp(), None, frozenset(), "Europe/Paris")


@pytest.mark.parametrize("known", [each for each in State if each not in (State.SENT, State.SKIPPED, State.MISSED)])
def test_what_has_begun_is_always_there_even_where_its_date_was_moved(state: Ledger, known: State) -> None:
    remember(state, [delivery("a", "toots", known)])
    moved = post("2027-06-01 10:00")
    at = datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert found({path("a"): moved}, state).rows == (row("a", "toots", at, begun=True),)


@pytest.mark.parametrize("text", [None, post(more="status: draft\n"), post(accounts="tape"), "Hello"])
def test_what_may_be_out_is_there_though_no_post_asks_for_it(state: Ledger, tmp_path: Path, text: str | None) -> None:
    """`half`: the first of two parts is published."""
    half: dict[str, Any] = {"receipts": (Receipt(0, "1", "", AT),)}
    known = {f"{name}-{each}": delivery(f"{name}-{each}", "toots", each, parts=2, **more)
             for name, more in (("none", {}), ("half", half)) for each in State}  # fmt: skip
    remember(state, known.values())
    files = {path(name): text for name in known if text}
    wanted = ("half-failed", "half-scheduled", "half-sending", "half-unsure", "none-sending", "none-unsure")
    for cache in (NOTHING, Cache(tmp_path / "cache"), Cache(tmp_path / "cache")):
        seen = still_open(content(files), state, cache, NOW, NOW)
        assert sorted(seen.gone) == [(name, "toots") for name in wanted]


def test_what_is_over_and_gone_is_read_once(state: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(state, [delivery("a", "toots", State.SENT), delivery("b", "toots", State.SENDING)])
    cache, asked = Cache(tmp_path / "cache"), list[bytes]()
    decode = codec.decode

    def watched(data: bytes) -> Delivery:
        asked.append(data)
        return decode(data)

    monkeypatch.setattr(codec, "decode", watched)
    for number in (2, 3):
        assert still_open(content({}), state, cache, NOW, NOW).gone == (("b", "toots"),)
        assert len(asked) == number
    remember(state, [delivery("a", "toots", State.UNSURE)])
    assert still_open(content({}), state, cache, NOW, NOW).gone == (("a", "toots"),)


@pytest.mark.parametrize("known", [State.SENT, State.SKIPPED, State.MISSED])
def test_what_is_over_is_not_there(state: Ledger, known: State) -> None:
    remember(state, [delivery("a", "toots", known)])
    assert found({path("a"): post("2026-12-01 10:30")}, state).rows == ()


def test_a_missed_one_with_another_date_is_open_again(state: Ledger) -> None:
    remember(state, [delivery("a", "toots", State.MISSED)])
    at = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    assert found({path("a"): post("2026-12-02 10:30")}, state).rows == (row("a", "toots", at, begun=True),)


def test_what_cannot_be_read_in_the_ledger_is_open(state: Ledger) -> None:
    remember(state, [], [("a", "toots")])
    assert found({path("a"): post("2026-12-01 10:30")}, state).rows == (row("a", "toots", begun=True),)


def test_of_what_was_due_long_ago_only_what_is_unfinished_is_there(state: Ledger, tmp_path: Path) -> None:
    half = (Receipt(0, "1", "", AT),)
    long_ago = {
        "unsure": delivery("unsure", "toots", State.UNSURE),
        "sending": delivery("sending", "toots", State.SENDING),
        "half": delivery("half", "toots", State.FAILED, receipts=half, parts=2),
        "failed": delivery("failed", "toots", State.FAILED),
        "sent": delivery("sent", "toots", State.SENT),
        "missed": delivery("missed", "toots", State.MISSED),
    }
    remember(state, [*long_ago.values(), delivery("slow", "toots", State.FAILED)])
    plan = PLAN.replace("since: 2026-11-01\n", "")
    files = {path(name): post("2026-10-01 10:30") for name in (*long_ago, "never")}
    files[path("slow")] = post("2026-10-01 10:30", more="late: 90d\n")
    at = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
    expected = (
        row("half", "toots", at, begun=True),
        row("never", "toots", at),
        row("sending", "toots", at, begun=True),
        row("unsure", "toots", at, begun=True),
        row("slow", "toots", at, 90 * 86_400.0, begun=True),
    )
    for cache in (NOTHING, Cache(tmp_path / "cache"), Cache(tmp_path / "cache")):
        seen = still_open(content(files, plan=plan), state, cache, NOW, NOW)
        assert (sorted(seen.rows), seen.gone) == (sorted(expected), ())


def test_ids_that_several_posts_claim(state: Ledger) -> None:
    files = {
        path("a"): post(),
        path("b"): post(more="id: A\nstatus: draft\n"),
        path("c"): post(),
        path("x/c"): post("2027-12-01 10:00"),
        path("d"): post(),
        path("1"): "unreadable",
        path("2"): "unreadable",
    }
    assert found(files, state).twice == {"a", "A", "c"}
    assert due_index.ids(content(files), NOTHING) == {"a", "A", "c", "d", "1", "2"}
    assert due_index.paths(content({path("x y"): post(), path("1"): "unreadable"}), NOTHING) == {"x-y": path("x y")}


# ── against the slow truth ──────────────────────────────────────────────────────────────────────────────────

DATES = st.sampled_from(
    ["2026-12-01 10:30", "2026-12-02 10:30", "2026-12-30 10:30", "2026-10-31 23:30", "2026-11-01 00:00",
     "2026-12-01 10:30 UTC", "2027-03-28 02:30", "2026-12-01"]
)  # fmt: skip
MORE = st.lists(
    st.sampled_from(
        ["status: draft\n", "id: one\n", "id: ONE\n", "id: two\n", "late: 1m\n", "late: 0m\n", "tags: [a]\n",
         "variants:\n  toots:\n    date: 2026-12-01 11:00\n    tags: [z]\n", "variants:\n  site: {skip: yes}\n",
         "media: [content/media/a.png]\n", "unknown: key\n", "reply_to: two\n",
         "first_comment: |\n  {{ \n"]
    ),
    max_size=3, unique_by=lambda line: line.partition(":")[0],
).map("".join)  # fmt: skip
POSTS = st.builds(post, DATES, st.sampled_from(["toots", "all", "toots, site", "nobody"]), MORE, st.sampled_from("xyz"))
NAMES = st.sampled_from(["one", "two", "x/one", "a b"])
FILES = st.dictionaries(NAMES.map(path), POSTS | st.sampled_from(["", "no front matter"]), max_size=4)
DELIVERIES = st.lists(
    st.builds(
        delivery,
        st.sampled_from(["one", "two", "gone"]),
        st.sampled_from(["toots", "site"]),
        st.sampled_from(State),
        st.sampled_from([AT, AT + timedelta(days=1)]),
        receipts=st.sampled_from([(), (Receipt(0, "1", "", AT),)]),
    ),
    max_size=3,
    unique_by=lambda each: Key(each.post, each.account),
)


def slow(here: Content, deliveries: Iterable[Delivery], until: datetime) -> Iterator[DueRow]:
    """Every planned delivery that is not over, from the full reading of everything."""
    known = {Key(each.post, each.account): each for each in deliveries}
    for each in loader.planned(here, loader.load(here, NOTHING), known):
        now = known.get(Key(each.post, each.account))
        moved = now is not None and now.due != each.due
        over = now and (now.state in (State.SENT, State.SKIPPED) or (now.state is State.MISSED and not moved))
        old = now is not None and each.due + each.late < NOW - LONG and not schedule.is_unfinished(now)
        if not over and not old and (now or each.due <= until):
            seconds = each.late.total_seconds()
            yield DueRow(each.due.timestamp(), seconds, each.post, each.account, each.path, now is not None)


@examples(12)
@given(FILES, DELIVERIES, st.sampled_from([0, 2, 60]))
def test_it_is_what_the_full_reading_finds(
    shared: Ledger, files: dict[str, str], deliveries: list[Delivery], days: int
) -> None:
    remember(shared, deliveries)
    here, until = content(files), NOW + timedelta(days=days)
    quick = still_open(here, shared, NOTHING, NOW, until)
    kept = loader.load(here, NOTHING)
    unread = {each.path for each in kept if each.date is None}  # nobody knows when those go out
    assert [each for each in quick.rows if each.path not in unread] == sorted(slow(here, deliveries, until))
    double = {each.path for each in calendar(kept, here.sure_plan, {}) if each.code == "duplicate-id"}
    assert quick.twice >= {each.id for each in kept if each.path in double}
    assert unread or quick.twice == {each.id for each in kept if each.path in double}


# ── what is kept is never wrong ─────────────────────────────────────────────────────────────────────────────

PLANS = st.sampled_from(
    [PLAN, PLAN.replace("late: 0m", "late: 2h"), PLAN.replace("since: 2026-11-01\n", ""), PLAN.replace("Paris", "Rome")]
)
STEP = st.tuples(
    FILES,
    st.sampled_from([{}, {"content/media/a.png": PNG}, {"content/media/a.png": b"x"}]),
    st.sampled_from([{}, {"templates/networks/post.md.j2": "{{ text }}!"}, {"templates/networks/x.md.j2": "{{"}]),
    PLANS,
    DELIVERIES,
    st.sampled_from([0, 2, 60]),
)


@examples(5)
@given(st.lists(STEP, min_size=2, max_size=3))
def test_with_whatever_was_kept_before_it_is_the_same(shared: Ledger, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    with TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        for files, media, templates, plan, deliveries, days in steps:
            remember(shared, deliveries)
            everything, until = files | media | templates, NOW + timedelta(days=days)
            old, new = content(everything, cache, plan), content(everything, NOTHING, plan)
            assert old.facts == new.facts
            assert loader.load(old, cache) == loader.load(new, NOTHING)
            fresh = still_open(new, shared, NOTHING, NOW, until)
            assert still_open(old, shared, cache, NOW, until) == fresh
            trees = (str(sorted(new.source.blobs.items())), str(shared.repository.tip(BRANCH)))
            search = _search(old, shared, cache)
            assert upto(until, trees, cache, search)._replace(key="") == fresh


def _search(here: Content, state: Ledger, cache: Cache):  # type: ignore[no-untyped-def]
    return lambda further: still_open(here, state, cache, NOW, further)


def test_in_workers_it_is_the_same(state: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path(f"p{number}"): post(f"2026-12-01 {number:02}:30", "all") for number in range(12)}
    here = found(files, state)
    monkeypatch.setattr(due_index, "WORTH_WORKERS", 1)
    monkeypatch.setattr(due_index, "CHUNK", 5)
    assert found(files, state) == here
    assert len(here.rows) == 36


def test_nothing_is_read_again_that_has_not_changed(state: Ledger, tmp_path: Path) -> None:
    cache, here = Cache(tmp_path / "cache"), content({path("a"): post(), path("b"): post()})
    still_open(here, state, cache, NOW, NOW)
    asked: list[str] = []

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        asked.extend(wanted := list(paths))
        return here.source.read(wanted)

    watched = replace(here, source=replace(here.source, read=read))
    still_open(watched, state, cache, NOW, NOW)
    assert asked == []
    less = {name: blob for name, blob in here.source.blobs.items() if name != path("b")}
    still_open(replace(watched, source=replace(watched.source, blobs=less)), state, cache, NOW, NOW)
    still_open(watched, state, cache, NOW, NOW)
    assert asked == [path("b")]
    assert state.repository.tip(BRANCH) is None
