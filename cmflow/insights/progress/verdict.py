"""How something compares with the plan."""

from enum import StrEnum

from cmflow.model.reason import Reason
from cmflow.values import dataclass


class Verdict(StrEnum):
    OnTrack = "OnTrack"  # on course to be as planned
    AtRisk = "AtRisk"  # it will not be as planned unless someone acts
    Hit = "Hit"  # done
    Missed = "Missed"  # it was not done in time

    @property
    def calls(self) -> bool:
        """Whether it needs attention."""
        return self in (Verdict.AtRisk, Verdict.Missed)


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    reason: Reason
