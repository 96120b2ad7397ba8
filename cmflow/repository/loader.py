"""Every post of a content repository: read, rendered, checked, and kept as a calendar entry."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cmflow import lint, render
from cmflow.content.media import Facts, fit
from cmflow.lint import calendar_rules
from cmflow.model import Account, Delivery, Entry, Media, Plan, Planned, Post, Problem, Status, Variant
from cmflow.netkit import network
from cmflow.problems import is_error, sort
from cmflow.render.preview import Preview
from cmflow.repository import codec, past_accounts, posts, similar
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.workers import spread

CHUNK = 100  # posts handed to a worker at a time
WORTH_WORKERS = 400  # below this many posts, starting processes takes longer than they save
EXCERPT = 120  # characters of a text that the calendar keeps

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """One post, read: the variants that could be rendered, and everything wrong with it.

    `changes` has, by account and path, how a picture is made to fit the network.
    """

    path: str
    post: Post | None
    variants: tuple[Variant, ...]
    problems: tuple[Problem, ...]
    changes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def examine(path: str, data: bytes, content: Content) -> Examined:
    """Read, render and check one post; needs a usable plan."""
    plan = content.sure_plan
    post, problems = posts.post(path, data, content)
    if post is None:
        return Examined(path, None, (), problems)
    found = [*problems, *lint.post(post, plan)]
    variants = []
    for account in accounts(post, plan):
        variant, wrong = _variant(post, account, content)
        found += wrong
        if variant is not None:
            variants.append(variant)
    return Examined(path, post, tuple(variants), tuple(found), dict(_changes(variants, content)))


def previewed(examined: Examined, zone: str) -> Preview:
    """The post as a preview; it must have been readable."""
    if examined.post is None:
        raise ValueError(f"{examined.path} cannot be read")
    networks = {variant.network: network.load(variant.network) for variant in examined.variants}
    return Preview(
        examined.post,
        examined.variants,
        examined.problems,
        {name: each.title for name, each in networks.items()},
        {name: each.limits for name, each in networks.items()},
        zone,
        {name: each.composer for name, each in networks.items() if each.publish is None},
        changes=examined.changes,
    )


def accounts(post: Post, plan: Plan) -> Iterator[Account]:
    """The accounts that will show the post: those it names, less those it skips."""
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
    """What the calendar and the cross-post rules keep of a post."""
    post = examined.post
    if post is None:
        return Entry(examined.path, Path(examined.path).stem, problems=examined.problems)
    used = dict.fromkeys(item.path for item in _all_media(post))
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
        media=tuple(_seen(path, content) for path in used),
        planned=tuple(_all_planned(post, examined, content.sure_plan)),
        problems=examined.problems,
        refers=tuple((key, value, post.line(key)) for key, value in _references(post) if value),
        text="\n".join(dict.fromkeys(filter(None, map(str.strip, _lines(examined.variants))))),
    )


def _seen(path: str, content: Content) -> tuple[str, str]:
    """A file of a post and what is there; one that is missing is looked for under each spelling of its name."""
    blob = content.odd.get(path) or content.source.blobs.get(path)
    return (path, blob) if blob is not None else (posts.composed(path), "")


def _lines(variants: Iterable[Variant]) -> Iterator[str]:
    """All that people read of the variants, line by line; much of it several times."""
    for variant in variants:
        yield from (variant.title, variant.content_warning, *(variant.poll.options if variant.poll else ()))
        for part in (*variant.parts, *((variant.first_comment,) if variant.first_comment else ())):
            yield from part.text.chars.splitlines()
            yield from (line for media in part.media for line in media.alt.splitlines())


def _references(post: Post) -> Iterator[tuple[str, str]]:
    return iter((("reply_to", post.reply_to), ("quote", post.quote), ("repost", post.repost)))


def _all_media(post: Post) -> Iterator[Media]:
    yield from post.media
    for override in post.variants:
        yield from override.media or ()


def _all_planned(post: Post, examined: Examined, plan: Plan) -> Iterator[Planned]:
    """One for each account; where nothing could be rendered, one that is kept back, so that it is not forgotten."""
    variants = {each.account: each for each in examined.variants}
    for account in accounts(post, plan):
        variant = variants.get(account.name)
        base = Planned(
            path=post.path,
            post=post.id,
            account=account.name,
            due=render.effective(post, account).date,
            late=_late(post, account, plan),
            digest="",
            held=_paused(post, account, plan),
            blocked=any(problem.account in ("", account.name) for problem in examined.problems if is_error(problem)),
        )
        yield replace(base, **_of(variant)) if variant else base


def _paused(post: Post, account: Account, plan: Plan) -> str:
    """Which pause keeps it back there; "" where none does."""
    if post.ignore_pauses or not plan.pauses:
        return ""
    pause = plan.pause(render.effective(post, account).date.astimezone(ZoneInfo(plan.zone)).date())
    return f"its date lies in the pause {pause.name}, {pause.starts} to {pause.ends}" if pause else ""


def _late(post: Post, account: Account, plan: Plan) -> timedelta:
    return next(each for each in (post.late, account.late, plan.late) if each is not None)


def _of(variant: Variant) -> dict[str, Any]:
    return {
        "digest": variant.digest,
        "text_digest": render.text_digest(variant),
        "parts": len(variant.parts),
        "excerpt": excerpt(variant),
    }


def excerpt(variant: Variant) -> str:
    """The first words of what an account shows, on one line, cut after a word, with a sign where it is cut."""
    line = " ".join(" ".join(part.text.chars for part in variant.parts).split())
    if len(line) <= EXCERPT:
        return line
    start = line[:EXCERPT]
    word = start.rpartition(" ")[0] if " " in start[EXCERPT // 2 :] else start[:-1]
    return f"{word.rstrip()}…"


Deliveries = Mapping[tuple[str, str], Delivery]


def between(content: Content, kept: Sequence[Entry], deliveries: Deliveries) -> tuple[Problem, ...]:
    """What is wrong between posts, and with what was sent before."""
    plan, source = content.sure_plan, content.source
    places = past_accounts.places(source.repository, plan, kept, deliveries)
    fresh, lost = similar.fresh(kept, deliveries), calendar_rules.orphans(kept, deliveries)
    resembled = similar.resembled(source, fresh, lost) if fresh and lost else {}
    return lint.calendar(kept, plan, deliveries, places, resembled)


def problems(
    content: Content, kept: Sequence[Entry], deliveries: Deliveries, found: Sequence[Problem] | None = None
) -> tuple[Problem, ...]:
    """Every problem there is: of the plan and the files, of each post, and between posts; sorted.

    `found` is what is wrong `between` them, where the caller knows it.
    """
    if found is None:
        found = between(content, kept, deliveries) if content.plan else ()
    return sort((*content.problems, *(problem for each in kept for problem in each.problems), *found))


def planned(
    content: Content, kept: Sequence[Entry], deliveries: Deliveries, found: Sequence[Problem] | None = None
) -> tuple[Planned, ...]:
    """Every delivery the content asks for: of ready posts, dated since cmflow took over; blocked by any error.

    `found` is what is wrong `between` them, where the caller knows it.
    """
    plan = content.sure_plan
    found = between(content, kept, deliveries) if found is None else found
    blocked = {(each.path, each.account) for each in found if is_error(each)}
    since = start(plan)
    return tuple(
        replace(each, blocked=True)
        if blocked and ((entry.path, "") in blocked or (entry.path, each.account) in blocked)
        else each
        for entry in kept
        for each in asked(entry, since)
    )


def asked(entry: Entry, since: datetime) -> Iterator[Planned]:
    """The deliveries that one post asks for, whatever the others do."""
    if entry.status is Status.READY:
        yield from (each for each in entry.planned if each.due >= since)


def start(plan: Plan) -> datetime:
    """The first moment of the day that cmflow took over; what is older is history."""
    return datetime.combine(plan.since or date.min, time(), ZoneInfo(plan.zone) if plan.since else UTC)


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────


class Also(Protocol):
    """Something else to be done with each post that is examined: where it is examined, and with what came of that."""

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        """In a process that may be another one."""
        ...

    def take(self, entry: Entry, result: str) -> None:
        """In the first process, with what `work` gave."""
        ...


class _Nothing:
    """What is also done where nothing else is asked for."""

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        return ""

    def take(self, entry: Entry, result: str) -> None:
        return


_NOTHING = _Nothing()


def load(content: Content, cache: Cache, progress: Progress | None = None, also: Also = _NOTHING) -> tuple[Entry, ...]:
    """An entry for every post, in the order of their paths; what was examined before is not examined again."""
    paths, blobs = content.post_paths, _blobs(content)
    known = codec.Entries(cache, content.fingerprint)
    found = {path: known.get(path, blobs) for path in paths}
    missing = [path for path, kept in found.items() if kept is None]
    made = dict[str, Entry]()
    for number, (fresh, result) in enumerate(_examine_all(missing, content, also), 1):
        made[fresh.path] = fresh
        also.take(fresh, result)
        if progress:
            progress(number, len(missing))
    known.keep(paths, blobs, made.values())
    return tuple(kept or made[path] for path, kept in found.items())


def _blobs(content: Content) -> Mapping[str, str]:
    """What is at each path, and at each other spelling of it."""
    stored = posts.aliases(content.source)
    if not stored and not content.odd:
        return content.source.blobs
    blobs = {**content.source.blobs, **content.odd}
    return {**{name: blobs[path] for name, path in stored.items() if path in blobs}, **blobs}


def _examine_all(paths: Sequence[str], content: Content, also: Also) -> Iterator[tuple[Entry, str]]:
    def one(path: str, data: bytes) -> tuple[Entry, str]:
        examined = examine(path, data, content)
        made = entry(examined, content)
        return made, also.work(examined, data, made)

    def work(chunk: tuple[str, ...]) -> bytes | codec.Results:
        return codec.packed([one(path, data) for path, data in content.source.read(chunk)])

    for made in spread(work, paths, CHUNK, WORTH_WORKERS):
        yield from codec.unpacked(made)
