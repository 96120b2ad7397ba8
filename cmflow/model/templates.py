"""The templates of a repository."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The text templates of a repository: path (`templates/networks/x.md.j2`) → source."""

    sources: Mapping[str, str]
