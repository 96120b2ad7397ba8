"""Secrets of an environment: encrypted for the repository, so that only its jobs can read them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.github import secrets
from cmflow.github.client import Connection, open_connection
from cmflow.model.errors import NotAllowed
from tests.github import vault as stand_in
from tests.github.vault import TOKEN, Vault


@pytest.fixture
def vault() -> Iterator[Vault]:
    with stand_in.running(Vault()) as vault:
        yield vault
    assert vault.drift == []


def connection(vault: Vault, repository: str = "team/content") -> Connection:
    return open_connection(vault.url, TOKEN, repository, "", lambda seconds: None, 0)


def test_a_secret_is_written_so_that_only_jobs_can_read_it(vault: Vault) -> None:
    for value in ("refresh-1", "refresh-2"):
        secrets.write(connection(vault), "publish", "CMFLOW_TEAM_REFRESH_TOKEN", value)
        assert vault.values == {"CMFLOW_TEAM_REFRESH_TOKEN": value}


def test_when_a_secret_was_written(vault: Vault) -> None:
    secrets.write(connection(vault), "publish", "A", "refresh-1")
    time = secrets.changed(connection(vault), "publish", "A")
    assert time and abs(time - datetime.now(UTC)) < timedelta(minutes=1)
    assert secrets.changed(connection(vault), "publish", "B") is None


def test_a_token_that_may_not_write_secrets(vault: Vault) -> None:
    vault.writes = False
    with pytest.raises(NotAllowed) as caught:
        secrets.write(connection(vault), "publish", "A", "refresh-1")
    assert str(caught.value) == (
        "GitHub does not allow cmflow to write a secret of the environment in team/content (403): "
        "Resource not accessible by personal access token"
    )
    assert vault.values == {}


@pytest.mark.parametrize("environment", ["publsh", "publish"])
def test_an_environment_that_is_not_there_or_not_shown(vault: Vault, environment: str) -> None:
    vault.sees = environment != "publish"
    with pytest.raises(NotAllowed) as caught:
        secrets.write(connection(vault), environment, "A", "refresh-1")
    assert (str(caught.value), caught.value.hint) == (
        f"team/content has no environment “{environment}”, or the token may not see it.",
        f"Create it on GitHub: Settings, Environments, New environment, {environment}.",
    )
