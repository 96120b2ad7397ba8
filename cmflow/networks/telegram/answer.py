"""Answers of the bot, in the chat where the question is; and hiding, which is deleting there.

The Bot API reads no history: where no answer comes, a person looks whether it is there.
"""

from typing import Any

from cmflow.model import Contact, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.telegram import bot as messages
from cmflow.networks.telegram import content
from cmflow.networks.telegram.call import Bot


def reply(bot: Bot, message: Outgoing, question: Question) -> Remote:
    """A message that answers it there: what was written to the bot alone is answered there alone."""
    chat, number = _target(question)
    fields: dict[str, Any] = {"chat_id": chat, "reply_parameters": {"message_id": number}}
    if question.trace.contact in (Contact.DIRECT, Contact.SUGGESTION) and ":" in question.conversation:
        fields["direct_messages_topic_id"] = int(question.conversation.rpartition(":")[2])
    if message.part.media:
        remote = messages.remote(messages.files(bot, message, fields))
    else:
        remote = messages.remote(bot.send("sendMessage", fields | content.text_fields(message.part.form)))
    return Remote(f"{chat}:{remote.id}", remote.url)


def hide(bot: Bot, question: Question) -> None:
    """Delete it in our group, where the bot may. What is not there any more is hidden."""
    if question.trace.contact not in (Contact.COMMENT, Contact.MENTION):
        raise Rejected("Only what is in a group can be hidden on Telegram.", "Block the person there by hand.")
    chat, number = _target(question)
    bot.ask("deleteMessages", {"chat_id": chat, "message_ids": [number]})


def _target(question: Question) -> tuple[int, int]:
    """The chat and the number of the message that is answered."""
    chat, _, number = question.trace.id.partition(":")
    try:
        return int(chat), int(number)
    except ValueError:
        raise Rejected("The message is not one of Telegram's.", "Answer it by hand.") from None
