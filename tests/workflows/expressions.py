"""GitHub's expressions, as far as our workflows use them: `${{ github.event.label.name == 'post' && !cancelled() }}`"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Functions = Mapping[str, Callable[..., Any]]

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d+)|(\.\*|&&|\|\||==|!=|[!().,\[\]])|([A-Za-z_][\w-]*))")
_INSIDE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def filled(text: Any, context: Mapping[str, Any], functions: Functions) -> Any:
    """The text with every `${{ … }}` in it worked out."""
    return _INSIDE.sub(lambda hit: said(value(hit[1], context, functions)), text) if isinstance(text, str) else text


def said(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def condition(text: str, context: Mapping[str, Any], functions: Functions) -> bool:
    """Of an `if:`, with or without `${{ }}`; where it says nothing of what went before, all must have gone well."""
    inside = _INSIDE.fullmatch(text.strip())
    plain = inside[1] if inside else text
    if not re.search(r"\b(success|failure|cancelled|always)\(", plain):
        plain = f"success() && ({plain})"
    return bool(value(plain, context, functions))


def value(text: str, context: Mapping[str, Any], functions: Functions) -> Any:
    tokens = [next(group for group in hit.groups() if group is not None) for hit in _TOKEN.finditer(text)]
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text), f"not understood: {text}"
    reading = _Reading(tokens, context, {**FUNCTIONS, **functions})
    found = reading.either()
    assert not reading.tokens, f"not understood: {text}"
    return found


@dataclass
class _Reading:
    tokens: list[str]
    context: Mapping[str, Any]
    functions: Functions
    depth: int = field(default=0)

    def take(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def either(self) -> Any:
        found = self.both()
        while self.take("||"):
            other = self.both()
            found = found or other
        return found

    def both(self) -> Any:
        found = self.same()
        while self.take("&&"):
            other = self.same()
            found = found and other
        return found

    def same(self) -> Any:
        found = self.single()
        sign = self.take("==", "!=")
        return found if not sign else (_plain(found) == _plain(self.single())) is (sign == "==")

    def single(self) -> Any:
        if self.take("!"):
            return not self.single()
        if self.take("("):
            found = self.either()
            assert self.take(")")
            return found
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if token in ("true", "false"):
            return token == "true"
        return self.called(token) if self.take("(") else self.reached(self.context[token])

    def called(self, name: str) -> Any:
        words: list[Any] = []
        while not self.take(")"):
            words.append(self.either())
            self.take(",")
        return self.functions[name](*words)

    def reached(self, found: Any) -> Any:
        while step := self.take(".", ".*", "["):
            if step == ".*":
                found = list(found or ())
            elif step == "[":
                found = _of(found, self.either())
                assert self.take("]")
            else:
                found = _of(found, self.tokens.pop(0))
        return found


def _of(found: Any, name: Any) -> Any:
    """What is not there is nothing, however deep."""
    if isinstance(found, list):
        return [_of(each, name) for each in found]
    return found.get(name) if isinstance(found, Mapping) else None


def _plain(value: Any) -> Any:
    """Letters' case does not matter."""
    return value.lower() if isinstance(value, str) else value


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, Sequence) and not isinstance(where, str):
        return _plain(what) in map(_plain, where)
    return said(what).lower() in said(where).lower()


def _format(text: str, *words: Any) -> str:
    return re.sub(r"\{(\d+)\}", lambda hit: said(words[int(hit[1])]), text)


def _starts_with(text: Any, beginning: Any) -> bool:
    return said(text).lower().startswith(said(beginning).lower())


FUNCTIONS: Functions = {
    "contains": _contains,
    "startsWith": _starts_with,
    "format": _format,
    "always": lambda: True,
    "cancelled": lambda: False,
}
