"""Review data, read as the input of a stranger: whoever opens a pull request may have written the file.

Each value must be of its kind, no longer and no more than ours are, and what is named must be there. Nothing is
guessed, nothing that is unknown passes, and of what is wrong only the place is said, never the words.
"""

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from cmflow.model import Problem, Status
from cmflow.model.errors import SourceError
from cmflow.netkit import network
from cmflow.problems import CODES, severity
from cmflow.review.values import VERSION, Review

LARGEST = 10_000_000  # bytes of the file
LONGEST = 30_000  # characters of one text
MOST = 20_000  # of whatever there may be several
HIGHEST = 10**12
HINT = "It is made by `cmflow review`, of the same version as this cmflow: run the check of the pull request again."


class _Wrong(Exception):
    """What is not as it should be; `str()` says where."""


def read(data: bytes) -> Review:
    """The review in the bytes of its file. Raises SourceError for what `cmflow review` cannot have written."""
    try:
        if len(data) > LARGEST:
            raise _Wrong("the file is too large")
        review: Review = _value(Review, json.loads(data), "it")
    except (_Wrong, ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, _Wrong) else "it is no JSON"
        raise SourceError(f"This review cannot be shown: {why}.", HINT) from None
    return review


def _value(kind: Any, value: object, place: str) -> Any:
    """The value of that kind."""
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each, place) for each in _list(value, place))
    if kind is Problem:
        return _problem(value, place)
    if is_dataclass(kind):
        return _record(kind, value, place)  # type: ignore[arg-type]
    if type(value) is not kind:
        raise _Wrong(f"`{place}` is of another kind")
    name = place.rpartition(".")[2]
    if (isinstance(value, int) and not 0 <= value <= HIGHEST) or (isinstance(value, str) and len(value) > LONGEST):
        raise _Wrong(f"`{place}` is too much")
    if isinstance(value, str) and name in RIGHT and not RIGHT[name](value):
        raise _Wrong(f"`{place}` is none")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise _Wrong(f"`{place}` is not a list")
    if len(value) > MOST:
        raise _Wrong(f"`{place}` has too many items")
    return value


def _record(kind: type, value: object, place: str) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise _Wrong(f"`{place}` has other keys")
    if value.get("version", VERSION) != VERSION:
        raise _Wrong("it is of another version")
    return kind(**{name: _value(each, value[name], name) for name, each in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _problem(value: object, place: str) -> Problem:
    """A problem with its severity, which must be the one its code has."""
    hints = _hints(Problem)
    if not isinstance(value, dict) or value.keys() != {*hints, "severity"}:
        raise _Wrong(f"`{place}` has other keys")
    found = Problem(**{name: _value(each, value[name], name) for name, each in hints.items()})
    if value["severity"] != severity(found.code).value:
        raise _Wrong("`severity` is none")
    return found


# ── what some texts must be ─────────────────────────────────────────────────────────────────────────────────


def _is_moment(text: str) -> bool:
    """A moment with an offset, near enough for any time zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return False
    return at.tzinfo is not None and 1900 <= at.year <= 2900


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        return False
    return bool(re.fullmatch(r"[\w+/-]{1,60}", text, re.ASCII))


_COMMIT = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")
RIGHT: dict[str, Callable[[str], bool]] = {
    "head": lambda text: bool(_COMMIT.fullmatch(text)),
    "since": lambda text: not text or bool(_COMMIT.fullmatch(text)),
    "digest": lambda text: bool(re.fullmatch("[0-9a-f]{64}", text)),
    "at": lambda text: not text or _is_moment(text),
    "zone": _is_zone,
    "network": lambda text: text in network.names(),
    "status": lambda text: not text or text in set(Status),
    "was": lambda text: text in ("new", "same", "changed"),
    "label": lambda text: text in ("", "first comment"),
    "code": lambda text: text in CODES,
    "unit": lambda text: bool(re.fullmatch("[A-Za-z0-9 -]{0,30}", text)),
}
