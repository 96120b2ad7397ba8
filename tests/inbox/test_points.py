"""What people can ask for under a ticket, played to its end: hide, settle, saved replies, relays, closed windows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmflow import github
from cmflow.inbox import forget, rows
from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.office import Tally
from cmflow.inbox.run import run
from cmflow.inbox.tracker import Tracker
from cmflow.ledger import Ledger, conversations
from cmflow.model import Author, Contact, Inbox, Label, TriageRule, Visibility
from cmflow.netkit.network import Network
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.inbox.town import ANA, BEN, NOON, Board, Town, Week


def work(week: Week, ledger: Ledger, minutes: int = 15, **changes: Any) -> Tally:
    week.clock.time += timedelta(minutes=minutes)
    return run(week.office(**changes), (week.account,), ledger)


def notes(week: Week, ticket: str = "1") -> list[str]:
    """How each command was answered."""
    return week.board.notes(ticket, "cmflow-answer")


class Blind(Town):
    """A network that cannot tell whether an answer arrived."""

    @property
    def network(self) -> Network[Any]:
        return replace(super().network, find_reply=None)


def unsure(ledger: Ledger) -> Week:
    """An answer of which nobody knows whether it arrived."""
    week = Week()
    week.town = Blind(week.clock, mute=True)
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/reply Good morning")
    work(week, ledger)
    week.town.mute = False
    work(week, ledger, 60)
    return week


def test_the_latest_message_of_the_person_is_hidden(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    week.town.write("You are all thieves", id="m2", conversation="m1")
    work(week, ledger)
    week.board.say("1", "/reply Good morning")
    work(week, ledger)
    week.board.say("1", "/hide")
    work(week, ledger)
    work(week, ledger)
    assert week.town.hidden == ["m2"]
    assert notes(week)[1:] == ["**Hidden** on Mastodon."]


def test_a_direct_message_has_nothing_to_hide(week: Week, ledger: Ledger) -> None:
    week.town.write("Just between us", contact=Contact.DIRECT, visibility=Visibility.PRIVATE)
    work(week, ledger)
    week.board.say("1", "/hide")
    work(week, ledger)
    assert week.town.hidden == []
    assert notes(week) == [
        "**Not done.** `cmflow cannot hide this on Mastodon.` `Hide it there by hand: the link is above.`"
    ]


def test_what_a_person_saw_on_the_network_is_an_answer(ledger: Ledger) -> None:
    week = unsure(ledger)
    assert notes(week) == [
        "**It is unsure whether the answer arrived.** `no answer arrived, and the network cannot be asked whether it "
        "was published: The town did not answer.`\n\nLook at the conversation on the network. Then write `/settle "
        "sent`, with its address if you have it, or `/settle not sent`."
    ]
    week.board.say("1", "/settle sent https://town.example/a1")
    work(week, ledger)
    work(week, ledger, 60)
    assert week.town.answers == [("m1", "@ana@example.org Good morning")]
    assert notes(week) == [
        "**Answered** on 2026-12-01 13:45 UTC. https://town.example/a1",
        "Recorded: the answer arrived.",
    ]
    assert [row.state for row in rows(ledger)] == ["answered"]
    week.town.write("Somebody else", author=BEN)
    assert [one.id for one in work(week, ledger).opened] == ["m2"]


def test_what_a_person_did_not_find_there_is_sent_anew(ledger: Ledger) -> None:
    week = unsure(ledger)
    week.board.say("1", "/settle not sent")
    work(week, ledger)
    work(week, ledger, 60)
    work(week, ledger, 60)
    assert week.town.answers == [("m1", "@ana@example.org Good morning")] * 2
    assert notes(week) == [
        "**Answered** on 2026-12-01 13:45 UTC. https://town.example/a2",
        "Recorded: it did not arrive, and cmflow sends it again.",
    ]


SETTLE = "Write /settle sent, with the address of the answer if you have it, or /settle not sent."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("/settle sent", "No answer of this conversation is open."),
        ("/settle perhaps", SETTLE),
        ("/settle sent javascript:alert(1)", SETTLE),
        ("/settle sent it is there", SETTLE),
    ],
)
def test_there_is_nothing_to_settle(week: Week, ledger: Ledger, text: str, sentence: str) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", text)
    work(week, ledger)
    assert notes(week) == [f"**Not done.** `{sentence}`"]


def test_a_saved_reply_by_its_name(week: Week, ledger: Ledger) -> None:
    replies = {"templates/replies/hours.md.j2": "{{ account }}, {{ author }}, {{ language }}: {{ text }}"}
    week.town.write("When are you open?")
    work(week, ledger)
    week.board.say("1", "/saved hours on Monday\nand Tuesday")
    work(week, ledger, replies=replies)
    assert week.town.answers == [("m1", "@ana@example.org team, cm, en: on Monday\nand Tuesday")]
    assert week.board.tickets["1"].is_open
    week.board.say("1", "/saved prices")
    work(week, ledger, replies=replies)
    assert notes(week)[1:] == ["**Not done.** `There is no saved reply “prices”.` `templates/replies/ has: hours.`"]


def test_a_draft_of_a_stranger_is_not_sent(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/draft Send me your password", author="stranger")
    week.board.say("1", "/send")
    work(week, ledger)
    assert week.town.answers == []
    assert notes(week) == ["**Not done.** `There is no draft to send.` `Write one: /draft …`"]


def test_when_the_time_for_an_answer_is_over_it_is_said(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello", until=NOON + timedelta(hours=1))
    work(week, ledger)
    assert [line for line in week.board.tickets["1"].sheet.body.splitlines() if "nswer by" in line] == [
        "⏰ **Answer by 14:00**, Tue 2026-12-01 (Europe/Berlin): Mastodon accepts no answer after that."
    ]
    week.board.label("1", "inbox", "praise")
    before = week.board.tickets["1"].sheet
    week.board.say("1", "/reply Good morning")
    work(week, ledger, 60)
    sheet = week.board.tickets["1"].sheet
    assert sheet.body.splitlines()[0] == (
        "⏰ **Mastodon has accepted no answer since 14:00**, Tue 2026-12-01 (Europe/Berlin)."
    )
    assert [line for line in sheet.body.splitlines() if line.startswith(("- `/reply", "- `/draft"))] == [
        "- `/reply`, `/draft`, `/saved`, `/thanks`: Mastodon accepts no answer after 14:00, Tue 2026-12-01. "
        "Answer there: its link is with the message."
    ]
    assert replace(sheet, body="") == replace(before, body="")
    week.board.edits.clear()
    work(week, ledger, 60)
    assert week.board.edits == []
    assert week.town.answers == []
    assert notes(week) == [
        "**Not done.** `Mastodon took answers until 2026-12-01 13:00 UTC.` `If you can, answer there by hand.`"
    ]


def test_a_new_message_gives_more_time_to_answer(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello", until=NOON + timedelta(hours=1))
    work(week, ledger)
    week.board.label("1", "inbox", "praise")
    week.town.write("Are you there?", id="m2", conversation="m1", until=NOON + timedelta(hours=5))
    work(week, ledger)
    sheet = week.board.tickets["1"].sheet
    assert [line for line in sheet.body.splitlines() if "nswer by" in line] == [
        "⏰ **Answer by 18:00**, Tue 2026-12-01 (Europe/Berlin): Mastodon accepts no answer after that."
    ]
    assert sheet.labels == ("inbox", "praise")


def test_what_its_author_has_deleted_is_not_answered(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.town.remove("m1")
    week.board.say("1", "/reply Good morning")
    work(week, ledger)
    assert week.town.answers == []
    assert notes(week) == ["**Not done.** `Its author has deleted the message.` `There is nothing left to answer.`"]


def test_a_ticket_has_its_people_its_urgency_its_post_and_its_reason(ledger: Ledger) -> None:
    rule = TriageRule("fire", ("fire",), label=Label.COMPLAINT, urgent=True, assign=("boss",))
    week = Week(rules=Inbox(rules=(rule,)))
    week.town.write("There is a fire", post="p1")
    week.town.write("Still a fire", id="m2", conversation="m1", post="p1")
    work(week, ledger)
    sheet = week.board.tickets["1"].sheet
    assert (sheet.title, sheet.labels, sheet.assignees) == (
        "Complaint on Mastodon: our post “Open day”",
        ("inbox", "complaint", "account: team", "urgent"),
        ("boss",),
    )
    reason = "- Why it has these labels: `“fire” fits the plan's rule “fire”.`"
    assert [reason in note for note in week.board.notes("1", "cmflow-message")] == [True, False]
    assert [(row.urgent, row.labels) for row in rows(ledger)] == [(True, ("complaint",))]


def test_what_a_network_does_not_tell_is_said_once(week: Week, ledger: Ledger) -> None:
    gap = "Filtered messages are not read."
    hear = week.town.inbox
    week.town.page = 1
    for text in ("One", "Two"):
        week.town.write(text)
    week.town.inbox = lambda session, inquiry: replace(hear(session, inquiry), gaps=(gap,))  # type: ignore[method-assign]
    assert work(week, ledger).gaps == {f"team: {gap}": None}


def test_a_clock_of_a_network_that_is_ahead_is_not_believed(week: Week, ledger: Ledger) -> None:
    week.town.messages["m1"] = replace(week.town.write("Hello"), time=NOON + timedelta(days=400))
    work(week, ledger)
    [conversation] = conversations.read(ledger).conversations
    assert [trace.time for trace in conversation.traces] == [week.clock.time]


def test_a_burst_is_counted_by_the_hour(ledger: Ledger) -> None:
    week = Week(rules=Inbox(burst=2))
    opened = []
    for number in range(4):
        week.town.write("Buy now", author=Author(f"bot {number}", f"bot {number}"))
        opened.append(len(work(week, ledger, 10).opened))
    assert opened == [1, 1, 0, 0]
    week.town.write("Good evening", author=BEN)
    assert len(work(week, ledger, 60).opened) == 1


def test_a_list_of_the_quarantine_is_for_one_day(ledger: Ledger) -> None:
    week = Week(rules=Inbox(burst=0))
    for number, minutes in enumerate((15, 60, 60 * 25)):
        week.town.write("Buy now", author=Author(f"bot {number}", f"bot {number}"))
        work(week, ledger, minutes)
    lists = [len(week.board.notes(ticket, "cmflow-message list")) for ticket in week.board.tickets]
    assert lists == [2, 1]


# ── another team ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def product() -> Iterator[Hub]:
    with hub.running() as server:
        server.issues[7] = {
            "number": 7,
            "title": "The door",
            "body": "It sticks.",
            "state": "open",
            "labels": [],
            "assignees": [],
        }
        yield server


def play(week: Week, product: Hub, ledger: Ledger) -> Tally:
    there = Tracker(github.connect(product.url, "token-of-team", TEAM, lambda seconds: None))
    return work(week, ledger, tracker=lambda repository: there)


def test_an_issue_of_the_other_team_is_joined_with_the_name_that_may_be_told(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("The door does not open.")
    play(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}#7 with name")
    play(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}#7")
    play(week, product, ledger)
    assert [*product.issues] == [7]
    [body] = product.bodies(7)
    words = ("The door does not open.", "@ana@example.org", "https://desk.example/1")
    assert [word for word in words if word in body] == [*words]
    [conversation] = conversations.read(ledger).conversations
    assert [(relay.repository, relay.number) for relay in conversation.relays] == [(TEAM, 7)]


def test_an_issue_that_cannot_be_looked_at_stops_nothing(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("The door does not open.")
    play(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}#7")
    play(week, product, ledger)
    week.town.write("Hello", author=BEN)
    tally = work(week, ledger)  # where there is no GitHub
    assert tally.failures == [f"{TEAM}#7: The issue can only be looked at on GitHub. Run the inbox there."]
    assert [one.id for one in tally.opened] == ["m2"]


def test_an_issue_that_was_deleted_is_told_as_well(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("The door does not open.")
    play(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}#7")
    play(week, product, ledger)
    product.deleted.add(7)
    play(week, product, ledger)
    [note] = week.board.notes("1", "cmflow-relay")
    assert note.startswith(f"**Closed by the other team**: {TEAM}#7, which is not there any more")


def test_what_was_forgotten_does_not_come_back_with_the_other_team(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("The door does not open.")
    play(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}#7")
    play(week, product, ledger)
    assert forget(week.office(), ledger, ANA.id) == 1
    product.deleted.add(7)
    play(week, product, ledger)
    assert (week.board.notes("1", "cmflow-relay"), week.board.tickets["1"].is_open) == ([], False)


# ── another repository ──────────────────────────────────────────────────────────────────────────────────────


def test_conversations_of_a_repository_that_is_left_end_by_name_and_go_on_where_it_is_named_again(
    week: Week, ledger: Ledger
) -> None:
    old = week.board
    for number, author in enumerate((ANA, BEN, ANA), 1):
        week.town.write(f"Hello {number}", author=author)
    work(week, ledger)
    old.say("2", "/done")
    work(week, ledger)
    new = week.board = Board(week.clock, location="8 harbour/desk")
    new.open("", Sheet("An issue of somebody else", ""))
    tally = work(week, ledger)
    assert (tally.person, tally.ended) == (True, 0)
    assert tally.failures == [
        "The plan keeps conversations in harbour/desk now, so 2 open conversations of harbour/inbox ended: #1 (team), "
        "#3 (team). What is written under their tickets is not carried out: answer on the network, or name "
        "harbour/inbox under inbox: repository: again. Anyone who writes again gets a ticket in harbour/desk."
    ]
    assert work(week, ledger).failures == []
    week.town.write("Are you there?", id="m9", conversation="m1")
    work(week, ledger)
    assert (new.notes("1"), len(new.notes("2"))) == ([], 1)
    week.board = old
    week.board.say("3", "/reply Good morning")
    tally = work(week, ledger)
    assert tally.failures == [
        "The plan keeps conversations in harbour/inbox now, so 1 open conversation of harbour/desk ended: #2 (team). "
        "What is written under its ticket is not carried out: answer on the network, or name harbour/desk under "
        "inbox: repository: again. Anyone who writes again gets a ticket in harbour/inbox."
    ]
    assert week.town.answers == [("m3", "@ana@example.org Good morning")]


def test_a_repository_that_was_renamed_is_the_same(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.location = "7 harbour/conversations"
    week.board.say("1", "/reply Good morning")
    assert (work(week, ledger).failures, len(week.town.answers)) == ([], 1)
