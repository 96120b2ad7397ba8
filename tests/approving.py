"""A team that writes, approves and merges: a remote in real git, pull requests on a small GitHub, a clone beside."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from cmflow import git
from tests.github.hub import TEAM, Hub
from tests.repository import places


@dataclass
class Team:
    """`work` is where people write; `here` is a clone that sees only what the remote has."""

    folder: Path
    hub: Hub
    heads: dict[int, str] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def here(self) -> git.Repository:
        root = self.folder / "here"
        return git.Repository(root, root / ".git/objects")

    def start(self, files: places.Files) -> None:
        """Main, with these files, on the remote."""
        remote = self.folder / "remote.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "--template=", str(remote)], check=True)
        places.run(remote, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub has it
        self.work.mkdir()
        places.run(self.work, "init", "-q", "-b", "main", "--template=")
        places.run(self.work, "remote", "add", "origin", remote.as_uri())
        self._commit(files, "Begin")
        self._push("main")

    def propose(self, number: int, *changes: places.Files, author: str = "ana") -> str:
        """A pull request with a commit for each of the changes; the last of them."""
        places.run(self.work, "checkout", "-q", "-B", f"post-{number}", self.heads.get(number, "main"))
        for files in changes:
            commit = self._commit(files, f"Write for {number}")
            self.hub.written.setdefault(number, []).append((commit, author))
        self.heads[number] = places.run(self.work, "rev-parse", "HEAD")
        began = places.run(self.work, "merge-base", "main", "HEAD")
        place = {"ref": "main", "sha": began, "repo": {"full_name": TEAM}}
        self.hub.pull(number, self.heads[number], head=f"post-{number}", user={"login": author}, base=place)
        self._push(f"+HEAD:refs/pull/{number}/head")
        places.run(self.work, "checkout", "-q", "main")
        return self.heads[number]

    def approve(self, number: int, by: str, state: str = "APPROVED", commit: str = "", rights: str = "write") -> None:
        self.hub.people[by] = rights
        self.hub.reviewed(number, by, state, commit or self.heads[number])

    def merge(self, number: int, how: str = "merge") -> str:
        """Merge it the way that somebody chose on the page; what main is then."""
        branch, said = f"post-{number}", f"Merge pull request #{number} from {TEAM}/post-{number}"
        if how == "merge":
            places.run(self.work, "merge", "-q", "--no-ff", "-m", said, branch)
        elif how == "squash":
            places.run(self.work, "merge", "-q", "--squash", branch)
            places.run(self.work, "commit", "-q", "-m", f"A post (#{number})")
        else:
            places.run(self.work, "cherry-pick", "--keep-redundant-commits", f"main..{branch}")
        main = places.run(self.work, "rev-parse", "HEAD")
        self.hub.pulls[number] |= {"state": "closed", "merged_at": "2026-11-20T13:00:00Z", "merge_commit_sha": main}
        self.hub.of_commit[main] = [number]
        self._push("main")
        return main

    def change(self, files: places.Files, said: str = "Change") -> None:
        """Straight on main."""
        self._commit(files, said)
        self._push("main")

    def clone(self, *options: str) -> git.Repository:
        places.run(self.folder, "clone", "-q", *options, (self.folder / "remote.git").as_uri(), "here")
        return self.here

    def _commit(self, files: places.Files, said: str) -> str:
        places.write(self.work, files)
        places.run(self.work, "add", "-A")
        places.run(self.work, "commit", "-q", "-m", said)
        return places.run(self.work, "rev-parse", "HEAD")

    def _push(self, what: str) -> None:
        places.run(self.work, "push", "-q", "origin", what)
