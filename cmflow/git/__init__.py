"""The only door to git: every query to the repository, and every commit that cmflow makes itself.

Commits are built in the object store alone; the work tree, the index and HEAD are never touched and no hook runs.
Paths are `/`-separated text; bytes that are not UTF-8 survive as surrogate escapes.
"""

import os
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from cmflow.git import batch, filters, objects, program, refs, settings
from cmflow.git.answers import Answer, Answers
from cmflow.git.objects import Patch
from cmflow.git.program import text
from cmflow.model.errors import GitError, LostRace
from cmflow.values import dataclass

POINTER = 1024  # bytes that a Git LFS pointer has at most
_ATTRIBUTES = (*program.GIT, "check-attr", "-a", "-z", "--stdin")
_IGNORED = (*program.PLAIN, "check-ignore", "-v", "-z", "--stdin")

# How git, or the remote, words a push that lost a race.
_RACES = ("[rejected]", "(fetch first)", "non-fast-forward", "incorrect old value", "cannot lock ref",
          "failed to update ref", "reference already exists", "but expected", "remote ref updated since")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a work tree at `root`; `store` is the folder of its objects.

    `answers` is for commands that only look: what a name stands for, what a setting says and
    which files a commit has is asked once.
    """

    root: Path
    store: Path
    answers: Answers | None = field(default=None, compare=False, repr=False, kw_only=True)

    def still(self) -> "Repository":
        """The same for a command that only looks; what this object does to a branch is seen all the same."""
        return replace(self, answers=Answers())

    def prefetch(self) -> Callable[[], None]:
        """Start to list branches and settings, which most commands that only look need; return what waits for it."""
        if self.answers is None:
            return lambda: None
        self.answers.start(self.root, refs.LIST, settings.LIST)
        return self.answers.wait

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> str:
        """The commit that is checked out, on a branch or detached."""
        commit = self.resolve("HEAD")
        if commit is None:
            raise GitError("The repository has no commit yet.", "Commit your content first: git add . && git commit")
        return commit

    def resolve(self, rev: str) -> str | None:
        """The commit that `rev` names; None if there is none."""
        return self.once(f"commit {rev}", lambda: self._resolve(rev))

    def _resolve(self, rev: str) -> str | None:
        if refs.is_odd(rev):
            return None
        if self.answers is not None and (rev == "HEAD" or refs.is_listed(rev)):
            ref = self._refs().head if rev == "HEAD" else rev
            if ref:
                return self._refs().commits.get(ref)
        code, out, _ = program.run(
            self.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"]
        )
        return out.decode().strip() if code == 0 else None

    def _refs(self) -> refs.Refs:
        return self.once("refs", lambda: refs.read(text(self._ask(*refs.LIST))))

    def tip(self, branch: str) -> str | None:
        return self.resolve(f"refs/heads/{branch}")

    def remotes(self) -> tuple[str, ...]:
        return settings.remotes(self._settings())

    def address(self, remote: str) -> str:
        """The URL of a remote from git's settings, "" if not set. It may contain a password."""
        return self._setting(f"remote.{remote}.url")

    def branch(self) -> str:
        """The branch that is checked out, "" if HEAD is detached."""
        if self.answers is not None and (head := self._refs().head):
            return head.removeprefix("refs/heads/")
        code, out, _ = program.run(self.root, ["symbolic-ref", "--short", "--quiet", "HEAD"])
        return text(out).strip() if code == 0 else ""

    def upstream(self) -> tuple[str, str]:
        """The remote and the branch that the checked-out branch tracks; ("", "") if it tracks none."""
        branch = self.branch()
        remote, merge = (self._setting(f"branch.{branch}.{name}") for name in ("remote", "merge"))
        return (remote, merge.removeprefix("refs/heads/")) if branch and remote and merge else ("", "")

    def shallow(self) -> bool:
        return (self.store.parent / "shallow").exists()

    def boundary(self) -> frozenset[str]:
        """The commits at which a shallow clone is cut: their parents, and so what they changed, are not available."""
        if not self.shallow():
            return frozenset()
        return frozenset((self.store.parent / "shallow").read_text().split())

    def log(self, *arguments: str) -> bytes:
        """What `git log` prints for these arguments, whatever the user's settings ask it to add."""
        plain = ("--no-show-signature", "--no-color", "--no-notes", "--no-ext-diff", "--no-textconv", "--root")
        return self._ask("log", "--encoding=UTF-8", *plain, *arguments)

    def is_ancestor(self, older: str, newer: str) -> bool:
        return program.run(self.root, ["merge-base", "--is-ancestor", older, newer])[0] == 0

    def merge_base(self, first: str, second: str) -> str | None:
        code, out, _ = program.run(self.root, ["merge-base", first, second])
        return out.decode().strip() if code == 0 else None

    def tree(self, rev: str, *paths: str) -> Mapping[str, tuple[str, str]]:
        """Every file of a commit, below `paths` if given: path → (mode, blob id). Submodules are left out."""
        return self.once(f"tree {rev} {paths}", lambda: self._tree(rev, *paths))

    def _tree(self, rev: str, *paths: str) -> dict[str, tuple[str, str]]:
        out = self._ask("ls-tree", "-r", "-z", "--full-tree", rev, "--", *paths)
        rows = (entry.split("\t", 1) for entry in text(out).split("\0") if entry)
        return {path: (head[:6], head.rsplit(" ", 1)[1]) for head, path in rows if head[7:11] == "blob"}

    def paths(self, rev: str, *paths: str) -> list[str]:
        """The files of a commit, below `paths` if given."""
        return text(self._ask("ls-tree", "-r", "-z", "--full-tree", "--name-only", rev, "--", *paths)).split("\0")[:-1]

    def objects(self, *names: str) -> tuple[str, ...]:
        """The ids of the objects with these names (`HEAD:content`), "" for a name that does not exist."""
        return self.once(f"objects {names}", lambda: self._objects(*names))

    def _objects(self, *names: str) -> tuple[str, ...]:
        if not any(map(self._is_absent, names)):
            code, out, _ = program.run(self.root, ["rev-parse", "--revs-only", *names])
            if code == 0 and len(ids := out.decode().split()) == len(names):
                return tuple(ids)
        return (self.objects(*names[:1]) + self.objects(*names[1:])) if len(names) > 1 else ("",)

    def _is_absent(self, name: str) -> bool:
        """Whether no such object can be there: the name is odd, or of a branch that is known not to be."""
        ref = name.partition(":")[0]
        return refs.is_odd(name) or (self.answers is not None and refs.is_listed(ref) and not self.resolve(ref))

    def ignored(self, paths: Iterable[str]) -> dict[str, str]:
        """The paths that git ignores, each with the rule's position: `.gitignore:3`."""
        fields = text(program.ask(self.root, _IGNORED, paths)()).split("\0")
        rows = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
        return {path: f"{file}:{line}" for file, line, pattern, path in rows if not pattern.startswith("!")}

    def converted(self, paths: Iterable[str]) -> Callable[[], frozenset[str]]:
        """Start to look for the files whose line ends git may convert, so that its bytes differ from the folder's, and
        return what waits for them."""
        names = list(paths)
        answer = program.ask(self.root, _ATTRIBUTES, names)

        def end() -> frozenset[str]:
            setting = self._setting("core.autocrlf").lower()
            usual = {} if setting in ("", "false", "no", "off", "0") else {"text": "auto"}
            attributes = filters.read(text(answer()))
            candidates = names if usual else [*attributes]  # most files have no attributes
            return frozenset(
                path for path in candidates if filters.converts_lines({**usual, **attributes.get(path, {})})
            )

        return end

    def filtered(self, paths: Iterable[str]) -> frozenset[str]:
        """The files that pass through a filter on checkout, such as Git LFS or git-crypt."""
        attributes = self._filters(paths)
        return frozenset(path for path in attributes if filters.has_filter(attributes[path]))

    def encoded(self, paths: Iterable[str]) -> frozenset[str]:
        """The files that git keeps as UTF-8, and writes in another encoding on checkout."""
        attributes = self._filters(paths)
        return frozenset(path for path in attributes if filters.is_encoded(attributes[path]))

    def _filters(self, paths: Iterable[str]) -> Mapping[str, filters.Attributes]:
        """The attributes of each path that has any; none where no file of attributes mentions a filter."""
        names = list(paths)
        name = "core.attributesFile"
        command = ["config", "--get", "--type=path", name]
        own = text(program.run(self.root, command)[1]).strip() if self._setting(name) else ""
        written = (self.root / path for path in (".gitattributes", *names) if path.endswith(".gitattributes"))
        if not filters.mention_filters((*written, *filters.repository_files(self.store.parent, own))):
            return {}
        return self._attributes(names)

    def _setting(self, name: str) -> str:
        return settings.value(self._settings(), name)

    def _settings(self) -> settings.Settings:
        return self.once("settings", lambda: settings.read(text(self._ask(*settings.LIST))))

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """The answer, asked once where this object is for looking only."""
        return ask() if self.answers is None else self.answers.once(question, ask)

    def _changed(self) -> None:
        if self.answers is not None:
            self.answers.forget()

    def _attributes(self, paths: Iterable[str]) -> dict[str, dict[str, str]]:
        """The attributes of each path that has any."""
        return filters.read(text(program.ask(self.root, _ATTRIBUTES, paths)()))

    def contents(self, files: Iterable[tuple[str, str]], through: Collection[str]) -> Iterator[bytes]:
        """The bytes of each (path, blob id) as in a checkout; the paths in `through` pass through their filter.

        Where the filter fails (Git LFS is not installed, a file was not fetched) the bytes are git's own.
        """
        requests = list(files)
        for (path, oid), (_, data) in zip(requests, self.read(oid for _, oid in requests), strict=True):
            content = filters.lfs_object(self.store.parent, data) if path in through else data
            if content is None:
                code, out, _ = program.run(self.root, ["cat-file", "--filters", f"--path={path}", oid], program.REMOTE)
                content = out if code == 0 else data
            yield content

    def large(self, files: Iterable[tuple[str, str]], through: Collection[str], least: int) -> Mapping[str, Path | int]:
        """Of these (path, blob id), those that have so many bytes: the size of git's own bytes, or, of what Git LFS
        keeps, where it lies."""
        requests = list(files)
        found: dict[str, Path | int] = {}
        sizes = self._sizes(oid for _, oid in requests)
        pointers = [(path, oid) for path, oid in requests if path in through and sizes.get(oid, 0) < POINTER]
        for (path, _), (_, data) in zip(pointers, self.read(oid for _, oid in pointers), strict=True):
            file = filters.lfs_file(self.store.parent, data)
            if file and file.stat().st_size >= least:
                found[path] = file
        plain = ((path, sizes.get(oid, 0)) for path, oid in requests if path not in through)
        return found | {path: size for path, size in plain if size >= least}

    def _sizes(self, oids: Iterable[str]) -> Mapping[str, int]:
        """Of each object that is here."""
        import tempfile

        with tempfile.TemporaryFile() as questions:
            questions.write("".join(f"{oid}\n" for oid in oids).encode())
            questions.seek(0)
            check = "--batch-check=%(objectname) %(objectsize)"
            with program.start(self.root, ["cat-file", check, "--buffer"], questions) as process:
                rows = [line.split() for line in process.communicate()[0].decode().splitlines()]
        return {oid: int(size) for oid, size in rows if size.isdecimal()}

    def copy(self, oid: str, file: Path) -> None:
        """Write the bytes of an object to a file, without holding them. Raises GitError where it is not here."""
        import shutil

        with file.open("wb") as out, program.start(self.root, ["cat-file", "blob", oid], subprocess.DEVNULL) as process:
            assert process.stdout is not None
            shutil.copyfileobj(process.stdout, out)
        if process.returncode:
            raise GitError(f"The repository lacks the object {oid}.", "The clone is damaged: run git fsck, or clone.")

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The id and bytes of each object, in the order of `oids`, from one git process."""
        import tempfile

        with tempfile.TemporaryFile() as questions:  # a file, not a pipe: git may answer before it has read all
            questions.write("".join(f"{oid}\n" for oid in oids).encode())
            questions.seek(0)
            with program.start(self.root, ["cat-file", "--batch", "--buffer"], questions) as process:
                assert process.stdout is not None
                try:
                    yield from batch.read(process.stdout)
                finally:
                    process.kill()

    def changed(self, older: str | None, newer: str) -> dict[str, str | None]:
        """The files in which two commits differ: path → blob id in the newer one, None if it was deleted."""
        if older is None:
            return {path: oid for path, (_, oid) in self.tree(newer).items()}
        fields = text(self._ask("diff-tree", "-r", "-z", "--no-renames", older, newer)).split("\0")
        rows = zip(fields[::2], fields[1::2], strict=False)
        return {path: None if head.endswith(" D") else head.split(" ")[3] for head, path in rows}

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────

    def make_commit(
        self, changes: Mapping[str, Patch], message: str, parent: str | None, time: datetime, merged: str = ""
    ) -> str:
        """A commit on `parent` with files added, replaced, edited or (None) removed; no branch points to it yet. The
        history of `merged` is a second parent's; no file of that is taken."""
        try:
            with ExitStack() as stack:

                def start() -> tuple[IO[bytes], IO[bytes]]:
                    process = stack.enter_context(program.start(self.root, ["cat-file", "--batch"], subprocess.PIPE))
                    assert process.stdin is not None and process.stdout is not None
                    stack.callback(process.stdin.close)
                    return process.stdin, process.stdout

                return objects.commit(objects.Store(self.store, start), changes, message, parent or "", time, merged)
        except OSError as error:
            raise GitError(f"The repository cannot be written: {error.strerror}.", f"Check {self.store}.") from error

    def move(self, ref: str, new: str, old: str | None) -> None:
        """Move a ref from `old` (None: it must not exist) to `new`. Raises LostRace if it points elsewhere."""
        self._changed()
        code, _, err = program.run(self.root, ["update-ref", ref, new, old or "0" * len(new)])
        if code and any(word in err for word in ("but expected", "already exists", "unable to resolve reference")):
            raise LostRace(f"Another run has moved {ref} in the meantime.")
        if code:
            raise program.error(self.root, err)
        folder = (self.store.parent / ref).parent
        if folder.is_dir():  # git makes the file last, not its name
            _settle(folder)

    def commit_files(
        self, branch: str, changes: Mapping[str, Patch], message: str, parent: str | None, time: datetime
    ) -> str:
        """Commit on top of `branch`. Raises LostRace if the branch is not at `parent`."""
        commit = self.make_commit(changes, message, parent, time)
        self.move(f"refs/heads/{branch}", commit, parent)
        return commit

    def forget(self, branch: str) -> None:
        """Delete a local branch, if it exists."""
        self._changed()
        program.run(self.root, ["update-ref", "-d", f"refs/heads/{branch}"])

    # ── the remote ──────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, remote: str, branch: str) -> str | None:
        """The remote's tip of `branch` (or `refs/…`) with all its objects; None if the remote has no such branch."""
        ref = f"refs/remotes/{remote}/{branch}"
        # A shallow clone (CI) fetches only the newest commit the first time.
        depth = ["--depth=1"] if self.shallow() and self.resolve(ref) is None else []
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *depth]
        command = ["fetch", *options, "--end-of-options", remote, f"+{refs.full(branch)}:{ref}"]
        code, _, err = program.run(self.root, command, program.REMOTE)
        self._changed()
        if code and "couldn't find remote ref" in err:
            return None
        if code and "cannot lock ref" not in err:  # another fetch was faster: its result is as good
            raise program.error(self.root, err)
        return self.resolve(ref)

    def push(self, remote: str, oid: str, branch: str) -> None:
        """Fast-forward the remote's `branch` (or `refs/…`) to `oid`. Raises LostRace if that is not possible."""
        command = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"]
        code, out, err = program.run(self.root, [*command, "--", remote, f"{oid}:{refs.full(branch)}"], program.REMOTE)
        output = out.decode(errors="replace") + err
        if code and any(word in output.lower() for word in _RACES) and "declined" not in output:
            raise LostRace(f"Another run has pushed {branch} in the meantime.")
        if code:
            raise program.error(self.root, output)

    def _ask(self, *arguments: str) -> bytes:
        ended = self.answers.result(arguments) if self.answers is not None else None
        code, out, err = ended or program.run(self.root, arguments)
        if code:
            raise program.error(self.root, err)
        return out


def discover(folder: Path) -> Repository:
    """The repository that contains `folder`. Raises GitError if there is none."""
    if not folder.is_dir():
        raise GitError(f"{folder} is not a folder.", "Change to your content repository.")
    code, out, err = program.run(folder, ["rev-parse", "--show-toplevel", "--git-path", "objects"])
    if code and "must be run in a work tree" in err:
        raise GitError(f"{folder} is a bare repository: it has no files.", "Use a clone of it.")
    if code:
        raise program.error(folder, err)
    root, store = os.fsdecode(out).rstrip("\n").rsplit("\n", 1)
    return Repository(Path(root), (folder / store).absolute())


def create(folder: Path) -> bool:
    """Create a repository in `folder`; False if it is already in one. Raises GitError if git is not installed."""
    if program.run(folder, ["rev-parse", "--git-dir"])[0] == 0:
        return False
    code, _, err = program.run(folder, ["init", "--quiet", "--initial-branch=main"])
    if code:
        raise program.error(folder, err)
    return True


def _settle(folder: Path) -> None:
    """Flush a folder's entries to disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
