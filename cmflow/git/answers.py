"""What git says to a command that only looks: it is asked nothing twice, and the usual things early."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from cmflow.git import program
from cmflow.git.program import Ended

Answer = TypeVar("Answer")


class Answers:
    """The answers of one repository, and the commands that are still at work."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}
        self._pending: dict[tuple[str, ...], Callable[[], Ended]] = {}

    def start(self, root: Path, *commands: tuple[str, ...]) -> None:
        """Start these commands, unless something was asked before: git works while Python is at something else."""
        if not self._answers and not self._pending:
            self._pending = {command: cache(program.begin(root, command)) for command in commands}

    def result(self, command: tuple[str, ...]) -> Ended | None:
        """What a command came to; None where it was not started, or was asked for already."""
        end = self._pending.pop(command, None)
        return end() if end else None

    def wait(self) -> None:
        """Wait for all that were started: one that no one asks for must not be left running."""
        for end in self._pending.values():
            end()

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """The answer to a question that is asked once."""
        if question not in self._answers:
            self._answers[question] = ask()
        return cast("Answer", self._answers[question])

    def forget(self) -> None:
        """Forget everything: something has changed, perhaps after it was asked."""
        self.wait()
        self._pending.clear()
        self._answers.clear()
