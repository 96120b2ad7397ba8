"""`cmflow check`"""

import difflib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from cmflow.cli._arguments import at_option, moment, post_path
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, say_problems, widest
from cmflow.model import Problem
from cmflow.problems import CODES, as_dict, explain, github, is_error, merged, safe_line
from cmflow.problems.plural import counted
from cmflow.repository import check as repository_check
from cmflow.repository import diff, uncommitted

MANY = 30  # problems, from which on a summary by file is given
FILES = 10  # files that it names


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@at_option
@click.option(
    "--base",
    metavar="REF",
    help="Check only what changed since HEAD left that branch or commit, saved or committed: main, or HEAD for what is "
    "not committed yet.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default=None,
    help="Output format: text for people, github for annotations on a pull request, json for programs. "
    "Default: github inside GitHub Actions, else text.",
)
@click.option(
    "--explain", "code", metavar="CODE", help="Explain a problem code and how to fix it; 'all' lists every code."
)
@click.pass_context
def command(
    ctx: click.Context, posts: tuple[str, ...], time: str | None, base: str | None, form: str | None, code: str | None
) -> int:
    """Find every problem of every post and of the plan, in one run.

    Each problem names its file and line, what is wrong and what to do. Name posts (ids or files) to show only their
    problems, or use --base for those a branch changes: the whole calendar is still checked against them. Errors end
    with exit code 1: such a post is never sent. Warnings do not. Without posts and --base, check also warns about
    accounts for which the coming days have fewer posts than the plan asks for.

    \b
      cmflow check
      cmflow check --base main
      cmflow check content/posts/2026-12-01-launch.md
      cmflow check --explain text-too-long
    """
    if code:
        return _explain(code)
    if base is not None and posts:
        raise click.UsageError("--base selects the posts: do not name any.")
    context, form = open_context(ctx.obj), form or _default_form()
    content = context.folder
    now = moment(time, content.plan.zone if content.plan else "UTC")
    if base is not None:
        return _check_changes(context, base, form, now)
    problems = repository_check.problems(content, context.entries(content), context.snapshot(STATE), now)
    paths = content.post_paths
    if posts:
        paths = tuple({post_path(context, content, post): None for post in posts})
        problems = tuple(problem for problem in problems if problem.path in paths)
    return _print(context, problems, form, len(paths), f"{counted(len(paths), 'post')} checked: {_counts(problems)}.")


def _check_changes(context: Context, ref: str, form: str, now: datetime) -> int:
    """Print the problems of what changed since HEAD left `ref`."""
    content, deliveries = context.folder, context.snapshot(STATE).deliveries
    changes = repository_check.changes(context.sure_repository, ref, now, context.at_commit)
    result = diff.problems(content, context.entries(content), deliveries, changes, context.cache)
    total = counted(len(content.post_paths), "post")
    summary = f"{result.posts:,} of {total} checked, since {safe_line(ref)}: {_counts(result.problems)}."
    return _print(context, result.problems, form, result.posts, summary)


def _explain(code: str) -> int:
    if code == "all":
        width = widest(CODES)
        for problem in CODES.values():
            click.echo(f"{problem.name:<{width}}  {problem.severity:<7}  {problem.summary}")
        return Exit.FINE
    if code not in CODES:
        names = difflib.get_close_matches(code, CODES, 1)
        hint = f"Did you mean {names[0]!r}?" if names else "They are listed by: cmflow check --explain all"
        raise click.UsageError(f"There is no problem code {code!r}. {hint}")
    click.echo(explain(CODES[code]), nl=False)
    return Exit.FINE


def _default_form() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def _print(context: Context, problems: Sequence[Problem], form: str, posts: int, summary: str) -> int:
    """The problems, how many there are, and what else is not as it may seem: what is here and not in git."""
    saved, code = context.folder.source, Exit.PROBLEMS if any(map(is_error, problems)) else Exit.FINE
    if form == "json":
        answer = {"posts": posts, "problems": [as_dict(problem) for problem in problems]}
        click.echo(as_json({**answer, "uncommitted": sorted(saved.unsaved), "unpushed": saved.unpushed}))
        return code
    if form == "github":
        click.echo("".join(f"{github(problem)}\n" for problem in merged(problems)), nl=False)
    else:
        say_problems(merged(problems))
    if form == "text" and len(problems) > MANY:
        click.echo("".join(f"{line}\n" for line in _by_file(problems)), nl=False)
    click.echo(summary)
    for line in uncommitted.sentences(saved.unsaved, saved.unpushed):
        click.echo(safe_line(line))
    return code


def _by_file(problems: Sequence[Problem]) -> Iterator[str]:
    """The files with the most errors and warnings, where they are too many to see at a glance."""
    files = defaultdict[str, list[Problem]](list)
    for problem in problems:
        files[problem.path].append(problem)
    worst = sorted(files.items(), key=lambda item: (-sum(map(is_error, item[1])), -len(item[1]), item[0]))
    yield "\nBy file, the worst first:"
    yield from (f"  {safe_line(path)}: {_counts(group)}" for path, group in worst[:FILES])
    if len(worst) > FILES:
        yield f"  and {counted(len(worst) - FILES, 'more file')}"
    yield ""


def _counts(problems: Sequence[Problem]) -> str:
    """`1 error, 2 warnings`"""
    errors = sum(map(is_error, problems))
    warnings = len(problems) - errors
    counts = [counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings)
    return ", ".join(counts) or "no problems"
