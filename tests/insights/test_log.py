from dataclasses import replace

from cmflow.insights.log import as_dict, story
from cmflow.model import Approval, Delivery, Event, Receipt, State
from tests.deliveries import NOON


def test_a_thread_that_stopped_half_way() -> None:
    delivery = Delivery(
        "hello",
        "team",
        State.FAILED,
        NOON,
        path="content/posts/hello.md",
        commit="c" * 40,
        digest="d" * 64,
        parts=2,
        receipts=(Receipt(0, "1", "", NOON),),
        error="It is full.",
        history=(Event(NOON, State.SENDING, "run 1", "part 1 of 2"), Event(NOON, State.FAILED, "", "It is full.")),
    )
    lines = [
        "hello on team: failed, due 2026-12-01 21:00:00 Asia/Tokyo",
        "  part 1 of 2 published 2026-12-01 21:00:00  1",
        "  published from content/posts/hello.md as of commit cccccccccc",
        f"  digest {'d' * 64}",
        "  2026-12-01 21:00:00  sending    (run 1)  part 1 of 2",
        "  2026-12-01 21:00:00  failed     (no run)  It is full.",
    ]
    assert list(story(delivery, "Asia/Tokyo")) == lines
    missed = replace(delivery, error="Other words.")
    assert list(story(missed, "Asia/Tokyo")) == [*lines, "  Other words."]


def test_nothing_in_it_moves_a_cursor() -> None:
    evil = "\x1b[2J\u202e"
    receipt, event = Receipt(0, evil, evil, NOON), Event(NOON, State.SENT, evil, evil)
    delivery = Delivery(evil, evil, State.SENT, NOON, evil, commit=evil, digest=evil, error=evil)
    delivery = replace(delivery, receipts=(receipt,), history=(event,))
    assert not {"\x1b", "\u202e"} & set("".join(story(delivery, "UTC")))


def test_what_a_person_said_of_it_at_once() -> None:
    delivery = Delivery("hello", "team", State.SKIPPED, NOON, history=(Event(NOON, State.SKIPPED, "run", "by hand"),))
    assert list(story(delivery, "UTC")) == [
        "hello on team: skipped, due 2026-12-01 12:00:00 UTC",
        "  2026-12-01 12:00:00  skipped    (run)  by hand",
    ]


def test_who_approved_the_very_same() -> None:
    ben = Approval("ben", NOON, 7, "c" * 40, ("ana",), (("team", "same"), ("other", "more")))
    delivery = Delivery("hello", "team", State.SCHEDULED, NOON, digest="same")
    line = "  approved by ben in #7, 2026-12-01 13:00:00"
    assert line in list(story(delivery, "Europe/Paris", [ben]))
    assert line not in list(story(replace(delivery, digest="changed"), "Europe/Paris", [ben]))
    told = [{"by": "ben", "at": "2026-12-01T12:00:00+00:00", "pull": 7, "commit": "c" * 40}]
    assert (as_dict(delivery, [ben])["approved_by"], as_dict(delivery)["approved_by"]) == (told, [])
