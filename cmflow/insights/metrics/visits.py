"""Which account brought visits and sign-ups: the latest figures of the links of its posts, added up."""

from collections import Counter
from collections.abc import Iterable, Mapping

from cmflow.model import SERVICES, Number, Reading
from cmflow.values import dataclass

GOAL = "goal: "


@dataclass(frozen=True, slots=True)
class Brought:
    """What the posts of an account brought: visits, and conversions by goal. `posts` have figures."""

    account: str
    network: str
    posts: int
    visits: Number
    goals: tuple[tuple[str, Number], ...] = ()


def brought(readings: Iterable[Reading], networks: Mapping[str, str]) -> tuple[Brought, ...]:
    """What each account brought, most visits first; `networks` are those of the accounts by name. Of each part the
    latest reading counts, since it holds those before."""
    latest: dict[tuple[str, str, int, str], Reading] = {}
    for reading in readings:
        key = (reading.account, reading.post, reading.part, reading.metric)
        if reading.network in SERVICES and reading.value is not None and not reading.mode:
            latest[key] = max(reading, latest.get(key, reading), key=lambda reading: reading.time)
    accounts = {reading.account for reading in latest.values() if reading.account in networks}
    rows = (_row(account, networks[account], latest.values()) for account in accounts)
    return tuple(sorted(rows, key=lambda row: (-row.visits, row.account)))


def _row(account: str, network: str, latest: Iterable[Reading]) -> Brought:
    readings = [reading for reading in latest if reading.account == account]
    goals: Counter[str] = Counter()
    for reading in readings:
        if reading.metric.startswith(GOAL):
            goals[reading.metric.removeprefix(GOAL)] += reading.value or 0  # type: ignore[assignment]
    visits = sum(reading.value or 0 for reading in readings if reading.common == "visits")
    return Brought(account, network, len({reading.post for reading in readings}), visits, tuple(sorted(goals.items())))
