"""The cron lines in the text of a workflow: read, and written between two marks. Pure.

What a person wrote in the file stays as it is, other cron lines among it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from cmflow.content import durations
from cmflow.values import dataclass

BEGIN = "# cmflow schedule: these lines come from content/plan.md"
END = "# cmflow schedule: end"
SHIPPED = ("7,22,37,52 * * * *", "53 * * * *", "43 * * * *")  # what workflows had before lines were made from the plan
USUAL_WAIT = "14m"  # of a workflow that does not say how long a run waits
_KEY = re.compile(r"^(?P<indent> *)(?:- +)?(?P<key>cron|timezone): *(?P<value>\"[^\"]*\"|'[^']*'|[^#]*)")
_WAIT = re.compile(r"inputs\.wait \|\| '([0-9]+[mhd])'|--wait[ =]\"?([0-9]+[mhd])\b")
_ON = re.compile(r"""^(?:on|"on"|'on'):(?P<value>[^#]*)""")
_FLOW = re.compile(r"^ +schedule: *[^#\s]")  # on one line
_SCHEDULE = re.compile(r"^(?P<indent> +)schedule: *(?:#.*)?$")


class NotMarked(ValueError):
    """The workflow is written so that cmflow cannot tell where its cron lines belong; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A cron line of a workflow: its text, zone ("" is UTC), comment, and whether cmflow wrote it."""

    cron: str
    zone: str
    note: str
    ours: bool
    line: int


def scheduled(text: str) -> tuple[Scheduled, ...]:
    """Return the cron lines of a workflow, in its order."""
    lines = text.splitlines()
    start, end = _schedule(lines)
    return tuple(_scheduled(lines, start, end))


def waiting(text: str) -> timedelta:
    """Return how long a run of the workflow waits for what becomes due."""
    match = _WAIT.search(text)
    if match is None and "--wait" not in text:
        return timedelta(0)
    return durations.length((match[1] or match[2]) if match else USUAL_WAIT) or timedelta(0)


def rewritten(text: str, entries: Sequence[tuple[str, str, str]]) -> str:
    """Return the text with these lines, (cron, zone, comment), in the place of those that cmflow wrote before.

    Raises NotMarked where the workflow has no list of events to which a schedule could be added, or one of the marks.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    start, end = _schedule(lines)
    if not start:
        start = end = _added(lines)
    indent = _indent(lines[start:end]) or " " * (_depth(lines[start - 1]) + 2)
    block = [f"{indent}{BEGIN}", *_written(indent, entries), f"{indent}{END}"]
    first, last = _replaced(lines, start, end)
    return newline.join((*lines[:first], *block, *lines[last:]))


def _schedule(lines: Sequence[str]) -> tuple[int, int]:
    """The lines of the list below `on: schedule:`, from the first up to the one behind the last; twice 0 for none."""
    top = next((number for number, line in enumerate(lines) if _ON.match(line)), None)
    if top is None:
        return 0, 0
    for number in range(top + 1, len(lines)):
        if lines[number].strip() and not lines[number].startswith((" ", "#")):
            return 0, 0
        if match := _SCHEDULE.match(lines[number]):
            return number + 1, _end(lines, number + 1, len(match["indent"]))
    return 0, 0


def _end(lines: Sequence[str], start: int, depth: int) -> int:
    """The line behind the list: the next key as far out, or farther; comments and empty lines before it are not its."""
    last = start
    for number in range(start, len(lines)):
        line = lines[number].strip()
        if line and not line.startswith("#") and _depth(lines[number]) <= depth and not line.startswith("- "):
            break
        if line and (not line.startswith("#") or line == END):
            last = number + 1
    return last


def _added(lines: list[str]) -> int:
    """Add an empty `schedule:` as the first event; the line behind it."""
    for number, line in enumerate(lines):
        if match := _ON.match(line):
            if match["value"].strip() or any(_FLOW.match(other) for other in lines[number:]):
                break
            lines.insert(number + 1, "  schedule:")
            return number + 2
    raise NotMarked("Write its events one per line: `on:`, then `  workflow_dispatch:`, and run this again.")


def _scheduled(lines: Sequence[str], start: int, end: int) -> Iterator[Scheduled]:
    keys: dict[str, str] = {}
    note, first, ours, inside = "", start, False, False
    for number in range(start, end):
        line = lines[number].strip()
        if line.startswith("#"):
            inside = line == BEGIN or (inside and line != END)
        elif match := _KEY.match(lines[number]):
            if line.startswith("- "):
                yield from _item(keys, note, ours, first)
                keys, first, ours = {}, number, inside
            keys[match["key"]] = match["value"].strip().strip("\"'")
            if match["key"] == "cron":
                note = lines[number][match.end() :].strip().removeprefix("#").strip()
    yield from _item(keys, note, ours, first)


def _item(keys: dict[str, str], note: str, ours: bool, number: int) -> Iterator[Scheduled]:
    if keys.get("cron"):
        yield Scheduled(keys["cron"], keys.get("timezone", ""), note, ours, number + 1)


def _replaced(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The lines to replace: those between the marks, else those that were shipped; none at the end of the list."""
    texts = [line.strip() for line in lines]
    begins, ends = ([number for number in range(start, end) if texts[number] == mark] for mark in (BEGIN, END))
    if len(begins) == len(ends) == 1 and begins < ends:
        return begins[0], ends[0] + 1
    if begins or ends:
        raise NotMarked(f"Remove what cmflow wrote there, and the marks `{BEGIN}` and `{END}`; then run this again.")
    for number in range(start, end):
        match = _KEY.match(lines[number])
        if match and match["key"] == "cron" and match["value"].strip().strip("\"'") in SHIPPED:
            return number, number + 1
    return end, end


def _written(indent: str, entries: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for cron, zone, note in entries:
        yield f'{indent}- cron: "{cron}" # {note}'
        if zone:
            yield f"{indent}  timezone: {zone}"


def _indent(lines: Sequence[str]) -> str:
    return next((line[: _depth(line)] for line in lines if line.strip().startswith("- ")), "")


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
