"""The `cmflow` command. Each command is one file here: it reads arguments, calls one verb, prints, exits."""

import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence

import click

from cmflow import __version__
from cmflow.cli._exit import Exit
from cmflow.cli._terminal import (
    SURROUNDINGS,
    complain,
    interrupted,
    sentence,
    silence_stdout,
    usage,
    write_anything,
)

COMMANDS = {
    "accounts": "List the accounts of the plan, and what is missing to publish there.",
    "connect": "Get what an account needs to sign in, step by step.",
    "new": "Start a post: a file with its front matter filled in.",
    "check": "Find every problem in the posts and in the plan.",
    "preview": "Show exactly how a post will look on each account.",
    "rehearse": "Simulate publishing into a folder, with no token and no network.",
    "sandbox": "Serve fakes of all networks on this machine, and show what arrives.",
    "publish": "Publish what is due, and record it in the ledger.",
    "approvals": "List upcoming posts that are not approved.",
    "stop": "Stop publishing at once, until a person resumes it.",
    "resume": "Resume publishing, and decide what to do with what was due in the meantime.",
    "unpublish": "Delete a published post from an account.",
    "describe": "Change the alt texts of a published post.",
    "settle": "Record what happened to a delivery when cmflow cannot tell.",
    "status": "Show the state of every delivery, what is next, what needs a person.",
    "plan": "Compare the plan with what was sent and what is scheduled.",
    "metrics": "Read the figures of published posts: likes, replies, followers.",
    "inbox": "Read what people write to the accounts, and send the team's answers.",
    "report": "Report on a week or a month: published, planned, what worked.",
    "stats": "Show what worked, and whether it may be due to chance.",
    "log": "Show the history of a post: every attempt, and what was published where.",
    "build": "Build the calendar website.",
    "serve": "Show the calendar in the browser, and update it when files are saved.",
    "text": "Count and link a text as a network does.",
    "schedule": "Write the cron lines that the plan needs into the workflows.",
    "init": "Create a content repository in a folder.",
    "review": "Collect what a pull request changes, as it will be sent, for its reviewer.",
    "comment": "Post a review on its pull request: one comment and a check.",
    "watch": "Monitor publishing; keep one GitHub issue up to date.",
    "draft": "Create a draft pull request from an issue, on GitHub Actions.",
    "schema": "Print the JSON Schema of posts or of the plan, for editors.",
    "completion": "Print the script that turns on completion in your shell.",
}


class Commands(click.Group):
    """The commands by name; a command's file is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            names = difflib.get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(f"Unknown command {args[0]!r}." + (f" Did you mean {names[0]!r}?" if names else ""))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cmflow.cli.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            outcome = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:  # `| head` has read all it wants
            silence_stdout()
            return Exit.FINE
        return outcome

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    epilog="To try it with no token and no network: cmflow rehearse. For help on a command: cmflow COMMAND --help",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="cmflow %(version)s")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False),
    default=None,
    metavar="DIR",
    help="Content repository. Default: the nearest parent folder with content/plan.md.",
)
@click.pass_context
def group(ctx: click.Context, root: str | None) -> None:
    """A community manager's whole working week in one git repository.

    Posts are Markdown files in content/posts/, the social media plan is content/plan.md. cmflow checks them, shows
    what each network will get, publishes what is due, and records in git what was sent.

    \b
    Exit codes: 0 fine · 1 problems found · 2 wrong usage · 3 a bug in cmflow
                4 something needs a person · 130 interrupted
    """
    ctx.obj = root
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code: the one place where an exception becomes a sentence."""
    write_anything()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a runner that cancels a job is Ctrl-C as well
    gc.set_threshold(100_000, 50, 50)  # a command lives for seconds: looking for garbage took a tenth of them
    try:
        outcome = group.main(
            args=None if arguments is None else list(arguments), prog_name="cmflow", standalone_mode=False
        )
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        sys.exit(interrupted(error))
    except click.ClickException as error:
        complain(sentence(error), usage(error))
        sys.exit(error.exit_code)
    except Exception as error:
        from cmflow.model.errors import CmflowError  # takes as long as all of `--help`

        if isinstance(error, CmflowError):
            complain(str(error), error.hint)
            sys.exit(Exit.PROBLEMS)
        if isinstance(error, OSError) and error.errno in SURROUNDINGS:
            complain(f"{error.filename or 'The output'} cannot be used: {error.strerror}.")
            silence_stdout()
            sys.exit(Exit.PROBLEMS)
        from cmflow.cli._exit import bug

        click.echo(bug(error), err=True)
        sys.exit(Exit.BUG)
    sys.exit(outcome if isinstance(outcome, int) else Exit.FINE)
