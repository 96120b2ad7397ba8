"""Read review data as untrusted input: the author of any pull request may have written the file.

Each value must have the right type, and be no longer or larger than ours can be. Nothing is guessed, unknown keys are
rejected, and an error names only the key, never the value.
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
MOST = 20_000  # items of a list
HIGHEST = 10**12
HINT = "It must be made by the same version of `cmflow review`: run the pull request's check again."


class _Invalid(Exception):
    """An invalid value; `str()` says where."""


def read(data: bytes) -> Review:
    """The review in a file's bytes. Raises SourceError if `cmflow review` cannot have written it."""
    try:
        if len(data) > LARGEST:
            raise _Invalid("the file is too large")
        review: Review = _value(Review, json.loads(data), "it")
    except (_Invalid, ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _Invalid) else "it is not JSON"
        raise SourceError(f"This review cannot be shown: {reason}.", HINT) from None
    return review


def _value(kind: Any, value: object, key: str) -> Any:
    """The value, checked against the type `kind`."""
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item, key) for item in _list(value, key))
    if kind is Problem:
        return _problem(value, key)
    if is_dataclass(kind):
        return _record(kind, value, key)  # type: ignore[arg-type]
    if type(value) is not kind:
        raise _Invalid(f"`{key}` has the wrong type")
    if (isinstance(value, int) and not 0 <= value <= HIGHEST) or (isinstance(value, str) and len(value) > LONGEST):
        raise _Invalid(f"`{key}` is too large")
    if isinstance(value, str) and key in RIGHT and not RIGHT[key](value):
        raise _Invalid(f"`{key}` is invalid")
    return value


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise _Invalid(f"`{name}` is not a list")
    if len(value) > MOST:
        raise _Invalid(f"`{name}` has too many items")
    return value


def _record(kind: type, value: object, key: str) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise _Invalid(f"`{key}` has the wrong keys")
    if value.get("version", VERSION) != VERSION:
        raise _Invalid("it has another version")
    return kind(**{name: _value(hint, value[name], name) for name, hint in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _problem(value: object, key: str) -> Problem:
    """A problem; its severity must be that of its code."""
    hints = _hints(Problem)
    if not isinstance(value, dict) or value.keys() != {*hints, "severity"}:
        raise _Invalid(f"`{key}` has the wrong keys")
    problem = Problem(**{name: _value(hint, value[name], name) for name, hint in hints.items()})
    if value["severity"] != severity(problem.code).value:
        raise _Invalid("`severity` is invalid")
    return problem


# ── formats of some texts ───────────────────────────────────────────────────────────────────────────────────


def _is_moment(text: str) -> bool:
    """Whether it is a time with an offset, in a year that every time zone supports."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return False
    return time.tzinfo is not None and 1900 <= time.year <= 2900


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        return False
    return bool(re.fullmatch(r"[\w+/-]{1,60}", text, re.ASCII))


AMOUNT = re.compile(r"[0-9]{1,12}\.[0-9]{2,6} [A-Z]{3}")
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
    "cost": lambda text: not text or bool(AMOUNT.fullmatch(text)),
    "total": lambda text: not text or all(map(AMOUNT.fullmatch, text.split(" + "))),
    "unit": lambda text: bool(re.fullmatch("[A-Za-z0-9 -]{0,30}", text)),
}
