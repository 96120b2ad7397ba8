"""Mentions: whom a post names beside its text, how a person is called at an account, and characters as they are."""

import re

from cmflow.model import Account, Kind, Person, Plan, Span, Text, Variant
from cmflow.model.limits import Limits
from cmflow.render.markdown import parse
from cmflow.render.markdown.spans import Edit, edit

_MARKS = re.compile(r"[\\`*_~\[\]]")
_OPAQUE = re.compile(r"urn:|<")


def mention(word: str, account: Account, plan: Plan, limits: Limits) -> str:
    """The Markdown that mentions a person of the plan, or a handle, there; "" where it would be plain characters."""
    person = next((person for person in plan.people if person.key == word), None)
    if person:
        return f"@{{{word}}}" if handle(person, account) else ""
    markdown = literal(word)
    body = limits.form(parse(markdown)).body
    mentions = [entity.text for entity in limits.find(body) if entity.kind == "mention"]
    return markdown if mentions == [body] else ""


def literal(word: str) -> str:
    """Return Markdown that shows these characters, and means nothing else."""
    return _MARKS.sub(r"\\\g<0>", word)


def stands(mention: str, markdown: str) -> bool:
    """Return whether the text mentions them already."""
    return re.search(rf"(?<![\w@.]){re.escape(mention)}(?![\w@]|[.:]\w)", markdown) is not None


def handle(person: Person, account: Account) -> str:
    """The person's handle for the account, else for its network; "" where the plan has none."""
    handles = dict(person.handles)
    return handles.get(account.name) or handles.get(account.network, "")


def label(person: Person, handle: str) -> str:
    """The characters to show for a person: the handle, or the name where that is missing or only for machines."""
    return person.name if not handle or _OPAQUE.match(handle) else handle


def named(text: Text, account: Account, plan: Plan) -> Text:
    """The text with people as they are called there: a handle is a mention, a name plain characters; who is not in the
    plan stays `@{key}`."""
    if not any(span.kind is Kind.PERSON for span in text.spans):
        return text
    spans, edits = list[Span](), list[Edit]()
    for span in text.spans:
        person = next((one for one in plan.people if one.key == span.value), None) if span.kind is Kind.PERSON else None
        if person is None:
            spans.append(span)
            continue
        own = handle(person, account)
        edits.append((span.start, span.end, label(person, own)))
        if own:
            spans.append(Span(span.start, span.end, Kind.MENTION, own))
    return edit(Text(text.chars, tuple(spans)), edits)


def unknown_people(variant: Variant) -> tuple[str, ...]:
    """The keys of `@{key}` that no one in the plan's people has, in their order in the text."""
    texts = [part.text for part in (*variant.parts, *filter(None, [variant.first_comment]))]
    keys = (span.value for text in texts for span in text.spans if span.kind is Kind.PERSON)
    return tuple(dict.fromkeys(keys))
