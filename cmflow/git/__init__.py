"""The one door to git: every question to the repository, and every commit that cmflow makes itself.

Commits are built in the object store alone; the work tree, the index and HEAD are never touched and no hook runs.
Paths are `/`-separated text; bytes that are not UTF-8 survive as surrogate escapes.
"""

import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from cmflow.git import batch, filters, objects, worktree
from cmflow.git.worktree import WorkTree
from cmflow.model.errors import GitError, LostRace

LOCAL, REMOTE = 120.0, 180.0  # seconds that git may take, at home and over the wire

# Variables that would point git at another repository than the folder says (`git rev-parse --local-env-vars`).
_LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
_QUIET = {"LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat"}
_SETTINGS = (
    # What a repository that somebody unpacked may have us run: hooks, a monitor of files, a program for signatures.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "log.showSignature=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.fsync=reference",
)
_PLAIN = ("git", *(word for setting in _SETTINGS for word in ("-c", setting)))
_GIT = (*_PLAIN, "--literal-pathspecs")

# What git says (in any letter case) → what happened, what to do. `{lock}` is the file git names. First match wins.
_SAYINGS = (
    ("dubious ownership", "git does not trust this folder: it belongs to another user.",
     "If you trust it, run: git config --global --add safe.directory '{root}'"),
    ("not a git repository", "{root} is not inside a git repository.",
     "Go into your content repository, or make one with `git init`."),
    (".lock': file exists", "Another git program is at work in this repository, or one was killed there.",
     "Wait until it is done. If none is running, delete {lock} and try again."),
    ("shallow update not allowed", "The remote does not take commits from a shallow clone.",
     "Fetch the whole history: git fetch --unshallow"),
    ("permission denied (publickey", "The remote does not know our key.",
     "Check that the SSH key of this machine may write to the repository."),
    ("authentication failed", "The remote does not accept our credentials.", "Check the token or password git uses."),
    ("could not read username", "The remote asks who we are, and git has no credentials for it.",
     "Give git a token, or in a workflow `permissions: contents: write`."),
    ("the requested url returned error: 403", "The remote does not let us do that.",
     "In a workflow, give the job `permissions: contents: write`."),
    ("protected branch", "The remote protects that branch against us.",
     "Let the publishing job write to the ledger's branch: it needs no protection."),
    ("hook declined", "The remote refused the push: a hook or a rule there declined it.",
     "Let the publishing job write to the ledger's branch."),
    ("could not resolve host", "The remote cannot be reached.", "Check the network, and the address: git remote -v"),
    ("does not appear to be a git repository", "There is no such remote.", "Check the address: git remote -v"),
    ("could not read from remote", "The remote cannot be reached.", "Check the network and the address: git remote -v"),
    ("unable to access", "The remote cannot be reached.", "Check the network, and the address: git remote -v"),
    ("no space left", "The disk is full.", "Make room and run again: nothing half-written is used."),
    ("read-only file system", "The repository's folder is read-only.", "Run cmflow where it may write to .git."),
    ("permission denied", "The repository's folder may not be written by us.", "Check who owns the folder .git."),
    ("insufficient permission", "The repository may not be written by us.", "Check who owns the folder .git."),
    ("does not have any commits yet", "The repository has no commit yet.", "Commit your content first: git commit"),
)  # fmt: skip
# A push that lost against another one, as the porcelain or the other side words it.
_RACES = ("[rejected]", "(fetch first)", "non-fast-forward", "incorrect old value", "cannot lock ref",
          "failed to update ref", "reference already exists", "but expected", "remote ref updated since")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a work tree at `root`; `store` is the folder of its objects."""

    root: Path
    store: Path

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> str:
        """The commit that is checked out, on a branch or detached."""
        commit = self.resolve("HEAD")
        if commit is None:
            raise GitError("The repository has no commit yet.", "Commit your content first: git add . && git commit")
        return commit

    def resolve(self, rev: str) -> str | None:
        """The commit that `rev` names, None where there is no such."""
        code, out, _ = _run(self.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"])
        return out.decode().strip() if code == 0 else None

    def tip(self, branch: str) -> str | None:
        return self.resolve(f"refs/heads/{branch}")

    def remotes(self) -> tuple[str, ...]:
        return tuple(_text(self._ask("remote")).split())

    def address(self, remote: str) -> str:
        """Where a remote is, as the settings have it; "" where they do not say. It may hold a password."""
        code, out, _ = _run(self.root, ["config", "--get", f"remote.{remote}.url"])
        return _text(out).strip() if code == 0 else ""

    def branch(self) -> str:
        """The branch that is checked out, "" where there is none."""
        code, out, _ = _run(self.root, ["symbolic-ref", "--short", "--quiet", "HEAD"])
        return _text(out).strip() if code == 0 else ""

    def upstream(self) -> tuple[str, str]:
        """The remote and its branch that the checked-out branch follows; two times "" where it follows none."""
        branch = self.branch()
        names = [f"branch.{branch}.{name}" for name in ("remote", "merge")] if branch else []
        found = [_text(_run(self.root, ["config", "--get", name])[1]).strip() for name in names]
        return (found[0], found[1].removeprefix("refs/heads/")) if all(found) and names else ("", "")

    def shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    def boundary(self) -> frozenset[str]:
        """The commits at which a shallow clone is cut: what came before them, and so what they changed, is not here."""
        if not self.shallow():
            return frozenset()
        place = os.fsdecode(self._ask("rev-parse", "--git-path", "shallow")).rstrip("\n")
        return frozenset((self.root / place).read_text().split())

    def log(self, *words: str) -> bytes:
        """What `git log` prints for these arguments, whatever the user's settings ask it to add."""
        plain = ("--no-show-signature", "--no-color", "--no-notes", "--no-ext-diff", "--no-textconv", "--root")
        return self._ask("log", "--encoding=UTF-8", *plain, *words)

    def is_ancestor(self, older: str, newer: str) -> bool:
        return _run(self.root, ["merge-base", "--is-ancestor", older, newer])[0] == 0

    def merge_base(self, one: str, other: str) -> str | None:
        code, out, _ = _run(self.root, ["merge-base", one, other])
        return out.decode().strip() if code == 0 else None

    def tree(self, rev: str, *paths: str) -> dict[str, tuple[str, str]]:
        """Every file of a commit, below `paths` where given: path → (mode, blob id). Submodules are left out."""
        out = self._ask("ls-tree", "-r", "-z", "--full-tree", rev, "--", *paths)
        rows = (entry.split("\t", 1) for entry in _text(out).split("\0") if entry)
        return {path: (head[:6], head.rsplit(" ", 1)[1]) for head, path in rows if head[7:11] == "blob"}

    def paths(self, rev: str, *paths: str) -> list[str]:
        """The files of a commit, below `paths` where given."""
        return _text(self._ask("ls-tree", "-r", "-z", "--full-tree", "--name-only", rev, "--", *paths)).split("\0")[:-1]

    def objects(self, *names: str) -> tuple[str, ...]:
        """The ids of what these names stand for (`HEAD:content`), "" where there is no such thing."""
        code, out, _ = _run(self.root, ["rev-parse", "--revs-only", *names])
        if code == 0 and len(found := out.decode().split()) == len(names):
            return tuple(found)
        return (self.objects(*names[:1]) + self.objects(*names[1:])) if len(names) > 1 else ("",)

    def work_tree(self, *paths: str) -> WorkTree:
        """How the work tree differs from the index, and the index from HEAD, below `paths` where given."""
        staged = _text(self._ask("ls-files", "-s", "-v", "-z", "--full-name", "--", *paths)).split("\0")
        status = self._ask(
            "status", "--porcelain=v2", "--branch", "--ahead-behind", "-z", "-uall", "--no-renames", "--", *paths
        )
        return worktree.read(staged, _text(status).split("\0"))

    def ignored(self, paths: Iterable[str]) -> dict[str, str]:
        """Those of the paths that git ignores, and where that is written: `.gitignore:3`."""
        words = _text(self._answer([*_PLAIN, "check-ignore", "-v", "-z", "--stdin"], paths)).split("\0")
        rows = zip(words[::4], words[1::4], words[2::4], words[3::4], strict=False)
        return {path: f"{file}:{line}" for file, line, pattern, path in rows if not pattern.startswith("!")}

    def converted(self, paths: Iterable[str]) -> frozenset[str]:
        """Those files that git may hold with other bytes than the folder, and `contents` does not: line ends."""
        setting = _run(self.root, ["config", "--get", "core.autocrlf"])[1].decode().strip().lower()
        usual = {} if setting in ("", "false", "no", "off", "0") else {"text": "auto"}
        names = list(paths)
        attributes = self._attributes(names)
        return frozenset(path for path in names if filters.ends_lines({**usual, **attributes.get(path, {})}))

    def filtered(self, paths: Iterable[str]) -> frozenset[str]:
        """Those files that pass through a filter on their way out of git: Git LFS, git-crypt, another encoding."""
        names = list(paths)
        own = _text(_run(self.root, ["config", "--get", "--type=path", "core.attributesFile"])[1]).strip()
        written = (self.root / path for path in (".gitattributes", *names) if path.endswith(".gitattributes"))
        if not filters.mentioned((*written, *filters.everywhere(self.store.parent, own))):
            return frozenset()
        return frozenset(path for path, given in self._attributes(names).items() if filters.changes(given))

    def _attributes(self, paths: Iterable[str]) -> dict[str, dict[str, str]]:
        """What .gitattributes says of each path of which it says anything."""
        words = _text(self._answer([*_GIT, "check-attr", "-a", "-z", "--stdin"], paths)).split("\0")
        attributes: dict[str, dict[str, str]] = {}
        for path, name, value in zip(words[::3], words[1::3], words[2::3], strict=False):
            attributes.setdefault(path, {})[name] = value
        return attributes

    def _answer(self, words: Sequence[str], paths: Iterable[str]) -> bytes:
        """What git prints for paths that it is given one after the other."""
        import tempfile

        with tempfile.TemporaryFile() as questions:
            questions.write("".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape"))
            questions.seek(0)
            with _open(self.root, words, questions, ()) as process:
                assert process.stdout is not None
                return process.stdout.read()

    def contents(self, files: Iterable[tuple[str, str]], through: Collection[str]) -> Iterator[bytes]:
        """The bytes of each (path, blob id) as a checkout has them; those in `through` are led through their filter.

        Where the filter fails (Git LFS is not installed, a file was not fetched) the bytes are git's own.
        """
        wanted = list(files)
        for (path, oid), (_, data) in zip(wanted, self.read(oid for _, oid in wanted), strict=True):
            near = filters.lfs_object(self.store.parent, data) if path in through else data
            if near is None:
                code, out, _ = _run(self.root, ["cat-file", "--filters", f"--path={path}", oid], REMOTE)
                near = out if code == 0 else data
            yield near

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of each object, in the order asked for, through one git process."""
        import tempfile

        with tempfile.TemporaryFile() as questions:  # a file, not a pipe: git may answer before it has read all
            questions.write("".join(f"{oid}\n" for oid in oids).encode())
            questions.seek(0)
            with _open(self.root, ["cat-file", "--batch", "--buffer"], questions) as process:
                assert process.stdout is not None
                try:
                    yield from batch.read(process.stdout)
                finally:
                    process.kill()

    def changed(self, older: str | None, newer: str) -> dict[str, str | None]:
        """The files in which two commits differ: path → blob id in the newer one, None where it is gone."""
        if older is None:
            return {path: oid for path, (_, oid) in self.tree(newer).items()}
        words = _text(self._ask("diff-tree", "-r", "-z", "--no-renames", older, newer)).split("\0")
        rows = zip(words[::2], words[1::2], strict=False)
        return {path: None if head.endswith(" D") else head.split(" ")[3] for head, path in rows}

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────

    def make_commit(self, changes: Mapping[str, bytes | None], message: str, parent: str | None, at: datetime) -> str:
        """A commit of `parent` with files added, replaced or (None) removed. No branch knows it yet."""
        try:
            with ExitStack() as stack:

                def start() -> tuple[IO[bytes], IO[bytes]]:
                    process = stack.enter_context(_open(self.root, ["cat-file", "--batch"], subprocess.PIPE))
                    assert process.stdin is not None and process.stdout is not None
                    stack.callback(process.stdin.close)
                    return process.stdin, process.stdout

                return objects.commit(objects.Store(self.store, start), changes, message, parent or "", at)
        except OSError as error:
            raise GitError(f"The repository cannot be written: {error.strerror}.", f"Check {self.store}.") from error

    def move(self, ref: str, new: str, old: str | None) -> None:
        """Set a ref from `old` (None: it must not be there) to `new`; LostRace where it is somewhere else."""
        code, _, err = _run(self.root, ["update-ref", ref, new, old or "0" * len(new)])
        if code and any(word in err for word in ("but expected", "already exists", "unable to resolve reference")):
            raise LostRace(f"Another run has moved {ref} meanwhile.")
        if code:
            raise _error(self.root, err)
        folder = (self.store.parent / ref).parent
        if folder.is_dir():  # git makes the file last, not its name
            _settle(folder)

    def commit_files(
        self, branch: str, changes: Mapping[str, bytes | None], message: str, parent: str | None, at: datetime
    ) -> str:
        """A commit on top of `branch`, which must still be at `parent`: LostRace where it is not."""
        commit = self.make_commit(changes, message, parent, at)
        self.move(f"refs/heads/{branch}", commit, parent)
        return commit

    def forget(self, branch: str) -> None:
        """Delete a local branch, if it is there."""
        _run(self.root, ["update-ref", "-d", f"refs/heads/{branch}"])

    # ── the remote ──────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, remote: str, branch: str) -> str | None:
        """The remote's tip of `branch` (or `refs/…`) with all that it needs, None where the remote has no such."""
        ref = f"refs/remotes/{remote}/{branch}"
        # A clone that is shallow anyway (CI) gets the newest commit only, the first time.
        cut = (self.store.parent / "shallow").exists()
        depth = ["--depth=1"] if cut and self.resolve(ref) is None else []
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *depth]
        words = ["fetch", *options, "--end-of-options", remote, f"+{_ref(branch)}:{ref}"]
        code, _, err = _run(self.root, words, REMOTE)
        if code and "couldn't find remote ref" in err:
            return None
        if code and "cannot lock ref" not in err:  # another fetch here was quicker: its answer is as good
            raise _error(self.root, err)
        return self.resolve(ref)

    def push(self, remote: str, oid: str, branch: str) -> None:
        """Move the remote's `branch` (or `refs/…`) forward to `oid`; LostRace where that would not be forward."""
        words = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"]
        code, out, err = _run(self.root, [*words, "--", remote, f"{oid}:{_ref(branch)}"], REMOTE)
        said = out.decode(errors="replace") + err
        if code and any(word in said.lower() for word in _RACES) and "declined" not in said:
            raise LostRace(f"Another run has pushed {branch} meanwhile.")
        if code:
            raise _error(self.root, said)

    def _ask(self, *words: str) -> bytes:
        code, out, err = _run(self.root, list(words))
        if code:
            raise _error(self.root, err)
        return out


def discover(folder: Path) -> Repository:
    """The repository that `folder` is in."""
    if not folder.is_dir():
        raise GitError(f"{folder} is not a folder.", "Go into your content repository.")
    code, out, err = _run(folder, ["rev-parse", "--show-toplevel", "--git-path", "objects"])
    if code and "must be run in a work tree" in err:
        raise GitError(f"{folder} is a bare repository: it has no files.", "Use a clone of it.")
    if code:
        raise _error(folder, err)
    root, store = os.fsdecode(out).rstrip("\n").rsplit("\n", 1)
    return Repository(Path(root), (folder / store).absolute())


def create(folder: Path) -> bool:
    """A new repository in `folder`; False where it already lies in one. Raises GitError where git is not there."""
    if _run(folder, ["rev-parse", "--git-dir"])[0] == 0:
        return False
    code, _, err = _run(folder, ["init", "--quiet", "--initial-branch=main"])
    if code:
        raise _error(folder, err)
    return True


# ── the program ─────────────────────────────────────────────────────────────────────────────────────────────


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _LOCAL_VARIABLES} | _QUIET


def _open(
    folder: Path, words: Sequence[str], stdin: int | IO[bytes], git: Sequence[str] = _GIT
) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches cmflow, which then still needs git to write down what happened.
    try:
        return subprocess.Popen(
            [*git, *words],
            cwd=folder,
            env=_environment(),
            bufsize=1 << 16,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if stdin == subprocess.DEVNULL else subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed, or not in PATH.", "Install git 2.30 or newer.") from error


def _run(folder: Path, words: Sequence[str], seconds: float = LOCAL) -> tuple[int, bytes, str]:
    """Exit code, what it printed, and what it complained about."""
    with _open(folder, words, subprocess.DEVNULL) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {words[0]} gave no answer in {seconds:.0f} seconds.", "Try again later.") from error
        finally:
            if process.returncode is None:
                process.terminate()  # not kill: git then takes its lock files away
    return process.returncode, out, err.decode(errors="replace")


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _converts(attributes: Mapping[str, str]) -> bool:
    """Whether a file with these attributes need not be the same in git and in the folder."""
    ends = attributes.get("text", attributes.get("crlf", attributes.get("eol", "unset")))
    others = (attributes.get(name, "unset") for name in ("filter", "ident", "working-tree-encoding"))
    return any(value not in ("unset", "unspecified", "false") for value in (ends, *others))


def _changed(status: str) -> Iterator[tuple[str, bool]]:
    """Decode `status --porcelain=v2 -z --no-renames`: path and whether there is a file, for what differs."""
    fields = {"1": 8, "u": 10, "?": 1}
    for entry in filter(None, status.split("\0")):
        kind = entry[0]
        path = entry.split(" ", fields[kind])[-1]
        if kind != "1" or entry[3] != ".":  # the second letter tells of the work tree
            yield path, kind != "1" or entry[3] != "D"


def _ref(name: str) -> str:
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def _text(out: bytes) -> str:
    return out.decode("utf-8", "surrogateescape")


def _error(root: Path, said: str) -> GitError:
    """git's complaint as a sentence with what to do; of a URL no more than the host, as the rest may hold a secret."""
    said = re.sub(r"(\w+://)(?:[^\s'\"]*@)?([^/?#\s'\"]*)[^\s'\"]*", r"\1\2/…", said)
    lock = re.search(r"'([^']+\.lock)'", said)
    for saying, message, hint in _SAYINGS:
        if saying in said.lower():
            names = {"root": str(root), "lock": lock[1] if lock else "the .lock file"}
            return GitError(message.format(**names), hint.format(**names))
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("hint:", "To ", "Done"))]
    return GitError(f"git refused: {lines[-1].strip() if lines else 'it did not say why'}", "Run `git status` there.")
