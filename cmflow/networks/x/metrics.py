"""Figures of posts and of the account.

X charges for each post that it shows, once per day in UTC: 0.001 dollars where the account reads its own timeline and
owns the app, 0.005 by ids. So posts are read from the timeline, in spans that hold little else, and by ids only where
they are not in it. A post that is charged twice a day is charged once: spans that overlap cost nothing.

What only the author sees, such as clicks on links, X tells for 30 days, and refuses to be asked for later.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from cmflow.model import Receipt
from cmflow.netkit import figures, rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.networks.x.call import REPOST, X, data, post_id

POST = ("impression_count", "like_count", "reply_count", "retweet_count", "quote_count", "bookmark_count")
AUTHOR = ("url_link_clicks", "user_profile_clicks")
CROWD = ("followers_count", "following_count", "tweet_count", "listed_count")
PUBLIC, PRIVATE = "public_metrics", "non_public_metrics"
DAYS = timedelta(days=30) - timedelta(minutes=30)  # their clock and ours
NEAR = timedelta(hours=6)  # posts of a span are not further apart
FEWEST, MOST = 5, 100  # posts in an answer of the timeline

Post = Mapping[str, Any]


def metrics(session: X, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """What only the author sees is there for a post of the last 30 days, and None for an older one."""
    shown: dict[str, Post] = {}
    young = [receipt for receipt in receipts if _is_young(session, receipt)]
    for group, names in ((young, f"{PUBLIC},{PRIVATE}"), ([r for r in receipts if r not in young], PUBLIC)):
        shown |= _posts(session, [receipt for receipt in group if not _number(receipt).startswith(REPOST)], names)
    return tuple(_figures(shown.get(_number(receipt), {})) for receipt in receipts)


def account_metrics(session: X) -> Figures:
    answer = session.api.ask("GET", "/2/users/me", params={"user.fields": PUBLIC})
    return figures.read(data(answer).get(PUBLIC), CROWD)


def _number(receipt: Receipt) -> str:
    return receipt.id or post_id(receipt.url)


def _is_young(session: X, receipt: Receipt) -> bool:
    return session.clock() - receipt.time.timestamp() < DAYS.total_seconds()


def _figures(post: Post) -> Figures:
    return {**figures.read(post.get(PUBLIC), POST), **figures.read(post.get(PRIVATE), AUTHOR)}


def _posts(session: X, receipts: Sequence[Receipt], names: str) -> dict[str, Post]:
    """What X shows of these posts, by id."""
    shown: dict[str, Post] = {}
    for span in _spans(receipts):
        query = {
            "since_id": str(int(_number(span[0])) - 1),
            "until_id": str(int(_number(span[-1])) + 1),
            "max_results": str(min(MOST, max(FEWEST, len(span) * FEWEST))),
            "tweet.fields": names,
        }
        shown |= _list(session, f"/2/users/{session.id}/tweets", query)
    missing = [number for receipt in receipts if (number := _number(receipt)) not in shown]
    for start in range(0, len(missing), MOST):
        ids = ",".join(missing[start : start + MOST])
        shown |= _list(session, "/2/tweets", {"ids": ids, "tweet.fields": names})
    return shown


def _spans(receipts: Sequence[Receipt]) -> Iterator[list[Receipt]]:
    """Posts that follow each other closely, the oldest first."""
    span: list[Receipt] = []
    for receipt in sorted(receipts, key=lambda receipt: int(_number(receipt))):
        if span and receipt.time - span[-1].time > NEAR:
            yield span
            span = []
        span.append(receipt)
    if span:
        yield span


def _list(session: X, path: str, query: Mapping[str, str]) -> dict[str, Post]:
    """The posts of an answer by id; one that X does not show is not among them."""
    body = rest.document(session.api.ask("GET", path, params=query))
    posts = rest.objects(body.get("data", [])) if isinstance(body, Mapping) else None
    if posts is None:
        raise unreadable("X")
    return {str(post.get("id")): post for post in posts}
