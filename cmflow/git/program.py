"""The program git: started in a clean environment, with time limits, its complaints as errors for people."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

from cmflow.model.errors import GitError

LOCAL, REMOTE = 120.0, 180.0  # seconds that git may take, locally and over the network

# Variables that would point git to another repository than the folder's (`git rev-parse --local-env-vars`).
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
_QUIET = {
    "LC_ALL": "C",
    "LANGUAGE": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    # An id names its own bytes: `git replace` must not publish what no one reviewed, nor fill the cache with it.
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_SETTINGS = (
    # A repository from an archive may make git run programs: hooks, a file monitor, a signature checker.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "log.showSignature=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.fsync=reference",
)
PLAIN = ("git", *(word for setting in _SETTINGS for word in ("-c", setting)))
GIT = (*PLAIN, "--literal-pathspecs")

# git's words (in any letter case) → what happened, what to do. `{lock}` is the file git names. First match wins.
_COMPLAINTS = (
    ("dubious ownership", "git does not trust this folder: it belongs to another user.",
     "If you trust it, run: git config --global --add safe.directory '{root}'"),
    ("not a git repository", "{root} is not inside a git repository.",
     "Change to your content repository, or create one with `git init`."),
    (".lock': file exists", "Another git process is using this repository, or was killed while using it.",
     "Wait until it finishes. If none is running, delete {lock} and try again."),
    ("shallow update not allowed", "The remote does not accept pushes from a shallow clone.",
     "Fetch the whole history: git fetch --unshallow"),
    ("permission denied (publickey", "The remote rejected this machine's SSH key.",
     "Check that the SSH key has write access to the repository."),
    ("authentication failed", "The remote rejected git's credentials.", "Check the token or password that git uses."),
    ("could not read username", "The remote requires a sign-in, and git has no credentials for it.",
     "Give git a token; in a workflow, set `permissions: contents: write`."),
    ("the requested url returned error: 403", "The remote denied access.",
     "In a workflow, give the job `permissions: contents: write`."),
    ("protected branch", "The branch is protected on the remote.",
     "Allow the publishing job to push to the ledger's branch; it needs no protection."),
    ("hook declined", "The remote refused the push: a hook or a rule there declined it.",
     "Allow the publishing job to push to the ledger's branch."),
    ("could not resolve host", "The remote cannot be reached.", "Check the network, and the address: git remote -v"),
    ("does not appear to be a git repository", "There is no such remote.", "Check the address: git remote -v"),
    ("could not read from remote", "The remote cannot be reached.", "Check the network and the address: git remote -v"),
    ("unable to access", "The remote cannot be reached.", "Check the network, and the address: git remote -v"),
    ("no space left", "The disk is full.", "Free some space and run again; incomplete files are ignored."),
    ("read-only file system", "The repository's folder is read-only.", "Run cmflow where it may write to .git."),
    ("permission denied", "cmflow has no write access to the repository's folder.", "Check who owns the folder .git."),
    ("insufficient permission", "cmflow has no write access to the repository.", "Check who owns the folder .git."),
    ("does not have any commits yet", "The repository has no commit yet.", "Commit your content first: git commit"),
)  # fmt: skip


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _LOCAL_VARIABLES} | _QUIET


Ended = tuple[int, bytes, str]  # exit code, standard output, standard error


def start(
    folder: Path, arguments: Sequence[str], stdin: int | IO[bytes], command: Sequence[str] = GIT
) -> "subprocess.Popen[bytes]":
    # Its own session: Ctrl-C reaches only cmflow, which then still needs git to record what happened.
    try:
        return subprocess.Popen(
            [*command, *arguments],
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


def run(folder: Path, arguments: Sequence[str], seconds: float = LOCAL) -> Ended:
    """The exit code, standard output and standard error. Raises GitError after `seconds`."""
    return begin(folder, arguments, seconds)()


def begin(folder: Path, arguments: Sequence[str], seconds: float = LOCAL) -> Callable[[], Ended]:
    """Start the same, and return what waits for its end: another may run meanwhile."""
    process = start(folder, arguments, subprocess.DEVNULL)

    def end() -> Ended:
        with process:
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                raise GitError(
                    f"git {arguments[0]} did not finish within {seconds:.0f} seconds.", "Try again later."
                ) from error
            finally:
                if process.returncode is None:
                    process.terminate()  # not kill: git then removes its lock files
        return process.returncode, out, err.decode(errors="replace")

    return end


def ask(folder: Path, command: Sequence[str], questions: Iterable[str], end: str = "\0") -> Callable[[], bytes]:
    """Start a command with these questions on its standard input, an `end` after each, and return what waits for all
    that it prints."""
    import tempfile

    with tempfile.TemporaryFile() as file:  # not a pipe: git may answer before it has read all
        file.write("".join(f"{question}{end}" for question in questions).encode("utf-8", "surrogateescape"))
        file.seek(0)
        process = start(folder, command, file, ())

    def answer() -> bytes:
        with process:
            assert process.stdout is not None
            return process.stdout.read()

    return answer


def text(out: bytes) -> str:
    return out.decode("utf-8", "surrogateescape")


def error(root: Path, output: str) -> GitError:
    """git's complaint as a sentence with what to do; URLs are cut to their host, as the rest may contain a secret."""
    output = re.sub(r"(\w+://)(?:[^\s'\"]*@)?([^/?#\s'\"]*)[^\s'\"]*", r"\1\2/…", output)
    lock = re.search(r"'([^']+\.lock)'", output)
    for saying, message, hint in _COMPLAINTS:
        if saying in output.lower():
            names = {"root": str(root), "lock": lock[1] if lock else "the .lock file"}
            return GitError(message.format(**names), hint.format(**names))
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith(("hint:", "To ", "Done"))]
    return GitError(f"git refused: {lines[-1].strip() if lines else 'it did not say why'}", "Run `git status` there.")
