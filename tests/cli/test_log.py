"""`cmflow log`"""

import json
import re

import pytest

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger
from tests.cli.conftest import Place, Result
from tests.deliveries import NOON

pytestmark = pytest.mark.slow  # real git

STORY = re.compile(
    r"""hello on practice: sent, due \d{4}-\d\d-\d\d \d\d:\d\d:\d\d Europe/Paris
  published [-\d]+ [:\d]+  /.*/hello/practice\.1\.json
  published from content/posts/hello\.md as of commit [0-9a-f]{10}
  digest [0-9a-f]{64}
  [-\d]+ [:\d]+  sending    \(by hand, .* UTC\)
  [-\d]+ [:\d]+  sent       \(by hand, .* UTC\)
"""
)


@pytest.fixture
def sent(place: Place) -> Place:
    """A post that is out in the folder."""
    place.soon("hello")
    place.commit()
    place.run("publish")
    return place


@pytest.mark.parametrize("name", ["hello", "content/posts/hello.md", "./content/posts/hello.md", "hello.md"])
def test_the_whole_story(sent: Place, name: str) -> None:
    result = sent.run("log", name)
    assert (result.code, result.err) == (0, "")
    assert STORY.fullmatch(result.out)


def test_from_another_folder(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sent.root / "content/posts")
    assert STORY.fullmatch(sent.run("log", "hello.md").out)


def test_for_programs(sent: Place) -> None:
    (found,) = json.loads(sent.run("log", "hello", "--format", "json").out)
    assert (found["post"], found["account"], found["state"], found["parts"]) == ("hello", "practice", "sent", 1)
    assert [each["state"] for each in found["history"]] == ["sending", "sent"]
    sent.post("later", date="2099-06-01 09:30")
    assert json.loads(sent.run("log", "later", "--format", "json").out) == []


def test_a_post_that_is_gone_and_a_plan_that_is_broken(sent: Place) -> None:
    (sent.root / "content/posts/hello.md").unlink()
    assert STORY.fullmatch(sent.run("log", "hello").out)
    assert STORY.fullmatch(sent.run("log", "content/posts/hello.md").out)
    sent.write("content/plan.md", "broken")
    assert " UTC\n  published" in sent.run("log", "hello").out


def test_nothing_was_done_yet(sent: Place) -> None:
    sent.post("later", date="2099-06-01 09:30")
    assert sent.run("log", "later") == Result(0, "Nothing of later has been published yet.\n", "")
    assert sent.run("log", "hello", "-a", "news") == Result(0, "Nothing of hello has been published yet.\n", "")


def test_names_that_are_not_there(sent: Place) -> None:
    assert sent.run("log", "helo") == Result(1, "", "error: There is no post 'helo'.\n  Did you mean 'hello'?\n")
    assert sent.run("log", "hello", "-a", "practise") == Result(
        1, "", "error: hello was not sent to 'practise'.\n  Did you mean 'practice'?\n"
    )


def test_only_one_account(place: Place) -> None:
    place.run("rehearse", "--at", "2026-06-01 12:00")
    both = place.run("log", "terrace", "--rehearsal").out
    assert re.findall(r"^terrace on (\w+): sent", both, re.MULTILINE) == ["news", "short"]
    one = place.run("log", "terrace", "--rehearsal", "-a", "short").out
    assert re.findall(r"^terrace on (\w+): sent", one, re.MULTILINE) == ["short"]
    assert place.run("log", "terrace").out == "Nothing of terrace has been published yet.\n"


def test_what_cannot_be_read_is_said(sent: Place) -> None:
    home = Ledger(discover(sent.root))
    place = ledger.codec.path("hello", "practice")
    home.repository.commit_files(home.branch, {place: b"{"}, "spoil", home.repository.tip(home.branch), NOON)
    result = sent.run("log", "hello")
    assert (result.code, result.out) == (4, "Nothing of hello has been published yet.\n")
    assert "error ledger-unreadable" in result.err


def test_a_remote_that_is_gone(sent: Place) -> None:
    sent.git("remote", "add", "origin", str(sent.root / "nowhere"))
    result = sent.run("log", "hello")
    assert (result.code, result.err) == (
        0,
        "Could not fetch from the remote; showing the last known state: There is no such remote.\n",
    )
    assert sent.run("log", "hello", "--offline").err == ""


def test_a_post_whose_id_is_its_file_s_name_is_offered_once(place: Place) -> None:
    assert place.run("preview", "zzz") == Result(1, "", "error: There is no post 'zzz'.\n  There are: terrace.\n")
