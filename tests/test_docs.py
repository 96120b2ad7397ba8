"""The docs say what the code does: made pages are fresh, and whatever a page names is there."""

import pkgutil
import re
import runpy
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from cmflow import __version__
from cmflow.cli import group
from cmflow.content import plan, posts
from cmflow.content.keys import Key
from cmflow.netkit import network
from cmflow.netkit.network import Network
from cmflow.problems.codes import CODES
from tests import ROOT

BUILD = runpy.run_path(str(ROOT / "docs/build.py"))
PAGES: dict[str, Callable[[], str]] = BUILD["PAGES"]
COMMANDS: dict[str, click.Command] = dict(BUILD["commands"]())
WRITTEN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
BY_HAND = [path for path in WRITTEN if path.name not in PAGES]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def name_of(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else getattr(value, "name", "") or str(value)


# ── pages made from the code ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_as_the_code_says(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.is_file() and path.read_text("utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_so_does_every_option(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert not [each.name for each in command.params if isinstance(each, click.Option) and not each.help]


@pytest.mark.parametrize("code", CODES.values(), ids=name_of)
def test_every_problem_is_explained(code: object) -> None:
    page = (ROOT / "docs/problems.md").read_text("utf-8")
    assert f"\n### {name_of(code)}\n" in page
    assert all(getattr(code, field) for field in ("summary", "reason", "fix"))


@pytest.mark.parametrize("key", [*posts.KEYS, *plan.KEYS], ids=name_of)
def test_every_key_is_explained_with_an_example(key: Key) -> None:
    page = (ROOT / "docs/front-matter.md").read_text("utf-8")
    assert f"\n| `{key.name}` |" in page
    assert key.shape and key.doc and key.example


# ── pages written by hand ───────────────────────────────────────────────────────────────────────────────────


def links(path: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    yield from re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)", text)


def shown(path: Path) -> Iterator[str]:
    """What a page shows as code: each line of its blocks, each span."""
    text = path.read_text("utf-8")
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        yield from (line.strip().removeprefix("$ ") for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", text)


def commands_in(path: Path) -> Iterator[list[str]]:
    """Each `cmflow …` that a page tells to run, as words; after a `#` stands a remark."""
    for line in shown(path):
        if found := re.match(r"(?:\.venv/bin/)?(cmflow [a-z-].*)", line):
            yield shlex.split(re.split(r"\s#|[|<>&;…]", found[1])[0])


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    assert not [link for link in links(path) if not (path.parent / link).exists()]


def anchors(path: Path) -> set[str]:
    """The anchor of each heading, as GitHub makes it."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_every_anchor_within_the_project_has_its_heading(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    pairs = re.findall(r"\]\((?!https?:)([^)#\s]*\.md|)#([^)]+)\)", text)
    assert not [anchor for page, anchor in pairs if anchor not in anchors(path.parent / page if page else path)]


SOURCES = sorted(path for folder in ("cmflow", "docs", "benchmarks") for path in ROOT.glob(f"{folder}/**/*.py"))
FILES = [f"/{name}" for name in subprocess.check_output(("git", "ls-files"), cwd=ROOT, text=True).splitlines()]
EXAMPLES = {"de.py", "templates/networks/x.md.j2"}  # files that a reader writes


def files_in(path: Path) -> Iterator[str]:
    """Files that a page, a docstring or a comment names: `x.py` in backticks, and paths that begin with our folders."""
    text = path.read_text("utf-8")
    yield from re.findall(r"`([a-z_/]+\.py)`", text)
    folders = "cmflow|docs|tests|templates|benchmarks"
    yield from re.findall(rf"(?<![\w/.-])((?:{folders})/[a-z_/-]+\.(?:py|md\.j2|md|html\.j2|js|css))\b", text)


def test_every_file_that_is_named_is_there() -> None:
    """Any end of a file's path names it."""
    names = {f"/{name}": path for path in (*WRITTEN, *SOURCES) for name in set(files_in(path)) - EXAMPLES}
    assert [(name, path) for name, path in names.items() if not any(file.endswith(name) for file in FILES)] == []


@pytest.mark.parametrize("path", BY_HAND, ids=name_of)
def test_every_part_of_ours_that_is_named_with_its_room_is_there(path: Path) -> None:
    rooms = "|".join(each.name for each in (ROOT / "cmflow").iterdir() if (each / "__init__.py").is_file())
    names = re.findall(rf"`((?:{rooms})(?:\.[a-z_]+)+)`", path.read_text("utf-8"))
    for name in (name for name in names if name.rpartition(".")[2] not in ("py", "md", "json", "yml")):
        pkgutil.resolve_name(f"cmflow.{name}")


def test_the_network_that_is_shown_is_one() -> None:
    page = (ROOT / "docs/adding-a-network.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "adding-a-network.md", "exec"), names)
    assert isinstance(names["network"], Network) and names["network"].name == "example"


@pytest.mark.parametrize("path", BY_HAND, ids=name_of)
def test_every_command_and_option_that_is_shown_is_there(path: Path) -> None:
    for words in commands_in(path):
        assert words[1].startswith("-") or f"cmflow {words[1]}" in COMMANDS, " ".join(words)
        command = COMMANDS.get(" ".join(["cmflow", *words[1:3]])) or COMMANDS.get(f"cmflow {words[1]}", group)
        known = {name for each in (*command.params, *group.params) for name in (*each.opts, *each.secondary_opts)}
        used = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert used <= known | {"--help", "--version"}, " ".join(words)


@pytest.mark.parametrize("path", BY_HAND, ids=name_of)
def test_every_make_target_that_is_shown_is_there(path: Path) -> None:
    found = (re.match(r"make ([a-z][a-z-]*)", line) for line in shown(path))
    assert {each[1] for each in found if each} <= TARGETS


def test_the_changelog_tells_of_this_version() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest and newest[1] in ("Unreleased", __version__)


def test_the_changelog_groups_its_lines() -> None:
    """As https://keepachangelog.com does: each line below one of these headings, in this order, in each version."""
    for version in re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1:]:
        top, *groups = re.split(r"^### ", version, flags=re.MULTILINE)
        names = [group.partition("\n")[0] for group in groups]
        assert "\n- " not in top
        assert names == [name for name in ("Added", "Changed", "Fixed") if name in names]


def test_a_decision_is_dated_in_order_and_takes_five_lines_at_most() -> None:
    text = (ROOT / "docs/decisions.md").read_text("utf-8")
    decisions = re.split(r"^(?=### )", text, flags=re.MULTILINE)[1:]
    assert decisions
    for chapter in re.split(r"^## ", text, flags=re.MULTILINE):
        days = re.findall(r"^### (\S+):", chapter, re.MULTILINE)
        assert days == sorted(days), "newest last"
    assert not [each for each in decisions if not re.match(r"### \d{4}-\d\d-\d\d: \S", each)]
    assert not [each for each in decisions if len(each.split("\n## ")[0].strip().splitlines()) > 7]


def test_the_readme_names_each_command_and_each_network_that_cmflow_publishes_to() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^\| `cmflow ([a-z]+)` \|", readme, re.MULTILINE)
    assert {*commands} == {name.split()[1] for name in COMMANDS if " " in name}
    status = readme.split("## Status")[1].split("All [other networks]")[0].lower()
    records = [network.load(name) for name in network.names()]
    assert [record.name for record in records if record.publish and record.title.lower() not in status] == []
    assert [record.name for record in records if not record.publish and f"**{record.title.lower()}**" in status] == []
