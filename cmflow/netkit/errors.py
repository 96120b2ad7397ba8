"""What it means for a post that a network refuses, fails or does not answer: decided once, for every way of asking."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from cmflow.content import secrets
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit.answers import again, document
from cmflow.problems.plural import counted
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

PAGES = ("text/html", "application/xhtml+xml")
LATER = (408, 425)
MOST = 5  # sentences of a server's table
LONGEST = 200  # characters of a server's own words
SAYING = ("errcode", "error", "errors", "message", "detail")  # where servers say what is wrong
WALLS = (400, 403, 404, 405, 406, 409, 418, 451)  # what a page of a firewall comes with
WALL = "The server, or a firewall in front of it, refused this request"
RETRY = "cmflow will retry."
CONNECT = "cmflow connect ACCOUNT"  # in a hint: who asks the network puts the account's name there
LOOK = "It may have been published; check before retrying."


@dataclass(frozen=True, slots=True)
class Advice:
    """What a person can do, where a network has words of its own for it."""

    denied: str = "Check its token and its permissions."
    moved: str = "The server has another address: correct it in the plan."
    missing: str = "Nothing is there: correct the server's address in the plan."
    rejected: str = "Change the post."
    large: str = "A file of the post is too large for this server: make it smaller."
    wall: str = "Check the text for what looks like an attack, and the server's address."


ADVICE = Advice()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a network itself means by an answer, what a person can do about it, and when to try again, where it says."""

    kind: type[DeliveryError]
    hint: str = ""
    retry_at: datetime | None = None


def silence(title: str, error: "httpx.HTTPError", writes: bool) -> NotSent | Unsure:
    """What it means that no answer came. It is told without the address, which may hold a secret.

    Where the request `writes` the post, it may be published, unless there was no connection to begin with.
    """
    import httpx

    unbegun = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    if not writes or isinstance(error, unbegun):
        return NotSent(f"{title} cannot be reached ({type(error).__name__}).", RETRY)
    return Unsure(f"{title} gave no clear answer ({type(error).__name__}).", LOOK)


def unreadable(title: str, writes: bool = False) -> NotSent | Unsure:
    """The error of an answer that is not what the network documents, such as one without the id of what it made."""
    sentence = f"{title} returned an answer that cannot be read."
    return Unsure(sentence, LOOK) if writes else NotSent(sentence, RETRY)


def other_files(place: str, count: int, described: int) -> Rejected:
    """The error of a published part that has not as many files as there are alt texts for it."""
    message = f"{place or 'The post'} has {counted(count, 'file')}, and there are alt texts for {described}."
    return Rejected(message, "Only alt texts can be changed: the files must be those that were published.")


def failure(
    answer: "httpx.Response",
    title: str,
    message: str,
    writes: bool,
    kind: type[DeliveryError] | Verdict | None = None,
    advice: Advice = ADVICE,
) -> DeliveryError:
    """The error of an answer that is not a success. `message` is the server's own text, "" if there is none.

    `kind` is what the network itself means by this answer, where it says so elsewhere than in its status. An answer
    that does not tell whether the request was done is `Unsure` where it `writes` the post, else `NotSent`.
    """
    code = answer.status_code
    sentence = f"{title} answers {code}" + (f": {message}" if message else ".")
    if isinstance(kind, Verdict):
        if issubclass(kind.kind, NotSent):
            return kind.kind(sentence, kind.hint, kind.retry_at)
        kind = kind.kind
    if kind is None and code in WALLS and is_page(answer):
        return Denied(f"{WALL} ({code}).", advice.wall)
    if kind is None and 300 <= code < 400 and code != 303:  # "see other" may follow a POST that was taken
        return Denied(sentence, advice.moved)
    kind = kind or _kind(code, bool(message))
    if kind is Throttled:
        return Throttled(sentence, RETRY, again(answer))
    if kind is Denied:
        return Denied(sentence, advice.missing if code == 404 and not message else advice.denied)
    if kind is Rejected:
        return Rejected(sentence, advice.large if code == 413 else advice.rejected)
    if kind is NotSent:
        return NotSent(sentence, RETRY, again(answer) if code in (429, 503) else None)
    trouble = f"{title} has trouble ({code})"
    if writes:
        return Unsure(f"{trouble}: it did not say whether it took the post.", LOOK)
    return NotSent(f"{trouble}.", RETRY)


def refuses(answer: "httpx.Response") -> bool:
    """Whether its status says no for good: the same request will not be taken later."""
    return 400 <= answer.status_code < 500 and answer.status_code not in (*LATER, 429)


def _kind(code: int, says: bool) -> type[DeliveryError]:
    """What a status means; some servers say only 400 or 422, without a word, of a bad token."""
    if code == 429:
        return Throttled
    if code in LATER:
        return NotSent
    if code in (401, 403) or (code in (400, 404, 422) and not says):
        return Denied
    return Rejected if 400 <= code < 500 else Unsure


def message(answer: "httpx.Response", hidden: Collection[str], names: Collection[str] = SAYING) -> str:
    """The server's own words, short, on one line, without what is `hidden`, in whatever way it is written there."""
    body = document(answer)
    values = [body.get(name) for name in names] if isinstance(body, Mapping) else []
    return plain(" ".join(_flat(value) for value in values if value), hidden)


def plain(text: str, hidden: Collection[str]) -> str:
    """Words to be shown: on one line, of a bearable length, without any secret."""
    for secret in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(quote(secret, safe=""), "…").replace(secret, "…")
    line = secrets.mask(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _flat(value: object) -> str:
    """The words in what a server says, whether it is a sentence or a table of them."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}: {_flat(inner)}" for name, inner in list(value.items())[:MOST])
    if isinstance(value, list):
        return ", ".join(_flat(inner) for inner in value[:MOST])
    return str(value)[:200] if isinstance(value, str | int) else ""


def is_page(answer: "httpx.Response") -> bool:
    """Something for people to look at, where a program was to answer."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() in PAGES
