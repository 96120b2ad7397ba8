"""Signing in, and what we may do in the room."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cmflow.model.errors import Denied
from cmflow.netkit import rest
from cmflow.netkit.network import Access, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.matrix.call import CLIENT, MESSAGE, Matrix, segment

if TYPE_CHECKING:
    import httpx

ALLOWED = "plaintext"  # what the plan's `encrypted` says where posts may go unencrypted into an encrypted room
INVITE = "Invite it, join the room with it, and let it send messages there."


def connect(http: "httpx.Client", access: Access) -> Matrix:
    api = rest.client(http, access, "Matrix", rest.address(access, "homeserver"))
    written = access.account.option("room").strip()
    account = api.ask("GET", f"{CLIENT}/account/whoami")
    user = rest.text(account, "user_id")
    if not user:
        raise Denied("This address does not answer like a Matrix homeserver.", "Correct `homeserver` in the plan.")
    matrix = Matrix(api, _room(api, written), written, user, rest.date(account))
    _open(matrix, encrypted=access.account.option("encrypted").strip())
    return matrix


def verify(matrix: Matrix) -> Standing:
    """Who writes where, by its power level in the room; Denied where that is too low."""
    answer = matrix.api.ask("GET", f"{matrix.path}/state/m.room.power_levels/", fine=(403, 404))
    levels = rest.document(answer) if answer.is_success else {}
    name = f"{matrix.user} in {matrix.shown}"
    own, needed = (
        _level(levels, "users", matrix.user, "users_default"),
        _level(levels, "events", MESSAGE, "events_default"),
    )
    if own < needed:
        reason = f"{name} has the power level {own}, and messages need {needed}."
        raise Denied(reason, "Ask a moderator of the room to raise it.")
    may_remove = own >= _limit(levels, "redact", 50)
    removing = ("hide",) if may_remove else ()
    return Standing(name, ("post", "upload files", "read comments", "read direct messages", "reply", *removing))


def _limit(levels: object, name: str, otherwise: int) -> int:
    """The level that an action needs."""
    level = levels.get(name) if isinstance(levels, Mapping) else None
    return level if isinstance(level, int) else otherwise


def _level(levels: object, table: str, name: str, otherwise: str) -> int:
    """A level of a room's `m.room.power_levels`; 0 where nothing says another."""
    if not isinstance(levels, Mapping):
        return 0
    entries = levels.get(table)
    level = entries.get(name, levels.get(otherwise)) if isinstance(entries, Mapping) else levels.get(otherwise)
    return level if isinstance(level, int) else 0


def _room(api: ApiClient, written: str) -> str:
    """The id of a room that may be written as an alias."""
    if written.startswith("!"):
        return written
    hint = "Write its id or alias in the plan as options: {room: '#room:server'}"
    if not written.startswith("#"):
        raise Denied("The room is neither an id (!…) nor an alias (#…).", hint)
    answer = api.ask("GET", f"{CLIENT}/directory/room/{segment(written)}", fine=(404,))
    room = rest.text(answer, "room_id")
    if not room:
        raise Denied(f"There is no room {written}.", hint)
    return room


def _open(matrix: Matrix, encrypted: str) -> None:
    """Refuse a room where people encrypt, unless the plan allows it, and one that has been replaced."""
    if _state(matrix, "m.room.encryption", "algorithm") and encrypted != ALLOWED:
        raise Denied(
            f"The room {matrix.shown} is encrypted, and cmflow cannot encrypt.",
            f"Name a room without encryption, or let posts go there in the clear: options: {{encrypted: {ALLOWED}}}",
        )
    following = _state(matrix, "m.room.tombstone", "replacement_room")
    if following:
        reason = f"The room {matrix.shown} was replaced by {following}."
        raise Denied(reason, "Join that one, and write it as `room` in the plan.")


def _state(matrix: Matrix, kind: str, name: str) -> str:
    """What the room says of itself; "" where it says nothing."""
    answer = matrix.api.ask("GET", f"{matrix.path}/state/{kind}/", fine=(403, 404))
    if answer.status_code == 403:
        raise Denied(matrix.api.sentence(answer), f"{matrix.user} may not read {matrix.shown}. {INVITE}")
    return rest.text(answer, name) if answer.is_success else ""
