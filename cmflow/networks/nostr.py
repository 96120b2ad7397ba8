"""Nostr, through relays: preview and check."""

from datetime import date

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
NIP_11 = "Nostr NIP-11, the example of max_content_length"

network: Network[None] = Network(
    name="nostr",
    title="Nostr",
    docs="https://github.com/nostr-protocol/nips/blob/master/01.md",
    limits=Limits(
        text=(Measure(Limit(8_196, "characters", NIP_11, READ, "each relay sets its own"), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG, mention=plain.NOSTR_MENTION),
        content_warning=True,  # NIP-36
    ),
    options=(
        Option(
            "relays",
            "The relays to publish to, separated by spaces.",
            example="wss://relay.damus.io wss://nos.lol",
            destination=True,
        ),
    ),
    auth=Token("private_key", steps=("Copy the private key of the account from its app: it begins with `nsec1`.",)),
)
