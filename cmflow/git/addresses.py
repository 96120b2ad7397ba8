"""What the address of a remote says."""

import re

_GITHUB = re.compile(r"(?:https://(?:[^/@]*@)?|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?$")


def name_on_github(address: str) -> str:
    """Return `owner/name`, where it is the address of a repository on github.com; else ""."""
    match = _GITHUB.match(address)
    return match[1] if match else ""
