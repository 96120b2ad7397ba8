from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cmflow import render
from cmflow.model import Delivery, Entry, Key, Planned, Problem, State, Status, Trait
from cmflow.model.errors import SourceError
from cmflow.repository import examination, loader
from cmflow.repository.cache import Cache
from cmflow.repository.source import blob_id
from tests.netkit.media.test_prepare import bomb
from tests.repository.places import NOTHING, PLAN, PNG, TEMPLATE, content, path, post

AT = datetime(2026, 12, 1, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
MEDIA = "content/media/a.png"
FULL = post(
    accounts="all",
    more=f"id: one\ntags: [git]\nlate: 1h\nreply_to: two\nmedia: [{MEDIA}, content/media/gone.png]\n"
    "variants:\n  site: {date: 2026-12-02 10:00}\n  tape: {skip: yes}\n  toots: {media: [content/media/b.png]}\n",
    body="Hello\n\nyou " + "x" * 200,
)


def test_a_picture_that_must_be_scaled_is_decoded_before() -> None:
    """Its checksums are right, and most of its pixels are not there. As it is, the network might take it."""
    broken = bomb(9_000, 9_000)
    text = post(accounts="toots, site", more=f"media: [{MEDIA}]\n")
    examined = examination.examine(path("a"), text.encode(), content({path("a"): text, MEDIA: broken}))
    message, hint = f"{MEDIA} cannot be used. It is damaged.", "Export the file again, or choose another."
    problems = [problem for problem in examined.problems if problem.code.startswith("media")]
    assert problems == [Problem(path("a"), 5, "media-unreadable", message, hint)]
    assert dict(examined.changes).keys() == {("toots", MEDIA)}


def test_an_entry_keeps_what_the_calendar_needs() -> None:
    files = {path("a"): FULL, MEDIA: PNG, "content/media/b.png": PNG}
    here = content(files)
    examined = examination.examine(path("a"), FULL.encode(), here)
    toots, site = examined.variants
    excerpt = ("Hello you " + "x" * 200)[:119] + "…"
    assert [each.account for each in (toots, site)] == ["toots", "site"]
    assert {each.code for each in examined.problems} == {"media-missing"}
    assert examination.entry(examined, here) == Entry(
        path=path("a"),
        id="one",
        title="T",
        date=AT,
        status=Status.READY,
        language="en",
        tags=("git",),
        media=(
            (MEDIA, blob_id(PNG)),
            ("content/media/gone.png", ""),
            ("content/media/b.png", blob_id(PNG)),
        ),
        refers=(("reply_to", "two", 8),),
        planned=tuple(
            Planned(
                "one",
                each.account,
                each.time,
                timedelta(hours=1),
                each.digest,
                render.text_digest(each),
                1,
                excerpt,
                True,
                path("a"),
                traits=(Trait.PICTURE,),
                language="en",
            )
            for each in (toots, site)
        ),
        problems=examined.problems,
        text="Hello\nyou " + "x" * 200 + "\nT",
    )
    assert (toots.time, site.time) == (AT, AT.replace(day=2, hour=10, minute=0))


def test_the_text_of_an_entry_has_each_line_once() -> None:
    """What every account shows: texts, alt texts, a poll, what stands before the text and after it."""
    text = post(
        accounts="all",
        more="content_warning: Spoiler\npoll: {options: [Tea, Coffee]}\nfirst_comment: By the way\n"
        f"media: [{{file: {MEDIA}, alt: A red boat}}]\nvariants:\n  tape: {{text: Only on tape}}\n",
        body="Hello *you*\n\nHello again",
    )
    here = content({path("a"): text, MEDIA: PNG})
    found = examination.entry(examination.examine(path("a"), text.encode(), here), here).text.splitlines()
    assert len(found) == len({*found})
    assert {"Hello you", "Hello again", "Only on tape", "Spoiler", "Tea", "Coffee", "A red boat"} <= {*found}


def test_late_is_the_posts_then_the_accounts_then_the_plans() -> None:
    kept = loader.load(content({path("a"): post(accounts="all"), path("b"): post(more="late: 0m\n")}), NOTHING)
    found = {Key(each.post, each.account): each.late for one in kept for each in one.planned}
    assert found == {
        ("a", "toots"): timedelta(hours=6),
        ("a", "site"): timedelta(0),
        ("a", "tape"): timedelta(hours=6),
        ("b", "toots"): timedelta(0),
    }


def test_a_post_that_cannot_be_read_has_an_entry_with_its_problems() -> None:
    here = content({path("x/broken"): "Hello"})
    (kept,) = loader.load(here, NOTHING)
    assert (kept.id, kept.date, kept.planned, [each.code for each in kept.problems]) == (
        "broken",
        None,
        (),
        ["no-front-matter"],
    )


def test_a_template_that_fails_holds_its_accounts_back() -> None:
    here = content({path("a"): post(accounts="all"), "templates/networks/mastodon.md.j2": "\n{{ nothing }}"})
    examined = examination.examine(path("a"), post(accounts="all").encode(), here)
    assert [each.account for each in examined.variants] == ["site", "tape"]
    problem = Problem(
        "templates/networks/mastodon.md.j2", 2, "template-error", "There is no “nothing” in a template.", "", "toots"
    )
    assert [each for each in examined.problems if each.code != "late-short"] == [problem]
    toots, site, tape = examination.entry(examined, here).planned
    assert toots == Planned("a", "toots", AT, timedelta(hours=6), "", blocked=True, path=path("a"))
    assert (site.blocked, tape.blocked) == (False, False)


def test_without_a_plan_nothing_can_be_examined() -> None:
    with pytest.raises(SourceError, match=r"^The plan cannot be used.$"):
        examination.examine(path("a"), post().encode(), content({}, plan="x"))


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────


def test_problems_of_the_plan_the_files_the_posts_and_between_them() -> None:
    here = content({path("a"): post(), path("b"): post(more="id: a\n"), path("c"): "x", TEMPLATE: b"\xff"})
    kept = loader.load(here, NOTHING)
    found = {(each.path, each.code) for each in loader.problems(here, kept, {})}
    assert found >= {
        (TEMPLATE, "not-utf8"),
        (path("a"), "duplicate-id"),
        (path("b"), "duplicate-id"),
        (path("c"), "no-front-matter"),
    }
    assert list(loader.problems(here, kept, {})) == sorted(loader.problems(here, kept, {}))
    broken = content({}, plan="x")
    assert loader.problems(broken, (), {}) == broken.problems


def test_planned_are_the_deliveries_of_ready_posts_since_cmflow_took_over() -> None:
    files = {
        path("a"): post("2026-11-01 00:00", body="a"),
        path("b"): post("2026-10-31 23:59", body="b"),
        path("c"): post(more="status: draft\n", body="c"),
        path("d"): post("2026-11-05 10:00", "toots, site", "id: twice\n", body="d"),
        path("e"): post("2026-11-09 10:00", "toots", "id: twice\n", body="e"),
        path("f"): post("2026-11-12 10:00", "toots, site", "reply_to: a\n", body="f"),
    }

    def planned(plan: str) -> list[tuple[str, str, bool]]:
        here = content(files, plan=plan)
        found = loader.planned(here, loader.load(here, NOTHING), {})
        return [(each.path[14:15], each.account, each.blocked) for each in found]

    ours = [
        ("d", "toots", True),
        ("d", "site", True),
        ("e", "toots", True),
        ("f", "toots", False),
        ("f", "site", True),  # what it answers does not go there
    ]
    assert planned(PLAN) == [("a", "toots", False), *ours]
    assert planned(PLAN.replace("since: 2026-11-01\n", "")) == [("a", "toots", False), ("b", "toots", False), *ours]


def test_history_is_kept_as_it_is_written() -> None:
    """Not rendered, so that a template that fails does not matter; what people search for and see is there."""
    old = post(
        "2026-10-31 23:59", "all", "tags: [git]\nvariants: {site: {text: Hello *site*}}\n", "Hello **you**\n---\nTwo"
    )
    here = content({path("a"): old, TEMPLATE: "{{ nothing }}"})
    (entry,) = loader.load(here, NOTHING)
    examined = examination.survey(path("a"), old.encode(), here)
    due = datetime(2026, 10, 31, 23, 59, tzinfo=ZoneInfo("Europe/Paris"))
    late = {"toots": timedelta(hours=6), "site": timedelta(), "tape": timedelta(hours=6)}
    assert (examined.variants, examined.problems, entry.problems) == ((), (), ())
    assert entry.text == "Hello you\nTwo\nHello site"
    assert entry.planned == tuple(
        Planned("a", name, due, late[name], "", "", *about, path=path("a"), traits=traits, language="en")
        for name, about, traits in (
            ("toots", (2, "Hello you Two"), (Trait.THREAD,)),
            ("site", (1, "Hello site"), ()),
            ("tape", (2, "Hello you Two"), (Trait.THREAD,)),
        )
    )
    whole = examination.examine(path("a"), old.encode(), here)
    assert ({each.code for each in whole.problems}, whole.history) == ({"template-error"}, ())


def test_a_variant_that_comes_later_than_its_post_is_no_history() -> None:
    later = post("2026-10-31 23:59", "toots, site", "variants: {site: {date: 2026-12-02 10:00}}\n", "x " * 300)
    here = content({path("a"): later})
    (entry,) = loader.load(here, NOTHING)
    assert [(each.account, bool(each.digest)) for each in entry.planned] == [("toots", False), ("site", True)]
    assert [each.account for each in loader.planned(here, [entry], {})] == ["site"]
    assert [each.code for each in entry.problems] == ["late-short"]  # which is about the site
    wrong = loader.load(content({path("a"): later.replace("{site: {", "{toots: {")}), NOTHING)[0].problems
    assert ("text-too-long", "toots") in {(each.code, each.account) for each in wrong}


def test_what_was_sent_counts_for_what_is_planned() -> None:
    here = content({path("new"): post()})
    kept = loader.load(here, NOTHING)
    (one,) = loader.planned(here, kept, {})
    sent = Delivery("old", "toots", State.SENT, one.due, digest=one.digest)
    (other,) = loader.planned(here, kept, {Key("old", "toots"): sent})
    assert (one.blocked, other.blocked) == (False, True)


def test_what_was_examined_before_is_not_examined_again(tmp_path: Path) -> None:
    cache, seen = Cache(tmp_path), list[tuple[int, int]]()
    files = {path("a"): post(), path("b"): post(more=f"media: [{MEDIA}]\n"), path("c"): "x", MEDIA: PNG}

    def load(**changes: Any) -> tuple[Entry, ...]:
        seen.clear()
        here = content({**files, **changes}, cache)
        found = loader.load(here, cache, lambda done, of: seen.append((done, of)))
        assert found == loader.load(here, NOTHING)
        return found

    assert [each.path for each in load()] == [path("a"), path("b"), path("c")]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    load()
    assert seen == []
    load(**{MEDIA: "no picture"})
    assert seen == [(1, 1)]
    load(**{path("a"): post("2027-01-01 10:00")})
    assert seen == [(1, 2), (2, 2)]  # the picture is back
    del files[path("c")]
    load()
    load()
    assert seen == []


def test_workers_find_what_one_process_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path(f"p{number}"): post(accounts="all", body=f"{number}") for number in range(9)}
    files[path("p3")] = "x"
    here = content({**files, "templates/networks/webhook.md.j2": "{{ nothing }}"})
    alone = loader.load(here, NOTHING)
    monkeypatch.setattr(loader, "WORTH_WORKERS", 1)
    monkeypatch.setattr(loader, "CHUNK", 2)
    assert loader.load(here, NOTHING) == alone
    assert len(alone) == 9
    assert alone[0].date is not None
    assert alone[0].date.astimezone(UTC) == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "more", "held"),
    [
        ("2026-12-18 23:59", "", ()),
        ("2026-12-19 00:00", "", ("toots", "site")),
        ("2026-12-18 23:59 -01:00", "", ("toots", "site")),  # already the next day in the zone of the plan
        ("2027-01-03 23:59", "", ("toots", "site")),
        ("2027-01-04 00:00", "", ()),
        ("2026-12-24 09:30", "ignore_pauses: yes\n", ()),
        ("2026-12-24 09:30", "ignore_pauses: no\n", ("toots", "site")),
        ("2026-12-24 09:30", "variants: {site: {date: 2027-01-04 09:30}}\n", ("toots",)),
        ("2026-12-18 09:30", "variants: {site: {date: 2026-12-24 09:30}}\n", ("site",)),
    ],
)
def test_a_pause_holds_what_its_days_hold(date: str, more: str, held: tuple[str, ...]) -> None:
    plan = PLAN.replace("groups:", "pauses: {holidays: {starts: 2026-12-19, ends: 2027-01-03}}\ngroups:")
    [kept] = loader.load(content({path("a"): post(date, "toots, site", more)}, plan=plan), NOTHING)
    why = "its date is in the pause holidays, 2026-12-19 to 2027-01-03"
    assert {each.account: each.held for each in kept.planned} == {
        name: why if name in held else "" for name in ("toots", "site")
    }


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("Short", "Short"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("word " * 30, "word " * 23 + "word…"),
        ("word " * 23 + "Growing and more", "word " * 22 + "word…"),
    ],
)
def test_an_excerpt_ends_with_a_word_and_a_sign(text: str, excerpt: str) -> None:
    here = content({path("a"): post(body=text)})
    examined = examination.examine(path("a"), post(body=text).encode(), here)
    assert [each.excerpt for each in examination.entry(examined, here).planned] == [excerpt]
