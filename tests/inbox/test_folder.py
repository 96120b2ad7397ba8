"""The inbox as files: what a person reads there, and that no text ever gets into git."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.inbox.folder import FolderHelpdesk
from cmflow.model.errors import SourceError
from tests.inbox.clock import Clock
from tests.inbox.contract import MARK, ONE_DESK, SHEET, TEXTS, HelpdeskContract, People, any_text_comes_back


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> FolderHelpdesk:
    return FolderHelpdesk(tmp_path, clock)


@pytest.fixture
def people(desk: FolderHelpdesk, clock: Clock) -> People:
    """They write files with an editor, and notes with `cmflow inbox reply`."""

    def change(ticket: str, pattern: str, text: str) -> None:
        path = desk.folder / f"{ticket}.md"
        before = path.read_text("utf-8")
        after = re.sub(pattern, lambda _: text, before, count=1, flags=re.MULTILINE)
        assert after != before
        path.write_text(after, "utf-8")
        os.utime(path, (clock.time.timestamp(),) * 2)

    def relabel(ticket: str, labels: tuple[str, ...]) -> None:
        listed = ", ".join(f'"{label}"' for label in labels)
        change(ticket, r'"labels": \[.*?\]', f'"labels": [{listed}]')

    def append(ticket: str, text: str) -> None:
        change(ticket, r"(?<=never what is below -->)$", f"\n\n{text}")

    return People(
        lambda ticket, author, text: void(desk.write(ticket, author, text)),
        relabel,
        lambda ticket, title: change(ticket, "^# .*$", f"# {title}"),
        append,
        lambda ticket: (desk.folder / f"{ticket}.md").unlink(),
    )


def void(_: object) -> None:
    pass


class TestFolder(HelpdeskContract):
    pass


@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
@ONE_DESK
def test_any_text_comes_back(desk: FolderHelpdesk, people: People, texts: tuple[str, str, str, str]) -> None:
    any_text_comes_back(desk, people, texts)


def test_people_can_read_the_file(desk: FolderHelpdesk, clock: Clock) -> None:
    id = desk.open(MARK, SHEET)
    clock.forward(minutes=5)
    note = desk.write(id, "leo", "/reply On its way!")
    assert (desk.folder / f"{id}.md").read_text("utf-8") == (
        '<!-- ticket {"mark": "cmflow-conversation 3f2a9c1d", "created": "2026-12-01T11:00:00+00:00", "open": true,'
        ' "labels": ["inbox", "complaint", "account: bakery"], "assignees": ["leo"]} -->\n'
        "# Complaint · Ana\n\n"
        f"<!-- cmflow-inbox cmflow-conversation 3f2a9c1d title {DIGEST} -->\n"
        "**`Ana`** wrote:\n\n- a\n- b\n\n"
        "<!-- cmflow-inbox end: cmflow changes what is above this line, and never what is below -->\n\n"
        f'<!-- note {{"id": "{note.id}", "author": "leo", "time": "2026-12-01T11:05:00+00:00", "mark": ""}} -->\n'
        "**`leo`** · 2026-12-01 11:05 UTC\n\n"
        "/reply On its way!\n"
    )


DIGEST = "bef856a7"


def test_no_text_gets_into_git(desk: FolderHelpdesk) -> None:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=desk.root, capture_output=True, text=True, check=True).stdout

    git("init", "-q")
    desk.open(MARK, SHEET)
    git("add", "-A", ".")
    assert git("status", "--porcelain", "--untracked-files=all") == ""
    (desk.folder / ".gitignore").unlink()
    assert "inbox" in git("status", "--porcelain", "--untracked-files=all")
    desk.open("other", SHEET)
    assert git("status", "--porcelain", "--untracked-files=all") == ""
    assert desk.folder.stat().st_mode & 0o077 == 0


def test_an_id_is_the_same_in_every_clone_and_never_another_conversation_s(tmp_path: Path, clock: Clock) -> None:
    first, second = FolderHelpdesk(tmp_path / "a", clock), FolderHelpdesk(tmp_path / "b", clock)
    second.open("other", SHEET)
    assert first.open(MARK, SHEET) == second.open(MARK, SHEET)
    assert first.open(MARK, SHEET) != second.open("third", SHEET)
    notes = {desk.write(desk.find(MARK, clock.time) or "", "leo", "x").id for desk in (first, second)}
    assert len(notes) == 2


def test_writers_at_the_same_time_lose_nothing(desk: FolderHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    with ThreadPoolExecutor(8) as pool:
        notes = set(pool.map(lambda number: desk.add(id, f"m{number}", "x").id, range(40)))
    ticket = desk.read(id)
    assert ticket and {note.id for note in ticket.notes} == notes and len(notes) == 40


def test_a_file_that_is_broken_by_hand_is_said_and_stops_nothing_else(desk: FolderHelpdesk, clock: Clock) -> None:
    broken, sound = desk.open(MARK, SHEET), desk.open("other", SHEET)
    path = desk.folder / f"{broken}.md"
    for text in ("", "Hello", "<!-- ticket {} -->\n# x\n", "<!-- ticket {]} -->\n# x\n"):
        path.write_text(text)
        with pytest.raises(SourceError, match=r"is not a ticket of the inbox any more\.$"):
            desk.read(broken)
        assert [ticket.id for ticket in desk.changes(clock.time - timedelta(days=9))] == [sound]
        assert desk.news(clock.time, [broken, sound]) == ()


def test_a_link_does_not_lead_out_of_the_repository(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "team" / ".cmflow").mkdir(parents=True)
    (tmp_path / "team" / ".cmflow" / "inbox").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="leads out of"):
        FolderHelpdesk(tmp_path / "team", clock).open(MARK, SHEET)
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_it_is_for_whoever_can_write_there(desk: FolderHelpdesk) -> None:
    assert (desk.is_public, desk.may_answer("anyone")) == (False, True)
