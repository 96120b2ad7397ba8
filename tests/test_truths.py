"""What is true is written down once: a second definition of one of these fails here.

Where a rule is to change, it changes in the file that is named, and nowhere else.
"""

import ast
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest

from tests import ROOT

unparse = cache(ast.unparse)  # a node is asked about many times
Finder = Callable[[ast.AST], bool]


def is_call(node: ast.AST, *names: str) -> bool:
    """Whether it calls a function or method of one of these names."""
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names


def pieces(text: ast.JoinedStr) -> list[str]:
    """The formats of what it fills in, and the constants between them; of a format itself nothing."""
    if not any(isinstance(item, ast.FormattedValue) for item in text.values):
        return []
    return [unparse(getattr(item, "format_spec", None) or item)[:-1].lstrip("f'\"") for item in text.values]


def lateness(node: ast.AST) -> bool:
    """How late is too late: `schedule.waits` adds how late a delivery may be to its date, to the end of that minute."""
    if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))):
        return False
    return any(side.endswith(".late") and ".due + " in side for side in map(unparse, (node.left, *node.comparators)))


def allowance(node: ast.AST) -> bool:
    """How late a post may be: what it says itself, else its account, else the plan (`Plan.lateness`)."""
    return isinstance(node, ast.Tuple) and sum(unparse(item).endswith(".late") for item in node.elts) > 1


def beginning(node: ast.AST) -> bool:
    """When cmflow took over: `Plan.start`, the first moment of the day `since` in the plan's zone."""
    return is_call(node, "combine") and ".since" in unparse(node)


def plan_path(node: ast.AST) -> bool:
    """Where the plan is: `PLAN_PATH`. Sentences may name it."""
    return isinstance(node, ast.Constant) and node.value == "content/plan.md"


def local_time(node: ast.AST) -> bool:
    """How a moment is written in the plan's zone: `content.local_time`. What is in UTC says so behind it."""
    if not isinstance(node, ast.JoinedStr):
        return False
    pairs = pairwise([*pieces(node), ""])
    return any(text in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S") and after[:4] != " UTC" for text, after in pairs)


def silence(node: ast.AST) -> bool:
    """What it means that no answer came: `netkit.errors.silence` tells httpx' errors apart, for every caller."""
    return isinstance(node, ast.Attribute) and unparse(node) in (
        "httpx.ConnectError", "httpx.ConnectTimeout", "httpx.PoolTimeout", "httpx.ReadTimeout", "httpx.WriteTimeout",
        "httpx.TimeoutException", "httpx.TransportError", "httpx.NetworkError", "httpx.RemoteProtocolError",
    )  # fmt: skip


def refusal(node: ast.AST) -> bool:
    """What a status means: `netkit.errors` sorts refusals from trouble; adapters name single codes, and reasons."""
    if not (isinstance(node, ast.Compare) and "code" in unparse(node)):
        return False
    numbers = [side.value for side in (node.left, *node.comparators) if isinstance(side, ast.Constant)]
    is_range = any(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in node.ops)
    return is_range and any(number in (300, 400, 500, 600) for number in numbers)


def decision(node: ast.AST) -> bool:
    """What a run does, and what a dry run says it would: both ask `publish.plan_run`, which alone asks the table."""
    return is_call(node, "decide", "decide_one")


def selection(node: ast.AST) -> bool:
    """Which posts are due: a run and a dry run select them with `publish.selection.select`."""
    return isinstance(node, ast.FunctionDef) and node.name in ("select", "select_one")


def this_machine(node: ast.AST) -> bool:
    """Which hosts are this machine, to which alone nothing need be encrypted: `content.destinations.LOCAL`."""
    return isinstance(node, ast.Tuple) and "'localhost'" in map(unparse, node.elts)


def variable(node: ast.AST) -> bool:
    """The environment variable of a secret: `content.secrets.variable`, for who reads it and who names it."""
    return isinstance(node, ast.JoinedStr) and unparse(node).startswith(("f'CMFLOW_{", 'f"CMFLOW_{'))


def delivery_key(node: ast.AST) -> bool:
    """What names a delivery: `model.Key`, a post and an account. No place asks it for its first or second half."""
    return isinstance(node, ast.Subscript) and unparse(node) in ("key[0]", "key[1]")


def clock(node: ast.AST) -> bool:
    """What time it is: commands read `cli._clock`, and hand the time on."""
    return is_call(node, "now") and unparse(node).startswith("datetime.now(")


TRUTHS: dict[Finder, tuple[str, ...]] = {
    lateness: ("cmflow/repository/due_index.py",),  # there: what was due long before that is not read
    allowance: ("cmflow/model/plan.py",),
    beginning: ("cmflow/model/plan.py",),
    plan_path: ("cmflow/model/plan.py",),
    local_time: ("cmflow/content/local_time.py",),
    # http: the limits that it sets itself; the sandbox loses answers on purpose
    silence: ("cmflow/netkit/errors.py", "cmflow/netkit/http.py", "cmflow/sandbox/door.py"),
    refusal: ("cmflow/netkit/errors.py",),
    decision: ("cmflow/publish/__init__.py", "cmflow/schedule/__init__.py", "cmflow/publish/worker.py"),  # anew
    selection: ("cmflow/publish/selection.py",),
    this_machine: ("cmflow/content/destinations.py",),
    variable: ("cmflow/content/secrets.py",),
    delivery_key: (),
    clock: ("cmflow/cli/_clock.py", "cmflow/netkit/journal.py"),  # journal: of one that forgets everything
}
SECOND: dict[Finder, str] = {
    lateness: "now > planned.due + planned.late",
    allowance: "next(late for late in (post.late, account.late, plan.late) if late)",
    beginning: "datetime.combine(plan.since, time(), zone)",
    plan_path: "root / 'content/plan.md'",
    local_time: "f'{due.astimezone(zone):%Y-%m-%d %H:%M}.'",
    silence: "isinstance(error, httpx.ConnectError)",
    refusal: "500 <= answer.status_code < 600",
    decision: "schedule.decide(planned, deliveries, now)",
    selection: "def select(): ...",
    this_machine: "host in ('localhost', '127.0.0.1')",
    variable: "f'CMFLOW_{account}_{secret}'",
    delivery_key: "key[1]",
    clock: "datetime.now(UTC)",
}


@cache
def places() -> dict[Finder, list[str]]:
    """Where each truth is defined: all are looked for in one walk through the code, which is long."""
    definitions: dict[Finder, list[str]] = {truth: [] for truth in TRUTHS}
    for path in sorted((ROOT / "cmflow").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            for truth in TRUTHS:
                if truth(node):
                    line = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"  # type: ignore[attr-defined]
                    definitions[truth].append(line)
        unparse.cache_clear()  # it keeps the nodes
    return definitions


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.__name__)
def test_there_is_one_definition(truth: Finder) -> None:
    others = [place for place in places()[truth] if place.partition(":")[0] not in TRUTHS[truth]]
    assert not others, f"{truth.__doc__}\nA second one: {', '.join(others)}"


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.__name__)
def test_a_second_definition_is_recognised(truth: Finder) -> None:
    assert any(map(truth, ast.walk(ast.parse(SECOND[truth]))))
