"""The keys a front matter may hold, as data, and the one way every key is looked up, read and reported."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cmflow.content.frontmatter import MOST, Field, Map
from cmflow.model import Problem
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `name` is dotted where nested, with `*` for any name or item: `variants.*.text`, `media.*.alt`.

    `shape` is one of `fields.SHAPES`, `doc` the Markdown of the documentation, `example` YAML as one would write it.
    """

    name: str
    shape: str
    doc: str
    example: str
    required: bool = False


class BadValue(ValueError):
    """A value that cannot be read; the reader of the key turns it into a `Problem` with file and line."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.line = code, message, hint, line


@dataclass(frozen=True, slots=True)
class Context:
    """One file being read: its path, and the list its problems are collected in."""

    path: str
    problems: list[Problem]

    def report(self, line: int, code: str, message: str, hint: str = "", account: str = "") -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(self.path, line, code, message, hint, account))

    def unknown(
        self, line: int, code: str, message: str, word: str, choices: Iterable[str], otherwise: str = ""
    ) -> None:
        """Report a word that should be one of `choices`, with the nearest of them, else `otherwise`, as the hint."""
        if len(self.problems) < MOST:
            self.report(line, code, message, suggestion(word, choices) or otherwise)


Reader = Callable[[Any, str, Field], Any]  # (context, dotted name, field) → value; raises BadValue


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of one level and how each is read.

    `advice`: what others write for a key → what to do; `missing`: key → what to do where it is not there.
    """

    title: str
    keys: tuple[tuple[str, Key, Reader], ...]
    names: frozenset[str]
    advice: Mapping[str, str]
    missing: Mapping[str, str]


def table(
    keys: Iterable[Key],
    readers: Mapping[str, Reader],
    title: str,
    prefix: str = "",
    advice: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
) -> Table:
    """The keys directly under `prefix` (`""`, `"poll"`, `"variants.*"`)."""
    inside = tuple((leaf, key, readers[key.shape]) for leaf, key in _directly_under(keys, prefix))
    return Table(title, inside, frozenset(leaf for leaf, _, _ in inside), advice or {}, missing or {})


def _directly_under(keys: Iterable[Key], prefix: str) -> Iterator[tuple[str, Key]]:
    for key in keys:
        parent, _, leaf = key.name.rpartition(".")
        if parent == prefix and leaf != "*":
            yield leaf, key


def read(context: Context, table: Table, fields: Map, name: str = "", line: int = 1) -> dict[str, Any]:
    """Every value of `fields` that is right, by key; everything else is reported. `name` is where `fields` is.

    A key with nothing written after it counts as not given; so does a required one with nothing in its quotes.
    """
    values: dict[str, Any] = {}
    prefix = name + "." if name else ""
    for leaf, key, reader in table.keys:
        field = fields.get(leaf)
        if field is not None and field.value is not None and not (key.required and _is_blank(field)):
            value = attempt(context, reader, prefix + leaf, field)
            if value is not None:
                values[leaf] = value
        elif key.required:
            hint = table.missing.get(leaf) or f"Add it: `{leaf}: {key.example}`."
            _missing(context, prefix + leaf, field.line if field else line, hint)
    if not table.names.issuperset(fields):
        _strangers(context, table, fields)
    return values


def _is_blank(field: Field) -> bool:
    return isinstance(field.value, str) and not field.value.strip()


def attempt(context: Context, reader: Reader, name: str, field: Field) -> Any:
    """Return the field as `reader` reads it; None, with a problem, where it cannot or there are too many already."""
    if len(context.problems) >= MOST:
        return None
    try:
        return reader(context, name, field)
    except BadValue as error:
        message = error.message if f"`{name}`" in error.message else f"`{name}`: {error.message}"
        context.report(error.line or field.line, error.code, message, error.hint)
        return None


def _missing(context: Context, name: str, line: int, hint: str) -> None:
    if not any(problem.line == line and problem.code == "yaml-alias" for problem in context.problems):
        context.report(line, "missing-key", f"`{name}` is missing.", hint)


def _strangers(context: Context, table: Table, fields: Map) -> None:
    for name, field in fields.items():
        if name not in table.names:
            advice = table.advice.get(name.strip().lower().replace("-", "_"), "")
            message = f"`{excerpt(name)}` is not a key of {table.title}."
            if advice:
                context.report(field.line, "unknown-key", message, advice)
            else:
                otherwise = "The keys are: " + listing(leaf for leaf, _, _ in table.keys) + "."
                context.unknown(field.line, "unknown-key", message, name, table.names, otherwise)


# what people call a network besides its name, or called it once
OTHER_NAMES = {
    "bsky": "bluesky",
    "fb": "facebook",
    "fediverse": "mastodon",
    "ig": "instagram",
    "insta": "instagram",
    "masto": "mastodon",
    "meta": "facebook",
    "tweet": "x",
    "twitter": "x",
    "x.com": "x",
    "yt": "youtube",
}


def suggestion(word: str, choices: Iterable[str]) -> str:
    """The hint that names the nearest known word; empty where no known word is near."""
    plain = {_plain(choice): choice for choice in choices}
    if (name := OTHER_NAMES.get(_plain(word))) in plain:
        return f"Did you mean `{plain[name]}`?"
    matches = difflib.get_close_matches(_plain(word[:80]), sorted(plain), n=1, cutoff=0.7)
    return f"Did you mean `{plain[matches[0]]}`?" if matches else ""


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-")


def listing(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def excerpt(value: str) -> str:
    """A value as a message quotes it: one line, not endless."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else line[:59] + "…"
