"""What a run is about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Receipt, State, Variant
from cmflow.model.errors import NotSent
from cmflow.publish import selection
from cmflow.publish.selection import Selection, select
from cmflow.repository.due_cache import DueRow, Open
from cmflow.repository.due_index import still_open
from tests.repository.places import NOTHING, content, path, post, repository

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # ten o'clock in Paris
DUE = "2026-12-01 09:30"
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
EARLIER = "2026-11-02 09:30"


@pytest.fixture
def state(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path, {}))


def remember(state: Ledger, *deliveries: Delivery) -> None:
    files = {codec.path(each.post, each.account): codec.encode(each) for each in deliveries}
    state.repository.commit_files(state.branch, files, "Test", state.repository.tip(state.branch), NOW)


def sent(name: str, account: str = "toots", at: datetime = AT, **more: Any) -> Delivery:
    fields = {"receipts": (Receipt(0, "1", "", at),), "digest": "d"}
    return replace(Delivery(name, account, State.SENT, at), **(fields | more))


def chosen(files: Mapping[str, str], state: Ledger, now: datetime = NOW) -> Selection:
    here = content(files)
    return select(here, state, NOTHING, still_open(here, state, NOTHING, now, now), now)


def facts(found: Selection) -> list[tuple[str, str, bool]]:
    return [(each.post, each.account, each.blocked) for each in found.planned]


def codes(found: Selection) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in found.errors]


@pytest.mark.parametrize("key", ["reply_to", "quote", "repost"])
def test_what_was_sent_earlier_may_be_answered(state: Ledger, key: str) -> None:
    files = {path("old"): post(EARLIER), path("new"): post(DUE, more=f"{key}: old\n", body="New")}
    remember(state, sent("old", at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC)))
    found = chosen(files, state)
    assert (facts(found), found.errors) == ([("new", "toots", False)], ())


def test_what_is_answered_may_go_to_another_account_in_the_same_run(state: Ledger) -> None:
    """Its date was moved since it was sent to the one: only the ledger knows that it is there."""
    files = {
        path("old"): post("2026-12-01 09:50", "toots, tape", body="Old"),
        path("new"): post(DUE, more="reply_to: old\n", body="New"),
    }
    remember(state, sent("old"))
    assert facts(chosen(files, state)) == [("new", "toots", False), ("old", "tape", False)]


def test_what_is_not_there_cannot_be_answered(state: Ledger) -> None:
    files = {path("new"): post(DUE, more="reply_to: old\n", body="New")}
    found = chosen(files, state)
    assert (facts(found), codes(found)) == ([("new", "toots", True)], [(path("new"), "unknown-post")])


def test_nothing_is_due(state: Ledger) -> None:
    found = chosen({path("later"): post("2026-12-02 09:30")}, state)
    assert found == Selection((), (), ())


def test_what_cannot_be_read_is_said(state: Ledger) -> None:
    bad = post(DUE, more="unknown: key\n").replace("title: T", "title: [")
    here = content({path("bad"): bad})
    row = DueRow(AT.timestamp(), 3600.0, "bad", "toots", path("bad"))
    found = select(here, state, NOTHING, Open((row,), NOW.timestamp(), None), NOW)
    assert (found.planned, [each.path for each in found.unread]) == ((), [path("bad")])
    assert codes(found) == [(path("bad"), "yaml-syntax")]


def test_what_is_too_late_is_missed_without_being_read(state: Ledger) -> None:
    here = content({path("old"): post("2026-12-01 02:30", "toots, tape")})
    asked: list[str] = []

    def read(paths: Iterable[str]):  # type: ignore[no-untyped-def]
        asked.extend(wanted := list(paths))
        return here.source.read(wanted)

    watched = replace(here, source=replace(here.source, read=read))
    rows = still_open(here, state, NOTHING, NOW, NOW)
    found = select(watched, state, NOTHING, rows, NOW)
    assert ([each.account for each in found.planned], asked) == (["tape", "toots"], [])
    first = found.planned[0]
    assert (first.due, first.late, first.path) == (
        datetime(2026, 12, 1, 1, 30, tzinfo=UTC),
        timedelta(hours=6),
        path("old"),
    )


def test_what_has_begun_is_read_however_late_it_is(state: Ledger) -> None:
    at = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    remember(state, sent("old", at=at, state=State.UNSURE, receipts=()))
    found = chosen({path("old"): post("2026-12-01 02:30")}, state)
    assert [each.path for each in found.examined] == [path("old")]


def test_two_posts_of_one_id_are_both_held(state: Ledger) -> None:
    files = {path("a"): post(DUE, body="a"), path("b"): post("2026-12-09 10:00", more="id: A\n", body="b")}
    found = chosen(files, state)
    assert (facts(found), codes(found)) == ([("a", "toots", True)], [(path("a"), "duplicate-id")])


def test_of_what_is_not_due_yet_nothing_is_said(state: Ledger) -> None:
    more = "first_comment: |\n  {{ \nvariants:\n  tape: {date: 2026-12-09 10:00, media: [content/media/none.png]}\n"
    found = chosen({path("a"): post(DUE, "toots, tape", more)}, state)
    assert [each.account for each in found.planned] == ["toots"]
    assert {each.account for each in found.errors} <= {"", "toots"}


def test_the_same_text_twice_in_one_run_is_held_once(state: Ledger) -> None:
    found = chosen({path("a"): post(DUE), path("b"): post("2026-12-01 09:50")}, state)
    assert facts(found) == [("a", "toots", False), ("b", "toots", True)]


def test_a_post_that_was_given_another_id_is_seen(state: Ledger) -> None:
    remember(state, sent("old-name"), sent("elsewhere", "tape"), sent("long-ago", at=AT - timedelta(days=300)))
    found = chosen({path("new-name"): post(DUE, body="edited, too")}, state)
    assert (facts(found), codes(found)) == ([("new-name", "toots", True)], [(path("new-name"), "delivered-renamed")])
    there = {path("new-name"): post(DUE), path("old-name"): post(DUE, body="still there")}
    assert facts(chosen(there, state)) == [("new-name", "toots", False)]


# ── one, once more ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_post_to_one_account_is_due_when_it_is_asked_for(state: Ledger) -> None:
    files = {path("a"): post(EARLIER, "all"), path("draft"): post(EARLIER, more="status: draft\n", body="x")}
    here = content(files)

    def one(name: str, account: str, *twice: str) -> Selection:
        return selection.select_one(here, state, NOTHING, path(name), account, frozenset(twice), NOW)

    (only,) = one("a", "tape").planned
    assert (only.post, only.account, only.due, only.blocked) == ("a", "tape", NOW, False)
    assert one("a", "nobody").planned == one("draft", "toots").planned == ()
    held = one("a", "tape", "a")
    assert ([each.blocked for each in held.planned], codes(held)) == ([True], [(path("a"), "duplicate-id")])


# ── addresses of our own posts ──────────────────────────────────────────────────────────────────────────────


def test_what_it_refers_to_is_known_by_its_address(state: Ledger) -> None:
    receipts = (Receipt(0, "1", "https://toots.example/1", AT), Receipt(1, "2", "", AT))
    remember(state, sent("old", receipts=receipts, parts=2), sent("begun", state=State.SENDING))
    plain = Variant("new", "toots", "mastodon", NOW, (), reply_to="old", quote="old", repost="https://x.example/1")
    found = selection.placed(plain, state)
    assert (found.reply_to, found.quote, found.repost) == ("2", "https://toots.example/1", "https://x.example/1")
    for missing in ("begun", "nowhere"):
        with pytest.raises(NotSent, match=f"{missing} is not published on toots yet"):
            selection.placed(replace(plain, reply_to=missing), state)


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.sampled_from("abcdefghij"), max_size=12), st.integers(1, 9))
def test_every_account_is_in_exactly_one_part(accounts: list[str], of: int) -> None:
    rows = tuple(DueRow(float(number), 1.0, "p", account, "x") for number, account in enumerate(accounts))
    whole = Open(rows, 9.0, 12.0, frozenset({"p"}), "Europe/Paris", "key")
    parts = [selection.shard(whole, number, of) for number in range(1, of + 1)]
    assert sorted(row for part in parts for row in part.rows) == list(rows)
    homes = {account: {number for number, part in enumerate(parts) for row in part.rows if row.account == account}
             for account in accounts}  # fmt: skip
    assert all(len(each) == 1 for each in homes.values())
    assert len({part.key for part in parts} | {"key"}) == of + 1
    assert all(part._replace(rows=rows, key="key") == whole for part in parts)
