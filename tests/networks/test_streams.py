"""A video goes from the disk to the network in pieces, patched on the way: no adapter holds it in memory."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Form, Media, Part, Text, Variant
from cmflow.netkit import http, media
from cmflow.netkit.network import Access, Outgoing, limits, load
from cmflow.sandbox.fakes import bluesky, mastodon, matrix
from tests.content.media.test_media import FTYP, box
from tests.netkit.media.test_film import MVHD, XYZ, pictures
from tests.networks.contract import NOON

SIZE = 60_000_000
FILM = Media("content/media/film.mp4", "A film")
PLACES: dict[str, tuple[Callable[[httpx.Request], httpx.Response], dict[str, str], tuple[str, str], str]] = {
    "bluesky": (
        bluesky.Bluesky(),
        {"handle": "cmflow.test", "service": "http://localhost:2583"},
        ("app_password", bluesky.PASSWORD),
        "uploadBlob",
    ),
    "mastodon": (mastodon.Mastodon(), {"instance": mastodon.HOME}, ("token", mastodon.TOKEN), "/api/v2/media"),
    "matrix": (
        matrix.Matrix(),
        {"homeserver": "https://matrix.example", "room": matrix.ROOM},
        ("token", matrix.TOKEN),
        "/media/v3/upload",
    ),
}
ANSWERS = {
    "bluesky": {"blob": {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "video/mp4", "size": SIZE}},
    "mastodon": {"id": "22"},
    "matrix": {"content_uri": "mxc://matrix.example/a"},
}


class Unread(httpx.BaseTransport):
    """Counts the bytes of an upload and lets them go."""

    def __init__(self, name: str) -> None:
        self.fake, self.path, self.answer = PLACES[name][0], PLACES[name][3], ANSWERS[name]
        self.bytes = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith(self.path):
            if isinstance(self.fake, mastodon.Mastodon) and request.method == "POST":
                return httpx.Response(200, json=mastodon.status("101", ""))
            return self.fake(request)
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.bytes = sum(len(piece) for piece in request.stream)
        assert request.headers["Content-Length"] == str(self.bytes)
        return httpx.Response(200, json=self.answer)


@pytest.mark.parametrize("name", PLACES)
def test_a_video_is_never_held(name: str, tmp_path: Path) -> None:
    _, options, secret, _ = PLACES[name]
    account = Account("team", name, options=tuple(options.items()))
    index = FTYP + box(b"moov", MVHD, pictures(), XYZ)
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.write(index + (SIZE - len(index)).to_bytes(4) + b"mdat")
        file.truncate(SIZE)
    transport, record = Unread(name), load(name)
    upload = media.upload(path, limits(account))
    assert isinstance(upload.source, Path) and upload.patches
    part = Part(Text("Look"), Form("Look"), (FILM,))
    outgoing = Outgoing(Variant("hello", "team", name, NOON, (part,)), 0, "k", NOON.timestamp(), (upload,))
    assert record.connect and record.publish
    session: Any = record.connect(http.client(transport), Access(account, (secret,)))
    tracemalloc.start()
    record.publish(session, outgoing, ())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert transport.bytes >= SIZE
    assert peak < 8_000_000, peak
