"""How much a command does where nothing has changed: what it reads, compiles and imports, and how often it calls git.

Nothing is timed, so nothing depends on the machine. Each number is what was counted on 2026-11-30; `MARGIN` more are
allowed. There are more posts than any of them: what looks at each post again is noticed at once. A number may grow for
a good reason: then change it here.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmflow.repository import shipped
from tests.cli.conftest import Place, Result

POSTS = 60
MARGIN = 2  # files and git processes
NONE = frozenset[str]()
HEAVY = frozenset(
    {"PIL", "babel", "cryptography", "frontmatter", "github", "httpx", "jinja2", "markdown", "nacl", "nh3", "regex"}
    | {"requests", "yaml"}
)
COUNT = """
import json, os, sys

root, opened, compiled, calls = os.path.realpath(sys.argv[1]) + os.sep, [], [], []

def count(event, details):
    if event == "open" and isinstance(details[0], (str, bytes)):
        opened.append(os.path.realpath(os.fsdecode(details[0])))
    elif event == "compile" and isinstance(details[1], str):
        compiled.extend([details[1]] if details[1] == "<template>" or details[1].endswith(".j2") else [])
    elif event == "subprocess.Popen":
        calls.append(list(map(str, details[1])))

sys.addaudithook(count)
import cmflow.cli
try:
    cmflow.cli.main(sys.argv[2:])
except SystemExit as end:
    code = end.code
files = [path.removeprefix(root) for path in opened if path.startswith(root)]
templates = [path for path in opened if path.endswith(".j2") and not path.startswith(root)]
modules = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps([code, files, templates, compiled, calls, modules]), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Work:
    """What one command did: files of the repository that it opened, templates of cmflow that it read, its git calls."""

    files: list[str]
    templates: list[str]
    compiled: list[str]
    git: list[str]
    heavy: frozenset[str]


def work(place: Place, *words: str) -> Work:
    """Run a command as a workflow does."""
    command = [sys.executable, "-c", COUNT, str(place.root), *words]
    env = {**os.environ, "GITHUB_RUN_ID": "1"}
    ended = subprocess.run(command, cwd=place.root, env=env, capture_output=True, text=True, check=True)
    code, files, templates, compiled, calls, modules = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0, ended.stdout + ended.stderr
    assert all(Path(call[0]).name == "git" for call in calls), calls
    git = [" ".join(call[call.index("--literal-pathspecs") + 1 :]) for call in calls]
    return Work(files, templates, compiled, git, HEAVY.intersection(modules))


@pytest.fixture(scope="module")
def prepared(committed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts of the coming weeks, committed and pushed, and a ledger: nothing is due."""
    place = Place(tmp_path_factory.mktemp("team"), lambda: Result(0, "", ""))
    shutil.copytree(committed, place.root, dirs_exist_ok=True)
    (place.root / "content/posts/terrace.md").unlink()
    first = datetime.now(UTC).replace(hour=7, minute=30) + timedelta(days=3)
    for number in range(POSTS):
        date = f"{first + timedelta(days=number):%Y-%m-%d %H:%M}"
        place.post(f"post-{number}", f"Number {number} is a word of its own.", date=date, accounts="[practice]")
    place.commit()
    remote = tmp_path_factory.mktemp("remote")
    place.git("init", "-q", "--bare", str(remote))
    place.git("remote", "add", "origin", str(remote))
    place.git("push", "-q", "origin", "HEAD:main")
    work(place, "publish")
    return place.root


@pytest.fixture
def team(bare: Place, prepared: Path) -> Place:
    """The same, for one test."""
    shutil.rmtree(bare.root / "content")
    shutil.copytree(prepared, bare.root, dirs_exist_ok=True)
    return bare


@pytest.mark.slow  # starts another Python
@pytest.mark.parametrize(
    ("words", "files", "passes", "git", "compiled", "heavy"),
    [
        (("publish", "--wait", "14m"), 2, 0, 14, 0, NONE),
        (("publish", "--dry-run"), 2, 0, 13, 0, NONE),
        (("status",), 9, 1, 14, 0, NONE),
        (("check",), 11, 1, 8, 0, NONE),
        (("build",), 43, 2, 13, 0, NONE),
        (("watch",), 10, 1, 15, 0, {"regex"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_with_nothing_to_do_does_little(
    team: Place, words: tuple[str, ...], files: int, passes: int, git: int, compiled: int, heavy: Collection[str]
) -> None:
    """`passes`: how often it reads all of cmflow's templates."""
    now = datetime.now(UTC)
    times = (now, now)  # another day is a change
    if words[0] == "build":  # some pages say at which minute they were made
        noon = now.replace(hour=12, minute=0) + timedelta(days=1)
        times = (noon, noon + timedelta(minutes=1))
    options = [() if words[0] == "publish" else ("--at", f"{time:%Y-%m-%d %H:%M}Z") for time in times]
    work(team, *words, *options[0])  # fills the cache
    quiet = work(team, *words, *options[1])
    assert len(quiet.files) <= files + MARGIN, quiet.files
    assert len(quiet.templates) <= passes * len(shipped.templates("templates")), quiet.templates
    assert len(quiet.git) <= git + MARGIN, quiet.git
    assert len(quiet.compiled) <= compiled, quiet.compiled
    assert quiet.heavy <= {*heavy}
