"""What cmflow writes on GitHub, from templates/github: Markdown in which what others wrote does nothing.

Their words stand in it as code: there a name calls nobody, `#1` links nothing, and neither HTML nor Markdown is obeyed.
"""

import re
from collections.abc import Mapping
from typing import Any

from cmflow.preview import code
from cmflow.template import TemplateError

FOLDER = "templates/github/"
LONGEST = 60_000  # characters of a note: GitHub takes 65,536
QUOTED = 120  # characters of theirs that are shown


def quoted(words: str, longest: int = QUOTED) -> str:
    """Their words as inline code, on one line, cut where they are long."""
    line = " ".join(words.split())
    return code(line if len(line) <= longest else f"{line[: longest - 1]}…") if line else "“”"


def plain(words: str, longest: int = 70) -> str:
    """Their words as a title, where no code can stand: letters, digits and what neither calls nor links anything."""
    kept = re.sub(r"[^\w ,.'’!?:;…“”«»()-]|\b(?:GH-)(?=\d)", " ", words, flags=re.IGNORECASE)
    line = " ".join(kept.replace("_", " ").split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def fill(templates: Mapping[str, str], name: str, **given: Any) -> str:
    """The note that a template makes, whole lines of it where it is too long. Raises `TemplateError`."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    from cmflow.template import sandbox

    path = f"{FOLDER}{name}.md.j2"
    sandbox.start()
    environment = sandbox.environment(lambda each: (templates[each], each, None) if each in templates else None, {})
    try:
        note = environment.get_template(path).render(given)
    except TemplateSyntaxError as error:
        raise TemplateError(path, error.lineno, f"{error.message}.") from error
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(path, 1, f"The template cannot be filled in: {error}.") from error
    if len(note) <= LONGEST:
        return note
    kept, _, _ = note[:LONGEST].rpartition("\n")
    return f"{kept}\n\n…\n"
