"""Our own posts as an inbox needs them: which message is about which post. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from cmflow.inbox.office import About
from cmflow.model import Account, Delivery, Entry, Inbox, Key, Plan, Receipt, State
from cmflow.netkit import network as networks
from cmflow.values import dataclass

MOST = 200  # posts of an account whose comments are asked for, the newest


@dataclass(frozen=True, slots=True)
class Published:
    """`receipts` by account, the newest first; `posts` by account and the network's id."""

    receipts: Mapping[str, tuple[Receipt, ...]] = field(default_factory=dict)
    posts: Mapping[tuple[str, str], About] = field(default_factory=dict)

    def of(self, account: str) -> tuple[Receipt, ...]:
        return self.receipts.get(account, ())

    def about(self, account: str, id: str) -> About | None:
        return self.posts.get((account, id))


def published(deliveries: Mapping[Key, Delivery], entries: Iterable[Entry], site: str = "") -> Published:
    """What was published; `site` is the address of the calendar, which has a page for each post."""
    known = {entry.id: entry for entry in entries}
    receipts: dict[str, list[Receipt]] = {}
    posts: dict[tuple[str, str], About] = {}
    for key, delivery in deliveries.items():
        if not delivery.receipts or delivery.state is State.SKIPPED:
            continue
        entry = known.get(key.post)
        url = f"{site.rstrip('/')}/posts/{key.post}/" if site and entry else ""
        about = About(key.post, entry.title if entry else "", url, entry.campaign if entry else "")
        receipts.setdefault(key.account, []).extend(delivery.receipts)
        posts.update(((key.account, receipt.id), about) for receipt in delivery.receipts)
    newest = {account: _newest(ones) for account, ones in receipts.items()}
    return Published(newest, posts)


def _newest(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    return tuple(sorted(receipts, key=lambda receipt: receipt.time, reverse=True)[:MOST])


def inboxes(plan: Plan) -> tuple[Account, ...]:
    """The accounts whose inbox is read: those that the plan names, else all that can be."""
    rules = plan.inbox or Inbox()
    able = (account for account in plan.accounts if networks.load(account.network).inbox)
    return tuple(account for account in able if not rules.accounts or account.name in rules.accounts)
