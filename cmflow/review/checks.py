"""A review as a check run: the conclusion, what to do, and annotations on lines."""

from collections.abc import Iterator

from cmflow.github import Annotation, Check, Conclusion, Level
from cmflow.model import Problem
from cmflow.problems import is_error, safe_line
from cmflow.problems.plural import counted
from cmflow.render.escape import inert, shorten
from cmflow.review import sentences
from cmflow.review.comment import Context
from cmflow.review.values import Review

NAME = "cmflow"
LISTED = 40  # problems in the summary
MARKED = 10  # errors, and as many warnings, that GitHub annotates itself from the log of `cmflow review`
MOST = 500  # annotations: ten requests
LONGEST = 60_000  # characters of the summary; GitHub accepts 65,535
LAST = 1_000_000  # line
SENTENCE, TITLE = 2_000, 200  # characters


def check(review: Review, context: Context, complete: bool) -> Check:
    """The check run; `complete`: the comment shows every text."""
    return Check(
        name=NAME,
        conclusion=Conclusion.FAILURE if review.errors else Conclusion.SUCCESS,
        title=sentences.headline(review),
        summary=_summary(review, sentences.verdict(review, context.sound, complete)),
        annotations=tuple(_annotation(problem) for problem in _unmarked(review.problems))[:MOST],
        url=context.run,
    )


def _summary(review: Review, verdict: str) -> str:
    """The problems, worst first, as far as there is room."""
    lines = [f"{verdict}\n"]
    for problem in review.problems[:LISTED]:
        if sum(map(len, (*lines, item := _item(problem)))) > LONGEST:
            break
        lines.append(item)
    if (more := review.errors + review.warnings - len(lines) + 1) > 0:
        lines.append(f"\nAnd {counted(more, 'more problem')}, each annotated on its line.")
    return "\n".join((*lines, "\nSee the comment on the pull request for how each text will look."))


def _item(problem: Problem) -> str:
    account = f" on {inert(problem.account)}" if problem.account else ""
    location = f"{inert(problem.path)}, line {problem.line:,}{account}"
    return (
        f"1. {sentences.sign(problem)} **{sentences.summary(problem)}** {location}\n"
        f"   - {inert(problem.message)}\n"
        f"   - To do: {inert(sentences.remedy(problem))}"
    )


def _unmarked(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """The problems that the job's log could not annotate: none is annotated twice."""
    room = {True: MARKED, False: MARKED}
    for problem in problems:
        room[is_error(problem)] -= 1
        if room[is_error(problem)] < 0:
            yield problem


def _annotation(problem: Problem) -> Annotation:
    message = "\n".join(shorten(safe_line(text), SENTENCE) for text in (problem.message, problem.hint) if text)
    account = f" ({problem.account})" if problem.account else ""
    return Annotation(
        shorten(safe_line(problem.path), SENTENCE),
        min(max(1, problem.line), LAST),
        Level.FAILURE if is_error(problem) else Level.WARNING,
        shorten(safe_line(problem.code + account), TITLE),
        message,
    )
