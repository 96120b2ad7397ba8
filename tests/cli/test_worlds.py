import pytest

from cmflow import network
from cmflow.cli.opening import opened
from cmflow.cli.worlds import Accounts
from cmflow.errors import CmflowError
from cmflow.network import Access
from tests.cli.conftest import Place


def test_accounts_as_the_plan_has_them_and_in_a_rehearsal(place: Place) -> None:
    plan = opened(str(place.root)).folder.sure_plan
    real, played = Accounts(plan, place.root, None), Accounts(plan, place.root, place.root / "play")
    practice, news = real.account("practice"), real.account("news")
    assert real.access("practice") == Access(practice, (), str(place.root / ".cmflow/outbox"))
    assert played.access("news") == Access(news, folder=str(place.root / "play/news"))
    assert (real.network("news").name, played.network("news").name) == ("mastodon", "outbox")
    assert real.network("practice") == network.load("outbox")
    with pytest.raises(CmflowError, match="The plan has no account gone any more"):
        real.access("gone")
