"""What most commands start with: which repository, read from the folder or from a commit."""

import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import click

from cmflow import entries, git, site, source
from cmflow import ledger as ledgers
from cmflow.cache import Cache, code_digest
from cmflow.due import Open, Row, still_open
from cmflow.errors import GitError, SourceError
from cmflow.ledger import Ledger, Snapshot
from cmflow.model import Entry
from cmflow.site import Content

AHEAD = timedelta(days=2)  # what is open is looked up this far ahead, so that the next runs find it ready


@dataclass(frozen=True)
class Opened:
    """A content repository at `root`; `repository` is its git, None where there is none."""

    root: Path
    repository: git.Repository | None
    cache: Cache

    @cached_property
    def folder(self) -> Content:
        """The content as it stands in the folder."""
        return site.open_content(source.folder(self.root, self.repository), shipped("templates"), self.cache)

    @cached_property
    def commit(self) -> Content:
        """The content as it is committed, which is what gets published."""
        repository = self.sure_repository
        return site.open_content(source.commit(repository, repository.head()), shipped("templates"), self.cache)

    @property
    def sure_repository(self) -> git.Repository:
        """The repository, or GitError for what cannot be done without one."""
        if self.repository is None:
            git.discover(self.root)  # says why there is none
            raise SourceError(
                f"{self.root} lies inside another git repository.",
                "Publishing needs the content at the top of its own repository: git init here, or move content/ up.",
            )
        return self.repository

    def ledger(self, branch: str) -> Ledger:
        """The ledger on that branch; the rehearsal's stays on this machine."""
        repository = self.sure_repository
        remote = "" if branch == ledgers.REHEARSAL else _remote(repository)
        return Ledger(repository, branch, remote)

    def snapshot(self, branch: str) -> Snapshot:
        """What the ledger here remembers; nothing where there is no git."""
        if self.repository is None:
            return Snapshot(None, {})
        return ledgers.read(self.ledger(branch))

    def due(self, until: datetime) -> Open:
        """What is committed and not over: due until then, or begun.

        Looked up first by the trees it was found in: where nothing changed, nothing is read.
        """
        repository, state = self.sure_repository, self.ledger(ledgers.BRANCH)
        trees = repository.objects("HEAD:content", f"refs/heads/{ledgers.BRANCH}")
        key = sha256(" ".join((code_digest(), *trees)).encode()).hexdigest()[:16]
        kept = self.cache.load(f"due-{key}")
        if not kept or kept["until"] < until.timestamp():
            found = still_open(self.commit, state, self.cache, until + AHEAD)
            kept = {"rows": found.rows, "until": found.until, "then": found.then, "twice": sorted(found.twice)}
            self.cache.save(f"due-{key}", kept)
        rows = [Row(*row) for row in kept["rows"]]
        now = tuple(row for row in rows if row.due <= until.timestamp())
        then = next((row.due for row in rows if row.due > until.timestamp()), kept["then"])
        return Open(now, until.timestamp(), then, frozenset(kept["twice"]))

    def templates(self, folder: str) -> dict[str, str]:
        """The templates in that folder, by path: the repository's own over those that come with cmflow."""
        own = self.folder.templates.sources
        return {**shipped(folder), **{path: text for path, text in own.items() if path.startswith(f"{folder}/")}}

    def entries(self, content: Content) -> tuple[Entry, ...]:
        """An entry for every post, with progress shown where somebody is looking."""
        if not sys.stderr.isatty():
            return entries.load(content, self.cache)
        with click.progressbar(length=len(content.post_paths), label="Reading posts", file=sys.stderr) as bar:
            return entries.load(content, self.cache, lambda done, _of: bar.update(done - bar.pos))


def opened(root: str | None) -> Opened:
    """The repository that --root names, or that the working folder lies in."""
    found = Path(root).absolute() if root else site.root_of(Path.cwd())
    return Opened(found, _repository(found), Cache(Path(os.environ.get("CMFLOW_CACHE") or found / ".cmflow" / "cache")))


def _remote(repository: git.Repository) -> str:
    """The remote that holds the ledger: `origin`, else the only one; "" where there is none."""
    remotes = repository.remotes()
    return "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""


def _repository(root: Path) -> git.Repository | None:
    try:
        repository = git.discover(root)
    except GitError:
        return None
    return repository if repository.root.resolve() == root.resolve() else None


def shipped(folder: str) -> dict[str, str]:
    """The templates that come with cmflow, by path: from the installed package, else from its source tree."""
    inside = files("cmflow") / "templates"
    top = Path(str(inside)) if inside.is_dir() else Path(__file__).parents[2] / "templates"
    base = top.parent
    return {
        path.relative_to(base).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((base / folder).rglob("*"))
        if path.is_file()
    }
