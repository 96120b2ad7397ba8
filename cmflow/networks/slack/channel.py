"""What is done in a channel: sign in, publish, look, delete, and say who we are."""

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.netkit import errors
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.slack import files, history
from cmflow.networks.slack.call import Slack, refusal, result

if TYPE_CHECKING:
    import httpx

API = "https://slack.com/api"
HOOK = re.compile(r"https://hooks\.slack(?:-gov)?\.com/services/\w+/\w+/\w+", re.ASCII)
ADDRESS = re.compile(r"/archives/([A-Z0-9]+)/p(\d+)(\d{6})", re.ASCII)
CODE = re.compile(r"[a-z_]+")
WRITTEN = "To publish as a bot, set `channel` in the plan."


def connect(http: "httpx.Client", access: Access) -> Slack:
    """As a bot where the plan names a `channel`, else through the incoming webhook."""
    channel = access.account.option("channel").strip()
    if not channel:
        return _hook(http, access)
    token = access.secret("token")
    if not token.startswith(("xoxb-", "xoxe.xoxb-")):
        user = "It is a user's token. " if token.startswith("xoxp-") else ""
        message = f"The token of {access.account.name} is not that of a Slack bot."
        raise Denied(message, f"{user}Copy the “Bot User OAuth Token”, which begins with `xoxb-`.")
    access.option("channel")
    client = ApiClient(http, "Slack", API, token, access.pause)
    answer = client.ask("POST", "/auth.test")
    body = result(client, answer, writes=False)
    scopes = tuple(scope.strip() for scope in answer.headers.get("X-OAuth-Scopes", "").split(",") if scope.strip())
    name = f"@{body.get('user', '')} in {body.get('team', '')}"
    return Slack(client, channel, str(body.get("user_id", "")), str(body.get("url", "")), name, scopes)


def publish(slack: Slack, message: Outgoing, thread: tuple[Receipt, ...], above: str = "") -> Remote:
    """Publish a part. `above` is the message of a thread that it answers, which Slack itself does not keep."""
    if message.variant.quote or message.variant.repost:
        hint = "Link to the message in the text, or leave this account out."
        raise Rejected("Slack has no quotes and no reposts for bots.", hint)
    if not slack.is_bot:
        return _posted_by_hook(slack, message)
    root = thread[0].id if thread else _answered(slack, message)
    parent = {"thread_ts": root} if root else {}
    if message.part.media:
        return remote(slack, files.publish(slack, message, parent), root)
    metadata = {"event_type": history.EVENT, "event_payload": {"id": message.key} | ({"above": above} if above else {})}
    fields = {"channel": slack.channel, "text": message.part.form.body, "metadata": metadata, "unfurl_links": True}
    number = slack.write("chat.postMessage", fields | parent).get("ts")
    if not isinstance(number, str) or not number:
        raise Unsure("Slack answered without the id of the message.", LOOK)
    return remote(slack, number, root)


def find(slack: Slack, message: Outgoing) -> Remote | None:
    """By the key in the message's metadata; with files, by their names, which hold it."""
    if not slack.is_bot:
        raise Unsure("A webhook cannot read its channel.", history.SETTLE)
    if message.index and not message.below:
        raise Unsure("It is unknown which thread it would be in.", history.SETTLE)
    root = history.root(slack, message.below) if message.index else _answered(slack, message)
    number = history.find(slack, message, root)
    return remote(slack, number, root) if number else None


def delete(slack: Slack, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    if not slack.is_bot:
        raise Denied("A webhook cannot delete messages on Slack.", f"Delete it yourself. {WRITTEN}")
    number = receipt.id or placed(receipt.url)[1]
    slack.ask("chat.delete", {"channel": slack.channel, "ts": number}, ("message_not_found",))


def verify(slack: Slack) -> Standing:
    """The bot and its scopes; a webhook tells nothing of itself."""
    if not slack.is_bot:
        return Standing("an incoming webhook, which does not say its channel", ("incoming-webhook",))
    about = slack.ask("conversations.info", {"channel": slack.channel}, ("missing_scope",)).get("channel", {})
    name = f"#{about['name']}" if isinstance(about, dict) and about.get("name") else slack.channel
    if isinstance(about, dict) and about.get("is_member") is False:
        raise Denied(f"{slack.name} is not in {name}.", "Invite the bot there: /invite @its-name.")
    missing = [scope for scope in ("chat:write", "files:write", history.SCOPE) if scope not in slack.scopes]
    if slack.scopes and "chat:write" in missing:
        raise Denied(
            f"{slack.name} may not write: the scope chat:write is missing.", "Add it, and install the app again."
        )
    without = f", without {', '.join(missing)}" if missing and slack.scopes else ""
    return Standing(f"{slack.name}, {name}{without}", tuple(sorted(slack.scopes)))


def remote(slack: Slack, number: str, root: str = "") -> Remote:
    query = f"?thread_ts={root}&cid={slack.channel}" if root and root != number else ""
    home = slack.home.rstrip("/")
    return Remote(number, f"{home}/archives/{slack.channel}/p{number.replace('.', '')}{query}" if home else "")


def _hook(http: "httpx.Client", access: Access) -> Slack:
    address = access.secret("webhook_url")
    if not HOOK.fullmatch(address):
        message = f"The webhook URL of {access.account.name} is not one of Slack: https://hooks.slack.com/services/…"
        raise Denied(message, f"Copy it from the app's page, “Incoming Webhooks”. {WRITTEN}")
    return Slack(ApiClient(http, "Slack", address, address.rpartition("/")[2], access.pause, scheme=""))


def _posted_by_hook(slack: Slack, message: Outgoing) -> Remote:
    """Slack answers "ok" and no more: the receipt names the key."""
    if message.part.media:
        raise Rejected("A Slack webhook cannot send files.", WRITTEN)
    if message.variant.reply_to and not message.index:
        raise Rejected("A webhook cannot reply to messages on Slack.", WRITTEN)
    answer = slack.client.write("POST", "", (400, 403, 404, 410), json={"text": message.part.form.body})
    text = answer.text.strip()
    if answer.is_success and text == "ok":
        return Remote(f"webhook-{hashlib.sha256(message.key.encode()).hexdigest()[:16]}")
    if not answer.is_success and CODE.fullmatch(text):
        raise refusal(slack.client, answer, text, text, writes=True)
    if not answer.is_success:
        raise errors.failure(answer, slack.client.title, "", writes=True)
    raise unreadable("Slack", writes=True)


def _answered(slack: Slack, message: Outgoing) -> str:
    """The thread that the post answers; "" where it answers nothing."""
    address = message.variant.reply_to
    if message.index or not address:
        return ""
    own = dict(message.ids).get(address)
    if own:
        return history.root(slack, own)
    channel, number = placed(address)
    if channel != slack.channel:
        raise Rejected(f"{address} is in another channel.", "Answer it there, or leave this account out.")
    return parse_qs(urlsplit(address).query).get("thread_ts", [number])[0]


def placed(address: str) -> tuple[str, str]:
    try:
        match = ADDRESS.fullmatch(urlsplit(address).path)
    except ValueError:  # its host begins with a bracket, and is not an IPv6 address
        match = None
    if not match:
        raise Rejected(
            f"“{address}” is not the address of a Slack message.", "Copy its link: https://….slack.com/archives/…"
        )
    return match[1], f"{match[2]}.{match[3]}"
