"""calendar.json: what docs/json.md promises."""

import json
from dataclasses import replace
from typing import Any

from cmflow.model import Entry
from cmflow.website.feeds import json as feed
from cmflow.website.feeds.agenda import collect
from tests.website.calendars import at, calendar, entry, sent


def text(*entries: Entry, address: str = "https://c.example", **more: Any) -> str:
    ((path, made),) = feed.files(collect(calendar(*entries, **more), address))
    assert path == "calendar.json"
    return made


def test_all_of_it() -> None:
    media = (("content/media/a b.png", "blob"), ("content/posts/c.png", "blob"))
    post = entry("a", at(1), campaign="launch", pillar="trust", language="fr", tags=("git",), media=media)
    assert json.loads(text(post, ledger=(sent("a", at(1)),))) == {
        "version": 1,
        "brand": "Our <brand>",
        "zone": "Europe/Paris",
        "language": "en",
        "address": "https://c.example",
        "from": "2026-09-04T00:00:00+02:00",
        "until": "2027-12-03T00:00:00+01:00",
        "accounts": [
            {"name": "x-en", "network": "x", "title": ""},
            {"name": "team", "network": "mastodon", "title": "Our team"},
        ],
        "posts": [
            {
                "id": "a",
                "title": "Title of a",
                "at": "2026-12-01T09:30:00+01:00",
                "state": "sent",
                "page": "https://c.example/posts/a.html",
                "campaign": "launch",
                "pillar": "trust",
                "language": "fr",
                "author": "",
                "tags": ["git"],
                "media": ["https://c.example/media/a%20b.png", "https://c.example/files/posts/c.png"],
                "excerpt": "Text of a",
                "errors": 0,
                "warnings": 0,
                "deliveries": [
                    {
                        "account": "x-en",
                        "at": "2026-12-01T09:30:00+01:00",
                        "state": "sent",
                        "url": "https://x.example/1",
                        "note": "",
                    }
                ],
            }
        ],
    }


def test_without_a_public_site_places_start_at_its_top() -> None:
    made = json.loads(text(entry("a", at(9), media=(("content/media/a.png", "blob"),)), address=""))
    (post,) = made["posts"]
    assert (made["address"], post["page"], post["media"]) == ("", "posts/a.html", ["media/a.png"])


def test_nothing_is_json_as_well() -> None:
    assert json.loads(text())["posts"] == []


def test_a_post_a_line() -> None:
    assert len(text(entry("a", at(9)), entry("b", at(10))).splitlines()) == 4


def test_nothing_in_it_moves_a_cursor_or_turns_a_text() -> None:
    hostile = "\x1b[2J\u202eevil\u2028\ud800\x85</script>"
    made = text(replace(entry("a", at(9)), title=hostile))
    assert not set(made) & {*"\x1b\u202e\u2028\ud800\x85"}
    assert json.loads(made)["posts"][0]["title"] == hostile
    made.encode()
