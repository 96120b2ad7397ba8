"""The outbox: a network that is a folder. What would be sent lies there, exactly, to be read; the rehearsal uses it.

One JSON file and one text file for each part: `<post>/<account>.<part>.json`. The JSON file is the post: it appears
whole or not at all, and a second request with the same key finds it there. An account may ask for faults, to see how
publishing copes with a network that answers late, twice or never.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.model import Visibility
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.network import Network, Option, later
from cmflow.networks.outbox.fault import FAULTS, FINE
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.outbox.box import Outbox, connect, verify
    from cmflow.networks.outbox.post import delete, describe, find, publish
else:
    connect, verify = later("cmflow.networks.outbox.box", "connect", "verify")
    delete, describe, find, publish = later("cmflow.networks.outbox.post", "delete", "describe", "find", "publish")

READ = date(2026, 11, 22)

network: "Network[Outbox]" = Network(
    name="outbox",
    title="Outbox",
    docs="https://docs.python.org/3/library/json.html",
    related=None,
    limits=Limits(
        text=(Measure(Limit(1_000_000, "characters", "cmflow", READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(),
        shortcodes="all",
        content_warning=True,
        visibility=tuple(Visibility),
        media_types=("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
    ),
    options=(
        Option("folder", "Where in the repository to write what would be sent.", example="outbox", folder=True),
        Option(
            "faults",
            "To see how publishing copes: what goes wrong with the account's first request, its second, and so on, "
            f"separated by commas. Each is one of: {', '.join(FAULTS)}; `{FINE}` is none.",
            example="answer lost, fine, 429",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
)
