"""What other people really did is what cmflow reads: Bluesky's own AppView, Synapse, a Mastodon that others wrote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from cmflow.model import Form, Media, Part, Receipt, Text, Variant
from cmflow.netkit import http
from cmflow.netkit.atproto import Ask
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.networks import mastodon, matrix
from cmflow.networks.bluesky import account, edit, network, post
from cmflow.networks.bluesky.account import POST_FIGURES
from cmflow.networks.matrix import post as matrix_post
from cmflow.networks.matrix import room as matrix_room
from cmflow.networks.matrix.metrics import account_metrics, metrics
from tests.networks.contract import NOON, PNG
from tests.servers.appview import AppView
from tests.servers.mastodon_mock import Mock, mastodon_mock
from tests.servers.synapse import Synapse, synapse

pytestmark = pytest.mark.slow


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


def send(network: Network[Any], session: Any, *texts: str) -> list[Receipt]:
    parts = tuple(Part(Text(text), network.limits.form(Text(text))) for text in texts)
    variant = Variant("hello", "team", network.name, NOON, parts, digest="d" * 64)
    thread: list[Receipt] = []
    for index in range(len(parts)):
        assert network.publish is not None
        remote = network.publish(session, Outgoing(variant, index, f"k{index}", NOON.timestamp()), tuple(thread))
        thread.append(Receipt(index, remote.id, remote.url, NOON))
    return thread


# ── Bluesky ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_bluesky_counts_what_two_people_did(appview: AppView, client: httpx.Client) -> None:
    access = appview.account("alice")
    for name in ("bob", "carol"):
        appview.account(name)
    session = account.connect(client, access)
    first, second = send(network, session, "Hello from us", "And more")
    uri, _, cid = first.id.partition(" ")
    for name, verbs in {"bob": ("like", "repost", "reply", "quote", "follow"), "carol": ("like", "follow")}.items():
        for verb in verbs:
            appview.act(name, verb, uri, cid, "A few words")
    unread = {"replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0, "bookmarkCount": 0}
    assert [dict(figures) for figures in account.metrics(session, (first, second))] == [
        # Bob's answer, and the second part of our own thread.
        {"likeCount": 2, "repostCount": 1, "replyCount": 2, "quoteCount": 1, "bookmarkCount": 0},
        unread,
    ]
    assert account.account_metrics(session) == {"followersCount": 2, "followsCount": 0, "postsCount": 2}


def test_a_post_that_was_deleted_has_no_figures(appview: AppView, client: httpx.Client) -> None:
    session = account.connect(client, appview.account("dave"))
    (receipt,) = send(network, session, "Not for long")
    appview.ask(verb="wait")
    post.delete(session, receipt)
    appview.ask(verb="wait")
    (figures,) = account.metrics(session, (receipt,))
    assert figures == dict.fromkeys(POST_FIGURES)


def test_an_alt_text_that_is_changed_is_what_others_see(appview: AppView, client: httpx.Client) -> None:
    session = account.connect(client, appview.account("erin"))
    picture = (Media("a.png", "A white point"),)
    variant = Variant("hello", "team", "bluesky", NOON, (Part(Text("Look"), Form("Look"), picture),), digest="d" * 64)
    remote = post.publish(session, Outgoing(variant, 0, "k", NOON.timestamp(), (Upload.of(PNG),)), ())
    appview.ask(verb="wait")
    edit.describe(session, Receipt(0, remote.id, remote.url, NOON), ("A point",))
    appview.ask(verb="wait")
    ask = Ask("app.bsky.feed.getPosts", params={"uris": [remote.id.partition(" ")[0]]})
    assert session.ask(ask)["posts"][0]["embed"]["images"][0]["alt"] == "A point"


# ── Mastodon ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with mastodon_mock(tmp_path_factory.mktemp("mock")) as server:
        yield server


def test_mastodon_counts_what_two_people_did(mock: Mock, client: httpx.Client) -> None:
    access, *fans = (mock.account() for _ in range(3))
    assert mastodon.network.connect and mastodon.network.metrics and mastodon.network.account_metrics
    session = mastodon.network.connect(client, access)
    (receipt,) = send(mastodon.network, session, "Hello from us")
    me = as_fan(mock, access, "GET", "/api/v1/accounts/verify_credentials")["id"]
    for fan in fans:
        as_fan(mock, fan, "POST", f"/api/v1/statuses/{receipt.id}/favourite")
        as_fan(mock, fan, "POST", f"/api/v1/accounts/{me}/follow")
    as_fan(mock, fans[0], "POST", f"/api/v1/statuses/{receipt.id}/reblog")
    as_fan(mock, fans[1], "POST", "/api/v1/statuses", json={"status": "@user1 Yes", "in_reply_to_id": receipt.id})
    (figures,) = mastodon.network.metrics(session, (receipt,))
    # This server has no quotes: what is not told is not 0.
    assert figures == {"replies_count": 1, "reblogs_count": 1, "favourites_count": 2, "quotes_count": None}
    account = mastodon.network.account_metrics(session)
    assert (account["followers_count"], account["statuses_count"]) == (2, 1)


def as_fan(mock: Mock, fan: Access, verb: str, path: str, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {dict(fan.secrets)['token']}"}
    answer = httpx.request(verb, f"{mock.url}{path}", headers=headers, **more)
    assert answer.is_success, answer.text
    return answer.json()


# ── Matrix ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


def test_matrix_counts_what_two_people_did(homeserver: Synapse, client: httpx.Client, tmp_path: Path) -> None:
    access, *fans = (homeserver.account() for _ in range(3))
    session = matrix_room.connect(client, access)
    first, second = send(matrix.network, session, "Hello from us", "And more")
    room = quote(homeserver.room(access), safe="")
    for number, fan in enumerate(fans):
        token = dict(fan.secrets)["token"]
        user = homeserver.ask("GET", "/_matrix/client/v3/account/whoami", token)["user_id"]
        ours = dict(access.secrets)["token"]
        homeserver.ask("POST", f"/_matrix/client/v3/rooms/{room}/invite", ours, json={"user_id": user})
        homeserver.ask("POST", f"/_matrix/client/v3/rooms/{room}/join", token, json={})
        reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": first.id, "key": "🎉"}}
        path = f"/_matrix/client/v3/rooms/{room}/send"
        homeserver.ask("PUT", f"{path}/m.reaction/r{number}", token, json=reaction)
        answer = {"msgtype": "m.text", "body": "Yes", "m.relates_to": {"rel_type": "m.thread", "event_id": first.id}}
        homeserver.ask("PUT", f"{path}/m.room.message/a{number}", token, json=answer)
    assert [dict(figures) for figures in metrics(session, (first, second))] == [
        {"m.annotation": 2, "m.thread": 2},
        {"m.annotation": 0, "m.thread": 0},
    ]
    matrix_post.delete(session, second)
    assert dict(metrics(session, (second,))[0]) == {"m.annotation": None, "m.thread": None}
    assert account_metrics(session) == {"joined_members": 3}
