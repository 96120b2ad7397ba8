"""Pages that say when they were made: where nothing else is new, that alone is replaced in the last edition's."""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from hashlib import sha256
from typing import Any

from cmflow.model.templates import SITE
from cmflow.repository import shipped
from cmflow.website import json_data, plan_page
from cmflow.website.build.folder import Folder
from cmflow.website.printer import Printer

Manifest = Mapping[str, Any]  # what is remembered until the next edition
Pages = Iterable[tuple[str, str]]


def remembered(name: str, pages: Pages, printer: Printer) -> Manifest:
    """What is to be remembered of these pages: their name, when they were made, and a digest of each."""
    digests = {path: _digest(text) for path, text in pages}
    return {"name": name, "now": printer.now.isoformat(), "files": dict(sorted(digests.items()))}


def on_time(name: str, printer: Printer, previous: Manifest, files: Set[str], folder: Folder) -> Pages | None:
    """The pages of the last edition with the time of this one; None where they have to be made again.

    They have to where something else is new, where one of them is not as it was made, and where the templates are not
    cmflow's own: others may show the time anywhere.
    """
    if previous.get("name") != name or not files >= {*previous["files"]} or not is_plain(printer):
        return None
    former, result = datetime.fromisoformat(previous["now"]).astimezone(printer.now.tzinfo), []
    for path, digest in previous["files"].items():
        text = folder.read(path).decode(errors="replace")
        if _digest(text) != digest:
            return None
        old, new = (_stamp(path, time, printer) for time in (former, printer.now))
        if old and text.count(old) != 1:
            return None
        result.append((path, text.replace(old, new) if old else text))
    return result


def is_plain(printer: Printer) -> bool:
    """Return whether the templates are cmflow's own: nothing on a page is from anywhere that cmflow does not know."""
    own = shipped.templates(SITE.rstrip("/"))
    return all(own.get(path) == text for path, text in printer.templates.items())


def _stamp(path: str, time: datetime, printer: Printer) -> str:
    """What a page says of the time when it was made; "" if it says nothing of it."""
    if path.endswith(".html"):
        return plan_page.made(time, printer)
    return json_data.made(time) if path.startswith(json_data.FOLDER) else ""


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
