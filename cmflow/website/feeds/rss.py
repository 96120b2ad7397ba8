"""RSS 2.0, for feed readers: what was sent, newest first."""

import re
from collections.abc import Iterator
from datetime import UTC
from html import escape

from cmflow.model import Delivery, Entry, Key, Receipt
from cmflow.website.feeds.agenda import Agenda, File, web
from cmflow.website.places import address

# Characters that XML 1.0 cannot hold, however they are written.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def files(agenda: Agenda) -> Iterator[File]:
    ids = {delivery.post for delivery, _ in agenda.sent}
    entries = {entry.id: entry for entry in agenda.calendar.entries if entry.id in ids}
    items = (_item(agenda, delivery, receipt, entries.get(delivery.post)) for delivery, receipt in agenda.sent)
    yield "sent.rss", "\n".join((*_head(agenda), *items, "</channel>", "</rss>", ""))


def _head(agenda: Agenda) -> Iterator[str]:
    plan, site = agenda.calendar.plan, agenda.address
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
    yield "<channel>"
    yield f"<title>{_text(plan.brand)}</title>"
    yield f"<link>{_text(f'{site}/' if site else agenda.calendar.web or 'about:blank')}</link>"
    yield f"<description>{_text(plan.brand)}: {agenda.states['sent']}</description>"
    yield f"<language>{_text(plan.language)}</language>"
    if agenda.sent:
        yield f"<lastBuildDate>{_date(agenda.sent[0][1])}</lastBuildDate>"
    if site:
        yield f'<atom:link href="{_text(site)}/sent.rss" rel="self" type="application/rss+xml"/>'


def _item(agenda: Agenda, delivery: Delivery, receipt: Receipt, entry: Entry | None) -> str:
    url = web(receipt.url)
    leads = url or (f"{agenda.address}/{address(delivery.post)}" if agenda.address else "")
    title_sent = agenda.calendar.titles.get(Key(delivery.post, delivery.account))
    title = title_sent or (entry.title if entry and entry.title else delivery.post)
    planned = next((part for part in entry.planned if part.account == delivery.account), None) if entry else None
    kinds = (delivery.account, *((entry.campaign, entry.pillar, *entry.tags) if entry else ()))
    elements = (
        f"<title>{_text(title)} ({_text(delivery.account)})</title>",
        f"<link>{_text(leads)}</link>" if leads else "",
        f"<description>{_text(planned.excerpt)}</description>" if planned else "",
        *(f"<category>{_text(kind)}</category>" for kind in kinds if kind),
        _guid(delivery, receipt, url),
        f"<pubDate>{_date(receipt)}</pubDate>",
    )
    return f"<item>{''.join(elements)}</item>"


def _guid(delivery: Delivery, receipt: Receipt, url: str) -> str:
    """A published post keeps one id: its URL, else the network's id."""
    if url:
        return f'<guid isPermaLink="true">{_text(url)}</guid>'
    named = "/".join((delivery.post, delivery.account, receipt.id or receipt.time.astimezone(UTC).isoformat()))
    return f'<guid isPermaLink="false">{_text(named)}</guid>'


def _date(receipt: Receipt) -> str:
    from email.utils import format_datetime

    return format_datetime(receipt.time.astimezone(UTC), usegmt=True)


def _text(text: str) -> str:
    return escape(_NO_XML.sub("", text))
