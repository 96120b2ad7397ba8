"""Helpers for tests of chat networks: an account as a bot or through a webhook, and messages made of Markdown."""

from dataclasses import replace
from typing import Any

from cmflow.model import Account, Media, Part, Receipt, Variant
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.render import markdown
from tests.networks.contract import NOON, PNG


def access(network: str, token: str, hook: str, channel: str, secret: str = "token", **options: str) -> Access:
    """As a bot in a channel where `secret` is "token", through the webhook where it is "webhook_url"."""
    secrets = {"token": token, "webhook_url": hook}
    home = {"channel": channel} if secret == "token" else {}
    return Access(Account("team", network, options=tuple((home | options).items())), ((secret, secrets[secret]),))


def message(
    network: Network[Any],
    *texts: str,
    media: tuple[str, ...] = (),
    index: int = 0,
    data: bytes = PNG,
    ids: tuple[tuple[str, str], ...] = (),
    below: str = "",
    **changes: Any,
) -> Outgoing:
    """One part per text, all media with the first; `changes` are fields of the variant."""
    parsed = [markdown.parse(text) for text in texts]
    parts = [Part(text, network.limits.form(text)) for text in parsed]
    parts[0] = replace(parts[0], media=tuple(Media(f"content/media/{name}", "What it shows") for name in media))
    variant = Variant("hello", "team", network.name, NOON, tuple(parts), **({"digest": "d" * 64} | changes))
    return Outgoing(variant, index, "key", NOON.timestamp(), (Upload.of(data),) * len(media), ids=ids, below=below)


def receipt(number: str, url: str = "") -> Receipt:
    return Receipt(0, number, url, NOON)
