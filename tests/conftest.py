"""What every test shares: no internet, and the data beside the project where it is there."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _beside(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable, ROOT.parent / "shared" / name))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: set {variable} to run this test")
    return folder


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public conformance vectors."""
    return _beside("CMFLOW_VECTORS", "vectors")


@pytest.fixture(scope="session")
def specs() -> Path:
    """The folder of the networks' machine-readable descriptions."""
    return _beside("CMFLOW_SPECS", "specs")


@pytest.fixture(autouse=True)
def _no_internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any connection that leaves this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield
