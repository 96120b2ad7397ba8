"""The folder: signing in, and the files in it."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cmflow.ledger import codec
from cmflow.model import Receipt, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.networks.outbox.fault import FAULTS, FINE
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Outbox:
    """`faults`: what goes wrong with the account's first request, its second, and so on; counted in the folder."""

    folder: Path
    account: str = ""
    faults: tuple[str, ...] = ()


def connect(http: "httpx.Client", access: Access) -> Outbox:
    """The folder a rehearsal hands in, else the account's own."""
    folder = access.folder or access.account.option("folder")
    if not folder:
        raise Denied("The outbox has no folder.", f"Give {access.account.name} one in the plan: options: {{folder: …}}")
    faults = tuple(name.strip() for name in access.account.option("faults").split(",") if name.strip())
    unknown = [fault for fault in faults if fault not in (*FAULTS, FINE)]
    if unknown:
        raise Denied(f"The outbox knows no fault {unknown[0]!r}.", f"It knows: {', '.join((*FAULTS, FINE))}.")
    return Outbox(Path(folder), access.account.name, faults)


def verify(outbox: Outbox) -> Standing:
    try:
        outbox.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Denied(
            f"The outbox {outbox.folder} cannot be made: {error.strerror}.", "Choose another folder."
        ) from error
    return Standing(f"Writes to the folder {outbox.folder.as_posix()}")


def places(outbox: Outbox, message: Outgoing, free: bool = False) -> Iterator[Path]:
    """The part's files, `account.1.json`; a second post of the same part is `account.1.again2.json`, and so on."""
    stem = f"{name_of(message.variant.account)}.{message.index + 1}"
    path = outbox.folder / name_of(message.variant.post) / f"{stem}.json"
    count = 1
    while path.exists():
        yield path
        count += 1
        path = path.with_name(f"{stem}.again{count}.json")
    if free:
        yield path


def inside(outbox: Outbox, receipt: Receipt) -> Path:
    path = outbox.folder / f"{receipt.id}.json"
    if not path.resolve().is_relative_to(outbox.folder.resolve()):
        raise Rejected(f"The receipt {receipt.id!r} leads out of the outbox.", f"Look into {outbox.folder} yourself.")
    return path


def put(path: Path, data: bytes) -> bool:
    """Make a file, whole and for good; False where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, never over another one
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def key_of(path: Path) -> str | None:
    try:
        key = json.loads(path.read_bytes())["key"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return key if isinstance(key, str) else None


def remote_of(outbox: Outbox, path: Path) -> Remote:
    return Remote(path.relative_to(outbox.folder).with_suffix("").as_posix(), path.as_posix())


def name_of(name: str) -> str:
    """A file name for a post or account; a very long one is cut and told apart by its hash."""
    safe = codec.safe(name)
    if len(safe.encode()) <= 200:
        return safe
    digest = hashlib.sha256(safe.encode()).hexdigest()[:12]
    return f"{safe.encode()[:150].decode(errors='ignore')}~{digest}"
