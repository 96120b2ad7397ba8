"""Where posts go on Discord, as a bot or through a webhook; how it is asked, and what its refusals mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import DeliveryError, Denied, Rejected, Throttled
from cmflow.netkit import errors
from cmflow.netkit.answers import again, document
from cmflow.netkit.errors import RETRY
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

REFUSED = (400, 401, 403, 404, 429)
BOT_ROLE = (
    "Give the bot's role the permissions View Channel, Send Messages, Attach Files and Read Message History there."
)
NEW_HOOK = "Make a new webhook in the channel's settings, and copy its URL into the secret."
# Discord's own codes (https://discord.com/developers/docs/topics/opcodes-and-status-codes) → what to do about them.
DENIED = {
    0: "Copy the bot's token again from the developer portal: Bot, Reset Token.",
    10003: "Check `channel` and `thread` in the plan: copy the id again.",
    10015: NEW_HOOK,
    50001: f"Invite the bot to the server. {BOT_ROLE}",
    50013: BOT_ROLE,
    50027: NEW_HOOK,
    50083: "Open the thread again: it is archived.",
    160005: "Unlock the thread.",
    220001: "This channel is a forum: name one of its threads in the plan as options: {thread: …}",
    220003: "This channel is not a forum: write the id of a thread that exists.",
}
TOO_LARGE, TOO_FAST = 40005, (20016, 20022, 20028)
LARGE = "Make the files smaller, or spread them over the parts of a thread."


@dataclass(frozen=True, slots=True)
class Discord:
    """A channel, or a thread of it: `channel` is where messages are, `name` what people call it.

    Of a bot, `client` speaks to the API; of a webhook, to the webhook itself, and `thread` names the thread.
    """

    client: ApiClient
    guild: str
    channel: str
    name: str
    is_bot: bool
    thread: str = ""
    username: str = ""

    def ask(self, method: str, path: str, fine: tuple[int, ...] = (), **request: Any) -> "httpx.Response":
        """The answer to what makes no post; whatever goes wrong, nothing is published."""
        return checked(self.client, self.client.ask(method, path, REFUSED, **request), fine, writes=False)

    def write(self, method: str, path: str, fine: tuple[int, ...] = (), **request: Any) -> "httpx.Response":
        """The answer to what makes or deletes a post."""
        return checked(self.client, self.client.write(method, path, REFUSED, **request), fine, writes=True)

    def messages(self, message: str = "") -> str:
        """The path of the channel's messages, or of one."""
        home = f"/channels/{self.channel}/messages" if self.is_bot else "/messages" if message else ""
        return f"{home}/{message}" if message else home

    def query(self, wait: bool = False) -> Mapping[str, str]:
        """What only a webhook is told: to answer with the message, and which thread it is in."""
        if self.is_bot:
            return {}
        return ({"wait": "true"} if wait else {}) | ({"thread_id": self.thread} if self.thread else {})


def checked(
    client: ApiClient, answer: "httpx.Response", fine: tuple[int, ...] = (), writes: bool = False
) -> "httpx.Response":
    """The answer; raises what it means where it is a refusal."""
    if answer.is_success or answer.status_code in fine:
        return answer
    raise _refusal(client, answer, writes)


def _refusal(client: ApiClient, answer: "httpx.Response", writes: bool) -> DeliveryError:
    body, sentence = document(answer), client.sentence(answer)
    code = body.get("code") if isinstance(body, Mapping) else None
    if answer.status_code == 429 or code in TOO_FAST:
        return Throttled(sentence, RETRY, again(answer))
    if code == TOO_LARGE:
        return Rejected(sentence, LARGE)
    if isinstance(code, int) and code in DENIED and (code or answer.status_code == 401):
        return Denied(sentence, DENIED[code])
    return errors.failure(answer, client.title, errors.message(answer, (client.token,)), writes)
