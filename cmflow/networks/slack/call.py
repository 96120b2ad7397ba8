"""How Slack is asked, and what its errors mean: they come with the status 200."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import errors
from cmflow.netkit.answers import again, document
from cmflow.netkit.errors import LOOK, RETRY, unreadable
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

TOKEN = "Install the app again, and copy its “Bot User OAuth Token”, which begins with `xoxb-`."
INVITE = "Check `channel` in the plan, and invite the bot there: /invite @its-name."
ADMIN = "Ask an administrator of the workspace to allow it, or choose another channel."
SCOPE = "Add it to the bot's scopes under “OAuth & Permissions”, and install the app again."
# Slack's own codes (https://docs.slack.dev/reference/methods) → what to do about them.
DENIED = {
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive", "token_expired", "token_revoked"), TOKEN),
    **dict.fromkeys(("not_allowed_token_type", "invalid_token", "no_service", "no_service_id", "no_team"), TOKEN),
    **dict.fromkeys(("not_in_channel", "channel_not_found", "invalid_channel", "channel_is_limited_access"), INVITE),
    **dict.fromkeys(("restricted_action", "access_denied", "no_permission", "posting_to_channel_denied"), ADMIN),
    **dict.fromkeys(("restricted_action_read_only_channel", "ekm_access_denied", "team_access_not_granted"), ADMIN),
    **dict.fromkeys(("file_uploads_disabled", "file_uploads_except_images_disabled", "action_prohibited"), ADMIN),
    **dict.fromkeys(
        ("is_archived", "channel_is_archived"), "Choose another channel in the plan: this one is archived."
    ),
    "storage_limit_reached": "Delete files of the workspace, or leave the pictures out.",
    "missing_scope": SCOPE,
    "cant_delete_message": "Delete it yourself: only its author may delete a message.",
}
LATER = ("ratelimited", "rate_limited", "message_limit_exceeded", "rollup_error")
UNSURE = ("fatal_error", "internal_error", "service_unavailable", "request_timeout")  # some of it may have succeeded
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slack:
    """A channel. Of a bot, `user` is its id and `home` the workspace's address; a webhook has neither."""

    client: ApiClient
    channel: str = ""
    user: str = ""
    home: str = ""
    name: str = ""
    scopes: tuple[str, ...] = ()

    @property
    def is_bot(self) -> bool:
        return bool(self.user)

    def ask(self, method: str, fields: Fields, fine: tuple[str, ...] = ()) -> Fields:
        """The answer to what makes no post; `fine` are errors that the caller understands."""
        return result(self.client, self.client.ask("POST", f"/{method}", data=_form(fields)), False, fine)

    def write(self, method: str, fields: Fields) -> Fields:
        """The answer to the request that makes the post."""
        return result(self.client, self.client.write("POST", f"/{method}", data=_form(fields)), True)


def result(client: ApiClient, answer: "httpx.Response", writes: bool, fine: tuple[str, ...] = ()) -> Fields:
    """The object of an answer; raises what it means where it is an error."""
    body = document(answer)
    if not isinstance(body, Mapping) or not isinstance(body.get("ok"), bool):
        raise unreadable("Slack", writes)
    code = str(body.get("error", ""))
    if body["ok"] or code in fine:
        return body
    if code == "missing_scope" and isinstance(body.get("needed"), str):
        raise Denied(f"The Slack app lacks the scope {errors.plain(body['needed'], ())}.", SCOPE)
    raise refusal(client, answer, code, _error_text(body), writes)


def refusal(client: ApiClient, answer: "httpx.Response", code: str, text: str, writes: bool) -> DeliveryError:
    """What one of Slack's codes means."""
    sentence = f"{client.title} answers: {errors.plain(text, (client.token,))}"
    if code in LATER:
        return Throttled(sentence, RETRY, again(answer))
    if code in UNSURE:
        return Unsure(sentence, LOOK) if writes else NotSent(sentence, RETRY)
    return Denied(sentence, DENIED[code]) if code in DENIED else Rejected(sentence, "Change the post.")


def _error_text(body: Fields) -> str:
    """The code, the scope that is needed, and what is said beside it."""
    metadata = body.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    texts = [str(body.get("error", "")), str(body.get("needed", "")), *(messages if isinstance(messages, list) else [])]
    return " ".join(str(word) for word in texts if word)


def _form(fields: Fields) -> dict[str, str]:
    """As Slack wants its arguments: texts as they are, the others as JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items() if value}
