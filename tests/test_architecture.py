"""The house of docs/how-it-works.md: imports point down or sideways, never in a circle; the pure half stays pure."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests import ROOT
from tests.sources import source

PACKAGE = ROOT / "cmflow"
GROUPS = (
    "collector values model problems",
    "content render lint schedule insights",
    "netkit networks visits git ledger github repository",
    "publish review website metrics inbox sandbox",
    "cli __main__",
)
GROUP = {name: group for group, names in enumerate(GROUPS) for name in names.split()}
OUTSIDE = {
    "asyncio",
    "click",
    "github",
    "glob",
    "httpx",
    "os",
    "requests",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
}
CLOCK = {"datetime.now", "datetime.today", "date.today", "time.time", "time.monotonic"}
FILES = {"pathlib.Path", "open", "print", "input"}
HEAVY = {"PIL", "frontmatter", "github", "httpx", "jinja2", "markdown", "regex", "requests", "yaml"}

MODULES = {
    ".".join(("cmflow", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py" and "templates" not in path.parts
}


def is_ours(name: str) -> bool:
    return name.startswith("cmflow.")


def imports(path: Path) -> Iterator[str]:
    """Everything a file imports, wherever in it, as full names; of `from a import b`, `a.b` where it is a module."""
    for node in source(path).imports:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            assert node.level == 0, f"{path}:{node.lineno}: write the import in full"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (name if name in MODULES or not is_ours(name) else name.rpartition(".")[0] for name in names)


def group(module: str) -> int:
    return GROUP.get(module.split(".")[1], 0)


def is_pure(module: str) -> bool:
    """Pages are made from values, too: `website.build` writes them to a folder, `website.serve` gives them out."""
    acting = ("cmflow.website.build", "cmflow.website.serve")
    return group(module) < 2 or (module.startswith("cmflow.website") and not module.startswith(acting))


@cache
def modules(module: str) -> frozenset[str]:
    """The modules of ours that it imports."""
    return frozenset(name for name in imports(MODULES[module]) if name in MODULES) - {module}


def test_every_module_has_its_group() -> None:
    homeless = {module.split(".")[1] for module in MODULES} - set(GROUP)
    assert not homeless, "add them to GROUPS here, and to the picture in docs/how-it-works.md"


def reachable(arrows: set[tuple[str, str]], room: str) -> set[str]:
    """The rooms that arrows lead to from this one, at once or by way of others."""
    rooms: set[str] = set()
    ahead = {room}
    while ahead := {end for start, end in arrows if start in ahead} - rooms:
        rooms |= ahead
    return rooms


def test_the_drawing_shows_every_room_and_every_import() -> None:
    [drawing] = re.findall(r"```mermaid\n(.*?)```", (ROOT / "docs/how-it-works.md").read_text("utf-8"), re.DOTALL)
    arrows = set(re.findall(r"^    (\w+) --> (\w+)$", drawing, re.MULTILINE))
    rooms = GROUP.keys() - {"__main__"}
    assert set(re.findall(r"^        (\w+)$", drawing, re.MULTILINE)) == rooms
    rooms_of_pairs = {(module.split(".")[1], name.split(".")[1]) for module, name in pairs()}
    assert arrows <= rooms_of_pairs, "an arrow in docs/how-it-works.md is not an import"
    for room in rooms:
        imported = {end for start, end in rooms_of_pairs if start == room}
        assert imported <= reachable(arrows, room) | {room}, f"draw what {room} imports in docs/how-it-works.md"


def pairs() -> list[tuple[str, str]]:
    """Each module with each that it imports."""
    return [(module, name) for module in MODULES for name in sorted(modules(module))]


def test_imports_point_to_the_same_group_or_a_lower_one() -> None:
    assert [(module, name) for module, name in pairs() if group(name) > group(module)] == []


def test_networks_do_not_know_each_other() -> None:
    """A network is a file, or a folder of short ones that know each other."""
    room = "cmflow.networks."
    ours = [(module, name) for module, name in pairs() if module.startswith(room) and name.startswith(room[:-1])]
    assert [(module, name) for module, name in ours if not name.startswith(".".join(module.split(".")[:3]))] == []


@pytest.mark.parametrize("module", MODULES)
def test_dataclasses_compile_their_methods_late(module: str) -> None:
    assert module == "cmflow.values" or "dataclasses.dataclass" not in imports(MODULES[module]), "use cmflow.values"


COMMANDS = [module for module in MODULES if module.startswith("cmflow.cli.") and ".cli._" not in module]


def test_no_command_imports_another() -> None:
    """What two commands need is a verb of a room, or a file of `cli` that begins with `_`."""
    assert [(module, name) for module, name in pairs() if module in COMMANDS and name in COMMANDS] == []


def test_only_the_command_line_knows_click() -> None:
    knowing = {module for module, path in MODULES.items() if "click" in {name.split(".")[0] for name in imports(path)}}
    assert {module for module in knowing if not module.startswith(("cmflow.cli", "cmflow.__"))} == set()
    assert "cmflow.cli" in knowing


def test_no_import_goes_in_a_circle() -> None:
    TopologicalSorter({module: modules(module) for module in MODULES}).prepare()


@pytest.mark.parametrize("room", [*dict.fromkeys(module.split(".")[1] for module in MODULES if is_pure(module))])
def test_the_pure_half_touches_nothing_outside(room: str) -> None:
    touched = []
    for module, path in MODULES.items():
        if module.split(".")[1] == room and is_pure(module):
            calls = {ast.unparse(function) for function in source(path).calls}
            names = set(imports(path))
            outside = {name.split(".")[0] for name in names} & OUTSIDE | (names | calls) & (CLOCK | FILES)
            touched += [(module, name) for name in outside]
    assert touched == []


@pytest.mark.slow  # starts another Python
@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_the_command_line_starts_without_the_heavy_libraries(arguments: list[str]) -> None:
    code = (
        "import sys, cmflow.cli\n"
        "try: cmflow.cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert not set(ended.stderr.split()) & HEAVY


def test_only_a_context_reads_the_ledger_from_the_cache() -> None:
    """What decides to send reads git itself: a cache that was tampered with must not have a post sent twice."""
    name = "cmflow.repository.snapshots"
    assert [module for module in MODULES if name in modules(module)] == ["cmflow.cli._context"]
