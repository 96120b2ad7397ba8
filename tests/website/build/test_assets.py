"""What the site has beside its pages: feeds that change only when what they tell does, and copies of media."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow.model import Delivery, Key, Receipt, State
from cmflow.repository import source
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content, open_content
from cmflow.website import build as edition
from cmflow.website.build import Inputs
from cmflow.website.build.disk import DiskFolder
from tests.repository.places import PLAN, PNG, content, path, post, write
from tests.repository.places import TEMPLATES as TEXTS
from tests.website.calendars import TEMPLATES

NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)
FEEDS = ("accounts/*", "calendar.ics", "calendar.json", "calendar.csv", "sent.rss")
GIVEN = Inputs({}, NOW, TEMPLATES)


class Desk:
    """One folder, made again and again."""

    def __init__(self, folder: Path) -> None:
        self.site, self.cache = folder / "site", Cache(folder / "cache")

    def make(self, files: Mapping[str, Any], given: Inputs = GIVEN, plan: str = PLAN) -> int:
        return self.build(content({path("one"): post(), **files}, self.cache, plan), given)

    def build(self, made: Content, given: Inputs = GIVEN) -> int:
        return edition.make(made, given, self.cache, DiskFolder(self.site))

    @property
    def feeds(self) -> dict[str, str]:
        found = (file for name in FEEDS for file in self.site.glob(name))
        return {file.relative_to(self.site).as_posix(): file.read_text("utf-8") for file in found}

    @property
    def media(self) -> dict[str, bytes]:
        found = (file for name in ("media", "files") for file in (self.site / name).rglob("*") if file.is_file())
        return {file.relative_to(self.site).as_posix(): file.read_bytes() for file in found}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def with_media(*names: str) -> str:
    return post(more=f"media: [{', '.join(names)}]\n")


# ── feeds ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_edited_is_told(desk: Desk) -> None:
    desk.make({})
    before = desk.feeds
    desk.make({path("one"): post(body="Another text")})
    changed = {name for name, text in desk.feeds.items() if text != before[name]}
    assert changed == {"accounts/toots.ics", "calendar.ics", "calendar.json", "calendar.csv"}


def test_feeds_are_not_made_again_where_nothing_they_tell_has_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path("old"): post("2026-03-01 09:30", body="Long ago")}
    desk.make(files)
    before = desk.feeds
    monkeypatch.setattr("cmflow.website.feeds.files", lambda agenda: ())
    desk.make({path("old"): post("2026-03-01 09:30", body="Otherwise")}, replace(GIVEN, now=NOW + timedelta(hours=2)))
    assert desk.feeds == before
    (desk.site / "sent.rss").unlink()
    desk.make(files)  # now they would have been made, had there been anything to make them
    assert desk.feeds == {}


@pytest.mark.parametrize(
    "given, changed",
    [
        (replace(GIVEN, now=NOW + timedelta(days=1)), {"calendar.json"}),
        (
            replace(GIVEN, address="https://c.example"),
            {"accounts/toots.ics", "calendar.ics", "calendar.json", "calendar.csv", "sent.rss"},
        ),
    ],
)
def test_another_day_and_another_address(desk: Desk, given: Inputs, changed: set[str]) -> None:
    desk.make({})
    before = desk.feeds
    desk.make({}, given)
    assert {name for name, text in desk.feeds.items() if text != before[name]} == changed
    assert json.loads(desk.feeds["calendar.json"])["address"] == given.address


def test_what_went_out_is_told(desk: Desk) -> None:
    desk.make({})
    receipts = (Receipt(0, "1", "https://social.example/1", NOW),)
    sent = Delivery("one", "toots", State.SENT, NOW, receipts=receipts)
    desk.make({}, replace(GIVEN, deliveries={Key("one", "toots"): sent}))
    assert "https://social.example/1" in desk.feeds["sent.rss"]
    again = replace(sent, receipts=(replace(receipts[0], time=NOW + timedelta(hours=1)),))
    desk.make({}, replace(GIVEN, deliveries={Key("one", "toots"): again}))
    assert "13:00:00 GMT" in desk.feeds["sent.rss"]


def test_an_account_that_is_gone_from_the_plan(desk: Desk) -> None:
    desk.make({})
    desk.make({}, plan=PLAN.replace("  tape: {network: outbox}\n", "").replace(", tape]", "]"))
    assert sorted(name for name in desk.feeds if "/" in name) == ["accounts/site.ics", "accounts/toots.ics"]


# ── media ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_of_what_posts_show(desk: Desk) -> None:
    files = {
        path("one"): with_media("content/media/a b.png", "./near.png"),
        path("two"): post("2026-12-20 09:30", more="status: draft\nmedia: [content/media/deep/er.png]\n"),
        "content/media/a b.png": PNG,
        "content/media/deep/er.png": PNG,
        "content/media/unused.png": PNG,
        "content/posts/near.png": PNG,
    }
    desk.make(files)
    assert desk.media == dict.fromkeys(("media/a b.png", "media/deep/er.png", "files/posts/near.png"), PNG)
    page = (desk.site / "posts/one.html").read_text("utf-8")
    assert 'src="../media/a%20b.png"' in page and 'src="../files/posts/near.png"' in page
    assert json.loads(desk.feeds["calendar.json"])["posts"][0]["media"] == ["media/a%20b.png", "files/posts/near.png"]
    assert desk.make(files) == 0


def test_only_what_changed_is_copied(desk: Desk) -> None:
    names = ("content/media/a.png", "content/media/b.png", "content/media/c.png")
    files = {path("one"): with_media(*names), **dict.fromkeys(names, PNG)}
    desk.make(files)
    kept, spoilt, gone = (desk.site / "media" / f"{name}.png" for name in "abc")
    before = kept.stat().st_mtime_ns, kept.stat().st_ino
    spoilt.write_bytes(b"cut off")
    gone.unlink()
    assert desk.make(files) == 2
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == before
    other = PNG.replace(b"IEND", b"IEND")[:-12] + PNG[-12:] + b"more"
    desk.make({**files, "content/media/a.png": other})
    assert desk.media == {"media/a.png": other, "media/b.png": PNG, "media/c.png": PNG}


def test_what_no_post_shows_any_more_is_taken_away(desk: Desk) -> None:
    names = ("content/media/a.png", "content/media/b.png")
    media = dict.fromkeys(names, PNG)
    desk.make({path("one"): with_media(*names), **media})
    (desk.site / "media/mine.png").write_bytes(b"somebody else's")
    desk.make({path("one"): with_media(names[0]), **media})
    assert sorted(desk.media) == ["media/a.png", "media/mine.png"]
    desk.make({path("one"): with_media(*names), names[0]: PNG})
    assert sorted(desk.media) == ["media/a.png", "media/mine.png"]
    desk.make({})
    assert sorted(desk.media) == ["media/mine.png"]


def test_nothing_that_a_browser_would_run(desk: Desk) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    files = {
        "content/media/a.svg": script,
        "content/media/b.png": script,
        "content/media/c.html": PNG,
        "content/media/d.png": PNG,
    }
    desk.make({path("one"): with_media(*files), **files})
    assert sorted(desk.media) == ["media/d.png"]


def test_no_link_is_followed_and_nothing_leads_outside(tmp_path: Path) -> None:
    desk, root = Desk(tmp_path), tmp_path / "root"
    (tmp_path / "secret.png").write_bytes(PNG)
    media = with_media("content/media/link.png", "content/media/folder/x.png", "../../../secret.png", "../media/a.png")
    write(root, {"content/plan.md": PLAN, path("one"): media, "content/media/a.png": PNG, "x/x.png": PNG})
    (root / "content/media/link.png").symlink_to(tmp_path / "secret.png")
    (root / "content/media/folder").symlink_to(root / "x")
    desk.build(open_content(source.folder(root, None), TEXTS, desk.cache))
    assert sorted(desk.media) in (["media/a.png"], [])


def test_a_copy_is_written_over_no_link(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.png"
    elsewhere.write_bytes(b"mine")
    (desk.site / "media").mkdir(parents=True)
    (desk.site / "media/a.png").symlink_to(elsewhere)
    desk.make({path("one"): with_media("content/media/a.png"), "content/media/a.png": PNG})
    assert desk.media == {"media/a.png": PNG}
    assert (elsewhere.read_bytes(), (desk.site / "media/a.png").is_symlink()) == (b"mine", False)


def test_nothing_is_taken_away_behind_a_link(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "content-media"
    own.mkdir()
    (own / "a.png").write_bytes(PNG)
    desk.site.mkdir()
    (desk.site / "media").symlink_to(own)
    desk.make({path("one"): with_media("content/media/a.png"), "content/media/a.png": PNG})
    desk.make({})
    assert (own / "a.png").read_bytes() == PNG
