"""What a person writes under a ticket to have cmflow act: `/reply …` and the like, at the start of a note. Pure."""

import re
from enum import StrEnum

from cmflow.problems.similar import suggestion
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
    """What looks like a command and is none; `hint` names the nearest."""

    word: str
    hint: str


NEEDS = {  # what must follow the verb
    Verb.REPLY: "the text of the answer",
    Verb.DRAFT: "the text of the answer",
    Verb.SAVED: "the name of a file in templates/replies/",
    Verb.SETTLE: "“sent”, or “not sent”",
    Verb.RELAY: "a repository such as owner/name, or one of its issues such as owner/name#12",
    Verb.OPEN: "the number of the message in the list",
}

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
        hint = suggestion(word, [verb.value for verb in Verb])
        return Unknown(word, hint) if hint else None
    verb = Verb(word)
    if verb in NEEDS and not argument:
        return Unknown(word, f"Write {NEEDS[verb]} behind it.")
    if further := next((match[1].lower() for match in _NEXT.finditer(argument) if match[1].lower() in [*Verb]), ""):
        return Unknown(word, f"A comment has one command: write /{further} in another one.")
    return Command(verb, argument)
