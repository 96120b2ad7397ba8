"""A conversation goes to another team and comes back; and a suggestion becomes the draft of a post."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from cmflow import github
from cmflow.inbox import quoting
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.relays import QUOTE, unquote
from cmflow.inbox.run import run
from cmflow.inbox.tracker import Tracker
from cmflow.inbox.wording import TELL
from cmflow.ledger import Ledger, conversations
from cmflow.model import Contact, Visibility
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.inbox.town import Week


@pytest.fixture
def product() -> Iterator[Hub]:
    """The repository of the team that makes the product."""
    with hub.running() as server:
        yield server


def office(week: Week, product: Hub) -> Office:
    there = Tracker(github.connect(product.url, "token-of-team", TEAM, lambda seconds: None))
    proposals = lambda name, title, text: f"{title}|{text}"  # noqa: E731
    return replace(week.office(), tracker=lambda repository: there, propose=proposals)


def work(week: Week, product: Hub, ledger: Ledger) -> Tally:
    week.clock.time += timedelta(minutes=15)
    return run(office(week, product), ("team",), ledger)


def test_another_team_gets_the_text_without_the_name_and_the_author_is_told(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("The door does not open.\nAnd the bell <b>rings</b>.")
    work(week, product, ledger)
    week.board.say("1", f"/relay {TEAM}")
    work(week, product, ledger)
    work(week, product, ledger)
    [(number, issue)] = product.issues.items()
    assert "The door does not open." in issue["body"] and "&lt;b&gt;rings" in issue["body"]
    assert not [word for word in ("Ana", "ana@") if word in f"{issue['title']} {issue['body']}"]
    assert "https://desk.example/1" in issue["body"]
    [note] = week.board.notes("1", "cmflow-answer")
    assert f"Handed to {TEAM}" in note
    week.board.say("1", "/done")
    work(week, product, ledger)
    product.issues[number] |= {"state": "closed", "closed_at": "2026-12-01T12:50:00Z"}
    work(week, product, ledger)
    ticket = week.board.tickets["1"]
    assert ticket.is_open and TELL in ticket.sheet.labels
    [told] = week.board.notes("1", "cmflow-relay")
    assert "/reply " in told
    [conversation] = conversations.read(ledger).conversations
    assert [relay.closed is not None for relay in conversation.relays] == [True]
    work(week, product, ledger)
    assert len(week.board.notes("1", "cmflow-relay")) == 1


def test_a_direct_message_is_not_shown_to_everybody(ledger: Ledger, product: Hub) -> None:
    week = Week()
    product.private = False
    week.town.write("My number is on the invoice", contact=Contact.DIRECT, visibility=Visibility.PRIVATE)
    work(week, product, ledger)
    week.board.say("1", f"/relay {TEAM} with name")
    work(week, product, ledger)
    [issue] = product.issues.values()
    assert "invoice" not in f"{issue['title']} {issue['body']}"
    assert "desk.example" not in issue["body"]


@pytest.mark.parametrize("target", ["product", "a/b/c", "https://github.com/team/content", f"{TEAM}#x"])
def test_what_is_not_a_repository_is_refused(ledger: Ledger, product: Hub, target: str) -> None:
    week = Week()
    week.town.write("Hello")
    work(week, product, ledger)
    week.board.say("1", f"/relay {target}")
    work(week, product, ledger)
    assert product.issues == {}
    assert "is not a repository" in week.board.notes("1", "cmflow-answer")[0]


def test_a_suggestion_becomes_a_draft_that_credits_its_author(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("Show the oven!\nPeople love it.")
    work(week, product, ledger)
    week.board.say("1", "/post The oven")
    work(week, product, ledger)
    [note] = week.board.notes("1", "cmflow-answer")
    assert note == ("Proposed as a draft: The oven|> Show the oven!\n> People love it.\n\nThank you, @ana@example.org!")


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.FOLLOWERS])
def test_what_is_not_public_is_not_quoted_in_a_post(ledger: Ledger, product: Hub, visibility: Visibility) -> None:
    week = Week()
    week.town.write("My number is on the invoice", visibility=visibility)
    work(week, product, ledger)
    week.board.say("1", "/post")
    work(week, product, ledger)
    reason = "`The message is not public, so it is not quoted in a post.` `Start one by hand: cmflow new`"
    assert week.board.notes("1", "cmflow-answer") == [f"**Not done.** {reason}"]


def test_a_post_that_its_audience_proposes_is_private_until_it_is_published(ledger: Ledger, product: Hub) -> None:
    week = Week()
    week.town.write("Show the oven!", contact=Contact.SUGGESTION, visibility=Visibility.PRIVATE)
    work(week, product, ledger)
    week.board.say("1", "/post")
    work(week, product, ledger)
    quote = "> Show the oven!\n\nThank you, @ana@example.org!"
    assert week.board.notes("1", "cmflow-answer") == [f"Proposed as a draft: What you told us|{quote}"]


def test_in_a_folder_a_relay_says_what_it_needs(ledger: Ledger) -> None:
    week = Week()
    week.town.write("Hello")
    for _ in range(2):
        week.clock.time += timedelta(minutes=5)
        run(week.office(), ("team",), ledger)
        if not week.board.notes("1", "cmflow-answer") and week.runs == 1:
            week.board.say("1", f"/relay {TEAM}")
    assert "cannot be handed to another team" in week.board.notes("1", "cmflow-answer")[0]


@pytest.mark.parametrize("text", ["One\n\nmy <b> & `x`", "@a #1 <br> </code>", "a\n\n\n\nb", "", "</blockquote>"])
def test_a_text_that_was_quoted_comes_back(text: str) -> None:
    match = QUOTE.search(quoting.quote(text))
    assert match and unquote(match[1]) == text
