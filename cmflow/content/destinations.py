"""The addresses and folders in the options of an account: servers that get its secret, folders of the repository."""

import re
from urllib.parse import urlsplit

from cmflow.content.keys import excerpt

CLEAR = re.compile(r"(?:http|ws)://", re.I)
LOCAL = ("localhost", "127.0.0.1", "::1")
SAFE = ("https", "wss")
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?")


def server(option: str, value: str, is_destination: bool) -> tuple[str, str] | None:
    """Return what is wrong with the addresses in this option, and what to do; None where nothing is.

    No message repeats the value, which may hold a password.
    """
    addresses = value.split()
    if any(CLEAR.match(address) and _host(address) not in LOCAL for address in addresses):
        message = f"`{option}` is an address that begins with http://: the account's secret would be sent in the clear."
        return message, "Write https:// instead."
    if not is_destination or all(_is_server(address) for address in addresses):
        return None
    if any("@" in address.partition("://")[2].partition("/")[0] for address in addresses):
        message = f"`{option}` holds a user name or a password: nothing is sent to such an address."
        return message, f"Remove what comes before the `@`: `{option}: https://social.example`."
    if any("://" not in address for address in addresses):
        return (
            f"`{option}` is not the whole address of a server.",
            f"Begin it with https://: `{option}: https://social.example`.",
        )
    return f"`{option}` is not the address of a server.", f"Write it like this: `{option}: https://social.example`."


def _is_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        parts.port  # a ValueError where it is none  # noqa: B018
    except ValueError:
        return False
    return bool(_HOST.fullmatch(parts.netloc)) and (parts.scheme in SAFE or parts.hostname in LOCAL)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def folder(option: str, account: str, value: str) -> tuple[str, str] | None:
    """Return what is wrong with the folder in this option, and what to do; None where it is in the repository."""
    if _is_inside(value):
        return None
    message = f"`{option}` of `{account}` is `{excerpt(value)}`: not a folder of this repository."
    return message, f"Write a path from its top: `{option}: outbox`."


def _is_inside(path: str) -> bool:
    """Return whether a path leads nowhere but below the repository, and not into what git keeps there."""
    parts = re.split(r"[/\\]", path.removesuffix("/"))
    names = [part.casefold().rstrip(" .") for part in parts if part != "."]
    plain = path.isprintable() and ":" not in path
    return plain and bool(names) and all(names) and not {"~", ".git", "git~1"} & {*names}
