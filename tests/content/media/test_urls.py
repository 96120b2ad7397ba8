"""Where media are shown from."""

import pytest

from cmflow.content.media.urls import address, file_name, shows


@pytest.mark.parametrize(
    "path, file, url",
    [
        ("content/media/a.png", "media/a.png", "media/a.png"),
        ("content/media/2026/a b/ç#?.png", "media/2026/a b/ç#?.png", "media/2026/a%20b/%C3%A7%23%3F.png"),
        ("content/posts/a.png", "files/posts/a.png", "files/posts/a.png"),
        ("content/media/posts/a.png", "media/posts/a.png", "media/posts/a.png"),
        ("content/media/\ud800.png", "media/\ud800.png", "media/%3F.png"),
        ("a.png", "files/a.png", "files/a.png"),
    ],
)
def test_a_file_of_its_own_and_an_address_that_stays(path: str, file: str, url: str) -> None:
    assert file_name(path) == file
    assert address("", path) == url
    assert address("https://c.example/cal", path) == address("https://c.example/cal/", path)
    assert address("https://c.example/cal", path) == f"https://c.example/cal/{url}"


@pytest.mark.parametrize(
    "path",
    [
        *("content/media/../plan.md", "content/media/../../etc/passwd", "../a.png", "/etc/passwd", ""),
        *("content//a.png", "content/./a.png", "content/"),
    ],
)
def test_nothing_leads_elsewhere(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path in the repository"):
        address("https://c.example", path)


def test_only_what_a_browser_shows_as_a_picture_or_video() -> None:
    shown = ("a.png", "a.JPG", "a.jpeg", "a.gif", "a.webp", "a.mp4", "a.m4v", "a.mov")
    others = ("a.svg", "a.html", "a.png.html", "a.md", "a", "a.xml", "a.js")
    assert [all(map(shows, shown)), any(map(shows, others))] == [True, False]
