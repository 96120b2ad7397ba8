"""Why publishing would refuse to start in this clone, or to use an account: also told before anybody runs it."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from cmflow.ledger import Ledger, loss
from cmflow.model import Account, Entry, Plan, Planned
from cmflow.model.errors import Denied
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import loader
from cmflow.repository.content import Content

OUTBOX = ".cmflow/outbox"
PIN = re.compile("CMFLOW_.+_HOST")


def refuse_start(
    ledger: Ledger,
    folder: Content,
    open_commit: Callable[[], Content],
    entries: Iterable[Entry],
    now: datetime,
    is_current: bool,
) -> None:
    """Raise CmflowError where publishing what is committed would not start.

    `is_current`: the ledger's remote was asked just now. Otherwise, what only the remote knows is not judged.
    """
    if not ledger.repository.resolve("HEAD"):
        return  # nothing is committed yet, which is said of each file
    if PLAN_PATH in folder.source.unsaved:
        _ = open_commit().sure_plan
    if is_current or not ledger.remote:
        loss.refuse_loss(ledger)
        loss.refuse_late_start(ledger, _committed(folder, entries), now)


def _committed(folder: Content, entries: Iterable[Entry]) -> Iterator[Planned]:
    """What cmflow publishes itself, as far as the folder is what is committed."""
    since = folder.sure_plan.start()
    for entry in entries:
        if entry.path not in folder.source.unsaved:
            yield from (item for item in loader.requests(entry, since) if item.account not in folder.silent)


def accounts(plan: Plan, root: Path, environment: Mapping[str, str]) -> dict[str, Denied]:
    """Why a run here would send nothing to some accounts, whatever their secrets; by account."""
    refused = {}
    for account in plan.accounts:
        try:
            outbox(account, root)
            pinned(account, environment)
        except Denied as error:
            refused[account.name] = error
    return refused


def outbox(account: Account, root: Path, folder: str = "") -> str:
    """The folder that an outbox writes to, "" for other networks. Raises Denied where a link leads elsewhere, or
    something else has its name.

    `folder` replaces that of the plan.
    """
    if account.network != "outbox":
        return ""
    path = root / (folder or account.option("folder", OUTBOX))
    existing = next(parent for parent in (path, *path.parents) if os.path.lexists(parent))
    if not _is_inside(path, root):
        raise Denied(f"The outbox of {account.name} is outside the repository, at {path}.", "Name another folder.")
    if not existing.is_dir():
        message = f"The outbox of {account.name} cannot be written: {existing} is not a folder."
        raise Denied(message, "Move it away, or name another folder.")
    return str(path)


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    except ValueError:  # a zero byte, which no system has in a name
        return False


def pinned(account: Account, environment: Mapping[str, str]) -> None:
    """Denied, where the environment says which hosts may get the account's secrets, and the plan names another."""
    if not any(map(PIN.fullmatch, environment)):
        return  # without the imports that the answer needs
    from cmflow.content.secrets import variable
    from cmflow.repository import destinations

    name = variable(account.name, "host")
    allowed = {host.casefold() for host in environment.get(name, "").replace(",", " ").split()}
    refused = [host for host in destinations.hosts(account) or ("the network's own server",) if host not in allowed]
    if allowed and refused:
        raise Denied(
            f"{account.name} would send its secrets to {refused[0]}, and {name} does not allow that.",
            f"If that server is right, add it to {name}, or unset that variable.",
        )
