"""Conversations for tests, by hours from a Monday morning."""

from datetime import UTC, datetime, timedelta

from cmflow.model import Contact, Conversation, Trace

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def trace(hours: float, author: str = "ana", ours: bool = False, **more: object) -> Trace:
    name = f"{author}-{hours}-{ours}"
    return Trace(name, Contact.COMMENT, at(hours), "us" if ours else author, ours=ours, **more)  # type: ignore[arg-type]


def conversation(name: str, *traces: Trace, **more: object) -> Conversation:
    fields: dict[str, object] = {"account": "team", "network": "mastodon", **more}
    return Conversation(id=name, traces=traces, **fields)  # type: ignore[arg-type]
