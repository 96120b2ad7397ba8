"""Matrix against a real Synapse: what it takes, what it refuses, and what it shows after many kills."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Media, Part, Receipt, Variant
from cmflow.model.errors import Denied, Rejected, Throttled
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.networks.matrix import call, edit, post, room, timeline
from cmflow.networks.matrix.call import Matrix
from cmflow.render import formats, markdown
from tests.networks.contract import NOON, PNG
from tests.servers.kills import KILLS, Storm
from tests.servers.synapse import Synapse, synapse

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


@pytest.fixture
def access(server: Synapse) -> Access:
    return server.account()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


@pytest.fixture
def session(client: httpx.Client, access: Access) -> Matrix:
    return room.connect(client, access)


def part(words: str, *media: Media) -> Part:
    made = markdown.parse(words)
    return Part(made, formats.matrix(made), media)


def message(*parts: Part, index: int = 0, key: str = "key", **changes: Any) -> Outgoing:
    variant = Variant("hello", "team", "matrix", NOON, parts, **changes)
    return Outgoing(
        variant, index, f"{key}{index}", datetime.now(UTC).timestamp(), (Upload.of(PNG),) * len(parts[index].media)
    )


def test_text_html_and_mentions_arrive_exactly(server: Synapse, access: Access, session: Matrix) -> None:
    words = 'Exactly **this**: "é", 日本語, 👩‍👩‍👧, a < b & @ana:localhost\n\n- one\n- two'
    remote = post.publish(session, message(part(words)), ())
    [event] = server.events(access)
    form = part(words).form
    assert event["content"] == {
        "msgtype": "m.text",
        "body": form.body,
        "format": "org.matrix.custom.html",
        "formatted_body": form.html,
        "m.mentions": {"user_ids": ["@ana:localhost"]},
    }
    assert remote.id == event["event_id"]
    assert remote.url == f"https://matrix.to/#/{access.account.option('room').replace('#', '%23')}/{remote.id}"


def test_a_picture_arrives_with_what_it_shows(
    server: Synapse, access: Access, client: httpx.Client, session: Matrix
) -> None:
    post.publish(session, message(part("Look", Media("content/a b.png", "A white point"))), ())
    post.publish(session, message(part("", Media("content/a b.png", "A white point")), key="other"), ())
    captioned, alone = (event["content"] for event in server.events(access))
    assert (captioned["msgtype"], captioned["body"], captioned["filename"]) == ("m.image", "Look", "a b.png")
    assert captioned["org.matrix.msc1767.alt_text"] == {"org.matrix.msc1767.text": [{"body": "A white point"}]}
    assert (alone["msgtype"], alone["body"]) == ("m.image", "A white point")
    media = captioned["url"].removeprefix("mxc://")
    headers = {"Authorization": f"Bearer {dict(access.secrets)['token']}"}
    answer = client.get(f"{server.url}/_matrix/client/v1/media/download/{media}", headers=headers)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


def test_a_thread_is_a_thread(server: Synapse, access: Access, session: Matrix) -> None:
    parts = (part("One"), part("Two"), part("Three"))
    thread: tuple[Receipt, ...] = ()
    for index in range(3):
        sent = message(*parts, index=index)
        remote = post.publish(session, sent, thread)
        assert timeline.find(session, sent) == remote
        thread = (*thread, Receipt(index, remote.id, remote.url, NOON))
    root = server.events(access)[0]
    told = root["unsigned"]["m.relations"]["m.thread"]
    assert (told["count"], told["latest_event"]["event_id"]) == (2, thread[2].id)


def test_the_same_key_is_the_same_event(server: Synapse, access: Access, client: httpx.Client, session: Matrix) -> None:
    sent = message(part("Once"))
    first = post.publish(session, sent, ())
    again = post.publish(room.connect(client, access), sent, ())
    assert (again, server.posts(access)) == (first, ["Once"])
    post.publish(session, message(part("Once"), key="another"), ())
    assert server.posts(access) == ["Once", "Once"]


def test_what_is_there_is_found_by_its_key_alone(session: Matrix) -> None:
    sent = message(part("Here I am"))
    assert timeline.find(session, sent) is None
    remote = post.publish(session, sent, ())
    for number in range(call.PAGE):
        post.publish(session, message(part("Here I am"), key=f"other {number}"), ())
    assert timeline.find(session, sent) == remote
    assert timeline.find(session, message(part("Here I am"), key="nobody's")) is None


def test_another_login_finds_it_by_its_content(
    server: Synapse, access: Access, client: httpx.Client, session: Matrix
) -> None:
    sent = message(part("Here *I* am", Media("content/a.png", "A white point")))
    remote = post.publish(session, sent, ())
    user = access.account.option("room").strip("#").partition(":")[0]
    who = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": "password"}
    token = server.ask("POST", "/_matrix/client/v3/login", session.api.token, json=who)["access_token"]
    other = room.connect(client, replace(access, secrets=(("token", token),)))
    assert timeline.find(other, sent) == remote
    assert timeline.find(other, message(part("Here I am"))) is None


def test_deleting_is_done_once_and_for_all(server: Synapse, access: Access, session: Matrix) -> None:
    remote = post.publish(session, message(part("Hello")), ())
    for _ in range(2):
        post.delete(session, Receipt(0, remote.id, remote.url, NOON))
    assert server.posts(access) == []


def test_another_alt_text_takes_the_place_of_the_first(server: Synapse, access: Access, session: Matrix) -> None:
    sent = message(part("Here *I* am", Media("content/a.png", "A white point")))
    remote = post.publish(session, sent, ())
    receipt = Receipt(0, remote.id, remote.url, NOON)
    for alt in ("A point", "A point", "A white point", "A point"):
        assert edit.describe(session, receipt, (alt,)) == remote
    event = session.api.ask("GET", f"{session.path}/event/{call.segment(remote.id)}").json()
    newest = event["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]
    described = {**event["content"], "org.matrix.msc1767.alt_text": {"org.matrix.msc1767.text": [{"body": "A point"}]}}
    assert newest == described
    assert len(server.posts(access)) == 4  # the event, and three edits of it
    assert timeline.find(session, sent) == remote


def test_too_much_is_told_when_to_come_back(server: Synapse, access: Access, session: Matrix) -> None:
    server.slow(access)
    with pytest.raises(Throttled) as caught:
        for number in range(10):
            post.publish(session, message(part("Hello"), key=str(number)), ())
    assert caught.value.retry_at is not None
    assert abs(caught.value.retry_at - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_wrong_token_is_denied(access: Access, client: httpx.Client) -> None:
    stranger = replace(access, secrets=(("token", "syt_nobody_knows_me"),))
    with pytest.raises(Denied, match="M_UNKNOWN_TOKEN") as caught:
        room.connect(client, stranger)
    assert "nobody_knows" not in f"{caught.value} {caught.value.hint}"


def test_a_room_of_others_is_denied(server: Synapse, access: Access, client: httpx.Client) -> None:
    theirs = server.room(server.account())
    options = (("homeserver", server.url), ("room", theirs))
    stranger = replace(access, account=replace(access.account, options=options))
    with pytest.raises(Denied, match="M_FORBIDDEN"):
        post.publish(room.connect(client, stranger), message(part("Hello")), ())


def test_too_large_is_refused(session: Matrix) -> None:
    with pytest.raises(Rejected, match="M_TOO_LARGE"):
        post.publish(session, message(part("a" * 70_000)), ())


def test_whoever_is_killed_each_post_is_there_once(
    server: Synapse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Real processes, the whole protocol, a ledger with a remote, and kill -9 at random moments."""
    tally = Storm(tmp_path, "matrix").blow(KILLS, server.account, lambda access: Counter(server.posts(access)))
    with capsys.disabled():
        print(f"\nMatrix: {tally}")
    assert (tally.lost, tally.doubled, tally.unsettled) == ([], [], [])
    assert tally.kills >= KILLS
