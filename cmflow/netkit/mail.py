"""What strangers write, made fit to be read: no field of it is trusted, and one that is odd never ends a run."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from cmflow.model import Message, Visibility
from cmflow.model.errors import Rejected

Item = TypeVar("Item")

LONGEST = 20_000  # characters of a text; the rest is at its address
LONGEST_NAME = 200
LONGEST_ID = 1_000
LONGEST_ADDRESS = 2_000
ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, Rejected, TypeError, ValueError)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
BLANK = re.compile(r"\n{3,}")
ADDRESS = re.compile(r"https?://[^\s<>\"\x00-\x20\x7f]+")


def gather(title: str, items: Iterable[Item], read: Callable[[Item], Message | None]) -> tuple[
    tuple[Message, ...], tuple[str, ...]
]:  # fmt: skip
    """The messages among the items, oldest first, each once, and a sentence where some cannot be read.

    `read` gives None for what is not a message, and raises one of `ODD` for what is not as the network documents it:
    errors of the shape of an answer, and `Rejected` for an id or address that cannot be one.
    """
    messages: dict[str, Message] = {}
    odd = 0
    for item in items:
        try:
            message = read(item)
        except ODD:
            odd += 1
            continue
        if message is not None:
            messages[message.id] = message
    ordered = sorted(messages.values(), key=lambda message: (message.time, message.id))
    return tuple(ordered), tuple(unreadable(title, odd))


def unreadable(title: str, count: int) -> Iterator[str]:
    """Yield the sentence for messages that cannot be read, where there are any."""
    if count:
        what = "1 message, which it describes" if count == 1 else f"{count} messages, which it describes"
        yield f"{title} returned {what} in a way that cmflow cannot read: look there yourself."


def words(value: object, longest: int = LONGEST) -> str:
    """A text as it can be shown: without control characters, of a bearable length; "" for anything but a text."""
    if not isinstance(value, str):
        return ""
    text = BLANK.sub("\n\n", CONTROL.sub("", value[: 4 * longest].replace("\r\n", "\n").replace("\r", "\n"))).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def name(value: object) -> str:
    """A person's name or handle: on one line."""
    return " ".join(words(value, LONGEST_NAME).split())


def identity(value: object) -> str:
    """An id; raises ValueError for anything that cannot be one."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text and len(text) <= LONGEST_ID and text.isprintable() and " " not in text):
        raise ValueError("this is not an id")
    return text


def follow(value: object, before: str) -> str:
    """Where a list goes on; "" at its end, for what cannot be asked for, and where it does not go on."""
    try:
        cursor = identity(value) if value is not None else ""
    except ValueError:
        return ""
    return cursor if cursor != before else ""


def address(value: object) -> str:
    """An address of the web; "" for anything else."""
    is_sound = isinstance(value, str) and len(value) <= LONGEST_ADDRESS and ADDRESS.fullmatch(value)
    return value if is_sound and isinstance(value, str) else ""


def narrowest(*audiences: Visibility) -> Visibility:
    """The audience with the fewest people: an answer is not seen by more than its question."""
    return max(audiences, key=tuple(Visibility).index)
