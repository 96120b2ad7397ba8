"""Ask the networks what people wrote, the accounts side by side: one that fails never stops the others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cmflow.model.errors import CmflowError, Denied
from cmflow.netkit.network import Inquiry, Mail
from cmflow.publish.answers import ask
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

    from cmflow.inbox.answers import World

LANES = 8  # accounts that are asked at the same time
EMPTY = Mail()


class Request(NamedTuple):
    account: str
    inquiry: Inquiry


@dataclass(frozen=True, slots=True)
class Heard:
    """What one account's network told; `failure` says why it told nothing. `person`: a person must act."""

    account: str
    network: str
    mail: Mail = EMPTY
    failure: str = ""
    person: bool = False
    bugs: tuple[Exception, ...] = ()


def listen(requests: Sequence[Request], world: "World") -> tuple[Heard, ...]:
    """One answer for each request, in their order."""
    if not requests:
        return ()
    with world.http() as client, ThreadPoolExecutor(LANES, "inbox") as pool:
        return tuple(pool.map(partial(_heard, world, client), requests))


def _heard(world: "World", client: "httpx.Client", request: Request) -> Heard:
    bugs: list[Exception] = []
    name = ""
    try:
        network, access = world.network(request.account), world.access(request.account)
        name, connect, inbox = network.name, network.connect, network.inbox
        assert connect is not None and inbox is not None
        session = ask(network, access, lambda: connect(client, access), writes=False)
        mail = ask(network, access, lambda: inbox(session, request.inquiry), False, bugs)
    except CmflowError as error:
        person = isinstance(error, Denied) or bool(bugs)
        return Heard(request.account, name, failure=error.in_full, person=person, bugs=tuple(bugs))
    return Heard(request.account, name, mail)
