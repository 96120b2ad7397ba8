"""Who changed which file, when, and in which pull request: one pass over git's history, following renames.

Commits are ordered by when they landed: those of a merge come right after it, so that "newest first" means what
reached the branch last, however often the history was read in between.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from itertools import chain, islice

from cmflow.git import Repository
from cmflow.model import Change
from cmflow.problems import safe_line
from cmflow.values import dataclass

FOLDER = "content/posts"
LIMIT = 20  # changes kept of a file: the newest ones
LONGEST = 200  # characters of a subject or a name

_TRAILERS = "%(trailers:key=Reviewed-by,key=Approved-by,valueonly,unfold,separator=%x1f)"
_FORMAT = "--format=" + "%x00".join(("%H", "%P", "%at", "%an", "%s", _TRAILERS))
_FIELDS = 6
_MERGED = re.compile(r"Merge pull request #(\d{1,9}) from ")
_SQUASHED = re.compile(r"\(#(\d{1,9})\)$")
_STATUS = 4  # characters of the longest status ("R100"); anything longer is the next commit's id


@dataclass(frozen=True, slots=True)
class History:
    """The changes of each file as of `commit`, newest first.

    `cut`: the clone is shallow, and older changes are missing. `former` maps former names to paths.
    """

    commit: str
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    cut: bool = False
    former: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Commit:
    """`files` are (status letter, old name, new name)."""

    id: str
    parents: tuple[str, ...]
    change: Change
    files: tuple[tuple[str, str, str], ...]

    @property
    def merged(self) -> int | None:
        """The pull request that this commit merged."""
        match = _MERGED.match(self.change.subject) if len(self.parents) > 1 else None
        return int(match[1]) if match else None


def read(repository: Repository, commit: str, folder: str = FOLDER, old: History | None = None) -> History:
    """The history of every file of `commit` in `folder`; only commits since `old` are read, if given."""
    old = None if old is None or old.cut else old  # the missing history may have been fetched since
    if old and old.commit == commit:
        return old
    paths = repository.paths(commit, folder)
    boundary = repository.boundary()
    commits = _commits(repository, commit, folder, old.commit if old else "")
    if old and _end(commit, commits) != old.commit:
        old, commits = None, _commits(repository, commit, folder, "")
    landed = [replace(each, files=()) if each.id in boundary else each for each in _landed(commit, commits)]
    changes, former = _follow(paths, landed, old or History(""))
    return History(commit, changes, old is None and bool(boundary), former)


def landed(repository: Repository, commit: str, limit: int, *paths: str) -> tuple[tuple[str, int | None], ...]:
    """The newest commits of the branch itself that changed these files, each with the pull request it names."""
    out = repository.log(
        "-z", "--first-parent", f"-n{limit}", "--format=%H %s", "--end-of-options", commit, "--", *paths
    )
    pairs = (line.partition(" ") for line in _path(out).split("\0") if line)
    return tuple((name, _pull(subject.strip())) for name, _, subject in pairs)


def newest(repository: Repository, *paths: str) -> datetime | None:
    """When these files were last changed; None if none of them is committed."""
    if repository.resolve("HEAD") is None:
        return None
    out = repository.log("-1", "--format=%ct", "HEAD", "--", *paths).strip()
    return datetime.fromtimestamp(int(out), UTC) if out.isdigit() else None


def _pull(subject: str) -> int | None:
    match = _MERGED.match(subject) or _SQUASHED.search(subject)
    return int(match[1]) if match else None


# ── git's output ─────────────────────────────────────────────────────────────────────────────────────────────


def _commits(repository: Repository, commit: str, folder: str, older: str) -> dict[str, _Commit]:
    """Every commit up to `commit` that is not in `older`, with the files it changed in the folder."""
    without = [f"^{older}"] if older else []
    options = ("-z", "--name-status", "-M", "-l1000", "--full-history", "--sparse", "--ignore-missing", _FORMAT)
    out = repository.log(*options, "--end-of-options", commit, *without, "--", folder)
    return {commit.id: commit for commit in _parse(out.split(b"\0"))}


def _parse(fields: Sequence[bytes]) -> Iterator[_Commit]:
    """Decode `log -z --name-status`: the fields of a commit, then status and names of each file, "\\n" before them."""
    index = 0
    while index + _FIELDS <= len(fields):
        name, parents, when, *text = fields[index : index + _FIELDS]
        index += _FIELDS
        files = []
        while index < len(fields) and 0 < len(status := fields[index].strip()) <= _STATUS:
            old, new = fields[index + 1], fields[index + (2 if status[:1] in b"RC" else 1)]
            files.append((chr(status[0]), _path(old), _path(new)))
            index += 3 if status[:1] in b"RC" else 2
        change = _change(name.decode(), when, *text)
        yield _Commit(change.commit, tuple(parents.decode().split()), change, tuple(files))


def _change(commit: str, seconds: bytes, author: bytes, subject: bytes, trailers: bytes) -> Change:
    text = _text(subject)
    squashed = _SQUASHED.search(text)
    names = (re.sub(r"\s*<[^>]*>?\s*$", "", _text(trailer)) for trailer in trailers.split(b"\x1f"))
    return Change(
        _moment(seconds),
        _text(author),
        text,
        commit,
        int(squashed[1]) if squashed else None,
        tuple(dict.fromkeys(filter(None, names))),
    )


def _moment(seconds: bytes) -> datetime:
    """The time of a commit; 1970 for a number that is not a time, as git accepts any."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _text(data: bytes) -> str:
    """One line that is safe to show: it may come from an untrusted author."""
    text = safe_line(data.decode("utf-8", "replace").strip())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _path(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# ── order of landing ────────────────────────────────────────────────────────────────────────────────────────


def _end(commit: str, commits: Mapping[str, _Commit]) -> str:
    """The first commit on the branch itself that is not in `commits`."""
    while commit in commits:
        commit = next(iter(commits[commit].parents), "")
    return commit


def _landed(tip: str, commits: Mapping[str, _Commit]) -> list[_Commit]:
    """The commits, the last to land first; each with the pull request that brought it, and its reviewers."""
    brought = defaultdict[str, list[list[str]]](list)  # by the merge that brought them, or by the tip itself
    by: dict[str, _Commit | None] = {}
    waiting: list[tuple[str, str, _Commit | None]] = [(tip, "", None)]
    while waiting:  # the oldest merge first: what two merges share came with the first
        start, merge, pull = waiting.pop()
        line = list(_line(start, commits, by, pull))
        brought[merge].append(line)
        for each in map(commits.__getitem__, line):
            carrier = each if each.merged else pull
            waiting += [(parent, each.id, carrier) for parent in reversed(each.parents[1:])]
    landed, stack = [], [*reversed(brought[""][0])]
    while stack:
        name = stack.pop()
        landed.append(_carried(commits[name], by[name]))
        for line in reversed(brought.get(name, ())):
            stack += reversed(line)
    return landed


def _line(
    start: str, commits: Mapping[str, _Commit], by: dict[str, _Commit | None], pull: _Commit | None
) -> Iterator[str]:
    """The commits from `start` along the first parents, up to one that another merge brought."""
    while start in commits and start not in by:
        by[start] = pull
        yield start
        start = next(iter(commits[start].parents), "")


def _carried(commit: _Commit, merge: _Commit | None) -> _Commit:
    if merge is None:
        return commit
    own, theirs = commit.change, merge.change
    reviewers = tuple(dict.fromkeys((*own.reviewers, *theirs.reviewers)))
    return replace(commit, change=replace(own, pull=own.pull or merge.merged, reviewers=reviewers))


# ── file by file ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Trail:
    """Follows each file back: `names` maps its name at this point → its path today.

    `numbers` are the commits of each path. `strays` are commits under names that no file has: a branch may have
    changed a file that another one renamed. `added` are names of files added since: an older file of that name is
    another file.
    """

    names: dict[str, str]
    former: dict[str, str] = field(default_factory=dict)
    numbers: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    strays: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    added: set[str] = field(default_factory=set)

    def step(self, number: int, commit: _Commit) -> None:
        """Go one commit further back: a file's history ends where it was added."""
        renamed = {}
        for status, old, new in commit.files:
            path = self.names.get(new)
            if path is not None:
                self.numbers[path].append(number)
            elif status == "M":
                self.strays[new].append(number)
            if status == "A":
                self.added.add(new)
                self.strays.pop(new, None)
            if status == "R" and path is not None:
                renamed[old] = path
            if status in "AR":
                self.names.pop(new, None)
        for old, path in renamed.items():
            self.names[old] = path
            self.claim(old, path)

    def claim(self, name: str, path: str) -> None:
        """Record that the file at `path` once had this name."""
        if name not in self.added:
            self.numbers[path] += self.strays.pop(name, ())
            self.former.setdefault(name, path)


def _follow(
    paths: Sequence[str], landed: Sequence[_Commit], history: History
) -> tuple[dict[str, tuple[Change, ...]], dict[str, str]]:
    """The changes of each path, and the former names of all."""
    trail = _Trail({path: path for path in paths})
    for number, commit in enumerate(landed):
        trail.step(number, commit)
    for name, former in history.former.items():
        if former in trail.names:
            trail.claim(name, trail.names[former])
    names = {path: name for name, path in trail.names.items()}
    changes = {}
    for path in paths:
        fresh = (landed[number].change for number in sorted(set(trail.numbers[path])))
        older = history.changes.get(names.get(path, ""), ())
        if recent := tuple(islice(chain(fresh, older), LIMIT)):
            changes[path] = recent
    return changes, trail.former
