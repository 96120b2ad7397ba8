"""Real servers on loopback: each is installed once into a cache outside the checkout, and runs as long as the tests.

`CMFLOW_SERVERS=0` leaves these tests out; `CMFLOW_CACHE_DIR` says where the servers are kept (~/.cache/cmflow-servers).
"""

import fcntl
import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

# Read here, once: no test sees the variables of this machine (tests/conftest.py).
WANTED = os.environ.get("CMFLOW_SERVERS", "1") != "0"
PORTS = range(20_000, 32_000)  # systems pick from higher ones: Linux from 32768, macOS from 49152
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
    """A port for a server that is still to start: nobody else gets it as long as this process lives.

    A port that the system picks is anybody's again once it is let go. These are not picked, and tests that run beside
    this one cannot take the one whose UDP half is kept.
    """
    for port in PORTS:
        with socket.socket() as server, socket.socket(type=socket.SOCK_DGRAM) as kept, suppress(OSError):
            server.bind(("127.0.0.1", port))
            kept.bind(("127.0.0.1", port))
            os.dup(kept.fileno())  # which nobody closes
            return port
    raise OSError(f"no port of {PORTS} is free")
