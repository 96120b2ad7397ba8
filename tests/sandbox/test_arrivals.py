"""What arrives, as readers would see it: polls, links, reposts, comments, answers, files."""

from datetime import timedelta
from typing import Any

import pytest

from cmflow.model import Form, Media, Part, Poll, Text, Visibility
from cmflow.render import formats, markdown
from cmflow.sandbox.arrivals import Arrival
from cmflow.sandbox.fakes import discord
from tests.content.media.test_media import MP4
from tests.sandbox import play

POLL = Poll(("Yes", "No"), timedelta(days=1))
PICTURE = Media("content/media/a.mp4", "What it shows")


def arrived(name: str, text: str, *media: Media, **changes: Any) -> list[Arrival]:
    stage, company = play.inside(name)
    company.publish(text, *media, **changes)
    return [record.arrival for record in stage.scene().records]


@pytest.mark.parametrize("name", ["mastodon", "x", "telegram", "discord", "linkedin", "webhook"])
def test_a_poll_has_its_options(name: str) -> None:
    [arrival] = arrived(name, "Tea?", poll=POLL)
    assert arrival.options == ("Yes", "No")
    assert "Tea?" in f"{arrival.text} {arrival.title}"


@pytest.mark.parametrize("name", ["facebook", "linkedin", "youtube"])
def test_a_first_comment_is_below_its_post(name: str) -> None:
    comment = Part(Text("More below"), Form("More below"))
    post, answer = arrived(name, "Good morning", first_comment=comment)
    assert (answer.text, answer.kind, answer.below) == ("More below", "comment", post.id)


@pytest.mark.parametrize("name", ["facebook", "bluesky", "linkedin"])
def test_a_link_is_a_note(name: str) -> None:
    arrivals = arrived(name, "Read this", link="https://example.org/a")
    assert "https://example.org/a" in " ".join([arrivals[0].text, *arrivals[0].notes])


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "x", "facebook", "linkedin", "slack", "discord", "telegram",
                                  "matrix", "webhook", "youtube"])  # fmt: skip
def test_a_film_arrives_whole(name: str) -> None:
    [arrival] = arrived(name, "Look", PICTURE)
    [file] = arrival.files
    assert (file.mime, file.data) == ("video/mp4", MP4)


@pytest.mark.parametrize(("name", "address"), [("x", "https://x.com/a/status/900"),
                                               ("linkedin", "urn:li:share:42")])  # fmt: skip
def test_what_is_shared_is_named(name: str, address: str) -> None:
    [arrival] = arrived(name, "" if name == "x" else "See this", repost=address)
    assert arrival.notes
    assert arrival.notes[0].split()[-1] in address


def test_an_audience_and_a_warning_are_notes() -> None:
    [arrival] = arrived("mastodon", "Hush", content_warning="Spoiler", visibility=Visibility.FOLLOWERS)
    assert arrival.notes == ("Warning: Spoiler", "For: private")
    [video] = arrived("youtube", "Hush", visibility=Visibility.UNLISTED, tags=("one", "two"))
    assert video.notes == ("For: unlisted", "Tags: one, two")


@pytest.mark.parametrize(
    "text",
    [
        "**bold** and *it*, [label](https://a.example/x_y), snake_case, 2*3*4",
        "a ~~gone~~ **_both_**, \\*not\\* `code`",
        "5 * 3 * 2, (**b**)!",
    ],
)
def test_discord_shows_what_its_marks_mean(text: str) -> None:
    form = formats.discord(markdown.parse(text))
    assert discord.readable(form.body) == form.display.chars


def test_an_edited_event_of_matrix_is_shown_as_it_is_now() -> None:
    stage, company = play.inside("matrix")
    receipt = company.publish("Look", Media("content/media/a.png", "A cat"))
    company.record.describe(company.connect(), receipt, ("A grey cat",))
    [record] = stage.scene().records
    assert (record.arrival.text, [file.alt for file in record.arrival.files]) == ("Look", ["A grey cat"])
