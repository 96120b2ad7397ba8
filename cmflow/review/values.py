"""The data of a review: what a pull request touches, exactly as it will go out. The fields are the keys of its JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from cmflow.model import Problem
from cmflow.problems import as_dict as problem_dict
from cmflow.repository import destinations

VERSION = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video: `width` and `height` in pixels, 0 where the file cannot be read; `size` in bytes."""

    file: str
    alt: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, and how many characters of it are left out here. `label` is "" but for a first comment."""

    label: str
    text: str
    left_out: int
    length: int
    limit: int
    unit: str
    links: tuple[str, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one account will show. `at` is a moment, `beside` lines of what goes out beside the text, `cost` in
    thousandths of a US dollar; `digest` names all that is sent. `was` is new, same or changed since it was looked at
    last; `diff` says how."""

    account: str
    network: str
    at: str
    beside: tuple[str, ...]
    parts: tuple[Part, ...]
    cost: int
    digest: str
    was: str
    diff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is touched; `at` is "" where it cannot be read. `shown` is False where there was too much to show."""

    id: str
    path: str
    title: str
    status: str
    at: str
    new: bool
    accounts: tuple[str, ...]
    shown: bool
    variants: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that is taken away."""

    id: str
    path: str
    title: str
    at: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """`head` is the newest commit of the pull request, `since` the one that was looked at last, "" for none.

    `every` counts the posts of the calendar, `errors` and `warnings` all that were found: of very many, not all are
    in `problems`, nor all posts in `posts`: `posts_left_out` says how many. The worst come first.
    """

    version: int
    pull: int
    head: str
    since: str
    zone: str
    every: int
    errors: int
    warnings: int
    posts: tuple[Post, ...]
    posts_left_out: int
    gone: tuple[Gone, ...]
    problems: tuple[Problem, ...]

    def of(self, post: Post) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.path == post.path)

    def elsewhere(self) -> tuple[Problem, ...]:
        """The problems that no post here has."""
        paths = {post.path for post in self.posts}
        return tuple(
            problem for problem in self.problems if problem.path not in paths and problem.code != destinations.CODE
        )

    def destinations(self) -> tuple[Problem, ...]:
        """The accounts whose secrets would go where they did not go before."""
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
        return [_plain(each) for each in value]
    return dict(_items(value)) if is_dataclass(value) else value
