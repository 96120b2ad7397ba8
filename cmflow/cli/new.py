"""`cmflow new`"""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from cmflow.cli._arguments import TEXT
from cmflow.cli._context import Context, open_context, short
from cmflow.cli._exit import Exit
from cmflow.cli._output import suggestion
from cmflow.content import new_post, posts, slots
from cmflow.content.local_time import local
from cmflow.content.new_post import Draft
from cmflow.model import Account, Plan
from cmflow.model.errors import SourceError
from cmflow.repository.content import POSTS
from cmflow.repository.files import write


@click.command()
@click.argument("title", type=TEXT)
@click.option(
    "-a", "--account", "names", type=TEXT, multiple=True, metavar="NAME", help="An account or group; may be repeated."
)
@click.option(
    "--date", "date", type=TEXT, metavar='"YYYY-MM-DD HH:MM"', help="When it goes out. Default: the next free slot."
)
@click.option("--campaign", type=TEXT, default="", metavar="NAME", help="A campaign of the plan.")
@click.option("--pillar", type=TEXT, default="", metavar="NAME", help="A pillar of the plan.")
@click.option("--edit", is_flag=True, help="Open the file in your editor.")
@click.pass_context
def command(
    ctx: click.Context, title: str, names: tuple[str, ...], date: str | None, campaign: str, pillar: str, edit: bool
) -> int:
    """Start a post: a file with its front matter filled in, as a draft.

    Without --date it takes the next slot of the plan in which its first account has nothing yet. A draft is checked
    and shown in the calendar but never sent: take the line `status: draft` out when the post is ready.

    \b
      cmflow new "Our summer opening hours" -a mastodon-en -a facebook
    """
    context = open_context(ctx.obj)
    plan = context.folder.sure_plan
    names = names or (plan.accounts[0].name,)
    when = date or next_slot(context, account(plan, names[0]))
    path = context.root / POSTS / when[:7] / f"{name(context, title, when)}.md"
    text = new_post.source(Draft(title, when, names, campaign, pillar))
    _refuse_problems(text, path.relative_to(context.root).as_posix(), plan)
    try:
        write(path, text, "Make the folder writable.")
    except FileExistsError:
        raise SourceError(
            f"{short(path)} is there already.", "Give the post another title, or edit that file."
        ) from None
    click.echo(f"{short(path)} is a draft for {when} ({plan.zone}).")
    click.echo(f"Write its text, then look at it: cmflow preview {shlex.quote(path.stem)}")
    if edit:
        click.edit(filename=str(path))
    return Exit.FINE


def name(context: Context, title: str, when: str) -> str:
    """The file's name, which is the post's id: with the day in it where another post has the title's."""
    slug = new_post.slug(title)
    taken = {Path(path).stem for path in context.folder.post_paths}
    return f"{slug}-{when[:10]}" if slug in taken else slug


def account(plan: Plan, name: str) -> Account:
    """The account of that name, or the first one of the group."""
    first = dict(plan.groups).get(name, (name,))[0]
    account = plan.account(first)
    if account is None:
        there = [*(each.name for each in plan.accounts), *(group for group, _ in plan.groups)]
        raise click.UsageError(f"The plan has no account or group {name!r}. {suggestion(name, there)}")
    return account


def next_slot(context: Context, account: Account) -> str:
    plan = context.folder.sure_plan
    entries = context.entries(context.folder)
    taken = [each.due for entry in entries for each in entry.planned if each.account == account.name]
    at = slots.next_slot(account, plan, taken, datetime.now(UTC))
    if at is None:
        raise SourceError(f"{account.name} has no free slot in the coming year.", "Give a date: --date")
    return local(at, plan.zone)


def _refuse_problems(text: str, path: str, plan: Plan) -> None:
    _, problems = posts.parse(text.encode(), path, plan)
    if problems:
        raise click.UsageError(f"{problems[0].message} {problems[0].hint}".strip())
