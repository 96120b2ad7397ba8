"""The words of the pages, in each language they are made in, with the names of days and months in any.

A language is a file here: `STATES`, `WORDS` and `SCRIPT` (what calendar.js says), as `en.py` has them. `{}` stands for
a value, and words that go with a number have a form for each of the language's plural categories (CLDR). `NOTES` are
the remarks of `cmflow.insights.status` in that language; one that is not there is shown in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from cmflow.website.languages.names import Names, names

Words = Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is the language of the words; that of `names` may be another, where there are no words for the plan's."""

    code: str
    names: Names
    own: Names
    states: Mapping[str, str]
    words: Words
    script: Words
    notes: Mapping[str, str]

    def word(self, name: str, number: int | None = None) -> str:
        """The word; with a number, the number and the word: "1 post", "2 posts"."""
        found = self.words[name]
        if isinstance(found, str):
            return found if number is None else found.format(number)
        count = number or 0
        return found.get(self.own.plural(count), found["other"]).format(count)

    def note(self, english: str) -> str:
        """What `cmflow.insights.status` remarks on a delivery, in this language where it has the words."""
        return self.notes.get(english, english)

    def month(self, year: int, month: int) -> str:
        return self.names.month(year, month)

    def day(self, day: date) -> str:
        return self.names.day(day)


@lru_cache(maxsize=16)
def language(code: str) -> Language:
    """The plan's language where there are words for it, else English."""
    short = code.replace("_", "-").split("-")[0].lower()
    spoken = short if short.isascii() and short.isalpha() and len(short) < 4 and _is_there(short) else "en"
    file = import_module(f"{__name__}.{spoken}")
    shown = names(code)
    own = shown if spoken == short else names(spoken)
    return Language(spoken, shown, own, file.STATES, file.WORDS, file.SCRIPT, file.NOTES)


def _is_there(short: str) -> bool:
    return find_spec(f"{__name__}.{short}") is not None
