"""The sandbox that a terminal is turned to by CMFLOW_SANDBOX, for every command until the variable is unset.

A variable, and not an option: who forgets an option sends to the real network, and who forgets to unset a variable
sends nothing, and every command says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from cmflow.model.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cmflow.sandbox.door import Served

VARIABLE = "CMFLOW_SANDBOX"
PREFIX = "cmflow-sandbox"


def is_on() -> bool:
    """Return whether this terminal is turned to a sandbox."""
    return bool(os.environ.get(VARIABLE))


def door(clock: Callable[[], datetime] | None = None) -> Served | None:
    """Return the sandbox, None where the variable is not set. `clock` is the time that its networks are told.

    Raises SourceError where the variable names no sandbox of this machine.
    """
    if not is_on():
        return None
    from cmflow.sandbox import door

    return door.served(os.environ[VARIABLE], clock)


def branch(name: str) -> str:
    """Return the branch that a sandbox has instead of one of ours: `cmflow-sandbox` is the ledger."""
    return f"{PREFIX}{name.removeprefix('cmflow').removeprefix('-state')}"


def announce() -> None:
    """Say, on standard error, that no network is spoken to."""
    if is_on():
        words = f"Sandbox {os.environ[VARIABLE]}: nothing leaves this machine, and the ledger is the branch {PREFIX}."
        click.echo(click.style(words, fg="magenta"), err=True)


def refuse(deed: str) -> None:
    """Raise SourceError in a sandbox for what would reach a real service."""
    if is_on():
        raise SourceError(f"{deed} is not done in a sandbox.", f"To leave the sandbox: unset {VARIABLE}")
