"""What a bot may do in a channel, reckoned as Discord's docs tell (topics/permissions, read 2026-11-22)."""

from collections.abc import Iterable, Mapping
from typing import Any

from cmflow.netkit.answers import document, objects, text
from cmflow.netkit.errors import unreadable
from cmflow.networks.discord.call import Discord

VIEW, SEND, HISTORY = "view channel", "send messages", "read message history"
MANAGE = "manage messages"
ADMINISTRATOR = 1 << 3
BITS = {
    1 << 10: VIEW,
    1 << 11: SEND,
    1 << 13: MANAGE,
    1 << 14: "embed links",
    1 << 15: "attach files",
    1 << 16: HISTORY,
    1 << 49: "send polls",
}
IN_THREADS = 1 << 38  # the right to send where the channel is a thread
THREADS = ("10", "11", "12")  # types of channels
NEEDED = tuple(name for name in BITS.values() if name != MANAGE)


def of(discord: Discord, user: str) -> frozenset[str]:
    """The rights that the bot holds where it publishes."""
    about = discord.ask("GET", f"/channels/{discord.channel}")
    is_thread = text(about, "type") in THREADS
    home = discord.ask("GET", f"/channels/{text(about, 'parent_id')}") if is_thread else about
    member = document(discord.ask("GET", f"/guilds/{discord.guild}/members/{user}"))
    roles = objects(document(discord.ask("GET", f"/guilds/{discord.guild}/roles")))
    overwrites = objects((document(home) or {}).get("permission_overwrites", []))
    if roles is None or overwrites is None or not isinstance(member, Mapping):
        raise unreadable("Discord")
    own_roles = {discord.guild, *(str(role) for role in member.get("roles", ()))}
    held = _all(role.get("permissions") for role in roles if role.get("id") in own_roles)
    if held & ADMINISTRATOR:
        return frozenset(BITS.values())
    held = _overwritten(held, [overwrite for overwrite in overwrites if overwrite.get("id") == discord.guild])
    held = _overwritten(
        held, [overwrite for overwrite in overwrites if overwrite.get("id") in own_roles - {discord.guild}]
    )
    held = _overwritten(held, [overwrite for overwrite in overwrites if overwrite.get("id") == user])
    names = {name for bit, name in BITS.items() if held & bit}
    if is_thread:
        names = names - {SEND} | ({SEND} if held & IN_THREADS else set())
    return frozenset(names)


def _overwritten(held: int, overwrites: list[Mapping[str, Any]]) -> int:
    denied, allowed = (_all(overwrite.get(name) for overwrite in overwrites) for name in ("deny", "allow"))
    return held & ~denied | allowed


def _all(values: Iterable[object]) -> int:
    """The bits of all of them."""
    bits = 0
    for value in values:
        bits |= int(value) if isinstance(value, str) and value.isdecimal() else 0
    return bits
