"""The accounts of a plan as a run needs them: by name, their network, secrets, and what they send of a file."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from cmflow.content.media import Unreadable
from cmflow.content.secrets import variable
from cmflow.model import Account, Plan
from cmflow.model.errors import CmflowError, Denied, Rejected, SourceError
from cmflow.netkit import media, network
from cmflow.netkit.auth import fitting
from cmflow.netkit.network import Access, Network
from cmflow.netkit.upload import Upload
from cmflow.problems.similar import suggestion
from cmflow.repository import refusals
from cmflow.repository.source import Source
from cmflow.values import dataclass

SANDBOX = ".cmflow/sandbox"  # what a run in a sandbox writes on this machine: tokens and outboxes
Renew = Callable[[Account, Access], Access]


def named(plan: Plan, name: str) -> Account:
    """Return the account of that name. Raises SourceError, with the nearest name, where the plan has none."""
    account = plan.account(name)
    if account is None:
        names = [account.name for account in plan.accounts]
        raise SourceError(f"The plan has no account {name!r}.", suggestion(name, names))
    return account


class Door(Protocol):
    """The way into a sandbox, which has fakes of networks and gives out secrets for them."""

    def plays(self, network: str) -> bool:
        """Whether the sandbox has that network."""

    def network(self, record: Network[Any]) -> Network[Any]:
        """The network with every request of it going to the sandbox."""

    def secrets(self, account: Account) -> Mapping[str, str]:
        """What the account signs in with there, by name; `access_token` too where there is one."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a plan. In a rehearsal every one of them is the outbox, in that folder. With a `door`, those
    whose network its sandbox has are there, and none of their secrets is read from the environment.

    `environment` holds the secrets. `renew` adds a fresh access token where the network wants one. `cards` are the
    pictures of links' cards, by path.
    """

    plan: Plan
    root: Path
    environment: Mapping[str, str]
    rehearsal: Path | None = None
    renew: Renew = lambda account, access: access
    cards: frozenset[str] = frozenset()
    door: Door | None = None
    clock: Callable[[], float] = time.time

    def account(self, name: str) -> Account:
        account = self.plan.account(name)
        if account is None:
            raise CmflowError(f"The plan no longer has an account {name}.", "Put it back, or settle its deliveries.")
        return account

    def network(self, name: str) -> Network[Any]:
        record = network.load(self.account(name).network)
        if self.door and self.door.plays(record.name):
            return self.door.network(record)
        return network.load("outbox") if self.rehearsal else record

    def access(self, name: str) -> Access:
        account = self.account(name)
        if self.door and self.door.plays(account.network):
            return self._in_sandbox(account, self.door)
        if self.rehearsal:
            return Access(account, folder=str(self.rehearsal / name))
        folder = refusals.outbox(account, self.root, f"{SANDBOX}/outbox/{name}" if self.door else "")
        refusals.pinned(account, self.environment)
        return self.renew(account, Access(account, secrets(account, self.environment), folder))

    def _in_sandbox(self, account: Account, door: Door) -> Access:
        """With secrets of the sandbox. A run renews its access token, a rehearsal is given one."""
        values = dict(door.secrets(account))
        if self.rehearsal:
            return Access(account, tuple(values.items()), clock=self.clock)
        values.pop("access_token", None)
        return self.renew(account, Access(account, tuple(values.items()), clock=self.clock))

    def upload(self, name: str, path: str, source: Source) -> Upload:
        """What the account sends of a file: in a rehearsal, what its own network would get."""
        limits = network.limits(self.account(name))
        if path in self.cards:
            limits = replace(limits, image_bytes=limits.card_bytes or limits.image_bytes)
        try:
            return media.upload(source.large([path]).get(path) or source.one(path), limits)
        except Unreadable as error:
            raise Rejected(f"{path} cannot be sent. {error}", "Put another file in its place.") from None


def secrets(account: Account, environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The account's secrets, from the environment: all of the way to sign in that its options choose, and those of the
    other ways that are there. Denied names the first that is missing."""
    record = network.load(account.network)
    way, names = fitting(record.auth, account), dict.fromkeys(name for way in record.ways for name in way.secrets)
    values = {name: value for name in names if (value := environment.get(variable(account.name, name), ""))}
    missing = next((name for name in (way.secrets if way else ()) if name not in values), None)
    if missing is None:
        return tuple(values.items())
    name = variable(account.name, missing)
    raise Denied(
        f"{account.name} needs its {missing}: {name} is not set.",
        f"Set the environment variable {name}; on GitHub, create a secret with that name and pass it to the job.",
    )
