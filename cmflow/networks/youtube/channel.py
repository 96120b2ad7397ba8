"""Signing in to a channel, and who it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmflow.model import Account
from cmflow.model.errors import Denied
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Access, Standing, limits
from cmflow.netkit.rest import ApiClient
from cmflow.networks.youtube.call import API, NO_CHANNEL, Channel, client, items, section

if TYPE_CHECKING:
    import httpx

CATEGORY = "22"  # People & Blogs, as YouTube itself does
ANSWERS = {"": False, "false": False, "no": False, "true": True, "yes": True}
LONG = {"allowed": True, "eligible": False, "disallowed": False}
LONGEST = 1_440  # minutes until a video is public
SHORT = "no videos over 15 minutes: confirm its phone number at https://www.youtube.com/verify"


def connect(http: "httpx.Client", access: Access) -> Channel:
    """The channel of the sign-in; Denied where there is none, or the plan means another."""
    category, kids, delay = _category(access.account), _kids(access.account), _delay(access.account)
    api = client(http, access)
    channels = items(
        api.ask("GET", f"{API}/channels", params={"part": "snippet,contentDetails,status", "mine": "true"})
    )
    if not channels or section(channels[0], "status").get("isLinked") is False:
        raise Denied("This Google account has no YouTube channel.", NO_CHANNEL)
    channel, snippet = channels[0], section(channels[0], "snippet")
    uploads = section(section(channel, "contentDetails"), "relatedPlaylists").get("uploads")
    if not (channel.get("id") and uploads):
        raise unreadable("YouTube")
    title, handle = str(snippet.get("title", "")), str(snippet.get("customUrl", ""))
    _same(access.account, channel, title, handle)
    playlist = _playlist(api, access.account, str(channel["id"]))
    is_long = LONG.get(str(section(channel, "status").get("longUploadsStatus")))
    return Channel(
        *(api, str(channel["id"]), title, handle, str(uploads), category, playlist, kids, is_long, access.clock),
        public_after=delay,
        limits=limits(access.account),
    )


def verify(channel: Channel) -> Standing:
    """The channel's name and handle, and whether it may upload long videos, where YouTube says so."""
    name = f"“{channel.title}”" + (f" ({channel.handle})" if channel.handle else "")
    may = ("upload", "upload over 15 minutes") if channel.has_long else ("upload",)
    return Standing(f"{name} on YouTube" + (f", {SHORT}" if channel.has_long is False else ""), may)


def _same(account: Account, channel: Mapping[str, Any], title: str, handle: str) -> None:
    expected = account.option("channel").strip()
    if expected and expected != channel["id"] and expected.lower() != handle.lower():
        message = (
            f"The sign-in of {account.name} is for the channel “{title}” ({channel['id']}), the plan says {expected}."
        )
        hint = f"Sign in and choose that channel (cmflow connect {account.name}), or correct `channel`."
        raise Denied(message, hint)


def _category(account: Account) -> str:
    category = account.option("category").strip() or CATEGORY
    if not (category.isascii() and category.isdigit()):
        raise Denied(
            f"The category of {account.name} is not a number.", "Write `category: 22` in the plan, or another."
        )
    return category


def _kids(account: Account) -> bool:
    written = account.option("made_for_kids").strip().lower()
    if written not in ANSWERS:
        message = f"`made_for_kids` of {account.name} is neither true nor false."
        raise Denied(message, "Write `made_for_kids: false` in the plan, or `true`.")
    return ANSWERS[written]


def _delay(account: Account) -> int:
    """Seconds until a public video is public; a day at most."""
    written = account.option("public_after").strip() or "0"
    if not (written.isascii() and written.isdigit() and len(written) < 6 and int(written) <= LONGEST):
        message = f"`public_after` of {account.name} is not a number of minutes, {LONGEST:,} at most."
        raise Denied(message, "Write `public_after: 30` in the plan, or leave it out.")
    return int(written) * 60


def _playlist(api: ApiClient, account: Account, channel: str) -> str:
    """The playlist that the plan names; Denied where it is not one of this channel."""
    playlist = account.option("playlist").strip()
    if not playlist:
        return ""
    playlists = items(api.ask("GET", f"{API}/playlists", params={"part": "snippet", "id": playlist}))
    if not playlists or section(playlists[0], "snippet").get("channelId") != channel:
        message = f"The playlist of {account.name} is not one of its channel."
        raise Denied(message, "Open the playlist on YouTube: its id is in the address, after `list=`.")
    return playlist
