"""The receiver of an account: how it is reached, and whether it knows the signature."""

import json
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cmflow.model.errors import Denied
from cmflow.netkit.addresses import clean
from cmflow.netkit.errors import Advice
from cmflow.netkit.network import Access, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.webhook.signature import headers, identity, key_of
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

VERSION = 1
PUBLISH, DELETE, PING = "post.publish", "post.delete", "ping"
ADVICE = Advice(
    denied="Check that the receiver knows the signing secret of this account.",
    moved="The receiver has another address: correct `url` in the plan.",
    missing="Nothing is there: correct `url` in the plan.",
    rejected="The receiver does not take this post: change it, or the receiver.",
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """`keys` sign, all of them: two while the secret is being changed."""

    client: ApiClient
    account: str
    host: str
    keys: tuple[bytes, ...] = field(repr=False)
    clock: Callable[[], float] = field(repr=False)

    def send(
        self, event: str, key: str, time: datetime, data: dict[str, Any], fine: tuple[int, ...] = ()
    ) -> "httpx.Response":
        """The receiver's answer to one event. `fine` are further answers that say that it has it."""
        content = {"type": event, "timestamp": time.isoformat().replace("+00:00", "Z"), "data": data}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        signed = headers(self.keys, identity(event, key), int(self.clock()), body)
        call = self.client.write if event == PUBLISH else self.client.ask
        answer = call("POST", "", (*fine, 410), content=body, headers=signed)
        if answer.status_code == 410:
            message = f"{self.host} says that it no longer receives anything there (410)."
            raise Denied(message, f"Take {self.account} out of the plan, or correct its `url`.")
        return answer


def connect(http: "httpx.Client", access: Access) -> Receiver:
    account, written = access.account, access.account.option("url").strip()
    address, query = clean(written), urlsplit(written).query if clean(written) else ""
    if not address:
        message = f"The url of {account.name} is not an address that begins with https://"
        raise Denied(message, "Write it in the plan as options: {url: https://…}")
    secrets = dict(access.secrets).get("secret", "").split() or [access.secret("secret")]
    keys = tuple(key_of(word, account.name) for word in secrets)
    client = ApiClient(
        http,
        "Webhook",
        f"{address}?{query}" if query else address,
        secrets[0],
        access.pause,
        scheme="",
        headers=(("Content-Type", "application/json"),),
        advice=ADVICE,
    )
    return Receiver(client, account.name, urlsplit(address).hostname or "", keys, access.clock)


def verify(receiver: Receiver) -> Standing:
    """The receiver answered a ping, so it knows the signature."""
    time = datetime.fromtimestamp(receiver.clock(), UTC)
    data = {"version": VERSION, "account": receiver.account}
    receiver.send(PING, time.isoformat(), time, data)
    return Standing(f"the receiver at {receiver.host}", (PUBLISH, DELETE))
