"""Regular expressions that are compiled when they are first used.

Compiling them with their modules took a tenth of a command that looks at one post, and no command needs all of them.
"""

import re
from functools import cache


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, compiled once."""
    return re.compile(pattern, flags)
