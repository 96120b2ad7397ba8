"""A server's description of itself: its limits, and the version of Mastodon's API."""

from collections.abc import Mapping
from typing import Any

from cmflow.netkit import rest
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon.call import MISSING

QUOTES = 7  # the version of Mastodon's API that knows quotes (4.5); older servers leave them out silently
# Numbers of `limits.NUMBERS` → where the server's description has them; durations are in seconds there.
NUMBERS = {
    "text": ("configuration", "statuses", "max_characters"),
    "files": ("configuration", "statuses", "max_media_attachments"),
    "alt": ("configuration", "media_attachments", "description_limit"),
    "image_bytes": ("configuration", "media_attachments", "image_size_limit"),
    "image_pixels": ("configuration", "media_attachments", "image_matrix_limit"),
    "video_bytes": ("configuration", "media_attachments", "video_size_limit"),
    "poll_options": ("configuration", "polls", "max_options"),
    "poll_option": ("configuration", "polls", "max_characters_per_option"),
    "poll_shortest": ("configuration", "polls", "min_expiration"),
    "poll_longest": ("configuration", "polls", "max_expiration"),
}


def numbers(api: ApiClient) -> Mapping[str, int]:
    """The server's own limits, from its description; from the older description where it has no newer one."""
    server = _description(api)
    if not isinstance(server, Mapping) or "configuration" not in server:
        server = rest.document(api.ask("GET", "/api/v1/instance", fine=MISSING))
    values = {name: _positive(server, *path) for name, path in NUMBERS.items()}
    values["images"] = values["files"]
    values["text"] = values["text"] or _positive(server, "max_toot_chars")
    for name in ("poll_shortest", "poll_longest"):
        values[name] //= 60
    return {name: value for name, value in values.items() if value}


def has_quotes(api: ApiClient) -> bool:
    server = _description(api)
    versions = server.get("api_versions") if isinstance(server, Mapping) else None
    version = versions.get("mastodon") if isinstance(versions, Mapping) else None
    return isinstance(version, int) and version >= QUOTES


def _description(api: ApiClient) -> Any:
    return rest.document(api.ask("GET", "/api/v2/instance", fine=MISSING))


def _positive(server: Any, *path: str) -> int:
    for name in path:
        server = server.get(name) if isinstance(server, Mapping) else None
    return server if isinstance(server, int) and not isinstance(server, bool) and server > 0 else 0
