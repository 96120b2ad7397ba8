"""Figures of posts and of the account."""

from cmflow.model import Receipt
from cmflow.netkit import figures, rest
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon.call import MISSING, own_account, path

POST_FIGURES = ("replies_count", "reblogs_count", "favourites_count", "quotes_count")
ACCOUNT_FIGURES = ("followers_count", "following_count", "statuses_count")


def metrics(api: ApiClient, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """The figures of each post, with one request per post: older servers offer no other way. None counts views."""
    return tuple(_figures(api, receipt) for receipt in receipts)


def account_metrics(api: ApiClient) -> Figures:
    return figures.read(rest.document(own_account(api)), ACCOUNT_FIGURES)


def _figures(api: ApiClient, receipt: Receipt) -> Figures:
    return figures.read(rest.document(api.ask("GET", path(api, receipt), fine=MISSING)), POST_FIGURES)
