"""Where the page of a post is, and what it shows besides the post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from cmflow.insights.status import Standing
from cmflow.model import Approval, Change, Delivery, Problem
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.insights.statistics import Measurement

FOLDER = "posts/"
LONGEST = 200  # bytes of a file's name that every file system takes


@dataclass(frozen=True, slots=True)
class PostContext:
    """What the post's own file does not hold: the state of its deliveries, its history, and problems with other posts.

    `state` is the post's own (`board.STATES`), and so are those beside the standings.
    """

    state: str
    standings: tuple[tuple[str, Standing], ...] = ()
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)  # by account
    history: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    approvals: tuple[Approval, ...] = ()
    courses: Mapping[str, Sequence[Measurement]] = field(default_factory=dict)  # what was read, by account


def address(post_id: str) -> str:
    """Where a post's page is, from the top of the site, ready to be linked."""
    return quote(file_name(post_id))


def file_name(post_id: str) -> str:
    """The file of a post's page, from the top of the site."""
    if len(post_id.encode()) > LONGEST:
        post_id = f"{post_id[:40]}-{sha256(post_id.encode()).hexdigest()[:16]}"
    return f"{FOLDER}{post_id}.html"
