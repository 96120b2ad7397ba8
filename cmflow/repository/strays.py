"""Files that may be mistaken for a post but are not read, or that other systems cannot store."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from cmflow.content import media
from cmflow.model import Problem
from cmflow.model.plan import PLAN_PATH
from cmflow.repository.source import Source

POSTS = "content/posts/"
# Suffixes of files that may be next to posts and are not mistaken for one.
MEDIA = r"(?i)\.(avif|bmp|gif|hei[cf]|jpe?g|m4v|mkv|mov|mp[34]|pdf|png|srt|svg|tiff?|vtt|web[mp])"
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file, read 2026-11-29
SIGNS = ("<", ">", ":", '"', "|", "?", "*", "\\", *map(chr, range(1, 32)))
ENDS = (" /", "./", " \0", ".\0")
DEVICE = r"/(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.[^/\0]*)?(?=[/\0])"
NOT_FOR_WINDOWS = rf"[{re.escape(''.join(SIGNS))}]|[ .](?=[/\0])|{DEVICE}"

Facts = Mapping[str, media.Facts | str]


def problems(source: Source, others: Collection[str], facts: Facts) -> Iterator[Problem]:
    """The problems with the names of all files; `others` are those that are not posts."""
    yield from _outside(source)
    yield from _endings(others, facts)
    yield from _elsewhere(source, others)
    yield from _unread(source)
    yield from _names(source)


def _outside(source: Source) -> Iterator[Problem]:
    """Posts that git will never have; for pictures, the post that shows them reports it."""
    for path, reason in sorted(source.outside.items()):
        if path.startswith(POSTS) and path.lower().endswith(".md"):
            hint = "Move it into this repository and commit it, or delete it."
            yield Problem(path, 1, "not-in-git", f"It will not be published: {reason}", hint)


def _endings(others: Iterable[str], facts: Facts) -> Iterator[Problem]:
    """Files among the posts with another suffix that are neither a picture nor a video."""
    for path in others:
        if path.startswith(POSTS) and isinstance(facts.get(path), str):
            file = PurePosixPath(path)
            if not re.fullmatch(MEDIA, file.suffix):
                name = (file.stem if file.suffix else file.name).removesuffix(
                    ".md"
                )  # `a.md.txt`: Windows hides the last suffix
                hint = f"If it is a post, name it `{name}.md`; if not, move it out of {POSTS}."
                yield Problem(
                    path,
                    1,
                    "not-a-post",
                    f"`{file.name}` is not read: the file name of a post must end in `.md`.",
                    hint,
                )


def _elsewhere(source: Source, others: Iterable[str]) -> Iterator[Problem]:
    """Markdown with front matter in the wrong folder."""
    paths = [path for path in others if _is_elsewhere(path) and path not in source.links]
    for path, data in source.read(paths):
        if data.removeprefix(b"\xef\xbb\xbf").startswith((b"---\n", b"---\r\n", b"--- ")):
            message = f"It looks like a post but is not read: posts must be in {POSTS}."
            yield Problem(path, 1, "not-a-post", message, f"Move it to {POSTS}{PurePosixPath(path).stem}.md")


def _unread(source: Source) -> Iterator[Problem]:
    """Posts that are hidden, or beside the folder `content`."""
    for path in source.strays:
        file = PurePosixPath(path)
        name = next((part for part in file.parts if part.startswith(".")), "")
        reason = f"`{name}` is hidden" if name else f"posts must be in {POSTS}"
        target = f"{POSTS}{file.stem.lstrip('.')}.md"
        yield Problem(path, 1, "not-a-post", f"It looks like a post but is not read: {reason}.", f"Move it to {target}")


def _is_elsewhere(path: str) -> bool:
    if path.startswith(POSTS) or not path.startswith("content/") or path == PLAN_PATH:
        return False
    return path.lower().endswith((".md", ".markdown"))


def _names(source: Source) -> Iterator[Problem]:
    """One problem per file or folder whose name is invalid on Windows, where checkout would fail."""
    if _are_for_windows("\0".join((*source.blobs, ""))):
        return
    invalid = re.compile(NOT_FOR_WINDOWS, re.IGNORECASE)
    reported = set[str]()
    for path in source.blobs:
        match = invalid.search(f"{path}\0")
        end = path.find("/", match.end()) if match else -1
        folder = path[:end] if end >= 0 else path
        if match and folder not in reported:
            reported.add(folder)
            name = folder.rpartition("/")[2]
            message = f"`{name}` is not a valid file name on Windows: it cannot be checked out there."
            yield Problem(path, 1, "windows-name", message, "Rename it. To keep the id of a post, write it as `id:`.")


def _are_for_windows(names: str) -> bool:
    """Whether Windows allows all of these names, each with "\0" after it: there are thousands, and a regular expression
    with all the rules takes ten times as long."""
    return not (any(sign in names for sign in (*SIGNS, *ENDS)) or re.search(DEVICE, names.lower()))
