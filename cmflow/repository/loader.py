"""Every post of a content repository: read, rendered, checked, and turned into a calendar entry."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cmflow import lint, render
from cmflow.content.media import Facts, fit
from cmflow.lint import calendar_rules
from cmflow.model import Account, Delivery, Entry, Key, Plan, Planned, Post, Problem, Status, Variant
from cmflow.netkit import network
from cmflow.problems import is_error, sort
from cmflow.render import cost
from cmflow.render.preview import Preview
from cmflow.render.traits import traits
from cmflow.repository import codec, past_accounts, posts, similar
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.workers import spread

CHUNK = 100  # posts per work package
WORTH_WORKERS = 400  # with fewer posts, starting processes takes longer than it saves
EXCERPT = 120  # characters of text in a calendar entry

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """One examined post: the variants that could be rendered, and all its problems.

    `changes` has, by account and path, how a picture is made to fit the network.
    """

    path: str
    post: Post | None
    variants: tuple[Variant, ...]
    problems: tuple[Problem, ...]
    changes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def examine(path: str, data: bytes, content: Content) -> Examined:
    """Read, render and check one post. Raises SourceError without a usable plan."""
    plan = content.sure_plan
    post, problems = posts.post(path, data, content)
    if post is None:
        return Examined(path, None, (), problems)
    problems_found = [*problems, *lint.post(post, plan)]
    variants = []
    for account in accounts(post, plan):
        variant, wrong = _variant(post, account, content)
        problems_found += wrong
        if variant is not None:
            variants.append(variant)
    return Examined(path, post, tuple(variants), tuple(problems_found), dict(_changes(variants, content)))


def previewed(examined: Examined, plan: Plan) -> Preview:
    """The post as a preview. Raises ValueError if it could not be read."""
    if examined.post is None:
        raise ValueError(f"{examined.path} cannot be read")
    networks = {variant.network: network.load(variant.network) for variant in examined.variants}
    return Preview(
        examined.post,
        examined.variants,
        examined.problems,
        {name: record.title for name, record in networks.items()},
        {name: record.limits for name, record in networks.items()},
        plan.zone,
        plan.language,
        {name: record.composer for name, record in networks.items() if record.publish is None},
        changes=examined.changes,
    )


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
        text="\n".join(dict.fromkeys(filter(None, map(str.strip, _lines(examined.variants))))),
        expects=post.expects,
        test=post.ab.test if post.ab else "",
    )


def _media(path: str, content: Content) -> tuple[str, str]:
    """A media file and its blob id; a missing one by its composed name, so that it is found in any spelling."""
    blob = content.odd.get(path) or content.source.blobs.get(path)
    return (path, blob) if blob is not None else (posts.composed(path), "")


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
    variants = {variant.account: variant for variant in examined.variants}
    for account in accounts(post, plan):
        variant = variants.get(account.name)
        base = Planned(
            path=post.path,
            post=post.id,
            account=account.name,
            due=render.effective(post, account).date,
            late=plan.lateness(account, post.late),
            digest="",
            held=_paused(post, account, plan),
            blocked=any(problem.account in ("", account.name) for problem in examined.problems if is_error(problem)),
        )
        yield replace(base, **_of(variant, account)) if variant else base


def _paused(post: Post, account: Account, plan: Plan) -> str:
    """The pause that holds the post back on that account; "" for none."""
    if post.ignore_pauses or not plan.pauses:
        return ""
    pause = plan.pause(render.effective(post, account).date.astimezone(ZoneInfo(plan.zone)).date())
    return f"its date is in the pause {pause.name}, {pause.starts} to {pause.ends}" if pause else ""


def _of(variant: Variant, account: Account) -> dict[str, Any]:
    return {
        "cost": cost.cost(network.limits(account), variant),
        "digest": variant.digest,
        "text_digest": render.text_digest(variant),
        "parts": len(variant.parts),
        "excerpt": excerpt(variant),
        "traits": traits(variant),
        "language": variant.language,
        "version": variant.version,
    }


def excerpt(variant: Variant) -> str:
    """The first words of a variant, on one line, cut after a word, with an ellipsis if cut."""
    line = " ".join(" ".join(part.text.chars for part in variant.parts).split())
    if len(line) <= EXCERPT:
        return line
    start = line[:EXCERPT]
    word = start.rpartition(" ")[0] if " " in start[EXCERPT // 2 :] else start[:-1]
    return f"{word.rstrip()}…"


Deliveries = Mapping[Key, Delivery]


def between(content: Content, entries: Sequence[Entry], deliveries: Deliveries) -> tuple[Problem, ...]:
    """The problems between posts, and between posts and earlier deliveries."""
    plan, source = content.sure_plan, content.source
    places = past_accounts.places(source.repository, plan, entries, deliveries)
    fresh, orphans = similar.fresh(entries, deliveries), calendar_rules.orphans(entries, deliveries)
    resembled = similar.resembled(source, fresh, orphans) if fresh and orphans else {}
    return lint.calendar(entries, plan, deliveries, places, resembled)


def problems(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, collisions: Sequence[Problem] | None = None
) -> tuple[Problem, ...]:
    """Every problem: of the plan and the files, of each post, and between posts; sorted.

    `collisions` is the result of `between`, if the caller has it.
    """
    if collisions is None:
        collisions = between(content, entries, deliveries) if content.plan else ()
    return sort((*content.problems, *(problem for entry in entries for problem in entry.problems), *collisions))


def planned(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, collisions: Sequence[Problem] | None = None
) -> tuple[Planned, ...]:
    """Every delivery that ready posts ask for, dated since cmflow took over; blocked by any error.

    `collisions` is the result of `between`, if the caller has it.
    """
    plan = content.sure_plan
    collisions = between(content, entries, deliveries) if collisions is None else collisions
    blocked = {(problem.path, problem.account) for problem in collisions if is_error(problem)}
    since = plan.start()
    return tuple(
        replace(delivery, blocked=True)
        if blocked and ((entry.path, "") in blocked or (entry.path, delivery.account) in blocked)
        else delivery
        for entry in entries
        for delivery in requests(entry, since)
    )


def requests(entry: Entry, since: datetime) -> Iterator[Planned]:
    """The deliveries that one post asks for, regardless of other posts."""
    if entry.status is Status.READY:
        yield from (delivery for delivery in entry.planned if delivery.due >= since)


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────


class PostTask(Protocol):
    """Additional work on each examined post: in the worker, then with the result in the first process."""

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        """Called in the process that examined the post."""
        ...

    def take(self, entry: Entry, result: str) -> None:
        """Called in the first process with the result of `work`."""
        ...


class _NoTask:
    """No additional work."""

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        return ""

    def take(self, entry: Entry, result: str) -> None:
        return


_NO_TASK = _NoTask()


def load(
    content: Content, cache: Cache, progress: Progress | None = None, task: PostTask = _NO_TASK
) -> tuple[Entry, ...]:
    """An entry per post, in the order of paths; cached ones are not examined again."""
    paths, blobs = content.post_paths, _blobs(content)
    cached = codec.Entries(cache, content.fingerprint)
    entries = {path: cached.get(path, blobs) for path in paths}
    missing = [path for path, entry in entries.items() if entry is None]
    fresh_entries = dict[str, Entry]()
    for number, (fresh, result) in enumerate(_examine_all(missing, content, task), 1):
        fresh_entries[fresh.path] = fresh
        task.take(fresh, result)
        if progress:
            progress(number, len(missing))
    cached.keep(paths, blobs, fresh_entries.values())
    return tuple(entry or fresh_entries[path] for path, entry in entries.items())


def _blobs(content: Content) -> Mapping[str, str]:
    """The blob id of each path, and of each other spelling of it."""
    stored = posts.aliases(content.source)
    if not stored and not content.odd:
        return content.source.blobs
    blobs = {**content.source.blobs, **content.odd}
    return {**{name: blobs[path] for name, path in stored.items() if path in blobs}, **blobs}


def _examine_all(paths: Sequence[str], content: Content, task: PostTask) -> Iterator[tuple[Entry, str]]:
    def one(path: str, data: bytes) -> tuple[Entry, str]:
        examined = examine(path, data, content)
        result = entry(examined, content)
        return result, task.work(examined, data, result)

    def work(chunk: tuple[str, ...]) -> bytes | codec.Results:
        return codec.packed([one(path, data) for path, data in content.source.read(chunk)])

    for results in spread(work, paths, CHUNK, WORTH_WORKERS):
        yield from codec.unpacked(results)
