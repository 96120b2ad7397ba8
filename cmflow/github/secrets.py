"""Secrets for the jobs of GitHub Actions: written, encrypted for the repository, and never read back."""

from datetime import datetime
from typing import TYPE_CHECKING

from cmflow.github.client import Connection
from cmflow.github.errors import Action
from cmflow.model.errors import NotAllowed

if TYPE_CHECKING:
    from github.Environment import Environment

WRITING = Action("write a secret of the environment", "secrets: write")


def write(connection: Connection, environment: str, name: str, value: str) -> None:
    """Make or change a secret of an environment; once this returns, every job that starts gets the new value.

    Raises NotAllowed for a token that may not: the one that a job gets by itself never may.
    """
    base = _environment(connection, environment)
    connection.write(WRITING, lambda: base.create_secret(name, value))


def changed(connection: Connection, environment: str, name: str) -> datetime | None:
    """When the secret was last written; None where it was never."""
    base = _environment(connection, environment)
    try:
        return connection.read(WRITING, lambda: base.get_secret(name).updated_at)
    except NotAllowed:
        return None


def _environment(connection: Connection, name: str) -> "Environment":
    return connection.read(WRITING, lambda: connection.home.get_environment(name))
