"""Names are nouns of the trade: few are adverbs, participles or pronouns, which say nothing of what they hold."""

from pathlib import Path

import pytest

from tests import ROOT
from tests.sources import source

PACKAGE = ROOT / "cmflow"
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
MOST = 0.02
WORDS = """
each found said kept made told there here gone at place words before after given wanted beside around known asked
also then others other seen shown meant lost left taken past ago ahead again still near apart rest whole what who
why where done so some this that these those it its them they mine ours somebody nobody
"""
VAGUE = frozenset(WORDS.split())


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_few_names_in_a_room_are_vague(room: Path) -> None:
    names = [(name, path.relative_to(ROOT)) for path in sorted(room.rglob("*.py")) for name in source(path).names]
    vague = [f"{path}: {name}" for name, path in names if name.strip("_").lower() in VAGUE]
    assert len(vague) <= MOST * len(names), "\n".join(vague)


def test_vague_names_are_recognised(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("class Told: ...\ndef near(at, *, found=1):\n    [each for each in found]\n    kept: int = 1\n")
    assert source(file).names == ("Told", "near", "at", "found", "kept", "each")
