"""Publishing and deleting posts, and signing in."""

from collections.abc import Mapping
from typing import Any

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import LOOK
from cmflow.netkit.network import Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import call, files, instance
from cmflow.networks.mastodon.call import AUDIENCE, MISSING

SCOPES = ("write:statuses", "write:media", "read:statuses", "read:notifications", "read:accounts")  # what we use
UNTOLD = (400, 401, 403, 404, 405, 422)  # of a server that says nothing of its tokens


def publish(api: ApiClient, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    variant = message.variant
    if call.is_boost(message):
        return _boost(api, call.post_id(api, variant.repost, message.ids), AUDIENCE[variant.visibility])
    parent = thread[-1].id if thread else call.post_id(api, variant.reply_to, message.ids)
    quoted = _quoted(api, message)
    pairs = zip(message.part.media, message.files, strict=True)
    file_ids = [files.upload(api, item, file) for item, file in pairs]
    body = _fields(message, file_ids, parent, quoted)
    answer = api.write("POST", "/api/v1/statuses", headers={"Idempotency-Key": message.key}, json=body)
    if not rest.text(answer, "id"):
        raise Unsure(f"{api.title} returned an answer that cannot be read.", LOOK)
    return call.remote(rest.document(answer))


def _boost(api: ApiClient, target: str, audience: str) -> Remote:
    """Boosting twice is boosting once. The answer is the boost, a post of ours without words."""
    body = {"visibility": audience} if audience != "direct" else {}
    answer = api.write("POST", f"/api/v1/statuses/{call.segment(target)}/reblog", json=body, fine=MISSING)
    if answer.status_code in MISSING:
        raise Rejected("The post to boost is not there.", "It may have been deleted, or not be public: leave it out.")
    if not rest.text(answer, "id"):
        raise Unsure(f"{api.title} returned an answer that cannot be read.", LOOK)
    return call.remote(rest.document(answer))


def delete(api: ApiClient, receipt: Receipt) -> None:
    """Delete a post; one that the server does not have counts as deleted."""
    api.write("DELETE", call.path(api, receipt), fine=MISSING)


def verify(api: ApiClient) -> Standing:
    """The account and the scopes of its token, where the server tells them; Denied where those cannot post."""
    name = f"@{call.text(api, call.own_account(api), 'acct')} on {api.address}"
    application = rest.document(api.ask("GET", "/api/v1/apps/verify_credentials", fine=UNTOLD))
    scopes = application.get("scopes") if isinstance(application, Mapping) else None
    held = {str(scope) for scope in scopes} if isinstance(scopes, list) else set()
    may = held | {scope for scope in SCOPES if scope.partition(":")[0] in held}
    if may and "write:statuses" not in may:
        hint = "Tick read and write for the application on the server, make its token anew, and copy that."
        raise Denied(f"The token of {name} may only {', '.join(sorted(held))}.", hint)
    return Standing(name, tuple(sorted(may)))


def _fields(message: Outgoing, file_ids: list[str], parent: str, quoted: str) -> dict[str, Any]:
    """The request for a post, without empty fields; a post with files needs no text."""
    variant = message.variant
    fields = {
        "status": message.part.form.body,
        "visibility": AUDIENCE[variant.visibility],
        "language": variant.language,
        "spoiler_text": variant.content_warning,
        "sensitive": bool(variant.content_warning),
        "media_ids": file_ids,
        "poll": _poll(message),
        "in_reply_to_id": parent,
        "quoted_status_id": quoted,
    }
    return {name: value for name, value in fields.items() if value or (name == "status" and not file_ids)}


def _poll(message: Outgoing) -> dict[str, Any] | None:
    """The poll of the first part; later parts have none."""
    poll = message.variant.poll
    if poll is None or message.index:
        return None
    return {"options": list(poll.options), "expires_in": int(poll.duration.total_seconds()), "multiple": poll.multiple}


def _quoted(api: ApiClient, message: Outgoing) -> str:
    """The id of the quoted post, or ""; raises `Rejected` where the server does not know quotes."""
    about = message.variant.quote or message.variant.repost
    if message.index or not about:
        return ""
    if not instance.has_quotes(api):
        reason = "This server does not support quotes: the post would be published without the quoted one."
        raise Rejected(reason, "Link to it in the text instead.")
    return call.post_id(api, about, message.ids)
