import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow import problems
from cmflow.content import frontmatter
from cmflow.content.frontmatter import Field, FrontMatter
from cmflow.model import Problem
from tests import ROOT
from tests.examples import examples


def read(text: str) -> FrontMatter:
    return frontmatter.read(text.encode(), "a.md")


def found(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in read(text).problems]


def test_every_value_is_the_string_written_and_remembers_its_line() -> None:
    text = (
        "---\ntime: 10:30\nno: no\ndate: 2026-12-01\nzero: 007\n# comment\nnothing:\nempty: ''\n"
        "list:\n  - a\n  -\n  - {b: [c], d: ~}\nblock: |\n  One\n\n    two\n\nfolded: >-\n  one\n  two\n---\nBody"
    )
    assert read(text) == FrontMatter(
        {
            "time": Field("10:30", 2),
            "no": Field("no", 3),
            "date": Field("2026-12-01", 4),
            "zero": Field("007", 5),
            "nothing": Field(None, 7),
            "empty": Field("", 8),
            "list": Field(
                (
                    Field("a", 10),
                    Field(None, 11),
                    Field({"b": Field((Field("c", 12),), 12), "d": Field("~", 12)}, 12),
                ),
                9,
            ),
            "block": Field("One\n\n  two\n", 13),
            "folded": Field("one two", 18),
        },
        "Body",
        22,
    )


@pytest.mark.parametrize(
    ("after", "body", "line"),
    (
        ("", "", 3),
        ("\n", "", 3),
        ("\n \n\n", "", 3),
        ("\nText", "Text", 4),
        ("\n\n\n  Text \n\nmore\n \n", "  Text \n\nmore", 6),
        ("\nOne\n\n---\n\nTwo\n---\n", "One\n\n---\n\nTwo\n---", 4),
        ("\n\n\u3000字", "\u3000字", 5),
    ),
)
def test_the_body_has_no_blank_lines_around_it(after: str, body: str, line: int) -> None:
    assert read("---\na: b\n---" + after) == FrontMatter({"a": Field("b", 2)}, body, line)


def test_a_front_matter_may_be_empty() -> None:
    assert read("---\n---\n") == FrontMatter({}, "", 2)
    assert read("---\n# nothing yet\n\n---\nText") == FrontMatter({}, "Text", 5)
    assert read("---\n''\n---\n").problems[0].code == "yaml-syntax"


@pytest.mark.parametrize(
    ("text", "line", "code"),
    (
        ("", 1, "no-front-matter"),
        ("Hello", 1, "no-front-matter"),
        ("\n---\na: b\n---\n", 1, "no-front-matter"),
        ("+++\na = 1\n+++\n", 1, "no-front-matter"),
        ("----\na: b\n---\n", 1, "no-front-matter"),
        ("---\na: b\n\nText", 1, "unclosed-front-matter"),
        ("---\na: b\n----\nText", 3, "unclosed-front-matter"),
        ("---\na: b\n—\nText\n---\nmore", 3, "unclosed-front-matter"),
        ("---\na: b\n\nText\n\n---\n\nmore", 4, "yaml-syntax"),
        ("---\na: b: c\n---\n", 2, "yaml-syntax"),
        ("---\na: b\n c: d\n---\n", 3, "yaml-syntax"),
        ("---\na: @b\n---\n", 2, "yaml-syntax"),
        ("---\na: `b`\n---\n", 2, "yaml-syntax"),
        ('---\nz: 1\na: "b\nc: d\n---\n', 3, "yaml-syntax"),
        ("---\na: 'it's'\n---\n", 2, "yaml-syntax"),
        ("---\na: [b\nc: d\n---\n", 2, "yaml-syntax"),
        ("---\na: {b: c\nd: e\n---\n", 2, "yaml-syntax"),
        ("---\na: - b\n---\n", 2, "yaml-syntax"),
        ("---\na:\n  - b\n  c: d\n---\n", 4, "yaml-syntax"),
        ('---\na: "\\q"\n---\n', 2, "yaml-syntax"),
        ("---\na: |b\n  c\n---\n", 2, "yaml-syntax"),
        ("---\na: b\nText\n---\n", 3, "yaml-syntax"),
        ("---\n- a\n---\n", 2, "yaml-syntax"),
        ("---\nText\n---\n", 2, "yaml-syntax"),
        ("---\na: b\n--- c\nd: e\n---\n", 3, "yaml-syntax"),
        ("---\na: b\n...\nc: d\n---\n", 4, "yaml-syntax"),
        ("---\na: " + "[" * 9 + "\n---\n", 2, "yaml-syntax"),
        ("---\n? [a]\n: b\n---\n", 2, "yaml-syntax"),
        ("---\n: b\n---\n", 2, "yaml-syntax"),
        ("---\na: it\u2028is\n---\n", 2, "yaml-syntax"),
        ("---\na: b\n\tc: d\n---\n", 3, "yaml-tab"),
        ("---\na:\n\tb: c\n---\n", 3, "yaml-tab"),
        ("---\na: *b\n---\n", 2, "yaml-alias"),
        ("---\n&a\n---\n", 2, "yaml-alias"),
        ("---\na: **b** c\n---\n", 2, "yaml-alias"),
        ("---\nz: 1\na: &b c\n---\n", 3, "yaml-alias"),
        ("---\na: !b c\n---\n", 2, "yaml-alias"),
        ("---\na: !b [c]\n---\n", 2, "yaml-alias"),
        ("---\n<<: {a: b}\n---\n", 2, "yaml-alias"),
        ("---\na: b\n\nc: d\na: e\n---\n", 5, "duplicate-key"),
        ("---\na: {b: [{c: d, e: f,\n  c: g}]}\n---\n", 3, "duplicate-key"),
        ("---\na: b\n---\nText\x00", 4, "bad-value"),
        ("---\na: b\x85\n---\nText", 2, "bad-value"),
    ),
)
def test_what_is_wrong_is_found_where_it_is(text: str, line: int, code: str) -> None:
    assert found(text) == [(line, code)]


@pytest.mark.parametrize(
    "text", ("a: Join us #git", "a: #git", "a:\n- #git", "a: [b] #git", "a: {b: c} #é", "a: '' #b")
)
def test_a_word_that_yaml_would_drop_as_a_comment_is_found(text: str) -> None:
    assert found(f"---\nz: 1\n{text}\n---\n") == [(3 + text.count("\n"), "bad-value")]


@pytest.mark.parametrize(
    "text",
    (
        "a: b # comment",
        "#a: b",
        "  #a: b\na: b",
        'a: "b #c"',
        "a: 'b #c'",
        "a: |\n  b #c\n  #d",
        "a: C#",
        "a: b ## note",
        "é: 🎉🎉🎉\na: '🎉 #c'",
    ),
)
def test_a_comment_is_a_comment_and_a_hash_in_quotes_is_text(text: str) -> None:
    assert found(f"---\n{text}\n---\n") == []


def test_the_line_of_the_first_is_named_for_a_key_that_stands_twice() -> None:
    assert read("---\na: 1\nb: 2\na: 3\n---\n") == FrontMatter(
        {"a": Field("1", 2), "b": Field("2", 3)},
        "",
        5,
        (
            Problem(
                "a.md",
                4,
                "duplicate-key",
                "`a` is set again here; it is already set on line 2.",
                "Keep one of the two.",
            ),
        ),
    )


def test_windows_line_ends_and_a_byte_order_mark_are_warnings() -> None:
    sheet = frontmatter.read("\ufeff---\r\ntitle: é\r\n---\r\n\r\nText\r\nmore\r\n".encode(), "a.md")
    assert (sheet.fields, sheet.body, sheet.body_line) == ({"title": Field("é", 2)}, "Text\nmore", 5)
    assert [(problem.line, problem.code) for problem in sheet.problems] == [(1, "bom"), (1, "crlf")]
    assert found("---\na: b\n---\nOne\r\n") == [(4, "crlf")]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    (
        (
            "---\ntitle: Café\n---\n".encode("latin-1"),
            2,
            "Byte 0xE9 is not UTF-8; in Windows or Latin-1 text it would be `é`.",
        ),
        (b"---\n---\n\xed\xa0\x80", 3, "Byte 0xED is not UTF-8; in Windows or Latin-1 text it would be `í`."),
    ),
)
def test_other_encodings_are_named(data: bytes, line: int, message: str) -> None:
    assert frontmatter.read(data, "a.md") == FrontMatter(
        {}, "", 1, (Problem("a.md", line, "not-utf8", message, "Save the file as UTF-8."),), False
    )


def test_utf16_may_be_what_git_writes() -> None:
    hint = "If .gitattributes has `working-tree-encoding` for it, delete that first. Save the file as UTF-8."
    problem = Problem("a.md", 1, "not-utf8", "The file is UTF-16, not UTF-8.", hint)
    data = "---\ntitle: Café\n---\n".encode("utf-16")
    assert frontmatter.read(data, "a.md") == FrontMatter({}, "", 1, (problem,), False)


def test_a_file_of_50_mb_is_not_looked_into() -> None:
    (problem,) = frontmatter.read(bytes(50_000_000), "a.md").problems
    assert (problem.code, problem.message) == (
        "too-large",
        "The file has 50,000,000 bytes; a post or plan has 1,000,000 at most.",
    )


@pytest.mark.parametrize(
    "text",
    (
        "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{(f'*{chr(97 + n)}, ') * 9}]\n" for n in range(20)),
        "a: 1\n" * 50_000,
        "a: " + "[" * 300_000,
        "a: " + "x #y " * 50_000,
    ),
    ids=("alias bomb", "keys", "brackets", "hashes"),
)
def test_a_hostile_file_costs_no_more_than_a_hundred_problems(text: str) -> None:
    assert 1 <= len(found(f"---\n{text}\n---\n")) <= 100


VALID = """---
title: Never sent twice
date: 2026-12-01 09:30
accounts: [mastodon-en, team] # all
tags: [git, "#publishing"]
media:
  - file: content/media/a.png
    alt: |
      What it shows
variants:
  x: {text: "Shorter", tags: []}
---

Text *here*.

---
More
"""
PIECES = st.sampled_from(
    [*"\n\r\t :-#&*!|>'\"%@`[]{},?\\\0\x85\u2028\ufeff🎉é", "---\n", "...", "<<: ", "\n  ", "\r\n"]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The valid post with up to six places overwritten."""
    text = VALID
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.one_of(PIECES, st.text(max_size=3))) + text[at + draw(st.integers(0, 3)) :]
    return text


def check(data: bytes) -> FrontMatter:
    sheet = frontmatter.read(data, "a.md")
    lines = re.split(rb"\r\n|\r|\n", data)
    assert all(1 <= problem.line <= len(lines) for problem in sheet.problems)
    assert {problem.code for problem in sheet.problems} <= set(problems.CODES)
    assert sheet.readable or sheet.problems
    assert 1 <= sheet.body_line <= len(lines)
    if sheet.body and sheet.readable:
        assert lines[sheet.body_line - 1].decode().endswith(sheet.body.split("\n")[0])
    return sheet


@examples(100)
@given(st.binary())
@example(b"---\n\xff")
def test_random_bytes_never_raise(data: bytes) -> None:
    check(data)
    check(b"---\n" + data + b"\n---\n" + data)


@examples(120)
@given(mutated())
def test_a_damaged_post_never_raises_and_reads_the_same_every_time(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert check(data) == check(data)


@pytest.mark.slow  # starts another Python
def test_without_libyaml_cmflow_says_so_at_once() -> None:
    code = "import sys; sys.modules['yaml._yaml'] = None\nfrom cmflow.__main__ import main\nmain()"
    ended = subprocess.run([sys.executable, "-c", code, "check"], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "error: PyYAML is installed without libyaml, but cmflow reads posts only with libyaml.\n"
        "  Install it as published: pip install --force-reinstall --only-binary PyYAML PyYAML\n"
    )
