"""The first post of README.md, typed as it stands there, wherever on earth somebody types it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

ZONES = ("America/Los_Angeles", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC")
TEXT = "We keep our calendar in a repository now."


def commands() -> str:
    """The two blocks of the chapter, with the text of the post written between them."""
    chapter = (ROOT / "README.md").read_text(encoding="utf-8").partition("## A first post")[2]
    first, second = re.findall(r"```sh\n(.*?)```", chapter, re.S)[:2]
    words = f"-e '/^status: draft$/d' -e 's/^Write the post here.$/{TEXT}/'"
    write = f"sed -i.bak {words} content/posts/*/*hello-from*.md && rm -f content/posts/*/*.bak\n"
    return f"set -eu\n{first}{write}{second}"


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_the_first_post_goes_out(tmp_path: Path, zone: str) -> None:
    if shutil.which("sh") is None:
        pytest.skip("no sh on this machine: the commands of README.md are for one")
    bin = tmp_path / "cmflow" / ".venv" / "bin"
    bin.mkdir(parents=True)
    (bin / "cmflow").symlink_to(Path(sys.executable).with_name("cmflow"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CMFLOW_", "GITHUB_"))}
    who = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.org"}
    committer = {"GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["sh", "-c", commands()],
        cwd=tmp_path / "cmflow",
        env={**kept, **who, **committer, "TZ": zone},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 posts checked: no problems." in done.stdout
    assert "  sent     practice  hello-from-our-repository" in done.stdout
