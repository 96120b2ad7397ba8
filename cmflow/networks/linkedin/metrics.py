"""Figures of an organisation's posts and of its page, as LinkedIn's Share Statistics and Network Sizes docs say; read
2026-11-28.

LinkedIn keeps them for twelve months. Saves do not exist there, and every click is counted, not only those on the link.
A person's posts have figures for approved apps only: cmflow reads none of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cmflow.model import Receipt
from cmflow.netkit import figures
from cmflow.netkit.answers import document, objects
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.networks.linkedin import comment
from cmflow.networks.linkedin.call import LinkedIn, fields, post_urn, segment

POST = ("impressionCount", "uniqueImpressionsCount", "clickCount", "likeCount", "commentCount", "shareCount")
FOLLOWERS = "networkSizes"
SHARE, UGC = "urn:li:share:", "urn:li:ugcPost:"
SCOPE = "rw_organization_admin"


def metrics(linkedin: LinkedIn, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """A comment has no figures, and none has what a person posted: None for each."""
    urns = [_urn(receipt) for receipt in receipts]
    asked_urns = [urn for urn in urns if urn.startswith((SHARE, UGC))] if linkedin.is_organisation else []
    rows = _statistics(linkedin, asked_urns) if asked_urns else {}
    return tuple(figures.read(rows.get(urn, {}), POST) for urn in urns)


def account_metrics(linkedin: LinkedIn) -> Figures:
    if not linkedin.is_organisation:
        return {}
    path = f"/rest/networkSizes/{segment(linkedin.author)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    size = figures.read(fields(linkedin.ask("GET", path)), ("firstDegreeSize",))["firstDegreeSize"]
    return {FOLLOWERS: size}


def _urn(receipt: Receipt) -> str:
    return "" if comment.is_one(receipt) else receipt.id or post_urn(receipt.url, {})


def _statistics(linkedin: LinkedIn, urns: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The numbers by post. The lists are LinkedIn's own notation, which wants its commas as they are."""
    lists = [
        f"{name}=List({','.join(segment(urn) for urn in urns if urn.startswith(kind))})"
        for name, kind in (("shares", SHARE), ("ugcPosts", UGC))
        if any(urn.startswith(kind) for urn in urns)
    ]
    query = f"q=organizationalEntity&organizationalEntity={segment(linkedin.author)}&{'&'.join(lists)}"
    body = document(linkedin.ask("GET", f"/rest/organizationalEntityShareStatistics?{query}"))
    elements = objects(body.get("elements")) if isinstance(body, Mapping) else None
    if elements is None:
        raise unreadable("LinkedIn")
    return {str(each.get("share") or each.get("ugcPost")): each.get("totalShareStatistics") or {} for each in elements}
