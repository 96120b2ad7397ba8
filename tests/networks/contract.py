"""What every network keeps, one class for each ability. A network's test inherits them and says how to reach it.

class TestOutbox(contract.Publish, contract.Keyed, contract.Find, contract.Delete, contract.Verify):
    network = outbox.network

    @pytest.fixture
    def place(self, tmp_path): return contract.Place(...)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.model import Account, Media, Number, Part, Receipt, Remote, Text, Variant
from cmflow.model.errors import Denied
from cmflow.model.limits import Limit, Measure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.upload import Upload

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PNG = bytes.fromhex(  # one white pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de000000"
    "0c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@dataclass(frozen=True)
class Place:
    """Where a network can be reached in a test. `posts` lists the texts it shows, in the order they came."""

    access: Access
    posts: Callable[[], Sequence[str]]
    transport: httpx.BaseTransport = httpx.MockTransport(lambda request: httpx.Response(500))  # noqa: RUF009


class Contract:
    """`attached` is the media of every part, of a network that takes no post without; `picture` is that of a part with
    a picture."""

    network: ClassVar[Network[Any]]
    attached: ClassVar[tuple[Media, ...]] = ()
    picture: ClassVar[Media] = Media("content/media/a.png", "What it shows")

    @pytest.fixture
    def place(self) -> Place:
        raise NotImplementedError("say how to reach this network")

    @pytest.fixture
    def session(self, place: Place) -> Any:
        assert self.network.connect is not None
        return self.network.connect(http.client(place.transport), place.access)

    def variant(self, *texts: str, **changes: Any) -> Variant:
        parts = tuple(self.part(text) for text in texts)
        fields = {"digest": "d" * 64, "language": "en"} | changes
        return Variant("hello", "team", self.network.name, NOON, parts, **fields)

    def part(self, text: str) -> Part:
        return Part(Text(text), self.network.limits.form(Text(text)), self.attached)

    def send(self, session: Any, variant: Variant, key: str = "k") -> list[Receipt]:
        """Every part in its order, as a run does."""
        assert self.network.publish is not None
        thread: list[Receipt] = []
        for index in range(len(variant.parts)):
            message = Outgoing(
                variant, index, f"{key}{index}", NOON.timestamp(), (Upload.of(PNG),) * len(variant.parts[index].media)
            )
            remote = self.network.publish(session, message, tuple(thread))
            thread.append(Receipt(index, remote.id, remote.url, NOON))
        return thread


class Limits(Contract):
    """The pure half: numbers with a source, and a form that keeps plain text as it is."""

    def test_every_number_says_where_it_stands(self) -> None:
        for number in self.numbers():
            assert number.source, number
            assert number.value > 0
            assert datetime(2026, 1, 1).date() <= number.read

    def numbers(self) -> list[Limit]:
        values = [getattr(self.network.limits, field.name) for field in fields(self.network.limits)]
        measures = [*self.network.limits.text, *self.network.limits.caption]
        measures += [value for value in values if isinstance(value, Measure)]
        return [*(each.limit for each in measures), *(value for value in values if isinstance(value, Limit))]

    def test_plain_words_stay_as_they_are(self) -> None:
        assert self.network.limits.form(Text("Two plain words")).body == "Two plain words"


class Publish(Limits):
    def test_a_text_arrives_exactly(self, place: Place, session: Any) -> None:
        text = "Exactly this: \"quotes\", 'é', 日本語, 👩‍👩‍👧, https://example.org/?a=1&b=2"
        thread = self.send(session, self.variant(text))
        assert place.posts() == [self.part(text).form.body]
        assert thread[0].id

    def test_the_parts_of_a_thread_arrive_in_order(self, place: Place, session: Any) -> None:
        thread = self.send(session, self.variant("One", "Two", "Three"))
        assert place.posts() == ["One", "Two", "Three"]
        assert len({receipt.id for receipt in thread}) == 3

    def test_media_goes_with_its_part(self, place: Place, session: Any) -> None:
        if not self.network.limits.media_types:
            pytest.skip(f"{self.network.title} takes no media")
        variant = self.variant("Look")
        pictured = replace(variant.parts[0], media=(*self.attached, self.picture))
        self.send(session, replace(variant, parts=(pictured,)))
        assert place.posts() == ["Look"]

    def test_no_secret_is_needed_beyond_those_it_names(self) -> None:
        assert all(name.isidentifier() for name in self.network.secrets)


class Keyed(Contract):
    def test_the_same_key_never_makes_two_posts(self, place: Place, session: Any) -> None:
        assert self.network.keyed
        once = self.send(session, self.variant("Once"))
        again = self.send(session, self.variant("Once"))
        assert place.posts() == ["Once"]
        assert again == once

    def test_another_key_is_another_post(self, place: Place, session: Any) -> None:
        once = self.send(session, self.variant("Twice"))
        again = self.send(session, self.variant("Twice"), "another")
        assert place.posts() == ["Twice", "Twice"]
        assert once[0].id != again[0].id


class Find(Contract):
    def test_what_is_not_there_is_not_found(self, session: Any) -> None:
        assert self.find(session, self.variant("Nobody sent this")) is None

    def test_what_is_there_is_found(self, session: Any) -> None:
        variant = self.variant("Here I am", "And here")
        thread = self.send(session, variant)
        below = ""
        for receipt in thread:
            assert self.find(session, variant, receipt.part, below) == Remote(receipt.id, receipt.url)
            below = receipt.id

    def find(self, session: Any, variant: Variant, index: int = 0, below: str = "") -> Remote | None:
        assert self.network.find is not None
        outgoing = Outgoing(variant, index, f"k{index}", NOON.timestamp(), below=below)
        remote = self.network.find(session, outgoing)
        assert remote is None or isinstance(remote, Remote)
        return remote


class Delete(Contract):
    def test_what_is_deleted_is_gone(self, place: Place, session: Any) -> None:
        assert self.network.delete is not None
        first, second = self.send(session, self.variant("Stays", "Goes"))
        self.network.delete(session, second)
        assert place.posts() == ["Stays"]
        self.network.delete(session, second)
        assert first.id


class Verify(Contract):
    def test_who_we_are_is_said(self, session: Any) -> None:
        assert self.network.verify is not None
        standing = self.network.verify(session)
        assert standing.who
        assert standing.until is None or standing.until.tzinfo


class Crowd(Contract):
    """`crowd` are the figures that the network's fake tells of the account."""

    crowd: ClassVar[Mapping[str, Number | None]]

    def test_figures_of_the_account(self, session: Any) -> None:
        assert self.network.account_metrics is not None
        assert self.network.account_metrics(session) == self.crowd

    def test_the_catalogue_knows_each_figure_of_the_account(self) -> None:
        assert set(self.crowd) <= set(catalogue.names(self.network.name, Of.ACCOUNT, NOON))


class Metrics(Crowd):
    """`figures` are those that it tells of every post."""

    figures: ClassVar[Mapping[str, Number | None]]

    def test_the_catalogue_knows_each_figure_of_a_post(self) -> None:
        assert set(self.figures) <= set(catalogue.names(self.network.name, Of.POST, NOON))

    def test_figures_come_in_the_order_of_the_receipts(self, place: Place, session: Any) -> None:
        """None is what the network does not tell, and all there is of a post that is not there."""
        assert self.network.metrics is not None and self.network.delete is not None
        first, second = self.send(session, self.variant("Stays", "Goes"))
        self.network.delete(session, second)
        receipts = (second, first)
        unknown = dict.fromkeys(self.figures)
        chunks = [receipts[at : at + self.network.batch] for at in range(0, 2, self.network.batch)]
        assert [dict(each) for chunk in chunks for each in self.network.metrics(session, chunk)] == [
            unknown,
            self.figures,
        ]


class Denies(Contract):
    """`stranger` is an access the network does not accept."""

    @pytest.fixture
    def stranger(self, place: Place) -> Access:
        return replace(place.access, account=Account("team", self.network.name), secrets=(), folder="")

    def test_a_stranger_is_denied(self, place: Place, stranger: Access) -> None:
        assert self.network.connect is not None and self.network.verify is not None
        with pytest.raises(Denied) as caught:
            self.network.verify(self.network.connect(http.client(place.transport), stranger))
        assert caught.value.hint
