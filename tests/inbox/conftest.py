from pathlib import Path

import pytest

from cmflow.ledger import Ledger, conversations
from tests.deliveries import repository
from tests.inbox.town import Week


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path), conversations.BRANCH)


@pytest.fixture
def week() -> Week:
    return Week()
