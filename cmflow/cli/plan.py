"""`cmflow plan`"""

from collections.abc import Iterator, Sequence

import click

from cmflow import network, progress, sentences, status
from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, opened
from cmflow.cli.telling import as_json, widest
from cmflow.cli.times import at_option, local, moment
from cmflow.model import Plan
from cmflow.progress import AccountProgress, Progress, Verdict, Week, answer
from cmflow.sentences import Voice
from cmflow.site import entries

BACK, AHEAD = 3, 5  # weeks in the table, those that are over and those that come
SLOTS = 3  # free slots shown of an account
COLOURS = {Verdict.OnTrack: None, Verdict.AtRisk: "yellow", Verdict.Hit: "green", Verdict.Missed: "red"}
CHAPTERS = {"account": "Accounts", "pillar": "Pillars", "campaign": "Campaigns", "goal": "Goals"}


@click.command()
@at_option
@click.option("--alarm", is_flag=True, help="End with exit code 4 where something is at risk or was missed.")
@click.option("--offline", is_flag=True, help="Do not ask the remote for news first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.pass_context
def command(ctx: click.Context, at: str | None, alarm: bool, offline: bool, form: str) -> int:
    """Hold the plan against what was sent and what is ahead.

    Each account, pillar, campaign and goal is OnTrack, AtRisk, Hit or Missed, and why is said in a sentence. How each
    of them comes about stands in docs/plan.md.

    \b
      cmflow plan
      cmflow plan --at "2026-12-14 09:00"
      cmflow plan --alarm --format json
    """
    here = opened(ctx.obj)
    plan = here.folder.sure_plan
    now = moment(at, plan.zone)
    stale = "" if offline else here.news()
    deliveries, kept = here.snapshot(STATE).deliveries, here.entries(here.folder)
    planned = entries.planned(here.folder, kept, deliveries)
    found = status.standings(planned, deliveries, now, network.silent(plan.accounts))
    measured = progress.measure(plan, kept, found, now)
    voice = sentences.voice("en", plan.zone)
    if form == "json":
        click.echo(as_json(answer.as_dict(measured, voice.say), 2))
    else:
        for line in _lines(measured, plan, voice):
            click.echo(line)
    if stale:
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    return Exit.PERSON if alarm and (measured.calling or stale) else Exit.FINE


def _lines(measured: Progress, plan: Plan, voice: Voice) -> Iterator[str]:
    counts = ", ".join(f"{number} {verdict}" for verdict, number in measured.counts.items() if number)
    yield f"{plan.brand}, {local(measured.now, plan.zone)} {plan.zone}: {counts or 'nothing to compare'}."
    width = widest(each.name for _, each in measured.parts())
    for kind, title in CHAPTERS.items():
        parts = [each for name, each in measured.parts() if name == kind]
        if parts:
            yield click.style(f"\n{title}", bold=True)
        for each in parts:
            word = click.style(f"{each.verdict or '':<7}", fg=each.verdict and COLOURS[each.verdict])
            yield f"  {word}  {each.name:<{width}}  {voice.say(each.why)}".rstrip()
    yield from _weeks([each for each in measured.accounts if each.per_week], width)
    yield from _slots(measured.accounts, plan, width)
    yield from _uneven(measured.accounts, voice, width)


def _weeks(accounts: Sequence[AccountProgress], width: int) -> Iterator[str]:
    """What went out or will, of what the plan asks for."""
    if not accounts:
        return
    shown = [each.past[-BACK:] + each.coming[:AHEAD] for each in accounts]
    heads = [f"{week.starts:%m-%d}{'*' if number == BACK else ' '}" for number, week in enumerate(shown[0])]
    yield click.style("\nWeeks", bold=True) + " (sent and scheduled, of what the plan asks for; * this week)"
    yield f"  {'':<{width + 9}}  {'  '.join(heads)}".rstrip()
    for each, weeks in zip(accounts, shown, strict=True):
        yield f"  {'':<7}  {each.name:<{width}}  {'  '.join(map(_cell, weeks))}".rstrip()


def _cell(week: Week) -> str:
    text = f"{week.filled}/{week.planned}"
    return (click.style(text, fg="yellow") if week.short else text) + " " * (6 - len(text))


def _slots(accounts: Sequence[AccountProgress], plan: Plan, width: int) -> Iterator[str]:
    free = [each for each in accounts if each.free]
    if free:
        yield click.style("\nFree slots", bold=True) + " of the next four weeks"
    for each in free:
        times = ", ".join(local(at, plan.zone) for at in each.free[:SLOTS])
        more = f" and {len(each.free) - SLOTS} more" if len(each.free) > SLOTS else ""
        yield f"  {'':<7}  {each.name:<{width}}  {times}{more}"


def _uneven(accounts: Sequence[AccountProgress], voice: Voice, width: int) -> Iterator[str]:
    uneven = [each for each in accounts if each.silences or each.crowds]
    if uneven:
        yield click.style("\nSilences and crowded days", bold=True)
    for each in uneven:
        silences = (
            f"silent for {voice.counted(one.days, 'days')} between {one.starts} and {one.ends}" for one in each.silences
        )
        crowds = (f"{voice.counted(one.posts, 'posts')} on {one.day}" for one in each.crowds)
        yield f"  {'':<7}  {each.name:<{width}}  {'; '.join((*silences, *crowds))}"
