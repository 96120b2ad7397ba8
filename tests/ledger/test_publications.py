"""What was sent is kept in the commit that says so, per post, and read as strictly as it is written."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from cmflow import git, ledger, publish
from cmflow.ledger import Ledger, codec, publication_rows, publications, rename, schema
from cmflow.ledger.publications import Archive
from cmflow.model import (
    Card,
    Form,
    Key,
    Kind,
    Media,
    Part,
    Poll,
    Publication,
    Span,
    Subtitles,
    Text,
    Variant,
    Visibility,
)
from cmflow.schedule import steps
from tests.deliveries import NOON, Clock, Fake, clones, part, planned, repository, world
from tests.examples import examples
from tests.faults.paper import paper
from tests.ledger.test_ledger import intent, opened, sent

VALID = Draft202012Validator(schema.publications(), format_checker=FormatChecker())
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("abcdefgh-1", min_size=1, max_size=8)
KINDS: st.SearchStrategy[Kind] = st.sampled_from([kind for kind in Kind if kind not in (Kind.HEADING, Kind.ITEM)])
# Made once: hypothesis looks through a strategy wherever one is made.
LISTS = st.lists(WORDS, max_size=2).map(tuple)
NUMBERS = st.integers(0, 100_000)
OPTIONAL = st.none() | WORDS.filter(bool)
EDGES = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted)
STRETCHES = st.lists(st.tuples(EDGES, KINDS, WORDS), max_size=3)
SUBTITLES = st.builds(Subtitles, path=NAMES, language=st.sampled_from(["", "en"]))
MEDIA = st.builds(Media, NAMES, WORDS, subtitles=st.lists(SUBTITLES, max_size=2).map(tuple))
PICTURES = st.lists(MEDIA, max_size=2).map(tuple)
CARD = st.builds(Card, title=WORDS, description=WORDS, picture=st.none() | MEDIA)
POLL = st.builds(
    Poll,
    options=st.lists(WORDS, max_size=3).map(tuple),
    duration=st.integers(0, 9_999).map(lambda seconds: timedelta(seconds=seconds)),
    multiple=st.booleans(),
)


def spans(chars: str, stretches: list[tuple[list[int], Kind, str]]) -> tuple[Span, ...]:
    """Those that lie in the text, or begin there: no longer than it is."""
    size = len(chars)
    return tuple(sorted(Span(min(start, size), min(end, size), kind, value) for (start, end), kind, value in stretches))


@st.composite
def parts(draw: st.DrawFn) -> Part:
    body, display = draw(WORDS), draw(OPTIONAL)
    seen = None if display is None else Text(display, spans(display, draw(STRETCHES)))
    form = Form(body, spans(body, draw(STRETCHES)), draw(WORDS), seen, draw(OPTIONAL))
    plain = draw(OPTIONAL) or form.display.chars
    return Part(Text(plain), form, draw(PICTURES), draw(NUMBERS), draw(NUMBERS))


PARTS = st.lists(parts(), min_size=1, max_size=3).map(tuple)
VARIANTS = st.builds(
    Variant,
    st.just("hello"),
    NAMES,
    NAMES,
    st.datetimes(NOON.replace(tzinfo=None), datetime(9998, 12, 31), timezones=st.just(UTC)),
    PARTS,
    *(WORDS, LISTS, WORDS, WORDS, WORDS),
    st.sampled_from(Visibility),
    *(WORDS, WORDS, WORDS),
    st.none() | POLL,
    st.none() | parts(),
    NAMES,
    version=WORDS,
    card=st.none() | CARD,
)


def everything(variant: Variant) -> Any:
    """All that a variant holds, also what two equal forms may differ in."""
    comment = (variant.first_comment,) if variant.first_comment else ()
    forms = [part.form for part in (*variant.parts, *comment)]
    return variant, [(form.display_text, form.paste_text) for form in forms]


def text_of(post: str, account: str = "team", words: str = "Hello", **changes: Any) -> Publication:
    fields: dict[str, Any] = {"digest": f"digest of {post}"}
    variant = Variant(post, account, "fake", NOON, (part(words, "content/media/a.jpg"),), **(fields | changes))
    return Publication.of(variant, f"Title of {post}", "post.md", {"content/media/a.jpg": "b10b"})


def file_of(home: Ledger, post: str = "hello") -> bytes:
    (oid,) = publications.names(home, [post]).values()
    return next(home.repository.read([oid]))[1]


def spoil(home: Ledger, data: bytes, post: str = "hello") -> None:
    tip = home.repository.tip(home.branch)
    home.repository.commit_files(home.branch, {codec.publications_path(post): data}, "spoil", tip, NOON)


def record(home: Ledger, *texts: Publication) -> None:
    """Record these as sent."""
    writer = opened(home)
    for text in texts:
        writer.publish(text)
    writer.record(*(sent(intent(text.variant.post, text.variant.account)) for text in texts))


def read(home: Ledger, *posts: str) -> dict[Key, Publication]:
    return dict(publications.read(home, posts or ("hello",)).publications)


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


@examples(100)
@given(VARIANTS, WORDS)
def test_what_is_written_is_read_again_and_fits_the_schema(variant: Variant, title: str) -> None:
    text = Publication.of(variant, title, "post.md", dict.fromkeys(variant.files, "b10b"))
    data = publications.edit("hello", [publication_rows.encode(text, variant.digest, NOON)])(None)
    assert data
    VALID.validate(json.loads(data))
    (kept,) = publications.decode(data, "hello")
    assert everything(kept.variant) == everything(
        replace(variant, parts=kept.variant.parts, first_comment=kept.variant.first_comment)
    )
    assert kept.variant.parts == tuple(replace(part, text=Text(part.text.chars)) for part in variant.parts)
    assert (kept.title, dict(kept.files), kept.time) == (
        title,
        {"post.md": "", **dict.fromkeys(variant.files, "b10b")},
        NOON,
    )


def test_a_file_in_whole(tmp_path: Path) -> None:
    home = Ledger(paper(tmp_path / "home"))
    record(home, text_of("hello", "team"), text_of("hello", "press", "Guten Tag"))
    row = {
        "network": "fake",
        "digest": "digest of hello",
        "at": "2026-12-01T12:00:00Z",
        "due": "2026-12-01T12:00:00Z",
        "post_title": "Title of hello",
    }
    files = {"files": {"post.md": "", "content/media/a.jpg": "b10b"}}
    pictures = [{"path": "content/media/a.jpg", "alt": "A picture"}]
    assert json.loads(file_of(home)) == {
        "version": 1,
        "post": "hello",
        "publications": [
            {"account": "press", **row, "parts": [{"text": "Guten Tag", "media": pictures}], **files},
            {"account": "team", **row, "parts": [{"text": "Hello", "media": pictures}], **files},
        ],
    }
    assert list(home.repository.tree(home.repository.tip(home.branch) or "")) == [
        codec.path("hello", "press"),
        codec.path("hello", "team"),
        codec.publications_path("hello"),
    ]


DAMAGE = {
    "nothing": b"",
    "not JSON": b"{",
    "a list": b"[]",
    "of another version": b'{"version": 2, "post": "hello", "publications": []}',
    "of another post": b'{"version": 1, "post": "other", "publications": []}',
    "no rows": b'{"version": 1, "post": "hello", "publications": 5}',
    "a row that is none": b'{"version": 1, "post": "hello", "publications": [5]}',
    "a row without text": b'{"version": 1, "post": "hello", "publications": [{"account": "team"}]}',
    "deep": b'{"version": 1, "post": "hello", "publications": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("data", DAMAGE.values(), ids=DAMAGE)
def test_what_cannot_be_read_is_said_and_stays(tmp_path: Path, data: bytes) -> None:
    home = Ledger(paper(tmp_path / "home"))
    spoil(home, data)
    oid = publications.names(home, ["hello"])["hello"]
    assert publications.read(home, ["hello"]) == Archive({}, {"hello": oid}, frozenset({"hello"}))
    if data != DAMAGE["a row without text"]:  # it is one of ours, as far as a run looks
        record(home, text_of("hello"))
        assert file_of(home) == data
    assert len(ledger.read(home).deliveries) < 2


VALUES: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | WORDS | st.lists(WORDS, max_size=2)


@examples(100)
@given(VARIANTS, st.data())
def test_no_value_of_another_kind_is_an_error(variant: Variant, data: st.DataObject) -> None:
    """One value somewhere in a row is replaced or lost: it is read, or it is said to be unreadable."""
    row = json.loads(json.dumps(publication_rows.encode(Publication.of(variant, "Title", "post.md", {}), "d", NOON)))
    place, name = data.draw(st.sampled_from([*places(row)]))
    if data.draw(st.booleans()):
        place[name] = data.draw(VALUES)
    else:
        del place[name]
    file = json.dumps({"version": 1, "post": "hello", "publications": [row]}).encode()
    try:
        read_again = publications.decode(file, "hello")
    except codec.Unreadable:
        return
    assert [item.variant.post for item in read_again] == ["hello"]


def places(value: Any) -> Any:
    """Every place in a JSON value: what holds it, and its name there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield value, name
        yield from places(inner)


@pytest.mark.parametrize(
    "span",
    [
        {"start": 0, "end": 6, "kind": "bold"},
        {"start": 3, "end": 2, "kind": "bold"},
        {"start": 0, "end": 2, "kind": "glory"},
        {"start": 0, "end": 2, "kind": "heading", "value": "1><script>"},
        {"start": 0, "end": 2, "kind": "item", "value": "\u00b2."},
    ],
)
def test_a_span_that_no_network_could_show_is_refused(span: dict[str, Any]) -> None:
    row = publication_rows.encode(text_of("hello"), "d", NOON)
    row["parts"][0]["spans"] = [span]
    with pytest.raises(codec.Unreadable):
        publications.decode(json.dumps({"version": 1, "post": "hello", "publications": [row]}).encode(), "hello")


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_in_the_commit_of_the_receipt_and_in_no_other(tmp_path: Path) -> None:
    """A thread: neither the claims nor the receipt of its first part hold a text."""
    home, clock = Ledger(repository(tmp_path)), Clock()
    publish.run([planned("hello", parts=2)], world(Fake().network(), clock, []), home)
    command = ["git", "log", "--format=%s", "--name-only", home.branch]
    lines = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split("\n")
    file, text = codec.path("hello", "team"), codec.publications_path("hello")
    assert [line for line in lines if line] == [
        *("hello to team: sent", file, text),
        *("hello to team: sending", file),
        *("hello to team: sending", file),
    ]
    texts = [part.form.body for part in read(home)[Key("hello", "team")].variant.parts]
    assert texts == ["hello 0", "hello 1"]
    assert ledger.read(home).problems == ()


def test_a_text_that_is_not_that_of_the_delivery_is_not_kept(tmp_path: Path) -> None:
    home = Ledger(paper(tmp_path / "home"))
    record(home, text_of("hello", digest="another"))
    assert read(home) == {}


def test_nothing_is_kept_of_what_is_not_sent(tmp_path: Path) -> None:
    home = Ledger(paper(tmp_path / "home"))
    writer = opened(home)
    writer.publish(text_of("hello"))
    writer.record(steps.fail(intent(), "No.", None, "run 1", NOON))
    assert read(home) == {}


def test_two_runs_at_the_same_time_keep_both(tmp_path: Path) -> None:
    """Neither has seen the other's commit when it writes."""
    one, other = clones(tmp_path, 2)
    first, second = opened(one), opened(other)
    first.publish(text_of("hello", "team"))
    second.publish(text_of("hello", "press", "Guten Tag"))
    first.record(sent(intent("hello", "team")))
    second.record(sent(intent("hello", "press")))
    ledger.sync(one, NOON)
    assert {key.account: text.variant.parts[0].form.body for key, text in read(one).items()} == {
        "team": "Hello",
        "press": "Guten Tag",
    }
    assert read(one) == read(other)


def test_two_ledgers_are_joined_whichever_is_first(tmp_path: Path) -> None:
    """Both say something of one account: the later one is true of the later receipt."""
    row, later = text_of("hello"), text_of("hello", words="Hello again")
    older = publications.edit("hello", [publication_rows.encode(row, "d", NOON)])(None)
    newer = publications.edit(
        "hello",
        [
            publication_rows.encode(later, "d", NOON + timedelta(hours=1)),
            publication_rows.encode(text_of("hello", "press"), "d", NOON),
        ],
    )(None)
    assert older and newer
    assert publications.join(older, newer) == publications.join(newer, older) == newer
    assert publications.join(older, None) == older
    assert publications.join(older, b"{") == publications.join(b"{", older) == older


def test_an_account_takes_its_texts_along(tmp_path: Path) -> None:
    home = Ledger(paper(tmp_path / "home"))
    record(home, text_of("hello"), text_of("hello", "press"), text_of("other", "press"))
    rename.rename(home, {"team": "crew"}, NOON)
    assert {*read(home, "hello", "other")} == {("hello", "crew"), ("hello", "press"), ("other", "press")}
    spoil(home, b"{")
    rename.rename(home, {"crew": "team"}, NOON)
    assert file_of(home) == b"{"


def test_many_posts_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Ledger(paper(tmp_path / "home"))
    monkeypatch.setattr(publications, "FEW", 1)
    record(home, text_of("hello"), text_of("other"), text_of("third"))
    assert {key.post for key in read(home, "hello", "other")} == {"hello", "other"}
    assert read(home, "no such") == {}
    assert publications.read(Ledger(home.repository, "no-such"), ["hello"]) == Archive()


@pytest.mark.parametrize("remote", [False, True])
def test_it_needs_no_git_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: bool) -> None:
    """One account: which commits several of them share is another in each run."""

    def count(folder: Path, keeps: bool) -> int:
        folder.mkdir()
        home = clones(folder, 1)[0] if remote else Ledger(repository(folder))
        changes: dict[str, Any] = {} if keeps else {"publication": lambda variant: None}
        publish.run([planned("first")], world(Fake().network(), Clock(), [], **changes), home)
        git.objects._objects.clear()
        start, calls = git.program.start, list[tuple[Any, ...]]()

        def counted(*arguments: Any) -> Any:
            calls.append(arguments)
            return start(*arguments)

        posts = [planned(f"post-{number}") for number in range(5)]
        with monkeypatch.context() as patched:
            patched.setattr(git.program, "start", counted)
            publish.run(posts, world(Fake().network(), Clock(), [], **changes), home)
        assert len(ledger.read(home).deliveries) == 6
        return len(calls)

    assert count(tmp_path / "texts", True) == count(tmp_path / "none", False)
