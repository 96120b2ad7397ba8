"""The months of long ago: they are left alone, until anything that they show has changed."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cmflow.lint import calendar_rules
from cmflow.model import Approval, Change, Delivery, State
from cmflow.repository.cache import Cache
from cmflow.repository.content import open_content
from cmflow.website import build
from cmflow.website.build import Inputs, memory
from cmflow.website.build.disk import DiskFolder
from tests.repository.places import PLAN, PNG, TEMPLATES, path, post, source
from tests.website.build.test_build import Desk, World, there
from tests.website.calendars import TEMPLATES as SITE

PICTURE = "content/media/pier.png"
OLD = {
    path("march"): post("2026-03-09 09:30", "toots"),
    path("april"): post("2026-04-09 09:30", "toots, tape", f"media: [{{file: {PICTURE}, alt: The pier}}]\n"),
    path("draft"): post("2026-04-30 23:30", "tape", "status: draft\ncampaign: spring\npillar: boats\nlanguage: fr\n"),
    path("may"): post("2026-05-09 09:30", "toots", "campaign: summer\n", "Sunny"),
    path("june"): post("2026-06-09 09:30", "site"),
}
NEW = {path("today"): post("2026-12-03 15:00"), path("soon"): post("2026-12-20 09:30", "toots, site")}
FILES: dict[str, Any] = {**OLD, **NEW, PICTURE: PNG}
FIRST = Change(datetime(2026, 3, 1, tzinfo=UTC), "Ana", "Begin", "c0ffee")
WORLD = World(FILES, (), history={path("march"): (FIRST,)})
APART = {(2026, 3), (2026, 4), (2026, 5), (2026, 6)}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "site", Cache(tmp_path / "cache"))


def from_nothing(world: World, folder: Path) -> Mapping[str, bytes]:
    Desk(folder, Cache(None)).make(world)
    return there(folder)


def months(desk: Desk) -> set[tuple[int, int]]:
    return {*memory.load(desk.cache, DiskFolder(desk.site)).archive.months}


def test_no_post_of_long_ago_is_looked_at_again(desk: Desk, tmp_path: Path) -> None:
    desk.make(WORLD)
    assert months(desk) == APART
    (cached,) = tmp_path.glob("cache/entries-*")
    for month in ("202603", "202604", "202605"):
        (cached / f"{month}.json").unlink()
    files = {**FILES, path("soon"): post("2026-12-21 09:30", "toots", body="Soon")}
    whole = source({"content/plan.md": PLAN, **files})
    wanted: list[str] = []

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted.extend(asked := [*paths])
        return whole.read(asked)

    content = open_content(replace(whole, read=read), TEMPLATES, desk.cache)
    inputs = Inputs({}, WORLD.now, WORLD.templates, history=WORLD.history)
    build.make(content, inputs, desk.cache, DiskFolder(desk.site))
    assert wanted == [path("soon")]  # once
    assert there(desk.site) == from_nothing(replace(WORLD, posts=files), tmp_path / "other")
    assert months(desk) == APART


def delivery(name: str) -> Delivery:
    return Delivery(name, "toots", State.SENT, datetime(2026, 4, 9, 7, 30, tzinfo=UTC), digest="d")


CHANGES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "a post was edited": ({path("april"): post("2026-04-09 09:30", "toots", "", "Again")}, {}),
    "a post was deleted": ({path("march"): None}, {}),
    "a post moved there": ({path("today"): post("2026-04-09 12:00")}, {}),
    "a post moved away": ({path("april"): post("2026-12-24 09:30")}, {}),
    "a picture changed": ({PICTURE: PNG + b"\0"}, {}),
    "a picture is gone": ({PICTURE: None}, {}),
    "another post has the id": ({path("today"): post("2026-12-03 15:00", more="id: march\n")}, {}),
    "another post nearly has the id": ({path("today"): post("2026-12-03 15:00", more="id: March\n")}, {}),
    "a post answers it": ({path("soon"): post("2026-12-20 09:30", more="reply_to: april\n")}, {}),
    "a new month": ({path("more"): post("2026-02-09 12:00")}, {}),
    "a post on two days": ({path("today"): post(more="variants: {toots: {date: 2026-03-05 12:00}}\n")}, {}),
    "the ledger knows one": ({}, {"deliveries": (delivery("april"),)}),
    "the ledger has one that is gone": ({path("april"): None}, {"deliveries": (delivery("april"),)}),
    "a new account": ({}, {"deliveries": (replace(delivery("gone"), account="former"),)}),
    "one was approved": ({}, {"approvals": {"march": (Approval("bo", FIRST.time, 7, "c0ffee", ("ana",), ()),)}}),
    "git tells more": ({}, {"history": {path("march"): (replace(FIRST, commit="decaf"), FIRST)}}),
    "git tells how it landed": ({}, {"history": {path("march"): (replace(FIRST, pull=7),)}}),
    "git tells less": ({}, {"history": {}}),
    "the plan begins earlier": ({}, {"plan": PLAN.replace("2026-11-01", "2026-04-15")}),
    "the plan has another zone": ({}, {"plan": PLAN.replace("Europe/Paris", "Asia/Tokyo")}),
    "a template of the site": ({}, {"templates": {**SITE, "templates/site/post.html.j2": "{{ title }}"}}),
    "much earlier": ({}, {"now": datetime(2026, 6, 20, 9, tzinfo=UTC)}),
    "much later": ({}, {"now": datetime(2029, 6, 20, 9, tzinfo=UTC)}),
}


@pytest.mark.parametrize(("files", "rest"), CHANGES.values(), ids=CHANGES)
def test_what_changed_is_shown_and_what_it_was_before_as_well(
    desk: Desk, tmp_path: Path, files: Mapping[str, Any], rest: Mapping[str, Any]
) -> None:
    posts = {name: text for name, text in {**FILES, **files}.items() if text is not None}
    for number, world in enumerate((WORLD, replace(WORLD, posts=posts, **rest), WORLD)):
        desk.make(world)
        assert there(desk.site) == from_nothing(world, tmp_path / f"other {number}")
        assert desk.make(world) == []


@pytest.mark.parametrize("name", ["posts/march.html", "2026-04.html", "data/2026-04.js", "data/2026-03-texts.js"])
def test_what_was_taken_from_the_folder_is_made_again(desk: Desk, name: str) -> None:
    desk.make(WORLD)
    before = there(desk.site)
    (desk.site / name).unlink()
    assert desk.make(WORLD) == [name]
    assert there(desk.site) == before


def test_a_post_of_a_campaign_that_runs_counts_whatever_its_date(desk: Desk, tmp_path: Path) -> None:
    plan = PLAN.replace("groups:", "campaigns: {summer: {starts: 2026-05-01, ends: 2026-12-24}}\ngroups:")
    for number, body in enumerate(("Sunny", "Rainy")):
        posts = {**FILES, path("today"): post("2026-12-03 15:00", body=body)}
        world = replace(WORLD, plan=plan, posts=posts)
        desk.make(world)
        assert there(desk.site) == from_nothing(world, tmp_path / f"other {number}")


def test_templates_of_their_own_may_show_anything(desk: Desk, tmp_path: Path) -> None:
    name = "templates/site/index.html.j2"
    lists = {**SITE, name: SITE[name] + "{% for entry in board.entries %}{{ entry.title }} {% endfor %}"}
    for number, body in enumerate(("Sunny", "Rainy")):
        world = replace(WORLD, templates=lists, posts={**FILES, path("today"): post("2026-12-03 15:00", body=body)})
        desk.make(world)
        assert there(desk.site) == from_nothing(world, tmp_path / f"other {number}")


def test_what_is_history_is_sent_to_nobody_so_it_is_no_renamed_post(desk: Desk) -> None:
    """Also where it was due in the minute of a published post whose file is gone."""
    desk.make(WORLD)
    desk.make(replace(WORLD, deliveries=(replace(delivery("former"), due=datetime(2026, 3, 9, 8, 30, tzinfo=UTC)),)))
    assert "delivered-renamed" not in (desk.site / "posts/march.html").read_text()
    assert months(desk) == APART - {(2026, 3)}  # there the published post is shown


def test_no_picture_stays_of_a_post_that_was_deleted_after_the_cache_was_lost(desk: Desk, tmp_path: Path) -> None:
    desk.make(WORLD)
    (desk.site / "media/deep").mkdir()
    for name in ("media/deep/old.png", "media/notes.txt", "media/pier.png"):
        (desk.site / name).write_text("damaged, or of an edition of long ago")
    shutil.rmtree(tmp_path / "cache")
    desk.make(WORLD)
    whole = {**from_nothing(WORLD, tmp_path / "other"), "media/notes.txt": b"damaged, or of an edition of long ago"}
    assert there(desk.site) == whole
    shutil.rmtree(tmp_path / "cache")
    desk.make(replace(WORLD, posts={name: text for name, text in FILES.items() if name != path("april")}))
    assert not (desk.site / "media/pier.png").exists()


@pytest.mark.parametrize("lost", ["archive", "edition"])
def test_half_of_what_was_remembered_is_nothing(desk: Desk, tmp_path: Path, lost: str) -> None:
    """And still the page of a post that was deleted leaves the site."""
    desk.make(WORLD)
    for file in tmp_path.glob(f"cache/{lost}-*"):
        file.unlink()
    world = replace(WORLD, posts={name: text for name, text in FILES.items() if name != path("march")})
    assert "posts/march.html" in desk.make(world)
    assert there(desk.site) == from_nothing(world, tmp_path / "other")
    assert months(desk) == APART - {(2026, 3)}


def test_a_build_that_was_killed_between_its_two_files_leaves_no_page_behind(desk: Desk, tmp_path: Path) -> None:
    desk.make(WORLD)
    (edition,) = tmp_path.glob("cache/edition-*")
    before = edition.read_bytes()
    desk.make(replace(WORLD, posts={**FILES, path("march"): post("2026-03-09 09:30", "toots", "reply_to: june\n")}))
    edition.write_bytes(before)
    world = replace(WORLD, posts={name: text for name, text in FILES.items() if name != path("march")})
    desk.make(world)
    assert there(desk.site) == from_nothing(world, tmp_path / "other")


def test_a_name_that_is_not_text_is_in_no_archive(desk: Desk, tmp_path: Path) -> None:
    files = {**FILES, path("old-\udcff"): post("2026-03-12 09:30", more="id: odd\n", body="Odd")}
    for number in range(2):
        world = replace(WORLD, posts={**files, path("today"): post("2026-12-03 15:00", body=f"{number}")})
        desk.make(world)
        assert months(desk) == APART - {(2026, 3)}
        assert there(desk.site) == from_nothing(world, tmp_path / f"other {number}")


def test_names_that_file_systems_do_not_tell_apart_are_one() -> None:
    names = ("Café", "Cafe\u0301", "CAFÉ", "café")
    assert {calendar_rules.folded(name) for name in names} == {"café"}
