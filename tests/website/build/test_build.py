"""An edition of the site: whatever happened since the last one, the folder ends as if it had been made from nothing."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights import statistics
from cmflow.insights.statistics import Period, Question, Source, Statistics
from cmflow.model import Approval, Change, Delivery, Entry, Key, Plan, Receipt, State
from cmflow.model.errors import TemplateError
from cmflow.repository.cache import Cache
from cmflow.repository.loader import Progress
from cmflow.website import build
from cmflow.website.build import Inputs, Measures
from cmflow.website.build.disk import DiskFolder, StagedFolder
from tests.examples import examples
from tests.repository.places import PLAN, content, path, post
from tests.website.calendars import TEMPLATES

NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
POSTS = {
    path("one"): post(),
    path("two"): post("2026-12-20 09:30", "toots, site", body="Second"),
    path("three"): post("2027-01-04 10:00", "tape", body="Third"),
}
SENT = Delivery(
    "one", "toots", State.SENT, AT, parts=1, receipts=(Receipt(0, "1", "https://social.example/1", AT),), digest="d"
)
PAGES = ["posts/one.html", "posts/three.html", "posts/two.html"]
MONTHS = [
    *("2026-12.html", "2027-01.html", "data/2026-12.js", "data/2027-01.js"),
    *("data/2026-12-texts.js", "data/2027-01-texts.js"),
]
FEEDS = [
    *("accounts/site.ics", "accounts/tape.ics", "accounts/toots.ics", "calendar.csv", "calendar.ics", "calendar.json"),
    "sent.rss",
]
FRONT = ["calendar.js", "data/site.js", "index.html", "plan.html", "post.js", "style.css"]


@dataclass(frozen=True)
class World:
    """What an edition is made of."""

    posts: Mapping[str, str] = field(default_factory=lambda: dict(POSTS))
    deliveries: tuple[Delivery, ...] = (SENT,)
    now: datetime = NOW
    plan: str = PLAN
    templates: Mapping[str, str] = field(default_factory=lambda: dict(TEMPLATES), repr=False)
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    web: str = ""
    approvals: Mapping[str, tuple[Approval, ...]] = field(default_factory=dict)
    measures: Measures | None = None


def made(world: World, site: Path, cache: Cache) -> int:
    return fill(world, DiskFolder(site), cache)


def fill(world: World, folder: build.Folder, cache: Cache, progress: Progress | None = None) -> int:
    known = {Key(each.post, each.account): each for each in world.deliveries}
    said = Inputs(
        *(known, world.now, world.templates, None, world.history, world.web),
        approvals=world.approvals,
        measures=world.measures,
    )
    return build.make(content(world.posts, cache, world.plan), said, cache, folder, progress)


def there(site: Path) -> dict[str, bytes]:
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()}


@dataclass(frozen=True)
class Desk:
    """One folder, made again and again."""

    site: Path
    cache: Cache

    def make(self, world: World) -> list[str]:
        """The files that are new, other ones than before, or no more."""
        before = there(self.site)
        written = made(world, self.site, self.cache)
        after = there(self.site)
        touched = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        assert written >= len([name for name in touched if name in after])
        return touched


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "site", Cache(tmp_path / "cache"))


def but_clock(touched: list[str]) -> list[str]:
    """Without what says when it was made, and how publishing is doing now; and without the feeds."""
    return [name for name in touched if name not in {*FRONT, *FEEDS}]


def measured(name: str, made: list[str]) -> Measures:
    """Readings of that name; each time statistics are made of them, `made` gets it."""

    def assess(plan: Plan, entries: Sequence[Entry]) -> Statistics:
        made.append(name)
        question = Question(Period(NOW - timedelta(days=90), NOW))
        return statistics.assess(Source(plan, entries, {}, {}), question, NOW)

    return Measures(name, assess)


def test_statistics_are_made_again_only_where_readings_or_posts_in_the_ledger_changed(desk: Desk) -> None:
    made: list[str] = []
    desk.make(World(measures=measured("first", made)))
    assert "Nothing has been measured yet." in (desk.site / "statistics.html").read_text()
    assert desk.make(World(measures=measured("first", made))) == []
    desk.make(World(measures=measured("second", made)))
    edited = {**POSTS, path("two"): post("2026-12-20 09:30", "toots, site", body="Hello again")}
    desk.make(World(edited, measures=measured("second", made)))
    assert made == ["first", "second"]
    edited[path("one")] = post(body="Edited")  # which was sent
    desk.make(World(edited, measures=measured("second", made)))
    (desk.site / "statistics.html").unlink()
    assert desk.make(World(edited, measures=measured("second", made))) == ["statistics.html"]
    assert made == ["first", "second", "second", "second"]


def test_everything_then_nothing(desk: Desk) -> None:
    assert made(World(), desk.site, desk.cache) == len([*PAGES, *MONTHS, *FRONT, *FEEDS])
    assert sorted(there(desk.site)) == sorted([*PAGES, *MONTHS, *FRONT, *FEEDS])
    assert made(World(), desk.site, desk.cache) == 0


def test_without_a_cache_all_is_looked_at_and_only_what_differs_is_written(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Cache(None))
    assert len(desk.make(World())) == len([*PAGES, *MONTHS, *FRONT, *FEEDS])
    assert desk.make(World()) == []


def test_a_post_that_was_edited(desk: Desk) -> None:
    desk.make(World())
    edited = World({**POSTS, path("two"): post("2026-12-20 09:30", "toots, site", body="Hello again")})
    assert but_clock(desk.make(edited)) == ["data/2026-12-texts.js", "data/2026-12.js", "posts/two.html"]


def test_a_post_that_moved_to_another_month(desk: Desk) -> None:
    desk.make(World())
    moved = World({**POSTS, path("three"): post("2027-02-04 10:00", "tape", body="Third")})
    assert but_clock(desk.make(moved)) == [
        *("2026-12.html", "2027-01.html", "2027-02.html"),  # December leads to the next month
        *("data/2027-01-texts.js", "data/2027-01.js", "data/2027-02-texts.js", "data/2027-02.js", "posts/three.html"),
    ]
    assert not (desk.site / "2027-01.html").exists()


def test_a_delivery_that_went_out(desk: Desk) -> None:
    desk.make(World())
    out = World(deliveries=(SENT, replace(SENT, post="two", due=AT + timedelta(days=1))))
    assert but_clock(desk.make(out)) == ["2026-12.html", "data/2026-12.js", "posts/two.html"]


def test_time_that_went_by(desk: Desk) -> None:
    desk.make(World())
    assert but_clock(desk.make(World(now=NOW + timedelta(hours=1)))) == []
    assert but_clock(desk.make(World(now=NOW + timedelta(days=20)))) == [
        *("2026-12.html", "data/2026-12.js", "posts/two.html")
    ]


def test_what_git_remembers(desk: Desk) -> None:
    desk.make(World())
    change = Change(AT, "Ana", "Write it", "c" * 40)
    assert but_clock(desk.make(World(history={path("two"): (change,)}))) == ["data/2026-12.js", "posts/two.html"]
    assert b"Ana" in (desk.site / "posts/two.html").read_bytes()
    assert but_clock(desk.make(World(history={path("two"): (replace(change, pull=7),)}))) == ["posts/two.html"]


def test_what_people_approved(desk: Desk) -> None:
    desk.make(World())
    said = {"two": (Approval("ana", AT, 12, "c" * 40, (), (("toots", "other"),)),)}
    assert but_clock(desk.make(World(approvals=said))) == ["posts/two.html"]
    assert "approved an earlier version" in (desk.site / "posts/two.html").read_text()


def test_a_problem_with_another_post_stands_on_both_pages(desk: Desk) -> None:
    plan = PLAN.replace("alt_text: no", "alt_text: no, min_gap: 30m")
    desk.make(World(plan=plan))
    near = World({**POSTS, path("four"): post("2026-12-20 09:40", body="Near")}, plan=plan)
    assert "posts/four.html" in desk.make(near)
    assert "min-gap" in (desk.site / "posts/four.html").read_text()


def test_a_post_that_is_gone_leaves_nothing_but_what_the_ledger_knows(desk: Desk) -> None:
    desk.make(World())
    (desk.site / "posts/mine.html").write_text("not cmflow's")
    left = {name: text for name, text in POSTS.items() if name == path("two")}
    touched = desk.make(World(left))
    assert sorted(there(desk.site / "posts")) == ["mine.html", "one.html", "two.html"]
    assert "posts/one.html" in touched
    assert "social.example" in (desk.site / "posts/one.html").read_text()


def test_a_page_that_somebody_took_away(desk: Desk) -> None:
    desk.make(World())
    lost = ["2026-12.html", "data/2027-01.js", "posts/two.html", "style.css"]
    for name in lost:
        (desk.site / name).unlink()
    assert desk.make(World()) == lost


def test_a_page_that_was_cut_off(desk: Desk) -> None:
    """The run that wrote it ended before it could remember the edition."""
    desk.make(World())
    (desk.site / "posts/two.html").write_text("<!doctype ht")
    shutil.rmtree(desk.cache.folder or desk.site)
    assert desk.make(World()) == ["posts/two.html"]


def test_the_page_of_history_that_was_taken_away_is_as_it_was(desk: Desk) -> None:
    world = World({**POSTS, path("old"): post("2026-10-20 09:30", "all", body="Old")})
    desk.make(world)
    before = there(desk.site)
    (desk.site / "posts/old.html").unlink()
    assert desk.make(world) == ["posts/old.html"]
    assert there(desk.site) == before


def test_what_is_deleted_leaves_the_site_though_the_cache_was_lost(desk: Desk) -> None:
    """As after an update of cmflow. What is not the site's stays, and so does everything in a folder that is none."""
    desk.make(World())
    (desk.site / "posts/notes.txt").write_text("mine")
    (desk.site / "2027-01-2.html").write_text("the second sheet of a month")
    (desk.site / "inbox.html").write_text("of a plan that had one")
    shutil.rmtree(desk.cache.folder or desk.site)
    fewer = World({name: text for name, text in POSTS.items() if name != path("three")})
    months = ["2027-01-2.html", "2027-01.html"]
    gone = [*months, "data/2027-01-texts.js", "data/2027-01.js", "inbox.html", "posts/three.html"]
    assert [name for name in but_clock(desk.make(fewer)) if not (desk.site / name).exists()] == gone
    (desk.site / "data/site.js").write_text("another program's")
    (desk.site / "posts/other.html").write_text("mine")
    shutil.rmtree(desk.cache.folder or desk.site)
    desk.make(fewer)
    assert {"posts/notes.txt", "posts/other.html"} <= there(desk.site).keys()


class Killed(BaseException):
    pass


class FragileFolder(DiskFolder):
    """The build is killed when it removes what is not shown any more: all pages are written, and nothing is saved."""

    def remove(self, path: str) -> None:
        raise Killed


@pytest.mark.parametrize("posts", [{**POSTS, path("two"): post(body="Oops")}, {**POSTS, path("ten"): post()}])
def test_what_a_killed_build_has_written_is_made_again_or_removed(
    desk: Desk, tmp_path: Path, posts: Mapping[str, str]
) -> None:
    """Though its changes are undone before the next one."""
    desk.make(World())
    posts = {name: text for name, text in posts.items() if name != path("three")}
    with pytest.raises(Killed):
        fill(World(posts), FragileFolder(desk.site), desk.cache)
    desk.make(World())
    made(World(), tmp_path / "other", Cache(None))
    assert there(desk.site) == there(tmp_path / "other")
    assert desk.make(World()) == []


class UnseenStage(StagedFolder):
    """The build is killed before its pages come out of the stage."""

    def show(self) -> None:
        raise Killed


class UnsettledStage(StagedFolder):
    """The build is killed when its pages are out of the stage, and the rest is not."""

    def settle(self) -> None:
        raise Killed


@pytest.mark.parametrize("kind", [UnseenStage, UnsettledStage])
def test_what_never_left_the_stage_is_made_again(desk: Desk, tmp_path: Path, kind: type[StagedFolder]) -> None:
    desk.make(World())
    world, stage = World({**POSTS, path("two"): post(body="Oops")}), kind(DiskFolder(desk.site))
    with pytest.raises(Killed):
        fill(world, stage, desk.cache)
    stage.forget()
    desk.make(world)
    made(world, tmp_path / "other", Cache(None))
    assert there(desk.site) == there(tmp_path / "other")


def test_people_have_their_page_before_programs_have_their_feeds(desk: Desk) -> None:
    desk.make(World({**POSTS, path("two"): post(body="Before")}))
    seen = list[tuple[bool, bool]]()

    def look() -> None:
        files = there(desk.site)
        seen.append((b"After" in files["posts/two.html"], b"After" in files["calendar.ics"]))

    world = World({**POSTS, path("two"): post(body="After")})
    fill(world, StagedFolder(DiskFolder(desk.site), look), desk.cache)
    look()
    fill(world, StagedFolder(DiskFolder(desk.site), look), desk.cache)
    assert seen == [(True, False), (True, True)], "and who looks is told once, and of nothing where nothing has changed"


def test_feeds_are_there_while_they_are_made_anew(desk: Desk) -> None:
    """After a change of the plan nothing is as it was; a program may ask at any time."""
    desk.make(World())
    seen = list[set[str]]()
    stage = StagedFolder(DiskFolder(desk.site), lambda: seen.append({*there(desk.site)}))
    feeds = {file for file in there(desk.site) if file.endswith((".ics", ".rss", ".csv", ".json"))}
    fill(World(plan=f"{PLAN}\nOne more sentence.\n"), stage, desk.cache)
    assert [feeds - files for files in seen] == [set()]


def test_who_looks_when_told_sees_no_post_that_was_deleted(desk: Desk) -> None:
    desk.make(World())
    seen = list[bool]()
    fewer = World({name: text for name, text in POSTS.items() if name != path("three")})
    stage = StagedFolder(DiskFolder(desk.site), lambda: seen.append("posts/three.html" in there(desk.site)))
    fill(fewer, stage, desk.cache)
    assert seen == [False]


def test_a_template_that_was_changed(desk: Desk) -> None:
    desk.make(World())
    name = "templates/site/post.html.j2"
    changed = {**TEMPLATES, name: TEMPLATES[name].replace("<article", '<article id="post"')}
    assert desk.make(World(templates=changed)) == PAGES


def test_a_template_that_cannot_be_filled_in(desk: Desk) -> None:
    with pytest.raises(TemplateError, match="cannot be filled in"):
        desk.make(World(templates={**TEMPLATES, "templates/site/post.html.j2": "{{ nothing.at.all }}"}))


@pytest.mark.parametrize("page", ["index", "month", "plan"])
def test_what_was_examined_is_kept_though_a_page_cannot_be_made(desk: Desk, page: str) -> None:
    world = World(templates={**TEMPLATES, f"templates/site/{page}.html.j2": "{{ nothing.at.all }}"})
    examined: list[int] = []
    for _ in range(2):
        with pytest.raises(TemplateError, match="cannot be filled in"):
            fill(world, DiskFolder(desk.site), desk.cache, lambda done, _: examined.append(done))
    assert examined == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize("page", ["post", "month"])
def test_a_template_that_cannot_be_filled_in_by_other_processes(desk: Desk, page: str) -> None:
    many = {
        path(f"p{number:03}"): post(f"2026-{number % 12 + 1:02}-15 09:30", body=f"{number}") for number in range(220)
    }
    name = f"templates/site/{page}.html.j2"
    with pytest.raises(TemplateError, match="cannot be filled in") as caught:
        desk.make(World(many, templates={**TEMPLATES, name: "{{ nothing.at.all }}"}))
    assert (caught.value.path, caught.value.line) == (name, 1)


def test_two_posts_with_one_id(desk: Desk) -> None:
    other = path("sub/one")
    desk.make(World({**POSTS, other: post("2026-12-05 09:30", body="The other")}))
    assert sorted(there(desk.site / "posts")) == ["one.html", "three.html", "two.html"]
    assert "duplicate-id" in (desk.site / "posts/one.html").read_text()


def test_a_post_that_cannot_be_read_has_no_page(desk: Desk) -> None:
    desk.make(World({**POSTS, path("broken"): "no front matter"}))
    assert sorted(there(desk.site / "posts")) == ["one.html", "three.html", "two.html"]


def test_links_lead_to_the_repository(desk: Desk) -> None:
    desk.make(World())
    assert len(but_clock(desk.make(World(web="https://github.com/harbour/posts")))) >= len(PAGES)
    assert "https://github.com/harbour/posts/edit/main/" in (desk.site / "posts/two.html").read_text()


@pytest.mark.slow
def test_by_many_hands(tmp_path: Path) -> None:
    """Two hundred posts in many months are made by several processes, and as one would make them."""
    many = {
        path(f"p{number:03}"): post(f"2026-{number % 12 + 1:02}-15 {number % 24:02}:{number % 60:02}", body=f"{number}")
        for number in range(220)
    }
    cold, kept = Desk(tmp_path / "a", Cache(None)), Desk(tmp_path / "b", Cache(tmp_path / "cache"))
    assert len(cold.make(World(many, ()))) == 220 + 36 + len([*FRONT, *FEEDS])
    kept.make(World({name: text.replace("T\n", "U\n") for name, text in many.items()}, ()))
    kept.make(World(many, ()))
    assert there(cold.site) == there(kept.site)


# ── whatever happens ────────────────────────────────────────────────────────────────────────────────────────

NAMES = st.sampled_from(["one", "two", "three", "sub/one", "four"])
DATES = st.sampled_from(["2026-12-01 09:30", "2026-12-01 09:40", "2026-12-20 23:30", "2027-01-04 10:00", "nonsense"])
WHOM = st.sampled_from(["toots", "toots, site", "tape", "nobody"])
MORE = st.sampled_from(["", "status: draft\n", "campaign: summer\n", "reply_to: one\n", "id: two\n"])
TEXTS = st.dictionaries(NAMES.map(path), st.builds(post, DATES, WHOM, MORE, st.sampled_from(["Hello", "Else"])))
STATES = st.sampled_from([State.SENT, State.FAILED, State.UNSURE, State.MISSED, State.SENDING, State.SKIPPED])
DELIVERIES = st.lists(
    st.builds(
        Delivery,
        st.sampled_from(["one", "two", "lost"]),
        st.sampled_from(["toots", "old"]),
        STATES,
        st.just(AT),
        parts=st.just(1),
        receipts=st.sampled_from([(), SENT.receipts]),
    ),
    max_size=3,
).map(tuple)
WORLDS = st.builds(
    World,
    TEXTS,
    DELIVERIES,
    st.sampled_from([NOW, NOW + timedelta(days=30)]),
    st.sampled_from([PLAN, PLAN.replace("language: en", "language: fr")]),
)


@pytest.mark.slow
@examples(40)
@given(st.lists(WORLDS, min_size=2, max_size=4))
def test_every_edition_is_as_if_it_were_the_first(worlds: list[World]) -> None:
    with TemporaryDirectory() as folder:
        top = Path(folder)
        desk = Desk(top / "site", Cache(top / "cache"))
        for number, world in enumerate(worlds):
            desk.make(world)
            fresh = top / f"fresh-{number}"
            made(world, fresh, Cache(None))
            assert there(desk.site) == there(fresh)
