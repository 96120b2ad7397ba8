"""What every network keeps, one class for each ability. A network's test inherits them and says how to reach it.

class TestOutbox(contract.Publish, contract.Keyed, contract.Find, contract.Delete, contract.Verify):
    network = outbox.network

    @pytest.fixture
    def place(self, tmp_path): return contract.Place(...)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol

import httpx
import pytest

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.ledger.conversations import fingerprint
from cmflow.model import (
    Account,
    Contact,
    Media,
    Message,
    Number,
    Part,
    Receipt,
    Remote,
    Text,
    Trace,
    Variant,
    Visibility,
)
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected
from cmflow.model.limits import Limit, Measure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Inquiry, Mail, Network, Outgoing, Question
from cmflow.netkit.upload import Upload
from tests.networks import mailbox

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
    alts: Callable[[], Sequence[Sequence[str]]] = list


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


class Describe(Contract):
    def pictured(self, session: Any) -> list[Receipt]:
        """A thread of which the second part has a picture, and the third another one."""
        variant = self.variant("One", "Two", "Three")
        first, *others = variant.parts
        parts = (first, *(replace(part, media=(self.picture,)) for part in others))
        return self.send(session, replace(variant, parts=parts))

    def describe(self, session: Any, receipt: Receipt, *alts: str) -> Receipt:
        assert self.network.describe is not None
        remote = self.network.describe(session, receipt, alts)
        assert remote.url == receipt.url
        return replace(receipt, id=remote.id)

    def test_only_the_alt_text_is_another_one(self, place: Place, session: Any) -> None:
        thread = self.pictured(session)
        for alt in ("Another one", "Once more", "Once more", "Another one"):
            thread[1] = self.describe(session, thread[1], alt)
            assert list(place.alts()) == [[], [alt], [self.picture.alt]]
            assert place.posts() == ["One", "Two", "Three"]

    def test_the_same_alt_text_changes_nothing(self, place: Place, session: Any) -> None:
        thread = self.pictured(session)
        assert self.describe(session, thread[1], self.picture.alt) == thread[1]

    def test_an_alt_text_can_be_taken_away(self, place: Place, session: Any) -> None:
        thread = self.pictured(session)
        bare = self.describe(session, thread[1], "")
        assert [alt for alts in place.alts() for alt in alts if alt] == [self.picture.alt]
        self.describe(session, bare, "Back")
        assert list(place.alts()) == [[], ["Back"], [self.picture.alt]]

    def test_by_its_address_alone(self, place: Place, session: Any) -> None:
        """A person who settled a part left no id."""
        if self.network.name == "outbox":
            pytest.skip("what a person settles has an address of their own")
        thread = self.pictured(session)
        self.describe(session, replace(thread[1], id=""), "By address")
        assert list(place.alts()) == [[], ["By address"], [self.picture.alt]]

    @pytest.mark.parametrize("alts", [(), ("One", "Two")])
    def test_other_files_are_not_described(self, alts: tuple[str, ...], place: Place, session: Any) -> None:
        assert self.network.describe is not None
        thread = self.pictured(session)
        with pytest.raises(Rejected, match=f"has 1 file, and there are alt texts for {len(alts)}"):
            self.network.describe(session, thread[1], alts)
        assert list(place.alts()) == [[], [self.picture.alt], [self.picture.alt]]

    def test_a_deleted_part_is_not_described(self, place: Place, session: Any) -> None:
        assert self.network.describe is not None and self.network.delete is not None
        thread = self.pictured(session)
        self.network.delete(session, thread[2])
        with pytest.raises(NotSent) as caught:
            self.network.describe(session, thread[2], ("Gone",))
        assert caught.value.hint
        assert place.posts() == ["One", "Two"]


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


class Audience(Protocol):
    """People of a fake, who write to our account. Each time is later than the one before."""

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes, below that post or message of an id, or on their own; returns the id of the message."""

    def write(self, text: str, below: str) -> str:
        """Our own account answers that message by hand, in an app of the network; returns the id of the answer."""

    def amend(self, id: str, text: str) -> None:
        """The author of the message edits it."""

    def remove(self, id: str) -> None:
        """The author of the message deletes it."""


class Correspondence(Contract):
    """`contacts` are the ways in which people can write to us there. `audience` is the fake behind `place`."""

    contacts: ClassVar[tuple[Contact, ...]] = (Contact.COMMENT,)

    @pytest.fixture
    def audience(self) -> Audience:
        raise NotImplementedError("say who writes on this network")

    @pytest.fixture
    def receipts(self, session: Any) -> tuple[Receipt, ...]:
        """A post of ours, that people comment on."""
        return tuple(self.send(session, self.variant("What do you think?")))

    def read(self, session: Any, posts: tuple[Receipt, ...], cursor: str = "", *watched: Message) -> Mail:
        """All there is, as a run reads it: it asks again as long as there is more."""
        assert self.network.inbox is not None
        mail, mails = Mail(cursor=cursor, more=True), list[Mail]()
        while mail.more:
            traces = tuple(trace(message) for message in watched)
            mail = self.network.inbox(session, Inquiry(mail.cursor, NOON - timedelta(days=1), posts, traces))
            assert list(mail.messages) == sorted(mail.messages, key=lambda message: message.time)
            mails.append(mail)
            assert len(mails) < 100
        messages = tuple(message for mail in mails for message in mail.messages)
        deleted = tuple(dict.fromkeys(id for mail in mails for id in mail.deleted))
        gaps = tuple(dict.fromkeys(gap for mail in mails for gap in mail.gaps))
        return Mail(messages, mail.cursor, deleted, gaps)

    def at(self, post: Receipt, contact: Contact) -> str:
        """What a person writes below: a comment or a quote is about a post."""
        return post.id if contact in (Contact.COMMENT, Contact.QUOTE) else ""

    def connect(self, transport: httpx.BaseTransport, place: Place) -> Any:
        assert self.network.connect is not None
        return self.network.connect(http.client(transport), place.access)


class Inbox(Correspondence):
    """`edits`, `deletes`, `own`: the network tells of edits, of deletions, of answers that we wrote by hand.

    `quiet` are the gaps of an inbox where nothing is wrong. `many` is for how many messages one answer is too small.
    """

    edits: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    own: ClassVar[bool] = True
    quiet: ClassVar[tuple[str, ...]] = ()
    many: ClassVar[int] = 250

    def test_nobody_has_written(self, session: Any, receipts: tuple[Receipt, ...]) -> None:
        mail = self.read(session, receipts)
        assert (mail.messages, mail.deleted, mail.gaps) == ((), (), self.quiet)
        assert self.read(session, receipts, mail.cursor).messages == ()

    @pytest.mark.parametrize("contact", list(Contact))
    def test_a_message_arrives_whole(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...], contact: Contact
    ) -> None:
        if contact not in self.contacts:
            pytest.skip(f"{self.network.title} has no {contact.value}")
        text = "Exactly this: \"quotes\", 'é', 日本語, 👩‍👩‍👧 & <b>"
        id = audience.hear(text, "ana", contact, self.at(receipts[0], contact))
        [message] = self.read(session, receipts).messages
        assert (message.id, message.contact, message.text) == (id, contact, text)
        assert message.conversation and message.author.id and not message.author.ours
        assert message.time.tzinfo and message.edited is None
        if contact is Contact.COMMENT:
            assert message.post == receipts[0].id
        if contact is Contact.DIRECT:
            assert message.visibility is Visibility.PRIVATE

    def test_only_what_is_new_is_told_again(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        audience.hear("One", "ana", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        first = self.read(session, receipts)
        quiet = self.read(session, receipts, first.cursor)
        assert quiet.messages == ()
        assert self.read(session, receipts, quiet.cursor).cursor == quiet.cursor, "git keeps each cursor that changes"
        audience.hear("Two", "ben", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        second = self.read(session, receipts, first.cursor)
        assert [message.text for message in second.messages] == ["Two"]
        again = self.read(session, receipts, first.cursor)
        assert again.messages == second.messages, "asking twice is asking once"
        assert self.read(session, receipts, second.cursor).messages == ()

    def test_a_cursor_holds_no_name_and_no_text(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        audience.hear("Pineapple", "zoe", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        mail = self.read(session, receipts)
        assert "pineapple" not in mail.cursor.lower()
        assert not [message for message in mail.messages if message.author.name and message.author.name in mail.cursor]

    def test_nothing_is_missing_where_many_write(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        below = self.at(receipts[0], self.contacts[0])
        for number in range(self.many):
            audience.hear(f"Message {number}", f"ana{number % 7}", self.contacts[0], below)
        mail = self.read(session, receipts)
        assert {message.text for message in mail.messages} == {f"Message {number}" for number in range(self.many)}
        assert self.read(session, receipts, mail.cursor).messages == ()

    def test_an_edit_is_told(self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]) -> None:
        if not self.edits:
            pytest.skip(f"{self.network.title} has no edits")
        id = audience.hear("Helo", "ana", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        first = self.read(session, receipts)
        assert self.read(session, receipts, first.cursor, *first.messages).messages == ()
        audience.amend(id, "Hello")
        [edited] = self.read(session, receipts, first.cursor, *first.messages).messages
        assert edited.edited is not None
        assert replace(edited, text="Helo", edited=None) == first.messages[0]
        assert edited.text == "Hello"

    def test_a_deletion_is_told(self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]) -> None:
        if not self.deletes:
            pytest.skip(f"{self.network.title} does not tell of deletions")
        below = self.at(receipts[0], self.contacts[0])
        id = audience.hear("Never mind", "ana", self.contacts[0], below)
        audience.hear("I stay", "ben", self.contacts[0], below)
        first = self.read(session, receipts)
        audience.remove(id)
        second = self.read(session, receipts, first.cursor, *first.messages)
        assert (second.messages, second.deleted) == ((), (id,))

    def test_an_answer_by_hand_is_told_as_ours(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        if not self.own:
            pytest.skip(f"{self.network.title} does not tell what we answer by hand")
        id = audience.hear("When?", "ana", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        first = self.read(session, receipts)
        own = audience.write("Tomorrow", id)
        [answer] = self.read(session, receipts, first.cursor, *first.messages).messages
        assert (answer.id, answer.text, answer.author.ours) == (own, "Tomorrow", True)
        assert answer.conversation == first.messages[0].conversation

    def test_who_answers_a_message_is_in_its_conversation(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        if Contact.COMMENT not in self.contacts:
            pytest.skip(f"{self.network.title} has no comments")
        first = audience.hear("One", "ana", Contact.COMMENT, receipts[0].id)
        audience.hear("Two", "ben", Contact.COMMENT, first)
        one, two = self.read(session, receipts).messages
        assert two.conversation == one.conversation
        assert (one.post, two.post) == (receipts[0].id,) * 2

    @pytest.mark.parametrize("spoil", mailbox.SPOILS, ids=lambda spoil: spoil.name)
    def test_a_message_that_is_odd_never_hides_the_others(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...], spoil: mailbox.Spoil
    ) -> None:
        """One field of what the network tells of the first message is of another shape, each field in turn."""
        below = self.at(receipts[0], self.contacts[0])
        for author, text in (("ben", "I am fine"), ("ana", "I am fine too"), ("ana", "I am odd")):
            audience.hear(text, author, self.contacts[0], below)
        spoiler = mailbox.Spoiler(place.transport, spoil)
        while spoiler.turn():
            mail = self.read(self.connect(spoiler, place), receipts)
            assert mailbox.are_sound(mail.messages), spoiler.place
            assert len(mail.messages) >= 1, f"{spoiler.place} hides both"

    @pytest.mark.parametrize("fault", mailbox.FAULTS, ids=lambda fault: fault.name)
    def test_what_goes_wrong_is_told_and_nothing_is_missing_later(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...], fault: mailbox.Fault
    ) -> None:
        """Each request fails in turn: it is an error that is not `Unsure`, or a gap; the next run reads all."""
        audience.hear("Hello", "ana", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        trip = mailbox.Trip(place.transport, fault)
        while trip.turn():
            try:
                mail = self.read(self.connect(trip, place), receipts)
            except DeliveryError as error:
                assert isinstance(error, fault.means), f"{trip.place}: {error!r}"
                assert not any(value in f"{error} {error.hint}" for _, value in place.access.secrets)
                continue
            assert [message.text for message in mail.messages] == ["Hello"] or mail.gaps, trip.place


class Reply(Correspondence):
    """`greeting` is how an answer begins where it must mention its reader."""

    greeting: ClassVar[str] = "@ana"

    def question(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...], text: str = "When?"
    ) -> Question:
        id = audience.hear(text, "ana", self.contacts[0], self.at(receipts[0], self.contacts[0]))
        message = next(message for message in self.read(session, receipts).messages if message.id == id)
        return Question(message.conversation, trace(message))

    def answer(self, text: str, question: Question, key: str = "a0") -> Outgoing:
        """What a run sends: the caller has put the handle into the text where an answer needs one."""
        greeting = f"{self.greeting} " if self.network.addressed else ""
        variant = self.variant(greeting + text, visibility=question.trace.visibility)
        bare = replace(variant, post="reply-1", parts=tuple(replace(part, media=()) for part in variant.parts))
        return Outgoing(bare, 0, key, NOON.timestamp())

    def test_an_answer_arrives_once_and_exactly(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.reply is not None
        question = self.question(session, audience, receipts)
        outgoing = self.answer("Tomorrow: “é” & <b>", question)
        remote = self.network.reply(session, outgoing, question)
        assert remote.id
        assert list(place.posts())[-1] == outgoing.part.form.body

    def test_our_answer_is_in_the_conversation(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        if not getattr(self, "own", True):
            pytest.skip(f"{self.network.title} does not tell what we answer")
        assert self.network.reply is not None
        question = self.question(session, audience, receipts)
        remote = self.network.reply(session, self.answer("Tomorrow", question), question)
        ours = [message for message in self.read(session, receipts).messages if message.author.ours]
        assert [(answer.id, answer.conversation) for answer in ours] == [(remote.id, question.conversation)]

    def test_a_message_that_is_gone_is_not_answered(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.reply is not None
        if not getattr(self, "deletes", True):
            pytest.skip(f"{self.network.title} does not tell of deletions")
        question = self.question(session, audience, receipts)
        audience.remove(question.trace.id)
        texts = list(place.posts())
        with pytest.raises(NotSent) as caught:
            self.network.reply(session, self.answer("Tomorrow", question), question)
        assert caught.value.hint
        assert list(place.posts()) == texts

    def test_the_same_key_never_makes_two_answers(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        if not self.network.keyed:
            pytest.skip(f"{self.network.title} has no keys")
        assert self.network.reply is not None
        question = self.question(session, audience, receipts)
        outgoing = self.answer("Tomorrow", question)
        once, again = (self.network.reply(session, outgoing, question) for _ in range(2))
        assert once == again
        assert list(place.posts()).count(outgoing.part.form.body) == 1

    @pytest.mark.parametrize("row", mailbox.WRITES, ids=lambda row: row.name)
    def test_what_goes_wrong_with_an_answer_is_told_for_what_it_is(
        self, place: Place, session: Any, audience: Audience, receipts: tuple[Receipt, ...], row: mailbox.Fault
    ) -> None:
        """The request that makes the answer is the last one that publishes."""
        assert self.network.reply is not None
        question = self.question(session, audience, receipts)
        trip = mailbox.Trip(place.transport, row, writes=True)
        assert trip.turn()
        with pytest.raises(DeliveryError) as caught:
            self.network.reply(self.connect(trip, place), self.answer("Tomorrow", question), question)
        assert isinstance(caught.value, row.means), caught.value
        assert not any(value in f"{caught.value} {caught.value.hint}" for _, value in place.access.secrets)


class FindReply(Reply):
    def test_an_answer_that_is_not_there_is_not_found(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.find_reply is not None
        question = self.question(session, audience, receipts)
        assert self.network.find_reply(session, self.answer("Nobody sent this", question), question) is None

    def test_an_answer_that_is_there_is_found(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.reply is not None and self.network.find_reply is not None
        question = self.question(session, audience, receipts)
        outgoing = self.answer("Tomorrow", question)
        remote = self.network.reply(session, outgoing, question)
        assert self.network.find_reply(session, outgoing, question) == remote

    def test_the_same_answer_to_another_message_is_another_answer(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.reply is not None and self.network.find_reply is not None
        first = self.question(session, audience, receipts)
        second = self.question(session, audience, receipts, "And where?")
        remote = self.network.reply(session, self.answer("See above", first), first)
        outgoing = replace(self.answer("See above", second, "a1"), known=frozenset({remote.id, remote.url} - {""}))
        assert self.network.find_reply(session, outgoing, second) is None


class Hide(Correspondence):
    def hidden(self) -> Sequence[str]:
        """The ids of the messages that others do not see any more."""
        raise NotImplementedError

    def test_what_is_hidden_is_hidden_once(
        self, session: Any, audience: Audience, receipts: tuple[Receipt, ...]
    ) -> None:
        assert self.network.hide is not None
        below = self.at(receipts[0], self.contacts[0])
        audience.hear("I stay", "ana", self.contacts[0], below)
        id = audience.hear("Buy this", "ben", self.contacts[0], below)
        message = next(message for message in self.read(session, receipts).messages if message.id == id)
        for _ in range(2):
            self.network.hide(session, Question(message.conversation, trace(message)))
            assert list(self.hidden()) == [id]


def trace(message: Message) -> Trace:
    """What git keeps of it."""
    return Trace(
        message.id,
        message.contact,
        message.time,
        "a" * 64,
        fingerprint(message.text),
        message.above,
        message.post,
        message.author.ours,
        message.visibility,
        message.until,
        message.edited,
    )
