"""Bytes of a post's file → `Post`, and every problem in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.content import dates, experiments, frontmatter, keys, post_keys, zones
from cmflow.content import fields as shapes
from cmflow.content.fields import items, mapping, scalar
from cmflow.content.frontmatter import Field, Map
from cmflow.content.keys import BadValue, Context, Reader, excerpt, listing
from cmflow.content.local_time import as_text
from cmflow.model import (
    METRICS,
    Card,
    Experiment,
    Media,
    Override,
    Plan,
    Poll,
    Post,
    Problem,
    Status,
    Subtitles,
    Threading,
    Visibility,
)
from cmflow.render.markdown import LINES
from cmflow.values import dataclass

KEYS = (*post_keys.KEYS, *post_keys.AB)
HANDLE = re.compile(r"(?=\S*[@<:/])\S+")
LITTLE = re.compile(r"@?\[.*\]\(.*\)")
PEOPLE = (
    'Name them under `people:` in the plan (`erga: {name: ERGA, linkedin: "urn:li:organization:93660619"}`), '
    "and write the key: `erga`."
)


@dataclass(frozen=True, slots=True)
class PostContext(Context):
    """A post being read: besides its problems, the plan it must fit, opened for looking things up."""

    plan: Plan
    home: ZoneInfo
    accounts: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]


def parse(data: bytes, path: str, plan: Plan) -> tuple[Post | None, tuple[Problem, ...]]:
    """The post in a file's bytes, and what is wrong with it, in the order of the file.

    There is a post as soon as title, date, id and at least one account are known; what else is wrong is left out of
    it. A post with errors is for looking at: it must not be sent. The plan's zone must exist.
    """
    matter = frontmatter.read(data, path)
    if not matter.readable:
        return None, matter.problems
    accounts = {account.name: account.network for account in plan.accounts}
    context = PostContext(path, list(matter.problems), plan, zones.zone(plan.zone), accounts, dict(plan.groups))
    values = keys.read(context, _TOP, matter.fields)
    _check_variants(context, values)
    _name(context, matter.fields, values)
    if values.get("ab"):
        values["ab"] = experiments.dealt(values["ab"], values.get("id", ""), values.get("accounts", ()), plan)
    post = None
    if _is_too_long(context, matter.body_line, matter.body, values):
        return None, matter.sorted(context.problems)
    if all(values.get(name) for name in ("id", "title", "date", "accounts")):
        lines = tuple(_lines(matter.fields, ""))
        post = Post(path=path, body=matter.body, body_line=matter.body_line, lines=lines, **values)
    return post, matter.sorted(context.problems)


def _is_too_long(context: PostContext, line: int, body: str, values: Mapping[str, Any]) -> bool:
    """Return whether a text has more lines than are read, which is reported."""
    ab = values.get("ab")
    variants = (*values.get("variants", ()), *(ab.versions if ab else ()))
    texts = [body, *(getattr(override, name) or "" for override in variants for name in ("text", "prepend", "append"))]
    texts += [values.get("prepend", ""), values.get("append", "")]
    lines = max(text.count("\n") + 1 for text in texts)
    if lines > LINES:
        message = f"A text here has {lines:,} lines; the text of a post has {LINES:,} at most."
        context.report(line, "too-large", message, "Make several posts of it, or publish it elsewhere and link it.")
    return lines > LINES


def _lines(fields: Map, prefix: str) -> Iterator[tuple[str, int]]:
    """Every key, dotted, with its line; the items of a list count from 0."""
    for name, field in fields.items():
        yield prefix + name, field.line
        value = field.value
        if isinstance(value, tuple):
            value = {str(number): item for number, item in enumerate(value)}
        if isinstance(value, dict):
            yield from _lines(value, f"{prefix}{name}.")


# ── the id ──────────────────────────────────────────────────────────────────────────────────────────────────


def identity(path: str) -> str:
    """The id that a path gives: its stem, with `-` for every stretch that an id cannot hold.

    `content/posts/2026/Été 🎉 chaud.md` → `Été-chaud`. A name with nothing to keep (`🎉.md`) gives the numbers of its
    characters: `u1f389`.
    """
    stem = unicodedata.normalize("NFC", path.rpartition("/")[2].removesuffix(".md"))
    name = re.sub(r"[^\w.-]+", "-", stem)
    name = re.sub(r"-{2,}", "-", name) if name != stem else name
    return name.strip("-._") or "-".join(f"u{ord(char):x}" for char in stem)


def _name(context: PostContext, fields: Map, values: dict[str, Any]) -> None:
    """Give a post without `id:` the one of its file."""
    field = fields.get("id")
    if field is None or field.value is None:
        value = keys.attempt(context, _READERS["id"], "id", Field(identity(context.path), 1))
        if value:
            values["id"] = value


# ── accounts and what the plan knows ────────────────────────────────────────────────────────────────────────


def _accounts(context: PostContext, name: str, field: Field) -> tuple[str, ...]:
    """The accounts, groups opened, in order, each once."""
    accounts: dict[str, None] = {}
    entries = items(name, field)
    if not entries:
        raise BadValue("missing-key", f"`{name}` names no account.", "Name one or more accounts or groups of the plan.")
    for item in entries:
        word = scalar(name, item)
        members = (word,) if word in context.accounts else context.groups.get(word, ())
        if not members:
            _unknown_account(context, item.line, word, (*context.accounts, *context.groups))
        accounts.update(dict.fromkeys(members))
    return tuple(accounts)


def _unknown_account(context: PostContext, line: int, word: str, choices: Iterable[str]) -> None:
    message = f"`{excerpt(word)}` is not an account or group of the plan."
    networked = [name for name, network in context.accounts.items() if network == word.lower()]
    if networked:
        hint = f"Posts name accounts, not networks: {listing(networked)}."
        context.report(line, "unknown-account", message, hint)
    elif "," in word:
        context.report(line, "unknown-account", message, f"Write a list: `[{excerpt(word)}]`.")
    else:
        context.unknown(line, "unknown-account", message, word, choices, f"The plan has {listing(choices)}.")


def _campaign(context: PostContext, name: str, field: Field) -> str | None:
    return _plan_name(context, name, field, [campaign.name for campaign in context.plan.campaigns])


def _pillar(context: PostContext, name: str, field: Field) -> str | None:
    return _plan_name(context, name, field, [pillar.name for pillar in context.plan.pillars])


def _plan_name(context: PostContext, name: str, field: Field, choices: list[str]) -> str | None:
    word = scalar(name, field)
    if word in choices:
        return word
    otherwise = f"The plan has {listing(choices)}." if choices else f"The plan has no {name}s yet: add it there."
    context.unknown(
        field.line, f"unknown-{name}", f"`{excerpt(word)}` is not a {name} of the plan.", word, choices, otherwise
    )
    return None


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────


def _moment(context: PostContext, name: str, field: Field) -> datetime:
    moment = dates.moment(scalar(name, field), context.home)
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo is not context.home:
        zones.report(context, field.line, moment.tzinfo.key, as_text(moment))
    return moment


def _path(context: PostContext, name: str, field: Field) -> str:
    """A file in the repository, as a path from its root. Raises `BadValue` for one outside."""
    value = scalar(name, field)
    if re.match(r"[a-z][a-z0-9+.-]+:", value, re.IGNORECASE) or "\\" in value or "\n" in value or not value:
        hint = "Put the file into the repository and write its path with `/`: `content/media/a.png`."
        raise BadValue("bad-value", f"`{excerpt(value)}` is not the path of a file in the repository.", hint)
    near_post = value.startswith(("./", "../"))
    parts = context.path.split("/")[:-1] if near_post else []
    outside = value.startswith(("/", "~"))
    for part in value.split("/"):
        if part == ".." and not parts:
            outside = True
        elif part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if outside or not parts or ".git" in parts:
        hint = "Write the path from the root of the repository, without a leading `/`, or from the post with `./`."
        raise BadValue("media-outside", f"`{excerpt(value)}` is not inside the repository.", hint)
    return "/".join(parts)


def _media(context: PostContext, name: str, field: Field) -> tuple[Media, ...]:
    """The media that are right, in order."""
    entries = (field,) if isinstance(field.value, dict) else items(name, field)
    media = []
    for number, item in enumerate(entries):
        path = f"{name}.{number}"
        if isinstance(item.value, str):
            values = {"file": keys.attempt(context, _path, path, item)}
        else:
            fields = keys.attempt(context, _mapping, path, item)
            values = {} if fields is None else keys.read(context, _MEDIA, fields, path, item.line)
        if values.get("file"):
            subtitles = values.get("subtitles", ())
            media.append(Media(values["file"], values.get("alt", "").strip(), item.line, subtitles))
    return tuple(media)


def _subtitles(context: PostContext, name: str, field: Field) -> tuple[Subtitles, ...]:
    """The files that are right, in order."""
    entries = (field,) if isinstance(field.value, dict) else items(name, field)
    subtitles = []
    for number, item in enumerate(entries):
        path = f"{name}.{number}"
        if isinstance(item.value, str):
            values = {"file": keys.attempt(context, _path, path, item)}
        else:
            fields = keys.attempt(context, _mapping, path, item)
            values = {} if fields is None else keys.read(context, _SUBTITLES, fields, path, item.line)
        if values.get("file"):
            subtitles.append(Subtitles(values["file"], values.get("language", ""), item.line))
    return tuple(subtitles)


def _card(context: PostContext, name: str, field: Field) -> Card | None:
    values = keys.read(context, _CARD, mapping(name, field), name, field.line)
    picture = values.pop("picture", "")
    return Card(**values, picture=Media(picture, line=field.line) if picture else None, line=field.line)


def _mapping(context: PostContext, name: str, field: Field) -> Map:
    return mapping(name, field)


def _mentions(context: PostContext, name: str, field: Field) -> tuple[str, ...]:
    """Keys of the plan's people, and handles, which have a sign that no key needs; each once."""
    people = [person.key for person in context.plan.people]
    mentions: dict[str, None] = {}
    for item in items(name, field):
        word = scalar(name, item)
        key = word[2:-1] if word.startswith("@{") and word.endswith("}") else word
        if LITTLE.fullmatch(word):
            raise BadValue(
                "bad-value", f"`{excerpt(word)}` is how LinkedIn's interface names people.", PEOPLE, item.line
            )
        if key in people or (key == word and HANDLE.fullmatch(word)):
            mentions[key] = None
            continue
        message = f"The plan has no person “{excerpt(key)}”."
        handle = f"@{key}" if "." in key else "@bo@mastodon.social"
        otherwise = f'Add the person under `people:` in the plan, or write the handle: `"{handle}"`.'
        context.unknown(item.line, "unknown-person", message, key, people, otherwise)
    return tuple(mentions)


def _poll(context: PostContext, name: str, field: Field) -> Poll | None:
    values = keys.read(context, _POLL, mapping(name, field), name, field.line)
    if "options" not in values:
        return None
    if len(values["options"]) < 2:
        raise BadValue("bad-value", "A poll needs at least two answers.", "Write `options: [Yes, No]`.")
    return Poll(line=field.line, **values)


def _expects(context: PostContext, name: str, field: Field) -> tuple[tuple[str, int], ...]:
    numbers = []
    for metric, item in mapping(name, field).items():
        if metric not in METRICS:
            message = f"`{excerpt(metric)}` is not something cmflow measures."
            context.unknown(item.line, "unknown-key", message, metric, METRICS, f"It is one of {listing(METRICS)}.")
        elif item.value is not None:
            value = keys.attempt(context, _READERS["number"], f"{name}.{metric}", item)
            numbers += [(metric, value)] if value is not None else []
    return tuple(numbers)


# ── variants ────────────────────────────────────────────────────────────────────────────────────────────────


def _variants(context: PostContext, name: str, field: Field) -> tuple[Override, ...]:
    variants = []
    for key, item in mapping(name, field).items():
        path = f"{name}.{key}"
        fields = {} if item.value is None else keys.attempt(context, _mapping, path, item)
        if fields is not None and _is_variant_key(context, key, item.line):
            variants.append(Override(key, line=item.line, **keys.read(context, _VARIANT, fields, path, item.line)))
    return tuple(variants)


def _ab(context: PostContext, name: str, field: Field) -> Experiment | None:
    values = keys.read(context, _EXPERIMENT, mapping(name, field), name, field.line)
    return Experiment(line=field.line, **values) if values.keys() >= {"test", "versions"} else None


def _versions(context: PostContext, name: str, field: Field) -> tuple[Override, ...]:
    versions = []
    for key, item in mapping(name, field).items():
        path = f"{name}.{key}"
        fields = {} if item.value is None else keys.attempt(context, _mapping, path, item)
        if fields is not None:
            versions.append(Override(key, line=item.line, **keys.read(context, _VERSION, fields, path, item.line)))
    experiments.refuse(name, versions)
    return tuple(versions)


def _is_variant_key(context: PostContext, key: str, line: int) -> bool:
    networks = dict.fromkeys(context.accounts.values())
    if key in context.accounts or key in networks:
        return True
    choices = tuple(dict.fromkeys((*context.accounts, *networks)))
    message = f"`variants.{excerpt(key)}`: `{excerpt(key)}` is neither an account of the plan nor the network of one."
    otherwise = "A group cannot be used here: name its accounts." if key in context.groups else ""
    context.unknown(line, "unknown-account", message, key, choices, otherwise or f"The plan has {listing(choices)}.")
    return False


def _check_variants(context: PostContext, values: Mapping[str, Any]) -> None:
    """A variant for an account that the post does not go to has no effect: it is probably a mistake."""
    accounts = values.get("accounts", ())
    if not accounts or any(problem.code == "unknown-account" for problem in context.problems):
        return
    reached = {*accounts, *(context.accounts[name] for name in accounts)}
    for value in values.get("variants", ()):
        if value.key not in reached:
            message = f"`variants.{value.key}` changes nothing: the post does not go to `{value.key}`."
            context.report(value.line, "unknown-account", message, "Add it to `accounts`, or remove the variant.")


_READERS: Mapping[str, Reader] = {
    **shapes.READERS,
    "moment": _moment,
    "accounts": _accounts,
    "status": shapes.choice(Status, post_keys.STATUS_SYNONYMS),
    "campaign": _campaign,
    "pillar": _pillar,
    "media": _media,
    "subtitles": _subtitles,
    "card": _card,
    "path": _path,
    "threading": shapes.choice(Threading, shapes.THREADING_SYNONYMS),
    "visibility": shapes.choice(Visibility, post_keys.VISIBILITY_SYNONYMS),
    "mentions": _mentions,
    "numbers": _expects,
    "poll": _poll,
    "variants": _variants,
    "experiment": _ab,
    "versions": _versions,
}

_TOP = keys.table(KEYS, _READERS, "a post", advice=post_keys.ADVICE, missing=post_keys.MISSING_ADVICE)
_EXPERIMENT = keys.table(KEYS, _READERS, "an A/B test", "ab")
_VERSION = keys.table(KEYS, _READERS, "a version", "ab.versions.*")
_MEDIA = keys.table(KEYS, _READERS, "an item of `media`", "media.*")
_SUBTITLES = keys.table(KEYS, _READERS, "an item of `subtitles`", "media.*.subtitles.*")
_CARD = keys.table(KEYS, _READERS, "a card", "card")
_POLL = keys.table(KEYS, _READERS, "a poll", "poll")
_VARIANT = keys.table(KEYS, _READERS, "a variant", "variants.*")
