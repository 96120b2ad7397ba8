"""Approval means the text: what people approved on GitHub, held against what would be sent now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cmflow.model import Approval, Plan, Planned
from cmflow.wording import counted

Approvals = Mapping[str, Sequence[Approval]]  # by post


class Stand(StrEnum):
    APPROVED = "approved"
    FEW = "too few"  # somebody has approved it, and more are needed
    OWN = "own"  # only people have approved it who wrote it
    CHANGED = "changed"  # something else was approved
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one delivery stands. `by` approved exactly what would be sent; `own` did so too, but wrote it themselves.

    `older` approved something else of this post, the latest first. Each person stands once in each.
    """

    needed: int
    by: tuple[Approval, ...] = ()
    own: tuple[Approval, ...] = ()
    older: tuple[Approval, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.by), 0)

    @property
    def stand(self) -> Stand:
        if not self.missing:
            return Stand.APPROVED
        held = ((self.by, Stand.FEW), (self.own, Stand.OWN), (self.older, Stand.CHANGED))
        return next((stand for found, stand in held if found), Stand.NOBODY)


def asks(plan: Plan) -> bool:
    """Whether anything of this plan needs an approval."""
    return plan.approvals.needed > 0 or any(campaign.approvals for campaign in plan.campaigns)


def needed(plan: Plan, campaign: str) -> int:
    """How many people must have approved a post of that campaign ("": of none)."""
    return max(plan.approvals.needed, *(each.approvals for each in plan.campaigns if each.name == campaign), 0)


def judge(planned: Planned, found: Iterable[Approval], needed: int, own: bool = False) -> Verdict:
    """`own`: the approval of somebody counts who wrote the post."""
    latest = sorted(found, key=lambda each: each.at, reverse=True)
    same = [each for each in latest if planned.digest and each.digest(planned.account) == planned.digest]
    others = [each for each in latest if each not in same]
    by = _once(each for each in same if own or not _wrote(each))
    names = {_name(each) for each in by}
    themselves = _once(each for each in same if _name(each) not in names)
    return Verdict(needed, by, themselves, _once(others))


def _once(found: Iterable[Approval]) -> tuple[Approval, ...]:
    return tuple({_name(each): each for each in reversed(list(found))}.values())[::-1]


def _name(approval: Approval) -> str:
    return approval.by.casefold()  # as GitHub takes names


def _wrote(approval: Approval) -> bool:
    """Where GitHub does not know who wrote it, it may have been anybody."""
    return not approval.authors or any(author.casefold() in ("", _name(approval)) for author in approval.authors)


def mark(
    planned: Sequence[Planned], campaigns: Mapping[str, str], plan: Plan, approvals: Approvals
) -> tuple[Planned, ...]:
    """The deliveries, each with whose approval it waits for; `campaigns` of the posts, by their ids."""
    return tuple(
        replace(each, unapproved=missing(judge(each, approvals.get(each.post, ()), asked, plan.approvals.own)))
        if (asked := needed(plan, campaigns.get(each.post, "")))
        else each
        for each in planned
    )


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────


def missing(verdict: Verdict) -> str:
    """Whose approval is waited for, as the end of a sentence; "" where none is."""
    more = f"{counted(verdict.missing, 'more approval') if verdict.by else counted(verdict.missing, 'approval')} needed"
    said = {
        Stand.APPROVED: "",
        Stand.FEW: f"{_people(verdict.by)} approved it, {more}",
        Stand.OWN: f"{_people(verdict.own)} approved it and may have written it, somebody else must",
        Stand.CHANGED: f"it changed after {_people(verdict.older)} approved it, {more}",
        Stand.NOBODY: f"nobody has approved it, {more}",
    }
    return said[verdict.stand]


def _people(found: Sequence[Approval]) -> str:
    """`ben in #7 and eva in #9`"""
    names = [f"{each.by} in #{each.pull}" for each in found]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
