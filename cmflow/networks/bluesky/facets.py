"""What is linked in a text on Bluesky: stretches of bytes, and whom, where or what they mean."""

import re
from collections.abc import Iterable

from cmflow.model import Entity, Form, Kind, Span
from cmflow.netkit import atproto
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.render import counting, formats
from cmflow.render.autolink import bluesky

_HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
_FEATURES = {Kind.LINK: ("link", "uri"), Kind.MENTION: ("mention", "did"), Kind.TAG: ("tag", "tag")}
_KINDS = {"url": Kind.LINK, "mention": Kind.MENTION, "hashtag": Kind.TAG}


def facets(session: Session, form: Form) -> list[Json]:
    """What we mean to be linked, then what everybody expects to be: Bluesky itself links nothing."""
    explicit = [span for span in form.spans if span.kind in _FEATURES and span.start < span.end]
    detected = (_as_span(entity) for entity in bluesky.find(form.body))
    spans = sorted([*explicit, *(span for span in detected if not _touches(span, explicit))])
    return [facet for span in formats.utf8(form.body, spans) if (facet := _facet(session, span))]


def _facet(session: Session, span: Span) -> Json | None:
    kind, name = _FEATURES[span.kind]
    value = _did(session, span.value) if span.kind is Kind.MENTION else span.value
    if not value or (span.kind is Kind.TAG and (counting.graphemes(value) > 64 or counting.utf8(value) > 640)):
        return None
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", name: value}
    return {"index": {"byteStart": span.start, "byteEnd": span.end}, "features": [feature]}


def _as_span(entity: Entity) -> Span:
    kind, value = _KINDS[entity.kind], entity.text
    if kind is Kind.LINK and "://" not in value:
        value = f"https://{value}"
    elif kind is Kind.TAG:
        value = value.upper() if value.startswith("$") else value[1:]
    return Span(entity.start, entity.end, kind, value)


def _touches(span: Span, spans: Iterable[Span]) -> bool:
    return any(span.start < item.end and item.start < span.end for item in spans)


def _did(session: Session, name: str) -> str:
    """Who that is; "" if it is unknown here: the name then stays plain text."""
    handle = name.removeprefix("@").lower()
    if handle.startswith("did:"):
        return name.removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        return ""
    if handle not in session.people:
        ask = Ask("identity.resolveHandle", params={"handle": handle}, needs=("did",))
        answer = session.answer(ask)
        unknown = answer.status_code == 400 and not atproto.is_denied(answer)
        session.people[handle] = "" if unknown else session.judged(ask, answer)["did"]
    return session.people[handle]
