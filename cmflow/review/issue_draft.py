"""Makes a draft pull request of an issue that asks for a post, or finds what keeps it from being made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cmflow.content import issue_form, new_post, posts
from cmflow.content.issue_form import Memory, Wish
from cmflow.content.local_time import local
from cmflow.content.new_post import Draft
from cmflow.github import GitHub, Pull
from cmflow.model import Entry, Plan, Post
from cmflow.model.errors import CmflowError, NotAllowed, SourceError
from cmflow.problems import is_error
from cmflow.render import escape
from cmflow.repository import drafts
from cmflow.repository.content import POSTS, Content
from cmflow.values import dataclass

WRITERS = ("admin", "maintain", "write")
LIMIT = 10  # mistakes, and pictures, that are listed

BODY = """\
This post was requested in #{number}.

When it is ready, remove the line `status: draft` from the file, and press *Ready for review*. Until then it is a draft,
which is never sent.

Closes #{number}
"""

Mistake = tuple[str, str]  # what is wrong, and what to do


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of those in templates/github/issue.md.j2, with what it shows; `memory` is kept for the next time."""

    name: str
    memory: Memory | None
    pull: Pull | None = None
    mistakes: tuple[Mistake, ...] = ()
    post: Post | None = None
    pictures: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One sentence for the log of the job."""
        return SENTENCES[self.name]

    @property
    def needs_person(self) -> bool:
        return self.name in ("broken", "refused")


SENTENCES = {
    "made": "the draft is in its pull request.",
    "wrong": "no draft yet: the form has mistakes, listed in the issue.",
    "form": "no draft yet: the issue does not contain the form's answers.",
    "waiting": "no draft yet: a maintainer has to add the label post-allowed.",
    "held": "the draft is unchanged: the issue was edited without write access.",
    "apart": "the draft is unchanged: it was edited in the pull request.",
    "over": "its pull request is closed.",
    "broken": "no draft yet: the plan cannot be used. Run cmflow check: it lists what is wrong, line by line.",
    "refused": "no draft yet: GitHub does not allow cmflow to create one.",
}


class FormError(CmflowError):
    """The form's answers do not fit the plan."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("The form has mistakes.")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Request:
    """A wish and all that decides about it; `memory` is of the time before, `host` is GitHub's."""

    content: Content
    entries: Callable[[], Iterable[Entry]]
    hub: GitHub
    wish: Wish
    memory: Memory | None
    host: str
    now: datetime

    def answer(self) -> Outcome:
        """Make or update the draft, unless something keeps it from that."""
        pull = self.hub.pull(self.memory.pull) if self.memory else None
        name = self._obstacle(pull)
        draft = None if name else new_post.parse_form(self.wish.body)
        if draft is None:
            return Outcome(name or "form", self.memory, pull)
        try:
            text, post = self._file(draft)
        except FormError as error:
            return Outcome("wrong", self.memory, pull, error.mistakes)
        return replace(self._propose(text, post), pictures=draft.pictures)

    def _obstacle(self, pull: Pull | None) -> str:
        """Why the draft is not made or changed now, as the name of an outcome; "" for nothing."""
        if pull and not pull.open:
            return "over"
        if not self._is_allowed():
            return "held" if pull else "waiting"
        if pull and self.memory and pull.head_sha != self.memory.commit:
            return "apart"
        return "broken" if self.content.plan is None else ""

    def _is_allowed(self) -> bool:
        """Whether the sender may write to the repository. Some may add labels and not write."""
        try:
            return bool(self.wish.sender) and self.hub.permission(self.wish.sender) in WRITERS
        except NotAllowed:  # a bot is not a collaborator
            return False

    def _file(self, draft: Draft) -> tuple[str, Post]:
        """The post, as a file and as it is understood. Raises FormError."""
        plan = self.content.sure_plan
        accounts = draft.accounts or (plan.accounts[0].name,)
        try:
            account = drafts.account(plan, accounts[0])
            date = draft.date or drafts.next_slot(account, plan, self.entries(), self.now)
        except SourceError as error:
            raise FormError((str(error), error.hint)) from None
        text = new_post.source(replace(draft, date=date, accounts=accounts))
        post, problems = posts.parse(text.encode(), f"{POSTS}draft.md", plan)
        errors = [(problem.message, problem.hint) for problem in problems if is_error(problem)]
        if post is None or errors:
            raise FormError(*errors)
        return text, post

    def _propose(self, text: str, post: Post) -> Outcome:
        date = local(post.date, self.content.sure_plan.zone)
        path = self.memory.path if self.memory else drafts.path(self.content, post.title, date)
        title, body = f"Post: {escape.plain(post.title)}", BODY.format(number=self.wish.number)
        try:
            author = issue_form.author(self.wish, self.host)
            pull = self.hub.draft_pull(self.wish.branch, {path: text}, title, body, self.wish.base, author)
        except NotAllowed as error:
            return Outcome("refused", self.memory, mistakes=((str(error), error.hint),))
        return Outcome("made", Memory(pull.number, pull.head_sha, path), pull, post=post)


def fields(outcome: Outcome, plan: Plan | None) -> Mapping[str, Any]:
    """What the template is filled with: all that others wrote is quoted."""
    post, zone = outcome.post, plan.zone if plan else "UTC"
    return {
        "answer": outcome.name,
        "address": outcome.pull.url if outcome.pull else "",
        "mistakes": [escape.code_span(" ".join(filter(None, mistake)), 300) for mistake in outcome.mistakes[:LIMIT]],
        "when": local(post.date, zone) if post else "",
        "zone": zone,
        "pictures": [escape.code_span(picture) for picture in outcome.pictures[:LIMIT]],
        "accounts": ", ".join(map(escape.code_span, post.accounts if post else ())),
    }
