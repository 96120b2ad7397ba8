"""How the Bot API is asked, and what its refusals mean."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import CmflowError, Denied, Rejected, Throttled
from cmflow.netkit import errors
from cmflow.netkit.answers import again, document
from cmflow.netkit.errors import RETRY, unreadable
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

REFUSED = (400, 401, 403, 404, 409, 429)
RIGHTS = ("administrator rights", "not enough rights", "no rights", "can't be deleted", "CHAT_WRITE_FORBIDDEN")
UNKNOWN = "Telegram does not know this bot: copy its token again from @BotFather."
INVITE = "Add the bot to it as an administrator who may post messages."
ALONE = "Stop it, or remove its webhook, or give cmflow a bot of its own."

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bot:
    """`chat` as the plan writes it; `common` goes along with every message."""

    client: ApiClient
    chat: str
    common: Fields

    def ask(self, method: str, fields: Fields) -> Any:
        """The result of what makes no post; whatever goes wrong, nothing is published."""
        result = self._result(self.client.ask("POST", self._path(method), REFUSED, json=fields), writes=False)
        if result is None:
            raise unreadable("Telegram")
        return result

    def send(self, method: str, fields: Fields, files: Fields | None = None) -> Any:
        """The message or messages that it made."""
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        content = {"data": form, "files": files} if files else {"json": fields}
        result = self._result(self.client.write("POST", self._path(method), REFUSED, **content), writes=True)
        if result is None:
            raise unreadable("Telegram", writes=True)
        return result

    def _path(self, method: str) -> str:
        return f"/bot{self.client.token}/{method}"

    def _result(self, answer: "httpx.Response", writes: bool) -> Any:
        body = document(answer)
        if not answer.is_success and not (isinstance(body, Mapping) and "description" in body):
            raise errors.failure(answer, self.client.title, "", writes)
        if not answer.is_success:
            raise self._refusal(answer, body)
        return body.get("result") if isinstance(body, Mapping) and body.get("ok") is True else None

    def _refusal(self, answer: "httpx.Response", body: Fields) -> CmflowError:
        code, sentence, parameters = answer.status_code, self.client.sentence(answer), body.get("parameters")
        if not isinstance(parameters, Mapping):
            parameters = {}
        if code == 429:
            return Throttled(sentence, RETRY, again(answer))
        if code in (401, 404):
            return Denied(sentence, UNKNOWN)
        if code == 409:
            return Denied(f"Another program reads what is written to this bot. {sentence}", ALONE)
        if "migrate_to_chat_id" in parameters:
            return Denied(sentence, f"Write {parameters['migrate_to_chat_id']} as `chat` in the plan.")
        if code == 403 or "chat not found" in sentence or any(word in sentence for word in RIGHTS):
            return Denied(sentence, f"Check `chat` ({self.chat}) in the plan. {INVITE}")
        return Rejected(sentence, "Change the post.")


def message_of(answer: "httpx.Response") -> str:
    """What Telegram itself says."""
    return errors.message(answer, (), ("description",))
