"""What prevents a post from being published again on an account."""

from cmflow.model import Plan
from cmflow.model.errors import SourceError
from cmflow.netkit import network
from cmflow.publish import ability
from cmflow.publish.accounts import named
from cmflow.publish.selection import Selection
from cmflow.render import effective


def insist(plan: Plan, selection: Selection, path: str, name: str) -> None:
    """Raise SourceError unless the post can go out there: it has no errors, is approved, and cmflow publishes there."""
    account = named(plan, name)
    if selection.is_blocked:
        raise SourceError(f"{path} has errors, so it is not published again.", "Fix them, commit, and try again.")
    for planned in selection.planned:
        if planned.unapproved:
            message = f"{path} is not approved: {planned.unapproved}, so it is not published again."
            raise SourceError(message, "Have it approved, then: cmflow approvals --collect")
    if not selection.planned:
        posts = (one.post for one in selection.examined if one.post and name in one.post.accounts)
        if any(effective(post, account).date < plan.start() for post in posts):
            message = f"{path} is dated before the plan's `since`, so it is not published again."
            raise SourceError(message, "Give it a later date, commit, and try again.")
        hint = "Only what is committed counts: add the account to the post, and remove `status: draft`."
        raise SourceError(f"{path} is a draft, or does not go to {name}.", hint)
    record = network.load(account.network)
    if not ability(record).publish:
        hint = "Post it by hand. The ledger keeps what happened before: cmflow log POST"
        raise SourceError(f"cmflow cannot publish to {record.title} yet.", hint)
