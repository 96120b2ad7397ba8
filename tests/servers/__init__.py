"""Real servers on loopback: each is installed once into a cache outside the checkout, and runs as long as the tests.

`CMFLOW_SERVERS=0` leaves these tests out; `CMFLOW_CACHE_DIR` says where the servers are kept (~/.cache/cmflow-servers).
"""

import fcntl
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

# Read here, once: no test sees the variables of this machine (tests/conftest.py).
WANTED = os.environ.get("CMFLOW_SERVERS", "1") != "0"
CACHE = Path(os.environ.get("CMFLOW_CACHE_DIR") or Path.home() / ".cache" / "cmflow-servers")


def needed() -> None:
    if not WANTED:
        pytest.skip("CMFLOW_SERVERS=0: no real servers are wanted")


def installed(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache, made by the first who comes: whole or not at all.

    `name` holds every version, so that another version is another folder. The folder stays where it is made.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    folder, done = CACHE / name, CACHE / f"{name}.done"
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            done.touch()
    return folder


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
