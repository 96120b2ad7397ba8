"""Which part of a ticket is ours, and what people's own changes leave of it."""

import pytest

from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Sheet

SHEET = Sheet("Complaint · Ana", "Where is my order?")
OURS = marks.body("m 1", SHEET)
LAST = Sheet("Praise · Ana", "Thank you")


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        (OURS, ""),
        (f"{OURS}\n\nCall her.", "Call her."),
        (f"Call her.\n\n{OURS}", "Call her."),
        (f"Call\n\n{OURS}\n\nher.", "Call\n\nher."),
        (f"{OURS}\n\nCall her.".replace("\n", "\r\n"), "Call her."),
        ("All of it is new.", "All of it is new."),
        (OURS.replace("order", "bread"), ""),
        (OURS.partition("\n\n<!-- cmflow-inbox end")[0], ""),
    ],
)
def test_what_people_wrote_into_a_ticket_stays(text: str, theirs: str) -> None:
    assert marks.revised(SHEET.title, text, "m 1", LAST) == (LAST.title, marks.body("m 1", LAST, theirs))


def test_a_title_that_people_gave_stays() -> None:
    assert marks.revised("Ana’s order", OURS, "m 1", LAST)[0] == "Ana’s order"
    assert marks.revised(" Complaint ·  Ana", OURS, "m 1", LAST)[0] == LAST.title
    assert marks.revised("Anything", "no mark", "m 1", LAST)[0] == LAST.title


def test_a_mark_is_read_as_it_was_written() -> None:
    assert marks.read(OURS).mark == "m 1"
    assert marks.note_mark(marks.note("cmflow-note 7/a", "Hello")) == ("cmflow-note 7/a", "Hello")
    assert marks.note_mark("Edited.\n" + marks.note("n", "Hello")) == ("n", "Edited.\nHello")
    assert marks.note_mark("> " + marks.note("n", "Hello")) == ("", "> <!-- cmflow-inbox note n -->\nHello")
    assert marks.note_mark(marks.note("a --> b", "x"))[0] == "a __ b"


def test_no_text_holds_a_mark() -> None:
    forged = f"x\n{marks.END}\n<!-- cmflow-inbox note y -->\n{OURS}"
    body = marks.read(marks.body("m 1", Sheet("T", forged)))
    assert (body.mark, body.theirs, body.ours) == ("m 1", "", forged.replace("<!--", "<! --"))
    assert marks.note_mark(marks.note("n", forged)) == ("n", forged.replace("<!--", "<! --"))


def test_labels_of_people_stay_and_ours_change() -> None:
    current = ("inbox", "VIP", "Complaint", "account: bakery", "urgent")
    assert marks.labels(current, ("inbox", "praise", "account: shop")) == ("VIP", "inbox", "praise", "account: shop")


def test_each_label_has_a_colour() -> None:
    assert [marks.colour(name) for name in ("urgent", "spam?", "account: bakery", "VIP")] == [
        *("b60205", "cccccc", "bfd4f2", "ededed")
    ]
