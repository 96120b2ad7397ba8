"""Posting on X, and taking back."""

from typing import TYPE_CHECKING, Any

from cmflow.model import Media, Receipt, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.x import files
from cmflow.networks.x.call import READ_WRITE, REPOST, WRITE, X, client, data, post_id

if TYPE_CHECKING:
    import httpx


def connect(http: "httpx.Client", access: Access) -> X:
    api = client(http, access)
    user = data(api.ask("GET", "/2/users/me"))
    if not (user.get("id") and user.get("username")):
        raise unreadable("X")
    username, handle = str(user["username"]), access.account.option("handle").strip().removeprefix("@")
    if handle and handle.lower() != username.lower():
        message = f"The token of {access.account.name} is for @{username}, and the plan says @{handle}."
        raise Denied(message, f"Sign in as @{handle} (cmflow connect {access.account.name}), or correct `handle`.")
    return X(api, str(user["id"]), username, access.clock, access.scopes)


def publish(session: X, outgoing: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    if is_repost(outgoing):
        return _repost(session, post_id(outgoing.variant.repost))
    answer = session.api.write("POST", "/2/tweets", json=_body(session, outgoing, thread))
    post = str(data(answer).get("id") or "")
    if not post:
        raise unreadable("X", writes=True)
    return session.remote(post)


def delete(session: X, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    post = receipt.id or post_id(receipt.url)
    reposted = f"/2/users/{session.id}/retweets/{post.removeprefix(REPOST)}"
    session.api.write("DELETE", reposted if post.startswith(REPOST) else f"/2/tweets/{post}", fine=(404,))


def verify(session: X) -> Standing:
    """The account, and what its token is good for, as X said when it gave it; Denied where that is not posting."""
    name = f"@{session.username} on X"
    if session.scopes and WRITE not in session.scopes:
        raise Denied(f"The token of {name} may only {', '.join(sorted(session.scopes))}.", READ_WRITE)
    return Standing(name, tuple(sorted(session.scopes)))


def is_repost(outgoing: Outgoing) -> bool:
    """Whether the part says nothing of its own: with words, it quotes."""
    return bool(outgoing.variant.repost and not outgoing.part.form.body and not outgoing.part.media)


def _repost(session: X, post: str) -> Remote:
    """Reposting twice is reposting once."""
    session.api.write("POST", f"/2/users/{session.id}/retweets", json={"tweet_id": post})
    return Remote(REPOST + post, f"https://x.com/i/web/status/{post}")


def _body(session: X, outgoing: Outgoing, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    """What creates the post. Its media is uploaded first, and invisible until the post exists."""
    variant, is_first = outgoing.variant, not outgoing.index
    quote = post_id(variant.quote or variant.repost) if is_first else ""
    reply = thread[-1].id if thread else post_id(variant.reply_to)
    poll = _poll(outgoing) if is_first else None
    pairs = zip(outgoing.part.media, outgoing.files, strict=True)
    media = [_file(session, outgoing, item, file) for item, file in pairs]
    fields = {
        "text": outgoing.part.form.body,
        "media": {"media_ids": media} if media else None,
        "poll": poll,
        "reply": {"in_reply_to_tweet_id": reply} if reply else None,
        "quote_tweet_id": quote,
    }
    return {name: value for name, value in fields.items() if value}


def _file(session: X, outgoing: Outgoing, item: Media, file: Upload) -> str:
    """The id of a file with all that goes with it."""
    media = files.upload(session.api, item, file, outgoing.journal)
    for language, subtitles in outgoing.subtitles(item):
        files.subtitle(session.api, media, language, subtitles)
    return media


def _poll(outgoing: Outgoing) -> dict[str, Any] | None:
    poll = outgoing.variant.poll
    if poll is None:
        return None
    if poll.multiple:
        raise Rejected(
            "A poll on X allows only one choice.", "Remove `multiple` from the poll, or leave this account out."
        )
    return {"options": list(poll.options), "duration_minutes": int(poll.duration.total_seconds()) // 60}
