"""Notes that cmflow writes on GitHub, from templates/github: Markdown in which what others wrote does nothing.

Their words are in it as code: there a name notifies no one, `#1` links nothing, and HTML and Markdown have no effect.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from cmflow.model.errors import TemplateError
from cmflow.problems import safe_line
from cmflow.render.preview import code
from cmflow.render.template import WRONG

if TYPE_CHECKING:
    from cmflow.render.template.sandbox import Sandbox

FOLDER = "templates/github/"
LONGEST = 60_000  # characters of a note: GitHub takes 65,536
QUOTED = 120  # characters of theirs that are shown
LINE = 300  # the same where there is room for a whole sentence
LONG_URL = 2_000  # characters; browsers and servers take no more


def code_span(text: str, longest: int = QUOTED) -> str:
    """Their words as inline code, on one line, cut where they are long."""
    line = " ".join(text.split())
    return code(shorten(line, longest)) if line else "“”"


def plain(text: str, longest: int = 70) -> str:
    """Their words as a title, which cannot hold code: letters, digits and what neither calls nor links anything."""
    letters = _SIGNS.sub(lambda match: match[0] if _is_accent(match[0]) else " ", unicodedata.normalize("NFC", text))
    line = " ".join(_EMOJI.sub(r" \1 ", letters.replace("_", " ")).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


_SIGNS = re.compile(r"[^\w ,.'’!?:;…“”«»()-]|\b(?:GH-)(?=\d)", re.IGNORECASE)
_EMOJI = re.compile(r":([\w-]+)(?=:)")  # `:tada:` is a picture, in a title as well
_NO_ACCENTS = re.compile("[\u034f\u20d0-\u20ff\ufe00-\ufe0f]")


def _is_accent(char: str) -> bool:
    """Whether it belongs to a letter, as the vowels of Hindi and Thai do."""
    return char < "\U000e0000" and unicodedata.category(char[0])[0] == "M" and not _NO_ACCENTS.match(char)


def address(url: str) -> str:
    """The URL as a link's target in Markdown; "" for one that is not https, or that hides which server it leads to."""
    if url.strip() != url or any(char < " " for char in url):  # `urlsplit` would read it without them
        return ""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and parts.netloc.isascii()
    except ValueError:
        return ""
    return quote(url, safe=":/?#@!$&'*+,;=%~", errors="replace") if is_plain and len(url) <= LONG_URL else ""


def quoted(text: str) -> "OwnWords":
    """The text as it will look: its lines are code, which GitHub wraps if long, unlike a fence."""
    lines = (f"<code>{html.escape(safe_line(line), quote=False)}</code>" if line else "" for line in text.split("\n"))
    return OwnWords("<blockquote>" + "<br>\n".join(lines) + "</blockquote>")


class OwnWords(str):
    """Our own words, which hold what others have written only as code."""

    __slots__ = ()


def inert(value: object) -> str:
    """Return a value as printed where nothing is trusted: numbers and our own words as they are, the rest as code."""
    if isinstance(value, OwnWords):
        return value
    return f"{value:,}" if isinstance(value, int) else code(shorten(str(value), LINE))


def shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def fill(templates: Mapping[str, str], name: str, **values: Any) -> str:
    """The note that a template makes, whole lines of it where it is too long. Raises `TemplateError`."""
    note = render(templates, name, values)
    if len(note) <= LONGEST:
        return note
    lines, _, _ = note[:LONGEST].rpartition("\n")
    return f"{lines}\n\n…\n"


def render(templates: Mapping[str, str], name: str, values: Mapping[str, Any], strict: bool = False) -> str:
    """All that a template makes; `strict` prints each value as `inert` does, unless the template calls it `said`.

    Raises `TemplateError`.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    from cmflow.render.template import sandbox

    path = f"{FOLDER}{name}.md.j2"
    sandbox.start()
    try:
        return _environment(tuple(sorted(templates.items())), strict).get_template(path).render(values)
    except TemplateSyntaxError as error:
        raise _explained(path, error.lineno, error) from error
    except (JinjaError, *WRONG) as error:
        raise _explained(path, 1, error) from error


@lru_cache(maxsize=4)
def _environment(sources: tuple[tuple[str, str], ...], strict: bool) -> "Sandbox":
    from cmflow.render.template import sandbox

    templates = dict(sources)
    environment = sandbox.environment(
        lambda path: (templates[path], path, None) if path in templates else None, {"said": OwnWords}
    )
    environment.finalize = inert if strict else None
    return environment


def _explained(path: str, line: int, error: Exception) -> TemplateError:
    message = f"{path} cannot be filled in: {safe_line(str(error)).rstrip('.')}."
    return TemplateError(path, line, message, "Fix it, or delete it: then cmflow's own is used.")
