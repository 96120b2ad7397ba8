"""`cmflow check`"""

import difflib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, Opened, opened
from cmflow.model import Problem
from cmflow.problems import CODES, as_dict, explain, github, is_error, merged, sort, text
from cmflow.site import entries
from cmflow.wording import counted


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default=None,
    help="text for people, github for marks on the lines of a pull request, json for programs. "
    "Default: github inside GitHub Actions, else text.",
)
@click.option(
    "--explain", "code", metavar="CODE", help="Say what a problem code means and how to mend it; 'all' lists them."
)
@click.pass_context
def command(ctx: click.Context, posts: tuple[str, ...], form: str | None, code: str | None) -> int:
    """Find every problem of every post and of the plan, in one run.

    Each problem says in which file and line it stands, what is wrong and what to do. Name posts (their files or ids)
    to see only theirs. Errors end with exit code 1: such a post is never sent. Warnings do not.

    \b
      cmflow check
      cmflow check content/posts/2026-12-01-launch.md
      cmflow check --explain text-too-long
    """
    if code:
        return _explain(code)
    content = opened(ctx.obj)
    problems = found(content)
    if posts:
        problems = tuple(each for each in problems if _named(each, posts))
    _say(problems, form or _default_form(), len(content.folder.post_paths))
    return Exit.PROBLEMS if any(map(is_error, problems)) else Exit.FINE


def found(content: Opened) -> tuple[Problem, ...]:
    """Every problem of the folder: the plan's, each post's, and those between posts."""
    snapshot = content.snapshot(STATE)
    kept = content.entries(content.folder) if content.folder.plan else ()
    return sort((*entries.problems(content.folder, kept, snapshot.deliveries), *snapshot.problems))


def _named(problem: Problem, posts: tuple[str, ...]) -> bool:
    path = Path(problem.path)
    return any(path == Path(each) or path.stem == each for each in posts)


def _explain(code: str) -> int:
    if code == "all":
        for each in CODES.values():
            click.echo(f"{each.name:<24}{each.severity:<9}{each.summary}")
        return Exit.FINE
    if code not in CODES:
        near = difflib.get_close_matches(code, CODES, 1)
        meant = f"did you mean {near[0]}?" if near else "cmflow check --explain all lists them."
        raise click.BadParameter(f"there is no problem code {code!r}; {meant}", param_hint="--explain")
    click.echo(explain(CODES[code]), nl=False)
    return Exit.FINE


def _default_form() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def _say(problems: Sequence[Problem], form: str, posts: int) -> None:
    if form == "json":
        click.echo(json.dumps({"posts": posts, "problems": [as_dict(each) for each in problems]}, ensure_ascii=False))
        return
    for problem in merged(problems):
        click.echo(github(problem) if form == "github" else _coloured(problem))
    click.echo(summary(problems, posts))


def summary(problems: Sequence[Problem], posts: int) -> str:
    """`28 posts checked: 1 error, 2 warnings.`"""
    errors = sum(map(is_error, problems))
    warnings = len(problems) - errors
    found = ", ".join([counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings))
    return f"{counted(posts, 'post')} checked: {found or 'no problems'}."


def _coloured(problem: Problem) -> str:
    line = text(problem)
    return click.style(line, fg="red") if is_error(problem) else click.style(line, fg="yellow")
