"""What cmflow writes on GitHub: whatever others wrote is quoted, and does nothing there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from cmflow.model.errors import TemplateError
from cmflow.render import escape

PATH = "templates/github/x.md.j2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("@team #1 <b>", "`@team #1 <b>`"),
        ("a\n\n# b", "`a # b`"),
        ("`x` @team", "`` `x` @team ``"),
        ("a``b`c", "``` a``b`c ```"),
        ("", "“”"),
        (" \n", "“”"),
        ("\x1b[2J\u202e", "`\\x1b[2J\\u202e`"),
        ("@" * 60_000, "`" + "@" * 119 + "…`"),
    ],
)
def test_their_words_are_code(words: str, said: str) -> None:
    assert escape.code_span(words) == said


@given(st.text(st.sampled_from("`@ab \n#<>!-[]()\\*_|"), max_size=40))
def test_nothing_breaks_out_of_the_code(words: str) -> None:
    html = Markdown().convert(f"Say {escape.code_span(words)} and end")
    assert html.startswith("<p>Say ") and html.endswith(" and end</p>")
    inside = html.removeprefix("<p>Say ").removesuffix(" and end</p>")
    assert inside == "“”" or (inside.startswith("<code>") and inside.index("</code>") == len(inside) - 7)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Our summer opening hours!", "Our summer opening hours!"),
        ("Fixes #1, gh-2, @team & team/repo#3", "Fixes 1, 2, team team repo 3"),
        ("a\n::set-output name=x::y\n\nb", "a ::set-output name x::y b"),
        ("`x` **y** <b> https://x.example", "x y b https: x.example"),
        ("Été ☀️ 新しい投稿", "Été 新しい投稿"),
        ("x" * 99, "x" * 69 + "…"),
        ("Party :tada: :+1: at 10:30", "Party tada : : 1: at 10:30"),
        ("नमस्ते, สวัสดี, e\u0301te\u0301", "नमस्ते, สวัสดี, été"),
        ("a\u200bb\u202ec\u20e3\ufe0f", "a b c"),
    ],
)
def test_a_title_calls_nobody_and_closes_nothing(words: str, said: str) -> None:
    assert escape.plain(words) == said


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/b?c=1&d=2#e", "https://a.example/b?c=1&d=2#e"),
        ('https://a.example/(b) <c> "d" \\ é', "https://a.example/%28b%29%20%3Cc%3E%20%22d%22%20%5C%20%C3%A9"),
        ("https://a.example/\ud800", "https://a.example/?"),
        ("http://a.example", ""),
        ("javascript:alert(1)", ""),
        ("https://facebook.com@a.example", ""),
        ("https://f\u0430cebook.com", ""),
        ("https://[", ""),
        ("\r\nhttps://a.example", ""),
        (" https://a.example", ""),
        ("https://a.exa\nmple/", ""),
        ("https:///a", ""),
        ("https://a.example/" + "x" * 2_000, ""),
    ],
)
def test_a_link_leads_where_it_says_or_is_none(url: str, target: str) -> None:
    assert escape.address(url) == target


def test_a_note_is_filled_in() -> None:
    templates = {PATH: "{% for each in found %}\n- {{ each }}\n{% endfor %}\n"}
    assert escape.fill(templates, "x", found=["a", "b"]) == "- a\n- b\n"
    long = escape.fill(templates, "x", found=["`@team`" + "x" * 90] * 1000)
    assert len(long) < escape.LONGEST + 5 and long.endswith("x\n\n…\n")


@pytest.mark.parametrize(
    ("source", "line"),
    [("{{ nothing }}", 1), ("\n{% for %}", 2), ("{{ found.__class__.__mro__ }}", 1), ("{{ 1/0 }}", 1)],
)
def test_a_template_that_is_wrong_is_named(source: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        escape.fill({PATH: source}, "x", found="a")
    assert (caught.value.path, caught.value.line) == (PATH, line)


def test_no_such_template() -> None:
    with pytest.raises(TemplateError, match="cannot be filled in"):
        escape.fill({}, "x")
