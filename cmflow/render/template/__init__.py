"""A post's template: Jinja2 in a sandbox, strict about what is undefined, and every error is a sentence with its line.

What a template is given is documented in docs/templates.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cmflow.content import conflicts
from cmflow.model import Account
from cmflow.model.errors import TemplateError
from cmflow.model.templates import Templates
from cmflow.render.markdown import LINES
from cmflow.render.markdown.tags import word

if TYPE_CHECKING:
    from cmflow.render.template.sandbox import Sandbox

FOLDER = "templates/networks/"
WORDS = {"text", "parts", "tags", "link"}
LARGEST = 1_000_000  # characters one template may make of one post
# What a mistake in a template may end in, besides the errors of its language: Python has limits of its own.
WRONG = (
    ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError
)  # fmt: skip


def chosen(templates: Templates, account: Account) -> str:
    """The template's path for an account: its own, its network's, or the one for every post."""
    for name in (account.name, account.network, "post"):
        if (path := f"{FOLDER}{name}.md.j2") in templates.sources:
            return path
    path = f"{FOLDER}post.md.j2"
    raise TemplateError(path, 1, f"There is no template for {account.name}.", f"Put one at {path}.")


def fill(templates: Templates, path: str, context: Mapping[str, Any]) -> str:
    """The Markdown that the template makes. Raises `TemplateError`."""
    from jinja2 import TemplateError as JinjaError

    from cmflow.render.template import sandbox

    sandbox.start()
    try:
        return _limited(path, _environment(templates).get_template(path).generate(context))
    except (JinjaError, *WRONG) as error:
        raise _explained(path, error) from error


def _limited(path: str, pieces: Iterable[str]) -> str:
    written, size, lines = [], 0, 1
    for piece in pieces:
        written.append(piece)
        size += len(piece)
        lines += piece.count("\n")
        if lines > LINES:
            raise ValueError(f"it makes more than {LINES:,} lines of one post")
        if size > LARGEST:
            raise ValueError(f"it makes more than {LARGEST:,} characters of one post")
    return "".join(written)


# ── what went wrong ─────────────────────────────────────────────────────────────────────────────────────────


def _explained(path: str, error: Exception) -> TemplateError:
    from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    if isinstance(error, TemplateSyntaxError):
        return TemplateError(error.filename or path, error.lineno, f"The template cannot be read: {error.message}")
    file, line = _position(path, error.__traceback__)
    if isinstance(error, UndefinedError):
        message, hint = str(error), ""
        if ": " in message:
            message, _, hint = message.partition(": ")
        return TemplateError(file, line, message, hint)
    if isinstance(error, TemplateNotFound):
        message = f"The template wants “{error.name}”, and {FOLDER} has no such file."
    elif isinstance(error, SecurityError):
        message = f"A template may not do this: {error}"
    elif isinstance(error, RecursionError):
        message = "The template calls itself endlessly."
    elif isinstance(error, SyntaxError):
        message = f"The template cannot be read: {error.msg}"
    elif isinstance(error, MemoryError):
        message = "The template cannot be filled in: it takes too much memory"
    else:
        message = f"The template cannot be filled in: {error}"
    return TemplateError(file, line, message if message.endswith(".") else message + ".")


def _position(path: str, trace: TracebackType | None) -> tuple[str, int]:
    """The innermost line of a template that the error passed through."""
    position = (path, 1)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(FOLDER):
            position = (name, trace.tb_lineno)
        trace = trace.tb_next
    return position


# ── from source to text ─────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=64)
def is_plain(templates: Templates, path: str) -> bool:
    """Return whether the template asks for nothing but the words: neither the post itself, nor account or plan.

    One that takes in others, or that cannot be read, is none.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2 import meta, nodes

    try:
        tree = _environment(templates).parse(templates.sources[path])
        names = meta.find_undeclared_variables(tree)  # raises for a filter that does not exist
    except (JinjaError, *WRONG):
        return False
    others = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
    return next(tree.find_all(others), None) is None and names <= WORDS


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> Sandbox:
    from cmflow.render.template import sandbox

    def load(name: str) -> tuple[str, str, None] | None:
        path = name if name in templates.sources else FOLDER + name
        source = templates.sources.get(path)
        if source is not None and (line := conflicts.line(source)):
            raise TemplateError(path, line, conflicts.MESSAGE, conflicts.HINT, "conflict-markers")
        return None if source is None else (source, path, None)

    return sandbox.environment(load, {"hashtags": hashtags})


def hashtags(tags: Iterable[str]) -> str:
    """The tags as a network reads them: `open source` → `#OpenSource`, one space apart."""
    return " ".join(f"#{tag}" for tag in map(word, tags) if tag)
