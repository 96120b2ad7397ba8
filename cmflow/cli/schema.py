"""`cmflow schema`"""

from pathlib import Path

import click

from cmflow.cli._context import open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json
from cmflow.content import frontmatter, schema
from cmflow.content import plan as plans
from cmflow.model import Plan
from cmflow.model.errors import SourceError
from cmflow.model.plan import PLAN_PATH
from cmflow.netkit import network
from cmflow.repository.files import beginning
from cmflow.repository.plans import NETWORKS


@click.command()
@click.argument("kind", type=click.Choice(["post", "plan"]), metavar="post|plan")
@click.option(
    "--for",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="PLAN",
    help="Plan whose accounts, groups, campaigns and pillars a post may name. Default: that of the current content "
    "repository; outside of one, a post may name any.",
)
@click.pass_context
def command(ctx: click.Context, kind: str, plan_file: str | None) -> int:
    """Print the JSON Schema of the front matter of a post or of the plan.

    With it, an editor completes keys and names while you type, explains them, and marks mistakes. cmflow check finds
    what an editor cannot, such as a text that is too long.

    \b
      cmflow schema post > .cmflow/post.schema.json
      cmflow schema plan
    """
    if kind == "plan":
        document = schema.plan({name: network.load(name).options for name in network.names()})
    else:
        document = schema.post(_plan(ctx.obj, plan_file))
    click.echo(as_json(document, 2))
    return Exit.FINE


def _plan(root: str | None, named: str | None) -> Plan | None:
    """The plan to go by; without one that can be used, a post may name anything."""
    if named is None and root is None:
        try:
            path = open_context(None).root / PLAN_PATH
        except SourceError:
            return None
    else:
        path = Path(named) if named else open_context(root).root / PLAN_PATH
    try:
        plan, _ = plans.parse(beginning(path, frontmatter.LIMIT), PLAN_PATH, NETWORKS)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if plan is None:
        click.echo(f"{path} cannot be used, so a post may name anything. See: cmflow check", err=True)
    return plan
