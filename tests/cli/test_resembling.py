"""Posts that are renamed, edited and moved at once are still the posts that went out."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Place

pytestmark = pytest.mark.slow  # real git and processes

WORDS = "The terrace is open again from noon on: cake, coffee and the view over the harbour."
HELD = "content/posts/again.md:1: error delivered-renamed: It looks like “hello”, which is already published"


@pytest.fixture
def out(place: Place) -> Place:
    """A post that went out five minutes ago."""
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", -5, WORDS)
    place.commit()
    assert place.run("publish").code == 0
    return place


def rename(place: Place, body: str, minutes: float = -2) -> None:
    """The old file is gone, and another one is there, in one commit."""
    (place.root / "content/posts/hello.md").unlink()
    place.soon("again", minutes, body)
    place.commit()


@pytest.mark.parametrize(
    "body", [WORDS.replace("noon", "ten"), WORDS.replace("cake, coffee", "cakes and coffee"), f"{WORDS} Come!", WORDS]
)
def test_a_post_with_another_name_text_and_minute_is_kept_back(out: Place, body: str) -> None:
    rename(out, body)
    result = out.run("publish")
    assert (result.code, len(out.outbox), HELD in result.err) == (4, 1, True)
    assert HELD in out.run("check").out
    place_of_id = (out.root / "content/posts/again.md").read_text().replace("title:", "id: hello\ntitle:")
    out.write("content/posts/again.md", place_of_id)
    out.commit()
    assert (out.run("publish").code, len(out.outbox)) == (0, 1)


@pytest.mark.parametrize("body", ["Tonight we play jazz, and everybody is invited.", "Cake!", "{{ }}"])
def test_a_post_with_words_of_its_own_is_another_post(out: Place, body: str) -> None:
    rename(out, body)
    assert "delivered-renamed" not in out.run("check").out


def test_a_post_of_another_week_is_another_post(out: Place) -> None:
    rename(out, WORDS.replace("noon", "ten"), 60 * 24 * 4)
    assert "delivered-renamed" not in out.run("check").out


def test_where_the_old_one_is_still_there_it_is_another_post(out: Place) -> None:
    out.soon("again", -2, WORDS.replace("noon", "ten").replace("harbour", "sea"))
    out.commit()
    assert "delivered-renamed" not in out.run("check").out


def test_a_clone_that_lacks_the_commit_cannot_tell(out: Place, tmp_path: Path) -> None:
    rename(out, WORDS.replace("noon", "ten"))
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{out.root}", str(clone)], check=True)
    subprocess.run(["git", "fetch", "-q", "origin", "cmflow-state:cmflow-state"], cwd=clone, check=True)
    found = out.run("--root", str(clone), "check")
    assert "delivered-renamed" not in found.out
