"""How much memory a process needed at most, apart from the process that started it."""

import re
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> int:
    """Bytes at most so far in this process. `getrusage` would count what its parent had when it was started."""
    match = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    assert match
    return int(match[1]) * 1024
