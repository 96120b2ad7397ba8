"""What a note of the team asks for."""

import pytest

from cmflow.inbox.commands import NEEDS, Command, Unknown, Verb, parse
from cmflow.inbox.notices import Notices
from cmflow.model.reason import because


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/reply Thank you.", Command(Verb.REPLY, "Thank you.")),
        ("/Reply\r\nThank you.\r\n", Command(Verb.REPLY, "Thank you.")),
        ("/reply: Thank you.", Command(Verb.REPLY, "Thank you.")),
        ("/reply Hello <!-- ask Bo -->Ana<!-- and", Command(Verb.REPLY, "Hello Ana")),
        ("/done.", Command(Verb.DONE)),
        ("> What he wrote\n\n  /done", Command(Verb.DONE)),
        ("/reply Type /done to end, or\n/etc/hosts", Command(Verb.REPLY, "Type /done to end, or\n/etc/hosts")),
        ("/reply Hello\n/done", Unknown("reply", because("one command", name="done"))),
        ("/reply Hello\r\n\r\n  /Done.", Unknown("reply", because("one command", name="done"))),
        ("/done\n/reply Hello", Unknown("done", because("one command", name="reply"))),
        ("/reply  ", Unknown("reply", because("needs reply"))),
        ("/repy Hello", Unknown("repy", because("near", name="reply"))),
        ("/qqq", Unknown("qqq", because("all", names=", ".join(Verb)))),
        ("    /reply Hello", None),
        ("\t/reply Hello", None),
        ("```\n/reply Hello\n```", None),
        ("/reply.md is a file", None),
        ("/usr/bin", None),
    ],
)
def test_a_command_is_at_the_start_and_alone(text: str, command: Command | Unknown | None) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/repy Bonjour", "`/repy` n’a rien fait. Vouliez-vous écrire `/reply` ?"),
        ("/reply", "`/reply` n’a rien fait. Écrire ensuite le texte de la réponse."),
        ("/done\n/spam", "`/done` n’a rien fait. Un commentaire a une seule commande : écrire /spam dans un autre."),
    ],
)
def test_what_is_no_command_is_explained_in_the_plan_s_language(text: str, said: str) -> None:
    unknown = parse(text)
    assert isinstance(unknown, Unknown)
    assert Notices("fr").unknown(unknown) == said


@pytest.mark.parametrize("verb", NEEDS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_verb_that_needs_something_says_what(verb: Verb, language: str) -> None:
    unknown = parse(f"/{verb}")
    assert isinstance(unknown, Unknown)
    assert len(Notices(language).unknown(unknown)) > len(f"`/{verb}` n’a rien fait. ")
