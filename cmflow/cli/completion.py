"""`cmflow completion`"""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes cmflow's commands and options in your shell.

    \b
      bash   eval "$(cmflow completion bash)"      in ~/.bashrc
      zsh    eval "$(cmflow completion zsh)"       in ~/.zshrc
      fish   cmflow completion fish | source       in ~/.config/fish/config.fish
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(ctx.find_root().command, {}, "cmflow", "_CMFLOW_COMPLETE").source())
