"""`cmflow sandbox`"""

from pathlib import Path

import click

from cmflow.cli._clock import wall_clock, wall_sleep
from cmflow.cli._exit import Exit
from cmflow.repository import shipped
from cmflow.sandbox import export
from cmflow.sandbox.door import VARIABLE
from cmflow.sandbox.pages import WORDS, Pages
from cmflow.sandbox.server import PORT, Server
from cmflow.sandbox.stage import Stage, trouble


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Local port; 0 takes any free one."
)
@click.option(
    "--trouble",
    "kind",
    type=click.Choice(tuple(WORDS)),
    help="Let this happen to every post, until you turn it off on the page.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Save the page of what arrived, with its pictures, to DIR when the sandbox ends.",
)
@click.option("--open", "browse", is_flag=True, help="Open the page in the browser.")
def command(port: int, kind: str | None, folder: Path | None, browse: bool) -> int:
    """Serve fakes of all networks on this machine, with a page that shows what arrives.

    Nothing leaves this machine, and no token is needed: the sandbox gives out its own. Set the variable that it prints,
    in another terminal, in your content repository: then cmflow speaks to the sandbox instead of the networks, reads no
    secret, and keeps its ledger on a branch of its own, cmflow-sandbox. The page can also let things go wrong: a
    refusal, a rate limit, a lost answer, a slow network, an expired token. Press Ctrl-C to end it.

    \b
      cmflow sandbox
      cmflow sandbox --port 9000 --trouble throttle
    """
    if folder:
        export.check(folder)
    stage = Stage(wall_clock, wall_sleep, Pages(shipped.templates("templates/sandbox")))
    if kind:
        stage.disturb("", trouble(kind, 0))
    with Server(stage, port) as server:
        click.echo(f"{server.address}/  for this machine only. Press Ctrl-C to stop.\n")
        click.echo(f"In another terminal, in your content repository:\n  export {VARIABLE}={server.address}")
        click.echo("  cmflow publish                 what is due now")
        click.echo("  cmflow rehearse --at TIME      what is due at another time")
        click.echo("  cmflow connect ACCOUNT         sign in, as on the real network")
        if browse:
            click.launch(f"{server.address}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nEnded.")
    if folder:
        click.echo(f"What arrived: {export.write(stage, folder)}")
    return Exit.FINE
