"""Matrix rooms: preview and check."""

from datetime import date

from cmflow import counting, forms
from cmflow.limits import Limit, Limits, Measure
from cmflow.linking import plain
from cmflow.network import Network, Option

READ = date(2026, 11, 22)
SPEC = "Matrix client-server API, size limits"
EVENT = "plain and formatted text in JSON, and 2,048 kept for the rest"

network: Network[None] = Network(
    name="matrix",
    title="Matrix",
    docs="https://spec.matrix.org/latest/client-server-api/",
    limits=Limits(
        text=(
            Measure(Limit(65_536, "bytes", SPEC, READ), counting.utf8),
            Measure(Limit(65_536, "bytes of the event", SPEC, READ, EVENT), counting.matrix_event),
        ),
        form=forms.matrix,
        find=plain.finder(mention=plain.MATRIX_MENTION),
        images=Limit(1, "images", SPEC, READ, "one file an event"),
        videos=Limit(1, "videos", SPEC, READ, "one file an event"),
    ),
    options=(
        Option("homeserver", "The server's address.", required=True, example="https://matrix.org"),
        Option("room", "The room's id or alias.", required=True, example="#cmflow:matrix.org"),
    ),
    secrets=("token",),
)
