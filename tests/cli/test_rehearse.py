"""`cmflow rehearse`"""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmflow.content.media import probe
from cmflow.model import Receipt, Remote
from cmflow.model.limits import Limit
from cmflow.netkit import media, network
from cmflow.netkit.network import Outgoing
from cmflow.networks.outbox import post
from cmflow.schedule import steps
from tests.cli.conftest import LOAD, Place
from tests.content.media.test_exif import photo

pytestmark = pytest.mark.slow  # real git

FIRST = """\
Rehearsal as of 2026-06-01 12:00 Europe/Paris. Nothing leaves this machine.
  sent  terrace → news, short
2 deliveries sent to the outbox: .cmflow/rehearsal/outbox
Recorded in the ledger, on the branch cmflow-rehearsal: cmflow status --rehearsal
Open the calendar: .cmflow/rehearsal/site/index.html
"""
SECOND = """\
Rehearsal as of 2026-06-01 12:00 Europe/Paris. Nothing leaves this machine.
Nothing is sent twice: 2 deliveries were sent by an earlier rehearsal.
Recorded in the ledger, on the branch cmflow-rehearsal: cmflow status --rehearsal
Open the calendar: .cmflow/rehearsal/site/index.html
"""
LAUNCH = ("rehearse", "--at", "2026-06-01 12:00")


def sorted_names(out: str) -> str:
    """Accounts are served side by side: in which order they end is no matter."""
    return re.sub(r"→ (.*)", lambda found: "→ " + ", ".join(sorted(found[1].split(", "))), out)


def test_the_first_sends_and_the_second_sends_nothing_twice(place: Place) -> None:
    first = place.run(*LAUNCH)
    assert (first.code, sorted_names(first.out), first.err) == (0, FIRST, "")
    sent = place.outbox
    assert sent == [f".cmflow/rehearsal/outbox/{name}/terrace/{name}.1.txt" for name in ("news", "short")]
    assert (place.root / ".cmflow/rehearsal/site/index.html").is_file()
    second = place.run(*LAUNCH)
    assert (second.code, second.out, second.err) == (0, SECOND, "")
    assert place.outbox == sent


def test_fresh_forgets(place: Place) -> None:
    place.run(*LAUNCH)
    assert sorted_names(place.run(*LAUNCH, "--fresh").out) == FIRST
    assert len(place.outbox) == 2


def test_it_leaves_no_trace_in_the_real_ledger(place: Place) -> None:
    place.run(*LAUNCH)
    assert place.git("branch", "--list", "--format=%(refname:short)").split() == ["cmflow-rehearsal", "main"]
    assert place.git("status", "--porcelain") == ""


def test_no_commit_yet_and_what_is_only_saved(bare: Place) -> None:
    bare.git("init", "-q")
    assert sorted_names(bare.run(*LAUNCH).out) == FIRST


def test_the_next_post_is_when_it_plays_by_default(place: Place) -> None:
    place.soon("later", minutes=90)
    result = place.run("rehearse")
    assert result.code == 0 or "missed" in result.out or "too late" in result.out
    assert "  sent  later → practice" in result.out.splitlines()


def test_now_where_something_is_due(place: Place) -> None:
    place.soon("now")
    place.soon("later", minutes=90)
    out = place.run("rehearse").out
    assert "  sent  now → practice" in out.splitlines()
    assert "later" not in out


def test_nothing_planned_any_more(place: Place) -> None:
    assert place.run("rehearse").err == (
        "error: No ready post is scheduled from now on.\n  Rehearse an earlier time: --at TIME\n"
    )


def test_what_would_come_too_late_and_what_has_errors(place: Place) -> None:
    place.post("bad", date="2026-06-01 19:00", campaign="winter")
    result = place.run("rehearse", "--at", "2026-06-01 19:30")
    assert result.code == 4
    assert "  not sent  bad → news: the post has errors" in result.out.splitlines()
    assert "2 deliveries would be too late (see `late` in the plan)." in result.out.splitlines()


WEEK = ("--from", "2026-06-01 00:00", "--until", "2026-06-08 00:00")


def test_a_whole_week_each_post_on_its_minute(place: Place) -> None:
    for name, day in (("first", "02"), ("second", "07"), ("later", "09")):
        place.post(name, date=f"2026-06-{day} 19:00")
    result = place.run("rehearse", *WEEK)
    lines = sorted_names(result.out).splitlines()
    assert (result.code, result.err) == (0, "")
    assert (
        lines[0] == "Rehearsal from 2026-06-01 09:30 until 2026-06-07 19:00 Europe/Paris. Nothing leaves this machine."
    )
    assert lines[1:5] == [
        "  sent  terrace → news, short",
        "  sent  first → news",
        "  sent  second → news",
        "4 deliveries sent to the outbox: .cmflow/rehearsal/outbox",
    ]
    again = place.run("rehearse", "--all")
    assert "  sent  later → news" in again.out.splitlines()
    assert "Nothing is sent twice: 4 deliveries were sent by an earlier rehearsal." in again.out.splitlines()
    assert again.code == 0


@pytest.mark.parametrize(
    "words", [("--at", "2026-06-01 12:00", "--all"), ("--all", *WEEK), (*WEEK, "--at", "2026-06-01")]
)
def test_one_way_to_say_when(place: Place, words: tuple[str, ...]) -> None:
    result = place.run("rehearse", *words)
    assert (result.code, result.out) == (2, "")
    assert "Choose one: --at for a moment, --from and --until for a period, or --all." in result.err


def test_a_week_without_posts(place: Place) -> None:
    assert place.run("rehearse", "--from", "2026-06-02 00:00").err == (
        "error: No ready post is scheduled in that period.\n  Choose another period: --from TIME --until TIME\n"
    )


def test_an_interrupted_rehearsal_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*words: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, "receive", stop)
        assert place.run(*LAUNCH).code == 130
    files = place.outbox
    assert files
    result = place.run(*LAUNCH)
    assert result.code == 0
    assert set(files) <= set(place.outbox)
    assert place.outbox == [f".cmflow/rehearsal/outbox/{name}/terrace/{name}.1.txt" for name in ("news", "short")]


def test_threads_tell_their_parts(place: Place) -> None:
    place.post("long", "One\n\n---\n\nTwo", date="2026-06-01 11:00")
    assert "  sent  long → news (2 parts)" in place.run(*LAUNCH).out.splitlines()


def test_without_git(bare: Place) -> None:
    result = bare.run(*LAUNCH)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"error: {bare.root} is not inside a git repository.\n")


ROUND = """\
---
title: Round
date: 2026-06-01 09:30
accounts: [news, short, room]
thread: numbered
prepend: "Dear **all**,"
append: With thanks.
mentions: [ana, "@bo@b.example"]
tags: [one, two, three, four, five, six, seven, eight, nine, ten]
media: [{file: content/media/a.png, alt: A}, {file: content/media/b.png, alt: B}]
variants:
  short: {thread: auto, mentions: ["@bo"], append: ""}
---
"""


def test_what_stands_round_a_text_is_sent_as_it_is_shown(place: Place) -> None:
    """Text, length, files and order of every part are those of the preview, whatever the post consists of."""
    room = '  room: {network: matrix, options: {homeserver: https://m.example, room: "#a:m.example"}}\n'
    people = 'people: {ana: {name: Ana, mastodon: "@ana@a.example"}}\n'
    source = (place.root / "content/plan.md").read_text("utf-8").replace("groups:", f"{people}groups:")
    place.write("content/plan.md", source.replace("  short:", f"{room}  short:", 1))
    for name, colour in (("a.png", "red"), ("b.png", "blue")):
        Image.new("RGB", (8, 8), colour).save(place.write(f"content/media/{name}", b""))
    place.write("content/posts/round.md", ROUND + "A sentence of some words that goes on. " * 14)
    shown = {
        (variant["account"], number): (part["text"], part["length"], [each["file"] for each in part["media"]])
        for variant in json.loads(place.run("preview", "round", "--format", "json").out)[0]["variants"]
        for number, part in enumerate(variant["parts"], 1)
    }
    place.run(*LAUNCH)
    files = (place.root / ".cmflow/rehearsal/outbox").glob("*/round/*.json")
    sent = {
        (each["account"], each["part"]): (each["text"], each["length"], [file["file"] for file in each["media"]])
        for each in (json.loads(path.read_text("utf-8")) for path in files)
    }
    assert sent == shown
    assert [sent["room", 2], sent["room", 3]] == [("", 0, ["content/media/a.png"]), ("", 0, ["content/media/b.png"])]
    assert Counter(account for account, _ in sent) == {"news": 2, "room": 3, "short": 3}


def test_a_rehearsal_shows_what_its_network_would_get_of_a_picture(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the place where it was taken, upright and as small as that network takes; the outbox has no limits."""
    data, path = photo("JPEG", place=True, orientation=6), "content/media/a.jpg"
    place.write(path, data)
    source = (place.root / "content/plan.md").read_text("utf-8")
    limits = "options: {instance: https://social.example}\n    limits: {image_pixels: 300}"
    place.write("content/plan.md", source.replace("options: {instance: https://social.example}", limits, 1))
    place.post("photo", date="2026-06-01 11:30", accounts="[news, practice]", media=f"[{{file: {path}, alt: A}}]")
    monkeypatch.setattr(network, "load", LOAD)
    place.run(*LAUNCH)
    sent = {}
    for file in (place.root / ".cmflow/rehearsal/outbox").glob("*/photo/*.json"):
        post = json.loads(file.read_text("utf-8"))
        sent[post["account"]] = (post["media"][0]["bytes"], post["media"][0]["sha256"])
    accounts = {"news": replace(network.load("mastodon").limits, image_pixels=Limit(300, "pixels", "", date.min)),
                "practice": network.load("outbox").limits}  # fmt: skip
    prepared = {account: media.prepared(data, limits) for account, limits in accounts.items()}
    assert sent == {account: (len(each), sha256(each).hexdigest()) for account, each in prepared.items()}
    facts = [(probe(each).width, probe(each).height) for each in prepared.values()]
    assert facts == [(15, 20), (30, 40)]


def test_a_bug_in_one_of_many_runs_is_said_with_its_file(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def publish(session: Any, message: Outgoing, receipts: tuple[Receipt, ...]) -> Remote:
        if message.variant.post == "terrace":
            raise ZeroDivisionError("an odd answer")
        return post.publish(session, message, receipts)

    broken = replace(LOAD("outbox"), publish=publish)
    monkeypatch.setattr(network, "load", lambda name: broken if name == "outbox" else LOAD(name))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("bugs")))
    place.post("later", accounts="[practice]", date="2026-06-20 09:30")
    result = place.run("rehearse", "--all")
    assert (result.code, "sent  later → practice" in result.out) == (3, True)
    first, second, third = result.err.splitlines()
    assert first == "This is a bug in cmflow, not in your posts: ZeroDivisionError."
    assert second == "  All other deliveries were processed. Please report it, and attach this file:"
    assert "ZeroDivisionError: an odd answer" in Path(third.strip()).read_text()
