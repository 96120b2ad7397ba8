"""What every helpdesk does: a folder, and GitHub."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st

from cmflow.inbox.helpdesk import Helpdesk, Note, Sheet, Ticket
from cmflow.model.errors import CmflowError
from tests.examples import examples
from tests.inbox.clock import Clock

ONE_DESK = examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MARK = "cmflow-conversation 3f2a9c1d"
SHEET = Sheet("Complaint · Ana", "**`Ana`** wrote:\n\n- a\n- b", ("inbox", "complaint", "account: bakery"), ("leo",))
TEXTS = st.lists(
    st.sampled_from(
        [
            *(
                "<!-- cmflow-inbox note x -->",
                "<!-- note {} -->",
                '<!-- ticket {"mark": "x"} -->',
                "\\<!-- note {}",
                "# x",
            ),
            *(
                "<!-- cmflow-inbox end -->",
                "-->",
                "---",
                "\n",
                "\n\n",
                " ",
                "a",
                "é",
                "/reply x",
                "```",
                "\u2028",
                "\t",
            ),
        ]
    ),
    max_size=6,
).map(lambda parts: "".join(parts).strip() or "x")


@dataclass
class People:
    """What people do on a helpdesk, however it is kept."""

    write: Callable[[str, str, str], None]  # ticket, author, text
    relabel: Callable[[str, tuple[str, ...]], None]
    retitle: Callable[[str, str], None]
    append: Callable[[str, str], None]  # below the body
    remove: Callable[[str], None]


class HelpdeskContract:
    """Inherited for each helpdesk, with the fixtures `desk`, `people` and `clock`. `leo` can be assigned."""

    def test_nothing_is_there_at_first(self, desk: Helpdesk, clock: Clock) -> None:
        assert desk.find(MARK, clock.time) is None
        assert desk.news(clock.time, ()) == ()
        assert desk.changes(clock.time) == ()

    def test_a_ticket_is_opened_and_found_again(self, desk: Helpdesk, clock: Clock) -> None:
        began = clock.time
        id = desk.open(MARK, SHEET)
        ticket = desk.read(id)
        assert ticket == Ticket(id, SHEET, ticket.url if ticket else "", True, ())
        assert desk.find(MARK, began) == id
        assert desk.find(MARK, clock.time + timedelta(minutes=1)) is None
        assert desk.find(f"{MARK}0", began) is None
        desk.close(id)
        assert desk.find(MARK, began) == id

    def test_two_tickets_are_two(self, desk: Helpdesk) -> None:
        first, second = desk.open(MARK, SHEET), desk.open("other", replace(SHEET, title="Other"))
        assert (first != second, [title(desk, id) for id in (first, second)]) == (True, [SHEET.title, "Other"])

    def test_a_ticket_is_closed_and_opened_again(self, desk: Helpdesk) -> None:
        id = desk.open(MARK, SHEET)
        for act, expected in ((desk.close, False), (desk.close, False), (desk.reopen, True), (desk.reopen, True)):
            act(id)
            ticket = desk.read(id)
            assert ticket and ticket.is_open is expected

    def test_a_ticket_shows_another_sheet(self, desk: Helpdesk) -> None:
        id = desk.open(MARK, SHEET)
        sheet = Sheet("Praise · Ana", "Thank you", ("inbox", "praise", "account: bakery", "urgent"))
        desk.edit(id, MARK, sheet)
        ticket = desk.read(id)
        assert ticket and ticket.sheet == replace(sheet, assignees=("leo",))

    def test_what_people_added_stays(self, desk: Helpdesk, people: People, clock: Clock) -> None:
        began, id = clock.time, desk.open(MARK, SHEET)
        people.append(id, "Leo calls her on Monday.")
        people.relabel(id, ("inbox", "complaint", "account: bakery", "VIP"))
        people.retitle(id, "Ana’s order")
        desk.edit(id, MARK, Sheet("New", "The text was removed.", ("inbox", "praise")))
        ticket = desk.read(id)
        assert ticket and ticket.sheet == Sheet(
            "Ana’s order", "The text was removed.\n\nLeo calls her on Monday.", ("VIP", "inbox", "praise"), ("leo",)
        )
        assert desk.find(MARK, began) == id

    def test_a_sheet_that_was_read_changes_only_what_is_changed_in_it(self, desk: Helpdesk, people: People) -> None:
        id = desk.open(MARK, SHEET)
        people.append(id, "Leo calls her on Monday.")
        people.retitle(id, "Ana’s order")
        for label in ("tell them", "praise", "tell them"):
            ticket = desk.read(id)
            assert ticket
            desk.edit(id, MARK, replace(ticket.sheet, labels=("inbox", label)))
            shown = desk.read(id)
            assert shown and shown.sheet == replace(ticket.sheet, labels=("inbox", label))
        desk.edit(id, MARK, Sheet("New", "Gone", ("inbox",)))
        ticket = desk.read(id)
        assert ticket and (ticket.sheet.title, ticket.sheet.body) == ("Ana’s order", "Gone\n\nLeo calls her on Monday.")

    def test_notes_are_added_in_order(self, desk: Helpdesk, people: People, clock: Clock) -> None:
        id = desk.open(MARK, SHEET)
        first = desk.add(id, "cmflow-message a1", "**Ana** wrote")
        people.write(id, "leo", "/reply Hello\n\nAna")
        second = desk.add(id, "cmflow-note 2", "Sent")
        ticket = desk.read(id)
        assert ticket and [(note.mark, note.text) for note in ticket.notes] == [
            ("cmflow-message a1", "**Ana** wrote"),
            ("", "/reply Hello\n\nAna"),
            ("cmflow-note 2", "Sent"),
        ]
        assert (ticket.notes[0], ticket.notes[2]) == (first, second)
        assert len({note.id for note in ticket.notes}) == 3
        assert {note.ticket for note in ticket.notes} == {id}
        assert [note.author for note in ticket.notes][1] == "leo"

    def test_our_notes_are_revised_and_erased(self, desk: Helpdesk) -> None:
        id = desk.open(MARK, SHEET)
        note, other = desk.add(id, "m1", "One"), desk.add(id, "m2", "Two")
        desk.revise(note, "Three")
        assert texts(desk, id) == [("m1", "Three"), ("m2", "Two")]
        desk.erase(note)
        desk.erase(note)
        desk.revise(note, "Four")
        assert texts(desk, id) == [("m2", "Two")]
        desk.erase(other)
        assert texts(desk, id) == []

    def test_news_are_peoples_notes_on_our_tickets(self, desk: Helpdesk, people: People, clock: Clock) -> None:
        first, second = desk.open(MARK, SHEET), desk.open("other", SHEET)
        people.write(first, "leo", "early")
        clock.forward(minutes=5)
        since = clock.time
        desk.add(first, "m1", "Ours")
        people.write(second, "leo", "/done")
        clock.forward(minutes=1)
        people.write(first, "eve", "/reply x")
        notes = desk.news(since, [first, second])
        assert [(note.ticket, note.author, note.text, note.mark) for note in notes] == [
            (second, "leo", "/done", ""),
            (first, "eve", "/reply x", ""),
        ]
        assert [note.text for note in desk.news(since, [first])] == ["/reply x"]
        assert desk.news(clock.time + timedelta(minutes=1), [first, second]) == ()

    def test_changes_are_our_tickets_that_changed(self, desk: Helpdesk, people: People, clock: Clock) -> None:
        first, second = desk.open(MARK, SHEET), desk.open("other", SHEET)
        clock.forward(minutes=5)
        desk.close(first)
        people.relabel(first, ("inbox", "praise"))
        [ticket] = desk.changes(clock.time)
        assert (ticket.id, ticket.is_open, ticket.sheet.labels) == (first, False, ("inbox", "praise"))
        assert {ticket.id for ticket in desk.changes(clock.time - timedelta(minutes=5))} == {first, second}

    def test_what_was_deleted_by_hand_is_not_there(self, desk: Helpdesk, people: People) -> None:
        id = desk.open(MARK, SHEET)
        note = desk.add(id, "m1", "One")
        people.remove(id)
        assert desk.read(id) is None
        desk.edit(id, MARK, SHEET)
        desk.close(id)
        desk.reopen(id)
        desk.revise(note, "Two")
        desk.erase(note)
        assert (desk.read(id), desk.news(note.time, [id])) == (None, ())
        with pytest.raises(CmflowError, match="no ticket"):
            desk.add(id, "m2", "Two")

    def test_there_is_no_such_ticket(self, desk: Helpdesk) -> None:
        for id in ("999", "../x", "", "12345678", "a/b"):
            assert desk.read(id) is None


def any_text_comes_back(desk: Helpdesk, people: People, texts: tuple[str, str, str, str]) -> None:
    """None of them is taken for a mark, and what people add stays."""
    body, ours, theirs, added = texts
    mark = f"m {token_hex(8)}"
    id = desk.open(mark, replace(SHEET, body=body))
    desk.add(id, "m1", ours)
    people.write(id, "leo", theirs)
    people.append(id, "By hand")
    ticket = desk.read(id)
    assert ticket and [(note.mark, note.text) for note in ticket.notes] == [("m1", shown(ours)), ("", theirs)]
    desk.edit(id, mark, replace(SHEET, body=added))
    ticket = desk.read(id)
    assert ticket and ticket.sheet.body == f"{shown(added)}\n\nBy hand"
    assert len(ticket.notes) == 2


def shown(text: str) -> str:
    """A text of ours never holds a hidden comment."""
    return text.replace("<!--", "<! --")


def title(desk: Helpdesk, id: str) -> str:
    ticket = desk.read(id)
    return ticket.sheet.title if ticket else ""


def texts(desk: Helpdesk, id: str) -> list[tuple[str, str]]:
    ticket = desk.read(id)
    notes: tuple[Note, ...] = ticket.notes if ticket else ()
    return [(note.mark, note.text) for note in notes]
