"""The ledger at one commit of its branch: every delivery, or only some."""

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext

from cmflow import collector
from cmflow.git import Repository
from cmflow.ledger import codec
from cmflow.model import Delivery, Key, Problem
from cmflow.model.errors import LedgerError
from cmflow.values import dataclass

BRANCH = "cmflow-state"
REHEARSAL = "cmflow-rehearsal"
MANY = 2_000  # from this many deliveries on, the fast codec saves more time than importing it costs


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the deliveries are remembered; `remote` is "" where the local branch is all there is."""

    repository: Repository
    branch: str = BRANCH
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every delivery at one commit of the ledger (None: no ledger yet). `unreadable` ones are in `problems`."""

    commit: str | None
    deliveries: Mapping[Key, Delivery]
    problems: tuple[Problem, ...] = ()
    unreadable: frozenset[Key] = frozenset()

    def one(self, key: Key) -> Delivery | None:
        """That delivery, None where there is none; LedgerError where its file cannot be read."""
        if key in self.unreadable:
            raise LedgerError(
                f"The ledger's file for {key.post} to {key.account} cannot be read.", "cmflow status says which."
            )
        return self.deliveries.get(key)


def names(ledger: Ledger) -> dict[Key, str]:
    """Every delivery with the id of its blob, without reading one: equal ids are equal deliveries."""
    return {key: oid for path, oid in blobs(ledger).items() if (key := codec.key(path))}


def blobs(ledger: Ledger) -> dict[str, str]:
    """The same by the path of each delivery, no matter who wrote the file."""
    commit = ledger.repository.tip(ledger.branch)
    files = ledger.repository.tree(commit, codec.FOLDER) if commit else {}
    return {path: oid for path, (_, oid) in files.items()}


def places(ledger: Ledger) -> frozenset[str]:
    """The paths of all deliveries (`codec.path`), readable or not; among 100,000 ten times as fast as `names`."""
    commit = ledger.repository.tip(ledger.branch)
    return frozenset(ledger.repository.paths(commit, codec.FOLDER) if commit else ())


def read(ledger: Ledger, only: Collection[Key] | None = None) -> Snapshot:
    """The local branch as it is now; `only` these deliveries where given. A bad file is a problem, not an error."""
    commit = ledger.repository.tip(ledger.branch)
    return Snapshot(None, {}) if commit is None else read_at(ledger, commit, only)


def read_at(ledger: Ledger, commit: str, only: Collection[Key] | None = None) -> Snapshot:
    files = ledger.repository.tree(commit, codec.FOLDER)
    if only is not None:
        paths = {codec.path(*key) for key in only}
        files = {path: file for path, file in files.items() if path in paths}
    return read_files(ledger, commit, files)


def read_files(ledger: Ledger, commit: str, files: Mapping[str, tuple[str, str]]) -> Snapshot:
    """What these files of the commit (path → mode, blob id) hold, in their order."""
    deliveries: dict[Key, Delivery] = {}
    problems: list[Problem] = []
    unreadable: list[Key] = []
    blobs = ledger.repository.read(oid for _, oid in files.values())
    decode = _decoder(len(files))
    with collector.pause() if len(files) >= MANY else nullcontext():
        for path, (_, data) in zip(files, blobs, strict=True):
            try:
                delivery = decode(data)
                if codec.path(delivery.post, delivery.account) != path:
                    raise codec.Unreadable("it has the path of another delivery")
                deliveries[Key(delivery.post, delivery.account)] = delivery
            except codec.Unreadable as error:
                key = codec.key(path)
                problems.append(_problem(ledger, path, key, str(error)))
                unreadable += [key] if key else []
    return Snapshot(commit, deliveries, tuple(problems), frozenset(unreadable))


def _decoder(many: int) -> Callable[[bytes], Delivery]:
    if many < MANY:
        return codec.decode
    from cmflow.ledger import fast_codec

    return fast_codec.decode


def _problem(ledger: Ledger, path: str, key: Key | None, reason: str) -> Problem:
    subject = f"the delivery of {key.post} to {key.account}" if key else "a file in the ledger"
    message = f"cmflow cannot read {subject}: {reason}. It stays untouched until a maintainer fixes it."
    hint = f"See what it was: git log -p {ledger.branch} -- '{path}'"
    return Problem(f"{ledger.branch}:{path}", 1, "ledger-unreadable", message, hint, key.account if key else "")
