"""Names of days and months, and how a date is written, from CLDR."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from functools import lru_cache
from typing import Any

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


@lru_cache(maxsize=16)
def names(code: str) -> Names:
    """The names of the nearest language that CLDR has; English where it has none."""
    from babel import localedata

    locale = _locale(code)
    data = localedata.load(str(locale))
    return Names(
        code=str(locale).replace("_", "-"),
        direction="rtl" if locale.text_direction == "rtl" else "ltr",
        first=locale.first_week_day,
        weekdays=_all_names(data, "days", "stand-alone", "wide"),
        short=_all_names(data, "days", "stand-alone", "abbreviated"),
        months=_all_names(data, "months", "stand-alone", "wide"),
        within=_all_names(data, "months", "format", "wide"),
        full=_pattern(locale.date_formats["full"].pattern),
        year=_pattern(str(locale.datetime_skeletons.get("yMMMM", "LLLL y"))),
        plural=locale.plural_form,
        short_date=_pattern(str(locale.datetime_skeletons.get("MMMMd", "d MMMM"))),
        first_day=_FIRST.get(locale.language, "1"),
    )


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
