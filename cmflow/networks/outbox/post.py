"""Publishing, looking, deleting, and other alt texts."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from cmflow.model import Receipt, Remote
from cmflow.model.errors import NotSent, Throttled, Unsure
from cmflow.netkit.errors import other_files
from cmflow.netkit.network import Outgoing
from cmflow.networks.outbox.box import Outbox, inside, key_of, name_of, places, put, remote_of
from cmflow.networks.outbox.fault import FAULTS, Fault
from cmflow.networks.outbox.sheet import readable_text, sheet_of

PAUSE = timedelta(minutes=3)  # how long a 429 asks for


def publish(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    try:
        fault = _fault(outbox) if outbox.faults else None
        return _fails(outbox, message, thread, fault) if fault else _published(outbox, message, thread)
    except OSError as error:
        raise NotSent(f"The outbox cannot be written: {error.strerror}.", f"Check {outbox.folder}.") from error


def find(outbox: Outbox, message: Outgoing) -> Remote | None:
    """By key; the text alone could be an older post of the same words."""
    if outbox.faults:
        _arrive(outbox)
    return next((remote_of(outbox, path) for path in places(outbox, message) if key_of(path) == message.key), None)


def delete(outbox: Outbox, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there. A receipt that leads elsewhere deletes nothing."""
    path = inside(outbox, receipt)
    try:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)
    except OSError as error:
        raise NotSent(f"{path} cannot be deleted: {error.strerror}.", f"Check {outbox.folder}.") from error


def describe(outbox: Outbox, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    """Both files are written again, with other alt texts."""
    path = inside(outbox, receipt)
    try:
        sheet, readable = json.loads(path.read_bytes()), path.with_suffix(".txt").read_text(errors="surrogateescape")
        if len(sheet["media"]) != len(alts):
            raise other_files(receipt.url, len(sheet["media"]), len(alts))
        for file, alt in zip(sheet["media"], alts, strict=True):
            readable = readable.replace(f"\n[{file['file']}] {file['alt']}\n", f"\n[{file['file']}] {alt}\n")
            file["alt"] = alt
        text = json.dumps(sheet, ensure_ascii=False, indent=2) + "\n"
        path.write_bytes(text.encode(errors="backslashreplace"))
        path.with_suffix(".txt").write_text(readable, errors="surrogateescape")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotSent(f"{path} cannot be changed ({type(error).__name__}).", f"Check {outbox.folder}.") from error
    return Remote(receipt.id, receipt.url)


def _published(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    sheet = json.dumps(sheet_of(message, thread), ensure_ascii=False, indent=2) + "\n"
    for path in places(outbox, message, free=True):
        if key_of(path) == message.key or (not path.exists() and put(path, sheet.encode(errors="backslashreplace"))):
            path.with_suffix(".txt").write_bytes(readable_text(message).encode(errors="backslashreplace"))
            return remote_of(outbox, path)
    raise NotSent("Another program is writing to the outbox.")


def _fault(outbox: Outbox) -> Fault | None:
    """What goes wrong with this request, the last of those that the folder has counted."""
    outbox.folder.mkdir(parents=True, exist_ok=True)
    _arrive(outbox)
    with (outbox.folder / f".{name_of(outbox.account)}.requests").open("ab") as file:
        file.write(b".")
        file.flush()
        number = file.tell()
    return FAULTS.get(outbox.faults[number - 1]) if number <= len(outbox.faults) else None


def _fails(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...], fault: Fault) -> NoReturn:
    if fault.taken or fault.late:
        remote = _published(outbox, message, thread)
        if fault.late:
            path = outbox.folder / f"{remote.id}.json"
            path.rename(path.with_name(f".{path.name}.late"))
            path.with_suffix(".txt").unlink()
    if fault.error is None:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.error is Throttled:
        raise Throttled(fault.says, retry_at=datetime.fromtimestamp(message.written, UTC) + PAUSE)
    raise (fault.error or Unsure)(fault.says, "It is a fault that the plan asks for.")


def _arrive(outbox: Outbox) -> None:
    """What was on its way is there; where its place is taken by now, as one more post."""
    for late in sorted(outbox.folder.glob("*/.*.late")):
        path = late.with_name(late.name[1:].removesuffix(".late"))
        while not put(path, late.read_bytes()):
            path = path.with_name(f"{path.stem}.late.json")
        late.unlink()
