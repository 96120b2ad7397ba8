"""A post's template: Jinja2 in a sandbox, strict about what is undefined, and every error is a sentence with its line.

What a template is given is documented in docs/templates.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

import regex

from cmflow.errors import CmflowError
from cmflow.model import Account

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = "templates/networks/"
LARGEST = 1_000_000  # characters one template may make of one post
RANGE = 10_000  # steps of a loop over `range()`
STEPS = 1_000_000  # steps of all loops that one post may take
CALL = 10  # steps that a call, such as of a macro, counts as


class TemplateError(CmflowError):
    """A template cannot be used: which file, which line, and why."""

    def __init__(self, path: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.path = path
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The text templates of a repository: path (`templates/networks/x.md.j2`) → source."""

    sources: Mapping[str, str]


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

    _steps[:] = [0]
    try:
        return _limited(path, _environment(templates).get_template(path).generate(context))
    except (JinjaError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise _explained(path, error) from error


def _limited(path: str, pieces: Iterable[str]) -> str:
    written, size = [], 0
    for piece in pieces:
        written.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise ValueError(f"it makes more than {LARGEST:,} characters of one post")
    return "".join(written)


# ── what went wrong ─────────────────────────────────────────────────────────────────────────────────────────


def _explained(path: str, error: Exception) -> TemplateError:
    from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    if isinstance(error, TemplateSyntaxError):
        return TemplateError(error.filename or path, error.lineno, f"The template cannot be read: {error.message}")
    where, line = _place(path, error.__traceback__)
    if isinstance(error, UndefinedError):
        message, hint = str(error), ""
        if ": " in message:
            message, _, hint = message.partition(": ")
        return TemplateError(where, line, message, hint)
    if isinstance(error, TemplateNotFound):
        message = f"The template wants “{error.name}”, and {FOLDER} has no such file."
    elif isinstance(error, SecurityError):
        message = f"A template may not do this: {error}"
    elif isinstance(error, RecursionError):
        message = "The template calls itself without end."
    else:
        message = f"The template cannot be filled in: {error}"
    return TemplateError(where, line, message if message.endswith(".") else message + ".")


def _place(path: str, trace: TracebackType | None) -> tuple[str, int]:
    """The innermost line of a template that the error passed through."""
    found = (path, 1)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(FOLDER):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _undefined(name: str, owner: str, known: Iterable[str]) -> str:
    """A sentence, and behind ": " what to do."""
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    sentence = f"There is no “{name}” in {owner}."
    return f"{sentence}: Did you mean “{near[0]}”?" if near else sentence


# ── the sandbox ─────────────────────────────────────────────────────────────────────────────────────────────

_GROWING = frozenset({"format", "format_map", "center", "ljust", "rjust", "zfill", "expandtabs"})
NAMES = ("post", "account", "plan", "text", "parts", "tags", "link")


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> ImmutableSandboxedEnvironment:
    import jinja2
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            numbers = isinstance(left, int | float) and isinstance(right, int | float)
            if operator == "**" or not numbers:
                raise SecurityError(f"use “{operator}” on anything but plain numbers")
            return super().call_binop(context, operator, left, right)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return attr not in _GROWING and super().is_safe_attribute(obj, attr, value)

        def call(self, *words: Any, **more: Any) -> Any:
            _step(CALL)
            return super().call(*words, **more)

        def _parse(self, source: str, name: str | None, filename: str | None) -> jinja2.nodes.Template:
            template = super()._parse(source, name, filename)
            for loop in template.find_all(jinja2.nodes.For):
                loop.iter = jinja2.nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
            return template

    class Missing(jinja2.StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            name, owner = str(self._undefined_name), self._undefined_obj
            if isinstance(self._undefined_hint, str):
                return self._undefined_hint
            if is_dataclass(owner):
                kind = type(owner).__name__.lower()
                return _undefined(name, f"`{kind}`", (each.name for each in fields(owner)))
            return _undefined(name, "a template", NAMES)

    environment = Sandbox(
        loader=jinja2.FunctionLoader(_loader(templates)),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals = {"range": _range, "namespace": jinja2.utils.Namespace}
    for name in ("center", "format", "filesizeformat", "pprint", "random", "tojson", "xmlattr"):
        del environment.filters[name]
    environment.filters |= {"hashtags": hashtags, "counted": _counted}
    return environment


def _loader(templates: Templates) -> Any:
    def load(name: str) -> tuple[str, str, None] | None:
        path = name if name.startswith(FOLDER) else FOLDER + name
        source = templates.sources.get(path)
        return None if source is None else (source, path, None)

    return load


_steps = [0]  # taken so far by the template that is being filled in


def _step(steps: int = 1) -> None:
    _steps[0] += steps
    if _steps[0] > STEPS:
        raise ValueError(f"its loops take more than {STEPS:,} steps")


def _counted(values: Iterable[Any]) -> Iterator[Any]:
    """What a loop goes through; every loop of every template is led through here."""
    for value in values:
        _step()
        yield value


def _range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > RANGE:
        raise ValueError(f"a loop may take {RANGE:,} steps, not {len(steps):,}")
    return steps


def hashtags(tags: Iterable[str]) -> str:
    """The tags as a network reads them: `open source` → `#OpenSource`, one space apart."""
    return " ".join(f"#{tag}" for tag in map(tag_word, tags) if tag)


@lru_cache(maxsize=4096)
def tag_word(tag: str) -> str:
    """A tag as one word; letters, digits and `_` stay as they are, anything else begins a new capital."""
    words: list[str] = _WORDS.findall(tag)
    return words[0] if len(words) == 1 else "".join(word[:1].upper() + word[1:] for word in words)


_WORDS = regex.compile(r"[\w\p{M}\u200c\u200d·・]+")
