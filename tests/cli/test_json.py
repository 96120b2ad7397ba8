"""docs/json.md shows what the commands really answer, and describes each key."""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import PLAN, Place

PAGE = (Path(__file__).parents[2] / "docs/json.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
POST = """\
---
title: The terrace opens
date: 2026-06-01 09:30
accounts: [sky]
campaign: sumer
media: [{file: content/media/terrace.png, alt: Tables in the sun}]
---
The terrace is open again ☀️ https://harbour.example/terrace #terrace
"""
COMMANDS = {
    "cmflow check --format json": (),
    "cmflow preview --format json": ("terrace",),
    "cmflow status --format json": ("--at", "2026-05-31 12:00"),
    "cmflow text --format json": ("--network", "bluesky"),
}


@pytest.fixture
def harbour(bare: Place) -> Place:
    """The small repository that the page tells of."""
    bare.write(
        "content/plan.md",
        PLAN.replace("  short:\n", "  sky: {network: bluesky, options: {handle: h.example}}\n  short:\n"),
    )
    bare.write("content/posts/terrace.md", POST)
    (bare.root / "content/media").mkdir()
    Image.new("RGB", (40, 30)).save(bare.root / "content/media/terrace.png")
    return bare


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_every_command_that_speaks_json_is_there() -> None:
    assert set(SECTIONS) == {*COMMANDS, "cmflow text --json-lines"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_the_answer(harbour: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Héllo #world, see https://example.org"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said.encode())))
    answer = json.loads(harbour.run(*name.split()[1:], *COMMANDS[name]).out)
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[name], re.DOTALL)
    assert json.loads(shown) == answer


@pytest.mark.parametrize("name", COMMANDS)
def test_every_key_is_described(name: str) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[name], re.DOTALL)
    described = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE))))
    assert set(keys(json.loads(shown))) <= described


def test_the_lines_of_json(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given, answered = re.findall(r"```json\n(.*?)```", SECTIONS["cmflow text --json-lines"], re.DOTALL)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    assert harbour.run("text", "--network", "mastodon", "--json-lines").out == answered
