"""How the inbox is kept, as the plan says it."""

from datetime import date, time, timedelta
from enum import StrEnum

from cmflow.values import dataclass


class Label(StrEnum):
    """What a conversation is about. A message that no rule knows has none."""

    SUGGESTION = "suggestion"
    DOUBT = "doubt"
    COMPLAINT = "complaint"
    PROPOSAL = "proposal"
    PRAISE = "praise"
    SPAM = "spam?"


@dataclass(frozen=True, slots=True)
class TriageRule:
    """Messages with one of these words, or that match the pattern; on these accounts, in these languages, or on all.

    They get the label, are urgent, or are assigned to people. `name` is said as the reason.
    """

    name: str
    words: tuple[str, ...] = ()
    pattern: str = ""
    accounts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    label: Label | None = None
    urgent: bool = False
    assign: tuple[str, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Inbox:
    """How the inbox is kept. `repository` is where conversations are issues, "" for this one; `public` lets them be in
    a repository that anybody can read. `keep` is how long texts are kept.

    `accounts` are those that are read, () for all that can be. `hours` are the business hours of each weekday (0 is
    Monday), local time in the plan's zone; without any, all hours count. `holidays` have none. `first_answer`
    and `answered` are aims: the time to the first answer in business hours, and the share that is answered, in
    percent. `approval`: another person must agree to an answer. So many conversations of strangers as `burst` says are
    opened per account and hour; those above are put together in quarantine. `assign` is (label, logins of people).
    """

    repository: str = ""
    public: bool = False
    keep: timedelta = timedelta(days=90)
    accounts: tuple[str, ...] = ()
    hours: tuple[tuple[int, time, time], ...] = ()
    holidays: tuple[date, ...] = ()
    first_answer: timedelta | None = None
    answered: int | None = None
    approval: bool = False
    burst: int = 20
    assign: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rules: tuple[TriageRule, ...] = ()
    line: int = 0
