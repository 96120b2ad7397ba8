"""Figures of conversations: what counts, what waits, and what so few can tell."""

from datetime import date, time, timedelta

import pytest

from cmflow.insights import inbox
from cmflow.insights.inbox import Answers, Case, Fate, Group, Listening, Week
from cmflow.insights.inbox.groups import group, ninety, share
from cmflow.insights.statistics import Interval, Period
from cmflow.model import Account, Conversation, Inbox, Plan
from tests.insights.inbox.conversations import MONDAY, at, conversation, trace

HOURS = tuple((day, time(9), time(17)) for day in range(5))
PLAN = Plan(
    "Harbour",
    "UTC",
    "en",
    (Account("team", "mastodon"), Account("shop", "bluesky")),
    inbox=Inbox(hours=HOURS, first_answer=timedelta(hours=4), answered=90),
)
NOW = at(50)  # Wednesday, 11:00
PERIOD = Period(at(-100), at(1000))


def assess(*conversations: Conversation, answers: Answers | None = None, plan: Plan = PLAN) -> Listening:
    return inbox.assess(conversations, plan, PERIOD, NOW, answers)


def fates(*conversations: Conversation) -> dict[str, int]:
    total = assess(*conversations).total
    return {name: getattr(total, name) for name in ("answered", "closed", "overdue", "waiting") if getattr(total, name)}


def test_a_first_answer_on_the_network() -> None:
    one = conversation("1", trace(1), trace(2), trace(3.5, ours=True), trace(4), ticket="12", labels=("doubt",))
    [case] = assess(one).open
    assert case == Case(
        "team", "doubt", "", "12", at(1), "ana", Fate.ANSWERED, timedelta(hours=2.5), at(4), timedelta(hours=14)
    )


def test_a_first_answer_by_its_receipt() -> None:
    one = conversation("1", trace(1), commands=("n1", "n2"))
    answers = {("team", "n2"): at(3), ("team", "n9"): at(2), ("shop", "n1"): at(2)}
    assert assess(one, answers=answers).total.answered == 1
    assert assess(one, answers=answers).open == ()
    assert assess(one).total.overdue == 1


def test_what_we_wrote_before_the_first_message_is_not_an_answer() -> None:
    assert fates(conversation("1", trace(0, ours=True), trace(1))) == {"overdue": 1}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (conversation("1", trace(1)), {"overdue": 1}),
        (conversation("1", trace(48)), {"waiting": 1}),
        (conversation("1", trace(9)), {"overdue": 1}),
        (conversation("1", trace(1), closed=at(2)), {"closed": 1}),
        (conversation("1", trace(1), trace(2, ours=True), closed=at(2)), {"answered": 1}),
        (conversation("1", trace(1), labels=("spam?",)), {}),
        (conversation("1", trace(1), quarantined=True), {}),
        (conversation("1", trace(1, deleted=at(2))), {}),
        (conversation("1", trace(1, deleted=at(3)), trace(2, ours=True)), {"answered": 1}),
        (conversation("1", trace(1, ours=True)), {}),
        (conversation("1"), {}),
        (conversation("1", trace(60)), {}),  # ahead of its time
        (conversation("1", trace(-500)), {}),  # before the period
    ],
)
def test_what_came_of_a_conversation(one: Conversation, expected: dict[str, int]) -> None:
    assert fates(one) == expected


def test_open_conversations_of_any_time_the_oldest_first() -> None:
    old, late, fresh = conversation("1", trace(-500)), conversation("2", trace(1)), conversation("3", trace(49))
    closed = conversation("4", trace(1), closed=at(5))
    listening = assess(fresh, closed, late, old)
    assert [case.since for case in listening.open] == [at(-500), at(1), at(49)]
    assert [case.since for case in listening.overdue] == [at(-500), at(1)]


def test_when_the_network_takes_no_answer_any_more() -> None:
    [case] = assess(conversation("1", trace(48, until=at(52)), trace(49, until=at(53)), trace(10, until=at(34)))).open
    assert case.until == at(52)


def test_groups_weeks_and_people() -> None:
    first = conversation("1", trace(-168, "ana"), trace(-167, ours=True), labels=("praise",), campaign="launch")
    second = conversation("2", trace(1, "ana"), trace(2, ours=True), labels=("doubt",))
    third = conversation("3", trace(3, "bo"), trace(4, "cy"), account="shop", labels=("doubt",))
    listening = inbox.assess((first, second, third), PLAN, Period(at(-200), at(100)), NOW)
    assert [(row.name, row.answered, row.overdue) for row in listening.labels] == [("doubt", 1, 1), ("praise", 1, 0)]
    assert [(row.name, row.all) for row in listening.accounts] == [("team", 2), ("shop", 1)]
    assert [(row.name, row.all) for row in listening.campaigns] == [("launch", 1)]
    assert [(week.starts, week.figures.all, week.new, week.returning) for week in listening.weeks] == [
        (date(2026, 10, 26), 1, 1, 0),
        (date(2026, 11, 2), 2, 2, 1),
    ]
    assert (listening.new, listening.returning) == (3, 0)
    later = inbox.assess((first, second, third), PLAN, Period(MONDAY, at(100)), NOW)
    assert (later.new, later.returning) == (2, 1)
    one_account = inbox.assess((first, second, third), PLAN, PERIOD, NOW, accounts=("shop",))
    assert (one_account.total.all, one_account.new) == (1, 2)


def test_spam_and_quarantine_are_nobody_s_voice() -> None:
    spam = conversation("1", trace(1, "bot"), labels=("spam?",))
    aside = conversation("2", trace(2, "crowd"), quarantined=True)
    listening = assess(spam, aside, conversation("3", trace(3, "ana"), trace(4, "ana")))
    assert (listening.new, listening.returning) == (1, 0)


def test_weeks_without_a_conversation_are_there() -> None:
    listening = inbox.assess(
        (conversation("1", trace(-500)), conversation("2", trace(1))), PLAN, Period(at(-600), at(100)), NOW
    )
    assert [week.figures.all for week in listening.weeks] == [1, 0, 0, 1]
    assert listening.weeks[1] == Week(date(2026, 10, 19), Group(""), 0, 0)


def test_too_few_are_not_judged() -> None:
    few = assess(*(conversation(str(number), trace(number / 9), trace(2, ours=True)) for number in range(9)))
    assert (few.total.few, few.total.usual, few.total.answered) == (True, None, 9)
    assert few.total.share and few.total.share.middle == 100 and few.total.share.low < 75
    ten = assess(*(conversation(str(number), trace(0), trace(number, ours=True)) for number in range(1, 11)))
    assert ten.total.usual == Interval(5.5, 2.0, 8.0)
    assert ten.total.slow is None


def test_what_is_overdue_waits_for_longer_than_all() -> None:
    answered = [conversation(f"a{number}", trace(0), trace(1, ours=True)) for number in range(8)]
    overdue = [conversation(f"o{number}", trace(0)) for number in range(4)]
    assert assess(*answered, *overdue).total.usual == Interval(1.0, 1.0, float("inf"))
    assert assess(*answered[:3], *overdue, *overdue, *overdue).total.usual is None


def test_without_an_aim_what_is_overdue_is_a_matter_of_days() -> None:
    plan = Plan("Harbour", "UTC", "en", (Account("team", "mastodon"),), inbox=Inbox())
    listening = assess(conversation("1", trace(1)), plan=plan)
    assert (listening.total.waiting, listening.aim, listening.patience, listening.hours) == (
        1,
        None,
        timedelta(days=3),
        False,
    )


def test_shares_and_nine_of_ten() -> None:
    assert share(0, 0) is None
    interval = share(9, 10)
    assert interval and [round(value) for value in (interval.middle, interval.low, interval.high)] == [90, 60, 98]
    assert ninety(range(100)) == Interval(90, 83, 95)
    assert ninety(range(40)) == Interval(36, 31, 39)
    assert ninety(range(500)) == Interval(450, 435, 463)
    assert ninety(range(501)) == Interval(450, 436, 465)
    assert ninety(range(5_000)) == Interval(4_500, 4_457, 4_542)
    assert group("x", ()) == Group("x")
