"""`cmflow build`"""

from pathlib import Path

from tests.cli.conftest import Place, Result


def test_the_pages_are_made_and_only_what_changed_is_written(place: Place) -> None:
    first = place.run("build", "--at", "2026-06-01 12:00")
    assert (first.code, first.err) == (0, "")
    assert first.out.endswith(" files written. Open _site/index.html\n")
    assert "terrace" in (place.root / "_site/index.html").read_text().casefold()
    second = place.run("build", "--at", "2026-06-01 12:00")
    assert second == Result(0, "Nothing has changed. Open _site/index.html\n", "")


def test_somewhere_else(place: Place) -> None:
    out = place.root.parent / f"{place.root.name}-pages"
    assert place.run("build", "--out", str(out)).out.endswith(f"Open {out}/index.html\n")
    assert (out / "index.html").is_file()
    assert not list(out.rglob(".*"))


def test_the_rehearsal_has_its_own(place: Place) -> None:
    place.run("rehearse", "--at", "2026-06-01 12:00")
    place.run("build", "--at", "2026-06-01 12:00", "--out", "real")
    place.run("build", "--at", "2026-06-01 12:00", "--out", "played", "--rehearsal")
    pages = [
        "".join(path.read_text() for path in sorted((place.root / name).rglob("*.html"))) for name in ("real", "played")
    ]
    assert pages[0] != pages[1]


def test_a_file_where_the_folder_should_be(place: Place) -> None:
    place.write("_site", "a file")
    result = place.run("build")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"error: {place.root}/_site is a file; a folder must be there.\n  Rename it, or move it away.\n"
    )
    assert Path(place.root / "_site").read_text() == "a file"


def test_a_folder_where_a_page_should_be(place: Place) -> None:
    (place.root / "_site/index.html").mkdir(parents=True)
    result = place.run("build")
    assert result.code == 1
    assert "_site/index.html cannot be written: Is a directory.\n  Choose another folder: --out DIR\n" in result.err
