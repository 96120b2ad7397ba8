"""Untrusted text inside Markdown: shown literally, without effect.

GitHub does not interpret code: it makes no mention, no link to an issue or commit, no image and no HTML of it.
"""

import html
from collections.abc import Sequence

from cmflow.problems import safe_line
from cmflow.render.escape import LINE, OwnWords, shorten
from cmflow.render.preview import fenced


def diff(lines: Sequence[str]) -> OwnWords:
    """A fenced diff, which GitHub colours by the first character of each line."""
    signed = (line if line[:1] in (" ", "+", "-") else f" {line}" for line in lines)
    return OwnWords(fenced("\n".join(signed), "diff") if lines else "")


def tag(text: str) -> OwnWords:
    """The text as code inside a block of HTML, where Markdown is not interpreted."""
    return OwnWords(f"<code>{html.escape(safe_line(shorten(text, LINE)))}</code>")
