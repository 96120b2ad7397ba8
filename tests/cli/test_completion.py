"""`cmflow completion`"""

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.conftest import Place


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete --no-files")]
)
def test_a_script_for_each_shell(bare: Place, shell: str, word: str) -> None:
    result = bare.run("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert word in result.out
    assert "_CMFLOW_COMPLETE" in result.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one(bare: Place, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([program, "-n"], input=bare.run("completion", shell).out, text=True, check=True)


@pytest.mark.slow  # starts another Python
def test_commands_and_options_are_completed(bare: Place) -> None:
    for words, found in (("cmflow pre", "plain,preview"), ("cmflow publish --dr", "plain,--dry-run")):
        env = {
            **os.environ,
            "_CMFLOW_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        done = subprocess.run(
            [sys.executable, "-c", "from cmflow.cli import main; main()"], env=env, capture_output=True, text=True
        )
        assert (done.stdout, done.stderr) == (f"{found}\n", "")


def test_no_such_shell(bare: Place) -> None:
    assert bare.run("completion", "tcsh").code == 2
