"""A/B tests: which two versions make a fair one, and the coin that deals them to the accounts of a post."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cmflow.content.keys import BadValue
from cmflow.model import INHERITED, Experiment, Override, Plan

TWO = 2


def refuse(name: str, versions: Sequence[Override]) -> None:
    """Raises BadValue for anything but two versions that differ."""
    if len(versions) != TWO:
        hint = "Two versions need the fewest posts. Test a third one in another post."
        raise BadValue("bad-value", f"`{name}` has {len(versions)} versions; an A/B test has two.", hint)
    if not differences(versions):
        raise BadValue("ab-same", f"`{name}`: both versions are the same.", "Change something in one of them.")


def differences(versions: Sequence[Override]) -> tuple[str, ...]:
    """The keys in which two versions differ."""
    one, two = versions
    return tuple(name for name in INHERITED if _known(one, name) != _known(two, name))


def dealt(experiment: Experiment, post: str, accounts: Iterable[str], plan: Plan) -> Experiment:
    """The experiment, a version dealt to each account of the post.

    Accounts of one network take turns, in the order of the plan, so that each post compares both versions as far as it
    can; who begins is decided by a coin that test, seed, post and network toss.
    """
    turns, pairs, names = Counter[str](), list[tuple[str, str]](), {*accounts}
    for account in plan.accounts:
        if account.name in names:
            turn = _coin(experiment, post, account.network) + turns[account.network]
            pairs.append((account.name, experiment.versions[turn % TWO].key))
            turns[account.network] += 1
    return replace(experiment, dealt=tuple(pairs))


def _coin(experiment: Experiment, post: str, network: str) -> int:
    words = "\0".join((experiment.test, experiment.seed, post, network))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[0] % TWO


def _known(version: Override, name: str) -> object:
    """What the version changes, wherever it is written."""
    value = getattr(version, name)
    return tuple((item.path, item.alt) for item in value) if name == "media" and value else value
