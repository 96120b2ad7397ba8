"""Deliveries whose file was removed from the ledger, or set back, by anyone but cmflow: they look unsent, and are not.
A stop may be lost in the same way.

Two signs are certain. The branch holds what was sent of a post (`publications/`) apart from its deliveries; and its
history has every commit that cmflow did not make, as far as this clone has it. Only what is about to be sent is looked
up, and commits that were looked at are remembered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from cmflow.git import Repository, changes
from cmflow.ledger import BRANCH, Ledger, branches, codec, publications, stops
from cmflow.ledger.conversations import BRANCH as ANSWERS
from cmflow.model import Delivery, Key, Planned, Problem, State
from cmflow.repository.cache import Cache
from cmflow.schedule import waits

OVER = (State.SENT, State.SKIPPED)
MARGIN = timedelta(days=1)
CHUNK = 1_000  # commits that git compares at a time
SHOWN = 12  # digits of a commit
LOOK = {
    BRANCH: "look on the network and report what you saw: cmflow settle POST ACCOUNT --sent URL, or --not-sent to have "
    "it sent",
    ANSWERS: "look on the network, and write the answer again if it is not there",
}


class Trace(NamedTuple):
    """A commit by others that changed a file: what it was before, and is since ("": it was not there)."""

    commit: str
    new: str
    old: tuple[str, ...]


def mark(
    planned: Iterable[Planned], deliveries: Mapping[Key, Delivery], ledger: Ledger, cache: Cache, until: datetime,
    deepens: bool = False,
) -> tuple[Planned, ...]:  # fmt: skip
    """The deliveries; those due until then whose file was removed or set back are held, with the reason.

    `deepens`: a shallow clone, as on Actions, asks the remote for the history since they were due.
    """
    items = tuple(planned)
    keys = _open(items, deliveries, until)
    if deepens and ledger.remote and (begun := [*_begun(items, keys, deliveries, until)]):
        changes.deepen_since(ledger.repository, ledger.remote, ledger.branch, min(begun) - MARGIN)
    held = dict.fromkeys(keys, stop) if keys and (stop := lifted(ledger, cache)) else {}
    held |= {key: f"{reason}; {hint}" for key, (reason, hint) in find(ledger, keys, cache).items()}
    if not held:
        return items
    return tuple(replace(item, held=held.get(Key(item.post, item.account), item.held)) for item in items)


def _begun(
    items: Iterable[Planned], keys: Collection[Key], deliveries: Mapping[Key, Delivery], until: datetime
) -> Iterator[datetime]:
    """When what is to be sent may have been begun: not what was open long ago, which would fetch all of the history."""
    for item in items:
        key = Key(item.post, item.account)
        delivery = deliveries.get(key)
        if key in keys and not item.held and (delivery is None or not waits.too_late(item, until)):
            yield min([item.due, *(event.time for event in delivery.history[:1])] if delivery else [item.due])


def find(ledger: Ledger, keys: Collection[Key], cache: Cache) -> dict[Key, tuple[str, str]]:
    """Why these deliveries may have been sent although the ledger does not say so, and what to do; by delivery.

    A ledger of a rehearsal or of a sandbox may be changed by anyone.
    """
    tip = ledger.repository.tip(ledger.branch) if keys and ledger.branch in LOOK else None
    if tip is None:
        return {}
    files, records = {codec.path(*key): key for key in keys}, {codec.publications_path(key.post) for key in keys}
    below = (*files, *records) if len(files) <= publications.FEW else (codec.FOLDER, codec.PUBLICATIONS)
    blobs = {path: oid for path, (_, oid) in ledger.repository.tree(tip, *below).items()}
    known = _traces(ledger, tip, cache)
    traces = {path: _last(known[path], blobs.get(path, "")) for path in files if path in known}
    lost = {path: trace.commit for path, trace in traces.items() if trace and _is_loss(ledger, trace)}
    lost = {path: commit for path, commit in lost.items() if _is_in(ledger.repository, commit, tip)}
    sent = _sent(ledger, {key for path, key in files.items() if path not in blobs}, blobs)
    return {
        key: _reason(ledger.branch, path, lost.get(path, ""), is_removed=path not in blobs)
        for path, key in files.items()
        if path in lost or key in sent
    }


def lifted(ledger: Ledger, cache: Cache) -> str:
    """Why publishing is still stopped, where a commit by others removed the stop and no person resumed it; else ""."""
    tip = ledger.repository.tip(ledger.branch) if ledger.branch == BRANCH else None
    traces = _traces(ledger, tip, cache).get(stops.FILE) if tip else None
    if tip is None or not traces:
        return ""
    _, oid = ledger.repository.tree(tip, stops.FILE).get(stops.FILE, ("", ""))
    trace = _last(traces, oid)
    if trace is None or not _is_in(ledger.repository, trace.commit, tip):
        return ""
    known = {(stop.time, stop.run) for stop in stops.read_blob(ledger, oid).stops}
    before = (history for blob in trace.old if (history := stops.read_blob(ledger, blob)) != stops.UNREADABLE)
    current = (history.current for history in before)
    stop = next((stop for stop in current if stop and (stop.time, stop.run) not in known), None)
    if stop is None:
        return ""
    name = trace.commit[:SHOWN]
    return (
        f"publishing was stopped ({stop.reason}), and the commit {name} removed that from the ledger; put it back on "
        f"the branch {ledger.branch} (git revert {name}), or decide yourself: cmflow stop, then cmflow resume"
    )


def problems(
    planned: Iterable[Planned], deliveries: Mapping[Key, Delivery], ledger: Ledger, cache: Cache, until: datetime
) -> tuple[Problem, ...]:
    """The same as findings, for each delivery due until then."""
    reasons = find(ledger, _open(planned, deliveries, until), cache)
    return tuple(
        Problem(
            f"{ledger.branch}:{codec.path(*key)}",
            1,
            "ledger-unreadable",
            f"{key.post} is not sent to {key.account}: {reason}.",
            f"{hint[:1].upper()}{hint[1:]}",
            key.account,
        )
        for key, (reason, hint) in sorted(reasons.items())
    )


def _reason(branch: str, path: str, commit: str, is_removed: bool) -> tuple[str, str]:
    """What happened to the file, and what to do."""
    what = "was removed from the ledger" if is_removed else "was set back in the ledger to what it was before"
    by, how = f" by the commit {commit[:SHOWN]}", f"git revert {commit[:SHOWN]}"
    if not commit:  # a shallow clone has only the newest commits
        by, how = "", f"git log --diff-filter=D {branch} -- {path}, in a full clone, shows the commit to revert"
    return (
        f"its file {what}{by}, so it may have been sent",
        f"put it back on the branch {branch} ({how}), or {LOOK[branch]}",
    )


def _open(planned: Iterable[Planned], deliveries: Mapping[Key, Delivery], until: datetime) -> frozenset[Key]:
    """What may be sent until then, by the ledger as it is."""
    keys = (Key(item.post, item.account) for item in planned if item.due <= until)
    return frozenset(key for key in keys if key not in deliveries or deliveries[key].state not in OVER)


def _sent(ledger: Ledger, absent: Collection[Key], blobs: Mapping[str, str]) -> frozenset[Key]:
    """Those of which the branch still holds what was sent. A file that cannot be read says nothing."""
    records = {key.post: oid for key in absent if (oid := blobs.get(codec.publications_path(key.post)))}
    contents = dict(ledger.repository.read({*records.values()})) if records else {}
    accounts = {post: publications.accounts(contents[oid], post) for post, oid in records.items()}
    return frozenset(key for key in absent if key.account in accounts.get(key.post, ()))


def _last(traces: Sequence[Trace], oid: str) -> Trace | None:
    """What made the file what it is; with all that it was before, where commits by others followed one another."""
    last = next((trace for trace in traces if trace.new == oid), None)
    if last is None:
        return None
    former, pending = dict[str, None](), [oid]
    while pending:
        new = pending.pop()
        older = [old for trace in traces if trace.new == new for old in trace.old if old not in former]
        former |= dict.fromkeys(older)
        pending += older
    return Trace(last.commit, oid, tuple(filter(None, former)))


def _is_loss(ledger: Ledger, trace: Trace) -> bool:
    """Whether the file, still what the commit made of it, said more before."""
    if not trace.new:
        return True
    versions = dict[str, Delivery]()
    for oid, data in ledger.repository.read({trace.new, *trace.old}):
        with suppress(codec.Unreadable):
            versions[oid] = codec.decode(data)
    new = versions.get(trace.new)
    return new is not None and any(codec.is_ahead(versions[old], new) for old in trace.old if old in versions)


def _is_in(repository: Repository, commit: str, tip: str) -> bool:
    """Whether the commit is part of the branch; a shallow clone may not have it, but the cache of a full one does."""
    return repository.resolve(commit) is None or repository.is_ancestor(commit, tip)


def _traces(ledger: Ledger, tip: str, cache: Cache) -> Mapping[str, Sequence[Trace]]:
    """What commits by others did to deliveries and stops, by path. Only commits since the last look are read."""
    name, repository = f"removals-{ledger.branch}", ledger.repository
    known = cache.load(name)
    former = {
        path: [Trace(commit, new, tuple(old)) for commit, new, old in rows]
        for path, rows in known.get("traces", {}).items()
    }
    if known.get("commit") == tip:
        return former
    traces = _changes(repository, branches.foreign(repository, tip, known.get("commit", "")), former)
    if not repository.shallow():  # where history is missing, it may be fetched later
        cache.save(name, {"commit": tip, "traces": traces})
    return traces


def _changes(
    repository: Repository, commits: list[str], former: Mapping[str, Sequence[Trace]]
) -> Mapping[str, Sequence[Trace]]:
    """What these commits changed, compared with each of their parents, before what is known of `former` ones. What was
    only added lost nothing, unless others removed it before."""
    fresh = defaultdict[str, list[Trace]](list)
    for start in range(0, len(commits), CHUNK):
        for path, trace in _raw(repository, commits[start : start + CHUNK]):
            fresh[path].append(trace)
    traces = {path: (*fresh.get(path, ()), *former.get(path, ())) for path in (*fresh, *former)}
    return {path: rows for path, rows in traces.items() if any(row.old != ("",) for row in rows)}


def _raw(repository: Repository, commits: list[str]) -> Iterator[tuple[str, Trace]]:
    options = ("--no-walk=unsorted", "-m", "-r", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%H")
    out = repository.log(*options, "--end-of-options", *commits, "--", codec.FOLDER, stops.FILE)
    commit, fields = "", iter(out.decode("utf-8", "surrogateescape").split("\0"))
    for field in fields:
        if not field.lstrip("\n").startswith(":"):
            commit = field.strip() or commit
            continue
        _, _, old, new, _ = field.split(" ")
        path = next(fields)
        yield path, Trace(commit, new if new.strip("0") else "", (old if old.strip("0") else "",))
