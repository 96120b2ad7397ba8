"""What a review comment remembers, and what it does not believe."""

import base64
import json
import zlib
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmflow.review import state
from cmflow.review.state import State

HEAD = "0123456789" * 4
DIGEST = sha256(b"a").hexdigest()
NAME = st.from_regex(r"\A[\w.-]{1,20}\Z")
DIGESTS = st.dictionaries(st.builds("{}/{}".format, NAME, NAME), st.binary(min_size=32, max_size=32).map(bytes.hex))


def line(value: object) -> str:
    return packed(json.dumps(value).encode())


def packed(data: bytes) -> str:
    return f"<!-- cmflow-state {base64.b64encode(zlib.compress(data)).decode()} -->"


@settings(max_examples=20)
@given(DIGESTS)
def test_it_is_read_as_it_was_written(digests: dict[str, str]) -> None:
    written = state.write(State(HEAD, digests))
    assert state.read(f"<!-- cmflow-review -->\n{written}\n### 1 post") == State(HEAD, digests)
    assert state.read(f"<!-- cmflow-review -->\r\n{written}\r\n### 1 post") == State(HEAD, digests)
    assert state.read(written) == State(HEAD, digests)


def test_a_digest() -> None:
    assert State(HEAD, {"terrace/news": DIGEST}).digest("terrace", "news") == DIGEST
    assert State(HEAD, {"terrace/news": DIGEST}).digest("terrace", "x") == ""


def test_what_is_too_much_counts_as_not_shown() -> None:
    digests = {f"post-{number:04}/news": sha256(str(number).encode()).hexdigest() for number in range(5_000)}
    written = state.write(State(HEAD, digests))
    kept = state.read(written)
    assert kept is not None and len(written) <= state.LONGEST
    assert 400 < len(kept.digests) < 1_000
    assert kept.digests.items() <= digests.items()


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"version": 2, "head": HEAD, "digests": {}},
        {"version": 1, "head": "main", "digests": {}},
        {"version": 1, "head": HEAD, "digests": []},
        {"version": 1, "head": HEAD, "digests": {}, "more": 1},
        {"version": 1, "head": HEAD, "digests": {"terrace": DIGEST}},
        {"version": 1, "head": HEAD, "digests": {"../x/news": DIGEST}},
        {"version": 1, "head": HEAD, "digests": {"terrace/news": "0"}},
        {"version": 1, "head": HEAD, "digests": {"terrace/news": 1}},
    ],
)
def test_what_we_have_not_written_is_no_state(value: Any) -> None:
    assert state.read(line(value)) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "### 1 post",
        "<!-- cmflow-state ! -->",
        "<!-- cmflow-state A -->",
        "<!-- cmflow-state QUJD -->",
        "<!-- cmflow-state A=== -->",
        packed(b"{"),
        packed(b"[" * 100_000),
        packed(b"\xff"),
        packed(b'{"version":1,' + b" " * 5_000_000),
        state.write(State(HEAD))[:-10] + " -->",
    ],
)
def test_what_cannot_be_read_is_no_state(body: str) -> None:
    assert state.read(body) is None


def test_what_a_post_shows_is_never_read() -> None:
    forged = line({"version": 1, "head": HEAD, "digests": {"terrace/news": DIGEST}})
    assert state.read(f"<!-- cmflow-review -->\n### 1 post\n```text\n{forged}\n```") is None
    assert state.read(f"<!-- cmflow-review -->\n\n{forged}") is None
