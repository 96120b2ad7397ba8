"""`Text` → each network's form: golden pairs, and payloads that decode to the text again."""

import html
import re
import runpy
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.model import Form, Kind, Span, Text
from cmflow.render import formats
from cmflow.render.markdown import parse
from tests import ROOT
from tests.examples import examples
from tests.render.markdown.test_markdown import MARKDOWN

CASES = ROOT / "tests" / "cases" / "forms"
FORMS = {
    "plain": formats.plain,
    "youtube": formats.youtube,
    "little": formats.little,
    "facets": formats.facets,
    "entities": formats.entities,
    "discord": formats.discord,
    "mrkdwn": formats.mrkdwn,
    "matrix": formats.matrix,
    "markdown": formats.markdown,
}


def written(form: Form) -> str:
    """A form as a golden file has it: the body, its spans, its HTML."""
    spans = "".join(f"{each.kind}: {form.body[each.start : each.end]!r} {each.value}\n" for each in form.spans)
    formatted = form.html.replace("><", ">\n<")
    return "\n-- spans --\n".join(filter(None, [form.body + "\n", spans])) + (
        f"-- html --\n{formatted}\n" * bool(formatted)
    )


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("case", sorted(path.name.removesuffix(".post.md") for path in CASES.glob("*.post.md")))
def test_golden_pairs(case: str, name: str) -> None:
    text = parse((CASES / f"{case}.post.md").read_text("utf-8"))
    assert written(FORMS[name](text)) == (CASES / f"{case}.{name}.txt").read_text("utf-8")


def test_the_page_shows_what_the_code_does() -> None:
    docs = CASES.parent.parent.parent / "docs"
    page = runpy.run_path(str(docs / "looks.py"))["page"]
    assert (docs / "markdown.md").read_text("utf-8") == page(), "run `python docs/looks.py`"


# ── what every form keeps ───────────────────────────────────────────────────────────────────────────────────

TEXTS = MARKDOWN.map(parse)
SOME = examples(80)


@SOME
@given(TEXTS)
def test_markdown_read_again_is_the_same_text(text: Text) -> None:
    again = parse(formats.markdown(text).body)
    assert words(again.chars) == words(text.chars)


@pytest.mark.parametrize(
    "source",
    [
        "a **b** *c* ~~d~~ `e` [f](https://g.h) https://i.j\nk",
        "# H *i*\ntext\n\n- a\n- b\n  1. c\n  2. d\n\n> q\n> r\n\n```py\nx = '```'\n```\nend",
        r"\*a\* \_b\_ \`c\` \[d\](https://e.f) \# \> 1\. x",
        "\\# a\n\\- b\n1\\. c\n\\> d\n\\```\n\\~~~\n&amp;amp; <b> &lt;",
        "snake_case 2*3*4 ~ | _ * @{ana} `@{b}` \\@{c}",
        "- a\n  b\n\n  ```\n  c\n\n  d\n  ```\n- > e\n  > f",
        "`` a`b `` [x `y`](https://z.z/a(b)) ![a](https://b.c)",
        "a \\| b\n\\--- | ---",
    ],
)
def test_markdown_read_again_has_the_same_spans(source: str) -> None:
    text = parse(source)
    assert parse(formats.markdown(text).body) == text


def letters(chars: str) -> str:
    return words(chars).replace(" ", "")


def words(chars: str) -> str:
    """Letters and digits of a text, in order."""
    return re.sub(r"[\W_]+", " ", chars).strip()


@SOME
@given(TEXTS)
def test_spans_lie_over_the_same_characters(text: Text) -> None:
    for name in ("facets", "entities"):
        form = FORMS[name](text)
        for span in form.spans:
            assert 0 <= span.start < span.end <= len(form.body)
        links = {(text.chars[each.start : each.end], each.value) for each in text.spans if each.kind is Kind.LINK}
        for span in form.spans:
            if span.kind is Kind.LINK:
                assert (form.body[span.start : span.end], span.value) in links


@SOME
@given(TEXTS)
def test_little_text_decodes_to_the_plain_text(text: Text) -> None:
    body = formats.little(text).body
    assert re.fullmatch(r"(?:\\[\\|{}@\[\]()<>#*_~]|\{hashtag\|\\#\|(?:\w|\\_)+\}|[^\\|{}@\[\]()<>#*_~])*", body)
    decoded = re.sub(r"\{hashtag\|\\#\|((?:\w|\\_)+)\}", r"\#\1", body)
    assert re.sub(r"\\(.)", r"\1", decoded) == formats.plain(text).body


@SOME
@given(TEXTS)
def test_matrix_html_is_the_text_in_known_tags(text: Text) -> None:
    formatted = formats.matrix(text).html
    reader = Reader()
    reader.feed(formatted)
    assert reader.open == []
    if formatted:
        assert words(" ".join(reader.chars)).replace(" ", "") == words(text.chars).replace(" ", "")


class Reader(HTMLParser):
    """HTML back to characters; every tag must be known and closed."""

    KNOWN = frozenset(re.findall(r"\w+", "a blockquote br code del em h1 h2 h3 h4 h5 h6 li ol p pre strong ul"))

    def __init__(self) -> None:
        super().__init__()
        self.chars: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.KNOWN
        assert {name for name, _ in attrs} <= {"href", "start", "class"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.chars.append(data)


@SOME
@given(TEXTS)
def test_mrkdwn_decodes_to_the_words(text: Text) -> None:
    body = formats.mrkdwn(text).body
    decoded = html.unescape(re.sub(r"<([^|<>]*)(?:\|([^<>]*))?>", lambda match: match[2] or match[1], body))
    decoded = re.sub(r"\u200b\*|\*\u200b|\u200b[_~]|[_~]\u200b", "", decoded)
    assert letters(decoded.replace("%7C", "|")) == letters(formats.facets(text).body)


# ── single things ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("[docs](https://a.b/c)", "docs (https://a.b/c)"),
        ("[a.b/c](https://a.b/c/)", "https://a.b/c/"),
        ("https://a.b/c", "https://a.b/c"),
        ("[a@b.c](mailto:a@b.c) [call](tel:+331)", "a@b.c call (+331)"),
        ("# H\n> **a** `b`\n>\n> - c\n>   - d", "H\n> a b\n>\n> • c\n>   • d"),
        ("- > a\n  > b", "• > a\n> b"),
    ],
)
def test_plain(source: str, body: str) -> None:
    assert formats.plain(parse(source)) == Form(body)


def test_youtube_has_no_angle_brackets() -> None:
    assert formats.youtube(parse("a < b -> <3\n\n> q")).body == "a ‹ b -› ‹3\n\n› q"


def test_linkedin_mentions_by_urn() -> None:
    text = Text("Hi Ana (R) #a_b!", (Span(3, 10, Kind.MENTION, "urn:li:person:9"),))
    assert formats.little(text).body == "Hi @[Ana \\(R\\)](urn:li:person:9) {hashtag|\\#|a\\_b}!"
    assert formats.little(Text("@ana", (Span(0, 4, Kind.MENTION, "@ana"),))).body == "\\@ana"


def test_mentions_as_discord_slack_and_matrix_write_them() -> None:
    assert formats.discord(Text("hi Ana", (Span(3, 6, Kind.MENTION, "<@123>"),))).body == "hi <@123>"
    assert formats.discord(Text("hi _ana", (Span(3, 7, Kind.MENTION, "_ana"),))).body == "hi \\_ana"
    assert formats.mrkdwn(Text("hi Ana", (Span(3, 6, Kind.MENTION, "<@U1>"),))).body == "hi <@U1>"
    assert formats.matrix(Text("@a:b.c", (Span(0, 6, Kind.MENTION, "@a:b.c"),))).html == (
        '<p><a href="https://matrix.to/#/@a:b.c">@a:b.c</a></p>'
    )
    assert formats.facets(Text("@a.b", (Span(0, 4, Kind.MENTION, "@a.b"),))).spans == (
        Span(0, 4, Kind.MENTION, "@a.b"),
    )
    nested = Text("@a.b", (Span(0, 4, Kind.LINK, "https://c.d"), Span(0, 4, Kind.MENTION, "@a.b")))
    assert formats.facets(nested).spans == (Span(0, 4, Kind.LINK, "https://c.d"),)


def test_slack_needs_room_around_its_marks() -> None:
    assert formats.mrkdwn(parse("这是**重点**内容 `a`b` & **c**")).body == "这是\u200b*重点*\u200b内容 `a`b` &amp; *c*"


def test_telegram_code_holds_nothing_else() -> None:
    form = formats.entities(parse("> [`a`](https://b.c) **`d`** [e](mailto:f@g.h)"))
    assert form.body == "a d e (f@g.h)"
    kinds = [(form.body[each.start : each.end], each.kind) for each in form.spans]
    assert kinds == [("a d e (f@g.h)", Kind.QUOTE), ("a", Kind.LINK), ("d", Kind.CODE)]
    assert formats.entities(parse("> a\n> > b")) == Form("a\nb", (Span(0, 3, Kind.QUOTE),))


def test_matrix_has_html_only_where_there_is_something_to_tell() -> None:
    assert formats.matrix(parse("a < b https://c.d")) == Form("a < b https://c.d")
    assert formats.matrix(parse("*a* <b>")).html == "<p><em>a</em> &lt;b&gt;</p>"
    assert formats.matrix(parse("[x](tel:1)")).html == "<p>x</p>"


def test_offsets_in_other_units() -> None:
    body, spans = "a👍é b", (Span(1, 3, Kind.BOLD), Span(2, 5, Kind.ITALIC))
    assert formats.utf16(body, spans) == (Span(1, 4, Kind.BOLD), Span(3, 6, Kind.ITALIC))
    assert formats.utf8(body, spans) == (Span(1, 7, Kind.BOLD), Span(5, 9, Kind.ITALIC))


@SOME
@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
@example("\ud800a", [(0, 1)])
def test_units_agree_with_encoding_the_stretch(body: str, pairs: list[tuple[int, int]]) -> None:
    spans = tuple(Span(min(pair), max(pair), Kind.BOLD) for pair in pairs if max(pair) <= len(body))
    for before, after in zip(spans, formats.utf8(body, spans), strict=True):
        encoded = body.encode("utf-8", "surrogatepass")[after.start : after.end]
        assert encoded.decode("utf-8", "surrogatepass") == body[before.start : before.end]


# ── what readers see, and what a person pastes ──────────────────────────────────────────────────────────────

SAID = "**Doors** open (v2) for_all, [docs](https://a.b/c_d) & #git_hub:\n\n> 1 < 2\n\n- one"
WRITTEN_OUT = "Doors open (v2) for_all, docs (https://a.b/c_d) & #git_hub:\n\n> 1 < 2\n\n• one"
LINKED = "Doors open (v2) for_all, docs & #git_hub:\n\n> 1 < 2\n\n• one"
MARKED = "**Doors** open (v2) for_all, [docs](https://a.b/c_d) & #git_hub:\n\n> 1 < 2\n\n- one"


@pytest.mark.parametrize(
    ("form", "seen", "pasted"),
    [
        (formats.plain, WRITTEN_OUT, WRITTEN_OUT),
        (formats.little, WRITTEN_OUT, WRITTEN_OUT),
        (formats.youtube, WRITTEN_OUT.replace("> ", "› ").replace("<", "‹"), None),
        (formats.facets, LINKED, None),
        (formats.entities, LINKED, WRITTEN_OUT),
        (formats.mrkdwn, LINKED, WRITTEN_OUT),
        (formats.matrix, LINKED, WRITTEN_OUT),
        (formats.discord, LINKED, MARKED),
        (formats.markdown, LINKED, MARKED),
    ],
)
def test_what_readers_see_and_what_a_person_pastes(form: object, seen: str, pasted: str | None) -> None:
    made = form(parse(SAID))  # type: ignore[operator]
    assert (formats.legible(made.display), made.paste) == (seen, seen if pasted is None else pasted)


@SOME
@given(TEXTS)
def test_linkedin_s_readers_see_the_plain_text(text: Text) -> None:
    """And what is told the network there covers exactly the tags and mentions in it."""
    made = formats.little(text)
    assert (formats.legible(made.display), made.paste) == (formats.plain(text).body,) * 2
    templates = re.findall(r"(?<!\\)(?:\\\\)*\{hashtag\|\\#\|((?:\w|\\_)+)\}", made.body)
    tags = [made.display.chars[span.start : span.end] for span in made.display.spans if span.kind is Kind.TAG]
    assert tags == [f"#{each}".replace("\\_", "_") for each in templates]


@SOME
@given(TEXTS, st.sampled_from(sorted(FORMS)))
def test_what_readers_see_lies_in_its_characters(text: Text, name: str) -> None:
    seen = FORMS[name](text).display
    assert all(0 <= span.start <= span.end <= len(seen.chars) for span in seen.spans)
    letters = iter(formats.legible(seen))  # and the numbers of a list among them
    in_order = all(letter in letters for letter in re.sub(r"\W+", "", text.chars))
    assert in_order or name in ("plain", "little", "youtube", "entities", "facets")


@pytest.mark.parametrize("word", ["हिन्दी", "বাংলা", "ที่นี่", "ខ្មែរ", "e\u0301te\u0301", "2026年"])
def test_a_hashtag_is_whole_in_every_script(word: str) -> None:
    assert formats.little(Text(f"#{word}!")).body == f"{{hashtag|\\#|{word}}}!"


def test_a_keycap_is_not_a_hashtag() -> None:
    assert formats.little(Text("#\ufe0f\u20e3 a")).body == "\\#\ufe0f\u20e3 a"


@pytest.mark.parametrize(
    ("source", "plain", "html", "discord"),
    [
        ("3. a\n2. b", "3. a\n2. b", "", "3\\. a\n2\\. b"),
        ("1. a\n3. b", "1. a\n3. b", "", "1\\. a\n3\\. b"),
        ("5) a\n10) b", "5) a\n10) b", "", "5\\) a\n10\\) b"),
        (
            "- x\n\n  2. a\n  1. b",
            "• x\n\n2. a\n1. b",
            "<ul><li><p>x</p><p>2. a<br>1. b</p></li></ul>",
            "- x\n\n  2\\. a\n  1\\. b",
        ),
        ("0. a\n1. b", "0. a\n1. b", '<ol start="0"><li>a</li><li>b</li></ol>', "0. a\n1. b"),
        ("1. a\n1. b", "1. a\n2. b", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
    ],
)
def test_numbers_are_those_that_are_written(source: str, plain: str, html: str, discord: str) -> None:
    """A network that counts a list itself would turn a countdown round: there the numbers are text."""
    text = parse(source)
    assert (formats.plain(text).body, formats.matrix(text).html, formats.discord(text).body) == (plain, html, discord)
