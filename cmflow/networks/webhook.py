"""A webhook of one's own: preview and check. The receiver gets the post as JSON, signed as Standard Webhooks are."""

from datetime import date

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
CONTRACT = "cmflow's own webhook contract"

network: Network[None] = Network(
    name="webhook",
    title="Webhook",
    docs="https://www.standardwebhooks.com/",
    limits=Limits(
        text=(Measure(Limit(100_000, "characters", CONTRACT, READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(),
        shortcodes="all",
    ),
    options=(Option("url", "Where to send posts.", example="https://example.org/hooks/posts", destination=True),),
    auth=Token("secret", steps=("Copy the signing secret of the receiver: it begins with `whsec_`.",)),
)
