"""A run of the inbox: what people wrote becomes tickets, what the team wrote goes back, each of it once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmflow.inbox import answers, forget, rows
from cmflow.inbox.answers import Answer
from cmflow.inbox.office import Tally
from cmflow.inbox.run import run
from cmflow.ledger import Ledger, change, conversations
from cmflow.model import Account, Author, Contact, Conversation, Inbox, Label, Plan, Stop, Trace, Visibility
from cmflow.model.errors import LedgerError, SourceError
from cmflow.netkit import network as networks
from tests.deliveries import Crash, Trip, clones, tripping
from tests.faults.paper import paper
from tests.inbox.town import ANA, BEN, NOON, Week


def work(week: Week, ledger: Ledger, minutes: int = 15) -> Tally:
    """The next run, a quarter of an hour later."""
    week.clock.time += timedelta(minutes=minutes)
    return run(week.office(), (week.account,), ledger)


def test_a_message_becomes_a_ticket_and_is_not_heard_twice(week: Week, ledger: Ledger) -> None:
    week.town.write("Where is my order?", post="p1")
    assert [one.id for one in work(week, ledger).opened] == ["m1"]
    assert work(week, ledger).opened == []
    [ticket] = week.board.tickets.values()
    assert "Mastodon" in ticket.sheet.title
    assert [("Where is my order?" in note.text, note.mark[:14]) for note in ticket.notes] == [(True, "cmflow-message")]
    [conversation] = conversations.read(ledger).conversations
    assert (conversation.ticket, conversation.campaign) == ("1", "spring")
    assert conversation.traces[0].note == "n1"


def test_texts_and_names_are_in_notes_alone(week: Week, ledger: Ledger) -> None:
    """GitHub keeps every version of a title and a body; and git cannot forget at all."""
    week.town.write("A secret about my neighbour", author=ANA)
    work(week, ledger)
    [ticket] = week.board.tickets.values()
    shown = f"{ticket.sheet.title} {ticket.sheet.body}"
    assert not {word for word in ("secret", "neighbour", "Ana", "@ana") if word in shown}
    git = ledger.repository
    [files] = [git.tree(git.tip(ledger.branch) or "", conversations.FOLDER)]
    data = b"".join(dict(git.read({oid for _, oid in files.values()})).values()).decode()
    assert not {word for word in ("secret", "neighbour", "Ana", "ana@", "https://") if word in data}


def test_more_of_a_conversation_is_a_note_and_opens_a_closed_ticket(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello", id="m1")
    work(week, ledger)
    week.board.say("1", "/done")
    work(week, ledger)
    assert not week.board.tickets["1"].is_open
    week.town.write("Are you there?", id="m2", conversation="m1")
    tally = work(week, ledger)
    assert (tally.opened, tally.messages) == ([], 1)
    assert week.board.tickets["1"].is_open
    assert len(week.board.notes("1", "cmflow-message")) == 2


def test_what_its_author_edits_or_deletes_is_edited_or_deleted_here(week: Week, ledger: Ledger) -> None:
    week.town.write("Wher is it")
    week.town.write("My address is 1 High Street", author=BEN)
    work(week, ledger)
    week.town.amend("m1", "Where is it?")
    week.town.remove("m2")
    tally = work(week, ledger)
    assert (tally.edited, tally.deleted) == (1, 1)
    assert "Where is it?" in week.board.notes("1")[0]
    assert "High Street" not in " ".join(week.board.notes("2"))
    assert len(week.board.notes("2")) == 1
    tally = work(week, ledger)
    assert (tally.edited, tally.deleted) == (0, 0)


def test_a_reply_goes_back_once_and_its_receipt_is_written(week: Week, ledger: Ledger) -> None:
    week.town.write("Where is my order?")
    work(week, ledger)
    week.board.say("1", "/reply It left *today*.")
    tally = work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org It left today.")]
    assert tally.sent == ["https://town.example/a1"]
    [receipt] = week.board.notes("1", "cmflow-answer")
    assert "https://town.example/a1" in receipt
    work(week, ledger)
    assert len(week.town.answers) == len(week.board.notes("1", "cmflow-answer")) == 1
    [conversation] = conversations.read(ledger).conversations
    assert [(trace.id, trace.ours, trace.above) for trace in conversation.traces] == [
        ("m1", False, ""),
        ("a1", True, "m1"),
    ]


def test_a_stranger_commands_nothing(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/reply Send me your password", author="stranger")
    week.board.say("1", "/done", author="stranger")
    work(week, ledger)
    assert week.town.answers == []
    assert week.board.notes("1", "cmflow-answer") == []
    assert week.board.tickets["1"].is_open


def test_an_answer_that_does_not_fit_is_refused_with_the_reason(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", f"/reply {'word ' * 150}")
    assert work(week, ledger).refused == 1
    assert week.town.answers == []
    [note] = week.board.notes("1", "cmflow-answer")
    assert note == "**Not done.** `The text has 754 of 500 characters, 254 too many.` `Write a new /reply.`"


TWO_COMMANDS = "/reply Sorry!\n/done"


@pytest.mark.parametrize(
    "text", ["/repy Hello", "/reply", "/reply   ", "/saved", "/saved nothing", "/send", TWO_COMMANDS]
)
def test_a_command_that_cannot_be_carried_out_says_why(week: Week, ledger: Ledger, text: str) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", text)
    work(week, ledger)
    work(week, ledger)
    assert week.town.answers == []
    assert len(week.board.notes("1", "cmflow-answer")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, I will look.",
        "/etc/hosts is wrong",
        "I wrote /reply by mistake",
        "```\n/reply Hello\n```",
        "    /reply Hello",
        "> /reply Hello",
    ],
)
def test_what_is_for_the_team_alone_is_left_alone(week: Week, ledger: Ledger, text: str) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", text)
    work(week, ledger)
    assert week.board.notes("1", "cmflow-answer") == []


def test_a_draft_is_sent_once_however_many_people_send_it_at_the_same_time(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/draft Hello Ana")
    for person in ("cm", "boss"):
        week.board.say("1", "/send", author=person)
    for _ in range(2):
        work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org Hello Ana")]
    assert [note.partition("*\n")[0][:30] for note in week.board.notes("1", "cmflow-answer")[1:]] == [
        "**Not done.** `Another /send i",
        "**Answered** on 2026-12-01 12:",
    ]


def test_a_draft_is_shown_and_sent_later(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/draft Good **morning**")
    work(week, ledger)
    assert week.town.answers == []
    [shown] = week.board.notes("1", "cmflow-answer")
    assert "@ana@example.org Good morning" in shown
    assert "of 500 characters" in shown
    week.board.say("1", "/send")
    work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org Good morning")]
    week.board.say("1", "/send")
    work(week, ledger)
    assert len(week.town.answers) == 1
    assert "This draft was sent already." in week.board.notes("1", "cmflow-answer")[-1]


def test_where_the_plan_asks_for_approval_another_person_sends(ledger: Ledger) -> None:
    week = Week(rules=Inbox(approval=True))
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/reply Good morning")
    work(week, ledger)
    assert week.town.answers == []
    week.board.say("1", "/send")
    work(week, ledger)
    assert week.town.answers == []
    week.board.say("1", "/send", author="boss")
    work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org Good morning")]


@pytest.mark.parametrize("rules", [Inbox(), Inbox(approval=True)])
def test_a_draft_that_was_changed_after_it_was_shown_is_not_sent(ledger: Ledger, rules: Inbox) -> None:
    week = Week(rules=rules)
    week.town.write("Hello")
    work(week, ledger)
    note = week.board.say("1", "/draft Good morning")
    work(week, ledger)
    week.board.revise(note, "/draft Something else")
    week.board.say("1", "/send", author="boss")
    work(week, ledger)
    assert week.town.answers == []
    assert "changed after it was shown" in week.board.notes("1", "cmflow-answer")[-1]


def test_an_account_with_another_name_keeps_its_conversations(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.town.mute = True
    week.board.say("1", "/reply Good morning")
    work(week, ledger)
    week.town.mute, week.account, week.was = False, "crew", "team"
    work(week, ledger, 60)
    assert len(week.town.answers) == 1, "what is perhaps published is looked for, not sent anew"
    week.board.say("1", "/reply Are you still there?")
    week.town.write("Yes", id="m2", conversation="m1")
    work(week, ledger)
    assert len(week.town.answers) == 2
    inbox = conversations.read(ledger)
    assert [(one.account, one.ticket) for one in inbox.conversations] == [("crew", "1")]
    assert set(inbox.cursors) == {"crew", conversations.HELPDESK}
    assert len(week.board.tickets) == 1


def test_what_does_not_work_here_is_said_before_it_is_tried(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    _, _, impossible = week.board.tickets["1"].sheet.body.partition("These do not work here:")
    assert [line.partition(":")[0] for line in impossible.strip().splitlines()] == [
        "- `/hide`",
        "- `/relay`",
    ]
    week.town.write("My number is on the invoice", author=BEN, contact=Contact.DIRECT, visibility=Visibility.PRIVATE)
    work(week, ledger)
    _, _, impossible = week.board.tickets["2"].sheet.body.partition("These do not work here:")
    assert "- `/post`: a post would quote a message that is not public." in impossible.splitlines()


def test_spam_is_labelled(week: Week, ledger: Ledger) -> None:
    week.town.write("How do I reset it?")
    work(week, ledger)
    week.board.say("1", "/spam")
    work(week, ledger)
    work(week, ledger)
    assert [label for label in week.board.tickets["1"].sheet.labels if label in [*Label]] == ["spam?"]
    [conversation] = conversations.read(ledger).conversations
    assert ("spam?" in conversation.labels, conversation.manual, bool(conversation.closed)) == (True, True, True)


def test_a_list_of_strangers_is_answered_to_none_of_them(ledger: Ledger) -> None:
    week = Week(rules=Inbox(burst=0))
    for number in range(3):
        week.town.write(f"Buy {number}", author=Author(f"{number}", f"bot{number}"))
    work(week, ledger)
    week.board.say("1", "/reply Hello")
    week.board.say("1", "/hide")
    work(week, ledger)
    assert (week.town.answers, week.town.hidden) == ([], [])
    assert forget(week.office(), ledger, "bot1") == 1
    [text] = week.board.notes("1", "cmflow-message")
    assert ("Buy 0" in text, "Buy 1" in text, "bot1" in text, "Buy 2" in text) == (True, False, False, True)
    week.board.say("1", "/spam")
    work(week, ledger)
    assert all(one.closed for one in conversations.read(ledger).conversations)
    assert [row.ticket for row in rows(ledger, everything=True)] == ["1"]


def test_a_person_without_a_handle_is_forgotten_by_the_name_that_is_shown(week: Week, ledger: Ledger) -> None:
    week.town.write("My address is 1 High Street", author=Author("7", "bob"))
    work(week, ledger)
    assert forget(week.office(), ledger, "bob") == 1
    assert "High Street" not in " ".join(week.board.notes("1"))


def test_a_saved_reply_knows_its_variables(week: Week, ledger: Ledger) -> None:
    replies = {"templates/replies/thanks.md.j2": "Thank you from {{ brand }}! {{ text }}"}
    week.town.write("You are great")
    work(week, ledger)
    week.board.say("1", "/thanks See you soon.")
    week.clock.time += timedelta(minutes=5)
    run(week.office(replies=replies), ("team",), ledger)
    assert week.town.answers == [("m1", "@ana@example.org Thank you from Harbour! See you soon.")]
    assert not week.board.tickets["1"].is_open


def test_an_answer_has_no_more_readers_than_its_question(week: Week, ledger: Ledger) -> None:
    week.town.write("Just between us", contact=Contact.DIRECT, visibility=Visibility.PRIVATE)
    work(week, ledger)
    week.board.say("1", "/reply Of course")
    work(week, ledger)
    assert week.town.audiences == [Visibility.PRIVATE]


def test_a_direct_message_is_answered_where_posts_are_only_public() -> None:
    """Facebook's posts are for everyone, and its direct messages are not."""
    trace = Trace("m1", Contact.DIRECT, NOON, "a1", visibility=Visibility.PRIVATE)
    conversation = Conversation("page", "facebook", "t1", (trace,))
    account = Account("page", "facebook", options=(("page", "1"),))
    plan = Plan("Harbour", "Europe/Berlin", "en", (account,))
    answer = Answer("n1", "1", conversation, trace, "Of course", NOON)
    variant, problems = answers.render(answer, account, networks.load("facebook"), plan)
    assert (variant and variant.visibility, problems) == (Visibility.PRIVATE, ())


def test_while_publishing_is_stopped_answers_still_go_out(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.say("1", "/reply Hello")
    week.clock.time += timedelta(minutes=5)
    run(week.office(stop=Stop(NOON, "a storm")), ("team",), ledger)
    assert len(week.town.answers) == 1
    assert "Publishing is stopped" in week.board.notes("1", "cmflow-answer")[0]


def test_a_lost_answer_is_looked_for_and_not_repeated(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.town.mute = True
    week.board.say("1", "/reply Hello")
    work(week, ledger)
    week.town.mute = False
    assert "Not yet" in week.board.notes("1", "cmflow-answer")[0]
    work(week, ledger, 60)
    assert len(week.town.answers) == 1
    assert "Answered" in week.board.notes("1", "cmflow-answer")[0]


def test_an_answer_that_a_person_saw_takes_no_other_conversation_to_it(week: Week, ledger: Ledger) -> None:
    """It has no id of the network; neither has what a new message answers."""
    week.town.write("Hello")
    work(week, ledger)
    week.town.mute, week.town.find_reply = True, None  # type: ignore[assignment]
    week.board.say("1", "/reply Hello Ana")
    work(week, ledger)
    week.board.say("1", "/settle sent")
    work(week, ledger)
    work(week, ledger)
    week.town.write("My number is on the invoice", author=BEN, contact=Contact.DIRECT, visibility=Visibility.PRIVATE)
    work(week, ledger)
    assert ["invoice" in " ".join(week.board.notes(ticket)) for ticket in week.board.tickets] == [False, True]
    hello = next(one for one in conversations.read(ledger).conversations if one.id == "m1")
    assert [(trace.id, trace.ours) for trace in hello.traces] == [("m1", False), ("reply-n2", True)]


def test_what_is_left_of_a_conversation_is_answered(week: Week, ledger: Ledger) -> None:
    week.town.write("When do you open?")
    work(week, ledger)
    week.town.write("Oops", id="m2", conversation="m1")
    work(week, ledger)
    week.town.remove("m2")
    work(week, ledger)
    week.board.say("1", "/reply At eight.")
    work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org At eight.")]


def test_a_command_is_met_though_the_clocks_differ(week: Week, ledger: Ledger) -> None:
    """The helpdesk's clock is half an hour behind ours."""
    week.town.write("Hello")
    work(week, ledger)
    note = week.board.say("1", "/reply Hello Ana")
    week.board._replace(note, replace(note, time=note.time - timedelta(minutes=30)))
    for _ in range(2):
        work(week, ledger)
    assert week.town.answers == [("m1", "@ana@example.org Hello Ana")]


def test_a_saved_reply_that_names_its_author_is_approved_and_closes(ledger: Ledger) -> None:
    week = Week(rules=Inbox(approval=True))
    replies = {"templates/replies/thanks.md.j2": "Thank you! {{ author }}"}
    week.town.write("You are great")
    work(week, ledger)
    for author, text in (("cm", "/thanks"), ("boss", "/send")):
        week.board.say("1", text, author=author)
        week.clock.time += timedelta(minutes=5)
        run(week.office(replies=replies), ("team",), ledger)
    assert week.town.answers == [("m1", "@ana@example.org Thank you! cm")]
    closed = "**Answered** on 2026-12-01 12:25 UTC. https://town.example/a1 The conversation is closed."
    assert week.board.notes("1", "cmflow-answer")[1:] == [closed]
    assert not week.board.tickets["1"].is_open


def test_labels_of_a_person_win_for_good(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    week.board.label("1", "inbox", "praise")
    work(week, ledger)
    [conversation] = conversations.read(ledger).conversations
    assert (conversation.labels, conversation.manual) == (("inbox", "praise"), True)


def test_a_burst_of_strangers_is_one_ticket(ledger: Ledger) -> None:
    week = Week(rules=Inbox(burst=3))
    week.town.write("A friend", author=BEN)
    work(week, ledger)
    for number in range(200):
        week.town.write("Buy now", author=replace(ANA, id=f"bot {number}"))
    week.town.write("A friend again", author=BEN)
    tally = work(week, ledger)
    assert (len(tally.opened), tally.quarantined) == (3, 198)
    assert len(week.board.tickets) == 5
    assert len(week.board.notes("4", "cmflow-message list")) == 2


def test_a_conversation_of_the_quarantine_can_be_opened(ledger: Ledger) -> None:
    week = Week(rules=Inbox(burst=0))
    week.town.write("Buy now", author=replace(ANA, id="8"))
    week.town.write("Is this still for sale?", author=BEN)
    work(week, ledger)
    assert len(week.board.tickets) == 1
    week.board.say("1", "/open 2")
    work(week, ledger)
    assert ["Is this still for sale?" in text for text in week.board.notes("2")] == [True]
    assert "https://desk.example/2" in week.board.notes("1", "cmflow-answer")[0]
    week.board.say("2", "/reply @ben@example.org Yes")
    work(week, ledger)
    assert week.town.answers == [("m2", "@ben@example.org Yes")], "mentioned once, who mentions them"


def test_a_ticket_that_was_deleted_by_hand_comes_again_with_the_next_message(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    del week.board.tickets["1"], week.board.marks["1"], week.board.changed["1"]
    week.board.marks["0"] = "in the way"
    assert [work(week, ledger).ended for _ in range(2)] == [1, 0]
    assert (week.board.tickets, rows(ledger)) == ({}, ())
    week.town.write("Are you there?", id="m2", conversation="m1")
    work(week, ledger)
    [ticket] = week.board.tickets.values()
    assert ["Are you there?" in note.text for note in ticket.notes] == [True]
    assert [(row.ticket, row.state) for row in rows(ledger)] == [(ticket.id, "open")]


def test_texts_go_after_the_time_that_the_plan_says(week: Week, ledger: Ledger) -> None:
    week.town.write("A secret about my neighbour")
    work(week, ledger)
    work(week, ledger, 60 * 24 * 91)
    assert "secret" not in " ".join(week.board.notes("1"))
    assert not week.board.tickets["1"].is_open
    [conversation] = conversations.read(ledger).conversations
    assert conversation.purged
    assert len(conversation.traces) == 1


def test_who_was_forgotten_and_writes_again_is_forgotten_again(week: Week, ledger: Ledger) -> None:
    week.town.write("A secret")
    work(week, ledger)
    week.board.say("1", "/draft Dear Ana")
    work(week, ledger)
    assert forget(week.office(), ledger, "@ana@example.org") == 1
    week.town.write("Another secret", id="m2", conversation="m1")
    work(week, ledger)
    assert ["Another secret" in text for text in week.board.notes("1", "cmflow-message")] == [True]
    assert forget(week.office(), ledger, "@ana@example.org") == 1
    week.town.write("The third secret", id="m3", conversation="m1")
    work(week, ledger)
    work(week, ledger, 60 * 24 * 91)
    assert [text.partition("\n\n")[2] for text in week.board.notes("1")] == [
        "*The text was removed because its author asked for it.*\n\n",
        "*The text was removed after 90 days, as the plan says.*\n\n",
    ]
    assert not week.board.tickets["1"].is_open


def test_a_public_repository_stores_nothing(week: Week, ledger: Ledger) -> None:
    week.board.is_public = True
    week.town.write("Hello")
    with pytest.raises(SourceError, match="public"):
        work(week, ledger)
    assert week.board.tickets == {}
    week.rules = Inbox(public=True)
    work(week, ledger)
    assert len(week.board.tickets) == 1


def test_of_two_runs_at_once_one_waits_for_its_turn(week: Week, tmp_path: Path) -> None:
    ours, theirs = clones(tmp_path, 2, conversations.BRANCH)
    week.town.write("Hello")
    reply = week.town.inbox

    def meanwhile(session: object, inquiry: object) -> object:
        with pytest.raises(LedgerError, match="Another run is reading the inbox"):
            run(week.office(), ("team",), theirs)
        return reply(session, inquiry)  # type: ignore[arg-type]

    week.town.inbox = meanwhile  # type: ignore[method-assign,assignment]
    work(week, ours)
    week.town.inbox = reply  # type: ignore[method-assign]
    work(week, theirs)
    assert len(week.board.tickets) == 1


def test_a_file_that_cannot_be_read_is_left_alone(week: Week, ledger: Ledger) -> None:
    week.town.write("Hello")
    work(week, ledger)
    [conversation] = conversations.read(ledger).conversations
    place = conversations.path(conversation)
    change.commit(ledger, lambda tip: (None, {place: b"{}\n"}, "Break it"), week.clock)
    week.town.write("Are you there?", id="m2", conversation="m1")
    tally = work(week, ledger)
    assert tally.person
    assert tally.failures == [
        f"cmflow cannot read cmflow-inbox:{place}, and leaves its conversation alone until a maintainer fixes it."
    ]
    assert conversations.read(ledger).unreadable == (place,)
    assert len(week.board.tickets) == 1


def _story(week: Week, ledger: Ledger) -> None:
    """Hear two people, then answer one of them; every run may be killed."""
    run(week.office(), ("team",), ledger)
    if not any(note.author == "cm" for ticket in week.board.tickets.values() for note in ticket.notes):
        week.board.say("1", "/reply Hello Ana")
    week.clock.time += timedelta(minutes=1)
    run(week.office(), ("team",), ledger)


@pytest.mark.slow  # a day for each moment
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_written_twice(tmp_path: Path) -> None:
    trip = Trip()
    at = 0
    while True:
        at += 1
        week = Week()
        week.town.write("Hello")
        week.town.write("And me", author=BEN)
        week.town.write("More", id="m3", conversation="m1")
        ledger = Ledger(paper(tmp_path / f"{at}" / "ledger"), conversations.BRANCH)
        trip = Trip(at)
        week.town.moment = week.board.moment = trip
        try:
            _story(week, tripping(ledger, trip))
        except Crash:
            pass
        else:
            break
        week.town.moment = week.board.moment = Trip()
        for _ in range(4):
            week.clock.time += timedelta(minutes=45)
            _story(week, ledger)
        assert week.town.answers == [("m3", "@ana@example.org Hello Ana")], at
        assert sorted(week.board.marks) == ["1", "2"], at
        messages = [len(week.board.notes(ticket, "cmflow-message")) for ticket in ("1", "2")]
        assert messages == [2, 1], at
        [receipt] = week.board.notes("1", "cmflow-answer")
        assert "Answered" in receipt, at
    assert at > 20


def _erasing(week: Week, ledger: Ledger) -> None:
    if "m1" in week.town.messages:
        week.town.remove("m1")
    work(week, ledger)


def _forgetting(week: Week, ledger: Ledger) -> None:
    forget(week.office(), ledger, "@ana@example.org")


def _thanking(week: Week, ledger: Ledger) -> None:
    week.clock.time += timedelta(minutes=15)
    run(week.office(replies={"templates/replies/thanks.md.j2": "Thank you!"}), ("team",), ledger)


DELETED = ["*Its author deleted this message on Mastodon.*"]
FORGOTTEN = ["*The text was removed because its author asked for it.*"]


@pytest.mark.parametrize(
    ("act", "is_open", "texts"),
    [(_erasing, True, DELETED), (_forgetting, False, FORGOTTEN), (_thanking, False, [])],
)
def test_killed_at_any_moment_the_ticket_says_what_became_of_it(
    act: Callable[[Week, Ledger], None], is_open: bool, texts: list[str], tmp_path: Path
) -> None:
    at = 0
    while True:
        at += 1
        week, ledger = Week(), Ledger(paper(tmp_path / f"{at}" / "ledger"), conversations.BRANCH)
        week.town.write("A secret")
        work(week, ledger)
        if act is _thanking:
            week.board.say("1", "/thanks")
        week.town.moment = week.board.moment = trip = Trip(at)
        try:
            act(week, tripping(ledger, trip))
        except Crash:
            pass
        else:
            break
        week.town.moment = week.board.moment = Trip()
        week.clock.time += timedelta(minutes=45)
        with suppress(SourceError):  # all is erased already
            act(week, ledger)
        assert week.board.tickets["1"].is_open is is_open, at
        if texts:
            assert [note.partition("\n\n")[2].strip() for note in week.board.notes("1")] == texts, at
    assert at > 5
