"""The data of a review: what a pull request changes, exactly as it will be published. Fields are the JSON's keys."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from cmflow.model import Problem
from cmflow.problems import as_dict as problem_dict
from cmflow.repository import destinations
from cmflow.values import dataclass

VERSION = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video: `width` and `height` in pixels, 0 if the file cannot be read; `size` in bytes."""

    file: str
    alt: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class PartView:
    """One part: its text, and how many characters of it are left out. `label` is "" except for a first comment."""

    label: str
    text: str
    left_out: int
    length: int
    limit: int
    unit: str
    links: tuple[str, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class VariantView:
    """What one account will show.

    `at` is a time, `beside` lists what is published besides the text, `cost` is what the network charges, `0.20 USD`
    or "" for nothing; `digest` is of everything that is sent. `was` is new, same or changed since the last review;
    `diff` says how.
    """

    account: str
    network: str
    at: str
    beside: tuple[str, ...]
    parts: tuple[PartView, ...]
    cost: str
    digest: str
    was: str
    diff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostView:
    """A changed post; `at` is "" if it cannot be read. `shown` is False if there were too many to show it."""

    id: str
    path: str
    title: str
    status: str
    at: str
    new: bool
    accounts: tuple[str, ...]
    shown: bool
    variants: tuple[VariantView, ...]


@dataclass(frozen=True, slots=True)
class DeletedPost:
    """A post that is deleted."""

    id: str
    path: str
    title: str
    at: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountCost:
    """What an account's network charges for the posts: `0.20 USD`."""

    account: str
    cost: str


@dataclass(frozen=True, slots=True)
class Review:
    """`head` is the newest commit of the pull request, `since` the last reviewed one, "" for none.

    `every` is the number of posts in the calendar, `errors` and `warnings` of all problems. Very long lists are cut:
    `problems` and `posts` hold the worst, worst first; `posts_left_out` is the number of the other posts. `costs` are
    of what is not sent yet, `total` of all accounts.
    """

    version: int
    pull: int
    head: str
    since: str
    zone: str
    every: int
    errors: int
    warnings: int
    posts: tuple[PostView, ...]
    posts_left_out: int
    gone: tuple[DeletedPost, ...]
    problems: tuple[Problem, ...]
    costs: tuple[AccountCost, ...] = ()
    total: str = ""

    def of(self, post: PostView) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.path == post.path)

    def elsewhere(self) -> tuple[Problem, ...]:
        """The problems of files that are not among the posts."""
        paths = {post.path for post in self.posts}
        return tuple(
            problem for problem in self.problems if problem.path not in paths and problem.code != destinations.CODE
        )

    def destinations(self) -> tuple[Problem, ...]:
        """The problems about secrets that would be sent to a new server."""
        return tuple(problem for problem in self.problems if problem.code == destinations.CODE)


def as_dict(review: Review) -> dict[str, object]:
    return dict(_items(review))


def _items(value: object) -> Iterator[tuple[str, object]]:
    for field in fields(value):  # type: ignore[arg-type]
        yield field.name, _plain(getattr(value, field.name))


def _plain(value: object) -> object:
    if isinstance(value, Problem):
        return problem_dict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(_items(value)) if is_dataclass(value) else value
