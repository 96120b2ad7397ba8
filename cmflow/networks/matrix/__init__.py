"""Matrix rooms.

The network guarantees the key: the same transaction id from the same token makes one event, also where the first
answer was lost. Servers forget it after a day; an older intent is looked for before it is sent again. So the token
must stay the same: a new login is a new device, with transactions of its own.

A part is one event. With a picture it is an `m.image`: the words are its caption; without words, its alt text is. A
caption leaves the alt text a place that few apps show yet (MSC3552). Several pictures follow the words in the room, one
event each. Threads are `m.thread` below the first part, with
a reply to the part before for apps that know no threads. There are no content warnings: `check` says so.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.matrix.answer import find_reply, hide, reply
    from cmflow.networks.matrix.call import Matrix, event_id
    from cmflow.networks.matrix.edit import describe
    from cmflow.networks.matrix.inbox import inbox
    from cmflow.networks.matrix.metrics import account_metrics, metrics
    from cmflow.networks.matrix.post import delete, publish
    from cmflow.networks.matrix.room import connect, verify
    from cmflow.networks.matrix.timeline import find
else:
    find_reply, hide, reply = later("cmflow.networks.matrix.answer", "find_reply", "hide", "reply")
    (inbox,) = later("cmflow.networks.matrix.inbox", "inbox")
    (describe,) = later("cmflow.networks.matrix.edit", "describe")
    account_metrics, metrics = later("cmflow.networks.matrix.metrics", "account_metrics", "metrics")
    delete, publish = later("cmflow.networks.matrix.post", "delete", "publish")
    connect, verify = later("cmflow.networks.matrix.room", "connect", "verify")
    (find,) = later("cmflow.networks.matrix.timeline", "find")
    (event_id,) = later("cmflow.networks.matrix.call", "event_id")

READ = date(2026, 11, 22)
SPEC = "Matrix client-server API, size limits"
EVENT = "plain and formatted text in JSON, and 2,048 kept for the rest"

network: "Network[Matrix]" = Network(
    name="matrix",
    title="Matrix",
    docs="https://spec.matrix.org/latest/client-server-api/",
    domains=("matrix.to",),
    limits=Limits(
        text=(
            Measure(Limit(65_536, "bytes", SPEC, READ), counting.utf8),
            Measure(Limit(65_536, "bytes of the event", SPEC, READ, EVENT), counting.matrix_event),
        ),
        form=formats.matrix,
        address=event_id,
        find=plain.finder(mention=plain.MATRIX_MENTION),
        images=Limit(1, "images", SPEC, READ, "per event; several follow the text, one event each"),
        videos=Limit(1, "videos", SPEC, READ, "per event; several follow the text, one event each"),
        refers=("reply_to",),
        file_parts=True,
    ),
    options=(
        Option("homeserver", "The server's address.", required=True, example="https://matrix.org", destination=True),
        Option("room", "The room's id or alias.", required=True, example="#cmflow:matrix.org"),
        Option("encrypted", "`plaintext` lets posts go unencrypted into an encrypted room.", example="plaintext"),
    ),
    auth=Token(
        steps=(
            "Create an account for cmflow on your homeserver, and invite it into the room.",
            "In Element: Settings, Help & About, Advanced, Access Token. Do not sign out of that session afterwards.",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
)
