"""Python files as the tests read them that judge code: each is parsed once, and nothing is before a test asks."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# A string is matched whole, so that what begins with # outside is a comment. `tokenize` takes fifteen times as long.
PIECES = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(#[^\n]*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its import statements, what it calls, the names that it binds, and its strings with their lines."""

    imports: tuple[ast.Import | ast.ImportFrom, ...]
    calls: tuple[ast.expr, ...]
    names: tuple[str, ...]
    strings: tuple[tuple[int, str], ...]


@cache
def source(path: Path) -> Source:
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    return Source(
        tuple(node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))),
        tuple(node.func for node in nodes if isinstance(node, ast.Call)),
        tuple(_bound(nodes)),
        tuple(
            (node.lineno, node.value)
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ),
    )


def _bound(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a Python file, with their lines."""
    for piece in PIECES.finditer(text):
        if piece[1]:
            yield text.count("\n", 0, piece.start()) + 1, piece[1]
