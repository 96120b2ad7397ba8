"""`cmflow serve`"""

import time
import webbrowser
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from pathlib import Path

import click

from cmflow.cli._calendar import bring
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.model.errors import CmflowError
from cmflow.problems.plural import counted
from cmflow.repository.cache import Memory
from cmflow.repository.follow import follow
from cmflow.values import dataclass
from cmflow.website import serve
from cmflow.website.build.disk import DiskFolder, StagedFolder
from cmflow.website.serve.server import Server, Site

WATCHED = ("content", "templates")
REFS = ("HEAD", "packed-refs", "refs/heads")  # what is committed, and what the ledger remembers


@click.command()
@click.option("--out", default="_site", metavar="DIR", help="Output folder. Default: _site")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help=f"Local port; 0 takes any free one. Default: {serve.PORT}, or any free one if that is taken.",
)
@click.option("--open", "browse", is_flag=True, help="Open the calendar in the browser.")
@click.pass_context
def command(ctx: click.Context, out: str, port: int | None, browse: bool) -> int:
    """Show the calendar in the browser, and update it each time a file is saved.

    It is served to this machine only. Save a post, the plan, a picture or a template, and the open page shows it. If
    something cannot be built, the terminal says why and the last good calendar stays. Press Ctrl-C to end it.

    \b
      cmflow serve
      cmflow serve --open
      cmflow serve --port 9000
    """
    context = open_context(ctx.obj)
    site = Site(context.root / out, f"{wall_clock():%H%M%S%f}")
    desk = Desk(context.root, serve.listen(site, port), wall_clock)
    return keep_serving(desk, time.sleep, webbrowser.open if browse else None)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is built, who serves it, and what time it is."""

    root: Path
    server: Server
    clock: Callable[[], datetime]
    memory: Memory = field(default_factory=dict)

    def build(self) -> tuple[Path, ...]:
        """Bring the site up to date and say how that went; what is to be looked at for changes."""
        context = open_context(str(self.root), self.memory).still()
        staged = StagedFolder(DiskFolder(self.server.site.folder), self.server.site.renew)
        staged.forget()
        try:
            written = bring(context, staged, STATE, self.clock())
        except CmflowError as error:
            self._say(f"{click.style('error:', fg='red', bold=True)} {error}\n  {error.hint}".rstrip())
        else:
            self._say(f"{counted(written, 'file')} written." if written else "Nothing has changed.")
        finally:
            staged.forget()
        return _watched(context)

    def _say(self, text: str) -> None:
        click.echo(f"{self.clock().astimezone():%H:%M:%S}  {text}")


def keep_serving(desk: Desk, sleep: Callable[[float], None], browse: Callable[[str], object] | None = None) -> int:
    """Serve the site and build it again whenever something is saved, until Ctrl-C."""
    address = desk.server.address
    first = True

    def show() -> tuple[Path, ...]:
        nonlocal first
        paths = desk.build()
        if first:
            click.echo(f"\n{address}  for this machine only. Press Ctrl-C to stop.\n")
        if first and browse:
            browse(address)
        first = False
        return paths

    with serve.served(desk.server):
        follow(show, sleep)
    click.echo("\nEnded.")
    return Exit.FINE


def _watched(context: Context) -> tuple[Path, ...]:
    refs = [context.repository.store.parent / ref for ref in REFS] if context.repository else []
    return (*(context.root / name for name in WATCHED), *refs)
