"""Tokens in the ledger: never a token, only which ones were used up, who is about to use one, and when one ends.

One file per account, `tokens/<account>.json`. A refresh token that rotates may be used once: the claim is written
before it is, and a push that is refused is a claim that was lost. Tokens appear by their fingerprint.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.ledger import codec
from cmflow.ledger.reader import Ledger
from cmflow.model import Account, Plan
from cmflow.values import dataclass

FOLDER = "tokens"
VERSION = 1
REMEMBERED = 100  # fingerprints of used tokens per account: older ones are long forgotten by the network, too
LEASE = timedelta(minutes=10)  # for so long a claim keeps others away


@dataclass(frozen=True, slots=True)
class Claim:
    """A run is about to use the token of that fingerprint, or was when it ended. No two claims have the same `name`."""

    token: str
    time: datetime
    run: str
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an account's tokens: fingerprints of `used` ones, the latest last; when the kept one `ends`.

    `kept` is the fingerprint of the one that `ends` is about, where it does not rotate. Without `ends` it does not end,
    or the network does not tell.
    """

    used: tuple[str, ...] = ()
    claim: Claim | None = None
    ends: datetime | None = None
    kept: str = ""


def fingerprint(account: str, token: str) -> str:
    """Names a token without telling it: tokens have far too many possible values to be guessed."""
    return sha256(f"cmflow token of {account}\0{token}".encode()).hexdigest()[:32]


def place(account: str) -> str:
    return f"{FOLDER}/{codec.safe(account)}.json"


def read(ledger: Ledger, accounts: Iterable[str]) -> Mapping[str, Record]:
    """What the local branch says of these accounts."""
    tip = ledger.repository.tip(ledger.branch)
    names = {place(account): account for account in accounts}
    files = ledger.repository.tree(tip, *names) if tip and names else {}
    blobs = zip(files, ledger.repository.read(oid for _, oid in files.values()), strict=True) if files else ()
    records = {names[path]: decode(data) for path, (_, data) in blobs}
    return {account: records.get(account, Record()) for account in names.values()}


def used(record: Record, token: str) -> Record:
    """That token must never be used again."""
    latest = (*(name for name in record.used if name != token), token)
    return replace(record, used=latest[-REMEMBERED:])


def joined(ours: bytes, theirs: bytes | None) -> bytes:
    """What both know: every used token of either; the later claim, unless its token was used up."""
    if theirs is None or ours == theirs:
        return ours
    mine, other = decode(ours), decode(theirs)
    names = tuple(dict.fromkeys((*other.used, *mine.used)))
    claims = [claim for claim in (mine.claim, other.claim) if claim and claim.token not in names]
    claim = max(claims, key=lambda claim: claim.time, default=None)
    latest = max((mine, other), key=lambda record: (record.ends is not None, record.ends and record.ends.timestamp()))
    return encode(Record(names[-REMEMBERED:], claim, latest.ends, latest.kept or mine.kept or other.kept))


def encode(record: Record) -> bytes:
    """The same record is always the same bytes."""
    fields: dict[str, object] = {"version": VERSION, "used": list(record.used)}
    if record.claim:
        claim = record.claim
        fields["claim"] = {"token": claim.token, "at": claim.time.isoformat(), "run": claim.run, "name": claim.name}
    if record.ends:
        fields["ends"] = record.ends.isoformat()
    if record.kept:
        fields["kept"] = record.kept
    return (json.dumps(fields, indent=1) + "\n").encode()


def decode(data: bytes) -> Record:
    """What a file says. Of one that makes no sense everything is forgotten but that a person may connect again."""
    try:
        found = json.loads(data)
        claim = found.get("claim")
        return Record(
            tuple(str(name) for name in found.get("used", ())),
            Claim(str(claim["token"]), _time(claim["at"]), str(claim["run"]), str(claim["name"])) if claim else None,
            _time(found["ends"]) if found.get("ends") else None,
            str(found.get("kept", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Record()


def _time(written: Any) -> datetime:
    time = datetime.fromisoformat(written)
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time


def read_at(ledger: Ledger, commit: str | None, account: str) -> Record:
    """What that commit says of an account."""
    path = place(account)
    _, oid = ledger.repository.tree(commit, path).get(path, ("", "")) if commit else ("", "")
    return next((decode(data) for _, data in ledger.repository.read([oid])), Record()) if oid else Record()


def with_ends(plan: Plan, ledger: Ledger) -> Plan:
    """The plan with the day on which each account's token ends, where the ledger knows a later one than the plan."""
    records = read(ledger, [account.name for account in plan.accounts])
    return replace(plan, accounts=tuple(_with_end(account, records[account.name], plan) for account in plan.accounts))


def _with_end(account: Account, record: Record, plan: Plan) -> Account:
    if record.ends is None:
        return account
    day = record.ends.astimezone(ZoneInfo(plan.zone)).date()
    return replace(account, token_ends=max(day, account.token_ends or day))
