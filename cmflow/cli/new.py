"""`cmflow new`"""

import shlex
from zoneinfo import ZoneInfo

import click

from cmflow.cli._arguments import TEXT
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._folder import short
from cmflow.content import dates, new_post, posts
from cmflow.content.new_post import Draft
from cmflow.model import Plan
from cmflow.model.errors import SourceError
from cmflow.repository import drafts
from cmflow.repository.files import write


@click.command()
@click.argument("title", type=TEXT)
@click.option(
    "-a", "--account", "names", type=TEXT, multiple=True, metavar="NAME", help="Account or group; may be repeated."
)
@click.option(
    "--date", "date", type=TEXT, metavar='"YYYY-MM-DD HH:MM"', help="Date and time. Default: the next free slot."
)
@click.option("--campaign", type=TEXT, default="", metavar="NAME", help="Campaign of the plan.")
@click.option("--pillar", type=TEXT, default="", metavar="NAME", help="Pillar of the plan.")
@click.option("--edit", is_flag=True, help="Open the file in your editor.")
@click.pass_context
def command(
    ctx: click.Context, title: str, names: tuple[str, ...], date: str | None, campaign: str, pillar: str, edit: bool
) -> int:
    """Start a post: a file with its front matter filled in, as a draft.

    Without --date it takes the first account's next free slot in the plan. A draft is checked and shown in the calendar
    but never sent: remove the line `status: draft` when the post is ready.

    \b
      cmflow new "Our summer opening hours" -a mastodon-en -a facebook
    """
    context = open_context(ctx.obj)
    plan = context.folder.sure_plan
    names = names or (plan.accounts[0].name,)
    when = dates.simplified(date, ZoneInfo(plan.zone)) if date else _next_slot(context, names[0])
    path = context.root / drafts.path(context.folder, title, when)
    text = new_post.source(Draft(title, when, names, campaign, pillar))
    _refuse_problems(text, path.relative_to(context.root).as_posix(), plan)
    try:
        write(path, text, "Make the folder writable.")
    except FileExistsError:
        raise SourceError(f"{short(path)} already exists.", "Choose another title, or edit that file.") from None
    click.echo(f"{short(path)} is a draft for {when} ({plan.zone}).")
    click.echo(f"Write its text, then preview it: cmflow preview {shlex.quote(path.stem)}")
    if edit:
        click.edit(filename=str(path))
    return Exit.FINE


def _next_slot(context: Context, name: str) -> str:
    plan = context.folder.sure_plan
    entries = context.entries(context.folder)
    return drafts.next_slot(drafts.account(plan, name), plan, entries, wall_clock())


def _refuse_problems(text: str, path: str, plan: Plan) -> None:
    _, problems = posts.parse(text.encode(), path, plan)
    if problems:
        raise SourceError(problems[0].message, problems[0].hint)
