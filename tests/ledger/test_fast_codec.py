"""The quick way of reading the ledger says what the careful one says, of whatever stands there."""

import gc
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import ledger
from cmflow.ledger import Ledger, codec, fast_codec, reader, schema
from cmflow.model import Delivery
from tests.deliveries import NOON
from tests.examples import examples
from tests.faults.paper import paper
from tests.ledger.test_codec import FULL, SENT, deliveries, words


def said(decode: Callable[[bytes], Delivery], data: bytes) -> Delivery | str:
    try:
        return decode(data)
    except codec.Unreadable as error:
        return str(error)


@examples(60)
@given(deliveries())
def test_what_is_written_is_what_is_read(delivery: Delivery) -> None:
    found = fast_codec.decode(codec.encode(delivery))
    assert (found, hash(found)) == (delivery, hash(delivery))
    assert type(found) is Delivery
    assert replace(found, error="x") == replace(delivery, error="x")


values: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-2, 3) | words | st.just("2026-12-01T12:00:00") | st.just([{}])
)


@examples(150)
@given(st.sampled_from([each.name for each in schema.DELIVERY]), values | st.lists(values, max_size=2))
def test_of_a_file_that_was_tampered_with_both_say_the_same(name: str, value: object) -> None:
    data = json.dumps(json.loads(codec.encode(FULL)) | {name: value}).encode()
    assert said(fast_codec.decode, data) == said(codec.decode, data)


@examples(80)
@given(st.sampled_from(["receipts", "history"]), st.sampled_from(["part", "id", "url", "at", "state", "note"]), values)
def test_the_same_within_a_receipt_or_an_event(where: str, name: str, value: object) -> None:
    record: dict[str, Any] = json.loads(codec.encode(FULL))
    record[where][0] |= {name: value}
    data = json.dumps(record).encode()
    assert said(fast_codec.decode, data) == said(codec.decode, data)


EDGES = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-12-01T12:00:00+14:00")
odd: st.SearchStrategy[object] = values | st.sampled_from(["\ud800", "x\udcff", *EDGES])


@examples(300)
@given(st.data())
def test_whatever_is_accepted_can_be_written_and_reckoned_with(data: st.DataObject) -> None:
    record: dict[str, Any] = json.loads(codec.encode(FULL))
    place = data.draw(st.sampled_from([record, record["receipts"][0], record["history"][0]]))
    place[data.draw(st.sampled_from(list(place)))] = data.draw(odd)
    file = json.dumps(record).encode()
    found = said(fast_codec.decode, file)
    assert found == said(codec.decode, file)
    if isinstance(found, Delivery):
        assert codec.decode(codec.encode(found)) == found
        for at in (found.due, *[each.time for each in found.receipts], *[each.time for each in found.history]):
            assert (at + timedelta(days=40)).astimezone(timezone(timedelta(hours=14))) > at
        for word in (found.run, found.key, *[f"{each.id}{each.url}" for each in found.receipts]):
            assert word.encode().decode() == word


@pytest.mark.parametrize("data", [b"", b"\xff", b"[1]", b"{} {}", b"[" * 100_000, codec.encode(SENT)[:-3]])
def test_a_foreign_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        fast_codec.decode(data)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (fast_codec.Record, schema.DELIVERY),
        (fast_codec.Proof, schema.RECEIPT),
        (fast_codec.Line, schema.EVENT),
        (fast_codec.Upload, schema.TRANSFER),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_it_reads_the_fields_of_the_schema(kind: type[msgspec.Struct], expected: tuple[schema.Field, ...]) -> None:
    found = {each.encode_name: each.required for each in msgspec.structs.fields(kind)}
    assert found == {each.name: each.required for each in expected}


def test_a_large_ledger_is_read_in_this_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Ledger(paper(tmp_path / "home"))
    kept = {(f"post-{number}", "team"): replace(SENT, post=f"post-{number}", account="team") for number in range(6)}
    files: dict[str, bytes | None] = {codec.path(*key): codec.encode(each) for key, each in kept.items()}
    files |= {codec.path("bad", "team"): b"{}", codec.path("other", "team"): codec.encode(SENT)}
    home.repository.commit_files(home.branch, files, "All", None, NOON)
    frozen = gc.get_freeze_count()
    usual = ledger.read(home)
    assert gc.get_freeze_count() <= frozen  # a run reads a few deliveries a thousand times: what is garbage is freed
    monkeypatch.setattr(reader, "MANY", 3)
    monkeypatch.setattr(codec, "decode", lambda data: pytest.fail("read slowly") if b"post-" in data else careful(data))
    assert ledger.read(home) == usual
    assert dict(usual.deliveries) == kept
    assert usual.unreadable == frozenset({("bad", "team"), ("other", "team")})


careful = codec.decode
