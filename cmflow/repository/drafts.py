"""Where a new post goes: its account, its next free slot and its file."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from cmflow.content import new_post, slots
from cmflow.content.local_time import local
from cmflow.model import Account, Entry, Plan
from cmflow.model.errors import SourceError
from cmflow.problems.similar import suggestion
from cmflow.repository.content import POSTS, Content


def account(plan: Plan, name: str) -> Account:
    """The account of that name, or the first one of the group. Raises SourceError where the plan has neither."""
    first = dict(plan.groups).get(name, (name,))[0]
    account = plan.account(first)
    if account is None:
        names = [*(account.name for account in plan.accounts), *(group for group, _ in plan.groups)]
        raise SourceError(f"The plan has no account or group {name!r}.", suggestion(name, names))
    return account


def next_slot(account: Account, plan: Plan, entries: Iterable[Entry], now: datetime) -> str:
    """The account's next free slot, in the plan's zone. Raises SourceError where the coming year has none."""
    dates = [planned.due for entry in entries for planned in entry.planned if planned.account == account.name]
    slot = slots.next_slot(account, plan, dates, now)
    if slot is None:
        raise SourceError(f"{account.name} has no free slot in the coming year.", "Give a date.")
    return local(slot, plan.zone)


def path(content: Content, title: str, date: str) -> str:
    """The file, whose name is the post's id: with the day in it where another post has the title's."""
    slug = new_post.slug(title)
    stems = {PurePosixPath(path).stem for path in content.post_paths}
    return f"{POSTS}{date[:7]}/{slug}-{date[:10]}.md" if slug in stems else f"{POSTS}{date[:7]}/{slug}.md"
