"""What becomes of tags."""

from dataclasses import replace

import pytest

from cmflow import lint
from cmflow.model import Account, Override, Problem
from tests.lint.test_lint import PLAN, POST

LETTERS = "Spell out what the character means."
WORD = "Combine it with a word, or remove it."


def said(*tags: str) -> tuple[Problem, ...]:
    return lint.post(replace(POST, tags=tags, lines=(("tags", 4),)), PLAN)


@pytest.mark.parametrize(
    ("tag", "becomes", "hint"),
    [
        ("c++", "c", "Write `cpp`."),
        ("C++", "C", "Write `cpp`."),
        (".net", "net", "Write `dotnet`."),
        ("f*", "f", "Write `fstar`."),
        ("R&D", "RD", "Write `RandD`."),
        ("v2.0", "V20", LETTERS),
        ("web 3.0", "Web30", LETTERS),
        ("launch 🎉", "launch", LETTERS),
    ],
)
def test_a_tag_that_loses_a_sign(tag: str, becomes: str, hint: str) -> None:
    assert said(tag) == (Problem(POST.path, 4, "tag-changed", f"`{tag}` becomes `#{becomes}`.", hint),)


@pytest.mark.parametrize(
    ("tag", "becomes"), [("+1", "1"), ("2.0", "20"), ("2026", "2026"), ("24/7", "247"), ("_", "_")]
)
def test_a_tag_without_a_letter(tag: str, becomes: str) -> None:
    message = f"`{tag}` becomes `#{becomes}`, and no network links a hashtag without a letter."
    assert said(tag) == (Problem(POST.path, 4, "tag-not-linked", message, WORD),)


def test_tags_that_stay_what_they_are() -> None:
    fine = [
        "git",
        "open_source",
        "social-media",
        "AT&T",
        "node.js",
        "covid-19",
        "l'été",
        "web3",
        "1st",
        "été",
        "हिन्दी",
        "ที่นี่",
    ]
    assert said(*fine, "open source", "e\u0301te\u0301") == ()


def test_every_list_is_looked_at_and_the_line_of_an_item_named() -> None:
    lines = (("tags", 3), ("tags.0", 4), ("tags.1", 5), ("variants.x-en.tags", 9))
    post = replace(POST, tags=("git", "c++"), variants=(Override("x-en", tags=("f*",)),), lines=lines)
    assert [(each.line, each.message) for each in lint.post(post, PLAN)] == [
        (5, "`c++` becomes `#c`."),
        (9, "`f*` becomes `#f`."),
    ]


def test_the_tags_of_accounts_are_the_plan_s() -> None:
    plan = replace(PLAN, accounts=(Account("x-en", "x", tags=("c++", "git"), line=7),))
    assert lint.plan(plan) == (Problem(plan.path, 7, "tag-changed", "`c++` becomes `#c`.", "Write `cpp`."),)
