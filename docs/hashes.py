"""Writes `requirements.txt`: what the action installs, each file by its hash. Run it when `constraints.txt` changes.

    python docs/hashes.py

The versions are those of `constraints.txt`; pip says which files they are on each machine that the action may run on.
"""

import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = ("2_17", "2_28", "2_34")
MACHINES = (
    *(tuple(f"manylinux_{version}_{kind}" for version in GLIBC) for kind in ("x86_64", "aarch64")),
    ("macosx_14_0_arm64", "macosx_15_0_arm64"),
)
HEAD = """\
# What the action installs (action.yml): the versions of constraints.txt, with the hash of every file that each may be.
# Made by `python docs/hashes.py`.
"""


def wanted() -> list[str]:
    """What cmflow asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return list(project["project"]["dependencies"])


def resolved(python: str, machine: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each package as `name==version`, with the hash of its file there."""
    with TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "pip", "--no-input", "--quiet", "install", "--dry-run", "--ignore-installed"]
        where = [f"--platform={platform}" for platform in machine]
        limits = [f"--python-version={python}", "--only-binary=:all:", f"--target={folder}"]
        rest = [f"--constraint={ROOT / 'constraints.txt'}", f"--report={folder}/report.json", *wanted()]
        subprocess.run([*words, *where, *limits, *rest], check=True)
        report = json.loads(Path(folder, "report.json").read_text("utf-8"))
    for package in report["install"]:
        known = package["metadata"]
        yield f"{known['name']}=={known['version']}", package["download_info"]["archive_info"]["hashes"]["sha256"]


def main() -> None:
    hashes = defaultdict[str, set[str]](set)
    for python, machine in product(PYTHONS, MACHINES):
        for package, digest in resolved(python, machine):
            hashes[package].add(digest)
    lines = [
        " \\\n    ".join((package, *(f"--hash=sha256:{digest}" for digest in sorted(hashes[package]))))
        for package in sorted(hashes, key=str.lower)
    ]
    (ROOT / "requirements.txt").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
