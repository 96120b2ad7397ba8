from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cmflow.model import Change, Delivery, Problem, State, Status
from cmflow.website.board import STATES, Board, Card
from tests.website.calendars import HOUR, NOW, PLAN, at, board, calendar, entry, sent


def cards(made: Board) -> list[tuple[date, Card]]:
    return [(day.date, card) for month in made.months for day in made.month(month).days for card in day.cards]


def test_every_state_there_is() -> None:
    ready = {
        "sent": at(1),
        "missed": at(2),
        "due": NOW - HOUR,
        "scheduled": at(9),
        "failed": at(1, 9),
        "unsure": at(1, 10),
        "sending": at(3, 12),
        "skipped": at(1, 11),
    }
    entries = [entry(name, due) for name, due in ready.items()]
    blocked = entry("blocked", at(10))
    entries.append(replace(blocked, planned=(replace(blocked.planned[0], blocked=True),)))
    waiting = entry("unapproved", at(12))
    entries.append(replace(waiting, planned=(replace(waiting.planned[0], unapproved="no one has approved it"),)))
    entries.append(entry("by_hand", NOW - HOUR, ("team",)))
    paused = entry("held", at(12, 9))
    entries.append(replace(paused, planned=(replace(paused.planned[0], held="its date is in the pause august"),)))
    entries += [entry("draft", at(11), status=Status.DRAFT), entry("history", at(1, month=11))]
    known = ("sent", "failed", "unsure", "sending", "skipped")
    ledger = tuple(Delivery(name, "x-en", State(name), ready[name]) for name in known)
    made = board(*entries, ledger=ledger, plan=replace(PLAN, since=date(2026, 11, 2)), silent=("team",))
    assert {card.id: (card.state, [line.state for line in card.lines]) for _, card in cards(made)} == {
        state: (state, [state]) for state in STATES
    }
    assert made.counts == dict.fromkeys(STATES[:-1], 1)
    assert sorted(each.post for each in made.needing) == ["blocked", "failed", "missed", "unsure"]
    assert [each.post for each in made.by_hand] == ["by_hand"]


@pytest.mark.parametrize("due", (NOW - HOUR, at(12)))
def test_what_a_run_kept_back_has_no_errors(due: datetime) -> None:
    """A secret is missing, or nobody committed it: nothing is wrong with the post."""
    asked = entry("a", due)
    made = board(replace(asked, planned=(replace(asked.planned[0], withheld="the token is missing"),)))
    (card,) = (card for _, card in cards(made))
    assert (card.state, [(line.state, line.note) for line in card.lines]) == (
        "held",
        [("held", "the token is missing")],
    )


def test_a_post_with_several_times_stands_on_each_of_its_days() -> None:
    post = entry("a", at(9), ("x-en", "team"))
    first, second = post.planned
    made = board(replace(post, planned=(first, replace(second, due=at(31, 23)))))
    assert list(made.months) == [(2026, 12), (2027, 1)]  # half past midnight in Paris
    assert [(day, f"{card.time:%H:%M}", card.lines[0].account) for day, card in cards(made)] == [
        (date(2026, 12, 9), "09:30", "x-en"),
        (date(2027, 1, 1), "00:30", "team"),
    ]
    assert made.years == [(2026, [(12, "2026-12", 1)]), (2027, [(1, "2027-01", 1)])]


def test_what_most_needs_a_person_comes_first_in_a_post_and_time_in_a_day() -> None:
    late, early = entry("b", at(1, 10), ("x-en", "team")), entry("a", at(1, 7))
    ledger = (sent("b", at(1, 10), "team"), Delivery("b", "x-en", State.FAILED, at(1, 10)), sent("a", at(1, 7)))
    day = board(late, early, ledger=ledger).month((2026, 12)).days[0]
    assert [(card.id, card.state) for card in day.cards] == [("a", "sent"), ("b", "failed")]
    assert [(line.account, line.state, line.url) for line in day.cards[1].lines] == [
        ("x-en", "failed", ""),
        ("team", "sent", "https://x.example/1"),
    ]


def test_a_post_that_is_gone_is_still_shown() -> None:
    made = board(ledger=(sent("old", at(2), url="javascript:alert(1)"),))
    ((day, card),) = cards(made)
    assert (day, card.title, card.page, card.is_gone) == (date(2026, 12, 2), "old", "posts/old.html", True)
    assert [(line.state, line.url) for line in card.lines] == [("sent", "")]


def test_a_post_that_nobody_shows() -> None:
    bare = replace(entry("a", at(9)), planned=())
    wrong = replace(bare, problems=(Problem(bare.path, 1, "empty-text", "Empty."),))
    found = replace(calendar(wrong), problems={wrong.path: wrong.problems})
    made = [board(bare), board(replace(bare, status=Status.DRAFT)), Board(found)]
    assert [card.state for each in made for _, card in cards(each)] == ["skipped", "draft", "blocked"]


def test_a_card_knows_what_people_filter_by() -> None:
    changes = (
        Change(at(2), "Bea", "Mend a word", "b" * 40),
        Change(at(1), "Ada", "Write about the terrace", "a" * 40),
    )
    post = entry("a", at(9), campaign="summer", pillar="menu", language="fr", tags=("sun",))
    ((_, card),) = cards(Board(calendar(post, history={post.path: changes})))
    assert (card.campaign, card.pillar, card.language, card.tags) == ("summer", "menu", "fr", ("sun",))
    assert (card.author, card.excerpt, card.errors, card.warnings) == ("Ada", "Text of a", 0, 0)


def test_a_month_has_all_its_days_and_nothing_of_other_months() -> None:
    made = board(entry("a", datetime(2028, 2, 29, 12, tzinfo=UTC)))
    month = made.month((2028, 2))
    assert (month.name, month.posts, len(month.days)) == ("2028-02", 1, 29)
    assert [len(day.cards) for day in month.days] == [0] * 28 + [1]


def test_files_that_cannot_be_read_are_named() -> None:
    broken = replace(entry("c", at(9)), date=None, planned=())
    found = (Problem(broken.path, 2, "bad-date", "No date."),)
    made = Board(replace(calendar(entry("a", at(9)), broken), problems={broken.path: found}))
    assert [(each.path, tuple(problems)) for each, problems in made.unreadable()] == [(broken.path, found)]


def test_accounts_that_only_posts_or_the_ledger_name() -> None:
    made = board(entry("a", at(9), ("old",)), ledger=(sent("b", at(9) - timedelta(days=30), "older"),))
    assert made.named == {"old", "older"}
