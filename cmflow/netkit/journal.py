"""What is known of a large file on its way to a network, so that a run goes on where another one broke off."""

from collections.abc import Callable
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cmflow.model import Transfer
from cmflow.netkit.upload import Upload
from cmflow.values import dataclass

LEAST = 8 << 20  # bytes; a smaller file is sent again as quickly as it is written down that it was sent
EDGE = 1 << 16  # bytes at both ends by which a file is recognised


def now() -> datetime:
    return datetime.now(UTC)


class Vault:
    """Texts by name, as long as this machine lasts; this one keeps none."""

    def load(self, name: str) -> str:
        """The text of that name; "" where there is none."""
        return ""

    def save(self, name: str, text: str) -> None:
        """Keep the text, or forget it where it is "". What cannot be kept is not: that only costs time."""


@dataclass(slots=True)
class Journal:
    """The upload of one file of a part. `private` is what lets anybody write to it, such as a signed address: it never
    gets into the ledger. This one forgets everything; that of a run writes it down."""

    transfer: Transfer | None = None
    private: str = field(default="", repr=False)
    clock: Callable[[], datetime] = field(default=now, repr=False)

    def resume(self, upload: Upload, hours: float, private: bool = False) -> Transfer | None:
        """The upload of that file, if it began less than so many hours ago; None where it has to begin anew.

        `private`: it can only go on where `private` is known.
        """
        transfer = self.transfer
        if transfer is None or transfer.file != fingerprint(upload) or (private and not self.private):
            return None
        return transfer if self.clock() - transfer.time < timedelta(hours=hours) else None

    def begin(self, upload: Upload, id: str, private: str = "") -> None:
        """The network has begun to take that file, and calls it `id`."""
        if upload.size >= LEAST:
            self.private, self.transfer = private, Transfer(id, fingerprint(upload), self.clock())
            self.save(is_due=True)

    def advance(self, arrived: int, private: str = "") -> None:
        """So many bytes of it are surely there."""
        if self.transfer:
            self.private = private or self.private
            self.transfer = replace(self.transfer, arrived=arrived)
            self.save(is_due=False)

    def save(self, is_due: bool) -> None:
        """Keep it beyond this run; where it is not due, now or later."""


def fingerprint(upload: Upload) -> str:
    """Names the bytes of a file: by its size, its type and both ends, since the content's own digest names the rest."""
    digest = sha256(f"{upload.size} {upload.mime}\n".encode())
    for start in (0, max(upload.size - EDGE, 0)):
        for piece in upload.chunks(start, EDGE):
            digest.update(piece)
    return digest.hexdigest()[:32]
