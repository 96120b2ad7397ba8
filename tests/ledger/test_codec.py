import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.ledger import codec, fast_codec
from cmflow.model import Delivery, Event, Receipt, State, Transfer
from tests import ROOT
from tests.examples import examples

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)

words = st.text(max_size=20)
moments = st.datetimes(
    datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))])
)


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    count = draw(st.integers(0, 3))
    receipts = tuple(Receipt(part, draw(words), draw(words), draw(moments)) for part in range(count))
    run = draw(words)
    events = st.builds(Event, moments, st.sampled_from(State), words | st.just(run), words, st.lists(words).map(tuple))
    return Delivery(
        draw(words.filter(bool)),
        draw(words.filter(bool)),
        draw(st.sampled_from(State)),
        draw(moments),
        draw(st.text(st.characters(), max_size=9)),
        draw(st.integers(0, 9)),
        run,
        draw(words),
        draw(words),
        draw(words),
        count + draw(st.integers(0, 2)),
        receipts,
        draw(words),
        draw(st.none() | moments),
        tuple(draw(st.lists(events, max_size=3))),
        draw(st.none() | moments),
        draw(st.none() | st.builds(Transfer, words, words, moments, st.integers(0, 9), st.none() | moments)),
    )


SENT = Delivery(
    "tête-🚀",
    "mastodon-en",
    State.SENT,
    NOON,
    "content/posts/tête-🚀.md",
    0,
    "https://ci.example/runs/7",
    "c" * 40,
    "d" * 64,
    "",
    1,
    (Receipt(0, "42", "https://social.example/42", NOON),),
    "",
    None,
    (Event(NOON, State.SENDING, "https://ci.example/runs/7"), Event(NOON, State.SENT, "run 8", "looked")),
)


@examples(80)
@given(deliveries())
def test_what_is_written_is_what_is_read(delivery: Delivery) -> None:
    data = codec.encode(delivery)
    assert codec.decode(data) == delivery
    assert codec.encode(codec.decode(data)) == data


def test_a_delivery_is_a_file_for_people() -> None:
    assert (
        codec.encode(SENT).decode()
        == """{
 "version": 1,
 "post": "tête-🚀",
 "account": "mastodon-en",
 "state": "sent",
 "due": "2026-12-01T12:00:00Z",
 "path": "content/posts/tête-🚀.md",
 "commit": "cccccccccccccccccccccccccccccccccccccccc",
 "digest": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
 "run": "https://ci.example/runs/7",
 "attempt": 0,
 "parts": 1,
 "receipts": [
  {
   "part": 0,
   "id": "42",
   "url": "https://social.example/42",
   "at": "2026-12-01T12:00:00Z"
  }
 ],
 "history": [
  {
   "at": "2026-12-01T12:00:00Z",
   "state": "sending"
  },
  {
   "at": "2026-12-01T12:00:00Z",
   "state": "sent",
   "run": "run 8",
   "note": "looked"
  }
 ]
}
"""
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 2}, "it has version 2; this cmflow reads version 1"),
        ({"version": True}, "it is not a delivery: it has no version"),
        ({"state": "flying"}, "'flying' is missing or unknown"),
        ({"state": None}, "None is missing or unknown"),
        ({"post": ...}, "'post' is missing or unknown"),
        ({"post": 7}, "expected str instance, int found"),
        ({"attempt": "1"}, "`attempt` and `parts` must be whole numbers, 0 or more"),
        ({"attempt": -1}, "`attempt` and `parts` must be whole numbers, 0 or more"),
        ({"parts": 0}, "the receipts do not fit the parts"),
        ({"receipts": [{"part": 1, "id": "", "url": "", "at": "2026-12-01T12:00:00Z"}]}, "the receipts do not fit"),
        ({"receipts": [{"part": 0, "id": 1, "url": "", "at": "2026-12-01T12:00:00Z"}]}, "expected str"),
        ({"receipts": [7]}, "a value is invalid"),
        ({"history": {"at": 1}}, "a value is invalid"),
        ({"history": [{"at": "2026-12-01T12:00:00Z", "state": "sent", "note": 1}]}, "`note` must be text"),
        ({"history": [{"at": "2026-12-01T12:00:00Z", "state": "sent", "places": "here"}]}, "`places` a list"),
        ({"history": [{"at": "2026-12-01T12:00:00Z", "state": "sent", "places": [1]}]}, "expected str"),
        ({"due": "2026-12-01T12:00:00"}, "2026-12-01T12:00:00 has no time zone"),
        ({"due": "soon"}, "a value is invalid"),
        ({"post": "\ud800"}, "surrogates not allowed"),
        ({"account": "\ud800"}, "surrogates not allowed"),
        ({"path": "\ud800"}, "surrogates not allowed"),
        ({"due": 7}, "a value is invalid"),
    ],
)
def test_a_file_that_makes_no_sense_says_why(change: dict[str, Any], why: str) -> None:
    record = json.loads(codec.encode(SENT)) | change
    data = json.dumps({name: value for name, value in record.items() if value is not ...})
    with pytest.raises(codec.Unreadable, match=why):
        codec.decode(data.encode())


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[1]", b"null", b"{} {}", b"[" * 100_000])
def test_a_foreign_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.decode(data)


@examples(60)
@given(st.binary(max_size=60) | words.map(str.encode) | st.recursive(
    st.none() | st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(words, inner)
).map(lambda value: json.dumps({"version": 1, "post": value, "receipts": value, "due": value}).encode()))  # fmt: skip
def test_no_file_is_ever_a_crash(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.decode(data)


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("post", "path"),
    [
        ("hello", "deliveries/aa/hello/team.json"),
        ("tête-à-tête", "deliveries/b3/tête-à-tête/team.json"),
        (".git", "deliveries/4b/%2Egit/team.json"),
        ("..", "deliveries/9d/%2E./team.json"),
        ("a/b%~", "deliveries/16/a%2Fb%25%7E/team.json"),
    ],
)
def test_a_delivery_has_one_place(post: str, path: str) -> None:
    assert codec.path(post, "team") == path
    assert codec.key(path) == (post, "team")


@examples(80)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_every_name_comes_back(post: str, account: str) -> None:
    assert codec.key(codec.path(post, account)) == (post, account)


@pytest.mark.parametrize(
    "path",
    ["README.md", "deliveries/aa/hello/team.txt", "deliveries/ab/hello/team.json", "deliveries/4b/.git/team.json",
     "other/aa/hello/team.json", "deliveries/aa/hello/more/team.json"],
)  # fmt: skip
def test_files_of_others_have_no_place(path: str) -> None:
    assert codec.key(path) is None


# ── two accounts of one delivery ────────────────────────────────────────────────────────────────────────────


def test_a_receipt_beats_everything_else() -> None:
    held = replace(SENT, state=State.UNSURE, receipts=(), history=(Event(NOON, State.UNSURE, "run 9"),))
    joined = codec.merge(held, SENT)
    assert joined == replace(SENT, history=(*SENT.history, *held.history))
    assert codec.merge(SENT, held) == joined


@examples(30)
@given(deliveries(), deliveries())
def test_it_does_not_matter_who_asks(one: Delivery, other: Delivery) -> None:
    joined = codec.merge(one, other)
    assert replace(joined, history=()) == replace(codec.merge(other, one), history=())
    assert len(joined.receipts) == max(len(one.receipts), len(other.receipts))
    assert {*joined.history} == {*one.history, *other.history}


def test_the_example_in_the_docs_is_a_delivery() -> None:
    text = (ROOT / "docs" / "ledger.md").read_text()
    example = text.split("```json\n")[1].split("```")[0].encode()
    assert codec.encode(codec.decode(example)) == example
    fields = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)))
    assert {*json.loads(codec.encode(FULL))} - {"post", "account"} == {*fields}


def test_of_two_versions_the_one_that_may_be_published_wins() -> None:
    uploading = replace(SENT, state=State.SENDING, receipts=(), transfer=Transfer("7", "f", NOON, 3))
    requested = replace(uploading, transfer=Transfer("7", "f", NOON, 3, NOON))
    assert codec.merge(uploading, requested) == codec.merge(requested, uploading) == requested


FULL = replace(
    SENT, error="No.", retry_at=NOON, written=NOON, key="k", transfer=Transfer("7", "f", NOON, 3, NOON), described="d"
)


@pytest.mark.parametrize("decode", [codec.decode, fast_codec.decode])
@pytest.mark.parametrize(
    ("note", "places"),
    [
        ("taken back by hand; it was out at https://x.example/1 https://x.example/2", 2),
        ("to be published again by hand; it was out at https://x.example/1", 1),
        ("to be published after all, by hand", 0),
        ("unpublished by hand; it was at https://x.example/1", 0),
        ("X answers 400: it was out at https://x.example/1", 0),
    ],
)
def test_addresses_that_old_histories_have_in_their_words(
    decode: Callable[[bytes], Delivery], note: str, places: int
) -> None:
    """Before 2026-11-29 they were nowhere else. What is written since has them as a value."""
    old = replace(SENT, history=(Event(NOON, State.SKIPPED, "run 9", note),))
    (event,) = decode(codec.encode(old)).history
    assert event.places == ("https://x.example/1", "https://x.example/2")[:places]
