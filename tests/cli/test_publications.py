"""What was sent is kept in the ledger, whoever says that it was sent: a run, or a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cmflow import ledger, render
from cmflow.cli._context import STATE, open_context
from cmflow.git import discover
from cmflow.ledger import Ledger, codec, publications
from cmflow.model import Account, Key, Media, Plan, Publication
from cmflow.repository import examination
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.publication_index import PublicationIndex
from tests.cli.conftest import Place
from tests.cli.test_describe import FIRST, SECOND, write
from tests.cli.test_describe import sent as sent  # a fixture
from tests.cli.test_settle import URL
from tests.networks.contract import PNG

pytestmark = pytest.mark.slow  # real git and processes

SHOUT = {"templates/networks/post.md.j2": "{{ text | upper }}\n"}


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


def test_a_post_is_shown_as_it_was_sent_whatever_templates_make_of_it_now(sent: Place) -> None:
    """Until its file is edited. What a check would find in it is not told either."""
    sent.soon("later", 600, "See you")
    sent.write("templates/networks/post.md.j2", "{{ text }} Forever!\n")
    assert sent.run("build").code == 0
    page, later = ((sent.root / f"_site/posts/{name}.html").read_text() for name in ("hello", "later"))
    assert ("As it was sent" in page, "Forever" in page) == (True, False)
    assert ("As it was sent" in later, "Forever" in later) == (False, True)
    sent.write("templates/networks/post.md.j2", "{{ text }} Forever! {{ nothing }}\n")
    places = [line.split(": ")[0] for line in sent.run("check").out.splitlines() if "nothing" in line]
    assert places and all("post.md.j2" in place or "later" in place for place in places)
    sent.write("templates/networks/post.md.j2", "{{ text }} Forever!\n")
    write(sent, body="Open once more")
    assert sent.run("build").code == 0
    page = (sent.root / "_site/posts/hello.html").read_text()
    assert ("Open again" in page, "delivered-edited" in page) == (True, True)


def test_what_the_ledger_says_now_is_shown_though_another_command_has_read_it_first(sent: Place) -> None:
    assert sent.run("build").code == 0
    repository = discover(sent.root)
    (oid,) = repository.objects(f"{ledger.BRANCH}:{codec.publications_path('hello')}")
    ((_, data),) = repository.read([oid])
    files = {codec.publications_path("hello"): data.replace(b"Open again", b"Open anew")}
    repository.commit_files(ledger.BRANCH, files, "Correct", repository.tip(ledger.BRANCH), datetime.now(UTC))
    sent.run("check")
    assert sent.run("build").code == 0
    assert "Open anew" in (sent.root / "_site/posts/hello.html").read_text()


def index_of(place: Place) -> tuple[PublicationIndex, Content]:
    context = open_context(str(place.root))
    deliveries = context.snapshot(STATE).deliveries
    return PublicationIndex(context.local_ledger(STATE), deliveries, Cache(None)), context.folder


def describe(place: Place) -> None:
    write(place, SECOND)
    place.run("describe", "hello")


@pytest.mark.parametrize(
    "change",
    [
        lambda place: write(place, body="Open once more"),
        lambda place: place.write("content/media/a.png", PNG + b"\0"),
        lambda place: (place.root / "content/posts/hello.md").rename(place.root / "content/posts/renamed.md"),
        lambda place: place.run("unpublish", "hello", "practice"),
        describe,
    ],
    ids=["edited", "another picture", "renamed", "unpublished", "described"],
)
def test_what_was_sent_is_shown_only_of_a_post_that_is_as_it_was(
    sent: Place, change: Callable[[Place], object]
) -> None:
    index, content = index_of(sent)
    assert ({*index.of("hello", content)}, {*index.of("other", content)}) == ({"practice"}, set())
    assert [*index.marks] == ["hello"]
    change(sent)
    index, content = index_of(sent)
    assert index.of("hello", content) == {}


def test_what_was_sent_and_cannot_be_read_is_rendered(sent: Place) -> None:
    repository = discover(sent.root)
    files = {codec.publications_path("hello"): b"{"}
    repository.commit_files(ledger.BRANCH, files, "Spoil", repository.tip(ledger.BRANCH), datetime.now(UTC))
    index, content = index_of(sent)
    assert index.of("hello", content) == {}
    assert sent.run("build").code == 0
    assert "Open again" in (sent.root / "_site/posts/hello.html").read_text()


def test_an_account_on_another_network_or_a_post_on_another_day_is_not_what_it_was(sent: Place) -> None:
    """Neither changes the file of the post."""
    index, content = index_of(sent)
    (path,) = (path for path in content.post_paths if path.endswith("hello.md"))
    data, plan, practice = content.source.one(path), content.sure_plan, account_of(sent, "practice")
    shouting = replace(content, templates=replace(content.templates, sources={**content.templates.sources, **SHOUT}))

    def text(plan: Plan) -> str:
        (variant,) = examination.survey(path, data, replace(shouting, plan=plan), index).variants
        return variant.parts[0].form.body

    rest = tuple(account for account in plan.accounts if account.name != "practice")
    assert text(plan) == "Open again"
    assert text(replace(plan, accounts=(*rest, replace(practice, network="mastodon")))) == "OPEN AGAIN"
    data = data.replace(b"date: 20", b"date: 21")
    assert text(plan) == "OPEN AGAIN"
