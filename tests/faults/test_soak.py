"""Many publishers at once on one remote, each a process on a machine of its own, over git itself: all is sent once.

CMFLOW_SOAK=2000 sends so many deliveries by eight publishers; the usual run is smaller.
"""

import os
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Planned, State
from cmflow.netkit import http
from tests.deliveries import NOON, Clock, clones, planned, world
from tests.faults.play import access, fork
from tests.faults.shore import Shore, Wire, network
from tests.faults.trap import Trap

ACCOUNTS = 10
NUMBER = int(os.environ.get("CMFLOW_SOAK", "80"))
PUBLISHERS = 8 if NUMBER >= 1000 else 4
SECONDS = 600


@pytest.mark.slow
def test_many_publishers_on_one_remote_send_each_delivery_once(tmp_path: Path) -> None:
    posts = [planned(f"post-{number // ACCOUNTS}", f"team-{number % ACCOUNTS}") for number in range(NUMBER)]
    shore = Shore(tmp_path)
    homes = clones(tmp_path, PUBLISHERS)
    waiting = []
    for number, home in enumerate(homes):
        place = tmp_path / f"publisher {number}"
        place.mkdir()
        waiting.append(fork(place, partial(published, shore, home, posts), SECONDS))
    assert [each() for each in waiting] == [True] * PUBLISHERS
    out = Counter((each["account"], each["text"]) for each in shore.posts())
    assert out == {(each.account, f"{each.post} 0"): 1 for each in posts}
    ledger.sync(homes[0], Clock()())
    known = ledger.read(homes[0]).deliveries
    assert Counter(each.state for each in known.values()) == {State.SENT: NUMBER}
    assert len({receipt.id for each in known.values() for receipt in each.receipts}) == NUMBER


def published(shore: Shore, home: Ledger, posts: list[Planned]) -> bool:
    """One publisher; what another one has taken it leaves to that one. Time passes: who loses a race waits a little."""
    began = time.monotonic()

    def clock() -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - began)

    wire = Wire(shore, Trap(), clock)
    net, name = network(shore), home.repository.root.name
    around = world(net, Clock(), [], name, access=access, http=lambda: http.client(wire))
    summary = publish.run(
        posts,
        replace(around, clock=clock, sleep=time.sleep),
        home,
    )
    return not summary.stopped
