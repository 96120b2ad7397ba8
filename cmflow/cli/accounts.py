"""`cmflow accounts`"""

import os

import click

from cmflow.cli import _environment, _sandbox
from cmflow.cli._context import open_context
from cmflow.cli._exit import Exit
from cmflow.cli._tables import accounts as table
from cmflow.netkit import http
from cmflow.publish import identity


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
    for line in table.accounts(
        open_context(ctx.obj).folder.sure_plan.accounts, None if _sandbox.is_on() else os.environ
    ):
        click.echo(line)
    return Exit.FINE


@command.command("verify")
@click.argument("names", metavar="[ACCOUNT]...", nargs=-1)
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...]) -> int:
    """Sign in to each account and show its identity there, and the limits its server sets.

    Nothing is published. Exit code 4: an account cannot sign in.
    """
    context = open_context(ctx.obj)
    accounts = identity.verifiable(context.with_ends(context.folder.sure_plan), names)
    known = _environment.accounts(context, context.folder)
    identities = [identity.identify(account, known, http.client) for account in accounts]
    for line in table.identities(identities):
        click.echo(line)
    return Exit.PERSON if any(answer.error for answer in identities) else Exit.FINE
