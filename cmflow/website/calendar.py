"""The data that the pages are made from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import field
from datetime import datetime

from cmflow.insights.status import Standing
from cmflow.model import Approval, Change, Delivery, Entry, Key, Plan, Problem, Stop
from cmflow.problems import is_error, sort
from cmflow.values import dataclass
from cmflow.website.archive import EMPTY, Archive


@dataclass(frozen=True, slots=True)
class Calendar:
    """The content, its deliveries and history, as of `now`.

    `standings` and `deliveries` are by (post id, account); `problems` by file, errors first, with those between posts;
    `history` by the path of a post, newest first. `web` is the repository's address on GitHub
    (https://github.com/owner/name), "" if unknown; `branch` the one that people edit there. `networks` are
    the titles of the plan's networks, by name. `stop` is one that lasts. `entries` are without the posts of the
    `archive`.
    """

    entries: Sequence[Entry]
    plan: Plan
    deliveries: Mapping[Key, Delivery]
    standings: Mapping[Key, Standing]
    problems: Mapping[str, Sequence[Problem]]
    now: datetime
    last_run: datetime | None = None
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    web: str = ""
    branch: str = "main"
    approvals: Mapping[str, Sequence[Approval]] = field(default_factory=dict)  # by post
    networks: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[Key, str] = field(default_factory=dict)  # of what was sent, where the post was edited since
    settled: datetime | None = None  # when the plan or the templates last changed
    stop: Stop | None = None
    pictures: Set[str] = frozenset()  # media with a thumbnail
    rehearsal: bool = False
    reads: bool = False  # figures of posts are read, which networks may charge for
    archive: Archive = EMPTY


def problems_by_file(
    entries: Sequence[Entry], collisions: Iterable[Problem], further: Iterable[Problem] = ()
) -> Mapping[str, Sequence[Problem]]:
    """Every problem of the posts, `collisions` between them and `further` ones, by file, errors first."""
    by_file = defaultdict[str, list[Problem]](list)
    own = (problem for entry in entries for problem in entry.problems)
    for problem in sort((*own, *further, *collisions)):
        by_file[problem.path].append(problem)
    return {path: sorted(group, key=lambda problem: not is_error(problem)) for path, group in by_file.items()}
