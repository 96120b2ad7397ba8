"""The work tree as git sees it: its files, and which of them differ from what is committed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cmflow.git import Repository, program
from cmflow.git.program import text

FIELDS = {"1": 8, "u": 10, "?": 1}  # spaces before the path, by the kind of the line
MODULE = "160000"
WATCHED = ("H", "M")  # git looks at all but those marked assume-unchanged (in lower case) or skip-worktree (S)


class WorkTree(NamedTuple):
    """`files`: path → blob id, None if the file differs from the index. Ignored files are not included.

    `uncommitted`: the files that differ from HEAD, and whether HEAD has them at all. `missing` are those of HEAD that
    the folder may lack: deleted, or left out by a sparse checkout. `modules` are folders that are repositories of their
    own. `upstream` is the branch that this one tracks, "" for none; `ahead` is the number of commits not pushed to it.
    `unwatched` are the files at which git does not look, though they may have changed, with their blob ids.
    """

    files: Mapping[str, str | None]
    uncommitted: Mapping[str, bool]
    modules: frozenset[str]
    upstream: str = ""
    ahead: int = 0
    missing: frozenset[str] = frozenset()
    unwatched: Mapping[str, str] = MappingProxyType({})

    def compared(self, own: Mapping[str, str]) -> "WorkTree":
        """The same, with what differs of the unwatched files; `own` are the blob ids of those in the folder."""
        changed = {path: True for path, oid in own.items() if oid != self.unwatched[path]}
        return self._replace(uncommitted={**changed, **self.uncommitted}) if changed else self


def look(repository: Repository, *paths: str) -> WorkTree:
    """How the work tree differs from the index, and the index from HEAD, below `paths` if given."""
    return begin(repository, *paths)()


def begin(repository: Repository, *paths: str) -> Callable[[], WorkTree]:
    """Start to look, and return what waits for the result: at many files, git looks for as long as a command starts."""
    options = ("--porcelain=v2", "--branch", "--ahead-behind", "-z", "-uall", "--no-renames", "--", *paths)
    compared = program.begin(repository.root, ["status", *options])
    listed = program.begin(repository.root, ["ls-files", "-s", "-v", "-z", "--full-name", "--", *paths])
    wait = repository.prefetch()

    def end() -> WorkTree:
        try:
            failed, staged, complaint = listed()
        finally:
            code, status, _ = compared()
            wait()
        if failed:
            raise program.error(repository.root, complaint)
        if code:  # perhaps a filter's program is missing: git then refuses to compare any file
            status = repository._ask(*_without_filters(repository), "status", *options)
        tree = read(text(staged).split("\0"), text(status).split("\0"))
        return tree.compared(_blob_ids(repository, tree.unwatched)) if tree.unwatched else tree

    return end


def _blob_ids(repository: Repository, paths: Iterable[str]) -> dict[str, str]:
    """The blob ids that git would give to these files of the folder, as far as they are there."""
    names = [path for path in paths if "\n" not in path and (repository.root / path).is_file()]
    for options in ((), tuple(_without_filters(repository))):
        command = [*program.GIT, *options, "hash-object", "--stdin-paths"]
        oids = text(program.ask(repository.root, command, names, "\n")()).split()
        if len(oids) == len(names):
            return dict(zip(names, oids, strict=True))
    return {}


def _without_filters(repository: Repository) -> Iterator[str]:
    """Options for git that turn off every filter in its settings."""
    for name in sorted({place for section, place, _ in repository._settings() if section == "filter"}):
        for setting in ("clean=", "process=", "required=false"):
            yield from ("-c", f"filter.{name}.{setting}")


def read(staged: Iterable[str], status: Iterable[str]) -> WorkTree:
    """Decode `ls-files -s -v -z` and `status --porcelain=v2 --branch -z -uall --no-renames`."""
    files: dict[str, str | None] = {}
    modules, missing, unwatched = set[str](), set[str](), dict[str, str]()
    for entry in filter(None, staged):
        head, path = entry.split("\t", 1)
        tag, mode, oid, _ = head.split(" ")
        if mode == MODULE:
            modules.add(path)
        else:
            files[path] = oid if tag == "H" else None
            if tag not in WATCHED:
                unwatched[path] = oid
    uncommitted: dict[str, bool] = {}
    branch: dict[str, str] = {}
    for entry in filter(None, status):
        if entry[0] == "#":
            _, name, value = entry.split(" ", 2)
            branch[name] = value
            continue
        path = entry.split(" ", FIELDS[entry[0]])[-1]
        if path.endswith("/"):
            modules.add(path.rstrip("/"))
        elif path not in modules:
            missing |= {path} if _is_deleted(entry) else set()
            _changed(entry, path, files, uncommitted)
    ahead = branch.get("branch.ab", "+0 -0").split(" ")[0]
    missing |= unwatched.keys()
    upstream = branch.get("branch.upstream", "")
    return WorkTree(files, uncommitted, frozenset(modules), upstream, int(ahead), frozenset(missing), unwatched)


def _is_deleted(entry: str) -> bool:
    """Whether HEAD has a file that the work tree or the index lacks."""
    return entry[0] == "1" and "D" in entry[2:4] and entry[2] != "A"


_LETTERS = {"?": "AM", "u": "MM"}  # untracked counts as added; a conflict differs on both sides


def _changed(entry: str, path: str, files: dict[str, str | None], uncommitted: dict[str, bool]) -> None:
    """Apply one status line. Its letters describe the index and the work tree: A added, D deleted, `.` unchanged."""
    letters = entry[2:4] if entry[0] == "1" else _LETTERS[entry[0]]
    index, work = letters[0], letters[1]
    if "D" in (index, work):
        files.pop(path, None)
        return
    if work != ".":
        files[path] = None
    uncommitted[path] = "A" not in (index, work)


def inside(path: str, folders: frozenset[str]) -> str:
    """The one of these folders that contains the path, "" for none."""
    return next((folder for folder in _above(path) if folder in folders), "")


def _above(path: str) -> Iterator[str]:
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
