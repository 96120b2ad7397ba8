"""Post + account → `Variant`: exactly what one account will show of one post."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from cmflow.model import (
    INHERITED,
    Account,
    Form,
    Kind,
    Media,
    Part,
    Plan,
    Post,
    Span,
    Text,
    Threading,
    Variant,
)
from cmflow.model.errors import TemplateError
from cmflow.model.limits import Limits, Measure
from cmflow.model.templates import Templates
from cmflow.render import link_tags, mentions
from cmflow.render.autolink.plain import tag_pattern
from cmflow.render.digests import digest, text_digest
from cmflow.render.markdown import parse, threads
from cmflow.render.markdown.links import WEB, same_place, with_utm
from cmflow.render.markdown.spans import Edit, edit, join
from cmflow.render.markdown.tags import word
from cmflow.render.mentions import literal, unknown_people
from cmflow.render.template import chosen, fill, hashtags, is_plain

__all__ = [
    "TemplateError",
    "Templates",
    "chosen",
    "digest",
    "effective",
    "fits",
    "full_text",
    "hashtags",
    "literal",
    "split_parts",
    "text_digest",
    "threading",
    "unknown_people",
    "variant",
    "written",
]

_FENCES = re.compile(r"^ *(?:```|~~~)", re.M)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def variant(
    post: Post, account: Account, plan: Plan, limits: Limits, templates: Templates, blobs: Mapping[str, str]
) -> Variant:
    """Return what `account` will show of `post`; `blobs` are the media's blob ids, by path. Raises `TemplateError`.

    The parts may be too long, also where the post wants its thread cut automatically and a word is longer than
    a part: nothing is cut then, and `lint` says so.
    """
    post = _own(post, account, plan, limits)
    tags = _tags(post, account)
    voice = _Voice(post, account, plan, limits)
    texts, text_tags = _texts_with_tags(lambda names: voice.texts(templates, names), tags, voice)
    parts, comment = _with_comment(_parts(texts, voice), voice)
    unnamed = Variant(
        **_common(post, account, post.language),
        parts=parts,
        title=post.title if limits.title or limits.needs == "title" else "",
        tags=_tags_field(tags, limits),
        link=voice.campaign_url(post.link),
        first_comment=comment,
        tags_left_out=tags[len(text_tags) :],
        card=post.card if limits.cards and post.link else None,
    )
    return replace(unnamed, digest=digest(unnamed, blobs, account))


def written(post: Post, account: Account, plan: Plan, limits: Limits) -> Variant:
    """Return `post` as it is written for `account`: in no network's form, with no template, and not cut."""
    body, _ = full_text(post, account, plan, limits)
    post = effective(post, account)
    texts = [mentions.named(parse(part), account, plan) for part in split_parts(body)]
    comment = mentions.named(parse(post.first_comment), account, plan) if post.first_comment else None
    return Variant(
        **_common(post, account, post.language or account.language or plan.language),
        parts=tuple(_bare(text, () if number else post.media) for number, text in enumerate(texts)),
        link=post.link,
        first_comment=_bare(comment) if comment else None,
        card=post.card if post.link else None,
    )


def _common(post: Post, account: Account, language: str) -> dict[str, Any]:
    """What no network and no template changes."""
    return {
        "post": post.id,
        "account": account.name,
        "network": account.network,
        "time": post.date,
        "language": language,
        "content_warning": post.content_warning,
        "visibility": post.visibility,
        "reply_to": post.reply_to,
        "quote": post.quote,
        "repost": post.repost,
        "poll": post.poll,
        "version": post.version(account.name),
    }


def _bare(text: Text, media: tuple[Media, ...] = ()) -> Part:
    return Part(text, Form(text.chars, text.spans), media)


def _own(post: Post, account: Account, plan: Plan, limits: Limits) -> Post:
    """The post as it is for this account, with its whole text, and in a language."""
    own = effective(post, account)
    language = own.language or account.language or plan.language
    return replace(
        own,
        body=full_text(post, account, plan, limits)[0],
        thread=threading(post, account, plan),
        media=tuple(_spoken(item, language, limits) for item in own.media),
        language=language,
    )


def _with_comment(parts: tuple[Part, ...], voice: "_Voice") -> tuple[tuple[Part, ...], Part | None]:
    """The parts and the first comment, which is the next part where posts answer posts."""
    if not voice.post.first_comment:
        return parts, None
    comment = voice.resolve(parse(voice.post.first_comment))
    if voice.limits.thread:
        return (*parts, voice.part(comment)), None
    return parts, voice.part(comment, form=voice.limits.comment)


def _spoken(media: Media, language: str, limits: Limits) -> Media:
    """The media with subtitles as the network takes them: each with its language, none where it takes none."""
    if not media.subtitles:
        return media
    subtitles = (replace(item, language=item.language or language) for item in media.subtitles)
    return replace(media, subtitles=tuple(subtitles) if limits.subtitle_types else ())


def effective(post: Post, account: Account) -> Post:
    """The post as `variants:` changes it for an account."""
    override = post.override(account)
    if override is None:
        return post
    changes = {name: value for name in INHERITED if (value := getattr(override, name)) is not None}
    return replace(post, **{"body" if name == "text" else name: value for name, value in changes.items()})


def threading(post: Post, account: Account, plan: Plan) -> Threading:
    """Return what may be split there: the nearest that says so, of variant, post, account and plan."""
    return effective(post, account).thread or account.thread or plan.thread or Threading.MANUAL


def full_text(post: Post, account: Account, plan: Plan, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """The text as it is written for an account, with what comes before and after it; and whom of `mentions` it
    cannot mention there."""
    post = effective(post, account)
    if not (post.prepend or post.append or post.mentions):
        return post.body, ()
    texts = {word: mentions.mention(word, account, plan, limits) for word in post.mentions}
    base = "\n".join((post.prepend, post.body, post.append))
    line = " ".join(text for text in texts.values() if text and not mentions.stands(text, base))
    pieces = [piece.strip("\n") for piece in (post.prepend, post.body, post.append, line)]
    body = "\n\n".join(piece for piece in pieces if piece.strip()) if post.prepend or post.append or line else post.body
    return body, tuple(word for word, text in texts.items() if not text)


def fits(limits: Limits, warning: str = "", media: bool = False) -> threads.Fits:
    """Return whether a text keeps every measure of a network."""
    measures = _measures(limits, media)
    warning = warning if limits.content_warning else ""

    def fitting(text: Text) -> bool:
        body = limits.form(text).body
        return all(measure.count(body, warning) <= measure.limit.value for measure in measures)

    return fitting


# ── template → texts ────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=256)
def split_parts(markdown: str) -> tuple[str, ...]:
    """The parts of a thread: apart at lines that are exactly `---`, but for those inside a fence."""
    if "---" not in markdown:
        return (markdown.strip("\n"),)
    parts: list[list[str]] = [[]]
    fence = ""
    for line in markdown.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not line.strip().strip(fence[0]))):
            fence = "" if fence else mark[1]
        if line.rstrip() == "---" and not fence:
            parts.append([])
        else:
            parts[-1].append(line)
    joined = ("\n".join(part).strip("\n") for part in parts)
    return tuple(part for part in joined if part.strip()) or ("",)


def _texts_with_tags(
    texts: Callable[[tuple[str, ...]], list[Text]], tags: tuple[str, ...], voice: "_Voice"
) -> tuple[list[Text], tuple[str, ...]]:
    """The parts with as many tags, from the first, as make no part more where the thread is cut automatically."""
    parts = texts(tags)
    if not tags or len(parts) == 1 or voice.post.thread is Threading.MANUAL or len(parts) == (least := len(texts(()))):
        return parts, tags
    count = bisect_right(range(len(tags)), least, key=lambda number: len(texts(tags[:number]))) - 1
    return texts(tags[:count]), tags[:count]


def _texts(post: Post, account: Account, plan: Plan, templates: Templates, tags: tuple[str, ...]) -> list[Text]:
    """Return the post as its template makes it, one text per part. The body itself is parsed once for all networks."""
    if post.repost and not post.body.strip():
        return [Text("")]
    path = chosen(templates, account)
    if is_plain(templates, path):
        return [*_plain_texts(templates, path, post.body, post.link, tags)]
    bodies = split_parts(post.body)
    context = {"post": post, "account": account, "plan": plan, **_words(post.body, post.link, tags, bodies)}
    return [_read(part, bodies) for part in split_parts(fill(templates, path, context))]


@lru_cache(maxsize=64)
def _plain_texts(templates: Templates, path: str, body: str, link: str, tags: tuple[str, ...]) -> tuple[Text, ...]:
    """The same of a template that knows nothing but the words: several accounts have them in common."""
    bodies = split_parts(body)
    markdown = fill(templates, path, _words(body, link, tags, bodies))
    return tuple(_read(part, bodies) for part in split_parts(markdown))


def _words(body: str, link: str, tags: tuple[str, ...], bodies: tuple[str, ...]) -> dict[str, Any]:
    return {"text": body.strip("\n"), "parts": bodies, "tags": tags, "link": _shown_link(link, bodies)}


def _read(part: str, bodies: Sequence[str]) -> Text:
    for body in bodies:
        start = part.find(body)
        if body and start >= 0:
            prefix, suffix = part[:start], part[start + len(body) :]
            is_separate = (not prefix or prefix.endswith("\n\n")) and (not suffix or suffix.startswith("\n\n"))
            if is_separate and not _open(prefix + body):
                return join((text for text in map(parse, (prefix, body, suffix)) if text.chars), "\n\n")
    return parse(part)


def _open(markdown: str) -> bool:
    """Return whether a fence may still be open at the end, or whether it holds definitions of links."""
    return "]:" in markdown or len(_FENCES.findall(markdown)) % 2 == 1


def _shown_link(link: str, bodies: Sequence[str]) -> str:
    """The post's link as a template writes it; "" where the body has it already."""
    for body in bodies:
        if link in body and any(span.value == link for span in parse(body).spans if span.kind is Kind.LINK):
            return ""
    return link if not link or parse(link).spans == (Span(0, len(link), Kind.LINK, link),) else f"<{link}>"


def _tags(post: Post, account: Account) -> tuple[str, ...]:
    """The post's tags and the account's, once each, without those that are in the text."""
    tags = post.tags + account.tags
    if not tags:
        return ()
    names = set(_tags_in(post.body))
    unique = []
    for tag in tags:
        name = word(tag).casefold()
        if name and name not in names:
            names.add(name)
            unique.append(tag.lstrip("#"))
    return tuple(unique)


def _tags_field(tags: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    """The tags that the network takes beside the text, as it takes them, each once."""
    if limits.tags is None:
        return ()
    return tuple(dict.fromkeys(filter(None, map(limits.tag, tags)))) if limits.tag else tags


@lru_cache(maxsize=256)
def _tags_in(markdown: str) -> frozenset[str]:
    texts = (parse(part).chars for part in split_parts(markdown))
    return frozenset(tag[1:].casefold() for chars in texts for tag in tag_pattern().findall(chars))


# ── texts → parts ───────────────────────────────────────────────────────────────────────────────────────────


class _Voice:
    """One account speaking: whom it can name, how its links are followed, what its network takes."""

    def __init__(self, post: Post, account: Account, plan: Plan, limits: Limits) -> None:
        self.post, self.account, self.plan, self.limits = post, account, plan, limits

    def texts(self, templates: Templates, tags: tuple[str, ...]) -> list[Text]:
        """One for each part, as the network's threads are made."""
        texts = _texts(self.post, self.account, self.plan, templates, tags)
        texts = [self.resolve(text, part if self.limits.thread else 0) for part, text in enumerate(texts)]
        if not self.limits.thread:
            return [join((text for text in texts if text.chars), "\n\n")]
        return texts if self.post.thread is Threading.MANUAL else _threaded(texts, self)

    def resolve(self, text: Text, part: int = 0) -> Text:
        """The text with people named as they are called there, and links that tell where a click came from: from which
        part of the text as it is written, however it is cut afterwards."""
        text = mentions.named(text, self.account, self.plan)
        if not any(span.kind is Kind.LINK for span in text.spans):
            return text
        spans, edits = list[Span](), list[Edit]()
        for span in text.spans:
            if span.kind is Kind.LINK:
                self.trace(span, text.chars, part, spans, edits)
            else:
                spans.append(span)
        return edit(Text(text.chars, tuple(spans)), edits)

    def trace(self, span: Span, chars: str, part: int, spans: list[Span], edits: list[Edit]) -> None:
        url = self.campaign_url(span.value, part)
        if url == span.value:
            spans.append(span)
            return
        if same_place(chars[span.start : span.end], span.value) and self.limits.written_url:
            edits.append((span.start, span.end, url))
        spans.append(Span(span.start, span.end, Kind.LINK, url))

    def campaign_url(self, url: str, part: int = 0) -> str:
        tags = link_tags.holding(self.plan.utm, self.post.date)
        if tags is None or not WEB.match(url):
            return url
        language = self.post.language or self.account.language or self.plan.language
        values = {**link_tags.place(self.account, self.post.id, part), "campaign": self.post.campaign}
        return with_utm(url, link_tags.parameters(tags, {**values, "language": language}))

    @property
    def has_file_parts(self) -> bool:
        """Whether each file is a part of its own."""
        return self.limits.file_parts and len(self.post.media) > 1

    def fits(self, media: bool) -> threads.Fits:
        return fits(self.limits, self.post.content_warning, media)

    def part(self, text: Text, media: tuple[Media, ...] = (), form: Callable[[Text], Form] | None = None) -> Part:
        formatted = (form or self.limits.form)(text)
        measure = next(iter(_measures(self.limits, bool(media))), None)
        warning = self.post.content_warning if self.limits.content_warning else ""
        length = measure.count(formatted.body, warning) if measure else 0
        return Part(text, formatted, media, length, measure.limit.value if measure else 0)


def _measures(limits: Limits, media: bool) -> tuple[Measure, ...]:
    return limits.caption if media and limits.caption else limits.text


def _parts(texts: list[Text], voice: _Voice) -> tuple[Part, ...]:
    """The parts as they are sent; media go with the first, or follow, each alone."""
    media = voice.post.media
    if not voice.has_file_parts:
        return tuple(voice.part(text, media if number == 0 else ()) for number, text in enumerate(texts))
    filled = [text for text in texts if text.chars]
    return (*(voice.part(text) for text in filled), *(voice.part(Text(""), (item,)) for item in media))


def _threaded(texts: list[Text], voice: _Voice) -> list[Text]:
    cut = threads.numbered if voice.post.thread is Threading.NUMBERED else threads.split_all
    texts = [text for text in texts if text.chars.strip()] or texts[:1]
    try:
        return list(cut(texts, voice.fits(False), voice.fits(bool(voice.post.media) and not voice.has_file_parts)))
    except threads.WordTooLong:
        return texts
