"""The shapes a value can have: what the documentation says of each, and how those are read that need no plan."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from cmflow.content import dates, languages
from cmflow.content.frontmatter import Field
from cmflow.content.keys import BadValue, Context, Reader, excerpt, listing, suggestion
from cmflow.model.money import Money
from cmflow.problems.invisible import visible
from cmflow.render.markdown.tags import word

# name of the shape → what one writes, for the documentation
SHAPES: Mapping[str, str] = {
    "line": "text on one line",
    "text": "text, over several lines after `|`",
    "flag": "`yes` or `no`",
    "utm": "`yes`, `no`, or the keys of `utm`, below",
    "pattern": "a text with names in braces, `{post}.{account}`",
    "visits": "the keys of `visits`, below",
    "service": "a service that counts visits",
    "number": "a whole number",
    "moment": "day and time, `2026-12-01 09:30`; local unless an offset or a zone follows",
    "day": "a day, `2026-12-01`",
    "money": "an amount and its currency, `20 USD`",
    "duration": "a length of time: `30m`, `6h`, `2d`",
    "hours": "a span of the day, `08:00-20:00`",
    "slots": "a list of days and times, `[mon 09:30, weekdays 12:00]`",
    "zone": "an IANA time zone, `Europe/Paris`",
    "language": "a language tag, `en`, `fr-CA`, `zh-Hant`",
    "url": "a web address, `https://…`",
    "reference": "the id of a post here, or a web address",
    "id": "letters, digits, `-`, `_` and `.`",
    "status": "`draft` or `ready`",
    "week start": "`monday`, `saturday` or `sunday`",
    "threading": "`manual`, `auto` or `numbered`",
    "visibility": "`public`, `unlisted`, `followers` or `private`",
    "tags": "a list of tags, `[git, publishing]`",
    "texts": "a list of texts, each on one line",
    "mentions": "a list of people of the plan, by key, and of handles",
    "accounts": "a list of accounts and groups of the plan",
    "campaign": "a campaign of the plan",
    "pillar": "a pillar of the plan",
    "network": "one of the networks",
    "media": "a list of files, each with `file` and `alt`",
    "subtitles": "a list of files, each with `file` and `language`",
    "card": "the keys of a card, below",
    "path": "a file: from the repository's root, or `./…` and `../…` from here",
    "poll": "the keys of a poll, below",
    "variants": "accounts or networks, each with the keys below",
    "experiment": "the keys of an A/B test, below",
    "versions": "two names, each with the keys below",
    "numbers": "names with whole numbers",
    "limits": "names of limits with whole numbers",
    "options": "the network's own options, as text",
    "rules": "the keys of `rules`, below",
    "approvals": "the keys of `approvals`, below",
    "plan accounts": "names of accounts, each with the keys below",
    "groups": "names of groups, each with a list of accounts",
    "pillars": "names of pillars, each with the keys below",
    "campaigns": "names of campaigns, each with the keys below",
    "pauses": "names of pauses, each with the keys below",
    "readings": "days, each with a whole number",
    "goals": "accounts, each with a list of goals",
    "metric": "something that networks count",
    "span": "`month`",
    "people": "short names of people, each with `name` and handles",
    "inbox": "the keys of `inbox`, below",
    "repository": "a repository on GitHub, `owner/name`",
    "business hours": 'days or spans of days, each with spans of the day, `{mon-thu: "09:00-17:30"}`',
    "days": "a list of days, `[2026-12-25]`",
    "percent": "a share in percent, `90%`",
    "label": "a label of the inbox",
    "assignments": "labels, each with a list of people",
    "logins": "a list of people: GitHub logins, or keys of `people`",
    "languages": "a list of language tags, `[en, fr]`",
    "triage rules": "names of rules, each with the keys below",
    "regular expression": "a regular expression, in single quotes",
}

URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
PLAIN_HOST = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:[/?#]|$)", re.IGNORECASE | re.ASCII)  # as nearly all have it
NUMBER = re.compile(r"[0-9]{1,12}")
MONEY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,4})?) *([A-Za-z]{3})")
ID = re.compile(r"[^\W_][\w.-]*")
THREADING_SYNONYMS = {"yes": "auto", "true": "auto", "no": "manual", "false": "manual", "number": "numbered"}
FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}

Value = TypeVar("Value")


def scalar(name: str, field: Field) -> str:
    """The one value of a field, without white space around it."""
    return _one(name, field).strip()


def _one(name: str, field: Field) -> str:
    if not isinstance(field.value, str):
        kind = "a list" if isinstance(field.value, tuple) else "nothing" if field.value is None else "keys"
        hint = "Write it on one line, in quotes if need be."
        raise BadValue("bad-value", f"`{name}` takes one value here, not {kind}.", hint, field.line)
    return field.value


def items(name: str, field: Field) -> tuple[Field, ...]:
    """The items of a list; one value alone is a list of one. An item with nothing in it is wrong."""
    if isinstance(field.value, str):
        return (field,) if field.value.strip() else ()
    if not isinstance(field.value, tuple):
        raise BadValue("bad-value", f"`{name}` takes a list.", f"Write `{name.rpartition('.')[2]}: [one, two]`.")
    for item in field.value:
        if item.value is None:
            hint = "Delete it, or put what starts with `#` in quotes."
            raise BadValue("bad-value", f"`{name}` has an item with nothing in it.", hint, item.line)
    return field.value


def mapping(name: str, field: Field) -> Mapping[str, Field]:
    """The keys below a field."""
    if not isinstance(field.value, Mapping):
        raise BadValue("bad-value", f"`{name}` takes keys of its own.", "Write them below it, indented: `key: value`.")
    return field.value


def _of(parse: Callable[[str], Value]) -> Callable[[Context, str, Field], Value]:
    return lambda context, name, field: parse(scalar(name, field))


def line(context: Context, name: str, field: Field) -> str:
    value = scalar(name, field)
    if "\n" in value:
        raise BadValue("bad-value", f"`{name}` spans several lines.", "Write it on one line.", field.line)
    return value


def text(context: Context, name: str, field: Field) -> str:
    """Text exactly as written, line ends and all."""
    return _one(name, field)


def flag(value: str) -> bool:
    result = FLAGS.get(value.lower())
    if result is None:
        raise BadValue("bad-value", f"`{excerpt(value)}` is neither yes nor no.", "Write `yes` or `no`.")
    return result


def number(value: str) -> int:
    if not NUMBER.fullmatch(value):
        raise BadValue("bad-value", f"`{excerpt(value)}` is not a whole number.", "Write digits only: `40`.")
    return int(value)


def money(value: str) -> Money:
    match = MONEY.fullmatch(value)
    if not match:
        hint = "Write the amount and the code of the currency: `20 USD`."
        raise BadValue("bad-value", f"`{excerpt(value)}` is not an amount of money.", hint)
    return Money(Decimal(match[1]), match[2].upper())


def url(value: str) -> str:
    if not URL.fullmatch(value) or not _has_host(value) or visible(value) != value:
        hint = "Write the whole address, from `https://` on, and a space as `%20`."
        raise BadValue("bad-value", f"`{excerpt(value)}` is not a web address.", hint)
    return value


def _has_host(url: str) -> bool:
    if PLAIN_HOST.match(url):
        return True
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # brackets that do not hold an IPv6 address
        return False


def language(context: Context, name: str, field: Field) -> str:
    value = scalar(name, field)
    if not languages.TAG.fullmatch(value):
        hint = f"Write `{value.replace('_', '-')}`." if languages.TAG.fullmatch(value.replace("_", "-")) else ""
        hint = hint or "Write a language tag: `en`, `fr`, `pt-BR`, `zh-Hant`."
        raise BadValue("bad-value", f"`{excerpt(value)}` is not a language.", hint)
    tag = languages.normalize(value)
    if hint := languages.doubt(tag):
        code = tag.partition("-")[0]
        is_language = code in languages.TWO_LETTERS
        message = f"`{code}` is Kanuri, spoken in Nigeria." if is_language else f"No language has the code `{code}`."
        context.report(field.line, "unknown-language", f"`{name}`: {message}", hint)
    return tag


def identity(value: str) -> str:
    """A post's id: it names files and is typed in a terminal, so no slash, no space, no leading dot or hyphen."""
    value = unicodedata.normalize("NFC", value)
    if len(value) > 100 or len(value.encode()) > 200:
        raise BadValue(
            "bad-id", f"The id `{excerpt(value)}` is too long.", "Give a shorter `id:`, at most 100 characters."
        )
    if not ID.fullmatch(value) or value.endswith("."):
        hint = "Use letters, digits, `-`, `_` and `.`, and start with a letter or digit."
        raise BadValue("bad-id", f"`{excerpt(value)}` cannot be the id of a post.", hint)
    return value


def reference(value: str) -> str:
    if "://" in value:
        return url(value)
    if not ID.fullmatch(value):
        hint = "Write the `id` of the post, or its whole address."
        raise BadValue("bad-value", f"`{excerpt(value)}` is neither the id of a post nor a web address.", hint)
    return unicodedata.normalize("NFC", value)


def choice(enum: type[StrEnum], synonyms: Mapping[str, str]) -> Reader:
    """One of an enum's values; `synonyms`: what people write instead → the right value."""
    values = [str(member) for member in enum]

    def parse(value: str) -> StrEnum:
        if value.lower() in values:
            return enum(value.lower())
        synonym = synonyms.get(value.lower())
        hint = (
            f"Did you mean `{synonym}`?" if synonym else suggestion(value, values) or f"Write one of {listing(values)}."
        )
        raise BadValue("bad-value", f"`{excerpt(value)}` is not one of {listing(values)}.", hint)

    return _of(parse)


def tags(context: Context, name: str, field: Field) -> tuple[str, ...]:
    """Tags without their `#`, in order, each once."""
    unique: dict[str, None] = {}
    for item in items(name, field):
        tag = scalar(name, item).removeprefix("#").removeprefix("＃").strip()
        if not tag or re.search(r"[\n,]" if item is not field else r"[\s,]", tag):
            hint = "Write a list: `tags: [git, open source]`."
            raise BadValue("bad-value", f"`{excerpt(tag)}` is not one tag.", hint, item.line)
        if "#" in tag or "＃" in tag:
            hint = "Write it out in letters (`csharp`), or as several tags: `tags: [git, publishing]`."
            message = f"`{excerpt(tag)}` has a `#` in it, and a hashtag ends there."
            raise BadValue("bad-value", message, hint, item.line)
        if not word(tag):
            message = f"`{excerpt(tag)}` leaves nothing: a hashtag is made of letters and digits."
            raise BadValue("bad-value", message, "Write a word, or remove it.", item.line)
        unique[tag] = None
    return tuple(unique)


def texts(context: Context, name: str, field: Field) -> tuple[str, ...]:
    return tuple(line(context, name, item) for item in items(name, field))


READERS: Mapping[str, Reader] = {
    "line": line,
    "text": text,
    "flag": _of(flag),
    "number": _of(number),
    "url": _of(url),
    "language": language,
    "id": _of(identity),
    "reference": _of(reference),
    "tags": tags,
    "texts": texts,
    "duration": _of(dates.duration),
    "day": _of(dates.day),
    "hours": _of(dates.hours),
}
