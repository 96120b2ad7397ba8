"""What was sent is kept in the ledger, whoever says that it was sent: a run, or a person."""

from datetime import UTC, datetime

import pytest

from cmflow import ledger, render
from cmflow.cli._context import open_context
from cmflow.git import discover
from cmflow.ledger import Ledger, codec, publications
from cmflow.model import Account, Key, Media, Publication
from tests.cli.conftest import Place
from tests.cli.test_describe import FIRST, SECOND, write
from tests.cli.test_describe import sent as sent  # a fixture
from tests.cli.test_settle import URL

pytestmark = pytest.mark.slow  # real git and processes


def text_of(place: Place, post: str = "hello", account: str = "practice") -> Publication | None:
    return publications.read(Ledger(discover(place.root)), [post]).publications.get(Key(post, account))


def test_a_run_keeps_all_that_it_sends(sent: Place) -> None:
    """What is kept has the digest of what was sent: nothing that was sent is missing."""
    text = text_of(sent)
    assert text
    (part,) = text.variant.parts
    assert (part.form.body, text.title) == ("Open again", "hello")
    assert part.media == (Media("content/media/a.png", FIRST),)
    account = account_of(sent, "practice")
    assert render.digest(text.variant, dict(text.files), account) == text.variant.digest
    delivery = ledger.read(Ledger(discover(sent.root))).deliveries[Key("hello", "practice")]
    assert delivery.digest == text.variant.digest


def account_of(place: Place, name: str) -> Account:
    account = open_context(str(place.root)).folder.sure_plan.account(name)
    assert account
    return account


def test_what_a_person_describes_is_kept_so(sent: Place) -> None:
    before = text_of(sent)
    write(sent, SECOND)
    assert sent.run("describe", "hello").code == 0
    after = text_of(sent)
    assert before and after
    assert [item.alt for item in after.variant.parts[0].media] == [SECOND]
    assert after.variant.digest == before.variant.digest


def test_what_a_person_unpublished_is_known_until_it_is_published_again(sent: Place) -> None:
    text, home = text_of(sent), Ledger(discover(sent.root))
    assert text
    assert sent.run("unpublish", "hello", "practice").code == 0
    assert text_of(sent) == text
    assert text.is_of(ledger.read(home).deliveries[Key("hello", "practice")])
    write(sent, SECOND)
    assert sent.run("publish", "--again", "hello", "practice").code == 0
    delivery, second = ledger.read(home).deliveries[Key("hello", "practice")], text_of(sent)
    assert second and second.is_of(delivery) and not text.is_of(delivery)
    assert [item.alt for item in second.variant.parts[0].media] == [SECOND]


def test_what_a_person_posted_by_hand_is_kept(place: Place) -> None:
    assert place.run("settle", "terrace", "news", "--sent", URL).code == 0
    text = text_of(place, "terrace", "news")
    assert text
    delivery = ledger.read(Ledger(discover(place.root))).deliveries[Key("terrace", "news")]
    assert text.is_of(delivery)
    assert place.run("settle", "terrace", "short", "--skip").code == 0
    assert text_of(place, "terrace", "short") is None


def test_a_file_that_cannot_be_read_holds_nothing_up(place: Place) -> None:
    repository = discover(place.root)
    files = {codec.publications_path("terrace"): b"{"}
    repository.commit_files(ledger.BRANCH, files, "Spoil", repository.tip(ledger.BRANCH), datetime.now(UTC))
    assert place.run("settle", "terrace", "news", "--sent", URL).code == 0
    assert text_of(place, "terrace", "news") is None
