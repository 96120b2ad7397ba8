"""The files of a part, looked at before the first is uploaded."""

from cmflow.model import Media
from cmflow.model.errors import Rejected
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.upload import Upload

SPREAD = "Spread them over the parts of a thread."


def pairs(message: Outgoing, network: str) -> list[tuple[Media, Upload]]:
    """The media of the part with their files.

    Raises `Rejected` for what `check` has said before: an empty file, more bytes together than the network takes.
    """
    files = list(zip(message.part.media, message.files, strict=True))
    empty = next((media.path for media, file in files if not file.size), "")
    if empty:
        raise Rejected(f"{empty} is empty: it has 0 bytes.", "Export it again.")
    most, total = load(network).limits.files_bytes, sum(file.size for file in message.files)
    if most and total > most.value:
        raise Rejected(f"The files have {total:,} bytes together; {most.value:,} are accepted.", SPREAD)
    return files
