"""What every test shares: no internet, nothing of the machine's settings, data beside the project where it is."""

import gc
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Generator, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings

from tests import ROOT
from tests.examples import TIMES

SURROUNDINGS = ("CMFLOW_", "GIT_", "GITHUB_", "CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "PAGER")
KEPT = ("CMFLOW_VECTORS", "CMFLOW_SPECS")

# No test fails because a machine is slow, and every run tries the same examples. `make explore` tries others.
SLOW_IS_FINE: dict[str, Any] = {
    "deadline": None,
    "max_examples": 60 * TIMES,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("cmflow", derandomize=True, database=None, **SLOW_IS_FINE)
settings.register_profile("explore", derandomize=False, database=None, print_blob=True, **SLOW_IS_FINE)
settings.load_profile("cmflow")

# Folder in which tests write: memory, where there is enough of it. What git stores is synced to disk, a thousand times.
MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30  # bytes

# Folders whose slow tests are stories through everything, or simulations: judged by what is published, seen or found.
# What they run is run by others as well, and counting its lines doubles their time.
STORIES = ("browser", "faults", "inbox", "insights", "mutations", "publish", "servers", "workflows")

# Data that is not part of this repository: fixture → (variable that says where it is, what it holds).
DATA = {
    "vectors": ("CMFLOW_VECTORS", "public conformance vectors"),
    "specs": ("CMFLOW_SPECS", "the networks' own descriptions"),
}

# Started in the background by a shell, a process ignores Ctrl-C, and so would those that tests start and interrupt.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def is_roomy(folder: Path) -> bool:
    """Whether tests can write there, and run what they write."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= ENOUGH and not system.f_flag & os.ST_NOEXEC


if "TMPDIR" not in os.environ and is_roomy(MEMORY):  # for the processes that tests start as well
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _folder(name: str) -> Path:
    return Path(os.environ.get(DATA[name][0], ROOT.parent / "shared" / name))


FOLDERS = {name: _folder(name) for name in DATA}  # read before the tests' own surroundings are cleared
MISSING = frozenset(name for name, folder in FOLDERS.items() if not folder.is_dir())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is collected goes before the end: the garbage collector need not look at it, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """pytest collects garbage five times at the end, and all there is each time: once is enough."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)  # after -m has left out what is slow
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs data that is missing, count no coverage of stories, and let the longest begin."""
    needless = [item for item in items if MISSING.intersection(getattr(item, "fixturenames", ()))]
    if needless:
        config.hook.pytest_deselected(items=needless)
        items[:] = [item for item in items if item not in needless]
    for item in items:
        if is_slow(item) and room(item) in STORIES:
            item.add_marker("no_cover")
    items[:] = dealt(items, getattr(config, "workerinput", {}).get("workercount", 1))


def is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def room(item: pytest.Item) -> str:
    """The folder of tests that it is in."""
    return item.nodeid.split("/")[1]


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker begins with files of slow tests, the longest first: at the end only quick ones are left to share.

    xdist gives each worker a stretch of the same length; who has nothing left takes from the end of another's.
    """
    slow = sorted(filter(is_slow, items), key=lambda item: (room(item) not in STORIES, item.path))
    quick = [item for item in items if not is_slow(item)]
    files = [list(group) for _, group in groupby(slow, key=lambda item: item.path)]
    hands = [[item for file in files[worker::workers] for item in file] for worker in range(workers)]
    size = -(-len(items) // workers)
    for hand in hands:
        room_left = max(size - len(hand), 0)
        hand += quick[:room_left]
        del quick[:room_left]
    return [*chain.from_iterable(hands), *quick]


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public conformance vectors."""
    return FOLDERS["vectors"]


@pytest.fixture(scope="session")
def specs() -> Path:
    """The folder of the networks' machine-readable descriptions."""
    return FOLDERS["specs"]


@pytest.fixture(scope="session", autouse=True)
def _no_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a person set in their shell or in their git changes no test, and no test writes into their cache."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in [name for name in os.environ if name.startswith(SURROUNDINGS) and name not in KEPT]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        # No test reaches the internet, and reading all its authorities takes 20 ms per client.
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)  # else it comes first
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """Who asks a server of the tests waits longer than httpx's five seconds: the machine may be busy."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in ("connect", "read", "write", "pool"):
            monkeypatch.setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, name, 60.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_internet() -> Iterator[None]:
    """Any connection that leaves this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(socket.socket, "connect", guarded)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured and want told (`record_property("told", …)`), wherever they ran; a line for missing data."""
    for name in sorted(MISSING):
        variable, data = DATA[name]
        terminalreporter.write_line(f"left out: the tests of {data}: {FOLDERS[name]} is not a folder ({variable})")
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        for name, told in report.user_properties:
            if name == "told":
                terminalreporter.write_line(str(told))
