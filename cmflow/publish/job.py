"""One run: what it needs from outside, what it reports, and what its threads share."""

import threading
from collections.abc import Callable, Collection
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cmflow.ledger import Writer
from cmflow.model import Key, Planned, Publication, State, Variant
from cmflow.netkit.journal import Vault
from cmflow.netkit.network import Access, Network
from cmflow.netkit.rest import PREPARES
from cmflow.netkit.upload import Upload
from cmflow.publish.receipts import ReceiptIndex
from cmflow.schedule import Ability, Action, Do
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

ACTS = (Do.SEND, Do.RESUME, Do.REPEAT, Do.LOOK)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run reports about one planned delivery. `did` is what it was about to do, `state` the state now."""

    post: str
    account: str
    state: State
    did: Do
    note: str = ""
    urls: tuple[str, ...] = ()
    sent: bool = False  # by this run
    person: bool = False  # a person must act
    edited: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """All that a run needs from outside. `network` and `access` take the name of an account.

    `variant`, `media` and `access` raise CmflowError for what is not available (`Denied` for a missing secret); that
    delivery is then on hold. `media` is what an account sends of a file. `run` names this run (a URL, on Actions),
    `commit` is the one that is published. `changed` tells whether one of these files has another content by now; it is
    asked for what was waited for, or comes late in a long run, and then looks as of that moment or later. `accounts`
    are all that the plan has. `publication` is what the ledger keeps of a variant once it is sent; None for nothing, as
    for an answer to a person. `vault` keeps, on this machine alone, what lets anybody write to an upload.
    """

    variant: Callable[[Planned], Variant]
    media: Callable[[str, str], Upload]
    network: Callable[[str], Network[Any]]
    access: Callable[[str], Access]
    http: Callable[[], "httpx.Client"]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    report: Callable[[Outcome], None]
    run: str
    commit: str
    changed: Callable[[Collection[str], datetime], bool] = lambda paths, since: False
    accounts: frozenset[str] = frozenset()
    vault: Vault = field(default_factory=Vault)
    publication: Callable[[Variant], Publication | None] = lambda variant: None


def acts(action: Action, end: datetime) -> bool:
    """Return whether a run that lasts until then asks the network for it, now or after a wait."""
    is_soon = action.do is Do.WAIT and action.planned is not None and (action.until or end) <= end
    return action.do in ACTS or is_soon


@dataclass(slots=True)
class Job:
    """One run: what its threads share."""

    env: Environment
    writer: Writer
    client: "httpx.Client"
    end: datetime
    abilities: dict[str, Ability]
    begun: frozenset[Key]  # what may be on a network, also where this run does nothing about it
    outcomes: list[Outcome] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)  # unexpected errors in the answers of networks
    stop: threading.Event = field(default_factory=threading.Event)
    stopped: str = ""
    voice: threading.Lock = field(default_factory=threading.Lock)
    lane: threading.local = field(default_factory=threading.local)  # `check`: whether this thread may request
    receipts: ReceiptIndex = field(init=False)
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.env.clock()
        self.receipts = ReceiptIndex(self.writer.ledger)
        self.client.event_hooks["request"].append(self._begun)

    def close(self) -> None:
        self.stop.set()
        self.writer.close()
        self.client.close()

    def say(self, outcome: Outcome) -> None:
        with self.voice:
            self.outcomes.append(outcome)
            self.env.report(outcome)

    def acts(self, action: Action) -> bool:
        return acts(action, self.end)

    def _begun(self, request: "httpx.Request") -> None:
        """A file may take long to upload: nothing is posted once another run may take this one for dead. A request that
        does not say that it only prepares may make the post."""
        check = getattr(self.lane, "check", None)
        if check and request.method != "GET":
            check(not request.extensions.get(PREPARES))

    def halt(self, reason: str) -> None:
        """The ledger cannot be written: nothing more may be sent, on any account."""
        self.stopped = self.stopped or reason
        self.stop.set()
