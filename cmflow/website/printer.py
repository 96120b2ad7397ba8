"""The templates of the site, ready to be filled in in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cmflow.insights import sentences
from cmflow.values import dataclass
from cmflow.website.languages import Language

if TYPE_CHECKING:
    from jinja2 import Environment

    from cmflow.insights.sentences import Voice


@dataclass(frozen=True)
class Printer:
    """Fills in templates; `shared` is what every page is given."""

    templates: Mapping[str, str]
    language: Language
    now: datetime
    shared: Mapping[str, Any]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The texts without a number."""
        return {name: word for name, word in self.language.messages.items() if isinstance(word, str)}

    @cached_property
    def number(self) -> Callable[[int], str]:
        """Formats a number in the language of the pages."""
        return sentences.voice(self.language.code, "UTC").number

    @cached_property
    def voice(self) -> Voice:
        """The sentences of the pages' language."""
        from cmflow.website.speech import voice

        return voice(self.shared["plan"], self.language, self.now.date())

    @cached_property
    def _globals(self) -> Mapping[str, Any]:
        language = self.language
        texts = {"words": language, "labels": self.labels, "states": language.states}
        return {
            "up": "",
            "now": self.now,
            "lang": language.code,
            "direction": language.own.direction,
            **texts,
            **self.shared,
        }

    @cached_property
    def _environment(self) -> Environment:
        from cmflow.render.template import pages

        return pages.environment(self.templates)

    def page(self, name: str, **own: Any) -> str:
        """The page that the template makes. Raises `TemplateError`."""
        from cmflow.render.template import pages

        return pages.fill(self._environment, name, {**self._globals, **own})
