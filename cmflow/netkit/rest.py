"""A client of one account's API over HTTP: it signs requests, and no secret is in what is said of their answers.

`ask` prepares and looks: whatever goes wrong there, nothing is published (`NotSent`). `write` is the request that makes
the post: where its answer does not tell, it is `Unsure`. Neither tries twice, and neither follows a redirect.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import DeliveryError, Denied
from cmflow.netkit import errors
from cmflow.netkit.addresses import clean, in_ascii, in_letters, origin
from cmflow.netkit.answers import again, date, document, moment, objects, text
from cmflow.netkit.errors import ADVICE, Advice, Verdict, silence
from cmflow.netkit.network import Access, at_once
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

__all__ = [
    "PREPARES",
    "ApiClient",
    "address",
    "again",
    "clean",
    "client",
    "date",
    "document",
    "in_ascii",
    "in_letters",
    "moment",
    "objects",
    "silence",
    "text",
]


PREPARES = "cmflow.prepares"  # of a request: it publishes nothing


@dataclass(frozen=True, slots=True)
class ApiClient:
    """The API at an `address`. The token is in no URL that is shown, and in no `repr`.

    `scheme` is how the token is sent: `Bearer` or `Bot` before it in the header Authorization, "" for not at all (where
    it is part of the address). `headers` go along with every request to that server. `judge` tells what the network
    means by an answer where its status alone does not say it; `message` reads the network's own words in an answer.
    """

    http: "httpx.Client" = field(repr=False)
    title: str
    address: str = field(repr=False)
    token: str = field(repr=False)
    pause: Callable[[float], None] = field(default=at_once, repr=False)
    scheme: str = "Bearer"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    advice: Advice = field(default=ADVICE, repr=False)
    judge: "Callable[[httpx.Response], type[DeliveryError] | Verdict | None] | None" = field(default=None, repr=False)
    message: "Callable[[httpx.Response], str] | None" = field(default=None, repr=False)

    def ask(self, method: str, path: str, fine: Collection[int] = (), **request: Any) -> "httpx.Response":
        """The answer to a request that publishes nothing. `fine` are further statuses that the caller understands."""
        return self._answer(method, path, fine, request, writes=False)

    def write(self, method: str, path: str, fine: Collection[int] = (), **request: Any) -> "httpx.Response":
        """The answer to the request that makes, changes or deletes a post."""
        return self._answer(method, path, fine, request, writes=True)

    def pages(
        self, path: str, query: Mapping[str, str], following: "Callable[[httpx.Response], Mapping[str, str]]", most: int
    ) -> "Iterator[httpx.Response]":
        """Answers page by page, `most` at most; `following` gives what to ask for next, nothing at the end."""
        cursor: Mapping[str, str] = {}
        for _ in range(most):
            answer = self.ask("GET", path, params={**query, **cursor})
            yield answer
            cursor = following(answer)
            if not cursor:
                return

    def sentence(self, answer: "httpx.Response") -> str:
        """What the server answered, as a sentence without any secret."""
        message = self._message(answer)
        return f"{self.title} answers {answer.status_code}" + (f": {message}" if message else ".")

    def _answer(
        self, method: str, path: str, fine: Collection[int], request: dict[str, Any], writes: bool
    ) -> "httpx.Response":
        import httpx

        url = path if "://" in path else self.address + path
        headers = {**self._credentials(url), **request.pop("headers", {})}
        request["extensions"] = {PREPARES: not writes}
        try:
            answer = self.http.request(method, url, headers=headers, follow_redirects=False, **request)
        except httpx.HTTPError as error:
            raise silence(self.title, error, writes) from None
        kind = self.judge(answer) if self.judge else None
        if kind is None and (answer.is_success or answer.status_code in fine):
            return answer
        raise errors.failure(answer, self.title, self._message(answer), writes, kind, self.advice)

    def _credentials(self, url: str) -> dict[str, str]:
        """What goes along: nothing to another server, such as the one that takes files at an address of its own."""
        if origin(url) != origin(self.address):
            if not clean(url):
                raise Denied(f"{self.title} names an address that cmflow does not connect to.", self.advice.moved)
            return {}
        return {**({"Authorization": f"{self.scheme} {self.token}"} if self.scheme else {}), **dict(self.headers)}

    def _message(self, answer: "httpx.Response") -> str:
        hidden = (self.token,)
        return errors.plain(self.message(answer), hidden) if self.message else errors.message(answer, hidden)


def client(http: "httpx.Client", access: Access, title: str, address: str, **settings: Any) -> ApiClient:
    """The client of an account that signs in with its token; Denied where it has none."""
    again = f"Check its token and its permissions, or get a new one: cmflow connect {access.account.name}"
    settings.setdefault("advice", Advice(denied=again))
    return ApiClient(http, title, address, access.token, access.pause, **settings)


def address(access: Access, option: str) -> str:
    """The server's address that the plan has as `option`, without a slash at its end; Denied where it is none."""
    written = access.account.option(option).strip()
    hint = f"Write it in the plan as options: {{{option}: https://…}}"
    if not written:
        raise Denied(f"{access.account.name} has no server in the plan.", hint)
    address = clean(written)
    if not address:
        raise Denied(f"The server of {access.account.name} is not an address that begins with https://", hint)
    return address
