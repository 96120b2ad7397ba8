from pathlib import Path

import pytest

from cmflow.ledger import Ledger, conversations
from tests.faults.paper import paper
from tests.inbox.town import Week


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)


@pytest.fixture
def week() -> Week:
    return Week()
