"""The local branch of the ledger and the remote's, brought in line without losing anything on either side."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from cmflow.git import Repository
from cmflow.git.objects import IDENTITY
from cmflow.ledger import codec, stops
from cmflow.ledger.reader import Ledger
from cmflow.model.errors import GitError, LostRace

JOINED = "Bring two ledgers together"
STUCK = 20  # how often a push may be refused although no other run has moved the remote's branch
TRIES = 100  # how often a write starts again because another run was quicker


Pause = Callable[[float], None]


def patience(turn: int) -> float:
    """Seconds to wait after a try that another run spoilt: runs in lockstep would collide again and again, and a slow
    one may still be busy."""
    return random.uniform(0, min(0.1 * 2**turn, 2.0))


def sync(ledger: Ledger, time: datetime, push: bool = True, pause: Pause = lambda seconds: None) -> str | None:
    """Bring the local and the remote branch in line; return the commit that both are at.

    Nothing is lost on either side. Raises GitError where the remote cannot be reached.
    """
    repository = ledger.repository
    if not ledger.remote:
        return repository.tip(ledger.branch)
    tips: list[str | None] = []
    for turn in range(TRIES):
        remote_tip = repository.fetch(ledger.remote, ledger.branch)
        tips.append(remote_tip)
        if tips[-STUCK:] == [remote_tip] * STUCK:
            raise stuck(ledger)
        local_tip = repository.tip(ledger.branch)
        joined = join(ledger, local_tip, remote_tip, time)
        try:
            if joined and joined != local_tip:
                repository.move(f"refs/heads/{ledger.branch}", joined, local_tip)
            if push and joined and joined != remote_tip:
                repository.push(ledger.remote, joined, ledger.branch)
        except LostRace:
            pause(patience(turn))
            continue
        return joined
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def stuck(ledger: Ledger) -> GitError:
    hint = (
        f"If git was killed there, delete refs/heads/{ledger.branch}.lock in the remote's folder. If the name of a "
        f"branch begins with {ledger.branch}/, rename it: git cannot have both. Otherwise, try later."
    )
    return GitError(f"The remote refuses to move {ledger.branch}, although no other run has moved it.", hint)


def join(ledger: Ledger, local: str | None, remote: str | None, time: datetime) -> str | None:
    """Return one commit that holds what both hold: one of the two, or the local changes on top of the remote's."""
    repository = ledger.repository
    if local is None or remote is None or local == remote:
        return local or remote
    if repository.is_ancestor(local, remote):
        return remote
    if repository.is_ancestor(remote, local):
        return local
    base = repository.merge_base(local, remote)
    return join_on(ledger, base, local, remote, repository.changed(base, remote), time)


def join_on(
    ledger: Ledger, base: str | None, local: str, remote: str, theirs: Mapping[str, str | None], time: datetime
) -> str:
    """Write the local changes since `base` on top of the remote's; `theirs` are the remote's changes since then.

    Commits that cmflow did not make stay in the history: one that set a file back must be found there.
    """
    repository = ledger.repository
    oids = {path: oid for path, oid in repository.changed(base, local).items() if oid and oid != theirs.get(path)}
    blobs = dict(repository.read({*oids.values(), *(oid for path in oids if (oid := theirs.get(path)))}))
    changes: dict[str, bytes | None] = {
        path: _join_of(path)(blobs[oid], blobs.get(theirs.get(path) or "")) for path, oid in oids.items()
    }
    kept = local if foreign(repository, local, base or "") else ""
    return repository.make_commit(changes, JOINED, remote, time, kept)


def foreign(repository: Repository, tip: str, older: str) -> list[str]:
    """Return the commits up to `tip` that cmflow did not make, the newest first; not those up to `older`."""
    options = ("--topo-order", "--ignore-missing", "--format=%H%x09%an <%ae>%x09%cn <%ce>", "--end-of-options")
    out = repository.log(*options, tip, *([f"^{older}"] if older else []))
    rows = (line.split(b"\t", 1) for line in out.splitlines())
    own = b"\t".join([IDENTITY.encode()] * 2)
    return [row[0].decode() for row in rows if row[1:] and row[1] != own]


def _join_of(path: str) -> Callable[[bytes, bytes | None], bytes]:
    if path == stops.FILE:
        return stops.join
    # every run would load these, and few join histories
    from cmflow.ledger import conversations, publications, readings, retired, tokens

    if path.startswith(f"{codec.PUBLICATIONS}/"):
        return publications.join
    if path.startswith(f"{readings.FOLDER}/"):
        return readings.join
    if path.startswith(f"{retired.FOLDER}/"):
        return retired.join
    if path.startswith((f"{conversations.FOLDER}/", f"{conversations.CURSORS}/", conversations.LEASE)):
        return partial(conversations.join, path)
    return tokens.joined if path.startswith(f"{tokens.FOLDER}/") else _join_file


def _join_file(local: bytes, remote: bytes | None) -> bytes:
    """`theirs` is None where only we have changed it. What cannot be read gives way to what can."""
    if remote is None:
        return local
    try:
        delivery = codec.decode(local)
    except codec.Unreadable:
        return remote
    try:
        return codec.encode(codec.merge(delivery, codec.decode(remote)))
    except codec.Unreadable:
        return local
