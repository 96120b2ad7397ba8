"""Which post or delivery a person means: by the post's id or its file, planned or only in the ledger."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePath

from cmflow.model import Delivery, Entry, Key, Planned
from cmflow.model.errors import SourceError
from cmflow.problems.similar import brief, suggestion


def delivery(
    planned: Sequence[Planned], deliveries: Mapping[Key, Delivery], post: str, account: str
) -> tuple[Key, Planned | None]:
    """Return which delivery is meant, and what the content says of it; None where only the ledger knows it.

    Raises SourceError for none.
    """
    targets = {Key(target.post, target.account): target for target in planned}
    keys = {*targets, *deliveries}
    posts = {key.post for key in keys}
    by_file = {target.path: target.post for target in planned}
    name = post if post in posts else by_file.get(post.removeprefix("./"), "")
    if not name:
        raise SourceError(f"No post {post!r} is planned or was sent.", brief(suggestion(post, sorted(posts))))
    key = Key(name, account)
    if key not in keys:
        raise SourceError(f"{name} does not go to {account!r}.", suggestion(account, _accounts(keys, name)))
    return key, targets.get(key)


def sent(deliveries: Mapping[Key, Delivery], post: str, account: str) -> Key:
    """Return which delivery of the ledger is meant: by the post's id, or the file that it had. SourceError for none."""
    by_file = {delivery.path: delivery.post for delivery in deliveries.values() if delivery.path}
    name = by_file.get(post.removeprefix("./"), post)
    accounts = _accounts(deliveries, name)
    if not accounts:
        hint = brief(suggestion(post, sorted({key.post for key in deliveries})))
        raise SourceError(f"The ledger has no post {post!r}.", hint)
    if account not in accounts:
        raise SourceError(f"{name} was never sent to {account!r}.", suggestion(account, accounts))
    return Key(name, account)


def post(keys: Collection[Key], entries: Callable[[], Iterable[Entry]], name: str, path: str) -> str:
    """Return the id that is meant: one the ledger knows, though its post may be deleted; else one in the folder.

    `entries` reads the folder, if it must be; `path` is the name as a path from its top. Raises SourceError for none.
    """
    posts = {key.post for key in keys}
    if name in posts:
        return name
    paths, stem = {entry.path: entry.id for entry in entries()}, PurePath(name).name.removesuffix(".md")
    for candidate in (paths.get(path), name, stem):
        if candidate is not None and (candidate in posts or candidate in paths.values()):
            return candidate
    hint = brief(suggestion(stem, sorted({*posts, *paths.values()})))
    raise SourceError(f"There is no post {name!r}.", hint)


def _accounts(keys: Iterable[Key], post: str) -> list[str]:
    """The accounts that these deliveries of a post go to."""
    return sorted(key.account for key in keys if key.post == post)
