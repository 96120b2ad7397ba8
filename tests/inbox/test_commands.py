"""What a note of the team asks for."""

import pytest

from cmflow.inbox.commands import Command, Unknown, Verb, parse

ONE = "A comment has one command: write /{} in another one."


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
        ("/reply Hello\n/done", Unknown("reply", ONE.format("done"))),
        ("/reply Hello\r\n\r\n  /Done.", Unknown("reply", ONE.format("done"))),
        ("/done\n/reply Hello", Unknown("done", ONE.format("reply"))),
        ("/reply  ", Unknown("reply", "Write the text of the answer behind it.")),
        ("    /reply Hello", None),
        ("\t/reply Hello", None),
        ("```\n/reply Hello\n```", None),
        ("/reply.md is a file", None),
        ("/usr/bin", None),
    ],
)
def test_a_command_is_at_the_start_and_alone(text: str, command: Command | Unknown | None) -> None:
    assert parse(text) == command
