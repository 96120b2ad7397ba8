"""Where this machine keeps the refresh tokens of accounts: a file here, and a secret of GitHub Actions."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cmflow.cli import _sandbox
from cmflow.cli._actions import API, run_name, workflow
from cmflow.cli._clock import wall_clock, wall_sleep
from cmflow.cli._context import STATE, Context
from cmflow.content.secrets import variable
from cmflow.model import Account
from cmflow.model.errors import CmflowError, Denied, GitHubError, NotAllowed, NotSent
from cmflow.netkit import http, network, oauth
from cmflow.netkit.auth import Grant, OAuth2
from cmflow.netkit.network import Access
from cmflow.publish import identity
from cmflow.publish.accounts import SANDBOX
from cmflow.repository import token_files
from cmflow.repository.token_files import TokenFile

if TYPE_CHECKING:
    import httpx

    from cmflow.github.client import Connection
    from cmflow.publish.tokens import Kept, Place
    from cmflow.sandbox.door import Served

ENVIRONMENT = "publish"  # of the workflow that `cmflow init` writes
SKEW = timedelta(minutes=2)  # this machine's clock and GitHub's
TOKEN = "CMFLOW_GITHUB_TOKEN"
NEEDS = (
    f"Give the job a fine-grained personal access token of this repository as {TOKEN}, with “Environments” and "
    "“Secrets” set to “Read and write”: the job's own token cannot write secrets."
)


def renewed(context: Context, account: Account, access: Access) -> Access:
    """The access with a fresh access token, where the network has OAuth 2 with a refresh token."""
    from cmflow.publish.tokens import Renewal

    names = {name for name, _ in access.secrets}
    way = next((way for way in network.load(account.network).ways if names.issuperset(way.secrets)), None)
    if not isinstance(way, OAuth2):
        return access
    if way.keeps == "token":
        _learn_end(context, access, "token", lambda: _end(access, way))
        return access
    auth, app = way, oauth.credentials(way, access)
    sandbox = _sandbox.door()
    with client(account, sandbox) as web:

        def refresh(token: str) -> Grant:
            return oauth.refresh(web, auth, account, app, token)

        if not auth.rotates:
            grant = refresh(access.secret("refresh_token"))
            _learn_end(context, access, "refresh_token", lambda: grant.refresh_until)
            fresh, scopes = grant.access_token, grant.scopes
        else:
            folder = context.root / SANDBOX if sandbox else context.root
            place = _place(folder, account, access)
            ledger = context.ledger(STATE)
            kept = Renewal(account.name, ledger, place, refresh, run_name(), wall_clock, wall_sleep).fresh()
            fresh, scopes = kept.access_token, kept.scopes
    return replace(access, secrets=(*access.secrets, ("access_token", fresh)), scopes=scopes)


def client(account: Account, sandbox: Served | None) -> httpx.Client:
    """A client for the account's network, or for the sandbox."""
    if sandbox is None:
        return http.client()
    from cmflow.sandbox import door

    return door.client(sandbox, account)


def _learn_end(context: Context, access: Access, secret: str, ask: Callable[[], datetime | None]) -> None:
    """Where it cannot be learnt or written down now, a later run does."""
    from cmflow.publish import tokens

    if context.repository is not None:
        with suppress(CmflowError):
            ledger, token = context.ledger(STATE), access.secret(secret)
            tokens.learn_end(ledger, access.account.name, token, ask, run_name(), wall_clock)


def _end(access: Access, way: OAuth2) -> datetime | None:
    """When the token ends by the network's own word; else when it ends at the latest, if it is of today."""
    sandbox, record = _sandbox.door(), network.load(access.account.network)
    record = sandbox.network(record) if sandbox else record
    until = identity.verify(record, access, http.client)[0].until if record.verify else None
    return until or (wall_clock() + way.lifetime if way.lifetime else None)


def _place(root: Path, account: Account, access: Access) -> Place:
    """A file of this machine; on GitHub Actions, whose machines are thrown away, a secret of the environment as well.

    The environment variable is looked at first: after `cmflow connect` it holds a token that no file knows of.
    """
    from cmflow.publish.tokens import Kept, Place

    name = variable(account.name, "refresh_token")

    def tokens() -> Sequence[Kept]:
        file = token_files.read(root, account.name)
        given = Kept(access.secret("refresh_token"))
        kept = [Kept(*file)] if file else []
        return [*(one for one in kept if one.refresh_token == given.refresh_token), given, *kept]

    def ready() -> None:
        token_files.check(root)
        if on_actions():
            check(account)

    def keep(kept: Kept) -> None:
        token_files.write(root, account.name, TokenFile(*astuple(kept)))
        if on_actions():
            save(name, kept.refresh_token)

    def changed(since: datetime) -> bool | None:
        return _changed(name, since) if on_actions() else False

    return Place(tokens, ready, keep, changed)


# ── secrets of GitHub Actions ───────────────────────────────────────────────────────────────────────────────


def on_actions() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true" and not _sandbox.is_on()


def save(name: str, value: str) -> None:
    """Write a secret of the environment. Denied where no token for it is given, or it may not; NotSent where GitHub
    cannot do it now."""
    from cmflow.github import secrets as vault

    try:
        vault.write(_connection(), _environment(), name, value)
    except NotAllowed as error:
        raise Denied(str(error), f"{error.hint} {NEEDS}".strip()) from None
    except GitHubError as error:
        raise NotSent(str(error), error.hint) from None


def check(account: Account) -> None:
    """Denied where no secret can be written: that is known only by writing one, and this one harms nothing."""
    save(variable(account.name, "token_check"), secrets.token_hex(4))


def _changed(name: str, since: datetime) -> bool | None:
    from cmflow.github import secrets as vault

    try:
        time = vault.changed(_connection(), _environment(), name)
    except GitHubError:
        return None
    return time is not None and time > since - SKEW


def _environment() -> str:
    return os.environ.get("CMFLOW_ENVIRONMENT") or ENVIRONMENT


def _connection() -> Connection:
    from cmflow.github.client import PATIENCE, open_connection

    _sandbox.refuse("Writing secrets on GitHub")
    token = os.environ.get(TOKEN, "") or ("" if on_actions() else os.environ.get("GITHUB_TOKEN", ""))
    if not token:
        raise Denied("No token with permission to write secrets is set.", NEEDS)
    address, repository = os.environ.get("GITHUB_API_URL") or API, os.environ.get("GITHUB_REPOSITORY", "")
    return open_connection(address, token, repository, workflow(), wall_sleep, PATIENCE)
