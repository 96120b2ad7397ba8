"""What git says to a command that only looks: it is asked nothing twice, and the usual things early."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from cmflow.git import program
from cmflow.git.program import Ended

Answer = TypeVar("Answer")


class Answers:
    """What is known of one repository, and what was asked and is still awaited."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._begun: dict[tuple[str, ...], Callable[[], Ended]] = {}

    def begin(self, root: Path, *commands: tuple[str, ...]) -> None:
        """Start these commands, unless something was asked before: git works while Python is at something else."""
        if not self._known and not self._begun:
            self._begun = {command: program.begin(root, command) for command in commands}

    def end(self, command: tuple[str, ...]) -> Ended | None:
        """What the command came to; None where it was not begun, or was asked for already."""
        end = self._begun.pop(command, None)
        return end() if end else None

    def hear(self) -> None:
        """Wait for all that was begun."""
        self._begun = {command: _said(end()) for command, end in self._begun.items()}

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """The answer to a question that is asked once."""
        if question not in self._known:
            self._known[question] = ask()
        return cast("Answer", self._known[question])

    def forget(self) -> None:
        """Forget everything: something has changed, perhaps after it was asked."""
        self.hear()
        self._begun.clear()
        self._known.clear()


def _said(ended: Ended) -> Callable[[], Ended]:
    return lambda: ended
