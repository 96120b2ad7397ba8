"""What waits for an approval."""

from datetime import timedelta
from pathlib import Path

import pytest

from cmflow.ledger import Ledger, approvals
from cmflow.model import Approval
from cmflow.publish.selection import select
from cmflow.repository.due_index import still_open
from tests.publish.test_selection import AT, DUE, NOW
from tests.repository.places import NOTHING, PLAN, content, path, post, repository

RULES = PLAN.replace("groups:", "approvals: {needed: 1}\ncampaigns: {launch: {approvals: 2}}\ngroups:")
NOBODY = "no one has approved it"


@pytest.fixture
def state(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path, {}))


def waits(state: Ledger, plan: str = RULES, late: int = 0, more: str = "") -> dict[str, str]:
    """Of one post to two accounts: for whom each waits."""
    here = content({path("a"): post(DUE, "toots, tape", more)}, plan=plan)
    now = NOW + timedelta(hours=late)
    return {
        each.account: each.unapproved
        for each in select(here, state, NOTHING, still_open(here, state, NOTHING, now, now), now).planned
    }


def digests(state: Ledger) -> dict[str, str]:
    here = content({path("a"): post(DUE, "toots, tape")}, plan=RULES)
    found = select(here, state, NOTHING, still_open(here, state, NOTHING, NOW, NOW), NOW)
    return {each.account: each.digest for each in found.planned}


def test_nothing_waits_where_the_plan_asks_for_nothing(state: Ledger) -> None:
    assert waits(state, PLAN) == {"toots": "", "tape": ""}


def test_each_delivery_waits_for_an_approval_of_its_own_text(state: Ledger) -> None:
    assert waits(state) == {"toots": NOBODY, "tape": NOBODY}
    right = {**digests(state), "tape": "another"}
    ben = Approval("ben", AT, 7, "c" * 40, ("ana",), tuple(right.items()))
    approvals.save(state, {"a": (ben,)}, NOW)
    assert waits(state) == {"toots": "", "tape": "it changed after ben in #7 approved it"}
    launch = waits(state, more="campaign: launch\n")
    assert launch["toots"] == "ben in #7 approved it, 1 more approval needed"


def test_what_is_too_late_says_that_it_was_not_approved(state: Ledger) -> None:
    assert waits(state, late=9) == {"toots": NOBODY, "tape": NOBODY}
    assert waits(state, PLAN, late=9) == {"toots": "", "tape": ""}
