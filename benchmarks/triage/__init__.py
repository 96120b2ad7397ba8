"""How often triage is right, on messages that were written for it: precision and recall per label and language.

The files have one message per line: label (or `none`), tab, text. The lists of words were tuned on those in `tuned/`.
Those in `held_out/` were written afterwards, and the lists were not changed for them: only these figures say how it
does on messages that it has never seen. Both are by the authors of the lists, about invented shops and services.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from cmflow.inbox.triage import triage
from cmflow.inbox.wording import reason_text
from cmflow.model import Author, Contact, Inbox, Label, Message

FOLDER = Path(__file__).parent
NONE = "none"
LABELS = (*(str(label).rstrip("?") for label in Label), NONE)
TIME = datetime(2026, 12, 1, tzinfo=UTC)
SURE = 1.96  # standard deviations around 95 %


class Example(NamedTuple):
    """A message, which half it is in, its language, and the label that a person would give it."""

    half: str
    language: str
    label: str
    text: str


class Outcome(NamedTuple):
    example: Example
    label: str
    reasons: tuple[str, ...]


class Score(NamedTuple):
    """Of so many that were given a label, so many rightly; of so many that have it."""

    right: int
    given: int
    all: int


def examples() -> tuple[Example, ...]:
    return tuple(
        Example(path.parent.name, path.stem, *line.split("\t", 1))
        for path in sorted(FOLDER.glob("*/*.tsv"))
        for line in path.read_text("utf-8").splitlines()
    )


def outcome(example: Example, is_told: bool = True) -> Outcome:
    """What triage says; `is_told`: the network tells the language."""
    language = example.language if is_told else ""
    message = Message("1", "1", Contact.COMMENT, TIME, Author("1"), example.text, language=language)
    result = triage(message, "team", Inbox())
    return Outcome(
        example, str(result.label or NONE).rstrip("?"), tuple(reason_text(reason, "en") for reason in result.reasons)
    )


def score(outcomes: Iterable[Outcome], label: str) -> Score:
    pairs = Counter((one.example.label == label, one.label == label) for one in outcomes)
    return Score(pairs[True, True], pairs[True, True] + pairs[False, True], pairs[True, True] + pairs[True, False])


def interval(right: int, of: int) -> tuple[float, float]:
    """The share that so few leave possible, at 95 % (Wilson)."""
    share, square = right / of, SURE * SURE
    middle = (share + square / (2 * of)) / (1 + square / of)
    width = SURE / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - width), min(1.0, middle + width)


def share(right: int, of: int) -> str:
    if not of:
        return "–"
    low, high = interval(right, of)
    return f"{right / of:.2f} ({low:.2f}–{high:.2f}), {right} of {of}"


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Rows per label, all languages together and each alone."""
    everything = tuple(outcomes)
    languages = sorted({one.example.language for one in everything})
    yield "| label | language | precision | recall |"
    yield "|---|---|---|---|"
    choices: list[tuple[str, Callable[[Outcome], bool]]] = [("all", lambda one: True)]
    choices += [(code, lambda one, code=code: one.example.language == code) for code in languages]  # type: ignore[misc]
    for label in LABELS:
        for name, fits in choices:
            result = score(filter(fits, everything), label)
            yield f"| {label} | {name} | {share(result.right, result.given)} | {share(result.right, result.all)} |"
