"""What the inboxes of the networks tell, as conversations: two people below one post of ours, and our answer to one."""

from datetime import timedelta
from typing import Any

import pytest

from cmflow.inbox import intake
from cmflow.model import Conversation, Receipt
from cmflow.netkit.network import Inquiry, Question
from tests.networks import desk
from tests.networks.contract import NOON
from tests.sandbox import play

TELLS_OURS = ("discord", "facebook", "linkedin", "slack", "youtube")


@pytest.mark.parametrize("name", (*TELLS_OURS, "telegram"))
def test_each_person_has_a_conversation_with_our_answer_in_it(name: str) -> None:
    stage, company = play.inside(name)
    company.publish("Good morning")
    [record] = stage.scene().records
    fake, network = stage.actors[company.account.name].fake, company.record
    posts = (Receipt(0, record.arrival.id, "", NOON),)
    session = company.connect()
    known: dict[str, Conversation] = {}

    def read(cursor: str = "", *watched: Any) -> str:
        mail = network.inbox(session, Inquiry(cursor, NOON - timedelta(days=1), posts, watched))
        ids = {receipt.id for receipt in posts}
        known.update(intake.receive(known, company.account.name, name, mail, NOON + timedelta(days=1), ids))
        return str(mail.cursor)

    ana = fake.hear("When?", "ana", below=record.arrival.id)
    ben = fake.hear("Nice", "ben", below=record.arrival.id)
    cursor = read()
    assert {trace.id for conversation in known.values() for trace in conversation.traces} == {ana, ben}
    [hers] = [conversation for conversation in known.values() if conversation.trace(ana)]
    question = Question(hers.thread, hers.traces[0])
    answer = network.reply(session, desk.answer(network, "Tomorrow"), question)
    more = fake.hear("Thank you", "ana", below=ana)
    watched = tuple(trace for conversation in known.values() for trace in conversation.traces)
    read(cursor, *watched)
    assert len(known) == 2
    [hers] = [conversation for conversation in known.values() if conversation.trace(ana)]
    ours = [answer.id] if name in TELLS_OURS else []
    assert {trace.id for trace in hers.traces} == {ana, more, *ours}
