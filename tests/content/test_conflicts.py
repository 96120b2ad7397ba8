"""What a merge leaves behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import conflicts, frontmatter

HEAD = "---\ntitle: T\n---\n"


def found(text: str) -> tuple[bool, list[tuple[int, str]]]:
    read = frontmatter.read(text.encode(), "a.md")
    return read.readable, [(each.line, each.code) for each in read.problems]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("<<<<<<< HEAD\nOld price 10\n=======\nNew price 12\n>>>>>>> spring", 4),
        ("one\n||||||| 3f2a1b0\ntwo", 5),
        ("one\n\n>>>>>>>", 6),
        ("```\n<<<<<<< ours\n```", 5),
        ("one\r\n<<<<<<< HEAD\r\ntwo", 5),
    ],
)
def test_in_the_text_it_is_one_problem_and_the_rest_is_read(body: str, line: int) -> None:
    readable, problems = found(HEAD + body)
    assert readable
    assert [each for each in problems if each[1] != "crlf"] == [(line, "conflict-markers")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: T\n<<<<<<< HEAD\ndate: 1\n=======\ndate: 2\n>>>>>>> spring\n---\nx", 3),
        ("---\nvariants:\n  x:\n    text: |\n      <<<<<<< HEAD\n      a\n---\nx", 5),
        ("<<<<<<< HEAD\n---\ntitle: A\n---\n=======\n---\ntitle: B\n---\n>>>>>>> spring\n", 1),
        ("<<<<<<< HEAD\n", 1),
    ],
)
def test_a_front_matter_with_one_means_nothing(text: str, line: int) -> None:
    assert found(text) == (False, [(line, "conflict-markers")])


@pytest.mark.parametrize(
    "body",
    [
        "A heading\n=======",
        "x <<<<<<< y",
        "<<<<<<<< eight",
        "<<<<<<<HEAD",
        "    <<<<<<< HEAD",
        "> > > > > > > deep",
        "|||||||x",
    ],
)
def test_what_is_no_mark_of_git(body: str) -> None:
    assert found(HEAD + body) == (True, [])


@given(st.text("<>|= \nab", max_size=60))
def test_the_line_is_that_of_a_mark(text: str) -> None:
    line = conflicts.line(text)
    marks = [
        number
        for number, each in enumerate(text.split("\n"), 1)
        if each[:7] in ("<<<<<<<", "|||||||", ">>>>>>>") and each[7:8] in ("", " ")
    ]
    assert line == (marks[0] if marks else 0)
