"""Where on a network a delivery was published: by its account in the plan of that time."""

from collections.abc import Iterable, Mapping, Sequence

from cmflow.git import Repository
from cmflow.model import Delivery, Entry, Key, Plan
from cmflow.model.plan import PLAN_PATH

FEW = 50  # plans that are read: those of the latest commits


def places(
    repository: Repository | None, plan: Plan, entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]
) -> dict[Key, str]:
    """Where deliveries that may be repeated were published: those to accounts no longer in the plan, and those of posts
    that are new on an account. "" if unknown."""
    names, delivered = {account.name for account in plan.accounts}, {key.post for key in deliveries}
    fresh = {
        entry.id
        for entry in entries
        if entry.id in delivered and any((entry.id, planned.account) not in deliveries for planned in entry.planned)
    }
    keys = [key for key in deliveries if key.account not in names or key.post in fresh]
    past_plans = _plans(repository, [deliveries[key].commit for key in keys]) if repository and keys else {}
    return {key: _location(past_plans.get(deliveries[key].commit), key.account) for key in keys}


def _location(plan: Plan | None, name: str) -> str:
    account = plan.account(name) if plan else None
    return account.destination if account else ""


def _plans(repository: Repository, commits: Sequence[str]) -> dict[str, Plan]:
    """The plan of each of these commits that this clone has."""
    from cmflow.repository import plans

    latest = list(dict.fromkeys(filter(None, reversed(commits))))[:FEW]
    oids = dict(zip(latest, repository.objects(*(f"{commit}:{PLAN_PATH}" for commit in latest)), strict=True))
    read = {oid: plans.parse(data)[0] for oid, data in repository.read({*oids.values()} - {""})}
    return {commit: plan for commit, oid in oids.items() if (plan := read.get(oid))}
