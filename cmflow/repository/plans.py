"""Reads the plan, with what it needs to know about each network."""

from collections.abc import Iterator, Mapping

from cmflow import lint
from cmflow.content import plan as plans
from cmflow.model import Plan, Problem
from cmflow.model.plan import PLAN_PATH
from cmflow.netkit import network
from cmflow.repository.plan_file import PlanFile


def read(data: bytes) -> PlanFile:
    """The plan in a file's bytes, and everything that is wrong with it."""
    plan, problems = parse(data)
    if plan is None:
        return PlanFile(None, problems)
    silent = network.silent(plan.accounts)
    titles = {account.network: network.load(account.network).title for account in plan.accounts}
    return PlanFile(plan, (*problems, *_silent(silent), *lint.plan(plan)), silent, tuple(titles.items()))


def parse(data: bytes) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The plan in a file's bytes, and what is wrong with the file."""
    return plans.parse(data, PLAN_PATH, NETWORKS)


def _silent(names: tuple[str, ...]) -> tuple[Problem, ...]:
    """One warning for all accounts to which cmflow cannot publish yet."""
    if not names:
        return ()
    message = f"cmflow cannot publish to these accounts yet: {', '.join(names)}."
    hint = "Their posts are checked, previewed and rehearsed. Publish them by hand, then record it: cmflow settle"
    return (Problem(PLAN_PATH, 1, "preview-only", message, hint),)


class _Networks(Mapping[str, plans.NetworkFacts]):
    """What the plan needs to know about each network; a network's module is imported on first use."""

    def __getitem__(self, name: str) -> plans.NetworkFacts:
        if name not in network.names():
            raise KeyError(name)
        record = network.load(name)
        options = record.options
        required = tuple(option.name for option in options if option.required)
        folders = tuple(option.name for option in options if option.folder)
        servers = tuple(option.name for option in options if option.destination)
        handle = (record.handle.pattern, record.handle.example) if record.handle else ("", "")
        names, price = tuple(option.name for option in options), record.limits.post_price
        currency = price.money.currency if price else ""
        shapes = tuple((item.name, item.pattern, item.kind, item.place) for item in options if item.pattern)
        return plans.NetworkFacts(names, required, folders, servers, handle, currency, record.inbox is not None, shapes)

    def __iter__(self) -> Iterator[str]:
        return iter(network.names())

    def __len__(self) -> int:
        return len(network.names())

    def __contains__(self, name: object) -> bool:
        return name in network.names()


NETWORKS = _Networks()
