"""dev.to, and other Forem communities: preview and check, and what people comment.

The text is the article's Markdown. cmflow publishes nothing there.
"""

from datetime import date
from typing import TYPE_CHECKING
from unicodedata import category

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option, Right, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain
from cmflow.render.markdown.tags import word

if TYPE_CHECKING:
    from cmflow.networks.devto.inbox import Forem, connect, inbox, verify
else:
    connect, inbox, verify = later("cmflow.networks.devto.inbox", "connect", "inbox", "verify")

READ = date(2026, 11, 22)
SOURCE = "Forem source, article model"


def _tag(tag: str) -> str:
    """Letters, marks and digits, and nothing else: a tag with another sign is refused."""
    return "".join(char for char in word(tag) if category(char)[0] in "LM" or category(char) == "Nd").lower()


network: "Network[Forem]" = Network(
    name="devto",
    title="dev.to",
    docs="https://developers.forem.com/api/v1",
    domains=("dev.to",),
    composer="https://dev.to/new",
    limits=Limits(
        text=(Measure(Limit(800 * 1024, "bytes", SOURCE, READ), counting.utf8),),
        form=formats.markdown,
        find=plain.finder(mention=plain.HANDLE),
        shortcodes="all",
        title=Measure(Limit(128, "characters", SOURCE, READ), counting.code_points),
        tags=Measure(Limit(4, "tags", SOURCE, READ), counting.tag_count),
        tag=_tag,
        thread=False,
        needs="title",
        media_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        images=Limit(1, "images", SOURCE, READ, "the picture at the top"),
    ),
    options=(
        Option("organization", "The id of the organisation to post for.", example="1234"),
        Option("service", "The community's address; https://dev.to by default.", destination=True),
    ),
    auth=Token(
        "api_key",
        page="https://dev.to/settings/extensions",
        steps=("Under “DEV Community API Keys”, name a key for cmflow and generate it.",),
    ),
    connect=connect,
    verify=verify,
    inbox=inbox,
    rights=(Right("read comments", ("read comments",)),),
)
