"""A review's sentences, for reviewers who need not know how cmflow works."""

from cmflow.model import Problem
from cmflow.problems import is_error, severity
from cmflow.problems.codes import CODES
from cmflow.problems.plural import counted
from cmflow.render.escape import OwnWords
from cmflow.review.values import Review

MARKS = {"error": "❌", "warning": "⚠️", "fine": "✅"}


def headline(review: Review) -> str:
    """`2 posts to review: 1 error, 2 warnings`"""
    posts = len(review.posts) + review.posts_left_out
    posts_text = f"{counted(posts, 'post')} to review" if posts else "No post to review"
    deleted = f", {counted(len(review.gone), 'post')} deleted" if review.gone else ""
    servers = len(review.destinations())
    secrets = f", {counted(servers, 'new destination')} for secrets" if servers else ""
    return f"{posts_text}{deleted}{secrets}: {findings(review.errors, review.warnings)}"


def findings(errors: int, warnings: int) -> str:
    counts = [counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings)
    return ", ".join(counts) or "no problems"


def verdict(review: Review, sound: bool, complete: bool) -> OwnWords:
    """Whether anything blocks publishing, and what to do now; `complete`: every text is shown in full."""
    if review.errors:
        return OwnWords(
            f"{MARKS['error']} **This cannot be published yet.** A post with an error is never sent. Its author can "
            "fix it in this pull request; each line is annotated under *Files changed*."
        )
    if not sound:
        return OwnWords(f"{MARKS['warning']} **Do not rely on this comment alone.** Read why below.")
    if review.destinations():
        return OwnWords(
            f"{MARKS['warning']} **Secrets would be sent to a new server.** Read its name below, letter by letter. "
            "Approve only if you know it and intend this."
        )
    if not review.posts and not review.gone:
        return OwnWords(f"{MARKS['fine']} This pull request changes nothing that is published.")
    advice = "Approve if all of it may be published like this: every text is shown exactly as it will look."
    if not complete:
        advice = "Not every text fits here: read the others in the calendar before you approve."
    if late := {problem.path for problem in review.problems if problem.code == "date-past"}:
        subject = "This post" if len(late) == 1 else counted(len(late), "post")
        sentence = f"**{subject} will not be published: the date has passed.** Correct it first."
        return OwnWords(f"{MARKS['warning']} {sentence}")
    if review.warnings:
        return OwnWords(f"{MARKS['warning']} **Ready to publish, with warnings.** Read them first. {advice}")
    return OwnWords(f"{MARKS['fine']} **Ready to publish.** {advice}")


def mark(problems: tuple[Problem, ...]) -> OwnWords:
    worst = "error" if any(map(is_error, problems)) else "warning" if problems else "fine"
    return OwnWords(MARKS[worst])


def sign(problem: Problem) -> OwnWords:
    return OwnWords(MARKS[severity(problem.code).value])


def summary(problem: Problem) -> OwnWords:
    """The general description of the problem's rule."""
    return OwnWords(CODES[problem.code].summary)


def remedy(problem: Problem) -> str:
    """What to do: the hint for this case, else the rule's general fix."""
    return problem.hint or OwnWords(CODES[problem.code].fix)


def size(count: int) -> str:
    """`340 kB`"""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{count / factor:,.1f} {unit}" if count < 10 * factor else f"{count // factor:,} {unit}"
    return counted(count, "byte")
