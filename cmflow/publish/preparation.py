"""What a request needs before it: the variant as it was decided on, its files, and access to the account.

A run and a dry run ask here, so that what stops the one is said by the other.
"""

from collections.abc import Collection, Mapping

from cmflow.model import Key, Variant
from cmflow.model.errors import CmflowError, Denied, NotPublished, NotSent, Rejected
from cmflow.netkit.upload import Upload
from cmflow.publish.job import Environment
from cmflow.schedule import Action

Files = Mapping[str, Upload]  # by path: all that a variant sends


def variant(env: Environment, action: Action) -> Variant:
    """Return exactly what was decided on, or raise NotSent."""
    assert action.planned is not None  # `decide` never asks to act on what is not there
    current = env.variant(action.planned)
    if current.digest != action.planned.digest:
        raise NotSent("It was changed while this run started.", "The next run sends the new version.")
    count = len(action.delivery.receipts) if action.delivery else 0
    if count >= len(current.parts):
        raise NotSent("It now has fewer parts than are already published.", "Settle it: cmflow settle")
    return current


def files(env: Environment, account: str, current: Variant) -> Files:
    """Return what the account sends of each file, or raise NotSent."""
    return {path: env.media(account, path) for path in current.files}


def refusal(env: Environment, action: Action, earlier: Collection[Key]) -> CmflowError | None:
    """Return why a run would not request this delivery, as far as it can be told without asking the network.

    `earlier` are deliveries that the same run sends before this one.
    """
    try:
        files(env, action.account, variant(env, action))
    except NotPublished as error:
        if Key(error.target, action.account) not in earlier:
            return error
    except CmflowError as error:
        return error
    try:
        access = env.access(action.account)
        for name, _ in access.secrets:
            access.secret(name)
    except CmflowError as error:
        return error
    return None


def needs_person(error: CmflowError) -> bool:
    """Return whether what was not sent for this reason waits for a person; else a later run sends it."""
    return not isinstance(error, NotSent) or isinstance(error, Denied | Rejected)
