"""What `cmflow check` shows."""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import click

from cmflow.cli._output import as_json, refused, say_problems, widest
from cmflow.insights import costs
from cmflow.insights.costs import AccountCost
from cmflow.model import Problem
from cmflow.model.errors import CmflowError
from cmflow.problems import CODES, as_dict, explain, github, is_error, merged, safe_line
from cmflow.problems.plural import counted
from cmflow.repository import uncommitted
from cmflow.repository.source import Source
from cmflow.values import dataclass

MANY = 30  # problems, from which on a summary by file is given
FILES = 10  # files that it names


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of so many `posts`; `subject` says in words what was checked, `costs` what is not sent yet costs,
    `refusals` why publishing would refuse here."""

    problems: Sequence[Problem]
    posts: int
    subject: str
    costs: Sequence[AccountCost] = ()
    refusals: Sequence[CmflowError] = ()


def show(saved: Source, checked: Checked, form: str) -> None:
    """Print the problems, how many there are, and what else is not as it may seem: what is `saved` and not in git."""
    problems = checked.problems
    if form == "json":
        answer = {"posts": checked.posts, "problems": [as_dict(problem) for problem in problems]}
        answer["costs"] = costs.as_dict(checked.costs)
        answer |= {"uncommitted": sorted({*saved.unsaved, *saved.missing}), "unpushed": saved.unpushed}
        answer["refused"] = [error.in_full for error in checked.refusals]
        click.echo(as_json(answer))
        return
    if form == "github":
        click.echo("".join(f"{github(problem)}\n" for problem in merged(problems)), nl=False)
    else:
        say_problems(merged(problems))
    if form == "text" and len(problems) > MANY:
        click.echo("".join(f"{line}\n" for line in _by_file(problems)), nl=False)
    click.echo(f"{checked.subject}: {_counts(problems)}.")
    if checked.costs:
        click.echo(f"Publishing what has not been sent yet will cost {costs.sentence(checked.costs)}.")
    for line in refused(checked.refusals):
        click.echo(line)
    for line in uncommitted.sentences(saved.unsaved, saved.missing, saved.unpushed, saved.unwatched):
        click.echo(safe_line(line))


def _counts(problems: Sequence[Problem]) -> str:
    """`1 error, 2 warnings`"""
    errors = sum(map(is_error, problems))
    warnings = len(problems) - errors
    counts = [counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings)
    return ", ".join(counts) or "no problems"


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


def explanation(code: str) -> str:
    """Return how to fix problems of that code; of `all`, every code in a line. Raises UsageError for one unknown."""
    if code == "all":
        width = widest(CODES)
        return "".join(f"{one.name:<{width}}  {one.severity:<7}  {one.summary}\n" for one in CODES.values())
    if code not in CODES:
        names = difflib.get_close_matches(code, CODES, 1)
        hint = f"Did you mean {names[0]!r}?" if names else "List them all: cmflow check --explain all"
        raise click.UsageError(f"There is no problem code {code!r}. {hint}")
    return explain(CODES[code])
