"""The reason for a verdict or a state, before it is put into any language."""

from datetime import date, datetime

from cmflow.values import dataclass

Figure = int | float | str | date | datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` names a sentence, `figures` fill it in; the sentences are in `sentences`, one for each language."""

    code: str
    figures: tuple[tuple[str, Figure], ...] = ()


def because(code: str, **figures: Figure) -> Reason:
    return Reason(code, tuple(figures.items()))
