"""Servers that are Python packages: each in a virtual environment of its own, as other programs are."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.servers import installed

PATIENCE = 60.0  # seconds for a server to start


def venv(package: str, version: str) -> Path:
    """The folder of its programs."""
    python = "".join(map(str, sys.version_info[:2]))

    def install(folder: Path) -> None:
        _run(sys.executable, "-m", "venv", str(folder))
        pip = (str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
        _run(*pip, "--quiet", f"{package}=={version}")

    return installed(f"{package}-{version}-python-{python}", install) / "bin"


@contextmanager
def running(words: list[str], home: Path, alive: str) -> Iterator[None]:
    """The server, from when it answers at the address `alive` until it is no longer needed."""
    said = home / "said"
    with said.open("w") as output, subprocess.Popen(words, cwd=home, stdout=output, stderr=output) as process:
        try:
            began = monotonic()
            while not _answers(alive):
                if process.poll() is not None or monotonic() - began > PATIENCE:
                    pytest.fail(f"The server did not start: {said.read_text()[-2000:]}")
                sleep(0.1)
            yield
        finally:
            process.kill()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.TransportError:
        return False


def _run(*words: str) -> None:
    ended = subprocess.run(words, capture_output=True, text=True)
    if ended.returncode:
        pytest.fail(f"This did not work: {' '.join(words)}\n{ended.stderr[-2000:]}")
