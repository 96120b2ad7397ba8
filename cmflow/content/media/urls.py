"""The addresses of media on the site: a copy of each file, at an address that stays; some networks fetch pictures."""

from urllib.parse import quote

HOME, TOP = "content/media/", "content/"
MEDIA, FILES, THUMBS = "media/", "files/", "thumbs/"

# A browser goes by these: what has another ending may be a picture for us and a page that runs something for it.
ENDINGS = (".gif", ".jpeg", ".jpg", ".m4v", ".mov", ".mp4", ".png", ".webp")


def file_name(path: str) -> str:
    """The file of the copy, from the top of the site; `path` is that of the media file in the repository.

    Raises ValueError for a path that leads elsewhere.
    """
    if {"", ".", ".."} & {*path.split("/")}:
        raise ValueError(f"{path!r} is not a path in the repository")
    return MEDIA + path.removeprefix(HOME) if path.startswith(HOME) else FILES + path.removeprefix(TOP)


def address(site: str, path: str) -> str:
    """Return the copy's address: below the site's, or from its top where that is "". Raises ValueError."""
    file = quote(file_name(path), errors="replace")  # half a character is in the name of no file
    return f"{site.rstrip('/')}/{file}" if site else file


def thumb(blob: str) -> str:
    """The small copy that the calendar shows of a picture: named by what is in it, so that it never goes stale."""
    return f"{THUMBS}{blob[:20]}.webp"


def shows(path: str) -> bool:
    """Return whether its ending is one of pictures or videos."""
    return path.lower().endswith(ENDINGS)
