"""How cmflow speaks to the sandbox instead of the networks: every request of an account goes there, and nowhere else.

`Served` is a sandbox of this machine at an address, `cmflow sandbox`; `Inside` is one in this process. Both hand out
the account's secrets: none is read from the environment.
"""

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpx

from cmflow.content.destinations import LOCAL
from cmflow.model import Account
from cmflow.model.errors import SourceError
from cmflow.netkit import http
from cmflow.netkit.network import Network
from cmflow.publish import accounts
from cmflow.sandbox.cast import MAKERS
from cmflow.sandbox.troubles import Lost
from cmflow.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cmflow.sandbox.stage import Stage

Clock = Callable[[], datetime]
TIME = "X-Sandbox-Time"  # what time a request is made at, in a rehearsal
VARIABLE = "CMFLOW_SANDBOX"
START = "Start one, and use the address that it prints: cmflow sandbox"


class Door(accounts.Door, Protocol):
    def transport(self, account: Account) -> httpx.BaseTransport:
        """What carries the account's requests to the sandbox."""


def client(door: Door, account: Account, like: httpx.Client | None = None) -> httpx.Client:
    """A client of which every request is the account's, and goes to the sandbox."""
    made = http.client(door.transport(account))
    if like is not None:
        made.event_hooks = like.event_hooks
    return made


class _Doorkeeper:
    """What both kinds of door have in common."""

    def plays(self, network: str) -> bool:
        return network in MAKERS

    def network(self: Door, record: Network[Any]) -> Network[Any]:
        connect = record.connect
        assert connect is not None, f"{record.title} has a fake and cannot be connected"
        return replace(record, connect=lambda like, access: connect(client(self, access.account, like), access))


# ── in this process ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Inside(_Doorkeeper):
    stage: "Stage"

    def secrets(self, account: Account) -> Mapping[str, str]:
        actor = self.stage.enrol(account)
        return actor.secrets | ({"access_token": actor.access_token} if actor.access_token else {})

    def transport(self, account: Account) -> httpx.BaseTransport:
        self.stage.enrol(account)

        def answer(request: httpx.Request) -> httpx.Response:
            request.read()
            try:
                return self.stage.answer(account.name, request)
            except Lost:
                raise httpx.ReadTimeout("the sandbox was told to lose the answer", request=request) from None

        return httpx.MockTransport(answer)


# ── at an address ───────────────────────────────────────────────────────────────────────────────────────────


class _Forward(httpx.BaseTransport):
    """Sends a request for `https://host/path` to the sandbox's `/at/ACCOUNT/https/host/path`."""

    def __init__(self, base: str, account: str, clock: Clock | None) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # no one closes the client of a session
        self.inner = httpx.HTTPTransport(trust_env=False, limits=alone)
        self.base, self.account, self.clock = base, account, clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpx.URL(self.base).copy_with(raw_path=f"{path(self.account)}/".encode() + _raw(request.url))
        headers = [(b"Host", url.netloc), *(pair for pair in request.headers.raw if pair[0].lower() != b"host")]
        if self.clock:
            headers.append((TIME.encode(), self.clock().isoformat().encode()))
        forward = httpx.Request(
            request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        return self.inner.handle_request(forward)

    def close(self) -> None:
        self.inner.close()


def _raw(url: httpx.URL) -> bytes:
    return b"/".join((url.raw_scheme, url.netloc)) + url.raw_path


def path(account: str) -> str:
    """Where the networks of an account begin."""
    return f"/at/{account}"


@dataclass(frozen=True, slots=True)
class Served(_Doorkeeper):
    """`base` is like `http://127.0.0.1:8920`."""

    base: str
    clock: Clock | None = None
    known: dict[str, Account] = field(default_factory=dict)

    def secrets(self, account: Account) -> Mapping[str, str]:
        document = self._enrol(account)
        secrets = document.get("secrets")
        if not isinstance(secrets, dict):
            raise _stranger(self.base)
        return {str(name): str(value) for name, value in secrets.items()}

    def transport(self, account: Account) -> httpx.BaseTransport:
        if account.name not in self.known:
            self._enrol(account)
        return _Forward(self.base, account.name, self.clock)

    def page(self, account: Account, url: str) -> str:
        """Where the sandbox shows what a network has at this address, for a browser; of "" the account's own page."""
        self._enrol(account)
        own = f"{self.base}/accounts/{account.name}"
        return f"{self.base}{path(account.name)}/{_raw(httpx.URL(url)).decode()}" if url else own

    def _enrol(self, account: Account) -> Mapping[str, Any]:
        document = {"name": account.name, "network": account.network, "title": account.title}
        body = document | {"options": dict(account.options)}
        with _asking(self.base) as sandbox:
            answer = sandbox.post("/api/accounts", json=body)
            found = answer.json()
        if not isinstance(found, dict):
            raise _stranger(self.base)
        if not answer.is_success:
            raise SourceError(str(found.get("error", "The sandbox did not accept this account.")))
        self.known[account.name] = account
        return found


@contextmanager
def _asking(base: str) -> "Iterator[httpx.Client]":
    try:
        with httpx.Client(base_url=base, trust_env=False, timeout=30.0, follow_redirects=False) as sandbox:
            yield sandbox
    except (httpx.HTTPError, ValueError):
        raise _stranger(base) from None


def _stranger(base: str) -> SourceError:
    return SourceError(f"No sandbox answers at {base}, which {VARIABLE} names.", START)


def served(address: str, clock: Clock | None = None) -> Served:
    """The sandbox at that address; `clock` is the time that its networks are told, where it is not now.

    SourceError where it is not an address of this machine, or none answers there."""
    parts = urlsplit(address.strip())
    try:
        port = parts.port
    except ValueError:
        port = None
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme != "http" or parts.hostname not in LOCAL or not port or not is_bare:
        raise SourceError(f"{VARIABLE} is not the address of a sandbox on this machine.", START)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    base = f"http://{host}:{port}"
    with _asking(base) as sandbox:
        answer = sandbox.get("/api")
        if answer.json() != {"sandbox": "cmflow"}:
            raise ValueError
    return Served(base, clock)
