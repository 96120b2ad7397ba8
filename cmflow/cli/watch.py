"""`cmflow watch`"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import click

from cmflow.cli import _actions
from cmflow.cli._arguments import at_option, moment
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.content.local_time import local
from cmflow.insights import health, sentences, status
from cmflow.insights.health import Level, Line
from cmflow.insights.status import Standing
from cmflow.model import Plan
from cmflow.model.errors import GitHubError, NotAllowed
from cmflow.model.reason import Reason
from cmflow.netkit import network
from cmflow.problems import safe_line
from cmflow.problems import text as one_line
from cmflow.problems.plural import counted
from cmflow.render import escape
from cmflow.repository import loader

MARK = "cmflow-watch"  # how the issue is known
NAMED = 12  # deliveries that are named, of each kind
REASONS = ("held", "blocked", "blocked-later", "failed")  # of these it is said why, once for all that have the same
KNOWN = ("next", "missed-before")  # worth knowing, and no reason for an issue
COLOURS = {True: "red", False: "yellow"}

# What to do about it, by the name of the line.
TODO = {
    "stop": "When all is well again: `cmflow resume`, or the workflow Resume. It lists what was due meanwhile.",
    "run": "Look at the runs of the workflow Publish: GitHub switches a schedule off after 60 days without activity.",
    "overdue": "The next run sends them, if it is not too late. If none does: does the workflow Publish run?",
    "failed": "`cmflow log POST` says why. Fix the cause, then: `cmflow publish --again POST ACCOUNT`",
    "unsure": "Look on the network, then say what you saw: `cmflow settle POST ACCOUNT --sent ADDRESS` or `--not-sent`",
    "missed": "Give the post a new date, or leave it: `cmflow settle POST ACCOUNT --skip`",
    "missed-before": "Give the post a new date, or leave it: `cmflow settle POST ACCOUNT --skip`",
    "unapproved": "`cmflow approvals` says whose approval they wait for; without it they will be missed.",
    "by-hand": "Post them from the page of each post, then say so: the workflow Settle, or `cmflow settle`",
    "held": "Fix what is named here, or what `cmflow check` finds; what a stop or a pause keeps back needs a new date "
    "(or, after a stop, `cmflow resume --send POST`).",
    "blocked": "Fix what `cmflow check` finds, before their date.",
    "blocked-later": "Fix what `cmflow check` finds, before their date.",
    "token": "Make a new one at the network, keep it as the secret, and write its day into the plan: `token_ends`",
    "ledger": "`cmflow status` says what is wrong with them. Nothing is sent of what they are about.",
    "blind": "Look at what git says, and run this again: this may be out of date.",
}


@click.command()
@at_option
@click.option("--offline", is_flag=True, help="Do not ask the remote for news first.")
@click.pass_context
def command(ctx: click.Context, time: str | None, offline: bool) -> int:
    """Look whether publishing does what it should, and keep one issue on GitHub that says so.

    It tells what is overdue, failed, unsure, missed or kept back, which tokens end soon, and when a run left its last
    sign of life. On GitHub Actions one issue is opened, kept up to date, and closed when all is well; where that is
    not allowed, the page of the run says it. Elsewhere only the terminal does.

    Exit code 4: somebody must do something. What there is still time for is said, and does not fail.

    \b
      cmflow watch
      cmflow watch --offline
    """
    context = open_context(ctx.obj)
    plan = context.folder.sure_plan
    now = moment(time, plan.zone)
    concerns = tuple(_concerns(context, plan, now, "" if offline else context.news()))
    for line in _lines(concerns, plan):
        click.echo(line)
    if os.environ.get("GITHUB_REPOSITORY"):
        _tell(context, concerns, plan, now)
    return Exit.PERSON if any(concern.alarm for concern in concerns) else Exit.FINE


# ── what there is ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not as it should be. `alarm`: somebody must act; `said` holds words of others."""

    name: str
    alarm: bool
    why: Reason | str
    found: tuple[Standing, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def todo(self) -> str:
        return TODO["token" if self.name.startswith("token-") else self.name]


def _concerns(context: Context, plan: Plan, now: datetime, stale: str) -> Iterator[Concern]:
    """The worst first."""
    snapshot = context.snapshot(STATE)
    kept = context.entries(context.folder)
    last = context.last_run(STATE)
    planned = context.waiting(kept, loader.planned(context.folder, kept, snapshot.deliveries), now, last)
    found = status.standings(planned, snapshot.deliveries, now, network.silent(plan.accounts), plan.zone)
    looked = health.look(found, plan, now, last and last[0], context.stop())
    if stale:
        yield Concern("blind", True, "What the remote knows could not be asked.", said=(stale,))
    if snapshot.problems:
        why = f"{counted(len(snapshot.problems), 'file')} of the ledger cannot be read."
        yield Concern("ledger", True, why, said=tuple(map(one_line, snapshot.problems)))
    concerns = [_concern(line) for line in looked.lines if line.level is not Level.FINE and line.name not in KNOWN]
    yield from sorted(concerns, key=lambda each: not each.alarm)


def _concern(line: Line) -> Concern:
    return Concern(line.name, line.level is Level.ALARM, line.why, line.found)


# ── how it is said ──────────────────────────────────────────────────────────────────────────────────────────


def _lines(concerns: Sequence[Concern], plan: Plan) -> Iterator[str]:
    """For the terminal."""
    if not concerns:
        yield "All is well."
    voice = sentences.voice("en", plan.zone)
    for concern in concerns:
        says = concern.why if isinstance(concern.why, str) else voice.say(concern.why)
        yield f"{click.style('to do ' if concern.alarm else 'know  ', fg=COLOURS[concern.alarm])}  {safe_line(says)}"
        yield f"        {concern.todo.replace('`', '')}"
        notes = dict.fromkeys(standing.note for standing in concern.found if standing.note and concern.name in REASONS)
        yield from (f"        - {safe_line(words)}" for words in (*concern.said, *notes)[:NAMED])


def _tell(context: Context, concerns: Sequence[Concern], plan: Plan, now: datetime) -> None:
    """In the issue; where that may not be, on the page of the run."""
    given = {"lines": [_given(concern, plan) for concern in concerns], "when": local(now, plan.zone), "zone": plan.zone}
    note = escape.fill(context.templates("templates/github"), "watch", **given)
    try:
        hub = _actions.hub()
        if concerns:
            issue = hub.sticky_issue(MARK, _title(concerns), note)
            click.echo(f"Kept in the issue {issue.url}")
        else:
            for number in hub.close_issue(MARK, note):
                click.echo(f"Issue {number} is closed.")
    except GitHubError as error:
        _actions.summarise(note)
        if not isinstance(error, NotAllowed):
            raise
        click.echo(f"{error}\n  {error.hint}", err=True)


def _title(concerns: Sequence[Concern]) -> str:
    alarms = sum(concern.alarm for concern in concerns)
    if alarms:
        return f"Publishing needs somebody: {counted(alarms, 'thing')} to do"
    return f"Publishing: {counted(len(concerns), 'thing')} to look at in time"


def _given(concern: Concern, plan: Plan) -> dict[str, object]:
    """What the template is given: all that others wrote is quoted."""
    found = concern.found[:NAMED]
    return {
        "alarm": concern.alarm,
        "says": concern.why if isinstance(concern.why, str) else _quoted(concern.why, plan),
        "todo": concern.todo,
        "found": [_delivery(each, plan) for each in found],
        "said": [escape.quoted(words, 200) for words in concern.said[:NAMED]],
        "more": max(len(concern.found), len(concern.said)) - NAMED,
    }


def _quoted(why: Reason, plan: Plan) -> str:
    """The sentence, with names as code."""
    figures = ((name, escape.quoted(each) if isinstance(each, str) else each) for name, each in why.figures)
    return sentences.voice("en", plan.zone).say(replace(why, figures=tuple(figures)))


def _delivery(standing: Standing, plan: Plan) -> dict[str, str]:
    return {
        "post": escape.quoted(standing.post),
        "account": escape.quoted(standing.account),
        "due": local(standing.due, plan.zone),
        "note": escape.quoted(standing.note, 200) if standing.note else "",
    }
