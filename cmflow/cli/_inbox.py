"""What the commands of `cmflow inbox` have in common: the helpdesk, the branch, and the world around them."""

import getpass
import os
from functools import partial
from secrets import token_hex

from cmflow import github, ledger
from cmflow.cli import _actions, _clock, _environment
from cmflow.cli._context import STATE, Context
from cmflow.cli._output import warn_if_stale
from cmflow.content import new_post
from cmflow.content.new_post import Draft
from cmflow.inbox.answers import World
from cmflow.inbox.folder import FolderHelpdesk
from cmflow.inbox.github import INBOX_TOKEN, GitHubHelpdesk, token
from cmflow.inbox.helpdesk import Helpdesk
from cmflow.inbox.office import Office
from cmflow.inbox.published import published
from cmflow.inbox.tracker import RELAY_TOKEN, Tracker
from cmflow.inbox.wording import Wording
from cmflow.ledger import Ledger, conversations
from cmflow.model.errors import GitError, LedgerError
from cmflow.netkit import http
from cmflow.repository import drafts
from cmflow.repository.files import write


def branch(context: Context) -> Ledger:
    return context.ledger(conversations.BRANCH)


def office(context: Context) -> Office:
    """The plan and the posts that are committed, and where conversations are kept."""
    plan, content = context.commit.sure_plan, context.commit
    accounts = _environment.accounts(context, content)
    known = published(context.snapshot(STATE).deliveries, context.entries(content), plan.site)
    world = World(accounts.network, accounts.access, http.client, _clock.wall_clock, _clock.wall_sleep, run_name())
    desk = helpdesk(context)
    wording = Wording(context.templates("templates/github"), plan.zone, plan.language, isinstance(desk, FolderHelpdesk))
    replies = context.templates("templates/replies")
    return Office(
        plan,
        desk,
        wording,
        world,
        known.of,
        known.about,
        replies,
        context.stop(),
        None if isinstance(desk, FolderHelpdesk) else tracker,
        partial(_propose, context, desk),
    )


def helpdesk(context: Context) -> Helpdesk:
    """Issues on GitHub in a job there, or where there is a token for the plan's repository; else files in a folder."""
    home = os.environ.get("GITHUB_REPOSITORY", "")
    plan = context.commit.sure_plan
    repository = (plan.inbox.repository if plan.inbox else "") or home
    is_local = context.in_sandbox or not (home or os.environ.get(INBOX_TOKEN))
    if is_local or not repository:
        return FolderHelpdesk(context.root, _clock.wall_clock)
    secret, variable = token(repository, home, os.environ)
    address, workflow = os.environ.get("GITHUB_API_URL") or _actions.API, _actions.workflow()
    hub = github.connect(address, secret, repository, _clock.wall_sleep, workflow, variable=variable)
    return GitHubHelpdesk(hub)


def tracker(repository: str) -> Tracker:
    """The issues of another team, with a token of their own; GitHubError where there is none."""
    secret, _ = token(repository, os.environ.get("GITHUB_REPOSITORY", ""), os.environ, RELAY_TOKEN)
    address = os.environ.get("GITHUB_API_URL") or _actions.API
    return Tracker(github.connect(address, secret, repository, _clock.wall_sleep, _actions.workflow()))


def _propose(context: Context, desk: Helpdesk, name: str, title: str, text: str) -> str:
    """Write a draft for the first account's next slot: a draft pull request, or a file of this folder."""
    content, plan = context.commit, context.commit.sure_plan
    first = plan.accounts[0]
    when = drafts.next_slot(first, plan, context.entries(content), _clock.wall_clock())
    path, text = drafts.path(content, title, when), new_post.source(Draft(title, when, (first.name,), text=text))
    if isinstance(desk, FolderHelpdesk):
        write(context.root / path, text, "Make the folder writable.")
        return path
    body = "A post made of what a person wrote to us. Until its line `status: draft` is removed, it is never sent."
    return _actions.hub().draft_pull(f"cmflow/post-{name}", {path: text}, title, body).url


def run_name() -> str:
    """This run and no other: two may begin in the same second."""
    return f"{_actions.run_name()} {token_hex(4)}"


def refresh(context: Context) -> None:
    """Bring the branch here in line with the remote's; say where that could not be done."""
    try:
        ledger.sync(branch(context), _clock.wall_clock(), push=False)
    except (GitError, LedgerError) as error:
        warn_if_stale(str(error))


def person() -> str:
    """Who sits at this machine."""
    try:
        return os.environ.get("GITHUB_ACTOR") or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "someone"
