"""How a command ends: its exit codes, and what is said of a bug."""

import os
import tempfile
import traceback
from enum import IntEnum

from cmflow import __version__


class Exit(IntEnum):
    FINE = 0
    PROBLEMS = 1
    USAGE = 2
    BUG = 3
    PERSON = 4
    INTERRUPTED = 130


def bug(error: BaseException) -> str:
    """Write the traceback to a file, without the value of any secret, and say where it is."""
    story = f"cmflow {__version__}\n\n" + "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile("w", prefix="cmflow-bug-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(_without_secrets(story))
    return (
        f"This is a bug in cmflow, not in your posts: {type(error).__name__}.\n"
        "  Nothing more was done. Please report it, with the file that tells what happened:\n"
        f"  {file.name}"
    )


def _without_secrets(story: str) -> str:
    for name, value in os.environ.items():
        if value and name.startswith(("CMFLOW_", "GITHUB_TOKEN", "GH_TOKEN")):
            story = story.replace(value, f"<{name}>")
    return story
