"""`python -m cmflow`, and Ctrl-C before there is a command that could notice."""

import subprocess
import sys

import pytest

from cmflow import __version__

INTERRUPT = """
import sys

class Finder:
    def find_spec(self, name, path, target=None):
        if name == "cmflow.cli":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder())
from cmflow.__main__ import main
main()
"""


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow  # starts another Python
def test_as_a_module() -> None:
    assert run("-m", "cmflow", "--version") == (0, f"cmflow {__version__}\n", "")
    code, _, said = run("-m", "cmflow", "chekc")
    assert (code, said.splitlines()[0]) == (2, "error: Unknown command 'chekc'. Did you mean 'check'?")


@pytest.mark.slow  # starts another Python
def test_interrupted_while_it_loads() -> None:
    assert run("-c", INTERRUPT) == (130, "", "")
