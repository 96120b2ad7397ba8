"""What a person writes under a ticket to have cmflow act: `/reply …` and the like, at the start of a note. Pure."""

import re
from difflib import get_close_matches
from enum import StrEnum

from cmflow.model.reason import Reason, because
from cmflow.values import dataclass


class Verb(StrEnum):
    REPLY = "reply"  # answer with this text
    DRAFT = "draft"  # show how the answer will look; another person sends it
    SEND = "send"  # send the last draft
    SAVED = "saved"  # answer with a reply from templates/replies/
    THANKS = "thanks"  # answer with the saved reply of that name, and close
    HIDE = "hide"  # hide the message from others on the network
    SPAM = "spam"  # label it spam, and close
    DONE = "done"  # close without an answer
    SETTLE = "settle"  # record whether an answer arrived that cmflow cannot judge
    OPEN = "open"  # give a conversation of the quarantine a ticket of its own
    RELAY = "relay"  # hand it to another team: an issue in their repository
    POST = "post"  # propose a post made of it


@dataclass(frozen=True, slots=True)
class Command:
    """`argument` is all that follows the verb, without blanks around it."""

    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What looks like a command and is none; `reason` is that of a sentence of `languages`, with what to do."""

    word: str
    reason: Reason


NEEDS = (Verb.REPLY, Verb.DRAFT, Verb.SAVED, Verb.SETTLE, Verb.RELAY, Verb.OPEN)  # something must follow these

_WORD = r"/([A-Za-z]+)(?![\w/]|\.\w)"
_LINE = re.compile(rf"(?:[ \t]*\n)* {{0,3}}{_WORD}[:.,]?")  # what is indented further is code
_NEXT = re.compile(rf"^ {{0,3}}{_WORD}", re.MULTILINE)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)  # GitHub shows nothing of it, so nothing of it is sent
_QUOTED = re.compile(r"\A(?:[ \t]*(?:>[^\n]*)?\n)+")


def parse(text: str) -> Command | Unknown | None:
    """The command that a note begins with, below what it quotes; None for a note that is only for the team.

    A path such as /etc/hosts is not a command. A verb without what it needs is `Unknown`, and so are two commands:
    the second would be sent to the author as text.
    """
    body = _QUOTED.sub("", text.replace("\r\n", "\n"))
    match = _LINE.match(body)
    if match is None:
        return None
    word, argument = match[1].lower(), _HIDDEN.sub("", body[match.end() :]).strip()
    if word not in [*Verb]:
        matches = get_close_matches(word, [verb.value for verb in Verb], 1, 0.5)
        return Unknown(word, because("near", name=matches[0]) if matches else because("all", names=", ".join(Verb)))
    verb = Verb(word)
    if verb in NEEDS and not argument:
        return Unknown(word, because(f"needs {verb}"))
    if further := next((match[1].lower() for match in _NEXT.finditer(argument) if match[1].lower() in [*Verb]), ""):
        return Unknown(word, because("one command", name=further))
    return Command(verb, argument)
