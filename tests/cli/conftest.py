"""A small content repository in a real git, and a way to run commands in it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow.cli import main
from cmflow.netkit import network

PLAN = """\
---
brand: Harbour Café
timezone: Europe/Paris
language: en
late: 6h
rules: {alt_text: yes, hours: "08:00-20:00", min_gap: 30m}
accounts:
  news:
    network: mastodon
    options: {instance: https://social.example}
    slots: [mon 09:30, thu 17:00]
    tags: [harbour]
  short:
    network: x
    tone: One fact
  practice:
    network: outbox
groups: {all: [news, short]}
pillars: {menu: {share: 60}, people: {share: 40}}
campaigns: {summer: {starts: 2026-06-01, ends: 2026-08-31, aim: A full terrace}}
---
Our plan.
"""

POST = """\
---
title: The terrace opens
date: 2026-06-01 09:30
accounts: [all]
campaign: summer
pillar: menu
tags: [terrace]
---
The terrace is **open** again ☀️ See you at https://harbour.example/terrace
"""


LOAD = network.load


def _silent(name: str) -> network.Network[Any]:
    """The network, but nothing can be published there; the outbox is as it is."""
    found = LOAD(name)
    return found if name == "outbox" else replace(found, connect=None, publish=None)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A content repository at `root`; `run` runs a command in it."""

    root: Path
    run: Callable[..., Result]

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def post(self, name: str, body: str = "", **keys: str) -> Path:
        """A post with the least front matter, and what `keys` add or change; each has a day and words of its own."""
        day = datetime(2026, 6, 2) + timedelta(days=len([*self.root.glob("content/posts/*.md")]))
        head = {"title": name, "date": f"{day:%Y-%m-%d} 09:30", "accounts": "[news]"} | keys
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        return self.write(f"content/posts/{name}.md", f"---\n{lines}---\n{body or name}\n")

    def soon(self, name: str, minutes: float = -5, body: str = "", **keys: str) -> Path:
        """A post for the folder account, due that many minutes from now."""
        date = f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}Z"
        return self.post(name, body, **({"date": date, "accounts": "[practice]"} | keys))

    def with_one(self, name: str) -> "Place":
        """The same place with one post, which is sent."""
        (self.root / "content/posts/terrace.md").unlink()
        self.soon(name)
        self.commit()
        assert self.run("publish").code == 0
        return self

    @property
    def outbox(self) -> list[str]:
        """What was sent to the folder account, and in the rehearsal."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(".cmflow/**/*.txt"))

    def git(self, *words: str) -> str:
        quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", *who, *words], cwd=self.root, env=quiet, check=True, capture_output=True, text=True
        )
        return done.stdout

    def commit(self) -> None:
        """Commit all there is."""
        self.git("add", "-A")
        self.git("commit", "-qm", "Write posts")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    def call(*words: str) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(words)
        out, err = capsys.readouterr()
        return Result(int(left.value.code or 0), out, err)

    return call


@pytest.fixture
def bare(tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder with a plan and one post, and no git."""
    for name in [name for name in os.environ if name.startswith(("CMFLOW_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(network, "load", _silent)
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, run)
    place.write("content/plan.md", PLAN)
    place.write("content/posts/terrace.md", POST)
    return place


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the same plan and post, made once."""
    place = Place(tmp_path_factory.mktemp("committed"), lambda: Result(0, "", ""))
    place.write("content/plan.md", PLAN)
    place.write("content/posts/terrace.md", POST)
    place.write(".gitignore", ".cmflow/\n_site/\n")
    place.git("init", "-q", "--template=")
    place.commit()
    return place.root


@pytest.fixture
def place(bare: Place, committed: Path) -> Place:
    """The same folder, committed in a git of its own."""
    shutil.copytree(committed, bare.root, dirs_exist_ok=True)
    return bare
