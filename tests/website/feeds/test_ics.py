"""Calendars as another program's library reads them, and the form that RFC 5545 asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights import status
from cmflow.model import Account, Change, Delivery, Entry, Event, State, Status
from cmflow.website.feeds import ics
from cmflow.website.feeds.agenda import collect
from tests.website.calendars import NOW, PLAN, at, calendar, entry, sent

SITE = "https://c.example/cal"
HOSTILE = 'A; b, c\\n \\ "q" \r\nEND:VCALENDAR\nBEGIN:VEVENT\u2028x\u0085y\x00\x1b ‮z 日本語 👩‍👩‍👧'


def files(*entries: Entry, address: str = SITE, **more: object) -> dict[str, str]:
    return dict(ics.files(collect(calendar(*entries, **more), address)))  # type: ignore[arg-type]


def read(text: str) -> icalendar.Calendar:
    """The calendar, where nothing in it was found wrong."""
    found = icalendar.Calendar.from_ical(text)
    assert isinstance(found, icalendar.Calendar)
    assert not [error for each in found.walk() for error in each.errors]
    return found


def events(text: str) -> list[icalendar.Event]:
    return list(read(text).events)


def uids(made: dict[str, str], file: str = "calendar.ics") -> list[str]:
    return [str(each["UID"]) for each in events(made[file])]


def test_a_calendar_as_a_program_shows_it() -> None:
    post = entry("a", at(9), ("x-en", "team"), campaign="launch", pillar="trust", tags=("git", "a,b"))
    change = Change(at(7, 6), "Ana", "Write it", "1")
    made = files(post, history={post.path: (change,)})
    whole = read(made["calendar.ics"])
    assert (whole["VERSION"], whole["X-WR-CALNAME"], whole["NAME"]) == ("2.0", PLAN.brand, PLAN.brand)
    (event,) = whole.events
    assert event["SUMMARY"] == "Title of a (team, x-en)"
    assert event.start == datetime(2026, 12, 9, 8, 30, tzinfo=UTC)
    assert event.duration == timedelta(minutes=15)
    assert event["URL"] == f"{SITE}/posts/a.html"
    assert event["STATUS"] == "CONFIRMED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.DTSTAMP == event.LAST_MODIFIED == at(7, 6)
    assert event.sequence == (at(7, 6) - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds() + 1
    assert event.categories == ["launch", "trust", "git", "a,b"]
    assert event["DESCRIPTION"] == f"Text of a\nteam: scheduled\nx-en: scheduled\n{SITE}/posts/a.html"
    assert not whole.timezones


def test_one_a_file_an_account() -> None:
    post = entry("a", at(9), ("x-en", "team"))
    made = files(post, entry("b", at(10)))
    assert [str(each["SUMMARY"]) for each in events(made["accounts/x-en.ics"])] == ["Title of a", "Title of b"]
    assert [str(each["SUMMARY"]) for each in events(made["accounts/team.ics"])] == ["Title of a"]
    assert read(made["accounts/team.ics"])["X-WR-CALNAME"] == "Our <brand>: Our team"
    assert len({*uids(made), *uids(made, "accounts/x-en.ics"), *uids(made, "accounts/team.ics")}) == 5


def test_an_account_shows_where_it_was_sent() -> None:
    made = files(entry("a", at(1)), ledger=(sent("a", at(1)),))
    assert events(made["accounts/x-en.ics"])[0]["URL"] == "https://x.example/1"
    assert events(made["calendar.ics"])[0]["URL"] == f"{SITE}/posts/a.html"


def test_without_a_public_site_what_works() -> None:
    made = files(entry("a", at(1)), entry("b", at(9)), ledger=(sent("a", at(1)),), address="")
    first, second = events(made["calendar.ics"])
    assert first["URL"] == "https://x.example/1"
    assert "URL" not in second


def test_it_has_the_same_name_wherever_it_is_moved_to() -> None:
    post = entry("a", at(9), ("x-en",))
    (name,) = uids(files(post))
    moved = replace(entry("a", at(20), ("team", "x-en")), path="content/posts/elsewhere/b.md", title="Another")
    assert uids(files(moved)) == [name]
    assert uids(files(replace(post, status=Status.DRAFT))) == [name]


def test_accounts_with_a_time_of_their_own_are_other_events() -> None:
    post = entry("a", at(9), ("x-en", "team"))
    later = replace(post.planned[1], due=at(9, 10))
    tomorrow = replace(post.planned[1], due=at(10))
    (both,) = uids(files(post))
    for other in (later, tomorrow):
        made = files(replace(post, planned=(post.planned[0], other)))
        assert [each.start for each in events(made["calendar.ics"])] == [at(9), other.due]
        assert uids(made)[0] == both != uids(made)[1]


@pytest.mark.parametrize(
    "state, status, before",
    [
        (State.SENT, "CONFIRMED", ""),
        (State.FAILED, "CONFIRMED", "failed: "),
        (State.UNSURE, "CONFIRMED", "unsure: "),
        (State.SKIPPED, "CANCELLED", ""),
        (None, "TENTATIVE", "draft: "),
    ],
)
def test_how_it_stands(state: State | None, status: str, before: str) -> None:
    post = entry("a", at(2)) if state else entry("a", at(2), status=Status.DRAFT)
    ledger = (Delivery("a", "x-en", state, at(2), error="Why"),) if state else ()
    (event,) = events(files(post, ledger=ledger)["calendar.ics"])
    assert (event["STATUS"], event["SUMMARY"]) == (status, f"{before}Title of a (x-en)")
    assert ("x-en: Why" in str(event["DESCRIPTION"])) is (state is not None)


def test_what_is_kept_back_is_not_sure_to_go_out() -> None:
    post = entry("a", at(9))
    (event,) = events(files(replace(post, planned=(replace(post.planned[0], withheld="why"),)))["calendar.ics"])
    assert (event["STATUS"], event["SUMMARY"]) == ("TENTATIVE", "on hold: Title of a (x-en)")
    assert "x-en: why" in str(event["DESCRIPTION"])


def test_a_post_that_no_account_shows() -> None:
    (event,) = events(files(entry("a", at(9), planned=()))["calendar.ics"])
    assert (event["SUMMARY"], event.start) == ("Title of a", at(9))


def test_a_calendar_of_nothing_can_be_opened() -> None:
    made = files()
    assert [(read(text).events, len(read(text).timezones)) for text in made.values()] == [([], 1)] * 3


def test_it_counts_up_with_what_happens() -> None:
    steps = (Event(at(9), State.SENDING), Event(at(9, 9), State.SENT))
    numbers = []
    for known in (0, 1, 2):
        ledger = (Delivery("a", "x-en", State.SENT, at(9), history=steps[:known]),) if known else ()
        numbers.append(events(files(entry("a", at(9)), ledger=ledger)["calendar.ics"])[0].sequence)
    assert numbers == sorted({*numbers})


# ── the form ────────────────────────────────────────────────────────────────────────────────────────────────


def test_hostile_words_stay_in_their_values() -> None:
    account = Account("x-en", "x", HOSTILE)
    post = entry("a", at(9), title=HOSTILE, campaign=HOSTILE, tags=(HOSTILE,))
    post = replace(post, planned=(replace(post.planned[0], excerpt=HOSTILE),))
    made = files(post, plan=replace(PLAN, brand=HOSTILE, accounts=(account,)))
    for text in made.values():
        assert len(events(text)) == 1
        assert not set(text) & {"\x00", "\x1b", "\u2028", "\u0085"}
    event = events(made["accounts/x-en.ics"])[0]
    assert event["SUMMARY"] == 'A; b, c\\n \\ "q" END:VCALENDAR BEGIN:VEVENT x y ‮z 日本語 👩‍👩‍👧'.replace("  ", " ")
    assert str(event["DESCRIPTION"]).startswith('A; b, c\\n \\ "q" \nEND:VCALENDAR\nBEGIN:VEVENT x\ny ‮z 日本語')
    assert event.categories[0] == event["SUMMARY"]


def test_an_address_ends_no_line() -> None:
    made = files(entry("a", at(1)), ledger=(sent("a", at(1), url="https://x.example/1\r\nATTENDEE:mailto:x\x00"),))
    (event,) = events(made["accounts/x-en.ics"])
    assert event["URL"] == "https://x.example/1ATTENDEE:mailto:x"


@given(st.text(max_size=200), st.text(max_size=60))
def test_lines_are_short_and_end_as_they_must(title: str, tag: str) -> None:
    text = files(entry("a", at(9), title=title, tags=(tag,)), now=NOW)["calendar.ics"]
    data = text.encode()
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert [line.decode() for line in lines]  # no character is cut in two
    assert len(events(text)) == 1


def test_long_lines_are_folded_at_75_bytes() -> None:
    text = files(entry("a", at(9), title="é" * 100))["calendar.ics"]
    folded = text[text.index("SUMMARY") :].split("\r\n")[:3]
    assert [len(line.encode()) for line in folded] == [74, 75, 68]
    assert all(line.startswith(" é") for line in folded[1:])


def test_its_sequence_rises_with_every_change_even_within_a_second() -> None:
    post, changes = entry("a", at(9)), [Change(at(7), "Ana", "Write it", str(number)) for number in range(3)]
    histories = [{post.path: tuple(changes[: number + 1])} for number in range(3)]
    made = [files(post, history=each) for each in histories] + [files(post, history=histories[-1], settled=at(8))]
    sequences = [events(each["calendar.ics"])[0].sequence for each in made]
    assert sequences == sorted(set(sequences))
    assert sequences[0] > at(9).timestamp() // 60  # what a calendar program may remember from before


def test_what_was_sent_keeps_its_name_and_its_day_whatever_date_it_is_given_since() -> None:
    before = files(entry("a", at(1)), ledger=(sent("a", at(1)),))
    after = files(*as_sent(entry("a", at(20)), sent("a", at(1))), ledger=(sent("a", at(1)),))
    assert events(after["calendar.ics"])[0].start == at(1)
    assert uids(after) == uids(before)


def as_sent(post: Entry, delivery: Delivery) -> tuple[Entry, ...]:
    """As an edition shows it."""
    standings = calendar(post, ledger=(delivery,)).standings
    return status.as_sent((post,), standings)
