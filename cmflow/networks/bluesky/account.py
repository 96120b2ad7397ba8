"""Signing in to Bluesky, who that is, and what its posts achieve."""

from typing import TYPE_CHECKING

from cmflow.model import Receipt
from cmflow.model.errors import Denied
from cmflow.netkit import answers, atproto, figures
from cmflow.netkit.atproto import SIGN_IN, Ask, Session
from cmflow.netkit.network import Access, Figures, Standing
from cmflow.networks.bluesky import chat
from cmflow.networks.bluesky.records import POSTS, address_of

if TYPE_CHECKING:
    import httpx

SERVICE = "https://bsky.social"
POST_FIGURES = ("likeCount", "repostCount", "replyCount", "quoteCount", "bookmarkCount")
ACCOUNT_FIGURES = ("followersCount", "followsCount", "postsCount")


def connect(http: "httpx.Client", access: Access) -> Session:
    account, password = access.account, dict(access.secrets).get("app_password", "").strip()
    handle, service = account.option("handle").removeprefix("@"), account.option("service") or SERVICE
    if not handle:
        raise Denied(f"{account.name} has no handle.", "Write it in the plan as options: {handle: …}")
    if not password:
        raise Denied(f"{account.name} has no app password.", SIGN_IN)
    return atproto.signed_in(http, service, handle, password, access)


def verify(session: Session) -> Standing:
    """An app password may do all that posting needs; videos need an account with a confirmed e-mail address, and
    direct messages an app password that was made for them."""
    profile = session.ask(Ask("server.getSession", params={}, needs=("handle", "did")))
    videos = () if profile.get("emailConfirmed") is False else ("upload videos",)
    direct = ("read direct messages",) if chat.may_read(session) else ()
    may = ("post", *videos, "read comments", *direct, "reply", "hide")
    return Standing(f"@{profile['handle']} ({profile['did']}) on {session.service}", may)


def metrics(session: Session, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """A repost has no figures of its own, and a post that is not there is left out of the answer."""
    places = [address_of(receipt.id.partition(" ")[0] or receipt.url) for receipt in receipts]
    addresses = ["at://" + "/".join(target) for target in places if target[1] == POSTS]
    answer = session.ask(Ask("app.bsky.feed.getPosts", params={"uris": addresses})) if addresses else {}
    posts = {address_of(str(post.get("uri")))[1:]: post for post in answers.objects(answer.get("posts")) or ()}
    return tuple(figures.read(posts.get(target[1:]), POST_FIGURES) for target in places)


def account_metrics(session: Session) -> Figures:
    return figures.read(session.ask(Ask("app.bsky.actor.getProfile", params={"actor": session.did})), ACCOUNT_FIGURES)
