"""People who write to us on the networks that a fake plays, told apart by first names."""

from zlib import crc32

from cmflow.model import Contact
from cmflow.model.errors import SourceError


def number(author: str) -> str:
    """The number that a network knows a person by."""
    return f"8{crc32(author.encode()):014}"


def only(title: str, contact: Contact, *contacts: Contact) -> None:
    """Raise SourceError where people cannot write to us in that way there."""
    if contact not in contacts:
        raise SourceError(f"People cannot send a {contact.value} on {title}.", f"They can: {', '.join(contacts)}.")
