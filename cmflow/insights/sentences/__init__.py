"""Sentences about the plan and about publishing: a code and its figures become a sentence.

A language is a file here with `SENTENCES`, `NOUNS` and `PAGE` (the texts of plan.html.j2), like `en.py`. In a sentence
`{week}` stands for a figure, `{drafts:drafts}` for a number with its noun.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from string import Formatter
from zoneinfo import ZoneInfo

from cmflow.content.local_time import as_text
from cmflow.model.reason import Reason
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """A language, and how days and moments are written in it. `nouns` are (one, several)."""

    code: str
    sentences: Mapping[str, str]
    nouns: Mapping[str, tuple[str, str]]
    page: Mapping[str, str]
    single: Callable[[int], bool]  # whether a number takes the first form of a noun
    typeset: Callable[[str], str]
    thousands: str
    point: str
    day: Callable[[date], str]
    moment: Callable[[datetime], str]

    def say(self, reason: Reason) -> str:
        return self.typeset(_Filler(self).vformat(self.sentences[reason.code], (), dict(reason.figures)))

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)

    def decimal(self, number: float) -> str:
        """`1.5`, and of ten and more the whole number"""
        if abs(number) >= 10 or number == round(number):
            return self.number(round(number))
        return f"{number:.1f}".replace(".", self.point)

    def counted(self, number: int, noun: str) -> str:
        """`1 post`, `1,200 posts`"""
        one, several = self.nouns[noun]
        return f"{self.number(number)} {one if self.single(number) else several}"


def voice(
    code: str, zone: str, day: Callable[[date], str] = date.isoformat, moment: Callable[[datetime], str] | None = None
) -> Voice:
    """The language of that code where there are sentences for it, else English; `day` and `moment` write dates.

    Without them, `2026-12-01` and `2026-12-01 09:30`; moments are written in the zone.
    """
    short = code.replace("_", "-").split("-")[0].lower()
    is_known = short.isascii() and short.isalpha() and find_spec(f"{__name__}.{short}") is not None
    file = import_module(f"{__name__}.{short if is_known else 'en'}")
    local_zone = ZoneInfo(zone)

    def written(time: datetime) -> str:
        local = time.astimezone(local_zone)
        return moment(local) if moment else as_text(local)

    return Voice(
        file.__name__.rpartition(".")[2],
        file.SENTENCES,
        file.NOUNS,
        file.PAGE,
        file.single,
        file.typeset,
        file.THOUSANDS,
        file.POINT,
        day,
        written,
    )


class _Filler(Formatter):
    """Fills in a sentence; the part behind the colon is a noun."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, datetime):
            return self.voice.moment(value)
        if isinstance(value, date):
            return self.voice.day(value)
        if isinstance(value, int):
            return self.voice.counted(value, format_spec) if format_spec else self.voice.number(value)
        return self.voice.decimal(value) if isinstance(value, float) else str(value)
