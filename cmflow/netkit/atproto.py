"""The AT Protocol's way of asking: signed in once, each answer judged for what it means for a post.

https://atproto.com/specs/xrpc, read 2026-11-22. Errors as the official server of that day gives them.
"""

import re
import time
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import DeliveryError, Denied, NotSent, Throttled, Unsure
from cmflow.netkit import answers, errors
from cmflow.netkit.network import Access, at_once
from cmflow.netkit.rest import PREPARES
from cmflow.netkit.upload import Upload
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]

SIGN_IN = (
    "Create an app password in Bluesky (Settings, Privacy and security), and hand it to cmflow as the account's "
    "secret `app_password`."
)
RENAMED = (
    "If the account has another handle now, write that as `handle:` in the plan; its DID (did:plc:…) never "
    "changes, and you can write it there too."
)
ENTERING, SIGNED_IN = errors.Advice(denied=f"{SIGN_IN} {RENAMED}"), errors.Advice(denied=SIGN_IN)
_TOKENS = ("accessJwt", "refreshJwt", "did", "handle")
_SAFE = re.compile(r"https://[\w.-]+(?::\d+)?|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?", re.ASCII)
_DENIED = re.compile(r"Account|Auth|Expired|InvalidToken|Forbidden|Repo(?:Deactivated|Takendown)")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a question where it has `params` alone, else an order, with a `body`, a `file` or nothing.

    `method` is one of `com.atproto` without these words, or, in full, one of `app.bsky` or `chat.bsky`: an account's
    server hands it on, to the service that `proxy` names where that is not the usual one.

    `needs`: the texts that an answer must hold. `writes`: the post may be published afterwards, whatever is answered.
    `address`: another server than the account's.
    """

    method: str
    params: Json | None = None
    body: Json | None = None
    file: Upload | None = None
    mime: str = ""
    needs: tuple[str, ...] = ()
    writes: bool = False
    address: str = ""
    proxy: str = ""


@dataclass(slots=True)
class Session:
    """Signed in as `did`. The tokens change when they expire; what is `hidden` is never shown.

    `people` is what we have learned on the way: handle → DID, "" if no account has it. `home` is the server that holds
    the account, which may not be the one that was asked; `pause` and `clock` are those of `Access`.
    """

    http: "httpx.Client" = field(repr=False)
    service: str
    hidden: tuple[str, ...] = field(repr=False)
    did: str = ""
    handle: str = ""
    token: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    people: dict[str, str] = field(default_factory=dict, repr=False)
    home: str = ""
    pause: Callable[[float], None] = field(default=at_once, repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    def ask(self, ask: Ask) -> Json:
        return self.judged(ask, self.answer(ask))

    def answer(self, ask: Ask) -> "httpx.Response":
        """A server refuses an expired token before it does anything: the same request goes out with a new one."""
        answer = self.request(ask, self.token)
        if self.refresh and error(answer) == "ExpiredToken":
            self.sign_in(Ask("server.refreshSession", needs=_TOKENS), self.refresh)
            answer = self.request(ask, self.token)
        return answer

    def sign_in(self, ask: Ask, token: str) -> None:
        account = self.judged(ask, self.request(ask, token))
        if account.get("active") is False:
            home = _home(account)
            if home and home != self.service:
                raise Denied(
                    f"The account has moved to {home}.",
                    f"If you moved it there, write `service: {home}` in the plan, with an app password from there.",
                )
            status = self._message(account.get("status")) or "not active"
            raise Denied(f"The account is {status}.", "Sign in to Bluesky there.")
        self.token, self.refresh, self.did, self.handle = (str(account[name]) for name in _TOKENS)
        self.home = _home(account) or self.home or self.service
        self.hidden = (*self.hidden, self.token, self.refresh)

    def request(self, ask: Ask, token: str) -> "httpx.Response":
        """Whatever goes wrong before the post is asked for, the post is not out."""
        import httpx

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if ask.proxy:
            headers["Atproto-Proxy"] = ask.proxy
        if ask.file:
            headers |= {"Content-Type": ask.mime, "Content-Length": str(ask.file.size)}
        name = ask.method if ask.method.startswith(("app.", "chat.")) else f"com.atproto.{ask.method}"
        url = f"{ask.address or self.service}/xrpc/{name}"
        method = "GET" if ask.params is not None and ask.file is None else "POST"
        content = ask.file.chunks() if ask.file else None
        try:
            return self.http.request(
                *(method, url),
                params=ask.params,
                json=ask.body,
                content=content,
                headers=headers,
                extensions={PREPARES: not ask.writes},
            )
        except httpx.HTTPError as problem:
            raise errors.silence("Bluesky", problem, ask.writes) from None

    def judged(self, ask: Ask, answer: "httpx.Response") -> Json:
        """The answer, if it is one; else what that means for the post."""
        document, status, kind = body(answer), answer.status_code, _kind(ask, answer)
        if kind is None and (answer.is_redirect or status in (404, 501)):
            raise Denied(
                f"{ask.address or self.service} is not a Bluesky server.",
                "Correct `service:` of the account in the plan.",
            )
        if kind is None and answer.is_success:
            if all(isinstance(document.get(need), str) for need in ask.needs):
                return document
            kind = Unsure if ask.writes else NotSent
        message = self._message(document.get("message") or document.get("error"))
        advice = ENTERING if ask.method == "server.createSession" else SIGNED_IN
        raise errors.failure(answer, "Bluesky", message, ask.writes, kind, advice)

    def _message(self, message: object) -> str:
        """What the server says, in one line, without any secret that it may repeat."""
        return errors.plain(message, self.hidden) if isinstance(message, str) else ""


def signed_in(http: "httpx.Client", service: str, handle: str, password: str, access: Access) -> Session:
    """One createSession, of which a server takes 30 in five minutes. Only this machine is spoken to in the clear."""
    if not _SAFE.fullmatch(service.rstrip("/")):
        raise Denied(
            "The account's service is not an https:// address.", "Correct `service:` of the account in the plan."
        )
    session = Session(http, service.rstrip("/"), (password,), pause=access.pause, clock=access.clock)
    session.sign_in(Ask("server.createSession", body={"identifier": handle, "password": password}, needs=_TOKENS), "")
    return session


def _kind(ask: Ask, answer: "httpx.Response") -> type[DeliveryError] | None:
    """What the name of an error means where the status alone does not say it."""
    if error(answer) == "RateLimitExceeded":
        return Throttled
    enters = answer.status_code == 400 and ask.method.startswith("server.")
    return Denied if enters or is_denied(answer) else None


def is_denied(answer: "httpx.Response") -> bool:
    return answer.status_code in (401, 403) or _DENIED.match(error(answer)) is not None


def error(answer: "httpx.Response") -> str:
    """The name of what went wrong; "" where nothing did, or nothing is said."""
    return "" if answer.is_success else str(body(answer).get("error", ""))


def _home(account: Json) -> str:
    """The server that holds an account now, as its DID document names it; "" where none is named that we may show."""
    document = account.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in answers.objects(services) or ():
        address = service.get("serviceEndpoint")
        if str(service.get("id", "")).endswith("#atproto_pds") and isinstance(address, str):
            return address.rstrip("/") if _SAFE.fullmatch(address.rstrip("/")) else ""
    return ""


def body(answer: "httpx.Response") -> Json:
    """The JSON object of an answer; an empty one where it is anything else."""
    document = answers.document(answer)
    return document if isinstance(document, dict) else {}
