"""A finding in a post or in the plan: a value, not an exception."""

from enum import StrEnum

from cmflow.values import dataclass


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A finding: where, what is wrong, what to do. `code` is explained in `problems.CODES`."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""
    account: str = ""
