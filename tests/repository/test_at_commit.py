"""A post then and now."""

from typing import Any

import pytest

from cmflow.repository import at_commit
from cmflow.repository.content import Content
from tests.repository.places import PLAN, PNG, TEMPLATE, content, path, post

PICTURE = "content/media/a.png"
POST = post(more=f"media: [{{file: {PICTURE}, alt: A}}]\n", accounts="toots, tape")
FRENCH = PLAN.replace("{network: outbox}", "{network: outbox, language: fr}")


def place(
    text: str = POST, name: str = "a", plan: str = PLAN, template: str = "{{ text }}\n", png: bytes = PNG
) -> Content:
    return content({path(name): text, TEMPLATE: template, PICTURE: png}, plan=plan)


@pytest.mark.parametrize(
    ("then", "account", "reasons"),
    [
        ({"text": POST.replace("Hello", "Hi")}, "toots", ("the post",)),
        ({"template": "{{ text }}!\n"}, "toots", ("the templates",)),
        ({"plan": FRENCH}, "tape", ("the plan",)),
        ({"png": PNG + b"\0"}, "toots", ("its media",)),
        ({"plan": FRENCH, "text": POST.replace("Hello", "Hi")}, "tape", ("the post", "the plan")),
        ({"plan": FRENCH, "text": POST.replace("Hello", "Hi")}, "toots", ("the post",)),
        ({"text": post()}, "tape", ("the post",)),
        ({"text": POST.replace("09:30", "19:30")}, "toots", ("cmflow itself",)),
        ({"name": "b", "text": POST.replace("Hello", "Hi")}, "toots", ("the post",)),
    ],
)
def test_what_alone_makes_a_difference_is_named(then: dict[str, Any], account: str, reasons: tuple[str, ...]) -> None:
    before = path(then.get("name", "a"))
    assert at_commit.changed(place(), place(**then), path("a"), before, account) == reasons


def test_several_things_may_make_a_difference_only_together() -> None:
    now = place(template="Same\n")
    then = place(POST.replace("Hello", "Hi"), template="{{ 'Other' if text == 'Hi' else 'Same' }}\n")
    assert at_commit.changed(now, then, path("a"), path("a"), "toots") == ("several things at once",)


@pytest.mark.parametrize(
    ("here", "found"),
    [
        (place(), {"toots", "tape"}),
        (place(template="{{ nothing }}"), set()),
        (place("---\n"), set()),
        (place(name="b"), set()),
        (place(plan="---\nbrand: x\n---\n"), set()),
        (place(POST + "\n", plan=PLAN.replace("  tape: {network: outbox}\n", "").replace(", tape]", "]")), {"toots"}),
    ],
)
def test_digests_of_what_can_be_rendered(here: Content, found: set[str]) -> None:
    assert set(at_commit.digests(here, path("a"))) == found
