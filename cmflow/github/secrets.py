"""Secrets for the jobs of GitHub Actions: written, encrypted for the repository, and never read back."""

from datetime import datetime
from typing import TYPE_CHECKING

from cmflow.github.client import Connection
from cmflow.github.errors import Action
from cmflow.model.errors import NotAllowed

if TYPE_CHECKING:
    from github.Environment import Environment

LOOKING = Action("find the environment", "environments: read")
WRITING = Action("write a secret of the environment", "secrets: write")


def write(connection: Connection, environment: str, name: str, value: str) -> None:
    """Make or change a secret of an environment; once this returns, every job that starts gets the new value.

    Raises NotAllowed for a token that may not (the one that a job gets by itself never may), and for an environment
    that is not there.
    """
    base = _environment(connection, environment)
    try:
        connection.write(WRITING, lambda: base.create_secret(name, value))
    except NotAllowed as error:  # what a job's `permissions:` can say does not help: no token of a job may
        raise NotAllowed(str(error)) from None


def changed(connection: Connection, environment: str, name: str) -> datetime | None:
    """When the secret was last written; None where it was never."""
    try:
        base = _environment(connection, environment)
        return connection.read(WRITING, lambda: base.get_secret(name).updated_at)
    except NotAllowed:
        return None


def _environment(connection: Connection, name: str) -> "Environment":
    try:
        return connection.read(LOOKING, lambda: connection.home.get_environment(name).complete())
    except NotAllowed:
        raise NotAllowed(
            f"{connection.repository} has no environment “{name}”, or the token may not see it.",
            f"Create it on GitHub: Settings, Environments, New environment, {name}.",
        ) from None
