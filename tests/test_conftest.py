"""What holds for all tests."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from tests import ROOT

CHANCE = re.compile(r""""[0-9a-f]{2,9}" not in |for word in \((?:"[^"\n]*", )*"[0-9a-f]{2,9}"[^)\n]*\) if word in """)


def pytest_run(tmp_path: Path, *words: str, before: str = "") -> str:
    """What pytest prints in a process of its own."""
    code = f"{before}\nimport sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))"
    variables = {"CMFLOW_VECTORS": str(tmp_path / "nowhere"), "CMFLOW_SPECS": str(tmp_path), "PATH": ""}
    words = ("-p", "no:cacheprovider", "-p", "no:xdist", *words)
    ended = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.slow  # starts another Python
def test_missing_data_is_told_in_one_line(tmp_path: Path) -> None:
    lines = pytest_run(tmp_path, "--collect-only", "tests/render/autolink/test_x.py").splitlines()
    told = f"left out: the tests of public conformance vectors: {tmp_path}/nowhere is not a folder (CMFLOW_VECTORS)"
    assert [line for line in lines if line.startswith("left out")] == [told]
    assert "skipped" not in lines[-1] and "deselected" in lines[-1]


def test_no_digest_or_time_spells_by_chance_what_a_test_does_not_want_to_find() -> None:
    """One name of a commit in two thousand has given four digits. Use a letter after f, or ten characters."""
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}
    assert [f"{path}: {match[0]}" for path, text in texts.items() for match in CHANCE.finditer(text)] == []


def test_every_run_tries_the_same_examples() -> None:
    assert (settings().derandomize, settings().database) == (True, None)


def test_who_asks_a_server_of_the_tests_is_patient() -> None:
    with httpx.Client() as client:
        assert client.timeout == httpx.Timeout(60)


@pytest.mark.slow  # starts another Python
def test_what_tests_start_can_be_interrupted_though_a_shell_started_them_in_the_background(tmp_path: Path) -> None:
    ignored = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"
    name = "tests/test_conftest.py::test_ctrl_c_is_heard"
    assert "1 passed" in pytest_run(tmp_path, name, before=ignored)


def test_ctrl_c_is_heard() -> None:
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
