"""JSON, for programs: docs/json.md says what each key means, and promises it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cmflow.content.media.urls import address
from cmflow.website.board import Card, CardLine
from cmflow.website.feeds.agenda import Agenda, File

VERSION = 1
# Escaped: lone surrogates, and characters that change the direction of a text or end a line.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def files(agenda: Agenda) -> Iterator[File]:
    plan = agenda.calendar.plan
    head = {
        "version": VERSION,
        "brand": plan.brand,
        "zone": plan.zone,
        "language": plan.language,
        "address": agenda.address,
        "from": agenda.start.isoformat(),
        "until": agenda.end.isoformat(),
        "accounts": [
            {"name": account.name, "network": account.network, "title": account.title} for account in agenda.accounts
        ],
    }
    posts = ",\n".join(_json(_post(agenda, card)) for card in agenda.cards)  # one per line: easy to compare
    yield "calendar.json", f'{_json(head)[:-1]},"posts":[\n{posts}\n]}}\n'


def _post(agenda: Agenda, card: Card) -> Mapping[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "at": card.time.isoformat(),
        "state": card.state,
        "page": agenda.link(card),
        "campaign": card.campaign,
        "pillar": card.pillar,
        "language": card.language,
        "author": card.author,
        "tags": card.tags,
        "media": [address(agenda.address, path) for path in agenda.media(card)],
        "excerpt": card.excerpt,
        "errors": card.errors,
        "warnings": card.warnings,
        "deliveries": [_delivery(line) for line in card.lines],
    }


def _delivery(line: CardLine) -> Mapping[str, str]:
    return {
        "account": line.account,
        "at": line.time.isoformat(),
        "state": line.state,
        "url": line.url,
        "note": line.note,
    }


def _json(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _OBEYED.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)
