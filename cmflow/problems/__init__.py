"""Problems as lines for people, for GitHub and for programs. `codes` says what each code means."""

from collections.abc import Iterable
from dataclasses import replace

from cmflow.model import Problem, Severity
from cmflow.problems.code import Code
from cmflow.problems.codes import CODES
from cmflow.values import compiled

__all__ = [
    "CODES",
    "Code",
    "as_dict",
    "explain",
    "github",
    "is_error",
    "merged",
    "safe_line",
    "severity",
    "sort",
    "text",
]

# Characters that move the cursor, end the line, turn the reading direction or cannot be written as UTF-8; and the
# older mark of a GitHub workflow command, which is obeyed anywhere in a line.
_UNSAFE = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|(?<=#)#(?=\[)"


def severity(code: str) -> Severity:
    return CODES[code].severity


def is_error(problem: Problem) -> bool:
    """Return whether it keeps a post from being sent; a warning does not."""
    return severity(problem.code) is Severity.ERROR


def sort(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and code; the same finding only once."""
    return tuple(sorted(set(problems)))


def merged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """For people: the same finding for several accounts as one, which names them all."""
    accounts: dict[Problem, list[str]] = {}
    for problem in sort(problems):
        accounts.setdefault(replace(problem, account=""), []).append(problem.account)
    return tuple(replace(problem, account=", ".join(filter(None, names))) for problem, names in accounts.items())


def safe_line(string: str) -> str:
    """The string on one line, with whatever could fool a terminal or a log written as an escape."""
    return compiled(_UNSAFE).sub(lambda match: _escape(match[0]), string)


def text(problem: Problem) -> str:
    """`content/posts/a.md:3: error unknown-key: what is wrong — what to do`"""
    hint = f" — {problem.hint}" if problem.hint else ""
    position = f"{problem.path}:{problem.line}: {severity(problem.code)} {_label(problem)}"
    return safe_line(f"{position}: {problem.message}{hint}")


def github(problem: Problem) -> str:
    """A workflow command that marks the line in a pull request; nothing in a post can end or start one."""
    body = "\n".join(safe_line(part) for part in (problem.message, problem.hint) if part)
    position = f"file={_property(problem.path)},line={problem.line},title={_property(_label(problem))}"
    return f"::{severity(problem.code)} {position}::{_data(body)}"


def as_dict(problem: Problem) -> dict[str, str | int]:
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": severity(problem.code).value,
        "code": problem.code,
        "account": problem.account,
        "message": problem.message,
        "hint": problem.hint,
    }


def explain(code: Code) -> str:
    """Return what `cmflow check --explain` prints."""
    example = f"\nExample:\n\n{_indented(code.example)}\n" if code.example else ""
    return f"{code.name} ({code.severity})\n\n{code.summary}\n{code.reason}\n\nWhat to do: {code.fix}\n{example}"


def _label(problem: Problem) -> str:
    return f"{problem.code} ({problem.account})" if problem.account else problem.code


def _indented(block: str) -> str:
    return "\n".join(f"    {line}" for line in block.split("\n"))


def _escape(char: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    number = ord(char)
    return named.get(char) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def _data(string: str) -> str:
    return string.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(string: str) -> str:
    return _data(safe_line(string)).replace(":", "%3A").replace(",", "%2C")
