"""The texts of the pages, one file per language, and the names of days and months in any language.

A language file holds `STATES`, `MESSAGES` and `SCRIPT` (the texts of calendar.js), as `en.py` does. `{}` is replaced by
a value; a text that contains a number has one form per plural category of the language (CLDR). `NOTES` translates the
notes of `cmflow.insights.status`; a note without a translation is shown in English.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from cmflow.values import dataclass
from cmflow.website.languages.names import Names, names

Messages = Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is the language of the words, `plan` that of the plan, for which there may be no words.

    Names of days and months are read where one is written: CLDR takes longer to read than all words.
    """

    code: str
    plan: str
    states: Mapping[str, str]
    messages: Messages
    script: Messages
    notes: Mapping[str, str]

    @property
    def names(self) -> Names:
        """The names in the language of the plan."""
        return names(self.plan)

    @property
    def own(self) -> Names:
        """The names in the language of the words; they are the plan's where that is the same language."""
        return names(self.plan if _short(self.plan) == self.code else self.code)

    def word(self, name: str, number: int | None = None) -> str:
        """The word; with a number, the number and the word: "1 post", "2 posts"."""
        message = self.messages[name]
        if isinstance(message, str):
            return message if number is None else message.format(number)
        count = number or 0
        return message.get(self.own.plural(count), message["other"]).format(count)

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
    short = _short(code)
    spoken = short if short.isascii() and short.isalpha() and len(short) < 4 and _is_there(short) else "en"
    file = import_module(f"{__name__}.{spoken}")
    return Language(spoken, code, file.STATES, file.MESSAGES, file.SCRIPT, file.NOTES)


def _short(code: str) -> str:
    """`pt` of `pt_BR`."""
    return code.replace("_", "-").split("-")[0].lower()


def _is_there(short: str) -> bool:
    return find_spec(f"{__name__}.{short}") is not None
