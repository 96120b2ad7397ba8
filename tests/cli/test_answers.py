"""A dry run's answer is kept for as long as it would be given again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import schedule
from cmflow.cli import _runs
from cmflow.cli._answers import Answer, answer
from cmflow.cli._context import Opened
from cmflow.git import Repository
from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Planned, State
from cmflow.repository.cache import Cache
from cmflow.repository.due_cache import Open, Row
from tests.cli.conftest import Place, Result
from tests.examples import examples
from tests.repository.places import PLAN, path, post, repository, run

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
START = NOON.timestamp()
HOUR = 3600.0
TABLE = Open((Row(START, HOUR, "a", "team", "a.md"), Row(START + 2 * HOUR, HOUR, "b", "team", "b.md")), START, None)


class Ask:
    """Counts how often it was asked."""

    def __init__(self, until: float = float("inf")) -> None:
        self.until, self.asked = until, 0

    def __call__(self) -> Answer:
        self.asked += 1
        return Answer([f"{self.asked}"], [], 4, self.until)


@pytest.mark.parametrize(
    ("found", "until", "first", "second", "kept"),
    [
        (TABLE, float("inf"), 0.5, 0.9, True),
        (TABLE, float("inf"), 0.5, 1.0, False),  # a is too late
        (TABLE, float("inf"), 0.5, 0.4, False),  # of what was before, it says nothing
        (TABLE, float("inf"), 1.5, 2.0, False),  # b is due
        (TABLE, float("inf"), 2.5, 3.0, False),  # b is too late
        (TABLE, float("inf"), 3.5, 99.0, True),
        (TABLE, START + 0.7 * HOUR, 0.5, 0.7, False),  # something is tried again
        (TABLE._replace(then=START + 0.7 * HOUR), float("inf"), 0.5, 0.7, False),  # another one is due
        (TABLE._replace(then=START + 0.7 * HOUR), float("inf"), 0.5, 0.6, True),
    ],
)
def test_until_something_turns(
    tmp_path: Path, found: Open, until: float, first: float, second: float, kept: bool
) -> None:
    cache, ask = Cache(tmp_path), Ask(until)
    given = [answer(found, NOON + timedelta(hours=hours), cache, ask) for hours in (first, second)]
    assert (given[0].said == given[1].said, ask.asked) == (kept, 1 if kept else 2)
    assert answer(found._replace(key="other"), NOON, cache, ask).said == [f"{ask.asked}"]


# ── against an answer that was never kept ───────────────────────────────────────────────────────────────────

LATE = "late: 90m\n"
FILES = {
    "content/plan.md": PLAN,
    path("one"): post("2026-12-01 12:00", "tape", LATE, "One"),
    path("two"): post("2026-12-01 13:30", "tape, toots", LATE, "Two"),
    path("three"): post("2026-12-01 15:00", "tape", LATE, "Three"),
    path("bad"): post("2026-12-01 12:30", "tape", LATE + "unknown: key\n", "Bad"),
    path("moved"): post("2026-12-01 14:10", "tape", LATE, "Moved"),
    "templates/networks/post.md.j2": "{{ text }}\n",
}
CHANGES = [
    {path("one"): post("2026-12-01 12:20", "tape", LATE, "One")},
    {path("four"): post("2026-12-01 13:00", "tape", LATE, "Four")},
    {"templates/networks/post.md.j2": "{{ text }} {{ nothing }}\n"},
    {"templates/networks/outbox.md.j2": "{% if %}"},
    {"content/plan.md": PLAN.replace("tape: {network: outbox}", "tape: {network: outbox, late: 5h}")},
]
AT = datetime(2026, 12, 1, 11, tzinfo=UTC)
PLANNED = Planned("one", "tape", AT, timedelta(hours=1), "digest")
ASKED = schedule.begun(None, PLANNED, "", 1, "run 1", "c", AT)
DELIVERIES = st.lists(
    st.builds(
        lambda name, state, minutes: replace(
            ASKED, post=name, state=state, retry_at=AT + timedelta(minutes=minutes) if minutes else None
        ),
        st.sampled_from(["one", "two", "three", "moved"]),
        st.sampled_from(State),
        st.sampled_from([0, 45, 130]),
    ),
    max_size=3,
    unique_by=lambda each: each.post,
)
MOMENTS = st.integers(0, 60).map(lambda number: AT + timedelta(minutes=5 * number))
STEPS = st.lists(MOMENTS | DELIVERIES | st.sampled_from(CHANGES), min_size=3, max_size=6)


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("git"), FILES)


def commit(git: Repository, files: Mapping[str, str | None]) -> None:
    data = {name: None if text is None else text.encode() for name, text in files.items()}
    git.commit_files(run(git.root, "symbolic-ref", "--short", "HEAD"), data, "Change", git.head(), NOON)


def remember(git: Repository, deliveries: list[Delivery]) -> None:
    home = Ledger(git)
    tip = git.tip(home.branch)
    files = {codec.place(each.post, each.account): codec.encode(each) for each in deliveries}
    git.commit_files(home.branch, dict.fromkeys(git.tree(tip) if tip else (), None) | files, "Test", tip, NOON)


def said(git: Repository, cache: Cache, at: datetime) -> tuple[object, ...]:
    from cmflow.cli.publish import _answer

    here = Opened(git.root, git, cache)
    found = here.due(at, at)
    return tuple(_answer(here, found, at, timedelta(0))[:3]) if found.rows else ()


@examples(3)
@given(steps=STEPS)
def test_it_is_what_a_fresh_look_says(git: Repository, steps: list[object]) -> None:
    commit(git, {path("four"): None, "templates/networks/outbox.md.j2": None, **FILES})
    remember(git, [])
    with TemporaryDirectory() as folder:
        for step in [AT, *steps, AT + timedelta(hours=2)]:
            if isinstance(step, list):
                remember(git, step)
            elif isinstance(step, dict):
                commit(git, step)
            else:
                assert isinstance(step, datetime)
                assert said(git, Cache(Path(folder)), step) == said(git, Cache(None), step)


def test_it_is_kept_across_commands(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.soon("hello")
    place.commit()
    first = place.run("publish", "--dry-run")
    assert first.code == 4

    def never(*_: object) -> Answer:
        raise AssertionError("it was asked again")

    monkeypatch.setattr(_runs, "would_send", never)
    assert place.run("publish", "--dry-run") == first == Result(4, first.out, "")
    monkeypatch.undo()
