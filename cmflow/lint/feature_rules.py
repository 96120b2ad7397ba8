"""Rules for what a post uses and a network may not have: polls, warnings, audiences, threads."""

from collections import Counter
from collections.abc import Iterator

from cmflow import render
from cmflow.lint.context import Case, Rule, excess
from cmflow.model import Poll, Problem, Visibility
from cmflow.model.errors import Rejected
from cmflow.model.limits import poll_minutes
from cmflow.problems.invisible import is_blank
from cmflow.render.question import divided

ASK = "The question is the last paragraph that ends with a question mark: write a short one."
REFERENCES = {"reply_to": "answer other posts", "quote": "quote posts", "repost": "repeat posts"}
ADDRESSES = ("https://", "http://", "at://")
FEWEST = 2  # options of a poll; one alone is not a choice, on any network


def poll(case: Case) -> Iterator[Problem]:
    question, limit = case.variant.poll, case.limits.poll_options
    if question is None:
        return
    if limit is None:
        yield _absent(case, "poll", "This network has no polls: the post is published without it.")
        return
    for message in _poll(case, question):
        yield case.problem("poll-options", question.line, message, "Change the options of `poll:`.")
    if question.multiple and not case.limits.poll_multiple:
        hint = "Remove `multiple` from the poll, or leave this account out."
        yield case.problem("poll-options", question.line, "A poll allows only one choice there.", hint)
    for message in _question(case):
        yield case.problem("poll-question", question.line, message, ASK)
    yield from _duration(case, question)


def _poll(case: Case, question: Poll) -> Iterator[str]:
    most, longest = case.limits.poll_options, case.limits.poll_option
    if len(question.options) < FEWEST:
        yield f"The poll needs at least {FEWEST} options; it has {len(question.options)}."
    if most and (message := excess("The poll", len(question.options), most)):
        yield message
    if any(map(is_blank, question.options)):
        yield "An option of the poll is empty."
    counts = Counter(" ".join(option.split()) for option in question.options if not is_blank(option))
    for option in (option for option, count in counts.items() if count > 1):
        yield f"Two options of the poll read “{option}”."
    for option in question.options if longest else ():
        if longest and (message := excess(f"The option “{option}”", len(option), longest)):
            yield message


def _question(case: Case) -> Iterator[str]:
    """What is wrong with the question, on a network where a poll has one of its own."""
    limits = case.limits
    if limits.poll_question is None:
        return
    words, remainder = divided(case.variant.parts[0].text)
    if not words:
        yield "The poll has no question: the post has no text."
    if message := excess("The question of the poll", len(words), limits.poll_question):
        yield message
    body = limits.form(remainder).body
    if limits.poll_text and (message := excess("The text beside the question", len(body), limits.poll_text)):
        yield message


def _duration(case: Case, question: Poll) -> Iterator[Problem]:
    minutes = round(question.duration.total_seconds() / 60)
    shortest, longest = case.limits.poll_shortest, case.limits.poll_longest
    if shortest and minutes < shortest.value:
        least = _length(shortest.value)
        message = f"The poll is open for {_length(minutes)}; this network keeps polls open for at least {least}."
        yield case.problem("poll-duration", question.line, message, f"Write `duration: {least}`, or longer.")
    if longest and minutes > longest.value:
        most = _length(longest.value)
        message = f"The poll is open for {_length(minutes)}; this network keeps polls open for at most {most}."
        yield case.problem("poll-duration", question.line, message, f"Write `duration: {most}`, or shorter.")

    if not (longest and minutes > longest.value) and (actual := poll_minutes(case.limits, minutes)) > minutes:
        durations = ", ".join(_length(duration) for duration in case.limits.poll_durations)
        message = f"The poll is open for {_length(actual)} there, not {_length(minutes)}: this network has {durations}."
        yield case.problem("poll-longer", question.line, message, f"Leave it, or write `duration: {_length(actual)}`.")


def _length(minutes: int) -> str:
    """As one writes it: 7200 → `5d`."""
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return " ".join(f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if number) or "0m"


def content_warning(case: Case) -> Iterator[Problem]:
    if case.post.content_warning and not case.limits.content_warning:
        message = "This network has no content warnings: the post is shown without it."
        yield _absent(case, "content_warning", message)


def visibility(case: Case) -> Iterator[Problem]:
    """What was not meant for everyone must not become public; what was only meant to be quiet may."""
    audience = case.post.visibility
    if audience in case.limits.visibility:
        return
    if audience is Visibility.UNLISTED:
        yield _absent(case, "visibility", "This network has no unlisted posts: it is shown like any other.")
    else:
        offers = ", ".join(case.limits.visibility)
        reach = "only show it to everyone" if offers == Visibility.PUBLIC else f"show it as {offers} only"
        message = f"The post is for “{audience}” only, and this network can {reach}."
        yield case.problem("would-be-public", "visibility", message, "Remove this account.")


def refers(case: Case) -> Iterator[Problem]:
    """Posts that this one points to, where the network or the way of posting there has no such thing."""
    possible = case.limits.refers
    for key in REFERENCES:
        if getattr(case.variant, key) and possible is not None and key not in possible:
            message = f"This account cannot {REFERENCES[key]}."
            yield case.problem("cannot-refer", key, message, "Link to it in the text, or leave this account out.")
        elif error := _misaddressed(case, getattr(case.variant, key)):
            yield case.problem("cannot-refer", key, str(error), error.hint)


def _misaddressed(case: Case, target: str) -> Rejected | None:
    """Why an address is of no post on this network, in the adapter's own words; a post of ours has no address yet."""
    if case.limits.address and target.startswith(ADDRESSES):
        try:
            case.limits.address(target)
        except Rejected as error:
            return error
    return None


def thread(case: Case) -> Iterator[Problem]:
    if case.limits.thread:
        return
    parts = len(render.split_parts(render.full_text(case.post, case.account, case.plan, case.limits)[0]))
    if parts > 1:
        message = f"This network has no threads: the {parts} parts are published as one post."
        yield case.problem("thread-joined", "text", message, "Check it with `cmflow preview`.")


def _absent(case: Case, key: str, message: str) -> Problem:
    return case.problem("not-supported", key, message, "Leave it, or remove this account.")


RULES: tuple[Rule, ...] = (poll, content_warning, visibility, refers, thread)
