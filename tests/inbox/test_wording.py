"""What tickets say, in each language, and that nothing a stranger writes does anything there."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmflow.inbox
from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.languages import en, fr, texts
from cmflow.inbox.notices import Notices
from cmflow.inbox.refusals import Refusal
from cmflow.inbox.wording import OwnPost, Removal, Subject
from cmflow.model import Author, Contact, Label, Message, Trace, Visibility
from cmflow.model.errors import Rejected
from cmflow.model.reason import because
from cmflow.render.escape import LONGEST, OwnWords
from tests.examples import examples
from tests.inbox.letters import ANA, MESSAGE, NOON, SUBJECT, WINDOW, wording
from tests.review import gfm

FILES = replace(WINDOW, files=("https://example.org/a.png",), edited=NOON + timedelta(minutes=5))
LIMITED = replace(SUBJECT, no_hide=True, refusals=(("post", OwnWords("the plan has no account for it.")),))


# ── what they say ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_whole_ticket(language: str) -> None:
    expected = (Path(__file__).parent / f"ticket.{language}.md").read_text("utf-8")
    assert wording(language).sheet(LIMITED, FILES, NOON).body + "\n" == expected


@pytest.mark.parametrize(
    ("subject", "message", "title"),
    [
        (SUBJECT, MESSAGE, "Complaint on Facebook: our post “Bread on Friday”"),
        (replace(SUBJECT, label=None, post=None), MESSAGE, "Comment on Facebook, Tue 2026-12-01, 12:00"),
        (
            replace(SUBJECT, label=Label.DOUBT, post=OwnPost("Fixes #1 :tada: @team `x` <b>")),
            MESSAGE,
            "Question on Facebook: our post “Fixes 1 tada : team x b”",
        ),
        (
            replace(SUBJECT, label=None, network="Bluesky", post=OwnPost("नमस्ते")),
            replace(MESSAGE, contact=Contact.DIRECT),
            "Direct message on Bluesky: our post “नमस्ते”",
        ),
    ],
)
def test_a_title_is_short_and_has_no_word_of_a_stranger(subject: Subject, message: Message, title: str) -> None:
    assert wording().title(subject, message) == title


def test_a_title_in_french() -> None:
    assert (
        wording("fr-CA").title(SUBJECT, MESSAGE) == "Réclamation sur Facebook : notre publication « Bread on Friday »"
    )
    assert wording("xx").title(SUBJECT, MESSAGE).startswith("Complaint on ")


def test_what_a_stranger_wrote_is_in_no_title_and_no_body() -> None:
    sheet = wording().sheet(SUBJECT, FILES, NOON)
    strange = ("Ana", "ana@", "order", "Friday.", "comment_id", "example.org")
    assert not [word for word in strange if word in f"{sheet.title} {sheet.body}"]


def test_labels_say_what_it_is_and_for_which_account() -> None:
    assert SUBJECT.labels == ("inbox", "complaint", "account: bakery", "urgent")
    assert Subject("x" * 60, "X").labels == ("inbox", f"account: {'x' * 41}")
    sheet = wording().sheet(SUBJECT, MESSAGE, NOON)
    assert (sheet.labels, sheet.assignees) == (SUBJECT.labels, ("leo",))


def test_the_end_of_an_answer_s_time_is_said_with_its_day_and_zone() -> None:
    first = wording().sheet(SUBJECT, WINDOW, NOON).body.split("\n")[0]
    assert first == ("⏰ **Answer by 14:10**, Tue 2026-12-01 (Europe/Paris): Facebook accepts no answer after that.")
    late = wording().sheet(SUBJECT, WINDOW, NOON + timedelta(hours=3)).body
    assert late.startswith("⏰ **Facebook has accepted no answer since 14:10**, Tue 2026-12-01 (Europe/Paris).\n")
    assert (
        "- `/reply`, `/draft`, `/saved`, `/thanks`: Facebook accepts no answer after 14:10, Tue 2026-12-01. Answer"
        " there: its link is with the message.\n"
    ) in late
    assert "- `/reply TEXT`" not in late and "- `/done`" in late


def test_what_a_network_cannot_do_is_said() -> None:
    body = wording().sheet(replace(SUBJECT, no_reply=True, no_hide=True), replace(MESSAGE, url=""), NOON).body
    assert body.endswith(
        "These do not work here:\n\n"
        "- `/reply`, `/draft`, `/saved`, `/thanks`: programs cannot answer on Facebook. Answer there: its link is with"
        " the message.\n"
        "- `/hide`: programs cannot hide messages on Facebook.\n"
    )


@pytest.mark.parametrize(
    ("visibility", "sentence"),
    [
        (Visibility.PRIVATE, "- **Not public**: an answer is seen by its author alone.\n"),
        (Visibility.FOLLOWERS, "- **Not public**: only followers see it.\n"),
    ],
)
def test_what_is_not_public_is_said(visibility: Visibility, sentence: str) -> None:
    message = replace(MESSAGE, visibility=visibility)
    assert sentence in wording().sheet(SUBJECT, message, NOON).body
    assert sentence in wording().note(SUBJECT, message)
    assert "Not public" not in wording().note(SUBJECT, MESSAGE)


def test_in_a_folder_people_act_on_a_command_line() -> None:
    body = wording(folder=True).sheet(SUBJECT, MESSAGE, NOON).body
    assert "\nTo act, run `cmflow inbox reply TICKET` (the name of this file) with one of these lines:\n" in body


def test_a_message_is_a_note() -> None:
    assert wording().note(SUBJECT, MESSAGE) == (
        "**`Ana` (`@ana@example.org`)** wrote on Facebook, Tue 2026-12-01, 12:00 (Europe/Paris):\n\n"
        "<blockquote><code>Where is my order?</code><br>\n<br>\n<code>It was due on Friday.</code></blockquote>\n\n"
        "- [Open it on Facebook](https://www.facebook.com/1?comment_id=3) (`www.facebook.com`)\n"
        "- Language: `en`\n"
        "- Why it has these labels: `“order” is a word of complaints (English list).`\n"
    )
    ours = replace(MESSAGE, author=replace(ANA, ours=True), url="", text="On its way!", language="")
    assert wording().note(replace(SUBJECT, reasons=()), ours) == (
        "**We** wrote on Facebook, Tue 2026-12-01, 12:00 (Europe/Paris):\n\n"
        "<blockquote><code>On its way!</code></blockquote>\n\n"
    )


@pytest.mark.parametrize("removal", Removal)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_removed_is_nowhere(removal: Removal, language: str) -> None:
    trace = Trace("1", Contact.COMMENT, NOON, "a1")
    text = wording(language).stripped_note(SUBJECT, trace, removal, 90)
    assert not [word for word in ("Ana", "ana@", "order", "Friday.", "comment_id") if word in text]


def test_it_says_why_a_text_was_removed() -> None:
    trace = Trace("1", Contact.COMMENT, NOON, "a1")
    assert wording().stripped_note(SUBJECT, trace, Removal.PURGED, 90) == (
        "**someone** wrote on Facebook, Tue 2026-12-01, 12:00 (Europe/Paris):\n\n"
        "*The text was removed after 90 days, as the plan says.*\n\n"
    )


def test_another_team_does_not_learn_the_author_s_name() -> None:
    ticket = "https://github.com/team/inbox/issues/3"
    sheet = wording().relay(SUBJECT, MESSAGE, ticket)
    end = (
        f"{ticket}\n\nWhen this issue is closed, the team that answers on Facebook is told, and can answer the author."
    )
    quote = "<blockquote><code>Where is my order?</code><br>\n<br>\n<code>It was due on Friday.</code></blockquote>"
    assert sheet == Sheet(
        "Complaint from Facebook: “Where is my order? It was due on Friday.”",
        "A message that we received on Facebook, 2026-12-01, is for you. Its author is not named here.\n\n"
        f"{quote}\n\n{end}",
    )
    assert wording().relay_note(SUBJECT, MESSAGE, ticket, named=True) == (
        f"One more message about this, from `Ana` (`@ana@example.org`) on Facebook, 2026-12-01.\n\n{quote}\n\n{end}"
    )
    hushed = wording().relay(SUBJECT, MESSAGE, "", quote=False)
    assert (hushed.title, "order" in hushed.body) == ("Complaint from Facebook", False)


def test_too_many_strangers_are_one_ticket() -> None:
    assert wording().quarantine("bakery") == Sheet(
        "Quarantine · bakery: too many strangers at once",
        "So many strangers wrote to `bakery` within an hour that cmflow opened no ticket for each of these."
        " `/open NUMBER` gives one its own ticket; `/spam` puts them all aside; `/done` closes the list.",
        ("inbox", "spam?", "account: bakery"),
    )
    messages = [MESSAGE, replace(MESSAGE, text="@team buy `this`", url="")]
    assert wording().quarantined("Facebook", messages, 7) == (
        "7. `Ana` (`@ana@example.org`) · `Where is my order? It was due on Friday.` ·"
        " [Open it on Facebook](https://www.facebook.com/1?comment_id=3) (`www.facebook.com`)\n"
        "8. `Ana` (`@ana@example.org`) · `` @team buy `this` ``\n"
    )


def test_five_thousand_strangers_fit() -> None:
    text = wording().quarantined("Facebook", [replace(MESSAGE, text="@all " * 500)] * 5000)
    shown = text.count(" · [Open it")
    assert len(text) <= LONGEST and shown > 100
    assert text.endswith(f"\nAnd {5000 - shown} more, which are not shown here.\n")
    assert gfm.linked(text) == []


# ── languages ───────────────────────────────────────────────────────────────────────────────────────────────


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_says_everything() -> None:
    assert en.TEXTS.keys() == fr.TEXTS.keys()
    assert {key: fields(text) for key, text in en.TEXTS.items()} == {
        key: fields(text) for key, text in fr.TEXTS.items()
    }
    assert (texts("FR_ca"), texts("de"), texts("..")) == (fr.TEXTS, en.TEXTS, en.TEXTS)


# ── strangers ───────────────────────────────────────────────────────────────────────────────────────────────

TRICKS = (
    *("@everyone", "@team", "#123", "team/content#1", "GH-12", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"),
    *(":tada:", "$x$", "$$", "$`x`$", "```mermaid\ngraph TD\n```", "<details>", "<script>", "</code>", "</blockquote>"),
    *("![a](https://example.org/a.png)", "[a](https://example.org)", "<img src=x>", "https://example.org", "www.a.b"),
    *("<!-- cmflow", "-->", "\u202e", "\u200b", "\U000e0041", "\r\n", "\n\n", "`", "``", "|", "\\", "&lt;", "{{ x }}"),
    *("- [ ] x", "# x", "> [!WARNING]", "/reply x", "javascript:alert(1)", "\x1b[2J", "\ud800", "ana@example.org", "a"),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(TRICKS), st.text(max_size=4)), max_size=8).map("".join)


@st.composite
def strangers(draw: st.DrawFn) -> Message:
    files = tuple(draw(st.lists(HOSTILE, max_size=2)))
    author = Author("1", draw(HOSTILE), draw(HOSTILE), draw(HOSTILE))
    until = NOON + timedelta(hours=1) if draw(st.booleans()) else None
    text, url, language = draw(HOSTILE), draw(st.one_of(HOSTILE, HOSTILE.map("https://a.b/".__add__))), draw(HOSTILE)
    contact, visibility = draw(st.sampled_from(Contact)), draw(st.sampled_from(Visibility))
    return Message("1", "c", contact, NOON, author, text, url, "", "", language, files, visibility, NOON, until)


OURS = {"blockquote", "br", "code", "em", "hr", "li", "p", "strong", "ul", "a", "ol"}


def harmless(markdown: str) -> None:
    page = gfm.read(markdown)
    assert gfm.linked(markdown) == []
    assert page.tags <= OURS, page.tags - OURS
    assert all(target.startswith("https://") and "@" not in target.split("/")[2] for target in page.leads), page.leads
    assert not [char for char in markdown if char in "\u202e\u200b\U000e0041\x1b\ud800"]
    assert len(markdown) <= LONGEST


@given(strangers(), HOSTILE, HOSTILE, HOSTILE, st.booleans())
@examples(75)
def test_what_strangers_write_does_nothing(message: Message, reason: str, post: str, url: str, none: bool) -> None:
    subject = replace(
        SUBJECT,
        reasons=(because("rule", quote=reason, rule="r"),),
        post=OwnPost(post, url),
        no_reply=none,
        no_hide=not none,
    )
    for language in ("en", "fr"):
        words = wording(language)
        harmless(words.sheet(subject, message, NOON).body)
        harmless(words.note(subject, message))
        harmless(words.quarantined("Facebook", [message, message]))
        harmless(words.relay(subject, message, "", named=True).body)
        for title in (words.title(subject, message), words.relay(subject, message, "").title):
            assert len(title) <= 150 and not set(title) & set("@#$`<>[]|\\*_~\n\r\u202e\u200b\x1b\ud800"), title
            assert ":tada:" not in title


@pytest.mark.parametrize(
    "text",
    ["@" * 60_000, "<" * 60_000, "\n" * 70_000, "\u200b" * 70_000, "&\n" * 30_000, "é" * 200_000, "`" * 90_000],
    ids=lambda text: ascii(text[:2]),
)
def test_a_text_that_is_too_long_says_where_the_rest_is(text: str) -> None:
    message = replace(MESSAGE, text=f"First.{text}last", author=Author("1", text, text))
    body = wording().note(SUBJECT, message)
    harmless(body)
    assert "<code>First." in body and "- [Open it on Facebook]" in body
    is_whole = "last</code></blockquote>" in body
    assert is_whole != ("⚠️ The text is too long to be shown here: " in body)
    assert is_whole or len(body) > 0.99 * LONGEST


def test_what_is_hidden_in_a_text_is_shown() -> None:
    note = wording().note(SUBJECT, replace(MESSAGE, text="pay\u202elapyap\u202c me\u200b 👨‍👩‍👧 می‌خواهم"))
    assert "<code>pay\\u202elapyap\\u202c me\\u200b 👨‍👩‍👧 می‌خواهم</code>" in note


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://a.b", "https://www.facebook.com@evil.example/", "//a.b", "https://[", ""]
)
def test_a_link_that_is_none_is_not_shown(url: str) -> None:
    assert "Open it" not in wording().note(SUBJECT, replace(MESSAGE, url=url))


def test_marks_are_not_shown_and_change_nothing() -> None:
    """A hidden comment ends on its line: what follows is Markdown as before."""
    sheet, note = wording().sheet(SUBJECT, WINDOW, NOON), wording().note(SUBJECT, MESSAGE)
    pairs = ((marks.body("m 1", sheet), sheet.body), (marks.note("m 2", note), note))
    for marked, text in pairs:
        page, plain = gfm.read(marked), gfm.read(text)
        assert (page.tags, page.code, page.leads) == (plain.tags, plain.code, plain.leads)
        assert "cmflow-inbox" not in "".join(page.plain)
        harmless(marked)


def test_every_refusal_is_worded_in_every_language() -> None:
    code = "\n".join(path.read_text("utf-8") for path in Path(cmflow.inbox.__file__).parent.glob("*.py"))
    raised = set(re.findall(r'Refusal\("([a-z ]+)"', code)) | {"no saved reply", "no saved replies"}
    for words in (en.TEXTS, fr.TEXTS):
        worded = {key.removeprefix("refusal ") for key in words if key.startswith("refusal ")}
        assert worded == raised | {f"{name} hint" for name in raised}


def test_a_refusal_is_said_in_the_plan_s_language() -> None:
    refusal = Refusal("no saved reply", name="prix", folder="templates/replies/", names="horaires")
    assert (str(refusal), refusal.hint) == ("There is no saved reply “prix”.", "templates/replies/ has: horaires.")
    assert Notices("fr").refused(refusal) == (
        "**Pas fait.** `Il n’y a pas de réponse enregistrée « prix ».` `templates/replies/ contient : horaires.`"
    )
    assert Notices("fr").refused(Rejected("Too long.", "Shorten it.")) == "**Pas fait.** `Too long.` `Shorten it.`"
