"""`cmflow accounts`"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import click

from cmflow.cli import _environment
from cmflow.cli._context import Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import widest
from cmflow.content.secrets import variable
from cmflow.model import Account
from cmflow.model.errors import CmflowError, SourceError
from cmflow.model.limits import Limits
from cmflow.netkit import http, network
from cmflow.netkit.network import Standing
from cmflow.problems import safe_line
from cmflow.problems.similar import suggestion
from cmflow.publish.answers import ask

SHOWN = ("find", "delete", "verify")  # abilities that people ask for


@dataclass(frozen=True, slots=True)
class Answer:
    """Who an account is, by its network's word, and the numbers its server sets; `error` says why it cannot tell."""

    identity: str = ""
    numbers: Mapping[str, int] | None = None
    error: str = ""


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int | None:
    """List the accounts of the plan: their networks, what cmflow can do there, and which secrets are missing.

    \b
      cmflow accounts
      cmflow accounts verify mastodon-en
    """
    if ctx.invoked_subcommand is not None:
        return None
    accounts = open_context(ctx.obj).folder.sure_plan.accounts
    names, titles = (
        widest(account.name for account in accounts),
        widest(network.load(account.network).title for account in accounts),
    )
    for account in accounts:
        title, state = network.load(account.network).title, "; ".join(_state(account))
        click.echo(f"  {account.name:<{names}}  {title:<{titles}}  {state}")
    return Exit.FINE


def _state(account: Account) -> Iterator[str]:
    record = network.load(account.network)
    if record.publish is None:
        yield "by hand: cmflow checks and previews its posts, but does not publish there"
        return
    others = [name for name in record.abilities if name in SHOWN]
    yield f"publishes; also: {', '.join(others)}" if others else "publishes"
    ways = [[variable(account.name, secret) for secret in way.secrets] for way in record.ways]
    missing = [[name for name in way if not os.environ.get(name)] for way in ways]
    if missing and all(missing):
        lists = dict.fromkeys(", ".join(names) for names in missing)
        yield f"not set: {' or '.join(lists)} (cmflow connect {account.name})"


@command.command("verify")
@click.argument("names", metavar="[ACCOUNT]...", nargs=-1)
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...]) -> int:
    """Sign in to each account and show its identity there, and the limits its server sets.

    Nothing is published. Exit code 4: an account cannot sign in.
    """
    context = open_context(ctx.obj)
    accounts = _chosen(context, names)
    answers = {account.name: _answer(context, account) for account in accounts}
    width = widest(answers)
    for account in accounts:
        for line in _lines(account, answers[account.name], width):
            click.echo(line)
    return Exit.PERSON if any(answer.error for answer in answers.values()) else Exit.FINE


def _chosen(context: Context, names: tuple[str, ...]) -> tuple[Account, ...]:
    """Those that are named, else all that cmflow can sign in to."""
    plan = context.folder.sure_plan
    for name in names:
        if plan.account(name) is None:
            raise SourceError(
                f"The plan has no account {name!r}.", suggestion(name, [account.name for account in plan.accounts])
            )
    chosen = [account for account in plan.accounts if account.name in names or not names]
    able = tuple(account for account in chosen if network.load(account.network).verify)
    if not able:
        raise SourceError("cmflow cannot sign in to any of these accounts.", "See: cmflow accounts")
    return able


def _answer(context: Context, account: Account) -> Answer:
    record = network.load(account.network)
    connect, verify, numbers = record.connect, record.verify, record.numbers
    if connect is None or verify is None:
        return Answer(error=f"cmflow cannot sign in to {record.title}.")
    try:
        access = _environment.accounts(context, context.folder).access(account.name)
        with http.client() as client:
            session = ask(record, access, lambda: connect(client, access))
            identity = _described(ask(record, access, lambda: verify(session)))
            return Answer(identity, ask(record, access, lambda: numbers(session)) if numbers else None)
    except CmflowError as error:
        return Answer(error=f"{error} {error.hint}".strip())


def _described(standing: Standing) -> str:
    """Who it is, what it may do, and until when, as far as the network tells."""
    may = f"; may: {', '.join(standing.may)}" if standing.may else ""
    until = f"; until {standing.until:%Y-%m-%d}" if standing.until else ""
    return f"{standing.who}{may}{until}"


def _lines(account: Account, answer: Answer, width: int) -> Iterator[str]:
    yield f"  {account.name:<{width}}  {safe_line(answer.error or answer.identity)}"
    differing = _differing(network.limits(account), answer.numbers or {})
    if differing:
        numbers = {**dict(account.limits), **differing}
        pairs = ", ".join(f"{name}: {value}" for name, value in sorted(numbers.items()))
        yield f"  {'':<{width}}  Its server sets other limits. Add to {account.name} in content/plan.md:"
        yield f"  {'':<{width}}  limits: {{{pairs}}}"


def _differing(limits: Limits, numbers: Mapping[str, int]) -> dict[str, int]:
    """What the server sets otherwise than we check."""
    checked = {name: getattr(limits, name) for name in numbers if name != "text"}
    values = {"text": limits.text[0].limit.value, **{name: limit.value for name, limit in checked.items() if limit}}
    return {name: value for name, value in numbers.items() if values.get(name) != value}
