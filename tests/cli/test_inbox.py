"""`cmflow inbox` in a sandbox: a morning of comments and messages, and what a person does about them."""

import json

import httpx
import pytest

from cmflow.sandbox.server import Server
from tests.cli.conftest import Place
from tests.cli.harbour import harbour, server

pytestmark = pytest.mark.slow  # real git and a server

__all__ = ["harbour", "server"]  # fixtures


def write(server: Server, account: str, text: str, author: str = "ana", contact: str = "comment") -> None:
    """A person writes to an account."""
    message = {"account": account, "text": text, "author": author, "contact": contact}
    httpx.post(f"{server.address}/api/audience", json=message).raise_for_status()


def texts(server: Server, account: str) -> list[str]:
    records = httpx.get(f"{server.address}/api/arrivals").json()
    return [record["text"] for record in records if record["account"] == account]


@pytest.fixture
def morning(harbour: Place, server: Server) -> Place:
    """Something was published, and people answer."""
    harbour.soon("morning", body="Good morning", accounts="[mastodon, facebook]")
    harbour.commit()
    assert harbour.run("publish").code == 0
    write(server, "mastodon", "Where is my order <b>today</b>?")
    write(server, "facebook", "My number is on the invoice", "dora", "direct")
    return harbour


def tickets(place: Place) -> dict[str, str]:
    """The ticket of each account's conversation."""
    listed = json.loads(place.run("inbox", "list", "--all", "--format", "json").out)
    return {row["account"]: row["ticket"] for row in listed}


def test_a_morning_of_the_person_on_duty(morning: Place, server: Server) -> None:
    result = morning.run("inbox")
    assert (result.code, result.out) == (0, "2 new conversations, 2 messages.\n"), result.err
    assert morning.run("inbox").out == "Nothing new.\n"
    ticket = tickets(morning)
    shown = morning.run("inbox", "show", ticket["mastodon"]).out
    assert "Where is my order &lt;b&gt;today&lt;/b&gt;?" in shown and "`/draft TEXT` shows" in shown
    noted = morning.run("inbox", "reply", ticket["mastodon"], "I ask the bakers.")
    assert (noted.code, noted.out) == (0, "A note for the team: it begins with no command.\n")
    answered = morning.run("inbox", "reply", ticket["mastodon"], "/reply It is *on its way*.")
    assert (answered.code, answered.out[:12]) == (0, "**Answered**")
    assert texts(server, "mastodon") == ["Good morning", "@ana@elsewhere.example It is on its way."]
    assert morning.run("inbox", "reply", ticket["facebook"], "/reply We call you.").code == 0
    assert texts(server, "facebook") == ["Good morning"], "a direct message is answered where only its author sees it"
    states = {row["state"] for row in json.loads(morning.run("inbox", "list", "--format", "json").out)}
    assert states == {"answered"}
    assert morning.run("inbox").out == "Nothing new.\n"


def test_thanks_are_there_from_the_start(morning: Place, server: Server) -> None:
    morning.run("inbox")
    ticket = tickets(morning)["mastodon"]
    assert morning.run("inbox", "reply", ticket, "/thanks See you soon.").code == 0
    assert texts(server, "mastodon")[-1] == "@ana@elsewhere.example Thank you very much! See you soon."
    [row] = [
        row
        for row in json.loads(morning.run("inbox", "list", "--all", "--format", "json").out)
        if row["ticket"] == ticket
    ]
    assert row["state"] == "closed"


def test_what_is_not_committed_does_not_count_and_that_is_said(morning: Place) -> None:
    plan = morning.root / "content/plan.md"
    plan.write_text(plan.read_text().replace("late: 6h\n", "late: 6h\ninbox: {approval: yes}\n"))
    assert "counts once it is committed" in morning.run("inbox").err
    morning.commit()
    assert "counts once" not in morning.run("inbox").err


def test_nothing_that_people_wrote_gets_into_git(morning: Place) -> None:
    morning.run("inbox")
    objects = morning.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    everything = "".join(morning.git("cat-file", "-p", name) for name in objects)
    assert "conversations" in everything
    # words that no name of an object, digest or time can spell: those are digits and the letters a to f
    assert not [word for word in ("order", "invoice", "dora", "elsewhere") if word in everything]
    morning.git("add", "-A")
    assert ".cmflow/inbox" not in morning.git("status", "--short")


def test_what_a_person_asks_to_forget_is_gone(morning: Place) -> None:
    morning.run("inbox")
    result = morning.run("inbox", "forget", "@ana@elsewhere.example")
    assert (result.code, result.out) == (0, "The texts of 1 conversation are removed.\n")
    files = "".join(path.read_text() for path in (morning.root / ".cmflow/inbox").glob("*.md"))
    assert "order" not in files and "invoice" in files
    again = morning.run("inbox", "forget", "@ana@elsewhere.example")
    assert (again.code, "No ticket has a message of @ana@elsewhere.example" in again.err) == (1, True)


def test_a_command_that_cannot_be_carried_out_says_why(morning: Place, server: Server) -> None:
    morning.run("inbox")
    ticket = tickets(morning)["mastodon"]
    result = morning.run("inbox", "reply", ticket, "/hide")
    assert (result.code, "cmflow cannot hide this on Mastodon" in result.out) == (4, True)
    result = morning.run("inbox", "reply", ticket, f"/reply {'word ' * 120}")
    assert (result.code, "500 characters" in result.out) == (4, True)
    assert texts(server, "mastodon") == ["Good morning"]
    missing = morning.run("inbox", "reply", "0000aaaa", "/done")
    assert (missing.code, "There is no ticket 0000aaaa" in missing.err) == (1, True)


def test_without_an_account_that_can_be_read_there_is_nothing_to_do(bare: Place) -> None:
    plan = "brand: Harbour\ntimezone: Etc/UTC\nlanguage: en\naccounts: {practice: {network: outbox}}"
    bare.write("content/plan.md", f"---\n{plan}\n---\nOur plan.\n")
    bare.git("init", "-q")
    bare.commit()
    result = bare.run("inbox")
    assert (result.code, result.out[:43]) == (0, "No account of the plan has an inbox that cm")
