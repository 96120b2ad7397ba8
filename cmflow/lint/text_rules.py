"""Rules for the words of one variant: how much there is of them, and what the network makes of them."""

import re
from collections.abc import Iterator

from cmflow import render
from cmflow.lint.context import Case, Rule, excess
from cmflow.model import Entity, Kind, Part, Problem, Threading
from cmflow.problems.invisible import is_blank
from cmflow.render.autolink.plain import tag_pattern
from cmflow.render.markdown import threads


def empty(case: Case) -> Iterator[Problem]:
    """Media alone is fine everywhere; a repost has no text of its own."""
    if case.variant.repost:
        return
    for name, key, part in case.pieces:
        if is_blank(part.form.body) and not part.media:
            yield case.problem("empty-text", key, f"{name} is empty.", "Write it, or remove this account.")


def too_long(case: Case) -> Iterator[Problem]:
    """Every way the network counts is kept; one problem a part is enough."""
    for name, key, part in case.pieces:
        most = case.limits.comment_text if key == "first_comment" else None
        message = next(filter(None, _too_long(case, name, part)), "")
        message = message or (excess(name, len(part.form.body), most) if most else "")
        word = _long_word(case, part) if message else ""
        if word:
            yield case.problem("word-too-long", key, word, "Shorten the word, or use a shorter link.")
        elif message:
            yield case.problem("text-too-long", key, message, _shorter(case))


def _too_long(case: Case, name: str, part: Part) -> Iterator[str]:
    """The first way of counting was already gone through when the part was made."""
    measures = case.limits.caption if part.media and case.limits.caption else case.limits.text
    for number, measure in enumerate(measures):
        counted = number == 0 and part.limit == measure.limit.value
        yield excess(name, part.length if counted else case.count(measure, part.form.body), measure.limit)


def _long_word(case: Case, part: Part) -> str:
    """Why a thread that is made automatically could not be cut here; nothing where that is not the reason."""
    if render.threading(case.post, case.account, case.plan) is Threading.MANUAL or not case.limits.thread:
        return ""
    try:
        threads.split(part.text, render.fits(case.limits, case.variant.content_warning, bool(part.media)))
    except threads.WordTooLong as error:
        return str(error)
    return ""


def _shorter(case: Case) -> str:
    own = f"Shorten it, or write a separate text for this account under `variants: {case.account.name}:`"
    manual = render.threading(case.post, case.account, case.plan) is Threading.MANUAL
    may_split = case.limits.thread and manual
    return f"{own}; `thread: auto` turns it into a thread." if may_split else f"{own}."


def title(case: Case) -> Iterator[Problem]:
    if "title" in case.limits.needs.split() and is_blank(case.variant.title):
        yield case.problem("title-needed", "title", "The title is missing.", "Add `title:`.")
    limit = case.limits.title
    if limit and (message := excess("The title", limit.count(case.variant.title, ""), limit.limit)):
        yield case.problem("title-too-long", "title", message, "Shorten `title:`.")


def tags(case: Case) -> Iterator[Problem]:
    """The tags a network takes beside the text; hashtags in the text are counted there."""
    limit = case.limits.tags
    if limit and (message := excess("The list of tags", limit.count(",".join(case.variant.tags), ""), limit.limit)):
        yield case.problem("tags-too-long", "tags", message, "Remove some tags.")


def left_out(case: Case) -> Iterator[Problem]:
    """What a text would have held, and does not there."""
    if names := render.hashtags(case.variant.tags_left_out):
        message = f"{names} would need another part, so they are left out." if " " in names else _one_left(names)
        yield case.problem("tags-left-out", "tags", message, "Shorten the text, or leave it as it is.")
    _, unmentioned = render.full_text(case.post, case.account, case.plan, case.limits)
    for name in unmentioned:
        message = f"`{name}` cannot be mentioned on this network, so it is left out."
        hint = "Add the handle under `people:` in the plan, or give this account its own `mentions:` under `variants:`."
        yield case.problem("mention-left-out", "mentions", message, hint)


def _one_left(name: str) -> str:
    return f"{name} would need another part, so it is left out."


def only_tags(case: Case) -> Iterator[Problem]:
    """A part that says nothing; a post of one part may be meant so."""
    texts = [piece for piece in case.pieces if piece.key == "text"]
    for name, key, part in texts if len(texts) > 1 else ():
        if not is_blank(part.form.body) and not _SAYS.search(_unlinked(case, part)):
            hint = "Shorten the text so that they fit below it, or add a sentence there."
            yield case.problem("part-only-tags", key, f"{name} holds only hashtags and mentions.", hint)


_NUMBER = re.compile(r"\d+/\d+\s*$")
_SAYS = re.compile(r"\w")


def _unlinked(case: Case, part: Part) -> str:
    """The characters of a part without hashtags, mentions and its number."""
    chars = tag_pattern().sub("", part.text.chars)
    for span in part.text.spans:
        if span.kind is Kind.MENTION:
            chars = chars.replace(part.text.chars[span.start : span.end], "")
    for entity in case.limits.find(part.form.body):
        if entity.kind != "url":
            chars = chars.replace(entity.text, "")
    return _NUMBER.sub("", chars)


def linked(case: Case) -> Iterator[Problem]:
    """What the network will link in the text, as the network finds it; a part is a post of its own there."""
    limits, priced = case.limits, False
    counted = bool(limits.links or limits.mentions or limits.link_price)
    for name, key, part in case.pieces:
        if not counted and "#" not in part.form.body and "＃" not in part.form.body:
            continue
        entities = limits.find(part.form.body)
        yield from _counted(case, name, key, entities)
        if limits.link_price and not priced and any(entity.kind == "url" for entity in entities):
            priced = True
            yield case.problem("link-costs", key, _price(case), "Remove the link if it is not needed there.")


def _counted(case: Case, name: str, key: str, entities: tuple[Entity, ...]) -> Iterator[Problem]:
    """The same link twice counts once; hashtags and mentions count each time."""
    links = len({entity.text for entity in entities if entity.kind == "url"})
    tags, mentions = (sum(entity.kind == kind for entity in entities) for kind in ("hashtag", "mention"))
    limits = case.limits
    rows = (
        ("too-many-links", limits.links, links),
        ("too-many-hashtags", limits.hashtags, tags),
        ("too-many-mentions", limits.mentions, mentions),
    )
    over = [(code, excess(name, count, limit)) for code, limit, count in rows if limit and count > limit.value]
    for code, message in over:
        yield case.problem(code, key, message, "Remove some, or write a separate text for this account.")
    advised = limits.hashtags_advised
    if tags > advised.value and "too-many-hashtags" not in dict(over):
        message = f"{name} has {tags} hashtags; more than {advised.value} are not recommended there."
        yield case.problem("many-hashtags", key, message, "Keep the most specific ones.")


def _price(case: Case) -> str:
    linked, plain = case.limits.link_price, case.limits.post_price
    cost = f"The post has a link: it costs {linked.money if linked else ''} there"
    return f"{cost} instead of {plain.money}." if plain else f"{cost}."


RULES: tuple[Rule, ...] = (empty, too_long, title, tags, left_out, only_tags, linked)
