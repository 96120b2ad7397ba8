"""`cmflow draft`"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import click

from cmflow.cli import _actions
from cmflow.cli._context import Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli.new import account, name, next_slot
from cmflow.content import issue_form, new_post, posts
from cmflow.content.issue_form import MARK, Memory, Wish
from cmflow.content.local_time import local
from cmflow.content.new_post import Draft
from cmflow.github import GitHub, Pull
from cmflow.model import Post
from cmflow.model.errors import CmflowError, NotAllowed, SourceError
from cmflow.problems import is_error
from cmflow.render import escape
from cmflow.repository.content import POSTS

WRITERS = ("admin", "maintain", "write")
NAMED = 10  # mistakes that are named

BODY = """\
Somebody asked for this post in #{number}.

When it is ready, take the line `status: draft` out of the file, and press *Ready for review*. Until then it is a draft,
which is never sent.

Closes #{number}
"""

Mistake = tuple[str, str]  # what is wrong, and what to do


@click.command()
@click.pass_context
def command(ctx: click.Context) -> int:
    """Make a draft pull request of an issue that was written with the form “New post”.

    For the workflow draft.yml: what happened to which issue is read from GITHUB_EVENT_PATH. Only what somebody did who
    may write here makes a draft: opening or editing the issue, or adding the label post-allowed to a stranger's. What
    is wrong with the form, or what comes next, is said in the issue.

    \b
      GITHUB_EVENT_PATH=event.json cmflow draft
    """
    event = _actions.event()
    if not event:
        raise click.UsageError("This runs on GitHub Actions, where GITHUB_EVENT_PATH says what happened to an issue.")
    heard = issue_form.read_event(event)
    if heard is None:
        click.echo("Nothing to do: nothing new in an open issue with the label post.")
        return Exit.FINE
    context, hub = open_context(ctx.obj), _actions.hub()
    said = hub.comment(heard.number, MARK)
    answer = Desk(context, hub, heard, issue_form.read_memory(said.body) if said else None).answer()
    return _say(context, hub, heard, answer)


@dataclass(frozen=True, slots=True)
class Answer:
    """One of those in templates/github/issue.md.j2, with what it tells; `memory` is kept for the next time."""

    name: str
    memory: Memory | None
    pull: Pull | None = None
    mistakes: tuple[Mistake, ...] = ()
    post: Post | None = None
    pictures: tuple[str, ...] = ()


# ── what becomes of it ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a wish is dealt with; `memory` is of the time before."""

    context: Context
    hub: GitHub
    wish: Wish
    memory: Memory | None

    def answer(self) -> Answer:
        pull = self.hub.pull(self.memory.pull) if self.memory else None
        if pull and not pull.open:
            return Answer("over", self.memory, pull)
        if not self._is_allowed():
            return Answer("held" if pull else "waiting", self.memory, pull)
        if pull and self.memory and pull.head_sha != self.memory.commit:
            return Answer("apart", self.memory, pull)
        if self.context.folder.plan is None:
            return Answer("broken", self.memory, pull)
        asked = new_post.parse_form(self.wish.body)
        if asked is None:
            return Answer("form", self.memory, pull)
        try:
            text, post = self._written(asked)
        except Wrong as wrong:
            return Answer("wrong", self.memory, pull, wrong.mistakes)
        return replace(self._proposed(text, post), pictures=asked.pictures)

    def _is_allowed(self) -> bool:
        """Whether who did this may write here. Some may add labels and not write."""
        try:
            return bool(self.wish.sender) and self.hub.permission(self.wish.sender) in WRITERS
        except NotAllowed:  # a bot is nobody's collaborator
            return False

    def _written(self, asked: Draft) -> tuple[str, Post]:
        """The post, as a file and as it is understood. Raises `Wrong`."""
        plan = self.context.folder.sure_plan
        accounts = asked.accounts or (plan.accounts[0].name,)
        try:
            date = asked.date or next_slot(self.context, account(plan, accounts[0]))
        except click.UsageError as error:
            raise Wrong((error.format_message(), "")) from None
        except SourceError as error:
            raise Wrong((str(error), "Give a date.")) from None
        text = new_post.source(replace(asked, date=date, accounts=accounts))
        post, problems = posts.parse(text.encode(), f"{POSTS}draft.md", plan)
        errors = [(problem.message, problem.hint) for problem in problems if is_error(problem)]
        if post is None or errors:
            raise Wrong(*errors)
        return text, post

    def _proposed(self, text: str, post: Post) -> Answer:
        path = self.memory.path if self.memory else self._path(post)
        title, number = f"Post: {escape.plain(post.title)}", self.wish.number
        body = BODY.format(number=number)
        try:
            author = issue_form.author(self.wish, _host())
            pull = self.hub.draft_pull(self.wish.branch, {path: text}, title, body, self.wish.base, author)
        except NotAllowed as error:
            return Answer("refused", self.memory, mistakes=((str(error), error.hint),))
        return Answer("made", Memory(pull.number, pull.head_sha, path), pull, post=post)

    def _path(self, post: Post) -> str:
        when = local(post.date, self.context.folder.sure_plan.zone)
        return f"{POSTS}{when[:7]}/{name(self.context, post.title, when)}.md"


class Wrong(CmflowError):
    """The form's answers do not go together with the plan."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("The form has mistakes.")
        self.mistakes = mistakes


def _host() -> str:
    return urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname or "github.com"


# ── how it is said ──────────────────────────────────────────────────────────────────────────────────────────

SAID = {
    "made": "the draft is in its pull request.",
    "wrong": "no draft yet, the form has mistakes; they are named there.",
    "form": "no draft yet, these are not the form's answers.",
    "waiting": "no draft yet, somebody who may write here has to add the label post-allowed.",
    "held": "the draft is as it was, for who changed the issue may not write here.",
    "apart": "the draft is as it was, for it has been changed in the pull request.",
    "over": "its pull request is closed.",
    "broken": "no draft yet, the plan cannot be used. Run cmflow check: it lists what is wrong, line by line.",
    "refused": "no draft yet, GitHub does not let cmflow make one.",
}


def _say(context: Context, hub: GitHub, heard: Wish, answer: Answer) -> int:
    """In the issue; where that may not be, on the page of the run."""
    note = escape.fill(context.templates("templates/github"), "issue", **_given(context, answer))
    click.echo(f"Issue {heard.number}: {SAID[answer.name]}")
    try:
        hub.sticky_comment(heard.number, MARK, f"{answer.memory}\n\n{note}" if answer.memory else note)
    except NotAllowed as error:
        _actions.summarise(note)
        click.echo(f"{error}\n  {error.hint}", err=True)
        return Exit.PERSON
    return Exit.PERSON if answer.name in ("broken", "refused") else Exit.FINE


def _given(context: Context, answer: Answer) -> Mapping[str, Any]:
    """What the template is given: all that others wrote is quoted."""
    plan, post = context.folder.plan, answer.post
    zone = plan.zone if plan else "UTC"
    return {
        "answer": answer.name,
        "address": answer.pull.url if answer.pull else "",
        "mistakes": [escape.quoted(" ".join(filter(None, mistake)), 300) for mistake in answer.mistakes[:NAMED]],
        "when": local(post.date, zone) if post else "",
        "zone": zone,
        "pictures": [escape.quoted(picture) for picture in answer.pictures[:NAMED]],
        "accounts": ", ".join(map(escape.quoted, post.accounts if post else ())),
    }
