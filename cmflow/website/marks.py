"""The sign of each network: a colour, and white lines of our own drawing on it. None is a trademark."""

from collections.abc import Mapping
from typing import NamedTuple


class Mark(NamedTuple):
    """`colour` is the ground, `path` the lines, 16 by 16: white on it keeps a contrast of 4.5, on any page."""

    colour: str
    path: str


DEFAULT = Mark("#5b6470", "M8 8h.01M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10z")

MARKS: Mapping[str, Mark] = {
    "bluesky": Mark("#1f6fb8", "M5 11.5h6.2a2.5 2.5 0 0 0 .2-5A3.6 3.6 0 0 0 4.7 6.4 2.6 2.6 0 0 0 5 11.5z"),
    "devto": Mark("#3f4651", "M6 5 3 8l3 3M10 5l3 3-3 3"),
    "discord": Mark("#5560c0", "M3.5 10V8a4.5 4.5 0 0 1 9 0v2M3.5 9.5H5v3H3.5zM11 9.5h1.5v3H11z"),
    "facebook": Mark("#2f62b5", "M8 7.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3.5 12.5c.4-2.4 2.3-3.5 4.5-3.5s4.1 1.1 4.5 3.5"),
    "instagram": Mark("#a83f80", "M3 4h10v8.5H3zM3.5 11.5 6 8.5l2 2 2-2.5 2.5 3.5"),
    "linkedin": Mark("#2a6a94", "M3 6h10v6.5H3zM6 6V4h4v2M3 9h10"),
    "mastodon": Mark("#6a4fc0", "M3 7v2l2 .5 7 2.5V4L5 6.5zM6 10v2.5h2"),
    "matrix": Mark("#2f7559", "M4 4h.01M8 4h.01M12 4h.01M4 8h.01M8 8h.01M12 8h.01M4 12h.01M8 12h.01M12 12h.01"),
    "nostr": Mark("#864692", "M6 10.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM8.5 8H13v2.5M11 8v2"),
    "outbox": Mark("#566072", "M3 9v3.5h10V9h-3l-1 1.5H7L6 9zM8 7.5V3M6 5l2-2 2 2"),
    "pinterest": Mark("#a8423d", "M8 9.5V13M5 9.5h6L9.8 7V3.5H6.2V7z"),
    "reddit": Mark("#a84f26", "M5 12.5V4M3 6l2-2 2 2M11 3.5V12M9 10l2 2 2-2"),
    "slack": Mark("#7c4a78", "M3 3.5h7v5H6l-2 2v-2H3zM12.5 6.5h.5v5h-1v2l-2-2H7.5"),
    "telegram": Mark(
        "#2b739b",
        "M8 8v5M5.7 10.3a3.3 3.3 0 0 1 0-4.6M10.3 10.3a3.3 3.3 0 0 0 0-4.6M3.5 12.5a6.3 6.3 0 0 1 0-9"
        "M12.5 12.5a6.3 6.3 0 0 0 0-9",
    ),
    "threads": Mark("#4f4f4f", "M3 5c4-3 6 3 10 0M3 8c4-3 6 3 10 0M3 11c4-3 6 3 10 0"),
    "tiktok": Mark("#3e4f5c", "M5 2.5h6v11H5zM7 6v4l3-2z"),
    "webhook": Mark("#5d5d38", "M10.5 3v6.5a3 3 0 1 1-6 0V8M3 9.5 4.5 8 6 9.5"),
    "x": Mark("#3a4048", "M4 4l8 8M12 4l-8 8"),
    "youtube": Mark("#ad403a", "M3 4h10v8H3zM5.5 4v8M10.5 4v8M3 8h2.5M10.5 8H13"),
}


def of(network: str) -> Mark:
    """The mark of the network; a ring if it has none of its own."""
    return MARKS.get(network, DEFAULT)
