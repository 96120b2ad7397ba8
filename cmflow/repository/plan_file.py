"""The plan as the cache has it: what reads a plan imports every network that it names, and a plan seldom changes."""

from __future__ import annotations

from functools import cache as once
from typing import TYPE_CHECKING

from cmflow.model import Plan, Problem
from cmflow.repository.cache import Cache
from cmflow.values import dataclass

if TYPE_CHECKING:
    from msgspec.json import Decoder


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The plan, None if it cannot be used; what is wrong with it; the accounts to which cmflow cannot publish yet.

    `titles` are what the networks of the plan are called, by name.
    """

    plan: Plan | None
    problems: tuple[Problem, ...] = ()
    silent: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()


def cached(cache: Cache, key: str) -> PlanFile | None:
    """What was read of the plan of that key; None if it is not in the cache."""
    body = cache.body(f"plan-{key}")
    return _decoder().decode(body) if body else None


def keep(cache: Cache, key: str, file: PlanFile) -> None:
    """Save what was read, where it comes back exactly as it is."""
    from msgspec import ValidationError
    from msgspec.json import encode

    try:
        body = encode(file)
        is_same = _decoder().decode(body) == file
    except (UnicodeEncodeError, ValidationError):
        return
    if is_same:
        cache.put(f"plan-{key}", body)


@once
def _decoder() -> Decoder[PlanFile]:
    from msgspec.json import Decoder

    return Decoder(PlanFile)
