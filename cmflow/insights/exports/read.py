"""From the text of an export to rows with figures; nothing is guessed that the file does not say."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from cmflow.insights.exports.formats import FORMATS, Column, Format, Unit
from cmflow.model import Number
from cmflow.values import dataclass

FIRST_LINES = 12  # some files explain themselves before the header
DELIMITERS = ",;\t"
LONGEST = 1 << 20  # characters of a cell
EMPTY = ("", "-", "–", "—", "--", "n/a")
THOUSANDS = re.compile(r"\d{1,3}(?:[, .\u00a0\u202f]\d{3})+", re.ASCII)
PLAIN = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
DURATION = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})", re.ASCII)
TIMES = (
    *("%Y-%m-%d %H:%M %z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    *("%m/%d/%Y %H:%M", "%a, %b %d, %Y", "%b %d, %Y", "%Y-%m-%d", "%m/%d/%Y"),
)


class Unreadable(ValueError):
    """The file is not such an export; its words say what it is, or what it lacks."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line of the file says of one post. `day` is when it was published, in a zone that the file does not name;
    `figures` are those that it tells."""

    line: int
    id: str
    url: str
    text: str
    day: date | None
    figures: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """`unknown` are columns that cmflow does not know; `odd` are cells that are not numbers, as (line, column)."""

    format: Format
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    odd: tuple[tuple[int, str], ...] = ()


def read(text: str) -> Export:
    """What an export holds; raises Unreadable where it is none that we know."""
    delimiter = _delimiter(text)
    try:
        lines = [(number, cells) for number, cells in _lines(text, delimiter) if any(cells)]
    except csv.Error as error:
        raise Unreadable(f"It is not a table ({error}).") from None
    for place, (_, cells) in enumerate(lines[:FIRST_LINES]):
        header = [cell.strip().lower() for cell in cells]
        kind = next((kind for kind in FORMATS if _is_of(kind, header)), None)
        if kind:
            return _export(kind, cells, lines[place + 1 :], delimiter == ";")
    names = "; ".join(kind.name for kind in FORMATS)
    raise Unreadable(f"cmflow does not recognise its columns (it knows {names}).")


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    for cells in reader:
        yield reader.line_num, [cell.strip() for cell in cells]


def _delimiter(text: str) -> str:
    """The one that is most frequent in the first lines."""
    start = "\n".join(text.splitlines()[:FIRST_LINES])
    return max(DELIMITERS, key=start.count)


def _is_of(kind: Format, header: Sequence[str]) -> bool:
    return all(any(name in header for name in group) for group in kind.needs)


def _export(kind: Format, header: Sequence[str], lines: Sequence[tuple[int, list[str]]], decimal: bool) -> Export:
    names = [cell.lower() for cell in header]
    columns = {column: place for column in kind.figures if (place := _place(names, column.names)) is not None}
    known = {name for column in kind.figures for name in column.names} | {*kind.silent}
    known |= {*kind.id, *kind.url, *kind.time, *kind.text}
    unknown = tuple(cell for cell in header if cell and cell.lower() not in known)
    rows: list[Row] = []
    odd: list[tuple[int, str]] = []
    for line, cells in lines:
        row = _row(kind, names, columns, line, cells, decimal, odd)
        if row.id or row.url:  # neither: the line of the totals
            rows.append(row)
    return Export(kind, tuple(rows), unknown, tuple(odd))


def _row(
    kind: Format,
    names: Sequence[str],
    columns: dict[Column, int],
    line: int,
    cells: Sequence[str],
    decimal: bool,
    odd: list[tuple[int, str]],
) -> Row:
    figures: list[tuple[str, Number]] = []
    for column, place in columns.items():
        cell = cells[place] if place < len(cells) else ""
        if cell.lower() in EMPTY:
            continue  # what is not told is not 0
        value = _number(cell, column.unit, decimal)
        if value is None:
            odd.append((line, names[place]))
        else:
            figures.append((column.metric, value))
    texts = [_cell(names, cells, (name,)) for name in kind.text]
    post, time = _id(_cell(names, cells, kind.id)), _cell(names, cells, kind.time)
    return Row(line, post, _cell(names, cells, kind.url), next(filter(None, texts), ""), _day(time), tuple(figures))


def _place(names: Sequence[str], options: Sequence[str]) -> int | None:
    return next((names.index(name) for name in options if name in names), None)


def _cell(names: Sequence[str], cells: Sequence[str], options: Sequence[str]) -> str:
    place = _place(names, options)
    return cells[place] if place is not None and place < len(cells) else ""


def _id(cell: str) -> str:
    """Without the apostrophe or formula that keeps spreadsheets from rounding it; "" for the totals."""
    bare = cell.removeprefix("=").strip("'\"")
    return bare if re.fullmatch(r"[\w-]*\d[\w-]*|[\w-]{11}", bare, re.ASCII) else ""


def _number(cell: str, unit: Unit, decimal: bool) -> Number | None:
    """`decimal`: a comma is a decimal comma, as in files whose columns are divided by semicolons."""
    if unit is Unit.DURATION:
        match = DURATION.fullmatch(cell)
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None
    text = cell.removesuffix("%").strip()
    if THOUSANDS.fullmatch(text) and not (decimal and text.count(",") == 1):
        text = re.sub(r"\D", "", text)
    if not PLAIN.fullmatch(text) or len(text) > 18:
        return None
    value = float(text.replace(",", ".")) * (60 if unit is Unit.HOURS else 1)
    return int(value) if value.is_integer() else round(value, 4)


def _day(cell: str) -> date | None:
    for form in TIMES:
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    return None
