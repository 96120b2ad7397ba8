"""`cmflow draft`"""

import os
from urllib.parse import urlsplit

import click

from cmflow.cli import _actions
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import Context, open_context
from cmflow.cli._exit import Exit
from cmflow.content import issue_form
from cmflow.content.issue_form import MARK
from cmflow.github import GitHub
from cmflow.model.errors import NotAllowed
from cmflow.render import escape
from cmflow.review import issue_draft
from cmflow.review.issue_draft import Outcome, Request


@click.command()
@click.pass_context
def command(ctx: click.Context) -> int:
    """Create a draft pull request from an issue that was written with the form “New post”.

    For the workflow draft.yml: GITHUB_EVENT_PATH says what happened to which issue. Only a person with write access can
    trigger a draft: by opening or editing the issue, or by adding the label post-allowed to a stranger's. Mistakes in
    the form, and the next steps, are written to the issue.

    \b
      GITHUB_EVENT_PATH=event.json cmflow draft
    """
    event = _actions.event()
    if not event:
        raise click.UsageError("This runs on GitHub Actions, where GITHUB_EVENT_PATH says what happened to an issue.")
    wish = issue_form.read_event(event)
    if wish is None:
        click.echo("Nothing to do: no open issue with the label post has changed.")
        return Exit.FINE
    context, hub = open_context(ctx.obj), _actions.hub()
    content, comment = context.folder, hub.comment(wish.number, MARK)
    memory = issue_form.read_memory(comment.body) if comment else None
    host = urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname or "github.com"
    request = Request(content, lambda: context.entries(content), hub, wish, memory, host, wall_clock())
    return _reply(context, hub, wish.number, request.answer())


def _reply(context: Context, hub: GitHub, issue: int, outcome: Outcome) -> int:
    """Write the outcome to the issue; without permission, to the page of the run."""
    fields = issue_draft.fields(outcome, context.folder.plan)
    text = escape.fill(context.templates("templates/github"), "issue", **fields)
    click.echo(f"Issue {issue}: {outcome}")
    try:
        hub.sticky_comment(issue, MARK, f"{outcome.memory}\n\n{text}" if outcome.memory else text)
    except NotAllowed as error:
        _actions.summarise(text)
        click.echo(f"{error}\n  {error.hint}", err=True)
        return Exit.PERSON
    return Exit.PERSON if outcome.needs_person else Exit.FINE
