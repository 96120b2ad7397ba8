import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cmflow.media import Facts
from cmflow.model import Entry, Planned, Problem, Status
from cmflow.site import rows
from cmflow.site.cache import Cache

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


@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    row = json.loads(json.dumps(rows._row(entry)))
    assert rows._entry(entry.path, row) == entry


def test_entries_are_kept_by_path_as_long_as_the_post_and_its_media_are_the_same(tmp_path: Path) -> None:
    cache, entry = Cache(tmp_path), Entry("content/posts/a.md", "a", media=(("content/media/a.png", "picture"),))
    blobs = {entry.path: "blob", "content/media/a.png": "picture"}
    rows.Entries(cache, "key").keep([entry.path], blobs, [entry])
    kept = rows.Entries(cache, "key")
    assert kept.get(entry.path, blobs) == entry
    assert kept.get("content/posts/b.md", blobs) is None
    assert kept.get(entry.path, {**blobs, entry.path: "edited"}) is None
    assert kept.get(entry.path, {**blobs, "content/media/a.png": "repainted"}) is None
    assert rows.Entries(cache, "other").get(entry.path, blobs) is None


def test_entries_of_posts_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    cache, blobs = Cache(tmp_path), {"a.md": "1", "b.md": "2"}
    rows.Entries(cache, "key").keep(["a.md", "b.md"], blobs, [Entry("a.md", "a"), Entry("b.md", "b")])
    rows.Entries(cache, "key").keep(["b.md"], blobs, [])
    kept = rows.Entries(cache, "key")
    assert (kept.get("a.md", blobs), kept.get("b.md", blobs)) == (None, Entry("b.md", "b"))


def test_facts_are_kept_by_blob(tmp_path: Path) -> None:
    cache, found = Cache(tmp_path), {"one": Facts("image", "image/png", 3, 4, 1, 99), "two": "It is empty."}
    rows.keep_facts(cache, found)
    assert rows.facts(cache) == found
    assert rows.facts(Cache(None)) == {}
