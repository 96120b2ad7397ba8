"""What a run needs from outside: networks, secrets, files and clocks, by the names of the plan's accounts."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cmflow.cli import _sandbox, _tokens
from cmflow.cli._actions import run_name
from cmflow.cli._context import REHEARSAL, STATE, Context
from cmflow.model import Key, Publication, Variant
from cmflow.model.errors import CmflowError, SourceError
from cmflow.netkit import http
from cmflow.netkit.journal import Vault
from cmflow.netkit.network import Access, Network
from cmflow.publish import Environment, Outcome, selection
from cmflow.publish.accounts import Accounts, Door
from cmflow.repository.content import Content
from cmflow.repository.examination import Examined
from cmflow.repository.upload_files import UploadFiles


def accounts(context: Context, content: Content) -> Accounts:
    """The accounts of its plan, with the secrets of the environment or of the sandbox, and fresh access tokens."""
    renew = partial(_tokens.renewed, context)
    return Accounts(content.sure_plan, context.root, os.environ, renew=renew, door=_sandbox.door())


def able(context: Context, key: Key, ability: str, deed: str, hint: str) -> tuple[Network[Any], Access]:
    """The network of a delivery's account, and access to it. SourceError where cmflow cannot do that `deed` there."""
    known = accounts(context, context.commit)
    network = known.network(key.account)
    if network.connect is None or getattr(network, ability) is None:
        raise SourceError(f"cmflow cannot {deed} on {network.title}.", hint)
    return network, known.access(key.account)


def world(
    context: Context,
    content: Content,
    examined: Iterable[Examined],
    report: Callable[[Outcome], None],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    rehearsal: Path | None = None,
    door: Door | None = None,
    renews: bool = True,
) -> Environment:
    """A run's world around these posts; in a rehearsal, with the outbox for every account, or the sandbox of `door`.

    `renews`: accounts are given fresh access tokens, which may use up the tokens that they keep.
    """
    posts = tuple(examined)
    titles = {one.post.id: (one.post.title, one.path) for one in posts if one.post}
    variants: dict[Key, Variant] = {Key(v.post, v.account): v for one in posts for v in one.variants}
    known = _run_accounts(context, content, rehearsal, door, renews)
    known = replace(known, cards=_cards(variants.values()), clock=lambda: clock().timestamp())
    state = context.ledger(REHEARSAL if rehearsal else STATE)
    return Environment(
        variant=lambda planned: selection.placed(variants[Key(planned.post, planned.account)], state),
        media=lambda account, path: known.upload(account, path, content.source),
        network=known.network,
        access=known.access,
        http=partial(http.client, http.Closed()) if rehearsal else http.client,
        clock=clock,
        sleep=sleep,
        report=report,
        run=run_name(),
        commit=_commit(context),
        accounts=frozenset(account.name for account in content.sure_plan.accounts),
        changed=(lambda paths, since: False) if rehearsal else context.rereading(clock).changed,
        publication=lambda variant: Publication.of(
            variants[Key(variant.post, variant.account)], *titles[variant.post], content.source.blobs
        ),
        vault=Vault() if rehearsal else UploadFiles(context.root),
    )


def _run_accounts(
    context: Context, content: Content, rehearsal: Path | None, door: Door | None, renews: bool
) -> Accounts:
    """The accounts as a run has them, or a rehearsal."""
    known = replace(accounts(context, content), rehearsal=rehearsal)
    known = replace(known, door=door) if rehearsal else known
    return known if renews else replace(known, renew=lambda account, access: access)


def _cards(variants: Iterable[Variant]) -> frozenset[str]:
    """The pictures of link cards."""
    pictures = (variant.card.picture for variant in variants if variant.card)
    return frozenset(picture.path for picture in pictures if picture)


def _commit(context: Context) -> str:
    try:
        return context.sure_repository.head()
    except CmflowError:
        return ""
