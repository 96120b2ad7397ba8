"""A network is one file in `networks/`: this is the record it fills in, and how the files are found."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, quote_plus, urlsplit

from cmflow.content import secrets as leaks
from cmflow.model import Account, Media, Message, Number, Part, Receipt, Remote, Trace, Variant
from cmflow.model.errors import Denied, Rejected
from cmflow.model.limits import Limits, adjusted
from cmflow.netkit import auth as sign_in
from cmflow.netkit.auth import Auth
from cmflow.netkit.journal import Journal
from cmflow.netkit.upload import Upload, kind
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

Session = TypeVar("Session")

ABILITIES = (
    *("publish", "keyed", "find", "delete", "describe", "verify", "numbers", "metrics", "account_metrics"),
    *("inbox", "reply", "find_reply", "hide"),
)
Figures = Mapping[str, Number | None]  # by the network's own name; None: it does not tell, which is not 0
SHORTEST = 4  # characters; a shorter value is not a secret, and is all over a sentence


def later(module: str, *names: str) -> tuple[Callable[..., Any], ...]:
    """Functions of a module that is imported when the first of them is called.

    What checks and shows posts needs the records of many networks, and their adapters never.
    """

    def function(name: str) -> Callable[..., Any]:
        return lambda *args: getattr(importlib.import_module(module), name)(*args)

    return tuple(function(name) for name in names)


def at_once(seconds: float) -> None:
    """No pause: for what does not publish."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who we are on a network: the account, its secrets by name, and a folder it may write to (`outbox`).

    `pause` waits so many seconds for a network that is not ready, and `clock` gives the time (seconds since 1970) to
    those that want it signed: an adapter has no clock of its own. `scopes` are what the token server says the token is
    good for, nothing where it does not say it. `retired` are figures that the network tells no more,
    by its own names: an adapter does not ask for them, and adds those that are refused.
    """

    account: Account
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    folder: str = ""
    pause: Callable[[float], None] = field(default=at_once, repr=False, compare=False)
    clock: Callable[[], float] = field(default=time.time, repr=False, compare=False)
    retired: set[str] = field(default_factory=set, repr=False, compare=False)
    scopes: tuple[str, ...] = ()

    def secret(self, name: str) -> str:
        """The secret of that name without blanks around it; Denied where there is none, or it cannot be one."""
        value, variable = dict(self.secrets).get(name, "").strip(), leaks.variable(self.account.name, name)
        label = name.replace("_", " ")
        if not value:
            raise Denied(f"{self.account.name} has no {label}.", f"Set the secret {variable}.")
        if not (value.isascii() and value.isprintable() and " " not in value):
            message = f"The {label} of {self.account.name} holds characters that no {label} has."
            raise Denied(message, f"Copy it again into the secret {variable}.")
        return value

    @property
    def token(self) -> str:
        """What proves who we are: a fresh access token where the network has OAuth 2, else the secret `token`."""
        return self.secret("access_token" if "access_token" in dict(self.secrets) else "token")

    def option(self, name: str) -> str:
        """The option of that name, "" where the plan has none; Denied where it is not what the network asks for."""
        value = self.account.option(name).strip()
        option = next(option for option in load(self.account.network).options if option.name == name)
        if value and option.pattern and not re.fullmatch(option.pattern, value, re.ASCII):
            raise Denied(f"`{name}` of {self.account.name} is not {option.kind}.", option.place)
        return value

    def struck(self, text: str) -> str:
        """The words, to be recorded or said, with every secret of the account struck out, in whatever way it is
        written there: as it is, as part of a URL, as JSON, as Python shows it."""
        for secret in sorted((value.strip() for _, value in self.secrets), key=len, reverse=True):
            if len(secret) >= SHORTEST:
                forms = (json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret), quote(secret, safe=""), secret)
                for form in sorted({*forms, quote_plus(secret)}, key=len, reverse=True):
                    text = text.replace(form, "…")
        return leaks.mask(text)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One part to publish. `key` is fixed when the intent is written; `files` are those of the media, in order.

    `known` are the ids and addresses of all that the ledger has a receipt of: none of them is this part. It is filled
    in where the part may be there already. `ids` are those of our own posts that the variant names by an address.
    `below` is the id of the part before, of a thread. `attached` are, by path, the files that go along, such as
    subtitles, and the picture of a card. `journal` keeps what is known of the upload of its file.
    """

    variant: Variant
    index: int
    key: str
    written: float
    files: tuple[Upload, ...] = ()
    known: frozenset[str] = frozenset()
    ids: tuple[tuple[str, str], ...] = ()
    below: str = ""
    attached: tuple[tuple[str, Upload], ...] = ()
    journal: Journal = field(default_factory=Journal, repr=False, compare=False)

    @property
    def part(self) -> Part:
        return self.variant.parts[self.index]

    def subtitles(self, media: Media) -> Iterator[tuple[str, Upload]]:
        """Yield the language and the file of each of the video's subtitles; none of another file."""
        attached, file = dict(self.attached), self.files[self.part.media.index(media)]
        if kind(file, media.path).startswith("video/"):
            yield from ((item.language, attached[item.path]) for item in media.subtitles)

    @property
    def card_picture(self) -> Upload | None:
        card = self.variant.card
        return dict(self.attached)[card.picture.path] if card and card.picture else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who we are on a network, in words that name the account; what we may do there (`may`: scopes, rights), where
    the network tells; and `until` when the token is good, None if it does not expire or the network does not tell."""

    who: str
    may: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an inbox is asked for: what is new since `cursor`, "" for the first time, then from `since` on.

    `posts` are receipts of our own posts, newest first, for networks that list comments by post only. `watched` are
    messages to look at again, because their author may have changed or deleted them.
    """

    cursor: str
    since: datetime
    posts: tuple[Receipt, ...] = ()
    watched: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """What an inbox holds: messages, new ones and those that were edited, oldest first, each as often as one likes.

    `deleted` are the ids of those that their author has deleted. `cursor` is what the next inquiry begins with: text of
    the adapter's own, without names. `gaps` say, in sentences, what cannot be read there and why. `more`: it may be
    asked again at once, for there is more than one answer holds.
    """

    messages: tuple[Message, ...] = ()
    cursor: str = ""
    deleted: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The message that is answered or hidden, as git remembers it, and its conversation's id on the network."""

    conversation: str
    trace: Trace


@dataclass(frozen=True, slots=True)
class Right:
    """Something people want to do there, and what of `Standing.may` it needs, all of it."""

    name: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of an account under `options:` in the plan.

    `destination`: it names a server that gets secrets. `folder`: it names a folder of the repository. Its whole value
    matches `pattern`, where there is one: else it is not `kind`, such as “a channel's id”, which is found at `place`.
    """

    name: str
    doc: str
    required: bool = False
    example: str = ""
    destination: bool = False
    folder: bool = False
    pattern: str = ""
    kind: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """How people are named there, where a name alone mentions no one: a pattern, and an example."""

    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Network(Generic[Session]):
    """Everything cmflow knows of one network.

    A network without `connect` and `publish` is preview-only: a person posts there by hand, beginning at `composer`,
    the address where a new post is written, "" where there is none. `domains` are those of all addresses of its posts,
    () where they may be on many servers, and `schemes` those that only its addresses begin with. `related` are networks
    whose posts are shown there as well; None where a post may have any address. `keyed`: the network itself guarantees
    that the same key never makes two posts, so the same request may be sent again. `find` has three answers: the part;
    None for "certainly not there"; `Unsure` for "cannot tell", and a person is asked. A `NotSent` says that the look
    itself did not succeed: it is done again later. A network that can never tell has no `find`. `numbers` are those of
    `limits.NUMBERS` that its server sets. `narrow` gives the limits of an account that posts in a way that can do less
    than others, such as a webhook.

    `describe` gives the files of a published part other alt texts, one for each file in their order, changes nothing
    else, and returns the part as it is then: its id may be another. `Rejected` where it has not as many files.

    `metrics` reads the figures of posts, those of each receipt in the order of the receipts, `batch` of them at most
    with one call; a post that is not there has None for each. `account_metrics` reads those of the account.

    `rights` say what a sign-in is good for, where `verify` gives the network's own words for it.

    `inbox` reads what people write to the account. `reply` answers a message with the one part of a variant;
    `find_reply` looks for such an answer, with the three answers of `find`. What `keyed` says of posts holds for
    answers too. `hide` hides a message from others; hiding twice is hiding once. `reply_limits` are those of an answer
    where they are not those of a post. `addressed`: an answer reaches its reader only if its text mentions them.
    `unread_hours` is for how many hours the network keeps what has not been read, 0 where it keeps all.
    """

    name: str
    title: str
    docs: str
    limits: Limits
    options: tuple[Option, ...] = ()
    auth: Auth | None = None
    keyed: bool = False
    composer: str = ""
    domains: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    related: tuple[str, ...] | None = ()
    handle: Handle | None = None
    connect: Callable[[httpx.Client, Access], Session] | None = None
    publish: Callable[[Session, Outgoing, tuple[Receipt, ...]], Remote] | None = None
    find: Callable[[Session, Outgoing], Remote | None] | None = None
    delete: Callable[[Session, Receipt], None] | None = None
    describe: Callable[[Session, Receipt, tuple[str, ...]], Remote] | None = None
    verify: Callable[[Session], Standing] | None = None
    numbers: Callable[[Session], Mapping[str, int]] | None = None
    narrow: Callable[[Account, Limits], Limits] | None = None
    metrics: Callable[[Session, tuple[Receipt, ...]], tuple[Figures, ...]] | None = None
    account_metrics: Callable[[Session], Figures] | None = None
    batch: int = 1
    rights: tuple[Right, ...] = ()
    inbox: Callable[[Session, Inquiry], Mail] | None = None
    reply: Callable[[Session, Outgoing, Question], Remote] | None = None
    find_reply: Callable[[Session, Outgoing, Question], Remote | None] | None = None
    hide: Callable[[Session, Question], None] | None = None
    reply_limits: Limits | None = None
    addressed: bool = False
    unread_hours: int = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that an account needs; of the usual way to sign in where there are several."""
        return self.auth.secrets if self.auth else ()

    @property
    def abilities(self) -> tuple[str, ...]:
        """What cmflow can do there, by the names of `ABILITIES`, and in their order."""
        return tuple(name for name in ABILITIES if getattr(self, name))

    @property
    def ways(self) -> tuple[sign_in.Way, ...]:
        """Each way to sign in, the usual one first."""
        return sign_in.ways(self.auth)


@cache
def names() -> tuple[str, ...]:
    """Every network there is, sorted: the files of `cmflow/networks/`."""
    import cmflow.networks

    return tuple(sorted(module.name for module in pkgutil.iter_modules(cmflow.networks.__path__)))


@cache
def load(name: str) -> Network[Any]:
    """The network of that name; `names()` must hold it."""
    network = importlib.import_module(f"cmflow.networks.{name}").network
    assert isinstance(network, Network)
    return network


def elsewhere(url: str, name: str) -> str:
    """The title of the network that an address is on, if that is certainly another one than `name`; else ""."""
    own = load(name)
    if own.related is None or _is_on(own, url):
        return ""
    strangers = (load(other) for other in names() if other not in own.related)
    return next((network.title for network in strangers if _is_on(network, url)), "")


def _is_on(network: Network[Any], url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    return parts.scheme in network.schemes or any(f".{host}".endswith(f".{domain}") for domain in network.domains)


def _own_address(name: str, address: str) -> None:
    """Rejected where an address is of a post of another network."""
    if title := elsewhere(address, name):
        raise Rejected(
            f"“{address}” is an address on {title}, not on {load(name).title}.",
            "Write the address of the post there, or leave this account out.",
        )


@cache
def limits(account: Account) -> Limits:
    """What the network takes on that account: what its way of posting can do, with the numbers that the plan sets."""
    record = load(account.network)
    own = adjusted(record.narrow(account, record.limits) if record.narrow else record.limits, account.limits)
    return own if own.address else replace(own, address=partial(_own_address, record.name))


def silent(accounts: Iterable[Account]) -> tuple[str, ...]:
    """The accounts whose network is preview-only, by name."""
    return tuple(account.name for account in accounts if load(account.network).publish is None)
