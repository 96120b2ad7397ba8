"""One tag per post, account and part; and what was sent before there were tags keeps its links and its digest."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from cmflow import render
from cmflow.model import Account, LinkTags, Plan, Variant
from cmflow.render import link_tags
from tests.render.test_render import LIMITS, PLAN, POST, TEMPLATES, X

TAGS = LinkTags()


def variant(plan: Plan, account: Account = X, **changes: Any) -> Variant:
    post = replace(POST, **{"body": "https://a.b", "campaign": "launch", **changes})
    return render.variant(post, replace(account, tags=()), plan, LIMITS, TEMPLATES, {})


def test_two_accounts_of_a_network_have_links_of_their_own() -> None:
    plan = replace(PLAN, utm=TAGS)
    bodies = [variant(plan, replace(X, name=name)).parts[0].form.body for name in ("x-en", "x-fr")]
    utm = "https://a.b?utm_source=x&utm_medium=social&utm_campaign=launch&utm_content=never"
    assert bodies == [f"{utm}.x-en.1", f"{utm}.x-fr.1"]


def test_each_part_of_a_thread_has_its_own() -> None:
    parts = variant(replace(PLAN, utm=LinkTags(content="{post}-{part}", source="", medium="", campaign="")),
                    body="https://a.b\n---\nhttps://a.b").parts  # fmt: skip
    assert [part.form.body for part in parts] == ["https://a.b?utm_content=never-1", "https://a.b?utm_content=never-2"]


def test_patterns_have_every_name() -> None:
    tags = LinkTags("{network}/{account}", "{language}", "{campaign}", "{post}.{part}")
    assert variant(replace(PLAN, utm=tags)).parts[0].form.body == (
        "https://a.b?utm_source=x%2Fx-en&utm_medium=en&utm_campaign=launch&utm_content=never.1"
    )


def test_a_link_of_the_author_s_own_making_is_left_alone() -> None:
    body = "https://a.b?utm_campaign=mine"
    assert variant(replace(PLAN, utm=TAGS), body=body).parts[0].form.body == body


@pytest.mark.parametrize(("before", "utm"), [(False, False), (True, True)])
def test_posts_from_before_the_tags_keep_their_digests(before: bool, utm: bool) -> None:
    """They may be sent or approved: nothing about them has changed."""
    plan = replace(PLAN, utm=replace(TAGS, since=date(2026, 12, 1), before=before))
    old, new = datetime(2026, 11, 30, 12), datetime(2026, 12, 1, 12)
    assert variant(plan, date=old) == variant(replace(PLAN, utm=utm), date=old)
    assert variant(plan, date=new).digest != variant(replace(PLAN, utm=utm), date=new).digest


def test_what_utm_yes_means_has_not_changed() -> None:
    assert variant(replace(PLAN, utm=True)).parts[0].form.body == (
        "https://a.b?utm_source=x&utm_medium=social&utm_campaign=launch&utm_content=never"
    )


def test_a_tag_is_known_without_the_post() -> None:
    assert link_tags.tag(TAGS, "content", X, "hello", 1) == "hello.x-en.2"
    assert link_tags.tag(TAGS, "campaign", X, "hello", 1) == "", "it does not tell accounts apart"
    assert link_tags.tag(LinkTags(content="{post}.{account}.{language}"), "content", X, "hello", 0) == ""
