"""Posts of a content repository as previews: what each account will show, and what was sent already."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cmflow import lint
from cmflow.model import Delivery, Entry, Key, Post, Problem, Publication, State
from cmflow.model.errors import SourceError
from cmflow.render.preview import Preview
from cmflow.repository import examination
from cmflow.repository.content import Content
from cmflow.repository.examination import Examined
from cmflow.repository.sent_text import SentTexts, edited

Deliveries = Mapping[Key, Delivery]
Read = Callable[[Collection[Key]], Deliveries]


def next_path(entries: Sequence[Entry], now: datetime) -> str:
    """Return the file of the post that is due next. Raises SourceError where none is."""
    upcoming = [entry for entry in entries if entry.date and entry.date >= now]
    if not upcoming:
        raise SourceError(
            "No post is scheduled from now on.", 'Name the post to preview, or start one: cmflow new "Its title"'
        )
    return min(upcoming, key=lambda entry: entry.date or now).path


def examine(content: Content, path: str, read: Read) -> tuple[Examined, Deliveries]:
    """Return the post, with what differs from what was sent of it: none of that goes out again; and its deliveries.

    `read` reads these deliveries from the ledger.
    """
    examined = examination.examine(path, content.source.one(path), content)
    post = examined.post
    deliveries = read({Key(post.id, name) for name in post.accounts}) if post else {}
    delivered = lint.delivered((examination.entry(examined, content),), content.sure_plan, deliveries)
    return replace(examined, problems=(*examined.problems, *delivered)), deliveries


def preview(
    content: Content,
    examined: Examined,
    deliveries: Deliveries,
    accounts: Collection[str] = (),
    sent_texts: SentTexts | None = None,
) -> Preview:
    """Return the post as these accounts show it, or as they showed it when it was sent; all of its own where none is
    named. ValueError: it cannot be read."""
    sent, unreadable = _texts(content, examined, deliveries, sent_texts) if sent_texts else ({}, ())
    examined = replace(examined, problems=(*examined.problems, *unreadable))
    variants = tuple(variant for variant in examined.variants if not accounts or variant.account in accounts)
    problems = tuple(problem for problem in examined.problems if not accounts or problem.account in ("", *accounts))
    rows = {key.account: delivery for key, delivery in deliveries.items()}
    shown = examination.previewed(
        replace(examined, variants=variants, problems=problems), content.sure_plan, sent, rows
    )
    return replace(shown, sent=_sent(shown.post, deliveries))


def _texts(
    content: Content, examined: Examined, deliveries: Deliveries, sent_texts: SentTexts
) -> tuple[Mapping[Key, Publication], tuple[Problem, ...]]:
    """What was sent, where the post would look different now, and what is wrong with that."""
    pairs = [*edited((examination.entry(examined, content),), deliveries)]
    if not pairs:
        return {}, ()
    problems = sent_texts.find(pairs, content.source.blobs).problems
    return sent_texts.texts([delivery for _, delivery in pairs]), problems


def _sent(post: Post, deliveries: Deliveries) -> dict[str, datetime]:
    """When it was due where it was sent, by account."""
    pairs = ((name, deliveries.get(Key(post.id, name))) for name in post.accounts)
    return {name: delivery.due for name, delivery in pairs if delivery and delivery.state is State.SENT}
