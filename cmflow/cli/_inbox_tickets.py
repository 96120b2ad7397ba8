"""The commands of `cmflow inbox` that look at conversations, answer them, or remove them."""

import sys

import click

from cmflow import inbox
from cmflow.cli import _inbox
from cmflow.cli._arguments import TEXT
from cmflow.cli._context import open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json
from cmflow.inbox.folder import FolderHelpdesk
from cmflow.model.errors import SourceError
from cmflow.problems import safe_line
from cmflow.problems.plural import counted


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Include closed conversations.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format.")
@click.pass_context
def tickets(ctx: click.Context, everything: bool, form: str) -> int:
    """List the conversations: ticket, account, labels, since when, and whether it is answered."""
    context = open_context(ctx.obj)
    _inbox.refresh(context)
    rows = inbox.rows(_inbox.branch(context), everything)
    if form == "json":
        click.echo(as_json([row.as_dict() for row in rows], 1))
        return Exit.FINE
    for row in rows:
        click.echo(safe_line(row.line(context.folder.sure_plan.zone)))
    click.echo(f"{counted(len(rows), 'conversation')}.")
    return Exit.FINE


@click.command()
@click.argument("ticket", type=TEXT)
@click.pass_context
def show(ctx: click.Context, ticket: str) -> int:
    """Show a conversation: every message, every answer, and what can be done."""
    context = open_context(ctx.obj)
    current = _inbox.helpdesk(context).read(ticket)
    if current is None:
        raise SourceError(f"There is no ticket {ticket}.", "See: cmflow inbox list")
    click.echo(f"{safe_text(current.sheet.title)}\n\n{safe_text(current.sheet.body)}")
    for note in current.notes:
        click.echo(f"\n── {safe_line(note.author)}, {note.time:%Y-%m-%d %H:%M} UTC ──\n{safe_text(note.text)}")
    return Exit.FINE


@click.command()
@click.argument("ticket", type=TEXT)
@click.argument("text", type=TEXT, required=False)
@click.pass_context
def reply(ctx: click.Context, ticket: str, text: str | None) -> int:
    """Write under a ticket, and carry it out at once.

    TEXT is a command such as "/reply Thank you." or "/done"; without one it comes from standard input. Text without a
    command is a note for the team.
    """
    context = open_context(ctx.obj)
    desk = _inbox.helpdesk(context)
    if not isinstance(desk, FolderHelpdesk):
        raise SourceError("The conversations are issues on GitHub.", "Write the command as a comment on the issue.")
    desk.write(ticket, _inbox.person(), sys.stdin.read() if text is None else text)
    tally = inbox.run(_inbox.office(context), (), _inbox.branch(context))
    current = desk.read(ticket)
    last = current.notes[-1] if current and current.notes else None
    click.echo(safe_text(last.text) if last and last.mark else "A note for the team: it begins with no command.")
    return Exit.PERSON if tally.refused or tally.person else Exit.FINE


@click.command()
@click.argument("author", type=TEXT)
@click.pass_context
def forget(ctx: click.Context, author: str) -> int:
    """Remove all that a person wrote from the tickets.

    AUTHOR is the name that the tickets show, such as @ana@example.org, or the network's own id of the person. Counts,
    ids and times stay, on the branch cmflow-inbox.
    """
    context = open_context(ctx.obj)
    count = inbox.forget(_inbox.office(context), _inbox.branch(context), author)
    click.echo(f"The texts of {counted(count, 'conversation')} are removed.")
    return Exit.FINE


def safe_text(text: str) -> str:
    """The text with its lines, and nothing that a terminal obeys."""
    return "\n".join(safe_line(line) for line in text.splitlines())
