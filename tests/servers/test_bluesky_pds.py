"""Bluesky's own server takes what we send, and never twice."""

import hmac
import json
import os
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Card, Kind, Media, Receipt, Remote, Span
from cmflow.model.errors import Denied, Rejected, Throttled
from cmflow.netkit import http
from cmflow.netkit.atproto import Session
from cmflow.netkit.network import Access
from cmflow.netkit.upload import Upload
from cmflow.networks import bluesky
from cmflow.networks.bluesky import account, edit, post
from cmflow.sandbox.fakes.bluesky import MOMENT
from tests.networks import contract
from tests.networks.contract import NOON, PNG, Place
from tests.networks.test_bluesky import TOO_LONG, message, mp4, part
from tests.networks.test_bluesky_media import film
from tests.servers.kills import KILLS, Storm
from tests.servers.pds import JWT_SECRET, PASSWORD, Pds, running

pytestmark = pytest.mark.slow


@pytest.fixture
def access(pds: Pds) -> Access:
    return pds.account()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


@pytest.fixture
def session(client: httpx.Client, access: Access) -> Session:
    return account.connect(client, access)


class TestBluesky(
    contract.Publish, contract.Keyed, contract.Find, contract.Delete, contract.Verify, contract.Denies
):  # fmt: skip
    network = bluesky.network

    @pytest.fixture
    def place(self, pds: Pds, access: Access) -> Iterator[Place]:
        with httpx.HTTPTransport() as transport:
            yield Place(access, lambda: threaded(pds.records(access)), transport)


def threaded(records: Sequence[dict[str, Any]]) -> list[str]:
    """The texts, each below the one it answers: the contract sends all parts as of one moment."""
    above = {each["uri"]: each["value"].get("reply", {}).get("parent", {}).get("uri") for each in records}

    def depth(uri: str | None) -> int:
        return 1 + depth(above.get(uri)) if uri else 0

    return [each["value"]["text"] for each in sorted(records, key=lambda each: depth(each["uri"]))]


def one(pds: Pds, access: Access) -> dict[str, Any]:
    (record,) = pds.records(access)
    value: dict[str, Any] = record["value"]
    return value


def test_the_record_is_kept_as_it_was_sent(pds: Pds, access: Access, client: httpx.Client, session: Session) -> None:
    other = pds.account()
    handle = other.account.option("handle")
    ana = account.connect(client, other).did
    text = f"Füße 👩‍👩‍👧 @{handle} @nobody-there.test and here #cats"
    here = text.index("here #")
    link = Span(here, here + 4, Kind.LINK, "https://example.org/a")
    media = (Media("a.png", "A white point"),)
    sent = message(part(text, link, media=media), files=(PNG,), language="en", content_warning="nudity")
    remote = post.publish(session, sent, ())
    kept = one(pds, access)
    facets = [
        (text.encode()[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode(), each["features"][0])
        for each in kept.pop("facets")
    ]
    assert facets == [
        (f"@{handle}", {"$type": "app.bsky.richtext.facet#mention", "did": ana}),
        ("here", {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/a"}),
        ("#cats", {"$type": "app.bsky.richtext.facet#tag", "tag": "cats"}),
    ]
    image = kept["embed"]["images"][0].pop("image")
    assert (image["mimeType"], image["size"]) == ("image/png", len(PNG))
    assert kept == {
        "$type": "app.bsky.feed.post",
        "text": text,
        "langs": ["en"],
        "labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "nudity"}]},
        "embed": {
            "$type": "app.bsky.embed.images",
            "images": [{"alt": "A white point", "aspectRatio": {"width": 1, "height": 1}}],
        },
        "createdAt": MOMENT,
    }
    assert post.find(session, sent) == remote


def test_the_same_again_leaves_no_trace(pds: Pds, session: Session) -> None:
    """Not even a commit in the server's own history, pictures or not."""
    sent = message(part("Look", media=(Media("a.png", "A"),)), files=(PNG,), link="https://example.org")
    first = post.publish(session, sent, ())
    before = pds.ask("GET", "sync.getLatestCommit", params={"did": session.did})
    assert post.publish(session, sent, ()) == first
    assert pds.ask("GET", "sync.getLatestCommit", params={"did": session.did}) == before


def test_a_thread_hangs_together(pds: Pds, access: Access, session: Session) -> None:
    parts, thread = (part("One"), part("Two"), part("Three")), list[Receipt]()
    for index in range(3):
        remote = post.publish(session, message(*parts, index=index, key=f"k{index}"), tuple(thread))
        thread.append(Receipt(index, remote.id, remote.url, NOON))
    replies = {each["value"]["text"]: each["value"].get("reply") for each in pds.records(access)}
    refs = [dict(zip(("uri", "cid"), each.id.split(), strict=True)) for each in thread]
    assert replies == {
        "One": None,
        "Two": {"root": refs[0], "parent": refs[0]},
        "Three": {"root": refs[0], "parent": refs[1]},
    }


def test_others_are_answered_quoted_and_reposted(
    pds: Pds, access: Access, client: httpx.Client, session: Session
) -> None:
    other = account.connect(client, pds.account())
    theirs = post.publish(other, message(part("Theirs")), ())
    ref = dict(zip(("uri", "cid"), theirs.id.split(), strict=True))
    post.publish(session, message(part("Answer"), reply_to=theirs.url, key="a"), ())
    post.publish(session, message(part("Quote"), quote=ref["uri"], link="https://example.org", key="b"), ())
    post.publish(session, message(part(""), repost=theirs.url), ())
    kept = {each["value"]["text"]: each["value"] for each in pds.records(access)}
    assert kept["Answer"]["reply"] == {"root": ref, "parent": ref}
    assert kept["Quote"]["embed"]["$type"] == "app.bsky.embed.recordWithMedia"
    assert kept["Quote"]["embed"]["record"]["record"] == ref
    (repost,) = pds.records(access, "app.bsky.feed.repost")
    assert repost["value"] == {"$type": "app.bsky.feed.repost", "subject": ref, "createdAt": MOMENT}


def test_what_is_not_taken_is_said_and_is_not_there(pds: Pds, access: Access, session: Session) -> None:
    with pytest.raises(Rejected, match=re.escape(TOO_LONG)):
        post.publish(session, message(part("x" * 301)), ())
    with pytest.raises(Rejected, match="is not there"):
        post.publish(session, message(part("Yes"), reply_to=f"at://{session.did}/app.bsky.feed.post/3jzfcijpj2z2a"), ())
    assert pds.records(access) == []


def test_a_card_a_gallery_and_a_video_are_kept_as_they_were_sent(pds: Pds, access: Access, session: Session) -> None:
    card = Card("A page", "About it.", Media("content/media/card.png"))
    link = replace(
        message(part("Hello"), link="https://example.org/a", card=card),
        attached=(("content/media/card.png", Upload.of(PNG, "image/png")),),
    )
    pictures = message(
        part("Look", media=tuple(Media(f"{number}.png", "A point") for number in range(5))), files=(PNG,) * 5, key="l"
    )
    for sent in (link, pictures, film(key="m")):
        post.publish(session, sent, ())
    embeds = [each["value"]["embed"] for each in pds.records(access)]
    by_kind = {embed["$type"].rpartition(".")[2]: embed for embed in embeds}
    external = by_kind["external"]["external"]
    thumb = external.pop("thumb")
    assert external == {"uri": "https://example.org/a", "title": "A page", "description": "About it."}
    assert (thumb["mimeType"], thumb["size"]) == ("image/png", len(PNG))
    assert len(by_kind["gallery"]["items"]) == 5
    assert (by_kind["video"]["video"]["size"], by_kind["video"]["captions"][0]["lang"]) == (len(mp4()), "fr")


def test_a_wrong_password_is_denied(client: httpx.Client, access: Access) -> None:
    stranger = replace(access, secrets=(("app_password", "abcd-abcd-abcd-abcd"),))
    with pytest.raises(Denied, match="Invalid identifier or password") as caught:
        account.connect(client, stranger)
    assert "abcd-abcd" not in f"{caught.value} {caught.value.hint}"


def test_who_tries_too_often_is_told_when_to_come_back(client: httpx.Client, access: Access) -> None:
    options = (("handle", "nobody-at-all.test"), ("service", access.account.option("service")))
    nobody = replace(access, account=replace(access.account, options=options))
    for _ in range(30):
        with pytest.raises(Denied):
            account.connect(client, nobody)
    with pytest.raises(Throttled) as caught:
        account.connect(client, nobody)
    assert caught.value.retry_at is not None
    assert timedelta() < caught.value.retry_at - datetime.now(UTC) <= timedelta(minutes=5)


def test_an_expired_token_is_renewed(pds: Pds, access: Access, session: Session) -> None:
    now = int(datetime.now(UTC).timestamp())
    claims = {
        "scope": "com.atproto.access",
        "sub": session.did,
        "aud": "did:web:localhost",
        "iat": now - 99,
        "exp": now - 9,
    }
    session.token = old = token(claims)
    post.publish(session, message(part("Hello")), ())
    assert pds.posts(access) == ["Hello"]
    assert session.token != old


def token(claims: dict[str, Any]) -> str:
    """As the server itself would sign it."""
    parts = [json.dumps(each).encode() for each in ({"typ": "at+jwt", "alg": "HS256"}, claims)]
    signed = b".".join(urlsafe_b64encode(each).rstrip(b"=") for each in parts)
    seal = urlsafe_b64encode(hmac.digest(JWT_SECRET.encode(), signed, sha256)).rstrip(b"=")
    return f"{signed.decode()}.{seal.decode()}"


def test_deleting_is_done_once_and_for_all(pds: Pds, access: Access, session: Session) -> None:
    sent = message(part("Hello"))
    remote = post.publish(session, sent, ())
    for _ in range(2):
        post.delete(session, Receipt(0, remote.id, remote.url, NOON))
    assert post.find(session, sent) is None
    assert post.publish(session, sent, ()) == Remote(remote.id, remote.url)


def test_another_alt_text_changes_nothing_else(pds: Pds, access: Access, session: Session) -> None:
    pictured = message(part("Look", media=(Media("a.png", "A white point"),)), files=(PNG,))
    remote = post.publish(session, pictured, ())
    before = one(pds, access)
    receipt = Receipt(0, remote.id, remote.url, NOON)
    changed = edit.describe(session, receipt, ("A point",))
    assert edit.describe(session, receipt, ("A point",)) == changed != remote
    before["embed"]["images"][0]["alt"] = "A point"
    assert one(pds, access) == before
    assert post.find(session, pictured) == changed


PLAN = """---
brand: cmflow
timezone: UTC
language: en
accounts:
  team: {{network: bluesky, options: {{handle: {handle}, service: "{url}"}}}}
---
"""
POSTED = """---
title: Hello
date: {date}
accounts: [team]
link: https://example.org/a
---
Hello **world** 👋: [read this](https://example.org/b).

---
And more.
"""


def test_from_markdown_to_bluesky(pds: Pds, access: Access, tmp_path: Path) -> None:
    """The command itself, twice: the second run finds nothing to do."""
    for name, text in (
        ("content/plan.md", PLAN.format(handle=access.account.option("handle"), url=pds.url)),
        ("content/posts/hello.md", POSTED.format(date=f"{datetime.now(UTC):%Y-%m-%d %H:%M}")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git = ("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    for command in (("init", "-q", "--template="), ("add", "-A"), ("commit", "-q", "-m", "Plan")):
        subprocess.run((*git, *command), cwd=tmp_path, check=True)
    said = [published(tmp_path) for _ in range(2)]
    assert "1 delivery sent." in said[0]
    assert "Nothing is due." in said[1]
    posts = {each["value"]["text"]: each["value"] for each in pds.records(access)}
    assert list(posts) == ["Hello world 👋: read this.", "And more.\n\nhttps://example.org/a"]
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/b"}
    first, second = posts.values()
    assert first["facets"] == [{"index": {"byteStart": 18, "byteEnd": 27}, "features": [link]}]
    assert second["embed"]["external"] == {"uri": "https://example.org/a", "title": "example.org", "description": ""}


def published(folder: Path) -> str:
    environment = {**os.environ, "CMFLOW_TEAM_APP_PASSWORD": PASSWORD}
    command = (sys.executable, "-c", "from cmflow.cli import main; main()", "publish")
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert PASSWORD not in ended.stdout + ended.stderr
    return ended.stdout


def test_whoever_is_killed_each_post_is_there_once(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Real processes, the whole protocol, a ledger with a remote, and kill -9 at random moments."""
    with running(tmp_path / "pds", limits=False) as pds:  # a long storm uploads more than a day allows
        tally = Storm(tmp_path, "bluesky").blow(KILLS, pds.account, lambda access: Counter(pds.posts(access)))
    record_property("told", f"Bluesky: {tally}")
    assert (tally.lost, tally.doubled, tally.unsettled) == ([], [], [])
    assert tally.kills >= KILLS
