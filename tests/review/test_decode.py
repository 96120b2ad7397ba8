"""Review data as the input of a stranger."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model.errors import SourceError
from cmflow.review import decode
from cmflow.review.values import Review, as_dict
from tests.review.samples import FULL, NOTHING


def data(review: Review, *place: str | int, value: Any = None) -> bytes:
    """The file of the review; the value at that place is another one."""
    whole: Any = json.loads(json.dumps(as_dict(review)))
    inside = whole
    for name in place[:-1]:
        inside = inside[name]
    if place:
        inside[place[-1]] = value
    return json.dumps(whole).encode()


@pytest.mark.parametrize("review", [FULL, NOTHING], ids=["full", "empty"])
def test_it_is_read_as_it_was_written(review: Review) -> None:
    assert decode.read(data(review)) == review


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (["version"], 2, "it has another version"),
        (["version"], "1", "it has another version"),
        (["pull"], -1, "`pull` is too large"),
        (["pull"], True, "`pull` has the wrong type"),
        (["pull"], 7.0, "`pull` has the wrong type"),
        (["pull"], None, "`pull` has the wrong type"),
        (["head"], "main", "`head` is invalid"),
        (["head"], "A" * 40, "`head` is invalid"),
        (["since"], "HEAD~1", "`since` is invalid"),
        (["zone"], "../../etc/passwd", "`zone` is invalid"),
        (["zone"], "/etc/passwd", "`zone` is invalid"),
        (["zone"], "Nowhere/Land", "`zone` is invalid"),
        (["zone"], "\0", "`zone` is invalid"),
        (["errors"], 10**13, "`errors` is too large"),
        (["posts"], {}, "`posts` is not a list"),
        (["posts"], [1] * 20_001, "`posts` has too many items"),
        (["posts"], [[]], "`posts` has the wrong keys"),
        (["posts", 0, "title"], "a" * 30_001, "`title` is too large"),
        (["posts", 0, "at"], "2026-06-01T09:30:00", "`at` is invalid"),
        (["posts", 0, "at"], "0001-01-01T00:00:00+00:00", "`at` is invalid"),
        (["posts", 0, "at"], "tomorrow", "`at` is invalid"),
        (["posts", 0, "status"], "sent", "`status` is invalid"),
        (["posts", 0, "more"], 1, "`posts` has the wrong keys"),
        (["posts", 0, "variants", 0, "network"], "os", "`network` is invalid"),
        (["posts", 0, "variants", 0, "digest"], "0", "`digest` is invalid"),
        (["posts", 0, "variants", 0, "was"], "good", "`was` is invalid"),
        (["posts", 0, "variants", 0, "parts", 0, "unit"], "@team", "`unit` is invalid"),
        (["posts", 0, "variants", 0, "parts", 0, "text"], ["a"], "`text` has the wrong type"),
        (["posts", 0, "variants", 0, "cost"], "0.2 @team", "`cost` is invalid"),
        (["total"], "1.00 USD + $5", "`total` is invalid"),
        (["costs"], [{"account": "a"}], "`costs` has the wrong keys"),
        (["problems", 0, "code"], "no-such-code", "`code` is invalid"),
        (["problems", 0, "severity"], "warning", "`severity` is invalid"),
        (["problems", 0, "extra"], "warning", "`problems` has the wrong keys"),
        (["problems", 0], "warning", "`problems` has the wrong keys"),
    ],
)  # fmt: skip
def test_what_is_not_as_ours_is_refused(place: list[str | int], value: Any, why: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode.read(data(FULL, *place, value=value))
    assert str(caught.value) == f"This review cannot be shown: {why}."
    assert caught.value.hint == decode.HINT


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 200_000,
        b"9" * 10_000,
        b"NaN",
        b'{"version": 1, "version": 1}',
        b" " * (decode.LARGEST + 1),
    ],
    ids=range(8),
)
def test_what_is_no_review_at_all(file: bytes) -> None:
    with pytest.raises(SourceError, match=r"^This review cannot be shown: "):
        decode.read(file)


WORDS = st.text(st.characters(), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
KEYS = sorted(as_dict(FULL))


@given(st.sampled_from(KEYS), VALUES)
def test_nothing_else_comes_of_it_than_a_review_or_a_refusal(key: str, value: object) -> None:
    try:
        assert isinstance(decode.read(data(FULL, key, value=value)), Review)
    except SourceError as error:
        assert str(error).startswith("This review cannot be shown: ")
