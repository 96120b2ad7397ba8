"""The UTM parameters of a link, and the tag by which its visits are counted: one per post, account and part.

`utm: yes` is what it always was, one per post and network: a new meaning would change the links of posts that were sent
or approved, and with them their digests. Patterns begin with the posts of a day that the plan names.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from cmflow.model import Account, LinkTags

SHARED = LinkTags(content="{post}")  # what `utm: yes` means
UNIQUE = ("post", "account", "network", "part")  # what a delivery is known by
_BRACES = re.compile(r"\{(\w+)\}")


def holding(utm: bool | LinkTags, date: datetime | None) -> LinkTags | None:
    """The patterns for a post of that date, None for none; a post without a date is not sent yet."""
    if isinstance(utm, bool):
        return SHARED if utm else None
    if utm.since and date and date.date() < utm.since:
        return SHARED if utm.before else None
    return utm


def parameters(tags: LinkTags, values: Mapping[str, str]) -> dict[str, str]:
    """The parameters by name, with `values` for the names in braces; one that comes out empty is left out."""
    patterns = {"source": tags.source, "medium": tags.medium, "campaign": tags.campaign, "content": tags.content}
    filled = {name: _filled(pattern, values) for name, pattern in patterns.items()}
    return {f"utm_{name}": value for name, value in filled.items() if value}


def tag(tags: LinkTags, parameter: str, account: Account, post: str, part: int) -> str:
    """What that parameter is in the links of a part (from 0) of a delivery; "" where it does not tell deliveries apart,
    or cannot be known without the post itself."""
    pattern: str = getattr(tags, parameter)
    names = set(_BRACES.findall(pattern))
    if not {"post", "account"} <= names or names - set(UNIQUE):
        return ""
    return _filled(pattern, place(account, post, part))


def place(account: Account, post: str, part: int) -> dict[str, str]:
    return {"post": post, "account": account.name, "network": account.network, "part": str(part + 1)}


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda match: values.get(match[1], ""), pattern)
