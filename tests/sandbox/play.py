"""Accounts of every network in a sandbox, and what is published on them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cmflow.model import Account, Media, Part, Receipt, Text, Variant
from cmflow.netkit import http, network
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.repository import shipped
from cmflow.sandbox.door import Door, Inside
from cmflow.sandbox.pages import Pages
from cmflow.sandbox.stage import Stage
from tests.content.media.test_media import MP4

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
OPTIONS: dict[str, dict[str, str]] = {
    "bluesky": {"handle": "cm.example.org"},
    "discord": {"channel": "1101234567890123456"},
    "facebook": {"page": "1000000000000001"},
    "linkedin": {"organization": "1000007"},
    "mastodon": {"instance": "https://social.example.org"},
    "matrix": {"homeserver": "https://matrix.example.org", "room": "#cm:example.org"},
    "slack": {"channel": "C0000000001"},
    "telegram": {"chat": "@cm_example"},
    "webhook": {"url": "https://example.org/hooks/posts"},
    "x": {"handle": "cm_example"},
    "youtube": {"channel": "UCabcdefABCDEF0123456789"},
}
NETWORKS = tuple(OPTIONS)
FIELDS: dict[str, Any] = {"digest": "d" * 64, "language": "en", "title": "T"}
FILM = Media("content/media/film.mp4", "What happens")


def account(name: str) -> Account:
    return Account(f"{name}-en", name, title=f"Ours on {name}", options=tuple(OPTIONS[name].items()))


def stage() -> Stage:
    return Stage(lambda: NOON, lambda seconds: None, Pages(shipped.templates("templates/sandbox")))


@dataclass
class Company:
    """An account behind a door, signed in."""

    door: Door
    account: Account

    @property
    def record(self) -> Any:
        return self.door.network(network.load(self.account.network))

    @property
    def access(self) -> Access:
        return Access(self.account, tuple(self.door.secrets(self.account).items()), clock=NOON.timestamp)

    def connect(self) -> Any:
        return self.record.connect(http.client(), self.access)

    def message(self, text: str, *media: Media, **changes: Any) -> Outgoing:
        form = network.load(self.account.network).limits.form(Text(text))
        attached = (FILM,) if self.account.network == "youtube" else media
        part = Part(Text(text), form, attached)
        variant = Variant("hello", self.account.name, self.account.network, NOON, (part,), **FIELDS | changes)
        return Outgoing(
            variant, 0, sha256(text.encode()).hexdigest()[:25], NOON.timestamp(), (Upload.of(MP4),) * len(attached)
        )

    def publish(self, text: str, *media: Media, **changes: Any) -> Receipt:
        remote = self.record.publish(self.connect(), self.message(text, *media, **changes), ())
        return Receipt(0, remote.id, remote.url, NOON)


def inside(name: str) -> tuple[Stage, Company]:
    """A sandbox of this process with one account."""
    sandbox = stage()
    return sandbox, Company(Inside(sandbox), account(name))
