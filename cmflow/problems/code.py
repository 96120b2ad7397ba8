"""A kind of problem: its name, its severity and the advice about it."""

from cmflow.model import Severity
from cmflow.values import dataclass

E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Code:
    """`summary` is what it means, `reason` why it matters, `fix` how to fix it, `example` what good looks like."""

    name: str
    severity: Severity
    summary: str
    reason: str
    fix: str
    example: str = ""
