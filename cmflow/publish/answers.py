"""Ask a network and read its answer: no secret of an account passes, and nothing that the ledger cannot hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from cmflow.model import Remote
from cmflow.model.errors import CmflowError, NotSent, Unsure
from cmflow.netkit.network import Access, Network
from cmflow.netkit.rest import silence

T = TypeVar("T")
Bugs = list[Exception] | None

LONGEST = 2_000  # characters of an id or an address; no network's is longer


def ask(
    network: Network[Any], access: Access | None, question: Callable[[], T], writes: bool = True, bugs: Bugs = None
) -> T:
    """What the network answers. No secret passes here: this is where words of networks come in.

    `writes`: the post may be out afterwards. What nobody foresaw in an answer goes to `bugs`, and is then no more than
    an answer that does not tell; where nobody collects them, it is raised as it is.
    """
    try:
        answer = _answer(network, question, writes, bugs)
    except CmflowError as error:
        error.args, error.hint = (_struck(access, str(error)),), _struck(access, error.hint)
        raise error from None
    return _receivable(network, access, answer) if isinstance(answer, Remote) else answer


def _struck(access: Access | None, words: str) -> str:
    """What can be written down and shown: no secret, and whole characters only."""
    return (access.struck(words) if access else words).encode(errors="replace").decode()


def _receivable(network: Network[Any], access: Access | None, remote: Any) -> Any:
    """A receipt that the ledger can hold. An id that is cut or changed would be the id of nothing."""
    if len(remote.id) > LONGEST or _struck(None, remote.id) != remote.id:
        raise Unsure(f"{network.title} gives the post an id that cannot be kept.", "It may be out.")
    url = _struck(access, remote.url)
    return replace(remote, id=_struck(access, remote.id), url=url if len(url) <= LONGEST else "")


def _answer(network: Network[Any], question: Callable[[], T], writes: bool, bugs: Bugs) -> T:
    import httpx

    try:
        return question()
    except CmflowError:
        raise
    except httpx.HTTPError as error:
        raise silence(network.title, error, writes) from None
    except Exception as error:  # the one net: an odd answer of one account must not end the others' run
        if bugs is None:
            raise
        bugs.append(error)
        why = f"cmflow does not understand the answer of {network.title} ({type(error).__name__}): a bug in cmflow."
        raise (Unsure(why, "It may be out.") if writes else NotSent(why, "It is tried again.")) from None
