"""Who changed which file, when, and with which pull request: one pass over git's history, renames followed.

A commit is put where it landed: those that a merge brought stand right after it, so that "newest first" means what
came to the branch last, and stays the same however often the history was read in between.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, islice

from cmflow.git import Repository
from cmflow.model import Change
from cmflow.problems import safe_line

FOLDER = "content/posts"
LIMIT = 20  # changes kept of a file: the newest ones
LONGEST = 200  # characters of a subject or a name

_TRAILERS = "%(trailers:key=Reviewed-by,key=Approved-by,valueonly,unfold,separator=%x1f)"
_FORMAT = "--format=" + "%x00".join(("%H", "%P", "%at", "%an", "%s", _TRAILERS))
_FIELDS = 6
_MERGED = re.compile(r"Merge pull request #(\d{1,9}) from ")
_SQUASHED = re.compile(r"\(#(\d{1,9})\)$")
_STATUS = 4  # characters of the longest status ("R100"); what is longer is the next commit's id


@dataclass(frozen=True, slots=True)
class History:
    """The changes of each file as of `commit`, newest first.

    `cut`: the clone is shallow, older changes are not here. `former` are the names that files had before.
    """

    commit: str
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    cut: bool = False
    former: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Commit:
    """`files` are (status letter, name before, name after)."""

    id: str
    parents: tuple[str, ...]
    change: Change
    files: tuple[tuple[str, str, str], ...]

    @property
    def merged(self) -> int | None:
        """The pull request that this merge brought."""
        found = _MERGED.match(self.change.subject) if len(self.parents) > 1 else None
        return int(found[1]) if found else None


def read(repository: Repository, commit: str, folder: str = FOLDER, known: History | None = None) -> History:
    """The history of every file that `commit` has in `folder`; where `known` is older, only what came since is read."""
    known = None if known is None or known.cut else known  # what was cut off may have been fetched since
    if known and known.commit == commit:
        return known
    paths = repository.paths(commit, folder)
    boundary = repository.boundary()
    commits = _commits(repository, commit, folder, known.commit if known else "")
    if known and _end(commit, commits) != known.commit:
        known, commits = None, _commits(repository, commit, folder, "")
    landed = [replace(each, files=()) if each.id in boundary else each for each in _landed(commit, commits)]
    changes, former = _follow(paths, landed, known or History(""))
    return History(commit, changes, known is None and bool(boundary), former)


def landed(repository: Repository, commit: str, limit: int, *paths: str) -> tuple[tuple[str, int | None], ...]:
    """The newest commits of the branch itself that changed these files, each with the pull request that it names."""
    out = repository.log(
        "-z", "--first-parent", f"-n{limit}", "--format=%H %s", "--end-of-options", commit, "--", *paths
    )
    rows = (line.partition(" ") for line in _path(out).split("\0") if line)
    return tuple((name, _pull(subject.strip())) for name, _, subject in rows)


def newest(repository: Repository, *paths: str) -> datetime | None:
    """When these files were last changed; None where nothing of them is committed."""
    if repository.resolve("HEAD") is None:
        return None
    out = repository.log("-1", "--format=%ct", "HEAD", "--", *paths).strip()
    return datetime.fromtimestamp(int(out), UTC) if out.isdigit() else None


def _pull(subject: str) -> int | None:
    found = _MERGED.match(subject) or _SQUASHED.search(subject)
    return int(found[1]) if found else None


# ── what git says ───────────────────────────────────────────────────────────────────────────────────────────


def _commits(repository: Repository, commit: str, folder: str, older: str) -> dict[str, _Commit]:
    """Every commit up to `commit` that `older` does not have: with the names of the files it changed in the folder."""
    without = [f"^{older}"] if older else []
    options = ("-z", "--name-status", "-M", "-l1000", "--full-history", "--sparse", "--ignore-missing", _FORMAT)
    out = repository.log(*options, "--end-of-options", commit, *without, "--", folder)
    return {each.id: each for each in _parse(out.split(b"\0"))}


def _parse(words: Sequence[bytes]) -> Iterator[_Commit]:
    """Decode `log -z --name-status`: the fields of a commit, then status and names of each file, "\\n" before them."""
    at = 0
    while at + _FIELDS <= len(words):
        name, parents, when, *text = words[at : at + _FIELDS]
        at += _FIELDS
        files = []
        while at < len(words) and 0 < len(status := words[at].strip()) <= _STATUS:
            before, after = words[at + 1], words[at + (2 if status[:1] in b"RC" else 1)]
            files.append((chr(status[0]), _path(before), _path(after)))
            at += 3 if status[:1] in b"RC" else 2
        change = _change(name.decode(), when, *text)
        yield _Commit(change.commit, tuple(parents.decode().split()), change, tuple(files))


def _change(commit: str, when: bytes, author: bytes, subject: bytes, trailers: bytes) -> Change:
    said = _text(subject)
    squashed = _SQUASHED.search(said)
    names = (re.sub(r"\s*<[^>]*>?\s*$", "", _text(trailer)) for trailer in trailers.split(b"\x1f"))
    return Change(
        _moment(when),
        _text(author),
        said,
        commit,
        int(squashed[1]) if squashed else None,
        tuple(dict.fromkeys(filter(None, names))),
    )


def _moment(seconds: bytes) -> datetime:
    """The time of a commit; git takes any number, and then 1970 is as good as what it says."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _text(data: bytes) -> str:
    """One line that can be shown: anybody may have written it."""
    text = safe_line(data.decode("utf-8", "replace").strip())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _path(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# ── how it landed ───────────────────────────────────────────────────────────────────────────────────────────


def _end(commit: str, commits: Mapping[str, _Commit]) -> str:
    """The first commit on the branch itself that is not among these."""
    while commit in commits:
        commit = next(iter(commits[commit].parents), "")
    return commit


def _landed(tip: str, commits: Mapping[str, _Commit]) -> list[_Commit]:
    """The commits, the last to land first; each knows the pull request that brought it, and who reviewed that."""
    brought = defaultdict[str, list[list[str]]](list)  # by the merge that brought them, or by the tip itself
    by: dict[str, _Commit | None] = {}
    waiting: list[tuple[str, str, _Commit | None]] = [(tip, "", None)]
    while waiting:  # the oldest merge first: what two of them have came with the first
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
    """From `start` along the first parents, as far as nothing brought them before."""
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
    """Each file followed back: `names` are what it was called at this point → its path now.

    `strays` are changes of names that no file has: a branch may have changed what another one renamed meanwhile.
    `made` are names that were given to a new file since: what had them before was another one.
    """

    names: dict[str, str]
    former: dict[str, str] = field(default_factory=dict)
    found: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    strays: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    made: set[str] = field(default_factory=set)

    def step(self, number: int, commit: _Commit) -> None:
        """One commit further back: where a file was added, its history ends."""
        renamed = {}
        for status, before, after in commit.files:
            path = self.names.get(after)
            if path is not None:
                self.found[path].append(number)
            elif status == "M":
                self.strays[after].append(number)
            if status == "A":
                self.made.add(after)
                self.strays.pop(after, None)
            if status == "R" and path is not None:
                renamed[before] = path
            if status in "AR":
                self.names.pop(after, None)
        for before, path in renamed.items():
            self.names[before] = path
            self.claim(before, path)

    def claim(self, name: str, path: str) -> None:
        """What is now at `path` once had this name."""
        if name not in self.made:
            self.found[path] += self.strays.pop(name, ())
            self.former.setdefault(name, path)


def _follow(
    paths: Sequence[str], landed: Sequence[_Commit], known: History
) -> tuple[dict[str, tuple[Change, ...]], dict[str, str]]:
    """The changes of each path, and the former names of all."""
    trail = _Trail({path: path for path in paths})
    for number, commit in enumerate(landed):
        trail.step(number, commit)
    for name, then in known.former.items():
        if then in trail.names:
            trail.claim(name, trail.names[then])
    before = {path: name for name, path in trail.names.items()}
    changes = {}
    for path in paths:
        fresh = (landed[number].change for number in sorted(set(trail.found[path])))
        older = known.changes.get(before.get(path, ""), ())
        if found := tuple(islice(chain(fresh, older), LIMIT)):
            changes[path] = found
    return changes, trail.former
