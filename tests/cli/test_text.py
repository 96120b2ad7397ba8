"""`cmflow text`"""

import io
import json
import sys
from collections.abc import Callable

import pytest

from tests.cli.conftest import Result

Said = Callable[..., Result]


@pytest.fixture
def say(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run `cmflow text` with something on standard input."""

    def call(given: str | bytes, *words: str) -> Result:
        data = given.encode() if isinstance(given, str) else given
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return run("text", *words)

    return call


def test_length_and_links(say: Said) -> None:
    assert say("Hello #world, see https://example.org\n", "--network", "x") == Result(
        0,
        "41 of 280 weighted characters: 239 left\nhashtag #world\nurl https://example.org\n",
        "",
    )


def test_too_long(say: Said) -> None:
    result = say("x" * 281, "--network", "x")
    assert (result.code, result.out) == (1, "281 of 280 weighted characters: 1 too many\n")


def test_a_content_warning_counts(say: Said) -> None:
    plain, warned = (
        json.loads(say("Hello", "--network", "mastodon", "--format", "json", *more).out)["length"]
        for more in ((), ("--content-warning", "Noise"))
    )
    assert (plain, warned) == (5, 10)


def test_for_programs(say: Said) -> None:
    result = say("é #a", "--network", "x", "--format", "json")
    assert json.loads(result.out) == {
        "length": 4,
        "limit": 280,
        "fits": True,
        "entities": [{"kind": "hashtag", "text": "#a", "start": 2, "end": 4}],
    }


def test_one_object_a_line(say: Said) -> None:
    lines = '{"text": "Hello"}\n{"text": "Héllo", "content_warning": "Noise"}\n{"text": "", "content_warning": null}\n'
    result = say(lines, "--network", "mastodon", "--json-lines")
    assert (result.code, result.err) == (0, "")
    assert [json.loads(line)["length"] for line in result.out.splitlines()] == [5, 10, 0]


@pytest.mark.parametrize(
    "line", ["nothing", "[]", "5", "{}", '{"text": 5}', '{"text": "a", "content_warning": 5}', "\ufffe", '"text"', ""]
)
def test_a_line_that_is_no_such_object(say: Said, line: str) -> None:
    result = say(f'{{"text": "a"}}\n{line}\n', "--network", "x", "--json-lines")
    assert (result.code, len(result.out.splitlines())) == (1, 1)
    assert result.err == 'error: Line 2 is not an object like {"text": "…"}.\n'


def test_what_is_no_text(say: Said) -> None:
    assert say(b"caf\xe9", "--network", "x") == Result(
        1, "", "error: Standard input is not UTF-8 text.\n  Save it as UTF-8, or convert it with iconv.\n"
    )


def test_no_such_network(say: Said) -> None:
    result = say("", "--network", "mastodn")
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "error: There is no network 'mastodn'. Did you mean 'mastodon'?",
    )


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_person_is_told_how_to_end(run: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"Hello")))
    result = run("text", "--network", "x")
    assert result.err == "Type or paste the text, then press Ctrl-D on a line of its own.\n"
