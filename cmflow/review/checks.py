"""A review as a check run: red or green, what to do, and marks on the lines."""

from collections.abc import Iterator

from cmflow.github import Annotation, Check, Conclusion, Level
from cmflow.model import Problem
from cmflow.problems import is_error, safe_line
from cmflow.problems.plural import counted
from cmflow.render.escape import clipped, inert
from cmflow.review import sentences
from cmflow.review.comment import Around
from cmflow.review.values import Review

NAME = "cmflow"
TOLD = 40  # problems that the summary tells of
MARKED = 10  # errors, and warnings, that GitHub marks by itself where a job has said them (`cmflow review`)
MOST = 500  # marks: ten requests
LONGEST = 60_000  # characters of the summary; GitHub takes 65,535
LAST = 1_000_000  # line
SENTENCE, TITLE = 2_000, 200  # characters


def check(review: Review, around: Around, whole: bool) -> Check:
    """The check run; `whole`: the comment shows every text."""
    return Check(
        name=NAME,
        conclusion=Conclusion.FAILURE if review.errors else Conclusion.SUCCESS,
        title=sentences.headline(review),
        summary=_summary(review, sentences.verdict(review, around.sound, whole)),
        annotations=tuple(_annotation(each) for each in _unmarked(review.problems))[:MOST],
        url=around.run,
    )


def _summary(review: Review, verdict: str) -> str:
    """What is in the way, the worst first, as far as there is room."""
    told = [f"{verdict}\n"]
    for problem in review.problems[:TOLD]:
        if sum(map(len, (*told, item := _item(problem)))) > LONGEST:
            break
        told.append(item)
    if (more := review.errors + review.warnings - len(told) + 1) > 0:
        told.append(f"\nAnd {counted(more, 'more problem')}, each marked on its line.")
    return "\n".join((*told, "\nHow each text will look stands in the comment on the pull request."))


def _item(problem: Problem) -> str:
    account = f" on {inert(problem.account)}" if problem.account else ""
    place = f"{inert(problem.path)}, line {problem.line:,}{account}"
    return (
        f"1. {sentences.sign(problem)} **{sentences.summary(problem)}** {place}\n"
        f"   - {inert(problem.message)}\n"
        f"   - To do: {inert(sentences.remedy(problem))}"
    )


def _unmarked(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Those that the job which found them could not mark: nothing is marked twice."""
    left = {True: MARKED, False: MARKED}
    for problem in problems:
        left[is_error(problem)] -= 1
        if left[is_error(problem)] < 0:
            yield problem


def _annotation(problem: Problem) -> Annotation:
    words = "\n".join(clipped(safe_line(each), SENTENCE) for each in (problem.message, problem.hint) if each)
    account = f" ({problem.account})" if problem.account else ""
    return Annotation(
        clipped(safe_line(problem.path), SENTENCE),
        min(max(1, problem.line), LAST),
        Level.FAILURE if is_error(problem) else Level.WARNING,
        clipped(safe_line(problem.code + account), TITLE),
        words,
    )
