"""Statistics as tables for a terminal of 80 columns."""

from collections.abc import Callable, Iterable, Iterator
from textwrap import wrap

from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import Factor, Statistics, findings
from cmflow.model.reason import Reason
from cmflow.problems import safe_line

Style = Callable[[str, str], str]
Row = tuple[str, str, str]  # a word that judges ("" for none), what it is about, a sentence

COLUMNS = 80
NAME = 22  # columns for a name; a longer one gets a line of its own
FORECASTS = 10  # shown; --json has all


def lines(statistics: Statistics, brand: str, voice: Voice, style: Style = lambda text, _role: text) -> Iterator[str]:
    """Lines for a terminal; `style(string, role)` may colour "title" and the verdicts."""
    zone = statistics.zone
    yield from wrap(f"{safe_line(brand)}, {voice.say(findings.head(statistics, voice))}", COLUMNS)
    yield from wrap(_text(findings.counts(statistics), voice), COLUMNS)
    growth = [("", row.account, _text(findings.growth(row, zone, voice), voice)) for row in statistics.growth]
    usual = [(_word(row.verdict), row.name, _text(findings.usual(row), voice)) for row in statistics.accounts]
    yield from _chapter("growth", growth, voice, style)
    yield from _chapter("usual", usual, voice, style)
    trials = [("", trial.test, _text(findings.trial(trial), voice)) for trial in statistics.trials]
    yield from _chapter("ab tests", trials, voice, style)
    if statistics.factors:
        yield style(f"\n{voice.page['worked']}", "title")
        for factor in statistics.factors:
            yield from _factor(factor, voice, style)
        yield from wrap(voice.say(findings.tested(statistics)), COLUMNS, initial_indent="  ", subsequent_indent="  ")
    yield from _forecasts(statistics, voice, style)


def _factor(factor: Factor, voice: Voice, style: Style) -> Iterator[str]:
    """Its levels only where they say something."""
    name = voice.page[f"factor {factor.name}"]
    yield from _columns(f"  {name}", 2 + len(name), 2 + NAME, voice.say(findings.factor(factor)))
    if factor.matters:
        rows = [
            (
                _word(level.verdict),
                findings.level_name(factor.name, level.name, voice),
                voice.say(findings.level(level)),
            )
            for level in factor.levels
        ]
        yield from _rows(rows, voice, style, "    ")


def _forecasts(statistics: Statistics, voice: Voice, style: Style) -> Iterator[str]:
    rows = [("", item.post, voice.say(findings.expectation(item, voice))) for item in statistics.expectations]
    authors = [
        ("", record.author or voice.page["unknown author"], voice.say(findings.record(record)))
        for record in statistics.records
    ]
    yield from _chapter("forecasts", [*rows[-FORECASTS:], *authors], voice, style)


def _word(verdict: str) -> str:
    return verdict if verdict in ("better", "worse") else ""


def _text(reasons: Iterable[Reason], voice: Voice) -> str:
    return " ".join(map(voice.say, reasons))


def _chapter(title: str, rows: list[Row], voice: Voice, style: Style) -> Iterator[str]:
    if rows:
        yield style(f"\n{voice.page[title]}", "title")
        yield from _rows(rows, voice, style, "  ")


def _rows(rows: list[Row], voice: Voice, style: Style, indent: str) -> Iterator[str]:
    words = [voice.page[word] if word else "" for word, _, _ in rows]
    width, names = max(map(len, words)), min(NAME, max(len(name) for _, name, _ in rows)) + 2
    width += 2 if width else 0
    for (role, name, sentence), word in zip(rows, words, strict=True):
        head = style(word, role) + " " * (width - len(word))
        start = len(indent) + width
        yield from _columns(f"{indent}{head}{safe_line(name)}", start + len(name), start + names, sentence)


def _columns(head: str, length: int, column: int, text: str) -> Iterator[str]:
    """The text beside its head of that visible length, in as many lines as it needs; below a head that is too long."""
    pieces = wrap(text, COLUMNS - column, break_long_words=False, break_on_hyphens=False) or [""]
    room = column - length
    yield (head + " " * room + pieces.pop(0) if room > 1 else head).rstrip()
    yield from (" " * column + piece for piece in pieces)
