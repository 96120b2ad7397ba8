"""How something stands against the plan."""

from dataclasses import dataclass
from enum import StrEnum

from cmflow.model.reason import Reason


class Verdict(StrEnum):
    OnTrack = "OnTrack"  # as it stands, it will be as planned
    AtRisk = "AtRisk"  # it will not, unless somebody does something
    Hit = "Hit"  # done
    Missed = "Missed"  # it was not done, and the time is over

    @property
    def calls(self) -> bool:
        """Whether somebody should look."""
        return self in (Verdict.AtRisk, Verdict.Missed)


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    why: Reason
