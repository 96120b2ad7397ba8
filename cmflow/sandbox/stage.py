"""The sandbox itself: accounts, each with a fake of its network, what arrived there, and what is to go wrong."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx

from cmflow.model import Account, Contact
from cmflow.model.errors import SourceError
from cmflow.sandbox import signin, troubles
from cmflow.sandbox.arrivals import arrivals
from cmflow.sandbox.cast import MAKERS, Actor, cast, tick
from cmflow.sandbox.pages import Pages
from cmflow.sandbox.records import Call, Record, Scene
from cmflow.sandbox.troubles import KINDS, Lost, Trouble
from cmflow.values import dataclass

LONGEST_LOG = 200  # requests that are remembered


@dataclass
class Stage:
    """All accounts. `clock` is the time on every network, `pause` waits. One request at a time."""

    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    pages: Pages
    actors: dict[str, Actor] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    troubles: dict[str, Trouble] = field(default_factory=dict)
    version: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    moment: datetime | None = None  # of the request that is being answered, where it is not now

    # ── accounts ────────────────────────────────────────────────────────────────────────────────────────────

    def enrol(self, account: Account) -> Actor:
        """The account's actor, with its secrets; a new one where the plan says something else of the account now.

        Raises SourceError for a network that the sandbox does not have.
        """
        with self.lock:
            actor = self.actors.get(account.name)
            if actor is None or _identity(actor.account) != _identity(account):
                if account.network not in MAKERS:
                    raise SourceError(
                        f"The sandbox has no fake of {account.network}.", "Its posts are published by hand."
                    )
                actor = self.actors[account.name] = cast(account, self.now)
                self.records = [record for record in self.records if record.account != account.name]
                self.version += 1
            return actor

    def now(self) -> datetime:
        """What time it is on every network."""
        return (self.moment or self.clock()).astimezone(UTC)

    def disturb(self, account: str, trouble: Trouble | None) -> None:
        """Let something go wrong on the account, "" for on all; None: nothing any more."""
        with self.lock:
            if trouble is None:
                self.troubles = {name: kept for name, kept in self.troubles.items() if account and name != account}
            else:
                self.troubles[account] = trouble
            self.version += 1

    def hear(self, account: str, text: str, author: str, contact: Contact) -> str:
        """A person writes to the account: a comment below its latest post, a mention, a direct message. Returns its id.

        Raises SourceError where the fake has no audience, or there is no post yet to comment.
        """
        with self.lock:
            actor = self.actors.get(account)
            hear = getattr(actor.fake, "hear", None) if actor else None
            if hear is None:
                raise SourceError(
                    f"In the sandbox, people cannot write to {account or 'this account'}.", "Choose another account."
                )
            own = (record for record in self.records if record.account == account and not record.deleted)
            posts = [record for record in own if record.arrival.kind == "post" and not record.arrival.below]
            if contact is Contact.COMMENT and not posts:
                raise SourceError(f"{account} has no post yet that a person could comment.", "Publish one first.")
            below = posts[-1].arrival.id if contact is Contact.COMMENT else ""
            id: str = hear(text, author, contact, below)
            self.version += 1
            return id

    # ── requests ────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, name: str, request: httpx.Request, moment: datetime | None = None) -> httpx.Response:
        """What the account's network answers. Raises `Lost` where it gives no answer."""
        with self.lock:
            self.moment = moment
            actor, now = self.actors[name], self.now()
            tick(actor.fake, now)
            status = 0
            try:
                answer = self._answer(actor, request, now)
                answer.headers["Date"] = format_datetime(now, usegmt=True)
                status = answer.status_code
                return answer
            finally:
                self._notice(actor, now)
                self._log(actor, request, status, now)

    def _answer(self, actor: Actor, request: httpx.Request, now: datetime) -> httpx.Response:
        network, trouble = actor.account.network, self._trouble(actor.account.name)
        if trouble and trouble.kind == "expire":
            page = signin.expire(actor, request) or self._sign_in(actor, request)
            return page or troubles.expired(network)
        page = self._sign_in(actor, request)
        if page is not None:
            return page
        if trouble and trouble.kind == "slow":
            self.pause(troubles.SLOW)
        opens = troubles.opens_post(network, request)
        if trouble and opens and trouble.kind in ("refuse", "throttle"):
            self._used(actor.account.name)
            return troubles.refusal(network) if trouble.kind == "refuse" else troubles.throttled(network, now)
        answer: httpx.Response = actor.fake(request)
        if trouble and trouble.kind in ("lose", "slow") and troubles.loses_post(network, request):
            self._used(actor.account.name)
            if trouble.kind == "lose":
                raise Lost
        return answer

    def _sign_in(self, actor: Actor, request: httpx.Request) -> httpx.Response | None:
        """The answer of a page or server for signing in; who has new secrets is not expired any more."""
        held = actor.secrets
        page = signin.answer(actor, request, self.pages, self.now)
        if actor.secrets is not held:
            self._restore()
        return page

    def renew(self, name: str) -> None:
        """Give the account new secrets, as if it had been connected anew."""
        with self.lock:
            self.actors[name].renew(self.now)
            self._restore()

    def _restore(self) -> None:
        """Who has new secrets is not expired any more."""
        self.troubles = {name: kept for name, kept in self.troubles.items() if kept.kind != "expire"}
        self.version += 1

    def _trouble(self, name: str) -> Trouble | None:
        return self.troubles.get(name) or self.troubles.get("")

    def _used(self, name: str) -> None:
        """A post was hit: count it."""
        key = name if name in self.troubles else ""
        trouble = self.troubles[key]
        if trouble.times == 1:
            del self.troubles[key]
        elif trouble.times:
            self.troubles[key] = replace(trouble, times=trouble.times - 1)
        self.version += 1

    # ── what arrived ────────────────────────────────────────────────────────────────────────────────────────

    def _notice(self, actor: Actor, now: datetime) -> None:
        """Compare what the network shows with what was there."""
        name, showing = actor.account.name, {arrival.id: arrival for arrival in arrivals(actor.fake)}
        records, numbers = [], set()
        for record in self.records:
            if record.account == name and not record.deleted:
                numbers.add(record.arrival.id)
                arrival = showing.get(record.arrival.id)
                record = replace(record, arrival=arrival) if arrival else replace(record, deleted=now)
            records.append(record)
        fresh = [arrival for number, arrival in showing.items() if number not in numbers]
        first = len(records) + 1
        records += [Record(first + index, name, now, arrival) for index, arrival in enumerate(fresh)]
        self.version += records != self.records
        self.records = records

    def _log(self, actor: Actor, request: httpx.Request, status: int, now: datetime) -> None:
        address = f"{request.url.host}{request.url.path}"
        for secret in filter(None, (*actor.secrets.values(), actor.access_token)):
            address = address.replace(secret.rpartition("/")[2], "…")
        self.calls = [*self.calls, Call(now, actor.account.name, request.method, address, status)][-LONGEST_LOG:]

    def scene(self) -> Scene:
        """What there is now."""
        with self.lock:
            actors, records, calls = tuple(self.actors.values()), tuple(self.records), tuple(self.calls)
            return Scene(self.version, actors, records, calls, dict(self.troubles))

    def file(self, number: int, index: int) -> tuple[str, bytes] | None:
        """The type and the bytes of a file of a record; None where there is none."""
        with self.lock:
            files = next((record.arrival.files for record in self.records if record.number == number), ())
            return (files[index].mime, files[index].data) if 0 <= index < len(files) else None


def trouble(kind: str, times: int = 1) -> Trouble:
    """The trouble of that name. Raises SourceError for an unknown one."""
    for known in KINDS:
        if known == kind:
            return Trouble(known, max(0, times))
    raise SourceError(f"The sandbox knows no trouble {kind!r}.", f"It has: {', '.join(KINDS)}.")


def account_of(document: Mapping[str, object]) -> Account:
    """The account of a request of ours: its name, network, title and options. Raises SourceError for anything else."""
    name, network, title = (document.get(key, "") for key in ("name", "network", "title"))
    options = document.get("options")
    if not (isinstance(name, str) and name and isinstance(network, str) and isinstance(title, str)):
        raise SourceError("The request names no account.")
    if not isinstance(options, dict) or not all(isinstance(value, str) for value in options.values()):
        raise SourceError("The request has no options of the account.")
    return Account(name, network, title=title, options=tuple(sorted(options.items())))


def _identity(account: Account) -> tuple[str, tuple[tuple[str, str], ...]]:
    return account.network, account.options
