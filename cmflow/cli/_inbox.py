"""What the commands of `cmflow inbox` have in common: the helpdesk, the branch, and the world around them."""

import getpass
import os
from secrets import token_hex

from cmflow import github, ledger
from cmflow.cli import _actions, _clock, _environment
from cmflow.cli._context import STATE, Context
from cmflow.cli._output import warn_if_stale
from cmflow.inbox.answers import World
from cmflow.inbox.folder import FolderHelpdesk
from cmflow.inbox.github import INBOX_TOKEN, GitHubHelpdesk, token
from cmflow.inbox.helpdesk import Helpdesk
from cmflow.inbox.office import Office
from cmflow.inbox.published import published
from cmflow.inbox.register import Register, open_register
from cmflow.inbox.wording import Wording
from cmflow.ledger import Ledger, conversations
from cmflow.model.errors import GitError, LedgerError
from cmflow.netkit import http


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
    return Office(plan, desk, wording, world, known.of, known.about, replies, context.stop())


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


def register(context: Context) -> Register:
    return open_register(branch(context), run_name(), _clock.wall_clock)


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
