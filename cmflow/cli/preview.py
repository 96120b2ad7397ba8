"""`cmflow preview`"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from cmflow import network, preview
from cmflow.cli.exits import Exit
from cmflow.cli.opening import Opened, opened, shipped
from cmflow.errors import SourceError
from cmflow.preview import Preview
from cmflow.problems import is_error
from cmflow.problems import text as problem_text
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
    _say(previews, form)
    return Exit.PROBLEMS if any(is_error(problem) for each in previews for problem in each.problems) else Exit.FINE


def _examined(here: Opened, content: Content, names: tuple[str, ...]) -> Iterable[Examined]:
    for path in [_find(here, content, name) for name in names] or [_next(here, content)]:
        yield entries.examine(path, content.source.one(path), content)


def _find(here: Opened, content: Content, name: str) -> str:
    """The post's file, from its path (from the top of the repository or from here) or its id."""
    from_here = Path(name).absolute()
    inside = from_here.relative_to(here.root).as_posix() if from_here.is_relative_to(here.root) else name
    for path in (name, inside):
        if path in content.post_paths:
            return path
    stems = [path for path in content.post_paths if Path(path).stem == name]
    found = stems or [each.path for each in here.entries(content) if each.id == name]
    if not found:
        raise SourceError(f"There is no post {name!r}.", "Name its file, or its id: the file's name without .md")
    return found[0]


def _next(here: Opened, content: Content) -> str:
    now = datetime.now(UTC)
    ahead = [each for each in here.entries(content) if each.date and each.date >= now]
    if not ahead:
        raise SourceError("No post is planned from now on.", "Name the post to preview, or make one: cmflow new")
    return min(ahead, key=lambda each: each.date or now).path


def _preview(examined: Examined, content: Content, accounts: tuple[str, ...]) -> Preview:
    if examined.post is None:
        raise SourceError(
            f"{examined.path} cannot be shown before it can be read:\n"
            + "\n".join(f"  {problem_text(each)}" for each in examined.problems)
        )
    plan = content.sure_plan
    for name in accounts:
        if name not in examined.post.accounts:
            raise click.BadParameter(f"{examined.post.id} does not go to {name!r}.", param_hint="--account")
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


def _say(previews: list[Preview], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([preview.as_dict(each) for each in previews], ensure_ascii=False, indent=2))
    elif form == "html":
        click.echo(preview.page(previews, shipped("templates/site")["templates/site/preview.html.j2"]))
    elif form == "markdown":
        click.echo("\n\n".join("\n".join(preview.markdown(each)) for each in previews))
    else:
        click.echo("\n\n".join("\n".join(preview.text(each, _style)) for each in previews))


def _style(string: str, role: str) -> str:
    return click.style(string, **COLOURS[role])  # type: ignore[arg-type]
