import pytest

from cmflow.content import keys
from cmflow.content.frontmatter import MOST, Field
from cmflow.content.keys import BadValue, Context, Key
from cmflow.model import Problem


def _digits(context: Context, name: str, field: Field) -> int:
    if not isinstance(field.value, str) or not field.value.isdecimal():
        raise BadValue("bad-value", "Not a number.", "Write digits.", 7)
    return int(field.value)


KEYS = (
    Key("size", "digits", "How big.", "4", required=True),
    Key("box.*.size", "digits", "How big each is.", "4"),
    Key("box.*.depth", "digits", "How deep each is.", "4", required=True),
)
READERS = {"digits": _digits}


def read(fields: dict[str, Field], prefix: str = "", name: str = "") -> tuple[dict[str, int], list[Problem]]:
    table = keys.table(KEYS, READERS, "a box", prefix, {"scale": "Did you mean `size`?"}, {"size": "Give it a size."})
    context = Context("a.md", [])
    return keys.read(context, table, fields, name, 3), context.problems


def test_what_is_right_is_read() -> None:
    assert read({"size": Field("4", 2)}) == ({"size": 4}, [])
    assert read({"depth": Field("4", 2), "size": Field(None, 3)}, "box.*", "box.a") == ({"depth": 4}, [])


def test_what_is_wrong_is_reported_where_it_stands_with_what_to_do() -> None:
    assert read({"size": Field("big", 2), "Scale": Field("1", 3), "sise": Field("1", 4), "zzz": Field("1", 5)}) == (
        {},
        [
            Problem("a.md", 7, "bad-value", "`size`: Not a number.", "Write digits."),
            Problem("a.md", 3, "unknown-key", "`Scale` is not a key of a box.", "Did you mean `size`?"),
            Problem("a.md", 4, "unknown-key", "`sise` is not a key of a box.", "Did you mean `size`?"),
            Problem("a.md", 5, "unknown-key", "`zzz` is not a key of a box.", "The keys are: `size`."),
        ],
    )


def test_what_is_missing_is_reported_at_its_own_line_or_that_of_what_lacks_it() -> None:
    missing = Problem("a.md", 3, "missing-key", "`size` is missing.", "Give it a size.")
    assert read({}) == ({}, [missing])
    assert read({"size": Field(None, 3)}) == ({}, [missing])
    assert read({}, "box.*", "box.a") == (
        {},
        [Problem("a.md", 3, "missing-key", "`box.a.depth` is missing.", "Add it: `depth: 4`.")],
    )


def test_after_a_hundred_problems_no_more_are_looked_for() -> None:
    context = Context("a.md", [Problem("a.md", 1, "bad-value", "")] * MOST)
    context.report(1, "bad-value", "One more.")
    context.unknown(1, "unknown-key", "One more.", "sise", ["size"])
    assert keys.attempt(context, _digits, "size", Field("4", 1)) is None
    assert len(context.problems) == MOST


@pytest.mark.parametrize(
    ("word", "hint"),
    (
        ("acounts", "Did you mean `accounts`?"),
        ("Content-Warning", "Did you mean `content_warning`?"),
        ("zzz", ""),
        ("", ""),
        ("a" * 100_000, ""),
    ),
)
def test_the_nearest_word_is_offered(word: str, hint: str) -> None:
    assert keys.suggestion(word, ["accounts", "content_warning"]) == hint


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert keys.excerpt("a\n b") == "a b"
    assert keys.excerpt("a" * 100) == "a" * 59 + "…"
    assert keys.listing(["a", "b"]) == "`a`, `b`"


@pytest.mark.parametrize(
    ("word", "name"), [("twitter", "x"), ("Twitter", "x"), ("bsky", "bluesky"), ("fb", "facebook")]
)
def test_what_a_network_is_called_besides(word: str, name: str) -> None:
    assert keys.suggestion(word, ["mastodon", "bluesky", "x", "facebook"]) == f"Did you mean `{name}`?"
    assert name not in keys.suggestion(word, ["mastodon"])
