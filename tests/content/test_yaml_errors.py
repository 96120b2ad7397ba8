import re

import pytest
from yaml import MarkedYAMLError, YAMLError

from cmflow import problems
from cmflow.content import frontmatter, yaml_errors
from cmflow.content.yaml_errors import COMPLAINTS, Complaint


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint.pattern or "anything else")
def test_each_complaint_is_a_sentence_with_advice(complaint: Complaint) -> None:
    assert complaint.code in problems.CODES
    assert complaint.message.endswith(".")
    assert complaint.hint.endswith(".")
    assert not re.search(r"token|scalar|node|stream|flow|anchor", complaint.message + complaint.hint)


@pytest.mark.parametrize("error", (YAMLError("unheard of"), MarkedYAMLError(problem="unheard of"), MarkedYAMLError()))
def test_an_error_without_a_place_is_shown_at_the_start(error: YAMLError) -> None:
    broken = yaml_errors.explain(error, ["", "a: b"])
    assert (broken.line, broken.code) == (1, "yaml-syntax")
    assert broken.message == "This line does not fit the lines above it."


@pytest.mark.parametrize("head", ["text: |\nHello there", "title: T\ntext: >-\nHello\n\nthere", "text: |\n\nHello"])
def test_a_text_that_is_not_indented(head: str) -> None:
    [problem] = frontmatter.read(f"---\n{head}\n---\nx".encode(), "a.md").problems
    assert (problem.code, problem.message, problem.hint) == (
        "yaml-syntax",
        "The text of `text` does not begin here: it is not indented.",
        "Indent each of its lines two spaces more than its key.",
    )


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u3000"])
def test_a_blank_that_only_looks_like_one(blank: str) -> None:
    [problem] = frontmatter.read(f"---\ntitle: T\ndate:{blank}2026-12-02 10:00\n---\nx".encode(), "a.md").problems
    assert problem.line == 3
    assert (problem.message, problem.hint) == (
        f"An invisible character (U+{ord(blank):04X}) is where an ordinary space belongs.",
        "Type the line again, with ordinary spaces.",
    )


@pytest.mark.parametrize("dash", ["—", "–", "----", "--", "***"])
def test_another_dash_at_the_top(dash: str) -> None:
    [problem] = frontmatter.read(f"{dash}\ntitle: T\n---\nx".encode(), "a.md").problems
    assert (problem.code, problem.hint) == (
        "no-front-matter",
        "Write three plain hyphens, `---`, and nothing else on the first line.",
    )


@pytest.mark.parametrize("head", ["title:\u00a0News\ndate: 2026-12-02", "x:\n\u00a0\u00a0a\nz: 1"])
def test_a_line_that_an_invisible_character_breaks_is_the_one_named(head: str) -> None:
    [problem] = frontmatter.read(f"---\n{head}\n---\nx".encode(), "a.md").problems
    assert problem.line == 2 + head[: head.index("\u00a0")].count("\n")
    assert problem.message == "An invisible character (U+00A0) is where an ordinary space belongs."


@pytest.mark.parametrize("value", ["'It's here'", '"She said "hi""', "'l'été'", "'It''s Bo's'"])
def test_a_quote_inside_quotes(value: str) -> None:
    [problem] = frontmatter.read(f"---\ntitle: {value}\ndate: x\n---\nx".encode(), "a.md").problems
    assert (problem.line, problem.code) == (2, "yaml-syntax")
    assert problem.message == "The value ends too early, at a quotation mark inside it."


@pytest.mark.parametrize(
    "value", ["'It''s here'", '"She said \\"hi\\""', "It's", "'a' # b", "«\u00a0oui\u00a0»", "a\u200db"]
)
def test_quotes_and_signs_that_are_meant(value: str) -> None:
    assert frontmatter.read(f"---\ntitle: {value}\n---\nx".encode(), "a.md").problems == ()
