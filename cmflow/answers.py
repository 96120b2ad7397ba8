"""A line to one account of a network over HTTP: what its answers mean, and no secret in what is said of them.

`ask` prepares and looks: whatever goes wrong there, nothing is out (`NotSent`). `write` is the request that makes the
post: where its answer does not tell, it is `Unsure`. Neither tries twice.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from cmflow.errors import CmflowError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.matter import leaks
from cmflow.network import Access

if TYPE_CHECKING:
    import httpx

EPOCH = 1_000_000_000  # seconds since 1970: a smaller number is none of our time
DAY = 86_400.0  # seconds; nobody is taken at their word for longer
PAGES = ("text/html", "application/xhtml+xml")
HERE = ("localhost", "127.0.0.1", "::1")
LATER = (408, 425)
WHO = "Check its token and what it may do."
WALL = "The server, or a firewall in front of it, refused this request"
WORDS = "Check the text for what looks like an attack, and the server's address."
WALLS = (400, 403, 404, 405, 406, 409, 418, 451)  # what such a page comes with


@dataclass(frozen=True, slots=True)
class Line:
    """`fine` are further answers that the caller understands. The token is in no URL, and in no `repr`."""

    http: "httpx.Client"
    title: str
    address: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, fine: Collection[int] = (), **rest: Any) -> "httpx.Response":
        import httpx

        try:
            answer = self._answer(method, path, rest)
        except httpx.HTTPError as error:
            why = f"{self.title} cannot be reached ({type(error).__name__})."
            raise NotSent(why, "It is tried again.") from None
        if not answer.is_success and answer.status_code not in fine:
            why = f"{self.title} has trouble ({answer.status_code})."
            raise self._refusal(answer) or NotSent(why, "It is tried again.")
        return answer

    def write(self, method: str, path: str, fine: Collection[int] = (), **rest: Any) -> "httpx.Response":
        answer = self._answer(method, path, rest)
        if not answer.is_success and answer.status_code not in fine:
            why = f"{self.title} has trouble ({answer.status_code}): it did not say whether it took the post."
            raise self._refusal(answer) or Unsure(why, "It may be out.")
        return answer

    def _answer(self, method: str, path: str, rest: dict[str, Any]) -> "httpx.Response":
        headers = {"Authorization": f"Bearer {self.token}"} | rest.pop("headers", {})
        return self.http.request(method, self.address + path, headers=headers, **rest)

    def _refusal(self, answer: "httpx.Response") -> CmflowError | None:
        """The error of an answer that certainly made no post; None where it may have."""
        code, said = answer.status_code, self._said(answer)
        sentence = f"{self.title} answers {code}" + (f": {said}" if said else ".")
        if code == 429:
            return Throttled(sentence, "It is tried again.", again(answer))
        if code in LATER:
            return NotSent(sentence, "It is tried again.")
        if 300 <= code < 400 and code != 303:  # "see other" may follow a POST that was taken
            return Denied(sentence, "The server has another address: correct it in the plan.")
        if code in WALLS and _is_page(answer):
            return Denied(f"{WALL} ({code}).", WORDS)
        if code in (401, 403) or (code in (400, 422) and not said):  # some servers say only this of a bad token
            return Denied(sentence, WHO)
        if code == 404 and not said:
            return Denied(sentence, "Nothing is there: correct the server's address in the plan.")
        return Rejected(sentence, "Change the post.") if 400 <= code < 500 else None

    def _said(self, answer: "httpx.Response") -> str:
        """The server's own words, short, on one line, without the token."""
        error = text(answer, "error") or _inner(answer)
        words = f"{text(answer, 'errcode')} {error}".replace(quote(self.token, safe=""), "…")
        words = leaks.masked(" ".join(words.replace(self.token, "…").split()))
        return words if len(words) <= 200 else f"{words[:199]}…"


def line(http: "httpx.Client", access: Access, title: str, option: str) -> Line:
    """The line of an account whose plan names the server under `option`, with its secret `token`."""
    account = access.account.name
    token = dict(access.secrets).get("token", "").strip()
    if not token:
        raise Denied(f"{account} has no token.", f"Set the secret {leaks.variable(account, 'token')}.")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise Denied(
            f"The token of {account} holds characters that no token has.",
            f"Copy it again into the secret {leaks.variable(account, 'token')}.",
        )
    return Line(http, title, _address(access, option), token)


def _address(access: Access, option: str) -> str:
    """The server's address without what follows the host. Only this machine is spoken to in the clear."""
    written = access.account.option(option).strip()
    hint = f"Write it in the plan as options: {{{option}: https://…}}"
    if not written:
        raise Denied(f"{access.account.name} does not say its server.", hint)
    address = _clean(written)
    if not address:
        raise Denied(f"The server of {access.account.name} is no address that begins with https://", hint)
    return address


def _clean(written: str) -> str:
    """The address as far as its path; "" for one that cannot be used, or that holds a password."""
    import httpx

    try:
        parts, host = urlsplit(written), httpx.URL(written).host
        port = f":{parts.port}" if parts.port else ""
    except (httpx.InvalidURL, ValueError):
        return ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
    if not (safe and host and "%" not in host) or "@" in parts.netloc:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}{parts.path.rstrip('/')}"


def document(answer: "httpx.Response") -> Any:
    """The JSON of an answer; None where it is none."""
    try:
        return answer.json()
    except ValueError:
        return None


def text(answer: "httpx.Response", name: str) -> str:
    """A text or number of an answer's object, as text; "" where it is not there."""
    found = document(answer)
    value = found.get(name) if isinstance(found, Mapping) else None
    return str(value) if isinstance(value, str | int) else ""


def _inner(answer: "httpx.Response") -> str:
    """An error that is an object or a list, as it is written."""
    found = document(answer)
    value = found.get("error") or found.get("errors") if isinstance(found, Mapping) else None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else ""


def _is_page(answer: "httpx.Response") -> bool:
    """Something for people to look at, where a program was to answer."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() in PAGES


def again(answer: "httpx.Response") -> datetime | None:
    """When to try again, from whatever header or body says so; seconds to go count from the server's own date."""
    reset = answer.headers.get("X-RateLimit-Reset", "")
    if at := _number(reset, 1):
        return datetime.fromtimestamp(at, UTC) if EPOCH < at < 4 * EPOCH else None
    if found := _date(reset):
        return found
    after = answer.headers.get("Retry-After", "")
    seconds = _number(after, 1) or _number(text(answer, "retry_after_ms"), 1000)
    now = date(answer)
    return now + timedelta(seconds=min(seconds, DAY)) if now and seconds else _http_date(after)


def date(answer: "httpx.Response") -> datetime | None:
    """The server's clock when it answered."""
    return _http_date(answer.headers.get("Date", ""))


def moment(written: object) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    return _date(written) if isinstance(written, str) else None


def _date(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _http_date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(written: str, of: int) -> float:
    return int(written) / of if written.isascii() and written.isdigit() and len(written) < 16 else 0.0


def objects(found: object) -> list[Mapping[str, Any]] | None:
    """A JSON list of objects; None where it is anything else."""
    if isinstance(found, list) and all(isinstance(each, Mapping) for each in found):
        return found
    return None
