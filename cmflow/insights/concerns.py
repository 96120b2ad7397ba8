"""What needs attention about publishing, as lines for a terminal and as the fields of the template of the issue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cmflow.content.local_time import local
from cmflow.insights import sentences
from cmflow.insights.health import Health, Level
from cmflow.insights.status import Standing
from cmflow.model import Plan, Problem
from cmflow.model.errors import CmflowError
from cmflow.model.reason import Reason
from cmflow.problems import text as one_line
from cmflow.problems.plural import counted
from cmflow.render import escape
from cmflow.values import dataclass

LIMIT = 12  # deliveries listed per concern
WITH_NOTES = ("held", "blocked", "blocked-later", "failed")  # the terminal shows why, once per note
SILENT = ("next", "missed-before")  # shown on the calendar; no reason for an issue

ADVICE = {
    "stop": "When all is well again: `cmflow resume`, or the workflow Resume. It lists what was due in the meantime.",
    "run": "Look at the runs of the workflow Publish: GitHub disables a schedule after 60 days without activity.",
    "overdue": "The next run sends them, unless it is too late by then. If none does, check the workflow Publish.",
    "failed": "`cmflow log POST` shows why. Fix the cause, then: `cmflow publish --again POST ACCOUNT`",
    "unsure": "Check on the network, then report what you saw: `cmflow settle POST ACCOUNT --sent URL` or `--not-sent`",
    "missed": "Give the post a new date, or skip it: `cmflow settle POST ACCOUNT --skip`",
    "missed-before": "Give the post a new date, or skip it: `cmflow settle POST ACCOUNT --skip`",
    "unapproved": "`cmflow approvals` shows whose approval they wait for; without it they will be missed.",
    "by-hand": "Post them from the page of each post, then report it: the workflow Settle, or `cmflow settle`",
    "held": "Fix what is listed here, or what `cmflow check` finds; what a stop or a pause holds needs a new date "
    "(or, after a stop, `cmflow resume --send POST`).",
    "blocked": "Fix what is listed here, or what `cmflow check` finds, before their date.",
    "blocked-later": "Fix what is listed here, or what `cmflow check` finds, before their date.",
    "token": "Get a new one: `cmflow connect ACCOUNT`. If the plan says when it ends (`token_ends`), change that, too.",
    "ledger": "`cmflow status` shows what is wrong with them. The deliveries they record are not sent.",
    "unread": "Fix what `cmflow check` finds. No one can tell when they are due.",
    "between-runs": "Run `cmflow schedule` and commit the workflow.",
    "inbox-until": "Answer under the ticket: `/reply` and the text. Later, only the network itself may still let you.",
    "inbox-overdue": "Answer under the ticket, or close it with `/done` where no answer is needed.",
    "inbox-share": "`cmflow report` shows the figures. Answer more, or change `inbox.answered` in the plan.",
    "refused": "Nothing is sent until this is done.",
    "blind": "Read git's error and run this again: what is shown may be out of date.",
}


TOKEN = "token-"  # what the name of a concern about an account's token begins with


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not as it should be. `alarm`: a person must act; `details` are words of others."""

    name: str
    alarm: bool
    reason: Reason | str
    standings: tuple[Standing, ...] = ()
    details: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        if self.name.startswith(TOKEN):
            return ADVICE["token"].replace("ACCOUNT", self.name.removeprefix(TOKEN))
        return ADVICE[self.name]

    def sentence(self, plan: Plan) -> str:
        return self.reason if isinstance(self.reason, str) else sentences.voice("en", plan.zone).say(self.reason)

    def notes(self) -> Sequence[str]:
        """The details, and each note of its deliveries once."""
        notes = (standing.note for standing in self.standings if standing.note and self.name in WITH_NOTES)
        return (*self.details, *dict.fromkeys(notes))[:LIMIT]


def concerns(
    health: Health,
    stale: str,
    refusal: CmflowError | None,
    problems: Sequence[Problem],
    between: Sequence[Problem] = (),
    inbox: Sequence[Concern] = (),
    unread: Sequence[Problem] = (),
) -> tuple[Concern, ...]:
    """The worst first. `stale`: why the ledger could not be fetched; `refusal`: why no run would start; `problems` are
    of the ledger's files, `between` of posts that are due when no run starts, `inbox` of people who wait for an answer,
    `unread` of posts that cannot be read.
    """
    result = (
        *_refused(refusal),
        *_concerns(health, stale, problems),
        *_unread(unread),
        *inbox,
        *_between_runs(between),
    )
    return tuple(sorted(result, key=lambda concern: not concern.alarm))


def _refused(refusal: CmflowError | None) -> Iterator[Concern]:
    if refusal:
        details = (refusal.hint,) if refusal.hint else ()
        yield Concern("refused", True, f"`cmflow publish` refuses to start. {refusal}", details=details)


def _unread(problems: Sequence[Problem]) -> Iterator[Concern]:
    if problems:
        are = "is" if len(problems) == 1 else "are"
        reason = f"{counted(len(problems), 'post')} cannot be read and {are} not published."
        yield Concern("unread", True, reason, details=tuple(map(one_line, problems)))


def _between_runs(problems: Sequence[Problem]) -> Iterator[Concern]:
    if problems:
        number = counted(len({problem.path for problem in problems}), "post")
        details = tuple(f"{problem.path}: {problem.message}" for problem in problems)
        yield Concern(
            "between-runs",
            False,
            f"{number} will be late: no run starts when {'they are' if len(problems) > 1 else 'it is'} due.",
            details=details,
        )


def _concerns(health: Health, stale: str, problems: Sequence[Problem]) -> Iterator[Concern]:
    if stale:
        yield Concern("blind", True, "Could not fetch from the remote.", details=(stale,))
    if problems:
        reason = f"{counted(len(problems), 'file')} of the ledger cannot be read."
        yield Concern("ledger", True, reason, details=tuple(map(one_line, problems)))
    for line in health.lines:
        if line.level is not Level.FINE and line.name not in SILENT:
            yield Concern(line.name, line.level is Level.ALARM, line.reason, line.standings)


def title(concerns: Sequence[Concern]) -> str:
    """The title of the issue."""
    alarms = sum(concern.alarm for concern in concerns)
    if alarms:
        return f"Publishing needs a person: {counted(alarms, 'thing')} to do"
    return f"Publishing: {counted(len(concerns), 'thing')} to look at soon"


def fields(concerns: Sequence[Concern], plan: Plan, now: datetime) -> Mapping[str, object]:
    """What the template is filled with: all that others wrote is quoted."""
    lines = [_fields(concern, plan) for concern in concerns]
    return {"lines": lines, "when": local(now, plan.zone), "zone": plan.zone}


def _fields(concern: Concern, plan: Plan) -> dict[str, object]:
    return {
        "alarm": concern.alarm,
        "says": _quoted(concern).sentence(plan),
        "todo": concern.advice,
        "found": [_delivery(standing, plan) for standing in concern.standings[:LIMIT]],
        "said": [escape.code_span(detail, 200) for detail in concern.details[:LIMIT]],
        "more": max(len(concern.standings), len(concern.details)) - LIMIT,
    }


def _quoted(concern: Concern) -> Concern:
    """The same, with names as code."""
    if isinstance(concern.reason, str):
        return concern
    figures = (
        (name, escape.code_span(value) if isinstance(value, str) else value) for name, value in concern.reason.figures
    )
    return replace(concern, reason=replace(concern.reason, figures=tuple(figures)))


def _delivery(standing: Standing, plan: Plan) -> dict[str, str]:
    return {
        "post": escape.code_span(standing.post),
        "account": escape.code_span(standing.account),
        "due": local(standing.due, plan.zone),
        "note": escape.code_span(standing.note, 200) if standing.note else "",
    }
