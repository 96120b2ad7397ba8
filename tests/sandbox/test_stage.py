"""Every network in the sandbox: what arrives, and every trouble in the network's own words."""

from datetime import timedelta

import pytest

from cmflow.model import Account, Contact, Receipt, Trace
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, SourceError, Throttled, Unsure
from cmflow.netkit import network
from cmflow.netkit.network import Inquiry, Question
from cmflow.sandbox.cast import MAKERS
from cmflow.sandbox.pages import WORDS
from cmflow.sandbox.stage import account_of, trouble
from cmflow.sandbox.troubles import KINDS, MAKES, PAUSE
from tests.sandbox import play
from tests.sandbox.play import NETWORKS, NOON


def test_every_network_that_publishes_is_in_the_sandbox() -> None:
    able = {name for name in network.names() if network.load(name).publish} - {"outbox"}
    assert able == set(MAKERS) == set(NETWORKS) == set(MAKES)


def test_every_trouble_has_its_words() -> None:
    assert tuple(WORDS) == KINDS


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_published_arrives(name: str) -> None:
    stage, company = play.inside(name)
    receipt = company.publish("Good morning")
    [record] = stage.scene().records
    assert (record.number, record.account, record.time, record.deleted) == (1, f"{name}-en", NOON, None)
    assert (record.arrival.text, record.arrival.below, record.arrival.kind) == ("Good morning", "", "post")
    company.record.delete(company.connect(), receipt)
    assert [record.deleted for record in stage.scene().records] == [NOON]


@pytest.mark.parametrize("name", NETWORKS)
def test_who_an_account_is_comes_from_the_plan(name: str) -> None:
    _, company = play.inside(name)
    standing = company.record.verify(company.connect())
    assert standing.who


@pytest.mark.parametrize("name", NETWORKS)
def test_a_refusal_hits_as_many_posts_as_it_is_told(name: str) -> None:
    stage, company = play.inside(name)
    stage.enrol(company.account)
    stage.disturb("", trouble("refuse", 2))
    for text in ("One", "Two"):
        with pytest.raises(NotSent) as caught:
            company.publish(text)
        assert isinstance(caught.value, Denied | Rejected)
    company.publish("Three")
    assert [record.arrival.text for record in stage.scene().records] == ["Three"]
    assert stage.scene().troubles == {}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_rate_limit_says_when_to_come_back(name: str) -> None:
    stage, company = play.inside(name)
    stage.enrol(company.account)
    stage.disturb(company.account.name, trouble("throttle"))
    with pytest.raises(Throttled) as caught:
        company.publish("Good morning")
    tells = name not in ("linkedin", "youtube")  # the others tell no time
    assert caught.value.retry_at == (NOON + PAUSE if tells else caught.value.retry_at)
    assert caught.value.retry_at is None or caught.value.retry_at - NOON <= timedelta(days=1)
    assert stage.scene().records == ()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_lost_answer_has_its_effect(name: str) -> None:
    stage, company = play.inside(name)
    stage.enrol(company.account)
    stage.disturb(company.account.name, trouble("lose"))
    if name == "youtube":  # its upload is asked where it stopped, and has ended
        company.publish("Good morning")
    else:
        with pytest.raises(Unsure):
            company.publish("Good morning")
    assert [record.arrival.text for record in stage.scene().records] == ["Good morning"]
    if company.record.find:
        found = company.record.find(company.connect(), company.message("Good morning"))
        assert found is not None


@pytest.mark.parametrize("name", NETWORKS)
def test_what_has_expired_is_denied_until_it_is_made_anew(name: str) -> None:
    stage, company = play.inside(name)
    access = company.access
    stage.disturb("", trouble("expire", 0))
    with pytest.raises(DeliveryError) as caught:
        company.publish("Good morning")
    assert isinstance(caught.value, Denied), caught.value
    stage.renew(company.account.name)
    assert company.access != access
    company.publish("Good morning")
    assert stage.scene().troubles == {}


def test_a_slow_network_answers_late() -> None:
    stage, company = play.inside("mastodon")
    pauses: list[float] = []
    stage.pause = pauses.append
    stage.enrol(company.account)
    stage.disturb("", trouble("slow", 0))
    company.publish("Good morning")
    assert pauses and set(pauses) == {5.0}


def test_another_page_is_another_account() -> None:
    stage, company = play.inside("facebook")
    company.publish("Good morning")
    other = Account(company.account.name, "facebook", options=(("page", "2000000000000002"),))
    assert stage.enrol(company.account).fake.page == "1000000000000001"
    assert stage.enrol(other).fake.page == "2000000000000002"
    assert stage.scene().records == ()


def test_what_the_sandbox_does_not_have_is_said() -> None:
    stage = play.stage()
    with pytest.raises(SourceError, match=r"^The sandbox has no fake of nostr\.$"):
        stage.enrol(Account("n", "nostr"))
    with pytest.raises(SourceError, match=r"^The sandbox knows no trouble 'rain'\.$"):
        trouble("rain")
    for document in ({}, {"name": "a", "network": "x"}, {"name": "a", "network": "x", "options": {"handle": 1}}):
        with pytest.raises(SourceError):
            account_of(document)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_secret_is_in_what_is_remembered_of_requests(name: str) -> None:
    stage, company = play.inside(name)
    company.publish("Good morning")
    words = repr(stage.scene().calls)
    assert words
    assert not [value for value in company.door.secrets(company.account).values() if value in words]


@pytest.mark.parametrize("name", ["discord", "facebook", "linkedin", "mastodon", "slack", "telegram", "youtube"])
def test_a_person_writes_and_the_inbox_hears_it(name: str) -> None:
    stage, company = play.inside(name)
    company.publish("Good morning")
    [record] = stage.scene().records
    id = stage.hear(f"{name}-en", "When do you open?", "ana", Contact.COMMENT)
    receipt = Receipt(0, record.arrival.id, "", NOON)
    mail = company.record.inbox(company.connect(), Inquiry("", NOON - timedelta(days=1), (receipt,)))
    assert [(message.text, message.author.ours) for message in mail.messages if not message.author.ours] == [
        ("When do you open?", False)
    ]
    assert id
    assert [record.arrival.text for record in stage.scene().records] == ["Good morning"]


@pytest.mark.parametrize("name", ["discord", "facebook", "linkedin", "slack", "telegram", "youtube"])
def test_people_cannot_quote_where_there_are_no_quotes(name: str) -> None:
    stage, company = play.inside(name)
    company.publish("Good morning")
    with pytest.raises(SourceError, match="People cannot send a quote"):
        stage.hear(f"{name}-en", "Look", "ana", Contact.QUOTE)


def test_nobody_can_comment_what_is_not_there() -> None:
    stage, company = play.inside("mastodon")
    with pytest.raises(SourceError, match="In the sandbox, people cannot write to x-en"):
        stage.hear("x-en", "Hello", "ana", Contact.DIRECT)
    stage.enrol(company.account)
    with pytest.raises(SourceError, match="has no post yet that a person could comment"):
        stage.hear("mastodon-en", "Hello", "ana", Contact.COMMENT)


def test_what_hides_a_message_on_bluesky_is_not_a_post() -> None:
    stage, company = play.inside("bluesky")
    company.publish("Good morning")
    [record] = stage.scene().records
    stage.hear("bluesky-en", "Buy now", "ana", Contact.COMMENT)
    receipt = Receipt(0, record.arrival.id, "", NOON)
    session = company.connect()
    [message] = company.record.inbox(session, Inquiry("", NOON - timedelta(days=1), (receipt,))).messages
    trace = Trace(message.id, message.contact, message.time, "a1", above=message.above, post=message.post)
    company.record.hide(session, Question(message.conversation, trace))
    assert [record.arrival.text for record in stage.scene().records] == ["Good morning"]
