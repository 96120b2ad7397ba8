"""A line to one account of a network over HTTP: what its answers mean, and no secret in what is said of them.

`ask` prepares and looks: whatever goes wrong there, nothing is out (`NotSent`). `write` is the request that makes the
post: where its answer does not tell, it is `Unsure`. Neither tries twice.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from cmflow.content import secrets
from cmflow.model.errors import CmflowError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit.network import Access, at_once

if TYPE_CHECKING:
    import httpx

EPOCH = 1_000_000_000  # seconds since 1970: a smaller number is none of our time
DAY = 86_400.0  # seconds; nobody is taken at their word for longer
PAGES = ("text/html", "application/xhtml+xml")
HERE = ("localhost", "127.0.0.1", "::1")
LATER = (408, 425)
MOST = 5  # sentences of a server's table
RESETS = ("X-RateLimit-Reset", "RateLimit-Reset")
TOO_LARGE = 413
SMALLER = "A file of the post is too large for this server: make it smaller."
SAYING = ("errcode", "error", "errors", "message", "detail")  # where servers say what is wrong
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
    pause: Callable[[float], None] = field(default=at_once, repr=False)

    def ask(self, method: str, path: str, fine: Collection[int] = (), **rest: Any) -> "httpx.Response":
        answer = self._answer(method, path, rest, writes=False)
        if not answer.is_success and answer.status_code not in fine:
            why = f"{self.title} has trouble ({answer.status_code})."
            raise self._refusal(answer) or NotSent(why, "It is tried again.")
        return answer

    def write(self, method: str, path: str, fine: Collection[int] = (), **rest: Any) -> "httpx.Response":
        answer = self._answer(method, path, rest, writes=True)
        if not answer.is_success and answer.status_code not in fine:
            why = f"{self.title} has trouble ({answer.status_code}): it did not say whether it took the post."
            raise self._refusal(answer) or Unsure(why, "It may be out.")
        return answer

    def _answer(self, method: str, path: str, rest: dict[str, Any], writes: bool) -> "httpx.Response":
        import httpx

        headers = {"Authorization": f"Bearer {self.token}"} | rest.pop("headers", {})
        try:
            return self.http.request(method, self.address + path, headers=headers, **rest)
        except httpx.HTTPError as error:
            raise silence(self.title, error, writes) from None

    def _refusal(self, answer: "httpx.Response") -> CmflowError | None:
        """The error of an answer that certainly made no post; None where it may have."""
        code, said, sentence = answer.status_code, self._said(answer), self.sentence(answer)
        if code == 429:
            return Throttled(sentence, "It is tried again.", again(answer))
        if code in LATER:
            return NotSent(sentence, "It is tried again.")
        if code == TOO_LARGE:
            return Rejected(sentence, SMALLER)
        if 300 <= code < 400 and code != 303:  # "see other" may follow a POST that was taken
            return Denied(sentence, "The server has another address: correct it in the plan.")
        if code in WALLS and _is_page(answer):
            return Denied(f"{WALL} ({code}).", WORDS)
        if code in (401, 403) or (code in (400, 422) and not said):  # some servers say only this of a bad token
            return Denied(sentence, WHO)
        if code == 404 and not said:
            return Denied(sentence, "Nothing is there: correct the server's address in the plan.")
        return Rejected(sentence, "Change the post.") if 400 <= code < 500 else None

    def sentence(self, answer: "httpx.Response") -> str:
        said = self._said(answer)
        return f"{self.title} answers {answer.status_code}" + (f": {said}" if said else ".")

    def _said(self, answer: "httpx.Response") -> str:
        """The server's own words, short, on one line, without the token."""
        found = document(answer)
        values = [found.get(name) for name in SAYING] if isinstance(found, Mapping) else []
        words = " ".join(_flat(value) for value in values if value).replace(quote(self.token, safe=""), "…")
        words = secrets.mask(" ".join(words.replace(self.token, "…").split()))
        return words if len(words) <= 200 else f"{words[:199]}…"


def line(http: "httpx.Client", access: Access, title: str, option: str) -> Line:
    """The line of an account whose plan names the server under `option`, with its secret `token`."""
    account = access.account.name
    token = dict(access.secrets).get("token", "").strip()
    if not token:
        raise Denied(f"{account} has no token.", f"Set the secret {secrets.variable(account, 'token')}.")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise Denied(
            f"The token of {account} holds characters that no token has.",
            f"Copy it again into the secret {secrets.variable(account, 'token')}.",
        )
    return Line(http, title, _address(access, option), token, access.pause)


def _address(access: Access, option: str) -> str:
    """The server's address without what follows the host. Only this machine is spoken to in the clear."""
    written = access.account.option(option).strip()
    hint = f"Write it in the plan as options: {{{option}: https://…}}"
    if not written:
        raise Denied(f"{access.account.name} does not say its server.", hint)
    address = clean(written)
    if not address:
        raise Denied(f"The server of {access.account.name} is not an address that begins with https://", hint)
    return address


def clean(written: str) -> str:
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


def silence(title: str, error: "httpx.HTTPError", writes: bool) -> NotSent | Unsure:
    """What it means that no answer came. It is told without the address, which may hold a secret.

    Where the request `writes` the post, that is out perhaps, unless there was no connection to begin with.
    """
    import httpx

    unbegun = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    if not writes or isinstance(error, unbegun):
        return NotSent(f"{title} cannot be reached ({type(error).__name__}).", "It is tried again.")
    return Unsure(f"{title} gave no clear answer ({type(error).__name__}).", "It may be out.")


def in_ascii(host: str) -> str:
    """The host, perhaps with a port, as it is looked up: `xn--…` where it has letters of other scripts."""
    import httpx

    return httpx.URL(f"https://{host}").netloc.decode()


def in_letters(host: str) -> str:
    """The host, perhaps with a port, as it would be shown to people."""
    import httpx

    url = httpx.URL(f"https://{host}")
    return url.host + (f":{url.port}" if url.port else "")


def document(answer: "httpx.Response") -> Any:
    """The JSON of an answer; None where it is not JSON, or nested deeper than any answer of a network."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _flat(value: object) -> str:
    """The words in what a server says, whether it is a sentence or a table of them."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}: {_flat(inner)}" for name, inner in list(value.items())[:MOST])
    if isinstance(value, list):
        return ", ".join(_flat(inner) for inner in value[:MOST])
    return str(value)[:200] if isinstance(value, str | int) else ""


def text(answer: "httpx.Response", name: str) -> str:
    """A text or number of an answer's object, as text; "" where it is not there."""
    found = document(answer)
    value = found.get(name) if isinstance(found, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_page(answer: "httpx.Response") -> bool:
    """Something for people to look at, where a program was to answer."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() in PAGES


def again(answer: "httpx.Response") -> datetime | None:
    """When to try again: the latest of what headers and body say, and a day from the server's own date at most.

    A time that is over says nothing.
    """
    now, after = date(answer), answer.headers.get("Retry-After", "")
    waits = [_number(after, 1), _number(text(answer, "retry_after_ms"), 1000)]
    times = [now + timedelta(seconds=min(wait, DAY)) for wait in waits if wait and now]
    times += [at for at in (_http_date(after), *(_reset(answer.headers.get(name, "")) for name in RESETS)) if at]
    latest = max((at for at in times if now is None or at > now), default=None)
    return min(latest, now + timedelta(seconds=DAY)) if latest and now else latest


def _reset(written: str) -> datetime | None:
    """Seconds since 1970, or ISO 8601."""
    at = _number(written, 1)
    if not at:
        return _date(written)
    return datetime.fromtimestamp(at, UTC) if EPOCH < at < 4 * EPOCH else None


def date(answer: "httpx.Response") -> datetime | None:
    """The server's clock when it answered."""
    return _http_date(answer.headers.get("Date", ""))


def moment(written: object) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    return _date(written) if isinstance(written, str) else None


def _date(written: str) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return None


def _http_date(written: str) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(written))
    except (ValueError, OverflowError):
        return None


def _utc(at: datetime) -> datetime | None:
    """None for the first and the last year there is: nothing can be reckoned from there."""
    if not 1 < at.year < 9999:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _number(written: str, of: int) -> float:
    return int(written) / of if written.isascii() and written.isdigit() and len(written) < 16 else 0.0


def objects(found: object) -> list[Mapping[str, Any]] | None:
    """A JSON list of objects; None where it is anything else."""
    if isinstance(found, list) and all(isinstance(each, Mapping) for each in found):
        return found
    return None
