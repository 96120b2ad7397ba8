from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cmflow.content.media import Facts
from cmflow.model import Entry, Planned, Problem, Status
from cmflow.repository import codec
from cmflow.repository.cache import Cache
from tests.examples import examples

WORDS = st.text(max_size=3)
MOMENTS = st.sampled_from(
    [datetime(2026, 12, 1, 9, 30, tzinfo=zone) for zone in (UTC, ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Kolkata"))]
)
PLANNED = st.builds(
    Planned,
    WORDS,
    WORDS,
    MOMENTS,
    st.sampled_from([timedelta(0), timedelta(hours=6), timedelta(minutes=1)]),
    WORDS,
    WORDS,
    st.integers(1, 9),
    WORDS,
    st.booleans(),
    st.just("content/posts/a.md"),
)
PROBLEMS = st.builds(Problem, WORDS, st.integers(1, 9), WORDS, WORDS, WORDS, WORDS)
ENTRIES = st.builds(
    Entry,
    st.just("content/posts/a.md"),
    WORDS,
    WORDS,
    st.none() | MOMENTS,
    st.sampled_from(Status),
    WORDS,
    WORDS,
    WORDS,
    st.lists(WORDS, max_size=2).map(tuple),
    st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    st.lists(st.tuples(WORDS, WORDS, st.integers(1, 9)), max_size=2).map(tuple),
    st.lists(PLANNED, max_size=2).map(tuple),
    st.lists(PROBLEMS, max_size=2).map(tuple),
)


@examples(30)
@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    blobs = dict(entry.media)
    entry = replace(entry, media=tuple(blobs.items()))
    with TemporaryDirectory() as folder:
        codec.Entries(Cache(Path(folder)), "key").keep([entry.path], blobs | {entry.path: "blob"}, [entry])
        assert codec.Entries(Cache(Path(folder)), "key").get(entry.path, blobs | {entry.path: "blob"}) == entry


@examples(30)
@given(st.lists(st.tuples(ENTRIES, WORDS), max_size=3))
def test_results_come_back_from_a_worker_as_they_were(results: codec.Results) -> None:
    packed = codec.packed(results)
    assert isinstance(packed, bytes)
    assert codec.unpacked(packed) == results


def test_what_is_equal_in_results_is_one_object_but_each_time_keeps_its_zone() -> None:
    moment = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    times = (moment, moment.astimezone(ZoneInfo("Asia/Kathmandu")))
    words = "The kettle is on."
    planned = tuple(
        Planned("tea", account, time, timedelta(hours=2), account, "text", 1, words, path="content/posts/tea.md")
        for account, time in zip(("chat", "club"), times, strict=True)
    )
    [(entry, _)] = codec.unpacked(codec.packed([(Entry("content/posts/tea.md", "tea", planned=planned), "")]))
    first, second = entry.planned
    assert first.excerpt is second.excerpt
    assert first.post is entry.id
    assert first.path is entry.path
    assert [each.due.isoformat() for each in entry.planned] == [time.isoformat() for time in times]


def test_what_is_not_text_travels_too_and_is_not_kept(tmp_path: Path) -> None:
    cache, odd, plain = Cache(tmp_path), Entry("content/posts/\udcff.md", "\udcff"), Entry("content/posts/a.md", "a")
    assert codec.unpacked(codec.packed([(odd, "x"), (plain, "y")])) == [(odd, "x"), (plain, "y")]
    blobs = {odd.path: "1", plain.path: "2"}
    codec.Entries(cache, "key").keep(blobs, blobs, [odd, plain])
    kept = codec.Entries(cache, "key")
    assert (kept.get(odd.path, blobs), kept.get(plain.path, blobs)) == (None, plain)
    kept.keep(blobs, blobs, [odd])
    assert codec.Entries(cache, "key").get(plain.path, blobs) == plain


def test_entries_are_kept_while_the_post_and_its_media_are_the_same(tmp_path: Path) -> None:
    cache, media = Cache(tmp_path), (("a.png", "1"), ("gone.png", ""))
    entry = Entry("content/posts/a.md", "a", date=datetime(2026, 12, 1, tzinfo=UTC), media=media)
    blobs = {entry.path: "blob", "a.png": "1"}
    codec.Entries(cache, "key").keep([entry.path], blobs, [entry])
    kept = codec.Entries(cache, "key")
    assert kept.get(entry.path, blobs) == entry
    assert kept.get("content/posts/b.md", blobs) is None
    for changed in ({entry.path: "other"}, {"a.png": "2"}, {"gone.png": "3"}):
        assert kept.get(entry.path, blobs | changed) is None
    assert kept.get(entry.path, {entry.path: "blob"}) is None
    assert codec.Entries(cache, "other").get(entry.path, blobs) is None


def test_entries_are_forgotten_with_their_posts(tmp_path: Path) -> None:
    cache, blobs = Cache(tmp_path), {"a": "1", "b": "2"}
    one, two = Entry("a", "a"), Entry("b", "b")
    codec.Entries(cache, "key").keep(["a", "b"], blobs, [one, two])
    codec.Entries(cache, "key").keep(["b"], blobs, [])
    kept = codec.Entries(cache, "key")
    assert (kept.get("a", blobs), kept.get("b", blobs)) == (None, two)


def test_facts_are_kept_by_blob(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    found: dict[str, Facts | str] = {"one": Facts("image", "image/png", 3, 4, 1, 99), "two": "It is empty."}
    codec.keep_facts(cache, found)
    assert codec.facts(cache) == found
    assert codec.facts(Cache(None)) == {}


def test_a_month_is_read_only_for_its_own_posts(tmp_path: Path) -> None:
    cache, blobs = Cache(tmp_path), {"may": "1", "june": "2", "never": "3"}
    entries = [
        Entry("may", "may", date=datetime(2026, 5, 31, 23, tzinfo=UTC)),
        Entry("june", "june", date=datetime(2026, 6, 1, tzinfo=UTC)),
        Entry("never", "never"),
    ]
    codec.Entries(cache, "key").keep(blobs, blobs, entries)
    (tmp_path / "entries-key/202605.json").write_bytes(b"damaged")
    cached = codec.Entries(cache, "key")
    assert [cached.get(path, blobs) for path in blobs] == [None, *entries[1:]]


def test_a_post_that_moves_to_another_month_is_in_that_one_alone(tmp_path: Path) -> None:
    cache, june = Cache(tmp_path), datetime(2026, 6, 1, tzinfo=UTC)
    entry = Entry("a", "a", date=june)
    codec.Entries(cache, "key").keep(["a"], {"a": "1"}, [entry])
    codec.Entries(cache, "key").keep(["a"], {"a": "2"}, [replace(entry, date=datetime(2026, 7, 1, tzinfo=UTC))])
    codec.Entries(cache, "key").keep(["a"], {"a": "3"}, [replace(entry, title="Back")])
    assert codec.Entries(cache, "key").get("a", {"a": "3"}) == replace(entry, title="Back")
    assert (tmp_path / "entries-key/202607.json").read_bytes().endswith(b"{}")


def test_a_month_that_was_saved_without_the_rest_is_not_believed(tmp_path: Path) -> None:
    """Saving was cut off in between."""
    cache, entry = Cache(tmp_path), Entry("a", "a", date=datetime(2026, 6, 1, tzinfo=UTC))
    codec.Entries(cache, "key").keep(["a"], {"a": "1"}, [entry])
    places = (tmp_path / "entries-key/places.json").read_bytes()
    codec.Entries(cache, "key").keep(["a"], {"a": "2"}, [replace(entry, title="Edited")])
    (tmp_path / "entries-key/places.json").write_bytes(places)
    cached = codec.Entries(cache, "key")
    assert (cached.get("a", {"a": "1"}), cached.get("a", {"a": "2"})) == (None, None)


def test_an_entry_is_of_what_was_sent(tmp_path: Path) -> None:
    cache, blobs = Cache(tmp_path), {"a": "1", "b": "2"}
    entries = [Entry("a", "first", date=datetime(2026, 6, 1, tzinfo=UTC)), Entry("b", "second")]
    codec.Entries(cache, "key", {"first": "sent"}).keep(blobs, blobs, entries)
    found = [
        [codec.Entries(cache, "key", marks).get(path, blobs) for path in blobs]
        for marks in ({"first": "sent"}, {}, {"first": "sent again"}, {"first": "sent", "second": "sent"})
    ]
    assert found == [entries, [None, entries[1]], [None, entries[1]], [entries[0], None]]
