"""What of all problems is told where only some files were touched."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cmflow.model import Entry
from cmflow.repository import diff, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from tests.repository.places import NOTHING, PLAN, PNG, TEMPLATE, content, path, post

BAD = "acounts: [toots]\n"
BEFORE = {path("old"): post(more=BAD), path("b"): post("2026-12-02 09:30", body="B")}


def load(cache: Cache, content: Content) -> tuple[Entry, ...]:
    return loader.load(content, cache) if content.plan else ()


def told(
    before: Mapping[str, Any], now: Mapping[str, Any], plans: tuple[str, str] = (PLAN, PLAN), cache: Cache = NOTHING
) -> tuple[list[tuple[str, str]], int]:
    """(file, code) of each problem, and how many posts were looked at."""
    was, here = content(before, plan=plans[0]), content(now, plan=plans[1])
    blobs = was.source.blobs, here.source.blobs
    touched = {each for each in {*blobs[0], *blobs[1]} if blobs[0].get(each) != blobs[1].get(each)}
    kept = loader.load(here, NOTHING) if here.plan else ()
    found = diff.problems(here, kept, {}, diff.Changes(frozenset(touched), lambda: was), partial(load, cache))
    assert found.problems == tuple(sorted(found.problems))
    return [(each.path.removeprefix("content/posts/"), each.code) for each in found.problems], found.posts


def test_nothing_changed() -> None:
    assert told(BEFORE, BEFORE) == ([], 0)


def test_only_the_posts_that_were_touched() -> None:
    assert told(BEFORE, BEFORE | {path("new"): post("2026-12-03 09:30", body="C", more=BAD)}) == (
        [("new.md", "unknown-key")],
        1,
    )
    assert told(BEFORE, BEFORE | {path("old"): post("2026-12-03 09:30", body="C")}) == ([], 1)


def test_a_collision_is_told_wherever_it_stands() -> None:
    early = post("2026-12-02 09:20", body="C")
    assert told(BEFORE, BEFORE | {path("new"): early}) == ([("b.md", "min-gap")], 1)
    late = post("2026-12-02 09:40", body="C")
    assert told(BEFORE, BEFORE | {path("new"): late}) == ([("new.md", "min-gap")], 1)
    both = BEFORE | {path("new"): early}
    assert told(both, both | {path("new"): early + "more\n"}) == ([("b.md", "min-gap")], 1)  # it still does
    assert told(both, both | {path("far"): post("2027-01-01 09:30", body="F")}) == ([], 1)  # that is none of its


def test_what_answered_a_post_that_is_gone_or_has_another_name() -> None:
    before = BEFORE | {path("answer"): post("2026-12-05 09:30", body="A", more="reply_to: b\n")}
    after = {name: each for name, each in before.items() if name != path("b")}
    assert told(before, after) == ([("answer.md", "unknown-post")], 0)
    assert told(before, after | {path("c"): before[path("b")]}) == ([("answer.md", "unknown-post")], 1)
    assert told(after, after) == ([], 0)
    assert told(BEFORE | {path("c"): "no post"}, BEFORE) == ([], 0)


def test_a_picture_counts_for_the_posts_that_show_it() -> None:
    picture = "content/media/a.png"
    before = BEFORE | {path("b"): post("2026-12-02 09:30", body="B", more=f"media: [{picture}]\n"), picture: PNG}
    assert told(before, before | {picture: "no picture"}) == ([("b.md", "media-unreadable")], 1)
    assert told(before, {name: each for name, each in before.items() if name != picture}) == (
        [("b.md", "media-missing")],
        1,
    )


def test_where_the_plan_changed_every_post_is_looked_at_and_what_is_new_is_told(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    narrow = PLAN.replace("rules: {alt_text: no}", 'rules: {alt_text: no, hours: "10:00-20:00"}')
    assert told(BEFORE, BEFORE, (PLAN, narrow), cache) == (
        [("b.md", "outside-hours"), ("old.md", "outside-hours")],
        2,
    )
    assert told(BEFORE, BEFORE, (PLAN, PLAN + "Prose.\n"), cache) == ([], 2)


def test_the_same_for_a_template() -> None:
    found = told(BEFORE, BEFORE | {TEMPLATE: "{{ nothing }}"})
    assert found == ([(TEMPLATE, "template-error")], 2)
    assert told(BEFORE | {TEMPLATE: "{{ nothing }}"}, BEFORE | {TEMPLATE: "{{ text }}"}) == ([], 2)
    gone = {path("b"): BEFORE[path("b")], TEMPLATE: "{{ text }}\n\n"}
    assert told(BEFORE, gone) == ([], 1)


@pytest.mark.parametrize("plans", [("x", PLAN), (PLAN, "x"), ("x", "y")])
def test_a_plan_that_cannot_be_used(plans: tuple[str, str]) -> None:
    found, posts = told(BEFORE, BEFORE, plans)
    if plans[1] == PLAN:
        assert (("old.md", "unknown-key") in found, posts) == (True, 2)
    else:
        assert (found, posts) == ([("content/plan.md", "no-front-matter")], 0)


def test_files_that_say_nothing_of_posts() -> None:
    assert told(BEFORE, BEFORE | {"content/notes.md": "x"}) == ([], 0)


@pytest.mark.parametrize(("since", "ids"), [("2026-11-01", ["b", "old"]), ("2026-12-02", ["b"]), ("2027-01-01", [])])
def test_posts_that_become_history_or_are_no_history_any_more_are_not_published_differently(
    since: str, ids: list[str]
) -> None:
    """But those are that another template makes something else of."""
    plan = PLAN.replace("2026-11-01", since)
    posts = {path("old"): post(), path("b"): post("2026-12-02 09:30", body="B")}

    def between(plans: tuple[str, str], template: str) -> list[str]:
        was, here = content(posts, plan=plans[0]), content(posts | {TEMPLATE: template}, plan=plans[1])
        changes = diff.Changes(frozenset({"content/plan.md", TEMPLATE}), lambda: was)
        return [entry.id for entry in diff.touched(here, loader.load(here, NOTHING), changes, partial(load, NOTHING))]

    for plans in ((PLAN, plan), (plan, PLAN)):
        assert between(plans, "{{ text }}\n") == []
        assert between(plans, "{{ text }}!\n") == ids
