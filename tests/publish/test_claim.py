"""What a "no" means where an earlier request for the same part had no answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Key, Receipt, Remote, State
from cmflow.model.errors import DeliveryError, Rejected, Unsure
from cmflow.netkit.network import Network, Outgoing
from tests.deliveries import Clock, Fake, planned, world
from tests.faults.paper import paper

REMOTE = Remote("1", "https://fake.example/1")
DUPLICATE = Rejected("Fake answers 403: this is a duplicate.", "Change the post.")


class Slow:
    """A network that takes a post without an answer, shows it late, and refuses the same one again."""

    def __init__(self, *answers: DeliveryError, shows: bool) -> None:
        self.answers, self.shows, self.requests = list(answers), shows, 0

    def publish(self, account: str, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        self.requests += 1
        raise self.answers.pop(0)

    def find(self, account: str, message: Outgoing) -> Remote | None:
        return REMOTE if self.shows and not self.answers else None

    @property
    def network(self) -> Network[str]:
        return replace(Fake().network(), publish=self.publish, find=self.find)


def ended(folder: Path, slow: Slow) -> Delivery:
    home, clock = Ledger(paper(folder / "home")), Clock()
    for number in range(6):
        publish.run([planned()], world(slow.network, clock, [], f"run {number}"), home)
        clock.now += timedelta(minutes=17)
    return ledger.read(home).deliveries[Key("hello", "team")]


def test_a_no_after_a_request_without_an_answer_is_looked_at(tmp_path: Path) -> None:
    """The network refuses it since it has it already: it is found, and no person is asked to change anything."""
    slow = Slow(Unsure("Silence."), DUPLICATE, shows=True)
    delivery = ended(tmp_path, slow)
    assert (delivery.state, delivery.receipts[0].id, slow.requests) == (State.SENT, "1", 2)


def test_where_it_is_not_found_either_a_person_is_asked(tmp_path: Path) -> None:
    slow = Slow(Unsure("Silence."), DUPLICATE, shows=False)
    delivery = ended(tmp_path, slow)
    assert (delivery.state, delivery.retry_at, slow.requests) == (State.UNSURE, None, 2)
    assert "this is a duplicate" in "".join(event.note for event in delivery.history)


def test_a_no_to_the_first_request_is_a_no(tmp_path: Path) -> None:
    slow = Slow(DUPLICATE, shows=True)
    delivery = ended(tmp_path, slow)
    assert (delivery.state, delivery.retry_at, slow.requests) == (State.FAILED, None, 1)
