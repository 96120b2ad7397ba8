"""A list of strangers: what is in it, what is taken out of it, and who is forgotten."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmflow.inbox import forget, rows
from cmflow.inbox.run import run
from cmflow.ledger import Ledger, conversations
from cmflow.model import Author, Inbox, Label, TriageRule
from tests.deliveries import Crash, Trip, tripping
from tests.faults.paper import paper
from tests.inbox.test_wording import TRICKS
from tests.inbox.town import Week

DORA = Author("7", "Dora", "@dora@example.org")
LISTED = "{}. `Dora` (`@dora@example.org`) · `{}` · [Open it on Mastodon](https://town.example/{}) (`town.example`)"


def work(week: Week, ledger: Ledger, minutes: int = 15) -> None:
    week.clock.time += timedelta(minutes=minutes)
    run(week.office(), ("team",), ledger)


def flood(*texts: str, **rules: object) -> Week:
    week = Week(rules=replace(Inbox(burst=0), **rules))  # type: ignore[arg-type]
    for number, text in enumerate(texts, 1):
        week.town.write(text, author=replace(DORA, id=f"{number}"))
    return week


def test_what_is_opened_is_a_conversation_like_any_other(ledger: Ledger) -> None:
    rule = TriageRule("ovens", ("oven",), label=Label.COMPLAINT, urgent=True)
    week = flood("Buy now", "The oven\nis <b>cold</b>", rules=(rule,))
    work(week, ledger)
    week.board.say("1", "/open 2")
    work(week, ledger)
    assert week.board.notes("1", "cmflow-message") == [f"{LISTED.format(1, 'Buy now', 'm1')}\n2. …"]
    assert week.board.tickets["2"].sheet.labels == ("inbox", "complaint", "account: team", "urgent")
    assert week.board.notes("2") == [
        "**`@dora@example.org`** wrote on Mastodon, Tue 2026-12-01, 13:00 (Europe/Berlin):\n\n"
        "<blockquote><code>The oven is &lt;b&gt;cold&lt;/b&gt;</code></blockquote>\n\n"
        "- [Open it on Mastodon](https://town.example/m2) (`town.example`)\n"
        "- Why it has these labels: `“oven” fits the plan's rule “ovens”.`\n"
    ]
    week.board.say("2", "/reply We are on our way")
    work(week, ledger)
    assert week.town.answers == [("m2", "@dora@example.org We are on our way")]
    [urgent] = [one for one in conversations.read(ledger).conversations if one.id == "m2"]
    assert (urgent.urgent, urgent.quarantined, urgent.labels) == (
        True,
        False,
        ("inbox", "complaint", "account: team", "urgent"),
    )


def test_who_was_opened_and_is_forgotten_is_nowhere(ledger: Ledger) -> None:
    week = flood("Buy now", "My number is on the invoice")
    work(week, ledger)
    week.board.say("1", "/open 2")
    work(week, ledger)
    assert forget(week.office(), ledger, "@dora@example.org") == 2
    texts = [note.text for ticket in week.board.tickets.values() for note in ticket.notes]
    assert not [text for text in texts if "invoice" in text or "dora" in text.lower()]
    week.board.say("1", "/open 1")
    work(week, ledger)
    assert "The list has no conversation 1." in week.board.notes("1", "cmflow-answer")[-1]


NAMES = (*TRICKS, "x` (`@ben@example.org`) · `y", "``` · [a](https://b.example) (`c`)", "…", " ")


@pytest.mark.parametrize("names", [NAMES[start : start + 12] for start in range(0, len(NAMES), 12)])
def test_whatever_strangers_are_called_the_list_is_read_as_it_was_written(
    ledger: Ledger, names: tuple[str, ...]
) -> None:
    week, numbers = Week(rules=Inbox(burst=0)), range(1, len(names) + 1)
    for number, name in zip(numbers, names, strict=True):
        week.town.write(name, author=Author(f"{number}", name, f"@dora{number}@example.org"))
    work(week, ledger)
    for number in numbers:
        week.board.say("1", f"/open {number}")
    work(week, ledger)
    assert week.board.notes("1", "cmflow-message") == ["\n".join(f"{number}. …" for number in numbers)]
    for number in numbers:
        week.board.say(f"{number + 1}", "/reply Hello")
    work(week, ledger)
    assert {*week.town.answers} == {(f"m{number}", f"@dora{number}@example.org Hello") for number in numbers}
    assert len(week.town.answers) == len(names)


def test_a_list_that_was_closed_opens_again_with_the_next_strangers(ledger: Ledger) -> None:
    week = flood("Buy now")
    work(week, ledger)
    week.board.say("1", "/spam")
    work(week, ledger)
    assert (week.board.tickets["1"].is_open, rows(ledger)) == (False, ())
    week.town.write("Is anybody there?", author=replace(DORA, id="9"))
    work(week, ledger)
    assert week.board.tickets["1"].is_open
    assert [(row.ticket, row.state) for row in rows(ledger)] == [("1", "open")]
    assert week.board.notes("1", "cmflow-message list")[1].strip() == LISTED.format(2, "Is anybody there?", "m2")


def test_killed_while_one_is_opened_it_is_there_once(tmp_path: Path) -> None:
    at = 0
    while True:
        at += 1
        ledger, week = Ledger(paper(tmp_path / f"{at}" / "ledger"), conversations.BRANCH), flood("Buy now", "Help!")
        work(week, ledger)
        week.board.say("1", "/open 2")
        week.board.moment = trip = Trip(at)
        try:
            work(week, tripping(ledger, trip))
        except Crash:
            pass
        else:
            break
        week.board.moment = Trip()
        for _ in range(2):
            work(week, ledger, 45)
        assert len(week.board.tickets) == 2, at
        assert ["Help!" in text for text in week.board.notes("2", "cmflow-message")] == [True], at
        lists = week.board.notes("1", "cmflow-message list")
        assert ("Buy now" in lists[0], "Help!" in "".join(lists)) == (True, False), at
        assert len(week.board.notes("1", "cmflow-answer")) == 1, at
    assert at > 8
