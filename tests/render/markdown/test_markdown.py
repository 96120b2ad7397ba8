"""Markdown → characters and spans: the decided look of every element, and nothing lost."""

import re
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.model import Kind, Span, Text
from cmflow.render import markdown
from cmflow.render.markdown import blocks, inline
from tests.examples import examples

B, I, S, C = Kind.BOLD, Kind.ITALIC, Kind.STRIKE, Kind.CODE  # noqa: E741
LINK, PERSON, ITEM, QUOTE, PRE, HEADING = Kind.LINK, Kind.PERSON, Kind.ITEM, Kind.QUOTE, Kind.PRE, Kind.HEADING


def shown(parsed: Text) -> list[tuple[str, Kind, str]]:
    return [(parsed.chars[span.start : span.end], span.kind, span.value) for span in parsed.spans]


SURVIVORS = [
    "snake_case and __dunder in a_b_c",
    "2*3*4 = 24, 2**3**4",
    "C# and Node.js, F#",
    "foo_(bar) and f[0](x)",
    "write to first_last@example.org or a*b@c.de",
    ":-) :) <3 </3 ¯\\o/¯ ;_; ^_^ *",
    "AT&T, a < b > c, R&D, x && y, &nothing; & so on",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 1️⃣ 🇫🇷",
    "مرحبا بالعالم ‏#تجربة",
    "日本語の文章です。#日本 你好，世界",
    "#python #thanks\n#müller",
    "C:\\new\\table",
    "<b>bold</b> <!-- note --> <br/> <script>alert(1)</script>",
    "1.5 million\n2026.12",
    "one\ntwo\n\nthree",
    "tab\there",
    "a  b\u00a0c\u2028d",
    "~ about 5 ~ and ~one~ tilde",
    "[1] and [x](relative.html) and [y](not a url) ![z](local.png)",
    "**not closed and `neither",
    "\\o/ \\d+ \\w",
    "Price: $5*, terms apply*",
    "@ana and @{ } and @{",
    "-\n-\n+1 -1",
    "a | b",
]


@pytest.mark.parametrize("source", SURVIVORS)
def test_what_only_looks_like_markdown_survives(source: str) -> None:
    assert markdown.parse(source).chars == source


@pytest.mark.parametrize(
    ("source", "chars", "spans"),
    [
        ("a **b** *c* __d__ _e_ ~~f~~", "a b c d e f", [("b", B), ("c", I), ("d", B), ("e", I), ("f", S)]),
        ("***both***", "both", [("both", I), ("both", B)]),
        ("**a *b* c**", "a b c", [("a b c", B), ("b", I)]),
        ("*a **b***", "a b", [("a b", I), ("b", B)]),
        ("**a*", "*a", [("a", I)]),
        ("**one\ntwo**", "one\ntwo", [("one", B), ("two", B)]),
        ("这是**重点**内容，**「引用」**也是", "这是重点内容，「引用」也是", [("重点", B), ("「引用」", B)]),
        ("🎉**wow!**🎉", "🎉wow!🎉", [("wow!", B)]),
        ("**Git**hub", "Github", [("Git", B)]),
        ("a * b * c ** d **", "a * b * c ** d **", []),
        ("`a_b` ``c`d`` ` e `", "a_b c`d e", [("a_b", C), ("c`d", C), ("e", C)]),
        ("`*a*\nb`", "*a* b", [("*a* b", C)]),
        (r"\*a\* \_b\_ \`c\` \[d\](e) \# \\ \~~f~~", "*a* _b_ `c` [d](e) # \\ ~~f~~", []),
        ("a\\\nb  \nc", "a\nb\nc", []),
        ("&amp; &lt;b&gt; &copy; &#8364; &#x41; &nope; &#1;", "& <b> © € A &nope; &#1;", []),
        ("*(**a**)*", "(a)", [("(a)", I), ("a", B)]),
    ],
)
def test_emphasis_code_and_escapes(source: str, chars: str, spans: list[tuple[str, Kind]]) -> None:
    parsed = markdown.parse(source)
    assert (parsed.chars, [each[:2] for each in shown(parsed)]) == (chars, spans)


@pytest.mark.parametrize(
    ("source", "chars", "links"),
    [
        ("see https://a.b/c.", "see https://a.b/c.", ["https://a.b/c"]),
        ("(https://a.b/x_(y)_z*w&q=1#f@g)", "(https://a.b/x_(y)_z*w&q=1#f@g)", ["https://a.b/x_(y)_z*w&q=1#f@g"]),
        ("**https://a.b/c_d**", "https://a.b/c_d", ["https://a.b/c_d"]),
        ("<https://a.b/c_>", "https://a.b/c_", ["https://a.b/c_"]),
        ("見てhttps://a.b/cをご覧。", "見てhttps://a.b/cをご覧。", ["https://a.b/c"]),
        (
            "https://ja.wikipedia.org/wiki/日本。",
            "https://ja.wikipedia.org/wiki/日本。",
            ["https://ja.wikipedia.org/wiki/日本"],
        ),
        ("xhttps://a.b http:// https://", "xhttps://a.b http:// https://", []),
        ("HTTPS://A.B/?x=[1]]", "HTTPS://A.B/?x=[1]]", ["HTTPS://A.B/?x=[1]"]),
        ("<ana@example.org>", "ana@example.org", []),
    ],
)
def test_a_bare_url_is_a_link_over_itself(source: str, chars: str, links: list[str]) -> None:
    parsed = markdown.parse(source)
    assert parsed.chars == chars
    assert [(each, LINK, each) for each in links] == [each for each in shown(parsed) if each[1] is LINK]


@pytest.mark.parametrize(
    ("source", "chars", "spans"),
    [
        ("[a b](https://c.d)", "a b", [("a b", LINK, "https://c.d")]),
        ("[a](https://c.d/e_(f) 'title')", "a", [("a", LINK, "https://c.d/e_(f)")]),
        ("[a](<https://c.d/e f>)", "a", [("a", LINK, "https://c.d/e%20f")]),
        ("[a](<https://c.d/&#32;e\tf&#xA0;g>)", "a", [("a", LINK, "https://c.d/%20e%09f%C2%A0g")]),
        (r"[a](https://c.d/\_e&amp;f)", "a", [("a", LINK, "https://c.d/_e&f")]),
        ("[a\nb](https://c.d)", "a b", [("a b", LINK, "https://c.d")]),
        ("[**a** `b`](https://c.d)", "a b", [("a b", LINK, "https://c.d"), ("a", B, ""), ("b", C, "")]),
        ("[](https://c.d)", "https://c.d", [("https://c.d", LINK, "https://c.d")]),
        ("![A cat](https://c.d/e.png)", "A cat", [("A cat", LINK, "https://c.d/e.png")]),
        ("![](https://c.d/e.png)", "https://c.d/e.png", [("https://c.d/e.png", LINK, "https://c.d/e.png")]),
        ("[https://a.b](https://c.d)", "https://a.b", [("https://a.b", LINK, "https://c.d")]),
        ("[mail](mailto:a@b.c)", "mail", [("mail", LINK, "mailto:a@b.c")]),
        ("[js](javascript:alert)", "[js](javascript:alert)", []),
        ("[a][x], [X][] and [x]\n\n[x]: https://c.d", "a, X and x", [(each, LINK, "https://c.d") for each in "aXx"]),
        ("[a][b]\n\n[c]: https://d.e", "[a][b]\n\n[c]: https://d.e", [("https://d.e", LINK, "https://d.e")]),
        ("hi @{ana}, **@{bo b}**", "hi @{ana}, @{bo b}", [("@{ana}", PERSON, "ana"), ("@{bo b}", B, ""),
          ("@{bo b}", PERSON, "bo b")]),
        ("`@{ana}`", "@{ana}", [("@{ana}", C, "")]),
    ],
)  # fmt: skip
def test_links_images_and_people(source: str, chars: str, spans: list[tuple[str, Kind, str]]) -> None:
    parsed = markdown.parse(source)
    assert (parsed.chars, sorted(shown(parsed))) == (chars, sorted(spans))


@pytest.mark.parametrize(
    ("source", "chars", "spans"),
    [
        ("# One\ntext\n## Two ##", "One\ntext\nTwo", [("One", HEADING, "1"), ("Two", HEADING, "2")]),
        ("#no heading\n####### neither", "#no heading\n####### neither", []),
        ("Tips:\n- a\n* b\n+ c\n\nEnd", "Tips:\na\nb\nc\n\nEnd", [(each, ITEM, "•") for each in "abc"]),
        ("- a\n\n- b", "a\n\nb", [("a", ITEM, "•"), ("b", ITEM, "•")]),
        ("1. a\n1. b\n1. c", "a\nb\nc", [("a", ITEM, "1."), ("b", ITEM, "2."), ("c", ITEM, "3.")]),
        ("3) a\n4) b", "a\nb", [("a", ITEM, "3)"), ("b", ITEM, "4)")]),
        ("3) a\n7) b", "3) a\n7) b", []),
        ("1. a\n   - b\n2. c", "a\nb\nc", [("a\nb", ITEM, "1."), ("b", ITEM, "  •"), ("c", ITEM, "2.")]),
        ("- a\n  - b\n    - c", "a\nb\nc", [("a\nb\nc", ITEM, "•"), ("b\nc", ITEM, "  •"), ("c", ITEM, "    •")]),
        ("- a\n    - b\n        - c", "a\nb\nc", [("a\nb\nc", ITEM, "•"), ("b\nc", ITEM, "  •"), ("c", ITEM, "    •")]),
        ("- a\n  more\n\n  para\n- b", "a\nmore\n\npara\nb", [("a\nmore\n\npara", ITEM, "•"), ("b", ITEM, "•")]),
        ("In\n1995. no item", "In\n1995. no item", []),
        ("- a\n\nnot in it", "a\n\nnot in it", [("a", ITEM, "•")]),
        ("- a\nlazy\n# H", "a\nlazy\nH", [("a\nlazy", ITEM, "•"), ("H", HEADING, "1")]),
        ("said:\n> a\n> b\nlazy\n\nme", "said:\na\nb\nlazy\n\nme", [("a\nb\nlazy", QUOTE, "")]),
        ("> a\n> > b", "a\nb", [("a\nb", QUOTE, ""), ("b", QUOTE, "")]),
        ("> - a\n>\n> b", "a\n\nb", [("a\n\nb", QUOTE, ""), ("a", ITEM, "•")]),
        ("> a\n# H", "a\nH", [("a", QUOTE, ""), ("H", HEADING, "1")]),
        ("```py x\na = `b`\n\n\n  *c*\n```\nend", "a = `b`\n\n\n  *c*\nend", [("a = `b`\n\n\n  *c*", PRE, "py")]),
        ("~~~\na\n```\n~~~~", "a\n```", [("a\n```", PRE, "")]),
        ("a\n```\nb\n\nc", "a\nb\n\nc", [("b\n\nc", PRE, "")]),
        ("- a\n  ```\n  b\n\n  c\n  ```\n- d", "a\nb\n\nc\nd", [("a\nb\n\nc", ITEM, "•"), ("b\n\nc", PRE, ""),
          ("d", ITEM, "•")]),
        ("    a &lt; *b*\n\n    c\n\nd", "a &lt; *b*\n\nc\n\nd", [("a &lt; *b*\n\nc", PRE, "")]),
        ("    a\nb", "a\nb", [("a", PRE, "")]),
        ("\ta", "a", [("a", PRE, "")]),
        ("a\n***\nb\n\n- - -\n___", "a\n———\nb\n\n———\n———", []),
        ("a\n===\nb\n---", "a\nb\n———", [("a", Kind.HEADING, "1")]),
        ("**a**\n-----\n\nb", "a\n\nb", [("a", Kind.HEADING, "2"), ("a", Kind.BOLD, "")]),
        ("a\nb\n====", "a\nb", [("a", Kind.HEADING, "1"), ("b", Kind.HEADING, "1")]),
        ("a | b\n-----", "a | b", [("a | b", Kind.HEADING, "2")]),
        ("===\na", "===\na", []),
        ("- a\n===", "a\n===", [("a\n===", ITEM, "•")]),
        ("> a\n===", "a\n===", [("a\n===", Kind.QUOTE, "")]),
        ("- a\n- b\n* * *\nc", "a\nb\n———\nc", [("a", ITEM, "•"), ("b", ITEM, "•")]),
        ("1. a\n\n- - -\n\nc", "a\n\n———\n\nc", [("a", ITEM, "1.")]),
        ("&lt;https://a.b/&gt;", "<https://a.b/>", [("https://a.b/", Kind.LINK, "https://a.b/")]),
        ("<https://a.b/?a=1&amp;b=2>", "https://a.b/?a=1&b=2",
         [("https://a.b/?a=1&b=2", Kind.LINK, "https://a.b/?a=1&b=2")]),
        ("https://a.b/x\u200b c", "https://a.b/x\u200b c", [("https://a.b/x", Kind.LINK, "https://a.b/x")]),
        ("| a | b |\n|---|:-:|\n| 1 \\| 2 | `c` | d |\nend", "a | b\n1 | 2 | c | d\nend", [("c", C, "")]),
        ("a|b\n-|-\n1|2", "a | b\n1 | 2", []),
        ("a\n\n\n\nb\n   c\r\nd\re", "a\n\nb\nc\nd\ne", []),
        ("", "", []),
        ("```\n\n```", "", []),
        ("```word", "```word", []),
    ],
)  # fmt: skip
def test_blocks(source: str, chars: str, spans: list[tuple[str, Kind, str]]) -> None:
    parsed = markdown.parse(source)
    assert (parsed.chars, shown(parsed)) == (chars, spans)


def test_deep_nesting_ends_in_a_text_and_loses_nothing() -> None:
    for deep in (
        "> " * 3000 + "word",
        "- " * 3000 + "word",
        "*" * 3000 + "word",
        "[" * 3000 + "word",
        "`" * 3000 + "word",
    ):
        assert "word" in markdown.parse(deep).chars


def test_many_threads_read_at_once() -> None:
    sources = [f"- {n} **b**\n\n> {n}" for n in range(200)]
    read: dict[str, Text] = {}

    def work(mine: list[str]) -> None:
        read.update((source, markdown.parse(source)) for source in mine)

    workers = [threading.Thread(target=work, args=(sources[at::4],)) for at in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(read[source].chars == f"{n} b\n\n{n}" for n, source in enumerate(sources))


WORDS = st.sampled_from(["word", "Müller", "a_b", "日本", "👍🏽", "#tag", "@{ana}", "https://a.b/c_d", "C#", "x"])
PIECES = st.sampled_from(
    ["*", "**", "***", "_", "~~", "`", "[", "]", "](https://e.f)", "!", "> ", "- ", "1. ", "# ", "```", "---", "|-|",
     "|", "\\", "<", "(", ")", "\t", "\n", " ", "\n\n", "    ", "  ", "&amp;"]
)  # fmt: skip
MARKDOWN = st.lists(WORDS | PIECES, max_size=25).map("".join)
RUN_OF_LETTERS = re.compile(r"[^\W_]+")


@examples(150)
@given(MARKDOWN)
@example("|a|\n|-|\n|word|x|")
@example("~~~~> Müller\nword")
@example("~~~~word Müller\nx")
@example("- a\n\n```\nword")
def test_no_word_is_lost_and_spans_lie_inside(source: str) -> None:
    parsed = markdown.parse(source)
    everything = " ".join([parsed.chars, *(span.value for span in parsed.spans)])
    visible = re.sub(r"```+[^\n]*|^[ >\-\t]*\d+\.|&amp;", " ", source, flags=re.M)
    for word in RUN_OF_LETTERS.findall(re.sub(r"[*_~`\\]", " ", visible)):
        assert word in re.sub(r"[*_~`\\]", " ", everything)
    assert parsed.spans == tuple(sorted(parsed.spans, key=lambda span: (span.start, -span.end)))
    assert all(0 <= span.start < span.end <= len(parsed.chars) for span in parsed.spans)
    assert not any("\n" in parsed.chars[s.start : s.end] for s in parsed.spans if s.kind in {B, I, S, C, LINK, PERSON})


@examples(100)
@given(st.text(alphabet=st.characters(exclude_characters="\r\t", exclude_categories=["Cs"]), max_size=60))
def test_the_short_way_and_the_long_way_read_the_same(chars: str) -> None:
    clean = re.sub(r"^[ ]+|[ ]+$", "", chars, flags=re.M).strip("\n")
    if markdown.MARKED.search(clean) is None:
        assert blocks.parse(clean) == markdown.parse(clean) == Text(re.sub(r"\n{3,}", "\n\n", clean))


@examples(300)
@given(MARKDOWN | st.lists(WORDS | PIECES.filter(lambda piece: piece != "    ") | st.just("\n\n")).map("".join))
@example("a *b*\n\n    code")
@example("a *b*\n\n\n\nc")
@example("*a*\n\n&#32;\n\nb")
def test_paragraphs_are_read_the_same_without_a_tree(source: str) -> None:
    clean = re.sub(r"[ \t]+$", "", source.expandtabs(4), flags=re.M).strip("\n")
    assert blocks.parse(clean) == blocks._Walk(clean).flow(blocks.tree(clean))


def test_inline_alone() -> None:
    assert inline.parse("plain") == Text("plain")
    assert inline.parse("*a*") == Text("a", (Span(0, 1, I),))
