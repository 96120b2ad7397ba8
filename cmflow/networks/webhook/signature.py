"""How an event is signed, as Standard Webhooks are."""

import base64
import binascii
import hashlib
import hmac

from cmflow.content import secrets
from cmflow.model.errors import Denied

PREFIX = "whsec_"
KEYS = range(24, 65)  # bytes of a signing key (https://www.standardwebhooks.com, read 2026-11-22)


def identity(event: str, key: str) -> str:
    """The `webhook-id`: the same for the same event, whenever it is sent."""
    return f"msg_{hashlib.sha256(f'{event} {key}'.encode()).hexdigest()[:32]}"


def headers(keys: tuple[bytes, ...], number: str, time: int, body: bytes) -> dict[str, str]:
    signed = f"{number}.{time}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return {
        "webhook-id": number,
        "webhook-timestamp": str(time),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def key_of(word: str, account: str) -> bytes:
    """The bytes of a signing secret."""
    hint = f"Make one: `openssl rand -base64 32`, with {PREFIX} before it, in {secrets.variable(account, 'secret')}."
    if not word.startswith(PREFIX):
        raise Denied(f"The signing secret of {account} does not begin with {PREFIX}", hint)
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise Denied(f"The signing secret of {account} is not written in base64.", hint) from None
    if len(key) not in KEYS:
        raise Denied(f"The signing secret of {account} has {len(key)} bytes; it needs 24 to 64.", hint)
    return key
