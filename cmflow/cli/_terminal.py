"""The terminal: its streams, and the sentences that a command ends with when it cannot do what it was asked."""

import errno
import io
import os
import sys

import click

from cmflow.cli._exit import Exit

# What the machine refuses is not a bug: say what, and where.
SURROUNDINGS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE,
                errno.ENAMETOOLONG)  # fmt: skip


def write_anything() -> None:
    """Let the terminal show as an escape what it cannot show, or what is not text at all (a file name of old).

    A stream that was closed (`2>&-`) takes whatever is written to it.
    """
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, mode)  # noqa: PTH123, SIM115 (until the end)
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(sentence: str, hint: str = "") -> None:
    """Print what went wrong, and what to do."""
    color = False if os.environ.get("NO_COLOR") else None
    click.echo(f"{click.style('error:', fg='red', bold=True)} {sentence}", err=True, color=color)
    if hint:
        click.echo(f"  {hint}", err=True)


def sentence(error: click.ClickException) -> str:
    """Return what is wrong with the command line."""
    sentence = error.format_message()
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def usage(error: click.ClickException) -> str:
    """Return where the command's options are explained, where it is known which command was meant."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"See: {context.command_path} --help" if context else ""


def interrupted(error: BaseException) -> int:
    """Print that it was interrupted, and what a run that was cut short says; return the exit code."""
    start = "" if isinstance(error, click.exceptions.Abort) else "\n"  # click has ended the line that holds ^C
    args = (error.__cause__ or error).args
    message = args[0] if args else "Nothing is half-written: run the same command again."
    click.echo(f"{start}Interrupted. {message}", err=True)
    return Exit.INTERRUPTED


def silence_stdout() -> None:
    """Keep Python from complaining at exit where our output cannot be written any more (`| head`, a full disk)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
