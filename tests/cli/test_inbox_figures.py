"""The inbox's figures, and the commands that show them, from a branch in a real git."""

import pytest

from cmflow.git import discover
from cmflow.inbox import figures
from cmflow.ledger import Ledger, change, codec, conversations
from cmflow.model import Conversation, Delivery, Key, Receipt, State
from tests.cli.conftest import PLAN, Place
from tests.insights.inbox.conversations import MONDAY, at, conversation, trace

pytestmark = pytest.mark.slow  # real git

INBOX = """\
inbox:
  accounts: [news]
  hours: {weekdays: "09:00-17:00"}
  first_answer: 4h
  answered: 90%
---
Our plan."""
AT = ("--at", "2026-11-09 12:00", "--offline")


def answer(account: str, note: str, hours: float, state: State = State.SENT) -> Delivery:
    receipts = (Receipt(0, "r1", "", at(hours)),) if state is State.SENT else ()
    return Delivery(f"reply-{note}", account, state, at(hours), parts=1, receipts=receipts)


def remember(place: Place, *rows: Conversation, answers: tuple[Delivery, ...] = ()) -> None:
    plan = PLAN.replace("---\nOur plan.", INBOX)
    place.write("content/plan.md", plan)
    place.commit()
    ledger = Ledger(discover(place.root), conversations.BRANCH)
    files = conversations.files(rows)
    files |= {codec.path(delivery.post, delivery.account): codec.encode(delivery) for delivery in answers}
    change.commit(ledger, lambda tip: (None, files, "Inbox"), lambda: MONDAY)


def test_receipts_are_those_of_answers_that_were_sent() -> None:
    deliveries = [
        answer("news", "n1", 2),
        answer("news", "n2", 3, State.UNSURE),
        Delivery("hello", "news", State.SENT, at(0)),
    ]
    assert figures.receipts({Key(one.post, one.account): one for one in deliveries}) == {("news", "n1"): at(2)}


def test_a_report_and_an_alarm(place: Place) -> None:
    late = conversation("1", trace(26), account="news", ticket="12", labels=("complaint",))
    early = conversation("2", trace(1), account="news", labels=("doubt",), commands=("n1",))
    remember(place, late, early, answers=(answer("news", "n1", 2),))
    report = place.run("report", *AT)
    assert (report.code, report.err) == (0, "")
    section = report.out[report.out.index("## Inbox") : report.out.index("## Growth")]
    assert section.splitlines()[2:] == [
        "- 2 conversations: 1 answered, 1 overdue, 0 still in time, 0 closed without an answer.",
        "- Too few to tell how long a first answer usually takes.",
        "- The aim is 4 h.",
        "- 50% were answered (9% to 91%); the aim is 90%.",
        "- 1 conversation waiting for an answer, the oldest since 3 November, 12:00.",
        "- Waiting for too long: 1 conversation.",
        "- 1 person wrote for the first time, 0 again.",
        "- Complaints: 1 conversation: 0 answered, 1 overdue, 0 still in time, 0 closed without an answer. Too few to "
        "tell how long a first answer usually takes.",
        "- Questions: 1 conversation: 1 answered, 0 overdue, 0 still in time, 0 closed without an answer. Too few to "
        "tell how long a first answer usually takes.",
        "",
    ]
    watch = place.run("watch", *AT)
    assert watch.code == 4
    assert "to do   Waiting for too long: 1 conversation." in watch.out
    assert "- news, ticket 12: 32 h, since 2026-11-03 12:00" in watch.out


def test_the_page(place: Place) -> None:
    remember(place, conversation("1", trace(1), account="news"))
    assert place.run("build", "--at", "2026-11-09 12:00").code == 0
    page = (place.root / "_site/inbox.html").read_text("utf-8")
    assert "1 conversation: 0 answered, 1 overdue" in page
    assert "simulated" not in page.lower()


def test_before_anything_was_read(place: Place) -> None:
    remember(place)
    assert "## Inbox" not in place.run("report", *AT).out
    place.run("build", "--at", "2026-11-09 12:00")
    assert "No conversation has been read yet." in (place.root / "_site/inbox.html").read_text("utf-8")
