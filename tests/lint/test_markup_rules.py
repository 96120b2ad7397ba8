"""Markup of other programs, and comments that would be published."""

import time
from dataclasses import replace

import pytest

from cmflow import lint
from cmflow.lint import markup_rules
from cmflow.model import Override, Problem
from tests.lint.test_lint import PLAN, POST


def said(body: str) -> list[tuple[int, str, str]]:
    found = lint.post(replace(POST, body=body), PLAN)
    return [(each.line, each.code, each.message) for each in found]


@pytest.mark.parametrize("body", ["<!-- not yet -->", "one\n\n<!--more-->", "a <!-- b\nc --> d", "- x <!-- y"])
def test_a_comment_is_an_error_where_it_begins(body: str) -> None:
    line = 6 + body[: body.index("<!--")].count("\n")
    message = "The comment “<!-- … -->” would be published: every network shows it, although reviewers do not see it."
    assert said(body) == [(line, "hidden-comment", message)]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n[//]: # (not before Friday)", "[//]: # (not before Friday)"),
        ("a\n\n[comment]: <> (why)\n\nb", "[comment]: <> (why)"),
        ('  [note]: # "why"', '[note]: # "why"'),
        ("a <?php secret ?> b", "<?php secret ?> b"),
        ("<![CDATA[ secret ]]>", "<![CDATA[ secret ]]>"),
        ("<!DOCTYPE html>", "<!DOCTYPE html>"),
        ("[//]: # (" + "x" * 80 + ")", "[//]: # (" + "x" * 51 + " …"),
    ],
)
def test_so_is_what_else_no_reviewer_sees(body: str, shown: str) -> None:
    line = 6 + body[: body.index(shown[:9])].count("\n")
    message = f"The comment “{shown}” would be published: every network shows it, although reviewers do not see it."
    assert said(body) == [(line, "hidden-comment", message)]


@pytest.mark.parametrize(
    ("body", "shown", "what"),
    [
        ("one<br>two", "<br>", "HTML"),
        ("one<br />two", "<br />", "HTML"),
        ("<b>bold</b>", "<b>", "HTML"),
        ('<img src="a.png" alt="">', '<img src="a.png" alt="">', "HTML"),
        ("see {{< youtube x >}}", "{{< youtube x >}}", "a shortcode or placeholder"),
        ("{% include x %}", "{% include x %}", "a shortcode or placeholder"),
        ("at {{ site.url }}", "{{ site.url }}", "a shortcode or placeholder"),
        ("text\n{: .lead}", "{: .lead}", "an attribute of Kramdown"),
        ("a {# note #} b", "{# note #}", "a comment of a template language"),
        ("a %% note %% b", "%% note %%", "a comment of Obsidian"),
        ("so[^1]\n\n[^1]: why", "[^1]", "a footnote"),
    ],
)
def test_what_other_programs_read_is_a_warning(body: str, shown: str, what: str) -> None:
    line = 6 + body[: body.index(shown)].count("\n")
    assert said(body) == [(line, "foreign-source", f"“{shown}” is {what}: it would be published as it is.")]


@pytest.mark.parametrize("entity", ["&nbsp;", "&#160;", "&#xA0;", "&emsp;", "&shy;"])
def test_an_invisible_space(entity: str) -> None:
    message = f"“{entity}” is an invisible space: a reader sees nothing, or an empty line."
    assert said(f"one\n\n{entity}\n\ntwo") == [(8, "foreign-source", message)]


@pytest.mark.parametrize(
    "body",
    [
        "`<!-- x -->` and `<br>`",
        "```\n<!-- x -->\n{{ site.url }}\n&nbsp;\n```",
        "<https://example.org> and 1 < 2 > 0, a<3",
        "I <3 you & me, AT&amp;T",
        "use {braces} and 50 % [of it]",
        "`[//]: # (x)` and `<?x?>`, 5 <!6, [a]: #b, 100%% sure",
        "[here]\n\n[here]: https://example.org",
        "[link](https://example.org/{{x}})",
    ],
)
def test_what_is_meant_so(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize("sign", ["<!a", "<? ", "<![C", "[a]:", "%%", "{#", "<a "])
def test_no_text_takes_long(sign: str) -> None:
    """A pattern that goes back and forth would need ten seconds for it."""
    began = time.process_time()
    for pattern in (markup_rules.HIDDEN, *(pattern for _, _, pattern in markup_rules.FOREIGN)):
        assert len([*pattern.finditer(sign * 20_000)]) <= 20_000
    assert time.process_time() - began < 2


def test_every_text_of_a_post_is_looked_at() -> None:
    post = replace(
        POST,
        variants=(Override("x-en", text="x <br> y"),),
        first_comment="<!-- z -->",
        lines=(("variants.x-en.text", 3), ("first_comment", 4)),
    )
    assert [(each.line, each.code) for each in lint.post(post, PLAN)] == [(3, "foreign-source"), (4, "hidden-comment")]


def test_what_to_do() -> None:
    assert lint.post(replace(POST, body="a<br>b"), PLAN) == (
        Problem(
            POST.path,
            6,
            "foreign-source",
            "“<br>” is HTML: it would be published as it is.",
            "Write it as plain Markdown, or delete it. If it is intended, put it between backticks.",
        ),
    )
