"""`cmflow check`"""

import difflib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

import click

from cmflow import lint
from cmflow.cli._arguments import at_option, moment, post_path
from cmflow.cli._context import STATE, Context, open_context, shipped
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, say_problems, widest
from cmflow.git import changes as git
from cmflow.insights import progress, status
from cmflow.model import Problem
from cmflow.netkit import network
from cmflow.problems import CODES, as_dict, explain, github, is_error, merged, safe_line, sort
from cmflow.problems.plural import counted
from cmflow.repository import diff, loader, source, uncommitted
from cmflow.repository.content import Content, open_content

MANY = 30  # problems, from which on a summary by file is given
FILES = 10  # files that it names


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@at_option
@click.option(
    "--base",
    metavar="REF",
    help="Only what changed since HEAD left that branch or commit, saved or committed: main, or HEAD for what is not "
    "committed yet.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default=None,
    help="text for people, github for marks on the lines of a pull request, json for programs. "
    "Default: github inside GitHub Actions, else text.",
)
@click.option("--explain", "code", metavar="CODE", help="Explain a problem code and how to fix it; 'all' lists them.")
@click.pass_context
def command(
    ctx: click.Context, posts: tuple[str, ...], time: str | None, base: str | None, form: str | None, code: str | None
) -> int:
    """Find every problem of every post and of the plan, in one run.

    Each problem says in which file and line it stands, what is wrong and what to do. Name posts (their files or ids)
    to see only theirs, or with --base those that a branch touches: then the whole calendar is still held against them.
    Errors end with exit code 1: such a post is never sent. Warnings do not. Without posts and --base it also warns of
    accounts for which the coming days have less than the plan asks for.

    \b
      cmflow check
      cmflow check --base main
      cmflow check content/posts/2026-12-01-launch.md
      cmflow check --explain text-too-long
    """
    if code:
        return _explain(code)
    if base is not None and posts:
        raise click.UsageError("--base chooses the posts itself: name none.")
    content = open_context(ctx.obj)
    if base is not None:
        return _changed(content, base, form or _default_form(), time)
    problems, paths = found(content, time), content.folder.post_paths
    if posts:
        paths = tuple({post_path(content, content.folder, post): None for post in posts})
        problems = tuple(problem for problem in problems if problem.path in paths)
    _say(content, problems, form or _default_form(), len(paths), summary(problems, len(paths)))
    return Exit.PROBLEMS if any(map(is_error, problems)) else Exit.FINE


def _changed(context: Context, ref: str, form: str, time: str | None) -> int:
    """Tell of what changed since HEAD left `ref`."""
    content = context.folder
    now = moment(time, content.plan.zone if content.plan else "UTC")
    told = since(context, ref, now)
    every = len(content.post_paths)
    said = f"{told.posts:,} of {counted(every, 'post')} checked, since {safe_line(ref)}: {_findings(told.problems)}."
    _say(context, told.problems, form, told.posts, said)
    return Exit.PROBLEMS if any(map(is_error, told.problems)) else Exit.FINE


def since(context: Context, ref: str, now: datetime) -> diff.Found:
    """The problems of what changed since HEAD left `ref`, and how many posts were looked at."""
    content = context.folder
    kept = context.entries(content) if content.plan else ()
    return diff.problems(content, kept, context.snapshot(STATE).deliveries, touched(context, ref, now), context.cache)


def touched(context: Context, ref: str, now: datetime) -> diff.Changes:
    """What changed since HEAD left `ref`, saved or committed; dates are judged by `now`."""
    repository = context.sure_repository
    base = git.fork(repository, ref)
    return diff.Changes(
        frozenset(git.changed_files(repository, base, *source.CONTENT)), cache(lambda: committed(context, base)), now
    )


def committed(context: Context, commit: str) -> Content:
    """The content as it is in a commit."""
    return open_content(source.commit(context.sure_repository, commit), shipped("templates"), context.cache)


def found(context: Context, time: str | None = None) -> tuple[Problem, ...]:
    """Every problem of the folder: the plan's, each post's, those between posts, and what the coming days lack."""
    content, snapshot = context.folder, context.snapshot(STATE)
    plan, deliveries = content.plan, snapshot.deliveries
    if plan is None:
        return sort((*loader.problems(content, (), deliveries), *snapshot.problems))
    kept = context.entries(content)
    between = loader.between(content, kept, deliveries)
    planned = loader.planned(content, kept, deliveries, between)
    now = moment(time, plan.zone)
    standings = status.standings(planned, deliveries, now, network.silent(plan.accounts), plan.zone)
    lacking = lint.targets(plan, progress.measure(plan, kept, standings, now))
    fresh = [path for path, is_known in content.source.unsaved.items() if not is_known]
    dated = diff.dates(content, kept, deliveries, now, fresh)
    return sort((*loader.problems(content, kept, deliveries, between), *dated, *lacking, *snapshot.problems))


def _explain(code: str) -> int:
    if code == "all":
        width = widest(CODES)
        for each in CODES.values():
            click.echo(f"{each.name:<{width}}  {each.severity:<7}  {each.summary}")
        return Exit.FINE
    if code not in CODES:
        near = difflib.get_close_matches(code, CODES, 1)
        hint = f"Did you mean {near[0]!r}?" if near else "They are listed by: cmflow check --explain all"
        raise click.UsageError(f"There is no problem code {code!r}. {hint}")
    click.echo(explain(CODES[code]), nl=False)
    return Exit.FINE


def _default_form() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def _say(context: Context, problems: Sequence[Problem], form: str, posts: int, said: str) -> None:
    """The problems, how many there are, and what else is not as it may seem: what is here and not in git."""
    saved = context.folder.source
    if form == "json":
        answer = {"posts": posts, "problems": [as_dict(problem) for problem in problems]}
        click.echo(as_json({**answer, "uncommitted": sorted(saved.unsaved), "unpushed": saved.unpushed}))
        return
    if form == "github":
        click.echo("".join(f"{github(each)}\n" for each in merged(problems)), nl=False)
    else:
        say_problems(merged(problems))
    if form == "text" and len(problems) > MANY:
        click.echo("".join(f"{line}\n" for line in _by_file(problems)), nl=False)
    click.echo(said)
    for line in uncommitted.sentences(saved.unsaved, saved.unpushed):
        click.echo(safe_line(line))


def _by_file(problems: Sequence[Problem]) -> Iterator[str]:
    """The files with the most errors and warnings, where they are too many to see at a glance."""
    files = defaultdict[str, list[Problem]](list)
    for problem in problems:
        files[problem.path].append(problem)
    worst = sorted(files.items(), key=lambda item: (-sum(map(is_error, item[1])), -len(item[1]), item[0]))
    yield "\nBy file, the worst first:"
    yield from (f"  {safe_line(path)}: {_findings(found)}" for path, found in worst[:FILES])
    if len(worst) > FILES:
        yield f"  and {counted(len(worst) - FILES, 'more file')}"
    yield ""


def summary(problems: Sequence[Problem], posts: int) -> str:
    """`28 posts checked: 1 error, 2 warnings.`"""
    return f"{counted(posts, 'post')} checked: {_findings(problems)}."


def _findings(problems: Sequence[Problem]) -> str:
    """`1 error, 2 warnings`"""
    errors = sum(map(is_error, problems))
    warnings = len(problems) - errors
    found = ", ".join([counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings))
    return found or "no problems"
