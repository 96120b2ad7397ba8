"""Which place on a network a delivery went to: as the plan had its account when it was sent."""

from collections.abc import Iterable, Mapping, Sequence

from cmflow.content import plan as plans
from cmflow.git import Repository
from cmflow.ledger.codec import Key
from cmflow.model import Delivery, Entry, Plan
from cmflow.repository.content import NETWORKS, PLAN

FEW = 50  # commits whose plans are looked at, the latest


def places(
    repository: Repository | None, plan: Plan, entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]
) -> dict[Key, str]:
    """Where what may go out once more has been: deliveries to accounts that the plan has no more, and those of posts
    that an account has not had yet. "" where that cannot be known."""
    names = {account.name for account in plan.accounts}
    fresh = {entry.id for entry in entries if any((entry.id, each.account) not in deliveries for each in entry.planned)}
    keys = [key for key in deliveries if key[1] not in names or key[0] in fresh]
    found = _plans(repository, [deliveries[key].commit for key in keys]) if repository and keys else {}
    return {key: _place(found.get(deliveries[key].commit), key[1]) for key in keys}


def _place(plan: Plan | None, name: str) -> str:
    account = plan.account(name) if plan else None
    return account.place if account else ""


def _plans(repository: Repository, commits: Sequence[str]) -> dict[str, Plan]:
    """The plan of each commit that this clone has."""
    wanted = list(dict.fromkeys(filter(None, reversed(commits))))[:FEW]
    oids = dict(zip(wanted, repository.objects(*(f"{each}:{PLAN}" for each in wanted)), strict=True))
    read = {oid: plans.parse(data, PLAN, NETWORKS)[0] for oid, data in repository.read({*oids.values()} - {""})}
    return {commit: plan for commit, oid in oids.items() if (plan := read.get(oid))}
