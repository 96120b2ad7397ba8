"""What a review says in its own words: to somebody who reviews posts, and need not know how any of this works."""

from cmflow.model import Problem
from cmflow.problems import is_error, severity
from cmflow.problems.codes import CODES
from cmflow.problems.plural import counted
from cmflow.render.escape import Said
from cmflow.review.values import Review

MARKS = {"error": "❌", "warning": "⚠️", "fine": "✅"}


def headline(review: Review) -> str:
    """`2 posts to review: 1 error, 2 warnings`"""
    posts = len(review.posts) + review.posts_left_out
    what = f"{counted(posts, 'post')} to review" if posts else "No post to review"
    gone = f", {counted(len(review.gone), 'post')} taken away" if review.gone else ""
    servers = len(review.destinations())
    secrets = f", {counted(servers, 'new destination')} of secrets" if servers else ""
    return f"{what}{gone}{secrets}: {findings(review.errors, review.warnings)}"


def findings(errors: int, warnings: int) -> str:
    found = [counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings)
    return ", ".join(found) or "no problems"


def verdict(review: Review, sound: bool, whole: bool) -> Said:
    """Whether anything is in the way, and what to do now; `whole`: every text is shown, nothing is left out."""
    if review.errors:
        return Said(
            f"{MARKS['error']} **This cannot go out yet.** A post with an error is never sent. Whoever wrote it can "
            "fix it in this pull request; each line that is meant is marked under *Files changed*."
        )
    if not sound:
        return Said(f"{MARKS['warning']} **Do not rely on this comment alone.** Read first why.")
    if review.destinations():
        return Said(
            f"{MARKS['warning']} **Secrets would go to a server where they did not go before.** Read below to which, "
            "letter by letter. Approve only if you know it and mean it."
        )
    if not review.posts and not review.gone:
        return Said(f"{MARKS['fine']} This pull request changes nothing that goes out.")
    after = "Approve if all of it may go out like this: every text is shown exactly as it will look."
    if not whole:
        after = "There is no room here for every text: read the others in the calendar before you approve."
    if lost := {problem.path for problem in review.problems if problem.code == "date-past"}:
        what = "This post" if len(lost) == 1 else counted(len(lost), "post")
        return Said(f"{MARKS['warning']} **{what} will not go out: the date is over.** Correct it before you approve.")
    if review.warnings:
        return Said(f"{MARKS['warning']} **Nothing is in the way.** Read the warnings, though. {after}")
    return Said(f"{MARKS['fine']} **Nothing is in the way.** {after}")


def mark(problems: tuple[Problem, ...]) -> Said:
    worst = "error" if any(map(is_error, problems)) else "warning" if problems else "fine"
    return Said(MARKS[worst])


def sign(problem: Problem) -> Said:
    return Said(MARKS[severity(problem.code).value])


def summary(problem: Problem) -> Said:
    """What is wrong, in general."""
    return Said(CODES[problem.code].summary)


def remedy(problem: Problem) -> str:
    """What to do: as it was said of this very case, else in general."""
    return problem.hint or Said(CODES[problem.code].fix)


def dollars(thousandths: int) -> Said:
    """A `$` would begin a formula on GitHub."""
    return Said(f"{thousandths / 1000:.3f}".removesuffix("0") + " US dollars")


def size(count: int) -> str:
    """`340 kB`"""
    for unit, at in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= at:
            return f"{count / at:,.1f} {unit}" if count < 10 * at else f"{count // at:,} {unit}"
    return counted(count, "byte")
