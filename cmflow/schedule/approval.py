"""Approval means the text: compare what people approved on GitHub with what would be sent now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from cmflow.model import Approval, Plan, Planned
from cmflow.problems.plural import counted
from cmflow.values import dataclass

Approvals = Mapping[str, Sequence[Approval]]  # by post


class ApprovalState(StrEnum):
    APPROVED = "approved"
    FEW = "too few"  # approved, but more approvals are needed
    OWN = "own"  # approved only by people who wrote it
    CHANGED = "changed"  # another version was approved
    NONE = "nobody"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The approvals of one delivery. `by` approved exactly what would be sent; `own` did too, but wrote it themselves.

    `older` approved another version of this post, the latest first. Each person appears once in each.
    """

    needed: int
    by: tuple[Approval, ...] = ()
    own: tuple[Approval, ...] = ()
    older: tuple[Approval, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.by), 0)

    @property
    def state(self) -> ApprovalState:
        if not self.missing:
            return ApprovalState.APPROVED
        candidates = ((self.by, ApprovalState.FEW), (self.own, ApprovalState.OWN), (self.older, ApprovalState.CHANGED))
        return next((state for approvals, state in candidates if approvals), ApprovalState.NONE)


def asks(plan: Plan) -> bool:
    """Whether anything of this plan needs an approval."""
    return plan.approvals.needed > 0 or any(campaign.approvals for campaign in plan.campaigns)


def needed(plan: Plan, campaign: str) -> int:
    """How many people must approve a post of that campaign ("": of none)."""
    return max(plan.approvals.needed, *(entry.approvals for entry in plan.campaigns if entry.name == campaign), 0)


def judge(planned: Planned, approvals: Iterable[Approval], needed: int, own: bool = False) -> Judgement:
    """Judge the approvals of one delivery; `own`: that of an author of the post counts."""
    latest = sorted(approvals, key=lambda approval: approval.time, reverse=True)
    same = [approval for approval in latest if planned.digest and approval.digest(planned.account) == planned.digest]
    older = [approval for approval in latest if approval not in same]
    by = _unique(approval for approval in same if own or not _wrote(approval))
    names = {_name(approval) for approval in by}
    authors = _unique(approval for approval in same if _name(approval) not in names)
    return Judgement(needed, by, authors, _unique(older))


def _unique(approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    latest = {_name(approval): approval for approval in reversed(list(approvals))}
    return tuple(latest.values())[::-1]


def _name(approval: Approval) -> str:
    return approval.by.casefold()  # as GitHub takes names


def _wrote(approval: Approval) -> bool:
    """Where GitHub does not know the author, it may have been anyone."""
    return not approval.authors or any(author.casefold() in ("", _name(approval)) for author in approval.authors)


def mark(
    planned: Sequence[Planned], campaigns: Mapping[str, str], plan: Plan, approvals: Approvals
) -> tuple[Planned, ...]:
    """The deliveries, each with the approval it waits for; `campaigns` by post id."""
    return tuple(
        replace(item, unapproved=missing(judge(item, approvals.get(item.post, ()), number, plan.approvals.own)))
        if (number := needed(plan, campaigns.get(item.post, "")))
        else item
        for item in planned
    )


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One future delivery and its approvals. `changed` is what differs from what was approved; `pulls` brought it.

    `traced`: git knows how it came to main.
    """

    planned: Planned
    judgement: Judgement
    changed: tuple[str, ...] = ()
    pulls: tuple[int, ...] = ()
    traced: bool = True


def rows(
    planned: Sequence[Planned], campaigns: Mapping[str, str], plan: Plan, approvals: Approvals
) -> tuple[ApprovalRow, ...]:
    """The deliveries that need approval, by date; where the plan asks for none, every one as if it needed one."""
    own, least = plan.approvals.own, 0 if asks(plan) else 1
    return tuple(
        ApprovalRow(item, judge(item, approvals.get(item.post, ()), number, own))
        for item in sorted(planned, key=lambda item: (item.due, item.post, item.account))
        if (number := needed(plan, campaigns.get(item.post, "")) or least)
    )


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────


def missing(judgement: Judgement) -> str:
    """Which approval is missing, as the end of a sentence; "" where none is."""
    several = f", {counted(judgement.missing, 'approval')} needed" if judgement.missing > 1 else ""
    sentences = {
        ApprovalState.APPROVED: "",
        ApprovalState.FEW: f"{people(judgement.by)} approved it, {counted(judgement.missing, 'more approval')} needed",
        ApprovalState.OWN: f"{people(judgement.own)} approved it but may have written it; someone else must approve it",
        ApprovalState.CHANGED: f"it changed after {people(judgement.older)} approved it{several}",
        ApprovalState.NONE: f"no one has approved it{several}",
    }
    return sentences[judgement.state]


def people(approvals: Sequence[Approval]) -> str:
    """`ben in #7 and eva in #9`; "" where there is no one."""
    return _listed([f"{approval.by} in #{approval.pull}" for approval in approvals])


def sentence(row: ApprovalRow) -> str:
    """The state of its approval, as a sentence."""
    judgement = row.judgement
    if judgement.state is ApprovalState.APPROVED:
        return f"{people(judgement.by)} approved it"
    gap = missing(judgement)
    if judgement.state is ApprovalState.CHANGED and row.changed:
        return f"{gap}: {_listed(row.changed)}"
    if judgement.state is ApprovalState.NONE and row.traced:
        origin = f"with {_listed([f'#{number}' for number in row.pulls])}" if row.pulls else "without a pull request"
        return f"{gap}: it came to main {origin}"
    return gap


def _listed(phrases: Sequence[str]) -> str:
    """`the post, the plan and its media`"""
    return " and ".join([", ".join(phrases[:-1]), *phrases[-1:]] if phrases[1:] else phrases)


def as_dict(rows: Sequence[ApprovalRow], now: datetime) -> dict[str, object]:
    """The shape of `cmflow approvals --format json`."""
    return {"at": now.isoformat(), "deliveries": [_row(row) for row in rows]}


def _row(row: ApprovalRow) -> dict[str, object]:
    planned, judgement = row.planned, row.judgement
    people = {"approved_by": judgement.by, "own": judgement.own, "older": judgement.older}
    return {
        "post": planned.post,
        "account": planned.account,
        "path": planned.path,
        "due": planned.due.isoformat(),
        "stand": judgement.state.value,
        "needed": judgement.needed,
        "missing": judgement.missing,
        **{name: [item(approval) for approval in approvals] for name, approvals in people.items()},
        "changed": list(row.changed),
        "pulls": list(row.pulls),
        "note": sentence(row),
    }


def item(approval: Approval) -> dict[str, str | int]:
    """The shape of an approval in JSON."""
    return {
        "by": approval.by,
        "at": approval.time.isoformat(),
        "pull": approval.pull,
        "commit": approval.commit,
    }
