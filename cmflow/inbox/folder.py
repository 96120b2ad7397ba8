"""Conversations as files in a folder: one Markdown file for each ticket, that people can read, with its notes.

The folder keeps itself out of git. Two programs may write at the same time: each waits for the other.
"""

import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Note, Sheet, Ticket
from cmflow.model.errors import SourceError
from cmflow.repository import files
from cmflow.values import dataclass

FOLDER = ".cmflow/inbox"
IGNORE = "# What people wrote to us never gets into git.\n*\n"
HINT = "Check that the folder is writable, and that the disk is not full."
US = "cmflow"  # the author of what cmflow wrote
SHORTEST = 8  # hexadecimal digits of a ticket's id
_ID = re.compile("[0-9a-f]{8,64}")
_HEAD = re.compile(r"<!-- (ticket|note) (\{.*\}) -->")
_ESCAPED = re.compile(r"^(\\*)(?=<!-- (?:ticket|note) \{)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _File:
    """A ticket as its file has it; `body` has the marks of `marks.body`."""

    mark: str
    created: datetime
    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    is_open: bool
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderHelpdesk:
    """A helpdesk below the folder of a content repository. `clock` gives the time."""

    root: Path
    clock: Callable[[], datetime]

    @property
    def folder(self) -> Path:
        return self.root / FOLDER

    @property
    def location(self) -> str:
        return ""

    @property
    def is_public(self) -> bool:
        return False

    def may_answer(self, login: str) -> bool:
        """Anyone who can write into the folder may."""
        return True

    # ── tickets ─────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, mark: str, since: datetime) -> str | None:
        paths = [self._path(id) for id in _ids(mark) if self._is_file(id)]
        tickets = (
            path.stem for path, file in self._sound(paths) if file.mark == mark and file.created >= _seconds(since)
        )
        return next(tickets, None)

    def open(self, mark: str, sheet: Sheet) -> str:
        """Open a ticket; where there is one with that mark already, that one shows the sheet."""
        tidy = _tidy(sheet)
        with self._lock():
            id = next(id for id in _ids(mark) if self._is_free(id, mark))
            if not self._is_file(id):
                body, labels = marks.body(mark, tidy), marks.labels((), sheet.labels)
                self._write(
                    id, _File(mark, _seconds(self.clock()), tidy.title, body, labels, sheet.assignees, is_open=True)
                )
                return id
        self.edit(id, mark, sheet)
        return id

    def _is_free(self, id: str, mark: str) -> bool:
        """Whether no other ticket has the id."""
        return not self._is_file(id) or any(file.mark == mark for _, file in self._sound([self._path(id)]))

    def read(self, ticket: str) -> Ticket | None:
        return self._ticket(ticket, self._read(ticket)) if self._is_file(ticket) else None

    def edit(self, ticket: str, mark: str, sheet: Sheet) -> None:
        def edited(file: _File) -> _File:
            title, body = marks.revised(file.title, file.body, mark, _tidy(sheet))
            return replace(file, title=title, body=body, labels=marks.labels(file.labels, sheet.labels))

        self._change(ticket, edited)

    def close(self, ticket: str) -> None:
        self._change(ticket, lambda file: replace(file, is_open=False))

    def reopen(self, ticket: str) -> None:
        self._change(ticket, lambda file: replace(file, is_open=True))

    def changes(self, since: datetime) -> tuple[Ticket, ...]:
        """A file's own time says when it changed: people may edit it with any editor."""
        first = since.timestamp()
        paths = [path for path in sorted(self.folder.glob("*.md")) if path.stat().st_mtime >= int(first)]
        return tuple(self._ticket(path.stem, replace(file, notes=())) for path, file in self._sound(paths))

    def missing(self, tickets: Collection[str]) -> frozenset[str]:
        """None is sure: a file that is not here may be in another clone."""
        return frozenset()

    # ── notes ───────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, ticket: str, mark: str, text: str) -> Note:
        return self._add(ticket, US, marks.unmarked(text), mark)

    def write(self, ticket: str, author: str, text: str) -> Note:
        """A person's note. Raises SourceError where there is no such ticket."""
        return self._add(ticket, author, text, "")

    def revise(self, note: Note, text: str) -> None:
        def revised(file: _File) -> _File:
            notes = (replace(one, text=marks.unmarked(text)) if one.id == note.id else one for one in file.notes)
            return replace(file, notes=tuple(notes))

        self._change(note.ticket, revised)

    def erase(self, note: Note) -> None:
        self._change(
            note.ticket, lambda file: replace(file, notes=tuple(one for one in file.notes if one.id != note.id))
        )

    def news(self, since: datetime, tickets: Collection[str]) -> tuple[Note, ...]:
        paths = [self._path(ticket) for ticket in tickets if self._is_file(ticket)]
        notes = (note for _, file in self._sound(paths) for note in file.notes)
        recent = (note for note in notes if not note.mark and note.time >= _seconds(since))
        return tuple(sorted(recent, key=lambda note: note.time))

    def _add(self, ticket: str, author: str, text: str, mark: str) -> Note:
        id = f"{ticket}-{secrets.token_hex(8)}"  # of no other note, in whichever clone it is written
        note = Note(id, ticket, author, _lines(text), _seconds(self.clock()), mark)
        if not self._change(ticket, lambda file: replace(file, notes=(*file.notes, note))):
            raise SourceError(f"There is no ticket {ticket}.", "`cmflow inbox list` shows those there are.")
        return note

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────

    def _path(self, ticket: str) -> Path:
        return self.folder / f"{ticket}.md"

    def _is_file(self, ticket: str) -> bool:
        return bool(_ID.fullmatch(ticket)) and self._path(ticket).is_file()

    def _ticket(self, id: str, file: _File) -> Ticket:
        sheet = Sheet(file.title, marks.read(file.body).text, file.labels, file.assignees)
        return Ticket(id, sheet, str(self._path(id)), file.is_open, file.notes)

    def _sound(self, paths: Sequence[Path]) -> Iterator[tuple[Path, _File]]:
        """The tickets that can be read: one that a person has broken does not stop the others."""
        for path in paths:
            try:
                yield path, self._read(path.stem)
            except SourceError:
                continue

    def _read(self, ticket: str) -> _File:
        path = self._path(ticket)
        try:
            return _decoded(ticket, path.read_bytes().decode("utf-8", "replace"))
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}.", HINT) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            hint = "Restore the lines that begin with `<!--`. A file that is deleted comes again with the next message."
            raise SourceError(f"{path} is not a ticket of the inbox any more.", hint) from None

    def _change(self, ticket: str, change: Callable[[_File], _File]) -> bool:
        """Change a ticket; False where it is not there any more."""
        if not self._is_file(ticket):
            return False
        with self._lock():
            file = self._read(ticket)
            if (changed := change(file)) != file:
                self._write(ticket, changed)
        return True

    def _write(self, ticket: str, file: _File) -> None:
        path = self._path(ticket)
        files.write(path, _encoded(file), HINT, over=True, within=self.root)
        time = self.clock().timestamp()
        os.utime(path, (time, time))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """The folder, for one program at a time; however a program ends, it is free again."""
        self._prepare()
        with (self.folder / ".lock").open("a") as file:
            _wait(file.fileno())
            yield

    def _prepare(self) -> None:
        """The folder, which only we can read, and which git does not look into."""
        ignore = self.folder / ".gitignore"
        if not ignore.is_file() or ignore.read_bytes() != IGNORE.encode():
            files.write(ignore, IGNORE, HINT, over=True, within=self.root)
            self.folder.chmod(0o700)


def _wait(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no such locks: there, one program at a time is for the person to see to
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _ids(mark: str) -> Iterator[str]:
    """The ids that a ticket with this mark may have, the shortest first: the same in every clone."""
    digest = sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()
    return (digest[:length] for length in range(SHORTEST, len(digest) + 1))


def _tidy(sheet: Sheet) -> Sheet:
    """The sheet with its title on one line."""
    return replace(sheet, title=" ".join(sheet.title.split()))


def _seconds(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n")


# ── what a file holds ───────────────────────────────────────────────────────────────────────────────────────


def _encoded(file: _File) -> str:
    head = {
        "mark": file.mark,
        "created": file.created.isoformat(),
        "open": file.is_open,
        "labels": file.labels,
        "assignees": file.assignees,
    }
    parts = [f"{_head('ticket', head)}\n# {file.title}\n\n{_escaped(file.body)}"]
    for note in file.notes:
        values = {"id": note.id, "author": note.author, "time": note.time.isoformat(), "mark": note.mark}
        author = " ".join(note.author.replace("`", " ").split())
        shown = f"**`{author}`** · {note.time:%Y-%m-%d %H:%M} UTC"
        parts.append(f"{_head('note', values)}\n{shown}\n\n{_escaped(_lines(note.text))}")
    return "\n\n".join(parts) + "\n"


def _decoded(ticket: str, text: str) -> _File:
    """Raises ValueError, KeyError or TypeError for what is not a ticket."""
    blocks = [*_blocks(text)]
    if not blocks or blocks[0][0] != "ticket":
        raise ValueError("it does not begin with a ticket")
    _, head, (title, *lines) = blocks[0]
    return _File(
        head["mark"],
        datetime.fromisoformat(head["created"]),
        title.removeprefix("# ").strip(),
        _plain(lines),
        tuple(map(str, head["labels"])),
        tuple(map(str, head["assignees"])),
        bool(head["open"]),
        tuple(_note(ticket, values, lines) for kind, values, lines in blocks[1:] if kind == "note"),
    )


def _note(ticket: str, values: dict[str, Any], lines: Sequence[str]) -> Note:
    time = datetime.fromisoformat(values["time"]).astimezone(UTC)
    return Note(str(values["id"]), ticket, str(values["author"]), _plain(lines[1:]), time, str(values["mark"]))


def _blocks(text: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """The ticket and its notes: the kind, the values of its first line, and the lines below that."""
    block: tuple[str, dict[str, Any], list[str]] | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        if match := _HEAD.fullmatch(line):
            if block:
                yield block
            block = match[1], json.loads(match[2]), []
        elif block:
            block[2].append(line)
    if block:
        yield block


def _head(kind: str, values: dict[str, Any]) -> str:
    """One line, which no value can end."""
    return f"<!-- {kind} {json.dumps(values).replace('>', chr(92) + 'u003e')} -->"


def _escaped(text: str) -> str:
    r"""The text, with a `\` before each line that looks like the head of a note."""
    return _ESCAPED.sub(r"\\\1", text)


def _plain(lines: Sequence[str]) -> str:
    text = re.sub(r"^\\(\\*<!-- (?:ticket|note) \{)", r"\1", "\n".join(lines), flags=re.MULTILINE)
    return text.strip("\n")
