"""A repository with an account of every network, in a terminal that is turned to a sandbox."""

import json
from collections.abc import Iterator

import pytest

from cmflow.cli._clock import wall_clock
from cmflow.netkit import network
from cmflow.repository import shipped
from cmflow.sandbox.pages import Pages
from cmflow.sandbox.server import Server
from cmflow.sandbox.stage import Stage
from tests.cli.conftest import LOAD, Place
from tests.loopback import serving
from tests.sandbox import play

ACCOUNTS = "".join(
    f"  {name}:\n    network: {name}\n    options: {json.dumps(options)}\n" for name, options in play.OPTIONS.items()
)
PLAN = f"""\
---
brand: Harbour Café
timezone: Europe/Paris
language: en
late: 6h
accounts:
{ACCOUNTS}  practice: {{network: outbox}}
  insta: {{network: instagram}}
---
Our plan.
"""


@pytest.fixture
def server() -> Iterator[Server]:
    stage = Stage(wall_clock, lambda seconds: None, Pages(shipped.templates("templates/sandbox")))
    with serving(Server(stage, 0)) as server:
        yield server


@pytest.fixture
def harbour(bare: Place, server: Server, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository with an account of every network, in a terminal that is turned to the sandbox."""
    monkeypatch.setattr(network, "load", LOAD)
    bare.write("content/plan.md", PLAN)
    (bare.root / "content/posts/terrace.md").unlink()  # it is for accounts of another plan
    bare.git("init", "-q")
    bare.commit()
    monkeypatch.setenv("CMFLOW_SANDBOX", server.address)
    return bare
