"""A video on its way to a Page: one of two ways, and what Facebook says of it."""

from collections.abc import Mapping
from typing import Any, Protocol

from cmflow.model import Transfer
from cmflow.netkit.errors import unreadable
from cmflow.netkit.graph import Fields, Graph
from cmflow.netkit.journal import Journal
from cmflow.netkit.upload import Upload

Window = tuple[int, int]  # the bytes that Facebook waits for


class Way(Protocol):
    """One of the two ways in which Facebook takes videos; `id` names an upload that has begun."""

    @property
    def path(self) -> str: ...

    def begin(self, upload: Upload) -> tuple[str, Window]: ...

    def arrived(self, transfer: Transfer) -> int: ...

    def send(self, upload: Upload, id: str, window: Window, journal: Journal) -> None: ...

    def finish(self, id: str, text: str) -> Fields: ...


def status_of(graph: Graph, video: str) -> Fields:
    status = graph.ask("GET", f"/{video}", params={"fields": "status"}).get("status")
    return status if isinstance(status, Mapping) else {}


def text_of(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable("Facebook")
    return value
