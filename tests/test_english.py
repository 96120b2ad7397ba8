"""Words that a colleague in London or Boston would not write, in all that people read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.sources import comments, source

PATTERNS = {  # what is not English: what to write instead
    r"(?<![Tt]here )\b(?:is|are|was) no (?!longer|more than|less than|one\b|doubt|later)[a-z]": "is not a …",
    r"\b(?:a|one) (?:row|file|line|board|request|commit|issue) an? [a-z]+": "one … per …",
    r"\bmend(?:s|ed|ing)?\b(?! heart)": "fix",
    r"\b(?:it|post|part|that|they|what) (?:is|are|may be|might be) out\b(?! of)": "published",
    r"\b[Ww]hoever\b": "a name for the person, or: anyone who",
    r"\b[Ss]omebody\b": "a person, a reviewer, a maintainer",
    r"\b[Nn]obody(?:'s)?[ ,.;:]": "no one; better: say what is not done, or unknown",
    r"\btried again\b": "cmflow will retry",
    r"\b(?:held|holds?|holding) (?:\w+ ){0,4}against\b": "compare with",
    r"(?<!\bit )(?<!\bthings )(?<![`\"])\bstands?\b(?!-| (?:for|alone)\b|`|\"|$)": "is, appears",
    r"\bfor ever\b(?! in)": "never changes, does not expire; or: forever",
    r"\bhow to say it\b": "output format",
    r"\b[Ww]hat(?:ever)? (?:became|becomes) of\b": "what happened to",
    r"\bleave it be\b": "leave it",
    r"\b[Oo]nce more\b(?=[.!]$)": "again",
}
ANY = re.compile("|".join(PATTERNS))
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md"), ROOT / "content/plan.md"])
TEMPLATES = sorted(path for path in ROOT.glob("templates/**/*") if path.is_file() and path.suffix != ".css")
WORKFLOWS = [*sorted(ROOT.glob(".github/**/*.yml")), ROOT / "action.yml"]
VOCABULARY = {ROOT / f"cmflow/inbox/vocabulary/{code}.py" for code in ("en", "es", "fr")}  # what strangers write
SOURCES = sorted(
    {*(path for room in ("cmflow", "docs", "benchmarks") for path in ROOT.glob(f"{room}/**/*.py"))} - VOCABULARY
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """What people read in a file, with its line: in Python the strings and the comments, elsewhere everything."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield 1, text
        return
    yield from source(path).strings
    yield from comments(text)


def findings(path: Path) -> Iterator[str]:
    for first, lines in prose(path):
        text = lines.replace("\n", " ")
        if not ANY.search(text):
            continue
        for pattern, better in PATTERNS.items():
            for found in re.finditer(pattern, text):
                line = first + lines[: found.start()].count("\n")
                yield f"{name_of(path)}:{line}: {found[0]!r}: {better}"


FOLDERS: dict[str, list[Path]] = {}
for path in (*DOCS, *TEMPLATES, *WORKFLOWS, *SOURCES):
    FOLDERS.setdefault("/".join(name_of(path).split("/")[:-1][:2]), []).append(path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_reads_as_english(folder: str) -> None:
    assert [finding for path in FOLDERS[folder] for finding in findings(path)] == []


def test_comments_are_told_from_strings() -> None:
    text = 'a = "#1"  # "one"\nb = f\'{a}\\\'#2\'\nc = """\n# 3 \\""" " #"""\n# it\'s\n'
    assert list(comments(text)) == [(1, '# "one"'), (5, "# it's")]
