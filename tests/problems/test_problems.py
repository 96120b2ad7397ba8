import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import problems
from cmflow.model import Problem, Severity
from cmflow.problems.codes import CALENDAR, CODES, INBOX, MEDIA, READING, TEXT

PLAIN = Problem("content/posts/a.md", 3, "unknown-key", "There is no key `acounts`.", "Did you mean `accounts`?")


def test_every_code_stands_once_and_is_explained_in_sentences() -> None:
    every = READING + TEXT + MEDIA + CALENDAR + INBOX
    assert len(CODES) == len(every)
    for code in every:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name), code.name
        assert code.summary.endswith("."), code.name
        assert code.reason.endswith("."), code.name
        assert not code.example.startswith(" "), code.name
        assert code.fix, code.name


def test_severity() -> None:
    assert problems.severity("text-too-long") is Severity.ERROR
    assert problems.severity("min-gap") is Severity.WARNING
    with pytest.raises(KeyError):
        problems.severity("no-such-code")


def test_text() -> None:
    assert problems.text(PLAIN) == (
        "content/posts/a.md:3: error unknown-key: There is no key `acounts`. — Did you mean `accounts`?"
    )


def test_text_names_the_account_and_leaves_out_a_missing_hint() -> None:
    problem = Problem("a.md", 1, "link-costs", "A link costs more.", account="x-en")
    assert problems.text(problem) == "a.md:1: warning link-costs (x-en): A link costs more."


def test_github() -> None:
    assert problems.github(PLAIN) == (
        "::error file=content/posts/a.md,line=3,title=unknown-key::"
        "There is no key `acounts`.%0ADid you mean `accounts`?"
    )


def test_github_escapes_what_would_end_a_property() -> None:
    problem = Problem("a,b:c%.md", 1, "min-gap", "50% at 10:30, really", account="x,y")
    assert problems.github(problem) == (
        "::warning file=a%2Cb%3Ac%25.md,line=1,title=min-gap (x%2Cy)::50%25 at 10:30, really"
    )


def test_hostile_text_stays_one_harmless_line() -> None:
    hostile = "a\r\n::add-mask::b\x1b[31mred\x07\u202e ##[error]c\u2028\ud800"
    shown = r"a\r\n::add-mask::b\x1b[31mred\x07\u202e #\x23[error]c\u2028\ud800"
    problem = Problem(hostile, 1, "bad-value", hostile, hostile)
    assert problems.text(problem) == f"{shown}:1: error bad-value: {shown} — {shown}"
    assert problems.github(problem) == (
        r"::error file=a\r\n%3A%3Aadd-mask%3A%3Ab\x1b[31mred\x07\u202e #\x23[error]c\u2028\ud800,"
        f"line=1,title=bad-value::{shown}%0A{shown}"
    )


def test_emoji_sequences_and_scripts_are_shown_as_they_are() -> None:
    assert problems.safe_line("👩‍👩‍👧 مرحبا 日本 é # [#tag]") == "👩‍👩‍👧 مرحبا 日本 é # [#tag]"


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_breaks_out_of_its_line(path: str, message: str, hint: str, account: str) -> None:
    problem = Problem(path, 1, "bad-value", message, hint, account)
    for line in (problems.text(problem), problems.github(problem)):
        assert len(line.splitlines()) == 1
        assert "##[" not in line
    head = re.fullmatch(r"::error file=([^,:]*),line=1,title=([^,:]*)::(.*)", problems.github(problem))
    assert head is not None


def test_sort_orders_by_file_line_and_code_and_drops_repeats() -> None:
    first, second = Problem("a.md", 2, "min-gap", "x"), Problem("a.md", 10, "bad-value", "x")
    third = Problem("b.md", 1, "bad-value", "x")
    assert problems.sort([third, second, first, second]) == (first, second, third)


def test_merged_names_all_accounts_of_a_finding() -> None:
    at_x, at_team = Problem("a.md", 2, "min-gap", "x", "y", "x-en"), Problem("a.md", 2, "min-gap", "x", "y", "team")
    other = Problem("a.md", 2, "min-gap", "z")
    assert problems.merged([at_x, at_team, at_x, other]) == (
        Problem("a.md", 2, "min-gap", "x", "y", "team, x-en"),
        other,
    )


def test_as_dict_is_plain_json() -> None:
    assert json.loads(json.dumps(problems.as_dict(PLAIN))) == {
        "path": "content/posts/a.md",
        "line": 3,
        "severity": "error",
        "code": "unknown-key",
        "account": "",
        "message": "There is no key `acounts`.",
        "hint": "Did you mean `accounts`?",
    }


def test_explain() -> None:
    code = problems.Code("bad-x", Severity.ERROR, "It is bad.", "It matters.", "Mend it.", "a:\n  b")
    assert problems.explain(code) == (
        "bad-x (error)\n\nIt is bad.\nIt matters.\n\nWhat to do: Mend it.\n\nExample:\n\n    a:\n      b\n"
    )


def test_explain_without_an_example() -> None:
    code = problems.Code("bad-x", Severity.WARNING, "It is bad.", "It matters.", "Mend it.")
    assert problems.explain(code) == "bad-x (warning)\n\nIt is bad.\nIt matters.\n\nWhat to do: Mend it.\n"


def test_is_error() -> None:
    assert problems.is_error(PLAIN)
    assert not problems.is_error(Problem("a.md", 1, "min-gap", "x"))
