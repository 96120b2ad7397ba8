"""What `cmflow watch` says of the inbox."""

from datetime import timedelta

from cmflow.insights import inbox
from cmflow.insights.concerns import Concern
from cmflow.insights.inbox.alarms import alarms
from cmflow.model import Conversation
from cmflow.model.reason import because
from tests.insights.inbox.conversations import at, conversation, trace
from tests.insights.inbox.test_inbox import NOW, PERIOD, PLAN


def said(*conversations: Conversation) -> list[Concern]:
    return [*alarms(inbox.assess(conversations, PLAN, PERIOD, NOW))]


def test_all_is_well() -> None:
    assert said(conversation("1", trace(1), trace(2, ours=True)), conversation("2", trace(49))) == []


def test_who_waits_for_too_long() -> None:
    late = conversation("1", trace(1), ticket="12")
    again = conversation("2", trace(0), trace(1, ours=True), trace(2), account="shop")
    assert said(late, again) == [
        Concern(
            "inbox-overdue",
            True,
            because("inbox-overdue", overdue=2),
            details=(
                "team, ticket 12: 17 h, since 2026-11-02 10:00",
                "shop: 16 h, since 2026-11-02 11:00",
            ),
        )
    ]


def test_what_soon_cannot_be_answered_any_more() -> None:
    until = NOW + timedelta(hours=3)
    soon, later = (
        conversation("1", trace(49, until=until), ticket="7"),
        conversation("2", trace(49, until=until + timedelta(hours=9))),
    )
    assert said(soon, later) == [
        Concern(
            "inbox-until",
            True,
            because("inbox-until", number=1, at=until),
            details=("team, ticket 7: until 2026-11-04 14:00",),
        )
    ]


def test_fewer_are_answered_than_the_plan_wants_by_more_than_chance() -> None:
    answered = [conversation(f"a{number}", trace(0), trace(1, ours=True)) for number in range(30)]
    overdue = [conversation(f"o{number}", trace(0, f"p{number}")) for number in range(20)]
    concern = said(*answered, *overdue)[-1]
    assert (concern.name, concern.alarm) == ("inbox-share", False)
    assert concern.reason == because("inbox-share-below", share=60, low=46, high=72, aim=90)
    assert said(*answered, overdue[0])[-1].name == "inbox-overdue"
    assert all(concern.advice.endswith((".", "needed.")) for concern in said(*answered, *overdue))
    assert at(0) < NOW
