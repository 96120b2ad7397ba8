"""A service that counts visits is one file in `visits/`: the record it fills in, and how the files are found."""

import importlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from cmflow.model import Visits
from cmflow.model.errors import Denied
from cmflow.netkit import rest
from cmflow.netkit.errors import Advice
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

VARIABLE = "CMFLOW_VISITS_TOKEN"  # the environment variable of its API key


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: visits of a site that came by these tags, from the first to the last day."""

    site: str
    tags: tuple[str, ...]
    goals: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Service:
    """`parameter` is the UTM parameter that it can tell links apart by. `scheme` is how its key is sent, "" for in the
    body. `read` gives the figures of each tag that it knows, by its own names; conversions are `goal: NAME`.
    """

    name: str
    title: str
    docs: str
    figures: tuple[str, ...]
    read: Callable[[ApiClient, Query], Mapping[str, Figures]]
    parameter: str = "content"
    has_goals: bool = False
    scheme: str = "Bearer"


@cache
def load(name: str) -> Service:
    service = importlib.import_module(f"cmflow.visits.{name}").service
    assert isinstance(service, Service)
    return service


def connect(http: "httpx.Client", plan: Visits, secrets: Mapping[str, str]) -> ApiClient:
    """The service's API as the plan names it; Denied where it has no key."""
    key = secrets.get(VARIABLE, "").strip()
    service = load(plan.service)
    if not key:
        raise Denied(f"{service.title} needs an API key.", f"Set the secret {VARIABLE}.")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise Denied(f"The API key of {service.title} holds characters that no key has.", f"Copy it into {VARIABLE}.")
    address = rest.clean(plan.address)
    if not address:
        raise Denied(f"The address of {service.title} is not one that begins with https://", "Correct it in the plan.")
    advice = Advice(
        denied=f"Copy its API key again into the secret {VARIABLE}, and check `visits:` in the plan.",
        moved="The service has another address: correct `visits:` in the plan.",
        missing="Nothing is there: correct `visits:` in the plan.",
        rejected="Check `visits:` in the plan: its site and its goals.",
    )
    return ApiClient(http, service.title, address, key, scheme=service.scheme, advice=advice)


def figures(service: Service, goals: tuple[str, ...], row: Figures | None) -> Figures:
    """The figures of a tag: 0 where the service knows it not, since it counts every visit that there is."""
    names = (*service.figures, *(f"goal: {goal}" for goal in goals if service.has_goals))
    return dict.fromkeys(names, 0) | dict(row or {})
