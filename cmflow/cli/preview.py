"""`cmflow preview`"""

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from cmflow import network, preview
from cmflow.cli.exits import Exit
from cmflow.cli.naming import post_path
from cmflow.cli.opening import Opened, opened
from cmflow.cli.telling import as_json, meant, problem_lines
from cmflow.errors import SourceError
from cmflow.preview import Preview
from cmflow.problems import is_error
from cmflow.site import entries
from cmflow.site.content import Content
from cmflow.site.entries import Examined

COLOURS: dict[str, dict[str, str | bool]] = {
    "title": {"bold": True},
    "account": {"fg": "cyan", "bold": True},
    "over": {"fg": "red", "bold": True},
    "faint": {"dim": True},
}


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@click.option("-a", "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; may be repeated.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "markdown", "json"]),
    default="text",
    help="text for the terminal, html for a page of its own, markdown for GitHub, json for programs.",
)
@click.pass_context
def command(ctx: click.Context, posts: tuple[str, ...], accounts: tuple[str, ...], form: str) -> int:
    """Show exactly what each account will show of a post: text, length, parts, links, pictures.

    Name posts by their id or file; without a name it shows the next one due. What it shows comes from the same code
    that publishes, through your templates: change a template and look again.

    \b
      cmflow preview never-sent-twice
      cmflow preview never-sent-twice -a bluesky -a x-en
      cmflow preview content/posts/2026-12/*.md --format html > preview.html
    """
    here = opened(ctx.obj)
    content = here.folder
    previews = [_preview(each, content, accounts) for each in _examined(here, content, posts)]
    _say(here, previews, form)
    return Exit.PROBLEMS if any(is_error(problem) for each in previews for problem in each.problems) else Exit.FINE


def _examined(here: Opened, content: Content, names: tuple[str, ...]) -> Iterable[Examined]:
    for path in [post_path(here, content, name) for name in names] or [_next(here, content)]:
        yield entries.examine(path, content.source.one(path), content)


def _next(here: Opened, content: Content) -> str:
    now = datetime.now(UTC)
    ahead = [each for each in here.entries(content) if each.date and each.date >= now]
    if not ahead:
        raise SourceError(
            "No post is planned from now on.", 'Name the post to preview, or start one: cmflow new "Its title"'
        )
    return min(ahead, key=lambda each: each.date or now).path


def _preview(examined: Examined, content: Content, accounts: tuple[str, ...]) -> Preview:
    if examined.post is None:
        raise SourceError(
            f"{examined.path} cannot be shown before it can be read:\n"
            + "\n".join(f"  {line}" for each in examined.problems for line in problem_lines(each))
        )
    plan = content.sure_plan
    for name in accounts:
        if name not in examined.post.accounts:
            raise click.UsageError(f"{examined.post.id} does not go to {name!r}. {meant(name, examined.post.accounts)}")
    variants = tuple(each for each in examined.variants if not accounts or each.account in accounts)
    networks = {each.network: network.load(each.network) for each in variants}
    return Preview(
        examined.post,
        variants,
        tuple(each for each in examined.problems if not accounts or each.account in ("", *accounts)),
        {name: each.title for name, each in networks.items()},
        {name: each.limits for name, each in networks.items()},
        plan.zone,
    )


def _say(here: Opened, previews: list[Preview], form: str) -> None:
    if form == "json":
        click.echo(as_json([preview.as_dict(each) for each in previews], 2))
    elif form == "html":
        click.echo(preview.page(previews, here.templates("templates/site")["templates/site/preview.html.j2"]))
    elif form == "markdown":
        click.echo("\n\n".join("\n".join(preview.markdown(each)) for each in previews))
    else:
        click.echo("\n\n".join("\n".join(preview.text(each, _style)) for each in previews))


def _style(string: str, role: str) -> str:
    return click.style(string, **COLOURS[role])  # type: ignore[arg-type]
