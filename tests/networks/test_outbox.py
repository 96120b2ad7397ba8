import json
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from cmflow.model import Account, Form, Kind, Media, Part, Poll, Receipt, Remote, Span, Text, Variant, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, load
from cmflow.netkit.upload import Upload
from cmflow.networks.outbox import network, post
from cmflow.networks.outbox.box import Outbox, connect, verify
from tests.networks import contract
from tests.networks.contract import NOON, Place


class TestOutbox(
    contract.Publish,
    contract.Keyed,
    contract.Find,
    contract.Delete,
    contract.Describe,
    contract.Verify,
    contract.Denies,
):
    network = network

    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        folder = tmp_path / "out"

        def posts() -> list[str]:
            return [json.loads(path.read_bytes())["text"] for path in sorted(folder.rglob("*.json"))]

        def alts() -> list[list[str]]:
            sheets = [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
            return [[file["alt"] for file in sheet["media"]] for sheet in sheets]

        return Place(Access(Account("team", "outbox"), folder=str(folder)), posts, alts=alts)


SPAN = Span(0, 4, Kind.BOLD)
FULL = Variant(
    "tête",
    "team",
    "mastodon",
    NOON,
    (
        Part(Text("Look", (SPAN,)), Form("**Look**", (SPAN,), "<b>Look</b>"), (Media("a.png", "A cat"),), 8, 500),
        Part(Text("More"), Form("More")),
    ),
    title="A title",
    tags=("cats",),
    link="https://example.org",
    language="en",
    content_warning="Cats",
    visibility=Visibility.UNLISTED,
    reply_to="r",
    quote="q",
    repost="p",
    poll=Poll(("Yes", "No"), timedelta(hours=2), True),
    first_comment=Part(Text("Hi"), Form("Hi")),
    digest="d",
)


def message(variant: Variant = FULL, index: int = 0, key: str = "k") -> Outgoing:
    return Outgoing(variant, index, key, NOON.timestamp(), (Upload.of(b"cat"),) * len(variant.parts[index].media))


@pytest.fixture
def box(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "out")


def test_the_sheet_holds_all_that_would_be_sent(box: Outbox) -> None:
    remote = post.publish(box, message(), ())
    assert remote == Remote("tête/team.1", (box.folder / "tête/team.1.json").as_posix())
    sheet = json.loads((box.folder / "tête/team.1.json").read_bytes())
    bold = [{"start": 0, "end": 4, "kind": "bold", "value": ""}]
    assert sheet == {
        "version": 1,
        "key": "k",
        "post": "tête",
        "account": "team",
        "network": "mastodon",
        "part": 1,
        "parts": 2,
        "due": "2026-12-01T12:00:00+00:00",
        "written": "2026-12-01T12:00:00Z",
        "digest": "d",
        "after": [],
        "text": "**Look**",
        "spans": bold,
        "html": "<b>Look</b>",
        "length": 8,
        "limit": 500,
        "characters": {"text": "Look", "spans": bold},
        "media": [
            {
                "file": "a.png",
                "alt": "A cat",
                "bytes": 3,
                "sha256": "77af778b51abd4a3c51c5ddd97204a9c3ae614ebccb75a606c3b6865aed6744e",
            }
        ],
        "title": "A title",
        "tags": ["cats"],
        "link": "https://example.org",
        "card": None,
        "language": "en",
        "content_warning": "Cats",
        "visibility": "unlisted",
        "reply_to": "r",
        "quote": "q",
        "repost": "p",
        "poll": {"options": ["Yes", "No"], "minutes": 120.0, "multiple": True},
        "first_comment": {
            "text": "Hi",
            "spans": [],
            "html": "",
            "length": 0,
            "limit": 0,
            "characters": {"text": "Hi", "spans": []},
        },
    }


def test_a_person_can_read_it_too(box: Outbox) -> None:
    post.publish(box, message(), ())
    assert (box.folder / "tête/team.1.txt").read_text() == (
        "To: team (mastodon)\nDue: 2026-12-01 12:00 +0000\nPart: 1 of 2\nTitle: A title\nWarning: Cats\n"
        "Replies to: r\nQuotes: q\nReposts: p\nPoll: Yes | No\nLength: 8 of 500\n\n"
        "**Look**\n\n[a.png] A cat\n\nFirst comment: Hi\n"
    )


@pytest.mark.parametrize(
    ("network", "shown", "links"),
    [
        ("linkedin", "Doors (here) now (https://a.b/c_d) #git_hub", ""),
        ("slack", "Doors (here) now #git_hub", "\nLink: https://a.b/c_d\n"),
        ("telegram", "Doors (here) now #git_hub", "\nLink: https://a.b/c_d\n"),
        ("discord", "Doors (here) now #git_hub", "\nLink: https://a.b/c_d\n"),
    ],
)
def test_a_person_reads_what_readers_see(box: Outbox, network: str, shown: str, links: str) -> None:
    """Without the escapes, and without a poll or a warning where the network has none."""
    text = Text("Doors (here) now #git_hub", (Span(0, 5, Kind.BOLD), Span(13, 16, Kind.LINK, "https://a.b/c_d")))
    limits = load(network).limits
    part = Part(text, limits.form(text), (), 0, 0)
    poll = Poll(("Yes", "No")) if not limits.poll_options else None
    variant = Variant("p", "team", network, NOON, (part,), content_warning="Cats", poll=poll, first_comment=part)
    post.publish(box, message(variant), ())
    head = f"To: team ({network})\nDue: 2026-12-01 12:00 +0000\n\n"
    assert (box.folder / "p/team.1.txt").read_text() == f"{head}{shown}\n{links}\nFirst comment: {shown}\n"


def test_a_part_knows_what_it_follows(box: Outbox) -> None:
    post.publish(box, message(index=1), (Receipt(0, "tête/team.1", "", NOON),))
    sheet = json.loads((box.folder / "tête/team.2.json").read_bytes())
    assert (sheet["part"], sheet["after"], sheet["media"]) == (2, ["tête/team.1"], [])


def test_the_same_message_is_the_same_bytes(tmp_path: Path) -> None:
    boxes = [Outbox(tmp_path / name) for name in ("one", "two")]
    for box in boxes:
        post.publish(box, message(), ())
    one, two = ([path.read_bytes() for path in sorted(box.folder.rglob("*.*"))] for box in boxes)
    assert one == two


def test_a_file_that_is_no_sheet_is_left_alone(box: Outbox) -> None:
    (box.folder / "tête").mkdir(parents=True)
    for number, data in enumerate((b"{", b"[]", b'{"key": 1}')):
        name = "team.1.json" if not number else f"team.1.again{number + 1}.json"
        (box.folder / "tête" / name).write_bytes(data)
    assert post.publish(box, message(), ()).id == "tête/team.1.again4"
    assert (box.folder / "tête/team.1.json").read_bytes() == b"{"


@pytest.mark.parametrize("name", ["..", ".git", "a/b", "日本" * 50])
def test_names_stay_inside_the_folder(box: Outbox, name: str) -> None:
    remote = post.publish(box, message(replace(FULL, post=name, account=name)), ())
    (file,) = box.folder.rglob("*.json")
    assert file.parent.parent == box.folder
    assert remote.id == file.relative_to(box.folder).with_suffix("").as_posix()


def test_a_folder_that_cannot_be_written_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    box = Outbox(tmp_path / "file")
    with pytest.raises(NotSent, match="cannot be written: Not a directory"):
        post.publish(box, message(), ())
    with pytest.raises(Denied, match="cannot be made: File exists"):
        verify(box)


def test_an_account_may_have_an_outbox_of_its_own() -> None:
    account = Account("press", "outbox", options=(("folder", "out"),))
    client = http.client(httpx.MockTransport(lambda request: httpx.Response(500)))
    assert connect(client, Access(account)) == Outbox(Path("out"), "press")
    assert connect(client, Access(account, folder="here")) == Outbox(Path("here"), "press")


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────


def faulty(folder: Path, faults: str) -> Outbox:
    with http.client() as client:
        return connect(client, Access(Account("team", "outbox", options=(("faults", faults),)), folder=str(folder)))


def there(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json"))


@pytest.mark.parametrize(
    ("fault", "error", "taken"),
    [
        ("request lost", Unsure, False),
        ("answer lost", Unsure, True),
        ("arrives late", Unsure, False),
        ("503", Unsure, False),
        ("503 but taken", Unsure, True),
        ("429", Throttled, False),
        ("422", Rejected, False),
        ("401", Denied, False),
    ],
)
def test_a_fault_goes_wrong_once(tmp_path: Path, fault: str, error: type[DeliveryError], taken: bool) -> None:
    box = faulty(tmp_path / "out", f"fine, {fault}")
    first = post.publish(box, message(), ())
    with pytest.raises(error) as caught:
        post.publish(box, message(index=1, key="m"), ())
    assert caught.type is error
    assert there(box.folder) == ["tête/team.1.json"] + ["tête/team.2.json"] * taken
    assert post.publish(box, message(), ()) == first
    again = post.publish(faulty(tmp_path / "out", f"fine, {fault}"), message(index=1, key="m"), ())
    assert again.id == "tête/team.2"
    assert there(box.folder) == ["tête/team.1.json", "tête/team.2.json"]
    assert (box.folder / "tête/team.2.txt").is_file()


def test_too_much_says_until_when(tmp_path: Path) -> None:
    with pytest.raises(Throttled) as caught:
        post.publish(faulty(tmp_path, "429"), message(), ())
    assert caught.value.retry_at == NOON + timedelta(minutes=3)


def test_what_arrives_late_is_found_from_the_next_question_on(tmp_path: Path) -> None:
    box = faulty(tmp_path, "arrives late")
    with pytest.raises(Unsure):
        post.publish(box, message(), ())
    assert there(tmp_path) == []
    assert post.find(box, message()) == Remote("tête/team.1", (tmp_path / "tête/team.1.json").as_posix())


def test_what_arrives_late_never_takes_the_place_of_another(tmp_path: Path) -> None:
    with pytest.raises(Unsure):
        post.publish(faulty(tmp_path, "arrives late"), message(), ())
    post.publish(Outbox(tmp_path), message(key="other"), ())
    post.publish(faulty(tmp_path, "arrives late"), message(index=1), ())
    assert there(tmp_path) == ["tête/team.1.json", "tête/team.1.late.json", "tête/team.2.json"]


@pytest.mark.parametrize(("fault", "kept"), [("dies before", []), ("dies after", ["tête/team.1.json"])])
def test_a_process_that_dies_does_so_before_or_after(tmp_path: Path, fault: str, kept: list[str]) -> None:
    pid = os.fork()
    if pid == 0:
        post.publish(faulty(tmp_path, fault), message(), ())
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert there(tmp_path) == kept


def test_a_fault_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Denied, match="knows no fault 'flood'") as caught:
        faulty(tmp_path, "fine, flood")
    assert "answer lost" in caught.value.hint


def test_each_account_has_its_own(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        post.publish(faulty(tmp_path, "422"), message(), ())
    other = replace(faulty(tmp_path, "422"), account="other")
    with pytest.raises(Rejected):
        post.publish(other, message(replace(FULL, account="other")), ())


@pytest.mark.parametrize("id", ["../plan", "hello/../../plan", "{root}/plan"])
def test_a_receipt_that_leads_elsewhere_deletes_nothing(tmp_path: Path, id: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text("kept")
    box = Outbox(tmp_path / "out", "team")
    with pytest.raises(Rejected, match=r"leads out of the outbox\.$"):
        post.delete(box, Receipt(0, id.format(root=tmp_path), "", NOON))
    assert plan.read_text() == "kept"


def test_a_folder_that_is_a_file_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "hello").write_text("kept")
    with pytest.raises(NotSent, match=r"cannot be deleted: Not a directory\.$"):
        post.delete(Outbox(tmp_path, "team"), Receipt(0, "hello/team.1", "", NOON))


def test_a_file_of_a_thousand_brackets_has_no_key(tmp_path: Path) -> None:
    place = tmp_path / "tête/team.1.json"
    place.parent.mkdir()
    place.write_text("[" * 100_000)
    assert post.find(Outbox(tmp_path, "team"), message()) is None
