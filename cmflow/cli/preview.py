"""`cmflow preview`"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import sleep as wait

import click

from cmflow.cli._arguments import post_path
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import problem_lines
from cmflow.cli._tables import preview as table
from cmflow.model.errors import CmflowError, SourceError
from cmflow.model.plan import PLAN_PATH
from cmflow.problems import is_error
from cmflow.problems.similar import suggestion
from cmflow.render.preview import Preview
from cmflow.repository import previews
from cmflow.repository.cache import Memory
from cmflow.repository.examination import Examined
from cmflow.repository.files import write
from cmflow.repository.follow import follow
from cmflow.repository.previews import Deliveries
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown, how, and where: no accounts are all of them, no file is the terminal."""

    accounts: tuple[str, ...] = ()
    form: str = "text"
    out: str | None = None


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@click.option(
    "-a", "--account", "accounts", multiple=True, metavar="NAME", help="Show only this account; may be repeated."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "markdown", "json"]),
    default=None,
    help="Output format: text for the terminal, html for a page, markdown for GitHub, json for programs. "
    "Default: text; html with --out.",
)
@click.option("--out", metavar="FILE", help="Write to FILE instead of the terminal.")
@click.option(
    "--watch",
    is_flag=True,
    help="Show it again each time the post, its media, the plan or a template is saved, until Ctrl-C.",
)
@click.pass_context
def command(
    ctx: click.Context,
    posts: tuple[str, ...],
    accounts: tuple[str, ...],
    form: str | None,
    out: str | None,
    watch: bool,
) -> int:
    """Show exactly how a post will look on each account: text, length, parts, links, pictures.

    Name posts by their id or file; without a name, the next post due is shown. What was sent already is shown as it was
    sent, if it would look different now. The preview comes from the same code
    that publishes, through your templates: change a template and look again.

    \b
      cmflow preview never-sent-twice
      cmflow preview never-sent-twice -a bluesky -a x-en
      cmflow preview content/posts/2026-12/*.md --out preview.html
      cmflow preview never-sent-twice --watch
    """
    wish = Wish(accounts, form or ("html" if out else "text"), out)
    context = open_context(ctx.obj).still()
    paths = [post_path(context, context.folder, name) for name in posts] or [_next(context)]
    if watch and len(paths) > 1:
        raise click.UsageError("--watch shows one post: name only one.")
    if watch:
        return keep_showing(context.root, paths[0], wish, wall_clock, wait)
    shown = [_preview(context, *_examine(context, path), accounts) for path in paths]
    _say(table.formatted(shown, wish.form, context.templates), out, context.root)
    return Exit.PROBLEMS if any(is_error(problem) for item in shown for problem in item.problems) else Exit.FINE


def keep_showing(
    root: Path, path: str, wish: Wish, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> int:
    """Show a post each time it, its media, the plan or a template is saved, until Ctrl-C.

    What is wrong with a file, perhaps half-saved, is said, and the next time it is looked at again.
    """

    memory: Memory = {}

    def show() -> tuple[Path, ...]:
        context = open_context(str(root), memory).still()
        click.clear()
        files: tuple[str, ...] = (path, PLAN_PATH, "templates")
        try:
            examined, deliveries = _examine(context, path)
            files += tuple(path for variant in examined.variants for path in variant.files)
            shown = _preview(context, examined, deliveries, wish.accounts)
            _say(table.formatted([shown], wish.form, context.templates), wish.out, context.root)
        except (CmflowError, click.UsageError) as error:
            click.echo(f"{error.message if isinstance(error, click.UsageError) else error}")
        click.echo(
            click.style(f"\n{clock().astimezone():%H:%M:%S}  Waiting for changes; press Ctrl-C to stop.", dim=True)
        )
        return tuple(root / file for file in files)

    follow(show, sleep)
    click.echo("\nStopped. Nothing was sent or changed.")
    return Exit.FINE


def _next(context: Context) -> str:
    return previews.next_path(context.entries(context.folder), wall_clock())


def _examine(context: Context, path: str) -> tuple[Examined, Deliveries]:
    return previews.examine(context.folder, path, lambda keys: context.snapshot(STATE, keys).deliveries)


def _preview(context: Context, examined: Examined, deliveries: Deliveries, accounts: tuple[str, ...]) -> Preview:
    if examined.post is None:
        raise SourceError(
            f"{examined.path} cannot be shown until it can be read:\n"
            + "\n".join(f"  {line}" for problem in examined.problems for line in problem_lines(problem))
        )
    for name in accounts:
        if name not in examined.post.accounts:
            hint = suggestion(name, examined.post.accounts)
            raise click.UsageError(f"{examined.post.id} does not go to {name!r}. {hint}")
    return previews.preview(context.folder, examined, deliveries, accounts, context.sent_texts(STATE))


def _say(text: str, out: str | None, root: Path) -> None:
    if out is None:
        click.echo(text)
        return
    text = f"{click.unstyle(text).rstrip()}\n"
    if write(Path(out), text, "Choose another file: --out FILE", over=True, within=root):
        click.echo(f"Written: {out}")
