"""docs/json.md shows what the commands really answer, and describes each key."""

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cmflow import ledger
from cmflow.cli._output import as_json
from cmflow.git import discover
from cmflow.ledger import Ledger, approvals
from cmflow.model import Approval, Planned, Remote
from cmflow.schedule import steps
from tests import ROOT
from tests.cli.conftest import PLAN, Place

PAGE = (ROOT / "docs/json.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
POST = """\
---
title: The terrace opens
date: 2026-06-01 09:30
accounts: [sky]
campaign: sumer
media: [{file: content/media/terrace.png, alt: Tables in the sun}]
---
The terrace is open again ☀️ https://harbour.example/terrace #terrace
"""
COMMANDS = {
    "cmflow check --format json": ("--at", "2026-05-31 12:00"),
    "cmflow preview --format json": ("terrace",),
    "cmflow status --format json": ("--at", "2026-05-31 12:00"),
    "cmflow plan --format json": ("--at", "2026-05-31 12:00"),
    "cmflow approvals --format json": ("--at", "2026-05-31 12:00"),
    "cmflow log --format json": ("terrace",),
    "cmflow text --format json": ("--network", "bluesky"),
}
REVIEW = "cmflow review --out"
FEED = "calendar.json"
WORLDS = {  # the others: harbour
    "cmflow check --format json": "saved",
    "cmflow status --format json": "saved",
    "cmflow log --format json": "published",
    "cmflow plan --format json": "asking",
    "cmflow approvals --format json": "approved",
}
ASKS = """\
---
brand: Harbour Café
timezone: Europe/Paris
language: en
since: 2026-05-18
accounts: {sky: {network: bluesky, options: {handle: h.example}, per_week: 2, slots: [mon 09:30, thu 17:00]}}
pillars: {menu: {share: 60}, people: {share: 40}}
campaigns: {summer: {starts: 2026-06-01, ends: 2026-08-31}}
pauses: {holidays: {starts: 2026-06-08, ends: 2026-07-05}}
goals: {sky: [{metric: followers, target: 300, by: 2026-08-31, readings: {2026-05-18: 180, 2026-05-25: 196}}]}
---
Our plan.
"""
DUE = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
DIGEST = "1842d850684dff02426a6816eee9559e310eab012b35097242867ac2796c0ec6"
RUN = "https://github.com/harbour/posts/actions/runs/42"


@pytest.fixture
def harbour(bare: Place) -> Place:
    """The small repository that the page tells of."""
    bare.write(
        "content/plan.md",
        PLAN.replace("  short:\n", "  sky: {network: bluesky, options: {handle: h.example}}\n  short:\n"),
    )
    bare.write("content/posts/terrace.md", POST)
    (bare.root / "content/media").mkdir()
    Image.new("RGB", (40, 30)).save(bare.root / "content/media/terrace.png")
    return bare


@pytest.fixture
def saved(harbour: Place) -> Place:
    """The same, committed."""
    harbour.git("init", "-q", "--template=")
    harbour.commit()
    return harbour


@pytest.fixture
def published(harbour: Place) -> Place:
    """The same a week later: the terrace is on Bluesky."""
    harbour.git("init", "-q", "--template=")
    planned = Planned("terrace", "sky", DUE, timedelta(hours=6), DIGEST, path="content/posts/terrace.md")
    commit = "1f2e3d4c5b6a79880716253443526170f1e2d3c4"
    asked = steps.begin(None, planned, DIGEST, 1, RUN, commit, DUE + timedelta(minutes=7, seconds=4))
    remote = Remote("at://did:plc:harbour/app.bsky.feed.post/3mf1", "https://bsky.app/profile/h.example/post/3mf1")
    ben = Approval("ben", DUE - timedelta(days=3), 7, commit, ("ana",), (("sky", DIGEST),))
    approvals.save(Ledger(discover(harbour.root)), {"terrace": (ben,)}, DUE)
    writer, _ = ledger.open_writer(Ledger(discover(harbour.root)), lambda: DUE, lambda _: None)
    writer.record(steps.receive(asked, remote, RUN, DUE + timedelta(minutes=7, seconds=5)))
    return harbour


@pytest.fixture
def asking(harbour: Place) -> Place:
    """The same with a plan that asks for something."""
    harbour.write("content/plan.md", ASKS)
    harbour.write("content/posts/terrace.md", POST.replace("campaign: sumer", "campaign: summer\npillar: menu"))
    for day in (10, 17, 19):
        harbour.post(f"may-{day}", date=f"2026-05-{day} 09:30", accounts="[sky]")
    for hour in ("10:30", "12:30"):
        harbour.post(f"at-{hour[:2]}", date=f"2026-06-01 {hour}", accounts="[sky]", status="draft")
    return harbour


@pytest.fixture
def approved(harbour: Place) -> Place:
    """The same, where Ben has approved an earlier version."""
    harbour.git("init", "-q", "--template=")
    harbour.git("add", "-A")
    harbour.git("commit", "-q", "-m", "The terrace opens (#7)")
    commit = "1f2e3d4c5b6a79880716253443526170f1e2d3c4"
    ben = Approval("ben", DUE - timedelta(days=3), 7, commit, ("ana",), (("sky", DIGEST[::-1]),))
    approvals.save(Ledger(discover(harbour.root)), {"terrace": (ben,)}, DUE)
    return harbour


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_every_command_that_speaks_json_is_there() -> None:
    assert set(SECTIONS) == {*COMMANDS, REVIEW, FEED, "cmflow text --json-lines"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_the_answer(name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    harbour = request.getfixturevalue(WORLDS.get(name, "harbour"))
    said = "Héllo #world, see https://example.org"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said.encode())))
    answer = json.loads(harbour.run(*name.split()[1:], *COMMANDS[name]).out)
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[name], re.DOTALL)
    assert json.loads(shown) == answer


def test_the_example_of_a_review_is_what_it_writes(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    post = (harbour.root / "content/posts/terrace.md").rename(harbour.root / "terrace.md")
    harbour.write(".gitignore", ".cmflow/")
    harbour.git("init", "-q", "--template=")
    harbour.commit()
    harbour.git("switch", "-qc", "terrace")
    post.rename(harbour.root / "content/posts/terrace.md")
    event = {"number": 7, "pull_request": {"head": {"sha": "1f2e3d4c5b6a79880716253443526170f1e2d3c4"}}}
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(harbour.write(".cmflow/event.json", json.dumps(event))))
    harbour.run("review", "--base", "main", "--at", "2026-05-31 12:00", "--out", ".cmflow/review.json")
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[REVIEW], re.DOTALL)
    assert json.loads(shown) == json.loads((harbour.root / ".cmflow/review.json").read_text("utf-8"))


def test_the_example_of_a_feed_is_what_is_built(harbour: Place) -> None:
    plan = (harbour.root / "content/plan.md").read_text("utf-8")
    harbour.write("content/plan.md", plan.replace("late: 6h", "late: 6h\nsite: https://calendar.harbour.example"))
    harbour.run("build", "--at", "2026-05-31 12:00")
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[FEED], re.DOTALL)
    assert json.loads(shown) == json.loads((harbour.root / "_site/calendar.json").read_text("utf-8"))


@pytest.mark.parametrize("name", [*COMMANDS, REVIEW, FEED])
def test_every_key_is_described(name: str) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[name], re.DOTALL)
    described = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE))))
    assert set(keys(json.loads(shown))) <= described


def test_the_lines_of_json(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given, answered = re.findall(r"```json\n(.*?)```", SECTIONS["cmflow text --json-lines"], re.DOTALL)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    assert harbour.run("text", "--network", "mastodon", "--json-lines").out == answered


# ── in a terminal ───────────────────────────────────────────────────────────────────────────────────────────

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LINES = st.text(st.characters(), max_size=20)


@given(st.dictionaries(LINES, st.lists(LINES, max_size=3), max_size=3))
def test_json_says_the_same_and_holds_nothing_that_a_terminal_obeys(value: object) -> None:
    for indent in (None, 2):
        text = as_json(value, indent)
        assert json.loads(text) == value
        assert not OBEYED.search(text)


def test_scripts_and_emoji_stay_as_they_are() -> None:
    said = "Été 東京 שלום 👩‍🚀🏳️‍🌈 ☀️"
    assert as_json([said]) == f'["{said}"]'
    assert as_json("\x9b2J \u202eevil\u2028\udc80") == '"\\u009b2J \\u202eevil\\u2028\\udc80"'


def test_every_command_does_so(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    harbour.git("init", "-q", "--template=")
    harbour.write(
        "content/posts/terrace.md", POST.replace("terrace is", "terrace\u202e is").replace("sumer", "\u202eb")
    )
    harbour.commit()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("#a https://e.org/\u202e".encode())))
    for name, words in COMMANDS.items():
        result = harbour.run(*name.split()[1:], *words)
        json.loads(result.out)
        assert "\u202e" not in result.out
