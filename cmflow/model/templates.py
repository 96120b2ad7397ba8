"""The templates of a repository, and where those that come with cmflow are kept compiled."""

from collections.abc import Mapping
from types import CodeType
from typing import Protocol

from cmflow.values import dataclass

SITE = "templates/site/"


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The text templates of a repository: path (`templates/networks/x.md.j2`) → source."""

    sources: Mapping[str, str]


class Shelf(Protocol):
    """Keeps templates compiled from one command to the next; `kind` names the environment that compiles them."""

    def load(self, kind: str, name: str, source: str) -> CodeType | None:
        """The code of a template; None where it is not kept."""
        ...

    def save(self, kind: str, name: str, source: str, code: CodeType) -> None:
        """Keep the code of a template, if it is one that may be kept."""
        ...


_shelves: list[Shelf] = []  # of this process: the command line says where it is


def use(*shelves: Shelf) -> None:
    """Keep templates compiled there from now on; nowhere without one."""
    _shelves[:] = shelves


def shelf() -> Shelf | None:
    """Where templates are kept compiled; None for nowhere."""
    return _shelves[0] if _shelves else None
