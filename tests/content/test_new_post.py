"""What somebody asks for becomes a post's file: a draft, whatever they typed."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.content import new_post, posts
from cmflow.content.new_post import Draft
from cmflow.model import Account, Plan, Status
from tests import ROOT

FORM = ROOT / "templates/init/.github/ISSUE_TEMPLATE/post.yml"
BODY = """\
### Title

Our summer opening hours

### Accounts

news, short,news

### Date

_No response_

### Campaign

summer

### Pillar

_No response_

### Text

We are open **longer**!

### Text

is also a heading of mine
"""
SOURCE = """\
---
title: Our summer opening hours
date: 2026-06-01 09:30
accounts: [news, short]
status: draft
campaign: summer
---

We are open **longer**!

### Text

is also a heading of mine
"""
TEXT = "We are open **longer**!\n\n### Text\n\nis also a heading of mine"
ASKED = Draft("Our summer opening hours", "", ("news", "short"), "summer", "", TEXT)


@pytest.fixture(scope="module")
def ours() -> Plan:
    return Plan("B", "UTC", "en", (Account("news", "mastodon"), Account("short", "x")))


def test_the_answers_of_the_form() -> None:
    assert new_post.parse_form(BODY) == new_post.parse_form(BODY.replace("\n", "\r\n")) == ASKED


def test_the_form_asks_what_is_understood() -> None:
    form = yaml.safe_load(FORM.read_text("utf-8"))
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert tuple(each["attributes"]["label"] for each in fields) == new_post.LABELS
    needed = [each["attributes"]["label"] for each in fields if each["validations"]["required"]]
    assert needed == ["Title", "Text"]
    assert form["labels"] == ["post"]


@pytest.mark.parametrize(
    "body",
    ["", "Hello", "### Title\n\nA\n", "### Title\n\n_No response_\n\n### Text\n\nB", "### Text\n\nB\n\n### Title\n\nA"],
)
def test_no_answers(body: str) -> None:
    assert new_post.parse_form(body) is None


def test_questions_may_be_missing() -> None:
    assert new_post.parse_form("### Title\n\nA\n\n### Text\n\nB") == Draft("A", text="B")


def test_pictures_are_taken_out_of_the_text() -> None:
    """GitHub puts them there when somebody drops them into the form."""
    one, two = "https://github.com/user-attachments/assets/0f2a", "https://github.com/user-attachments/assets/1b"
    text = f'Hello ![image]({one})\n<img width="9" alt="Image" src="{two}" />\n'
    assert new_post.parse_form(f"### Title\n\nA\n\n### Text\n\n{text}") == Draft("A", text="Hello", pictures=(one, two))
    assert new_post.parse_form(f"### Title\n\nA\n\n### Text\n\n![image]({one})") is None


def test_the_file() -> None:
    assert new_post.source(Draft(ASKED.title, "2026-06-01 09:30", *_rest(ASKED))) == SOURCE


def _rest(known: Draft) -> tuple[tuple[str, ...], str, str, str]:
    return known.accounts, known.campaign, known.pillar, known.text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Our summer!", "our-summer"),
        ("Été 🎉 chaud", "été-chaud"),
        ("🎉", "post"),
        ("../../x", "x"),
        ("a" * 99, "a" * 60),
    ],
)
def test_the_name(title: str, name: str) -> None:
    assert new_post.slug(title) == name


answers = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    [
        "a]\nstatus: ready",
        '"',
        "x: {y",
        "#",
        "*a",
        "---",
        "&a [*a,*a]",
        "!!python/object:os.system",
        "\u2028status: ready",
    ]
)


@given(answers, answers, answers, answers)
@example("a\nstatus: ready", "news", "2026-06-01 09:30", "x")
@example("a", "news]\nstatus: ready\nx: [", "2026-06-01 09:30", "---\nstatus: ready\n---\n")
def test_no_answer_is_more_than_an_answer(ours: Plan, title: str, account: str, date: str, text: str) -> None:
    """Whatever is typed: a draft, with that title, those accounts and that text, or problems."""
    body = f"### Title\n\n{title}\n\n### Accounts\n\n{account}\n\n### Date\n\n{date}\n\n### Text\n\n{text}\n"
    found = new_post.parse_form(body)
    if found is None:
        return
    post, problems = posts.parse(new_post.source(found).encode(), "content/posts/a.md", ours)
    if post is None or problems:
        return
    assert post.status is Status.DRAFT
    assert post.title == found.title
    assert set(post.accounts) <= set(found.accounts) <= {"news", "short"}
    assert post.body.strip() == found.text.strip()


# ── GitHub's editor ─────────────────────────────────────────────────────────────────────────────────────────


def test_where_a_post_is_begun() -> None:
    web, path = "https://github.com/team/content", "content/posts/2026-06/été.md"
    assert new_post.address(web, "main/x y", path, "---\ntitle: A & B\n") == (
        "https://github.com/team/content/new/main/x%20y?filename=content/posts/2026-06/%C3%A9t%C3%A9.md"
        "&value=---%0Atitle%3A%20A%20%26%20B%0A"
    )


def test_what_is_put_in_later_stays() -> None:
    assert new_post.address("https://h/o/r", "main", "{date}.md", "date: {date}") == (
        "https://h/o/r/new/main?filename={date}.md&value=date%3A%20{date}"
    )


@pytest.mark.parametrize("web", ["", "javascript:alert(1)"])
def test_where_nobody_knows_the_repository(web: str) -> None:
    assert new_post.address(web, "main", "a.md", "") == ""


# ── another one like it ─────────────────────────────────────────────────────────────────────────────────────


def test_a_post_again_is_a_draft_with_a_date_and_an_id_of_its_own() -> None:
    source = (
        "---\ntitle: T\nid: one\ndate: 2026-12-01 09:30\nstatus: ready\naccounts: [a]\n"
        "variants:\n  a:\n    date: 2026-12-02 10:00\n    text: |\n      id: stays\n---\nid: stays\n\ndate: too\n"
    )
    assert new_post.duplicate(source, "2026-12-08 09:30") == (
        "---\ndate: 2026-12-08 09:30\nstatus: draft\ntitle: T\naccounts: [a]\n"
        "variants:\n  a:\n    date: 2026-12-02 10:00\n    text: |\n      id: stays\n---\nid: stays\n\ndate: too\n"
    )
