"""Files whose names have accents that are stored otherwise than they are written."""

import unicodedata
from pathlib import Path

import pytest

from cmflow.content import media
from cmflow.repository import at_commit, examination, loader, source
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content, open_content
from cmflow.repository.source import blob_id
from tests.repository.places import PLAN, PNG, TEMPLATE, TEMPLATES, content, path, post, repository

NFC, NFD = "content/media/été à Öland.png", unicodedata.normalize("NFD", "content/media/été à Öland.png")
WAYS = pytest.mark.parametrize(("stored", "written"), [(NFC, NFD), (NFD, NFC), (NFD, NFD), (NFC, NFC)])


def showing(name: str) -> str:
    return post(more=f"media: [{{file: {name}, alt: A}}]\nvariants: {{toots: {{media: [{{file: {name}, alt: B}}]}}}}\n")


def looked(here: Content) -> tuple[list[str], list[str], dict[str, str]]:
    """The codes of the problems, the files that go out, and the digests."""
    data = here.source.one(path("a"))
    examined = examination.examine(path("a"), data, here)
    files = [each.path for variant in examined.variants for part in variant.parts for each in part.media]
    return [each.code for each in examined.problems], files, at_commit.digests(here, path("a"))


@WAYS
def test_a_file_is_found_in_a_folder_and_in_a_commit(tmp_path: Path, stored: str, written: str) -> None:
    files = {"content/plan.md": PLAN, TEMPLATE: "{{ text }}\n", path("a"): showing(written), stored: PNG}
    store = repository(tmp_path, files)
    same = looked(content({path("a"): showing(NFC), NFC: PNG}))[2]
    for place in (source.folder(tmp_path, store), source.commit(store, "HEAD")):
        here = open_content(place, TEMPLATES, Cache(None))
        assert looked(here) == ([], [stored], same)
        assert media.probe(place.one(stored)).kind == "image"


@WAYS
def test_the_calendar_shows_the_file_as_it_is_stored(stored: str, written: str) -> None:
    (entry,) = loader.load(content({path("a"): showing(written), stored: PNG}), Cache(None))
    assert entry.media == ((stored, blob_id(PNG)),)


@WAYS
def test_a_file_that_is_added_later_is_found(tmp_path: Path, stored: str, written: str) -> None:
    cache = Cache(tmp_path)
    (before,) = loader.load(content({path("a"): showing(written)}, cache), cache)
    assert {each.code for each in before.problems} == {"media-missing"}
    (after,) = loader.load(content({path("a"): showing(written), stored: PNG}, cache), cache)
    assert after.problems == ()
    (again,) = loader.load(content({path("a"): showing(written)}, cache), cache)
    assert {each.code for each in again.problems} == {"media-missing"}


def test_of_two_files_the_one_that_is_written_so_is_meant() -> None:
    other = PNG + b"\0"
    assert looked(content({path("a"): showing(NFD), NFC: PNG, NFD: other}))[1] == [NFD]
    assert looked(content({path("a"): showing(NFC), NFC: PNG, NFD: other}))[1] == [NFC]


def test_large_and_small_letters_still_matter() -> None:
    found = looked(content({path("a"): showing("content/media/Été à Öland.png"), NFC: PNG}))
    assert set(found[0]) == {"media-missing"}
