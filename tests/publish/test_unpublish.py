"""Taking back, against a network that keeps its own list of posts: that list is the judge."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Account, Delivery, Key, Receipt, State
from cmflow.model.errors import CmflowError, Denied, LedgerError, Throttled, Unsure
from cmflow.netkit import network
from cmflow.netkit.network import Access
from cmflow.schedule import steps
from cmflow.schedule.steps import Finding
from tests.deliveries import NOON, Clock, Fake, clones, planned, world
from tests.faults.paper import paper

KEY = Key("hello", "team")
PLACES = [f"https://fake.example/{number}" for number in (1, 2, 3)]


@dataclass
class Taking(Fake):
    """A fake that deletes; `moments` is called before and after each."""

    gone: list[str] = field(default_factory=list)

    def delete(self, account: str, receipt: Receipt) -> None:
        self.moments(f"before {receipt.id}")
        self.gone.append(receipt.url)
        self.moments(f"after {receipt.id}")

    @property
    def out(self) -> list[str]:
        return [place for place in PLACES[: len(self.posts)] if place not in self.gone]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "home"))


def sent(home: Ledger, fake: Fake, clock: Clock) -> Delivery:
    publish.run([planned(parts=3)], world(fake.network(), clock, []), home)
    found = ledger.read(home).deliveries[KEY]
    assert (found.state, [each.url for each in found.receipts]) == (State.SENT, PLACES)
    return found


def take_back(home: Ledger, fake: Taking, clock: Clock, secret: str = "") -> tuple[Delivery, Delivery]:
    deletes = replace(fake.network(), delete=fake.delete)
    access = Access(Account("team", "fake"), (("token", secret),))
    with publish.deleter(deletes, access, world(fake.network(), clock, []).http) as delete:
        return publish.unpublish(home, KEY, delete, "run 2", clock, clock.sleep)


def test_the_last_part_goes_first(home: Ledger, clock: Clock) -> None:
    fake = Taking()
    before = sent(home, fake, clock)
    told = take_back(home, fake, clock)
    assert fake.gone == PLACES[::-1]
    assert told == (before, ledger.read(home).deliveries[KEY])
    assert told[1] == steps.take_back(before, "run 2", NOON)
    assert publish.run([planned(parts=3)], world(fake.network(), clock, []), home).counts == {State.SKIPPED: 1}
    assert len(fake.posts) == 3


@pytest.mark.parametrize(
    ("error", "to_do"),
    [
        (Denied("The token may not delete.", "Make one that may."), "Make one that may."),
        (Throttled("Too often.", "Wait."), "Run the command again: that does no harm."),
        (Unsure("No answer."), "Run the command again: that does no harm."),
    ],
)
def test_an_error_says_what_is_out_still_and_the_same_again_ends_it(
    error: CmflowError, to_do: str, home: Ledger, clock: Clock
) -> None:
    def refuse(moment: str) -> None:
        if moment == "before 2":
            raise error

    fake = Taking()
    before = sent(home, fake, clock)
    fake.moments = refuse
    with pytest.raises(type(error)) as caught:
        take_back(home, fake, clock)
    assert caught.value.hint == f"{to_do} Still published: {PLACES[0]} {PLACES[1]}"
    assert (fake.out, ledger.read(home).deliveries[KEY]) == (PLACES[:2], before)
    fake.moments = lambda moment: None
    take_back(home, fake, clock)
    assert (fake.out, ledger.read(home).deliveries[KEY].state) == ([], State.SKIPPED)


def test_who_dies_in_the_middle_says_the_same_again(home: Ledger, clock: Clock) -> None:
    class Death(BaseException):
        pass

    def die(at: str) -> Callable[[str], None]:
        def moment(name: str) -> None:
            if name == at:
                raise Death

        return moment

    for place in ("before 3", "after 3", "after 1"):
        fake = Taking()
        again = planned(post="hello", parts=3)
        publish.run([again], world(fake.network(), clock, []), home)
        fake.moments = die(place)
        with pytest.raises(Death):
            take_back(home, fake, clock)
        assert ledger.read(home).deliveries[KEY].state is State.SENT
        fake.moments = lambda moment: None
        take_back(home, fake, clock)
        assert (fake.out, ledger.read(home).deliveries[KEY].state) == ([], State.SKIPPED)
        publish.republish(home, KEY, "run 3", clock, clock.sleep)


def test_no_secret_is_in_what_a_network_says(home: Ledger, clock: Clock) -> None:
    def refuse(moment: str) -> None:
        raise Denied("Bad token s3cr3t-token.", "Not s3cr3t-token.")

    fake = Taking()
    sent(home, fake, clock)
    fake.moments = refuse
    with pytest.raises(Denied) as caught:
        take_back(home, fake, clock, secret="s3cr3t-token")
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


def test_what_a_run_may_still_touch_is_left_alone(home: Ledger, clock: Clock) -> None:
    fake = Taking()
    before = sent(home, fake, clock)
    writer, _ = ledger.open_writer(home, clock, clock.sleep)
    partly = steps.mark_unsure(replace(before, receipts=before.receipts[:1]), "No answer.", None, "run 1", NOON)
    assert writer.claim(before, partly)
    with pytest.raises(LedgerError, match="hello to team is unsure, and only part of it is published") as caught:
        take_back(home, fake, clock)
    assert "cmflow settle hello team --skip" in caught.value.hint
    assert fake.gone == []
    publish.settle(home, KEY, Finding.SKIP, "", "run 2", clock, clock.sleep)
    take_back(home, fake, clock)
    assert fake.gone == PLACES[:1]


def test_what_cannot_be_read_is_left_alone(home: Ledger, clock: Clock) -> None:
    fake = Taking()
    sent(home, fake, clock)
    place = ledger.codec.path(*KEY)
    home.repository.commit_files(home.branch, {place: b"{"}, "x", home.repository.tip(home.branch), NOON)
    with pytest.raises(LedgerError, match="cannot be read"):
        take_back(home, fake, clock)
    assert fake.gone == []


def test_what_is_deleted_and_cannot_be_written_down_is_said(tmp_path: Path, clock: Clock) -> None:
    (home,) = clones(tmp_path, 1)
    fake = Taking()
    before = sent(home, fake, clock)

    def cut_off(moment: str) -> None:
        if moment == "after 1":
            (tmp_path / "remote.git").rename(tmp_path / "gone")

    fake.moments = cut_off
    with pytest.raises(LedgerError, match="hello is deleted on team, but that could not be recorded: ") as caught:
        take_back(home, fake, clock)
    assert caught.value.hint == "Run the command again."
    (tmp_path / "gone").rename(tmp_path / "remote.git")
    fake.moments = lambda moment: None
    assert take_back(home, fake, clock)[0] == before
    assert fake.gone == PLACES[::-1] * 2


def test_somebody_who_was_quicker_is_told_of(tmp_path: Path, clock: Clock) -> None:
    one, two = clones(tmp_path, 2)
    fake = Taking()
    sent(one, fake, clock)

    def quicker(moment: str) -> None:
        if moment == "after 1":
            publish.republish(two, KEY, "run 3", clock, clock.sleep)

    fake.moments = quicker
    with pytest.raises(
        LedgerError, match=r"hello is deleted on team, .*: another run or person has changed it meanwhile"
    ):
        take_back(one, fake, clock)


def test_nothing_is_out_of_what_was_never_sent(home: Ledger, clock: Clock) -> None:
    assert network.load("outbox").delete is not None
    with pytest.raises(LedgerError, match="Nothing of hello is published on team"):
        take_back(home, Taking(), clock)
