"""A/B tests: which of two versions did better, in the posts that were dealt one by a coin.

Since the coin decided, and not what a post is about, a difference here has its reason in the versions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import exp
from statistics import median

from cmflow.insights.statistics import evidence
from cmflow.insights.statistics.evidence import Interval
from cmflow.insights.statistics.factors import FEW, Verdict
from cmflow.insights.statistics.results import Result, Unit, posted, units
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """The posts with one version. `usual` is their median in times of what is usual, None for fewer than ten."""

    name: str
    posts: int
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """An A/B test: `ratio` is how many times as well the `first` version did as the `second`, None for too few posts.

    `verdict` is about the first. `waiting` deliveries cannot be compared yet, `changed` ones are left out because the
    post was edited after it was sent. `chance` as of `Level`.
    """

    test: str
    first: Version
    second: Version
    verdict: Verdict = Verdict.FEW
    ratio: Interval | None = None
    chance: float = 1.0
    waiting: int = 0
    changed: int = 0


def trials(rows: Iterable[Result]) -> tuple[Trial, ...]:
    """Each test with at least two versions, by name; the more are judged, the stricter."""
    groups: dict[str, list[Result]] = {}
    for row in rows:
        if row.test and row.version:
            groups.setdefault(row.test, []).append(row)
    bare = [trial for name in sorted(groups) if (trial := _trial(name, groups[name]))]
    able = [trial for trial in bare if trial.ratio]
    holds = evidence.discoveries([trial.chance for trial in able])
    verdicts = {trial.test: _verdict(trial) for trial, passes in zip(able, holds, strict=True) if passes}
    return tuple(replace(trial, verdict=verdicts.get(trial.test, trial.verdict)) for trial in bare)


def _trial(test: str, rows: Sequence[Result]) -> Trial | None:
    names = sorted({row.version for row in rows})
    if len(names) != 2:
        return None
    fair = [row for row in rows if not row.edited]
    one, two = (units(posted(row) for row in fair if row.version == name and row.compared) for name in names)
    waiting, changed = sum(not row.compared for row in fair), len(rows) - len(fair)
    bare = Trial(test, _version(names[0], one), _version(names[1], two), waiting=waiting, changed=changed)
    if min(len(one), len(two)) < FEW:
        return bare
    ratio = evidence.shift([unit.ratio for unit in one], [unit.ratio for unit in two]).of(exp)
    chance = evidence.shuffled([[unit.score for unit in one], [unit.score for unit in two]])
    return replace(bare, verdict=Verdict.SAME, ratio=ratio, chance=chance)


def _version(name: str, posts: Sequence[Unit]) -> Version:
    usual = None if len(posts) < FEW else exp(median([post.ratio for post in posts]))
    return Version(name, len(posts), usual)


def _verdict(trial: Trial) -> Verdict:
    return Verdict.BETTER if trial.ratio and trial.ratio.middle > 1 else Verdict.WORSE
