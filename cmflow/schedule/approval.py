"""Approval means the text: what people approved on GitHub, held against what would be sent now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cmflow.model import Approval, Plan, Planned
from cmflow.problems.plural import counted

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
    latest = sorted(found, key=lambda each: each.time, reverse=True)
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


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery ahead, and how it stands. `changed` is what makes it another than was approved; `pulls` brought it.

    `traced`: git knows how it came here.
    """

    planned: Planned
    verdict: Verdict
    changed: tuple[str, ...] = ()
    pulls: tuple[int, ...] = ()
    traced: bool = True


def rows(planned: Sequence[Planned], campaigns: Mapping[str, str], plan: Plan, approvals: Approvals) -> tuple[Row, ...]:
    """The deliveries that the plan asks approvals for, by their dates; where it asks for none, one for each."""
    own, least = plan.approvals.own, 0 if asks(plan) else 1
    return tuple(
        Row(each, judge(each, approvals.get(each.post, ()), number, own))
        for each in sorted(planned, key=lambda each: (each.due, each.post, each.account))
        if (number := needed(plan, campaigns.get(each.post, "")) or least)
    )


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────


def missing(verdict: Verdict) -> str:
    """Whose approval is waited for, as the end of a sentence; "" where none is."""
    several = f", {counted(verdict.missing, 'approval')} needed" if verdict.missing > 1 else ""
    said = {
        Stand.APPROVED: "",
        Stand.FEW: f"{people(verdict.by)} approved it, {counted(verdict.missing, 'more approval')} needed",
        Stand.OWN: f"{people(verdict.own)} approved it and may have written it, somebody else must",
        Stand.CHANGED: f"it changed after {people(verdict.older)} approved it{several}",
        Stand.NOBODY: f"nobody has approved it{several}",
    }
    return said[verdict.stand]


def people(found: Sequence[Approval]) -> str:
    """`ben in #7 and eva in #9`; "" where it is nobody."""
    return _listed([f"{each.by} in #{each.pull}" for each in found])


def sentence(row: Row) -> str:
    """How a delivery stands, for people."""
    verdict = row.verdict
    if verdict.stand is Stand.APPROVED:
        return f"{people(verdict.by)} approved it"
    said = missing(verdict)
    if verdict.stand is Stand.CHANGED and row.changed:
        return f"{said}: {_listed(row.changed)}"
    if verdict.stand is Stand.NOBODY and row.traced:
        came = f"with {_listed([f'#{number}' for number in row.pulls])}" if row.pulls else "without a pull request"
        return f"{said}: it came to main {came}"
    return said


def _listed(words: Sequence[str]) -> str:
    """`the post, the plan and its media`"""
    return " and ".join([", ".join(words[:-1]), *words[-1:]] if words[1:] else words)


def as_dict(found: Sequence[Row], at: datetime) -> dict[str, object]:
    """The shape of `cmflow approvals --format json`."""
    return {"at": at.isoformat(), "deliveries": [_row(each) for each in found]}


def _row(row: Row) -> dict[str, object]:
    planned, verdict = row.planned, row.verdict
    people = {"approved_by": verdict.by, "own": verdict.own, "older": verdict.older}
    return {
        "post": planned.post,
        "account": planned.account,
        "path": planned.path,
        "due": planned.due.isoformat(),
        "stand": verdict.stand.value,
        "needed": verdict.needed,
        "missing": verdict.missing,
        **{name: [one(each) for each in found] for name, found in people.items()},
        "changed": list(row.changed),
        "pulls": list(row.pulls),
        "note": sentence(row),
    }


def one(approval: Approval) -> dict[str, str | int]:
    """The shape of an approval in JSON."""
    return {
        "by": approval.by,
        "at": approval.time.isoformat(),
        "pull": approval.pull,
        "commit": approval.commit,
    }
