"""A review as a check run: red or green, what to do, and marks on the lines."""

from collections.abc import Iterator

from cmflow.github import Annotation, Check, Conclusion, Level
from cmflow.model import Problem
from cmflow.problems import is_error, shown
from cmflow.review import sentences
from cmflow.review.inert import Said, clipped, inert
from cmflow.review.values import Review
from cmflow.wording import counted

NAME = "cmflow"
TOLD = 40  # problems that the summary tells of
MARKED = 10  # errors, and warnings, that GitHub marks by itself where a job has said them (`cmflow review`)
MOST = 500  # marks: ten requests
SENTENCE, TITLE = 2_000, 200  # characters


def check(review: Review, address: str) -> Check:
    """The check run; `address` is where the comment stands, or the run."""
    return Check(
        name=NAME,
        conclusion=Conclusion.FAILURE if review.errors else Conclusion.SUCCESS,
        title=sentences.headline(review),
        summary="\n".join(_summary(review)),
        annotations=tuple(_annotation(each) for each in _unmarked(review.problems))[:MOST],
        url=address,
    )


def _summary(review: Review) -> Iterator[str]:
    yield sentences.verdict(review)
    if review.problems:
        yield ""
    for each in review.problems[:TOLD]:
        account = f" on {inert(each.account)}" if each.account else ""
        yield f"1. {sentences.sign(each)} **{sentences.summary(each)}** {inert(each.path)}, line {each.line}{account}"
        yield f"   - {inert(each.message)}"
        yield f"   - To do: {inert(sentences.remedy(each))}"
    if (more := review.errors + review.warnings - TOLD) > 0:
        yield f"\nAnd {counted(more, 'more problem')}: they are marked on their lines."
    yield Said("\nHow each text will look stands in the comment on the pull request.")


def _unmarked(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Those that the job which found them could not mark: nothing is marked twice."""
    left = {True: MARKED, False: MARKED}
    for each in problems:
        left[is_error(each)] -= 1
        if left[is_error(each)] < 0:
            yield each


def _annotation(problem: Problem) -> Annotation:
    words = "\n".join(shown(clipped(each, SENTENCE)) for each in (problem.message, problem.hint) if each)
    account = f" ({problem.account})" if problem.account else ""
    return Annotation(
        problem.path,
        max(1, problem.line),
        Level.FAILURE if is_error(problem) else Level.WARNING,
        shown(clipped(problem.code + account, TITLE)),
        words,
    )
