"""Who an account is, by its network's word, and the numbers that its server sets."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from cmflow.model import Account, Plan
from cmflow.model.errors import CmflowError, SourceError
from cmflow.model.limits import Limits
from cmflow.netkit import network
from cmflow.netkit.network import Access, Network, Standing
from cmflow.publish import accounts
from cmflow.publish.accounts import Accounts
from cmflow.publish.answers import ask
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

Open = Callable[[], AbstractContextManager["httpx.Client"]]


@dataclass(frozen=True, slots=True)
class Identity:
    """What an account is on its network, and what its server sets; `error` says why that cannot be told."""

    account: Account
    standing: Standing | None = None
    numbers: Mapping[str, int] | None = None
    error: str = ""

    def differing(self) -> dict[str, int]:
        """Return what the server sets otherwise than cmflow checks."""
        limits, numbers = network.limits(self.account), self.numbers or {}
        return {name: value for name, value in numbers.items() if _checked(limits, name) != value}


def verifiable(plan: Plan, names: Sequence[str]) -> tuple[Account, ...]:
    """Return the accounts that are named, else all, as far as cmflow can sign in there; SourceError for none at all."""
    chosen = [accounts.named(plan, name) for name in names] or plan.accounts
    able = tuple(account for account in chosen if network.load(account.network).verify)
    if not able:
        raise SourceError("cmflow cannot sign in to any of these accounts.", "See: cmflow accounts")
    return able


def identify(account: Account, known: Accounts, open_client: Open) -> Identity:
    """Sign in and ask; what keeps us from it is in the answer."""
    try:
        record, allowed = known.network(account.name), known.access(account.name)
        standing, numbers = verify(record, allowed, open_client)
    except CmflowError as error:
        return Identity(account, error=error.in_full)
    return Identity(account, standing, numbers)


def verify(record: Network[Any], access: Access, open_client: Open) -> tuple[Standing, Mapping[str, int] | None]:
    """Return who the network says this is, and its server's numbers, where it tells them. Raises CmflowError."""
    connect, who, numbers = record.connect, record.verify, record.numbers
    if connect is None or who is None:
        raise SourceError(f"cmflow cannot sign in to {record.title}.")
    with open_client() as client:
        session = ask(record, access, lambda: connect(client, access))
        standing = ask(record, access, lambda: who(session))
        return standing, ask(record, access, lambda: numbers(session)) if numbers else None


def _checked(limits: Limits, name: str) -> int | None:
    """The number that cmflow checks with, where it has one."""
    limit = limits.text[0].limit if name == "text" else getattr(limits, name)
    return limit.value if limit else None
