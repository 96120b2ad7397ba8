"""A post that is examined: read, rendered, checked, and turned into its calendar entry."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from cmflow import lint, render
from cmflow.content.media import Facts, Unreadable, fit
from cmflow.model import Account, Delivery, Entry, Key, Plan, Planned, Post, Problem, Publication, Variant
from cmflow.model.limits import Limits
from cmflow.model.publication import is_unpublished
from cmflow.netkit import network
from cmflow.problems import is_error
from cmflow.render import cost
from cmflow.render.preview import Preview
from cmflow.render.traits import traits
from cmflow.repository import posts
from cmflow.repository.content import Content
from cmflow.repository.publication_index import PublicationIndex
from cmflow.repository.spelling import composed
from cmflow.values import dataclass

NOTHING: Mapping[Any, Any] = MappingProxyType({})
EXCERPT = 120  # characters of text in a calendar entry


@dataclass(frozen=True, slots=True)
class Examined:
    """One examined post: the variants that could be rendered, and all its problems.

    `history` is what is written for accounts on which it is dated before cmflow took over, where that is enough.
    `changes` has, by account and path, how a picture is made to fit the network.
    """

    path: str
    post: Post | None
    variants: tuple[Variant, ...]
    problems: tuple[Problem, ...]
    history: tuple[Variant, ...] = ()
    changes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def examine(path: str, data: bytes, content: Content) -> Examined:
    """Read, render and check one post. Raises SourceError without a usable plan."""
    return _examine(path, data, content, datetime.min.replace(tzinfo=UTC))


def survey(path: str, data: bytes, content: Content, sent: PublicationIndex | None = None) -> Examined:
    """The same, but what is dated before cmflow took over is not rendered: it is never sent, and what a network made of
    it is unknown. Nor is what was `sent` of the post as it is, which is not checked either."""
    return _examine(path, data, content, content.sure_plan.start(), sent)


def _examine(
    path: str, data: bytes, content: Content, since: datetime, sent: PublicationIndex | None = None
) -> Examined:
    plan = content.sure_plan
    post, problems = posts.post(path, data, content)
    if post is None:
        return Examined(path, None, (), problems)
    problems_found = [*problems, *lint.post(post, plan)]
    publications = sent.of(post.id, content) if sent else {}
    variants, history = list[Variant](), list[Variant]()
    for account in accounts(post, plan):
        date = render.effective(post, account).date
        if date < since:
            history.append(render.written(post, account, plan, network.limits(account)))
            continue
        if (publication := publications.get(account.name)) and _is_same(publication, path, account, date):
            variants.append(publication.variant)
            continue
        variant, wrong = _variant(post, account, content)
        problems_found += wrong
        if variant is not None:
            variants.append(variant)
    changes = dict(_changes(variants, content))
    problems_found += _undrawable(path, variants, {file for _, file in changes}, content)
    return Examined(path, post, tuple(variants), tuple(problems_found), tuple(history), changes)


def _is_same(publication: Publication, path: str, account: Account, date: datetime) -> bool:
    """Return whether it is of this file, and the account is on the network and the post on the date that it had."""
    variant = publication.variant
    return path in dict(publication.files) and (variant.network, variant.time) == (account.network, date)


def previewed(
    examined: Examined,
    plan: Plan,
    sent: Mapping[Key, Publication] = NOTHING,
    deliveries: Mapping[str, Delivery] = NOTHING,
) -> Preview:
    """The post as a preview, with what was `sent` of it instead of what would be; `deliveries` are by account.

    Raises ValueError if it could not be read.
    """
    if examined.post is None:
        raise ValueError(f"{examined.path} cannot be read")
    texts = {account: sent[key] for account in deliveries if (key := Key(examined.post.id, account)) in sent}
    pairs = [(variant, texts.get(variant.account)) for variant in examined.variants]
    pairs += [(variant, text) for variant in examined.history if (text := texts.get(variant.account))]
    variants = tuple(text.variant if text else variant for variant, text in pairs)
    history = tuple(variant for variant in examined.history if variant.account not in texts)
    networks = {variant.network: network.load(variant.network) for variant in (*variants, *history)}
    return Preview(
        examined.post,
        variants,
        examined.problems,
        {name: record.title for name, record in networks.items()},
        {name: record.limits for name, record in networks.items()},
        plan.zone,
        plan.language,
        {name: record.composer for name, record in networks.items() if record.publish is None},
        changes=examined.changes,
        as_sent=frozenset(account for account, text in texts.items() if is_as_sent(text, deliveries[account])),
        history=history,
    )


def remembered(
    post_id: str, sent: Mapping[Key, Publication], deliveries: Mapping[str, Delivery], plan: Plan
) -> Preview | None:
    """What was sent of a post that is not in the content any more, as a preview; None for nothing."""
    texts = [sent[key] for account in deliveries if (key := Key(post_id, account)) in sent]
    if not texts:
        return None
    variants = tuple(text.variant for text in texts)
    names = tuple(variant.account for variant in variants)
    post = Post(post_id, "", texts[0].title or post_id, variants[0].time, names, "")
    return previewed(Examined("", post, variants, ()), plan, sent, deliveries)


def is_as_sent(text: Publication, delivery: Delivery) -> bool:
    """Return whether this was certainly sent: a commit may render otherwise today. Of what is unpublished, only the
    ledger or its commit can tell."""
    return is_unpublished(delivery) or text.is_of(delivery)


def accounts(post: Post, plan: Plan) -> Iterator[Account]:
    """The accounts that show the post: those it names, minus those it skips."""
    for name in post.accounts:
        account = plan.account(name)
        override = account and post.override(account)
        if account and not (override and override.skip):
            yield account


def _variant(post: Post, account: Account, content: Content) -> tuple[Variant | None, tuple[Problem, ...]]:
    plan, limits = content.sure_plan, network.limits(account)
    try:
        variant = render.variant(post, account, plan, limits, content.templates, content.source.blobs)
    except render.TemplateError as error:
        return None, (Problem(error.path, error.line, error.code, str(error), error.hint, account.name),)
    by_hand = network.load(account.network).publish is None
    return variant, lint.variant(post, variant, account, plan, limits, content.facts, by_hand)


def _changes(variants: Iterable[Variant], content: Content) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """What is done to each picture of each account that cmflow publishes to."""
    for variant in variants:
        account = content.sure_plan.account(variant.account)
        if account is None or network.load(account.network).publish is None:
            continue
        for path in {media.path for part in variant.parts for media in part.media}:
            facts = content.facts.get(path)
            if isinstance(facts, Facts) and (changes := fit.changes(facts, network.limits(account))):
                yield (variant.account, path), changes


def _undrawable(path: str, variants: Iterable[Variant], files: Collection[str], content: Content) -> Iterator[Problem]:
    """A problem per picture that has to be drawn anew, and cannot be."""
    if not files:
        return
    from cmflow.lint.media_rules import unusable
    from cmflow.netkit.media import decode

    lines = {media.path: media.line for variant in variants for part in variant.parts for media in part.media}
    for file in sorted(files):
        try:
            decode(content.source.one(file))
        except Unreadable as error:
            yield unusable(path, lines[file], file, str(error))


# ── entries ─────────────────────────────────────────────────────────────────────────────────────────────────


def entry(examined: Examined, content: Content) -> Entry:
    """The post's entry, for the calendar and the cross-post rules."""
    post = examined.post
    if post is None:
        return Entry(examined.path, Path(examined.path).stem, problems=examined.problems)
    return Entry(
        path=post.path,
        id=post.id,
        title=post.title,
        date=post.date,
        status=post.status,
        campaign=post.campaign,
        pillar=post.pillar,
        language=post.language or content.sure_plan.language,
        tags=post.tags,
        media=tuple(_media(path, content) for path in post.files),
        planned=tuple(_all_planned(post, examined, content.sure_plan)),
        problems=examined.problems,
        refers=tuple((key, value, post.line(key)) for key, value in _references(post) if value),
        text="\n".join(dict.fromkeys(filter(None, map(str.strip, _lines((*examined.variants, *examined.history)))))),
        expects=post.expects,
        test=post.ab.test if post.ab else "",
    )


def _media(path: str, content: Content) -> tuple[str, str]:
    """A media file and its blob id; a missing one by its composed name, so that it is found in any spelling."""
    blob = content.odd.get(path) or content.source.blobs.get(path)
    return (path, blob) if blob is not None else (composed(path), "")


def _lines(variants: Iterable[Variant]) -> Iterator[str]:
    """All text of the variants that people read, line by line, with repetitions."""
    for variant in variants:
        yield from (variant.title, variant.content_warning, *(variant.poll.options if variant.poll else ()))
        for part in (*variant.parts, *((variant.first_comment,) if variant.first_comment else ())):
            yield from part.text.chars.splitlines()
            yield from (line for media in part.media for line in media.alt.splitlines())


def _references(post: Post) -> Iterator[tuple[str, str]]:
    return iter((("reply_to", post.reply_to), ("quote", post.quote), ("repost", post.repost)))


def _all_planned(post: Post, examined: Examined, plan: Plan) -> Iterator[Planned]:
    """One delivery per account; a blocked one if nothing could be rendered, so that it is not forgotten."""
    variants = {variant.account: variant for variant in (*examined.history, *examined.variants)}
    for account in accounts(post, plan):
        variant = variants.get(account.name)
        yield Planned(
            path=post.path,
            post=post.id,
            account=account.name,
            due=render.effective(post, account).date,
            late=plan.lateness(account, post.late),
            held=_paused(post, account, plan),
            blocked=any(problem.account in ("", account.name) for problem in examined.problems if is_error(problem)),
            **(_of(variant, account) if variant else {"digest": ""}),
        )


def _paused(post: Post, account: Account, plan: Plan) -> str:
    """The pause that holds the post back on that account; "" for none."""
    if post.ignore_pauses or not plan.pauses:
        return ""
    pause = plan.pause(render.effective(post, account).date.astimezone(ZoneInfo(plan.zone)).date())
    return f"its date is in the pause {pause.name}, {pause.starts} to {pause.ends}" if pause else ""


def _of(variant: Variant, account: Account) -> dict[str, Any]:
    return {
        **(_of_sent(variant, network.limits(account)) if variant.digest else {"digest": ""}),
        "parts": len(variant.parts),
        "excerpt": excerpt(variant),
        "traits": traits(network.limits(account), variant),
        "language": variant.language,
        "version": variant.version,
    }


def _of_sent(variant: Variant, limits: Limits) -> dict[str, Any]:
    return {
        "cost": cost.cost(limits, variant),
        "reading": cost.reading(limits, variant),
        "digest": variant.digest,
        "text_digest": render.text_digest(variant),
    }


def excerpt(variant: Variant) -> str:
    """The first words of a variant, on one line, cut after a word, with an ellipsis if cut."""
    line = " ".join(" ".join([part.text.chars for part in variant.parts]).split())
    if len(line) <= EXCERPT:
        return line
    start = line[:EXCERPT]
    word = start.rpartition(" ")[0] if " " in start[EXCERPT // 2 :] else start[:-1]
    return f"{word.rstrip()}…"
