"""Words of strangers inside Markdown: shown as they are, doing nothing.

GitHub leaves alone what stands in code: no mention, no link to an issue or commit, no image, no HTML comes of it.
"""

import html
from collections.abc import Sequence

from cmflow.problems import safe_line
from cmflow.render.escape import LINE, Said, clipped
from cmflow.render.preview import fenced


def quoted(text: str) -> Said:
    """The text as it will look: its lines are code, which GitHub wraps where they are long; a fence would not be."""
    lines = (f"<code>{html.escape(safe_line(line), quote=False)}</code>" if line else "" for line in text.split("\n"))
    return Said("<blockquote>" + "<br>\n".join(lines) + "</blockquote>")


def diff(lines: Sequence[str]) -> Said:
    """Lines that GitHub colours by their first characters, which is a sign whoever has written them."""
    signed = (line if line[:1] in (" ", "+", "-") else f" {line}" for line in lines)
    return Said(fenced("\n".join(signed), "diff") if lines else "")


def tag(text: str) -> Said:
    """The text as code inside of a block of HTML, where Markdown is not read. In Markdown it would be."""
    return Said(f"<code>{html.escape(safe_line(clipped(text, LINE)))}</code>")
