"""`cmflow inbox`"""

import click

from cmflow import inbox
from cmflow.cli import _inbox, _inbox_tickets
from cmflow.cli._context import open_context
from cmflow.cli._exit import Exit, bug
from cmflow.inbox.office import Tally
from cmflow.inbox.published import inboxes
from cmflow.problems import safe_line
from cmflow.problems.plural import counted


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int | None:
    """Read what people write to the accounts, and send the team's answers.

    Comments, mentions and direct messages become tickets: issues on GitHub, or files under .cmflow/inbox. Commands that
    the team writes there, such as /reply, are carried out. Git only remembers ids and times, on a branch of its own,
    cmflow-inbox: no text, and no name.

    Exit code 4: a person must act. After any other failure, the next run retries.

    \b
      cmflow inbox
      cmflow inbox list
      cmflow inbox reply 3f9a02c1 "/reply Thank you, we are looking into it."
    """
    if ctx.invoked_subcommand is not None:
        return None
    context = open_context(ctx.obj)
    if context.folder.plan and context.folder.plan.inbox != context.commit.sure_plan.inbox:
        click.echo("What you changed under inbox: in the plan counts once it is committed.", err=True)
    names = [account.name for account in inboxes(context.commit.sure_plan)]
    if not names:
        click.echo("No account of the plan has an inbox that cmflow can read. See: cmflow accounts")
        return Exit.FINE
    return _told(inbox.run(_inbox.office(context), names, _inbox.branch(context)))


def _told(tally: Tally) -> int:
    click.echo(_summary(tally))
    for url in tally.sent:
        click.echo(f"  answered: {safe_line(url)}")
    for gap in tally.gaps:
        click.echo(f"  {click.style('not read', fg='yellow')}: {safe_line(gap)}")
    for failure in tally.failures:
        click.echo(f"  {click.style('failed', fg='red')}: {safe_line(failure)}")
    for error in tally.bugs:
        click.echo(bug(error, "All other accounts were read."), err=True)
    if tally.bugs:
        return Exit.BUG
    return Exit.PERSON if tally.person else Exit.FINE


def _summary(tally: Tally) -> str:
    counts = (
        (len(tally.opened), "new conversation", ""),
        (tally.messages, "message", ""),
        (tally.edited, "message", " edited"),
        (tally.deleted, "message", " deleted"),
        (tally.quarantined, "conversation", " of strangers put in quarantine"),
        (len(tally.sent), "answer", " sent"),
        (tally.refused, "command", " not carried out: the ticket says why"),
        (tally.ended, "conversation", " ended: its ticket was deleted or moved"),
        (tally.purged, "conversation", " whose texts were removed"),
    )
    told = [f"{counted(count, noun)}{rest}" for count, noun, rest in counts if count]
    return f"{', '.join(told)}." if told else "Nothing new."


command.add_command(_inbox_tickets.tickets)
command.add_command(_inbox_tickets.show)
command.add_command(_inbox_tickets.reply)
command.add_command(_inbox_tickets.forget)
