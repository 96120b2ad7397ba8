"""How a command ends: its exit codes, and what is said of a bug.

Every command starts by importing this: what only a bug needs is imported when there is one.
"""

import os
from enum import IntEnum

from cmflow import __version__

SECRET = ("CMFLOW_", "GITHUB_TOKEN", "GH_TOKEN")
SHORTEST = 4  # characters; a shorter value is not a secret, and is all over a traceback


class Exit(IntEnum):
    FINE = 0
    PROBLEMS = 1
    USAGE = 2
    BUG = 3
    PERSON = 4
    INTERRUPTED = 130


def bug(error: BaseException, consequence: str = "Nothing else was done.") -> str:
    """Write the traceback to a file, without the value of any secret, and say where it is, and what happened to the
    rest of the work."""
    import traceback

    story = f"cmflow {__version__}\n\n" + "".join(traceback.format_exception(error))
    return (
        f"This is a bug in cmflow, not in your posts: {type(error).__name__}.\n"
        f"  {consequence} Please report it, and attach this file:\n"
        f"  {_written(_without_secrets(story))}"
    )


def _written(story: str) -> str:
    """The file that holds it."""
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="cmflow-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(story)
    except OSError as error:
        return f"(could not be written: {error.strerror})"
    return file.name


def _without_secrets(story: str) -> str:
    for name, value in os.environ.items():
        if name.startswith(SECRET) and len(value) >= SHORTEST:
            story = story.replace(value, f"<{name}>").replace(repr(value)[1:-1], f"<{name}>")
    return story
