"""CSV (RFC 4180), for spreadsheets: one row per delivery, times in the plan's zone.

It begins with the mark by which Excel knows UTF-8. A cell that a spreadsheet would run as a formula gets a `'` in
front, which shows it as text; the same after a `;`, where spreadsheets of many countries begin the next cell.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO

from cmflow.website.board import Card, CardLine
from cmflow.website.feeds.agenda import Agenda, File

COLUMNS = (
    *("date", "time", "post", "title", "account", "network", "state", "url"),
    *("campaign", "pillar", "language", "author", "tags", "text", "page"),
)
MARK = "\ufeff"
_FORMULA = re.compile(r'^(?=[\s"]*[=+\-@＝＋－＠]|[\t\n])|[;\t\n][\s"]*(?=[=+\-@＝＋－＠])')
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]")
_PLAIN = re.compile(r"(?!\s)[^=+\-@＝＋－＠;\x00-\x1f\x7f-\x9f\ud800-\udfff]*")  # most cells: nothing to look for


def files(agenda: Agenda) -> Iterator[File]:
    networks = {account.name: account.network for account in agenda.accounts}
    out = StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for card in agenda.cards:
        tail = _tail(agenda, card)
        table.writerows([_row(agenda, card, line, networks, tail) for line in card.lines or (None,)])
    yield "calendar.csv", MARK + out.getvalue()


def _tail(agenda: Agenda, card: Card) -> tuple[str, ...]:
    """The last columns, which all rows of a post share."""
    kinds = (card.campaign, card.pillar, card.language, card.author, " ".join(card.tags))
    return tuple(map(cell, (*kinds, card.excerpt, agenda.link(card))))


def _row(
    agenda: Agenda, card: Card, line: CardLine | None, networks: Mapping[str, str], tail: tuple[str, ...]
) -> tuple[str, ...]:
    time = (line.time if line else card.time).isoformat()
    account, state, url = (line.account, line.state, line.url) if line else ("", card.state, "")
    columns = (
        cell(card.id),
        cell(card.title),
        cell(account),
        networks.get(account, ""),
        agenda.states[state],
        cell(url),
    )
    return time[:10], time[11:16], *columns, *tail


def cell(text: str) -> str:
    """The text as a cell that holds no formula."""
    if _PLAIN.fullmatch(text):
        return text
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _FORMULA.sub(lambda hit: f"{hit[0]}'", plain)
