"""Names of days and months, and how a date is written, from CLDR."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from functools import lru_cache, partial
from typing import Any, Protocol

from cmflow.values import dataclass

# A date pattern of CLDR: quoted text, a run of one letter, or anything else.
_PIECE = re.compile(r"'([^']*)'|([a-zA-Z])\2*|[^a-zA-Z']+")
_FIRST = {"fr": "1er"}  # how the first day of a month is written, where that is not "1"; CLDR does not know
_PLAIN = {"en": "en-001"}  # a language of many countries, none of them named: as most of them write it
_FIELDS = {"E": "{weekday}", "c": "{weekday}", "d": "{day}", "y": "{year}", "u": "{year}"}


@dataclass(frozen=True, slots=True)
class Names:
    """Weeks begin on `first`, Monday being 0. `months` stand alone ("декабрь"), `within` in a date ("3 декабря").

    `full`, `year` and `short_date` are patterns: `{weekday} {day} {month} {year}`, `{number}` where a month is written
    as a number.
    """

    code: str
    direction: str
    first: int
    weekdays: tuple[str, ...]
    short: tuple[str, ...]
    months: tuple[str, ...]
    within: tuple[str, ...]
    full: str
    year: str
    plural: Callable[[int], str] = field(compare=False)
    short_date: str = "{day} {month}"
    first_day: str = "1"  # of a month

    def month(self, year: int, month: int) -> str:
        return self.year.format(month=self.months[month - 1], number=month, year=year)

    def day(self, day: date) -> str:
        weekday, month = self.weekdays[day.weekday()], self.within[day.month - 1]
        return self.full.format(weekday=weekday, day=self._number(day), month=month, number=day.month, year=day.year)

    def short_day(self, day: date) -> str:
        return self.short_date.format(day=self._number(day), month=self.within[day.month - 1], number=day.month)

    def _number(self, day: date) -> str:
        return self.first_day if day.day == 1 else str(day.day)


class Shelf(Protocol):
    """Keeps what was read from one command to the next, as JSON."""

    def load(self, name: str) -> Any:
        """The value of that name; {} for none."""
        ...

    def save(self, name: str, value: Any) -> None: ...


_shelves: list[Shelf] = []  # of this process: the command line says where it is


def keep_names(*shelves: Shelf) -> None:
    """Keep there from now on what was read of a language: CLDR takes longer to read than a page to make."""
    _shelves[:] = shelves


@lru_cache(maxsize=16)
def names(code: str) -> Names:
    """The names of the nearest language that CLDR has; English where it has none."""
    facts = _kept(code)
    return Names(
        code=facts["code"],
        direction=facts["direction"],
        first=facts["first"],
        weekdays=tuple(facts["weekdays"]),
        short=tuple(facts["short"]),
        months=tuple(facts["months"]),
        within=tuple(facts["within"]),
        full=_pattern(facts["full"]),
        year=_pattern(facts["year"]),
        plural=partial(_category, tuple(facts["plural"].items())),
        short_date=_pattern(facts["short_date"]),
        first_day=facts["first_day"],
    )


def _kept(code: str) -> Mapping[str, Any]:
    name = f"names-{code}"
    shelf = _shelves[0] if _shelves and code.replace("-", "").isalnum() else None
    facts: Mapping[str, Any] = shelf.load(name) if shelf else {}
    if not facts:
        facts = _facts(code)
        if shelf:
            shelf.save(name, facts)
    return facts


def _facts(code: str) -> dict[str, Any]:
    """What pages need of a language; patterns as CLDR writes them, as `_pattern` escapes what a damaged cache has."""
    from babel import localedata

    locale = _locale(code)
    data = localedata.load(str(locale))
    return {
        "code": str(locale).replace("_", "-"),
        "direction": "rtl" if locale.text_direction == "rtl" else "ltr",
        "first": locale.first_week_day,
        "weekdays": _all_names(data, "days", "stand-alone", "wide"),
        "short": _all_names(data, "days", "stand-alone", "abbreviated"),
        "months": _all_names(data, "months", "stand-alone", "wide"),
        "within": _all_names(data, "months", "format", "wide"),
        "full": locale.date_formats["full"].pattern,
        "year": str(locale.datetime_skeletons.get("yMMMM", "LLLL y")),
        "short_date": str(locale.datetime_skeletons.get("MMMMd", "d MMMM")),
        "first_day": _FIRST.get(locale.language, "1"),
        "plural": locale.plural_form.rules,
    }


def _category(rules: tuple[tuple[str, str], ...], number: int) -> str:
    """The plural category of a number: `one`, `few` …"""
    return _rule(rules)(number)


@lru_cache(maxsize=16)
def _rule(rules: tuple[tuple[str, str], ...]) -> Callable[[int], str]:
    from babel.plural import PluralRule

    return PluralRule(dict(rules))


def _locale(code: str) -> Any:
    from babel import Locale, UnknownLocaleError

    plain = code.replace("_", "-")
    plain = _PLAIN.get(plain.lower(), plain)
    for candidate in (plain, plain.split("-")[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def _all_names(data: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    """Every name of a kind, context and width; from Monday or January.

    Read from the data and not through Babel's own look-up, which answers with names of whichever language was asked for
    first where one set of names refers to another.
    """
    return tuple(name for _, name in sorted(_names_in(data, keys).items()))


def _names_in(data: Mapping[str, Any], keys: Iterable[str]) -> Mapping[int, str]:
    """A set of names is written out, refers to another set, or both."""
    value: Any = data
    for key in keys:
        value = value[key]
    if isinstance(value, dict):
        return value
    refers, own = value if isinstance(value, tuple) else (value, {})
    return {**_names_in(data, refers.keys), **own}


def _pattern(cldr: str) -> str:
    text = "".join(_piece(match) for match in _PIECE.finditer(cldr))
    return " ".join(text.split())


def _piece(match: re.Match[str]) -> str:
    piece, letter = match[0], match[2]
    if letter is None:
        return (match[1] if match[1] is not None else piece).replace("{", "{{").replace("}", "}}")
    if letter in "ML":
        return "{month}" if len(piece) > 2 else "{number}"
    return _FIELDS.get(letter, "")
