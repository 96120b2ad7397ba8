from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Account, Approval, ApprovalRules, Campaign, Plan
from cmflow.schedule import approval
from cmflow.schedule.approval import ApprovalState, Judgement, judge, missing
from tests.deliveries import NOON, planned

POST = planned()
TEAM = Plan("cmflow", "UTC", "en", (Account("team", "x"),))


def yes(
    by: str, digest: str = POST.digest, pull: int = 7, hours: int = 0, authors: tuple[str, ...] = ("ana",)
) -> Approval:
    return Approval(by, NOON + timedelta(hours=hours), pull, "c" * 40, authors, (("team", digest),))


BEN, EVA = yes("ben"), yes("eva", hours=1)
OLD = yes("eva", "another")


@pytest.mark.parametrize(
    ("found", "needed", "verdict", "stand", "said"),
    [
        ([], 1, Judgement(1), ApprovalState.NONE, "no one has approved it"),
        ([BEN], 1, Judgement(1, (BEN,)), ApprovalState.APPROVED, ""),
        ([BEN], 2, Judgement(2, (BEN,)), ApprovalState.FEW, "ben in #7 approved it, 1 more approval needed"),
        ([BEN, EVA], 2, Judgement(2, (EVA, BEN)), ApprovalState.APPROVED, ""),
        (
            [BEN, yes("Ben", pull=9)],
            2,
            Judgement(2, (BEN,)),
            ApprovalState.FEW,
            "ben in #7 approved it, 1 more approval needed",
        ),
        (
            [OLD],
            2,
            Judgement(2, older=(OLD,)),
            ApprovalState.CHANGED,
            "it changed after eva in #7 approved it, 2 approvals needed",
        ),
        ([OLD, BEN], 1, Judgement(1, (BEN,), older=(OLD,)), ApprovalState.APPROVED, ""),
        ([], 0, Judgement(0), ApprovalState.APPROVED, ""),
    ],
)
def test_people_count_once_and_only_for_what_would_be_sent(
    found: list[Approval], needed: int, verdict: Judgement, stand: ApprovalState, said: str
) -> None:
    made = judge(POST, found, needed)
    assert (made, made.state, missing(made)) == (verdict, stand, said)


@pytest.mark.parametrize("authors", [("ana", "Ben"), ("ana", ""), ()])
def test_nobody_approves_their_own(authors: tuple[str, ...]) -> None:
    own = yes("ben", authors=authors)
    made = judge(POST, [own], 1)
    assert made == Judgement(1, own=(own,))
    assert missing(made) == "ben in #7 approved it but may have written it; someone else must approve it"
    assert judge(POST, [own], 1, own=True) == Judgement(1, (own,))
    assert judge(POST, [own, BEN], 1) == Judgement(1, (BEN,))


def test_several_people_in_words() -> None:
    found = [yes("ben", "a"), yes("eva", "a", hours=-1), yes("ida", "a", 9, hours=-2)]
    assert missing(judge(POST, found, 1)) == "it changed after ben in #7, eva in #7 and ida in #9 approved it"


def test_what_could_not_be_rendered_is_not_approved() -> None:
    assert judge(replace(POST, digest=""), [yes("ben", "")], 1).state is ApprovalState.CHANGED
    assert judge(replace(POST, account="other"), [BEN], 1).state is ApprovalState.CHANGED


def test_a_campaign_may_need_more() -> None:
    plan = replace(TEAM, campaigns=(Campaign("launch", None, None, approvals=2), Campaign("tips", None, None)))
    assert approval.asks(plan) and not approval.asks(TEAM)
    assert [approval.needed(plan, name) for name in ("", "tips", "launch", "gone")] == [0, 0, 2, 0]
    strict = replace(plan, approvals=ApprovalRules(1))
    assert [approval.needed(strict, name) for name in ("", "tips", "launch")] == [1, 1, 2]


def test_deliveries_say_whose_approval_they_wait_for() -> None:
    plan = replace(TEAM, campaigns=(Campaign("launch", None, None, approvals=1),))
    posts = (planned("a"), planned("b"), planned("c"))
    found = {"b": (yes("ben", "digest of b"),)}
    marked = approval.mark(posts, {"a": "launch", "b": "launch", "c": ""}, plan, found)
    assert [each.unapproved for each in marked] == ["no one has approved it", "", ""]
    assert approval.mark(posts, {}, plan, found) == posts


PEOPLE = st.sampled_from(["ana", "ben", "Ben", "eva", ""])


@given(
    st.lists(
        st.builds(
            yes,
            by=PEOPLE.filter(bool),
            digest=st.sampled_from([POST.digest, "another", ""]),
            hours=st.integers(0, 5),
            authors=st.lists(PEOPLE, max_size=2).map(tuple),
        ),
        max_size=6,
    ),
    st.integers(0, 3),
    st.booleans(),
)
def test_approved_means_so_many_people_said_yes_to_this(found: list[Approval], needed: int, own: bool) -> None:
    made = judge(POST, found, needed, own)
    assert all(each.digest("team") == POST.digest for each in (*made.by, *made.own))
    assert len({each.by.casefold() for each in made.by}) == len(made.by)
    assert (made.state is ApprovalState.APPROVED) == (len(made.by) >= needed) == (missing(made) == "")
    if not own:
        assert all(each.by.casefold() not in map(str.casefold, each.authors) for each in made.by)
