"""The video of the launch, made by docs/video.py: small, playable everywhere, and the same bytes each time."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageFont

from cmflow.content import media
from cmflow.netkit import network
from tests import ROOT

FILE = ROOT / "content/media/launch.mp4"


def test_it_is_what_every_network_of_the_demo_takes() -> None:
    facts = media.probe(FILE.read_bytes())
    assert (facts.mime, facts.codec, facts.width, facts.height) == ("video/mp4", "H.264", 480, 272)
    assert (facts.seconds, facts.streamable, facts.located) == (5.0, True, False)
    assert facts.size < 100_000
    for name in ("youtube", "x", "facebook"):
        assert facts.mime in network.load(name).limits.media_types


@pytest.mark.slow  # starts another Python
def test_the_script_makes_the_same_bytes(tmp_path: Path) -> None:
    try:
        ImageFont.truetype("DejaVuSans-Bold.ttf", 10)
    except OSError:
        pytest.skip("the DejaVu fonts are not installed (Debian: fonts-dejavu-core)")
    subprocess.run([sys.executable, ROOT / "docs/video.py", tmp_path], check=True)
    assert (tmp_path / FILE.name).read_bytes() == FILE.read_bytes()
