"""A process that publishes, to be killed: `python -m tests.servers.publisher`, the work as JSON on standard input.

It says "go" when it begins, and the ledger's state of every delivery when it ends.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmflow import git, publish
from cmflow.ledger import Ledger
from cmflow.model import Account, Form, Media, Part, Planned, Publication, Text, Variant
from cmflow.netkit import http, network
from cmflow.netkit.network import Access
from cmflow.netkit.upload import Upload
from cmflow.publish import Environment
from cmflow.schedule import waits
from tests.networks.contract import PNG

LATE = timedelta(days=9)


def words(post: str, part: int) -> str:
    """What one part of a post says: on the network it is known by that."""
    return f"{post}, part {part + 1}"


def main(job: dict[str, Any]) -> None:
    """`job`: root, network, accounts (name → options, secrets), posts (post, account, parts), due, ahead (seconds).

    `claim`: for so many seconds a run has a delivery to itself; 0: for as long as usual.
    """
    if job["claim"]:
        waits.CLAIM = waits.BACKOFF = timedelta(seconds=job["claim"])
    loaded = network.load(job["network"])
    ahead, due = timedelta(seconds=job["ahead"]), datetime.fromisoformat(job["due"])
    world = Environment(
        variant=lambda each: variant(each, job["network"]),
        media=lambda account, path: Upload.of(PNG),
        network=lambda account: loaded,
        access=lambda account: access(account, job),
        http=http.client,
        clock=lambda: datetime.now(UTC) + ahead,
        sleep=lambda seconds: time.sleep(min(seconds, 0.05)),
        report=lambda outcome: None,
        run=f"run {job['ahead']}",
        commit="c" * 40,
        publication=lambda variant: Publication.of(variant, "A title", "post.md", {}),
    )
    planned = [Planned(post, account, due, LATE, f"d{post}", parts=parts) for post, account, parts in job["posts"]]
    root = Path(job["root"])
    print("go", flush=True)
    summary = publish.run(planned, world, Ledger(git.Repository(root, root / ".git" / "objects"), remote="origin"))
    print(json.dumps({each.post: [each.state, each.note] for each in summary.outcomes}), flush=True)


def access(account: str, job: dict[str, Any]) -> Access:
    options, secrets = job["accounts"][account]
    return Access(Account(account, job["network"], options=tuple(options.items())), tuple(secrets.items()))


def variant(each: Planned, network: str) -> Variant:
    """Every second post has a picture."""
    media = (Media("a.png", "A white point"),) if each.post.endswith("0") else ()
    said = [words(each.post, part) for part in range(each.parts)]
    parts = tuple(Part(Text(text), Form(text), media if not number else ()) for number, text in enumerate(said))
    return Variant(each.post, each.account, network, each.due, parts, language="en", digest=each.digest)


if __name__ == "__main__":
    main(json.load(sys.stdin))
