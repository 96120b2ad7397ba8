"""Ask a network and read its answer: no secret of an account passes, and nothing that the ledger cannot hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from cmflow.model import Remote
from cmflow.model.errors import CmflowError, NotSent, Unsure
from cmflow.netkit.errors import CONNECT, LOOK, RETRY
from cmflow.netkit.network import Access
from cmflow.netkit.rest import silence

T = TypeVar("T")
Bugs = list[Exception] | None


class Titled(Protocol):
    """What has a name that people know: a network, or a service that counts visits."""

    @property
    def title(self) -> str: ...


LONGEST = 2_000  # characters of an id or an address; no network's is longer


def ask(network: Titled, access: Access | None, question: Callable[[], T], writes: bool = True, bugs: Bugs = None) -> T:
    """Return the network's answer; raise CmflowError, without any secret in it.

    `writes`: the post may be published afterwards. An unexpected error is added to `bugs` and raised as Unsure or
    NotSent; where `bugs` is None, it is raised as it is.
    """
    try:
        answer = _answer(network, question, writes, bugs)
    except CmflowError as error:
        hint = _named(access, error.hint)
        error.args, error.hint = (_redacted(access, str(error)),), _redacted(access, hint)
        raise error from None
    return _receivable(network, access, answer) if isinstance(answer, Remote) else answer


def _named(access: Access | None, hint: str) -> str:
    """The hint, with the account's name where a network's own words have none."""
    return hint.replace(CONNECT, f"cmflow connect {access.account.name}") if access else hint


def _redacted(access: Access | None, text: str) -> str:
    """The text as it can be recorded and shown: no secret, and whole characters only."""
    return (access.struck(text) if access else text).encode(errors="replace").decode()


def _receivable(network: Titled, access: Access | None, remote: Any) -> Any:
    """Return a receipt that the ledger can hold; raise Unsure where the id would have to be changed."""
    if len(remote.id) > LONGEST or _redacted(None, remote.id) != remote.id:
        raise Unsure(f"{network.title} gave the post an id that cannot be recorded.", LOOK)
    url = _redacted(access, remote.url)
    return replace(remote, id=_redacted(access, remote.id), url=url if len(url) <= LONGEST else "")


def _answer(network: Titled, question: Callable[[], T], writes: bool, bugs: Bugs) -> T:
    import httpx

    try:
        return question()
    except CmflowError:
        raise
    except httpx.HTTPError as error:
        raise silence(network.title, error, writes) from None
    except Exception as error:  # the one safety net: an odd answer to one account must not end the run of the others
        if bugs is None:
            raise
        bugs.append(error)
        message = (
            f"cmflow could not understand the response from {network.title} ({type(error).__name__}): a bug in cmflow."
        )
        raise (Unsure(message, LOOK) if writes else NotSent(message, RETRY)) from None
