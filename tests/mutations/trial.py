"""One trial: a file of the repository or its ledger is damaged, commands run, and a judge reads what they say."""

import io
import json
import re
import resource
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NoReturn

from cmflow.cli import main
from cmflow.ledger import BRANCH
from tests import ROOT
from tests.mutations.damage import damaged
from tests.mutations.world import PAGES, PLAN, POSTS, TEMPLATES, TRIAL, TRIALS, World, temporary

CODES = (0, 1, 2, 4)
INTERRUPTED = 130
PATIENCE = 10.0  # seconds of the processor that one command may take
ROOM = 300_000  # kilobytes by which one command may make the process larger
AT = ("--at", "2026-12-03 12:00")
FOLDER = (
    ("check", *AT), ("check", "--format", "json", *AT), ("check", "--format", "github", TRIAL, *AT), ("status", *AT),
    ("status", "--all", "--format", "json", *AT), ("preview", TRIAL), ("preview", "--format", "json", TRIAL),
    ("preview", "--format", "html", TRIAL), ("preview", "--format", "markdown", TRIAL),
    ("build", *AT, "--out", "_site"),
    ("plan", *AT), ("plan", "--format", "json", *AT), ("log", "trial"), ("stats", *AT),
)  # fmt: skip
COMMIT = (("publish", "--dry-run", *AT), ("review", "--base", "HEAD", *AT), ("metrics", "--dry-run"))
LEDGER = (
    ("status", *AT), ("status", "--all", "--format", "json", *AT), ("publish", "--dry-run", *AT), ("log", "trial"),
    ("log", "--format", "json", "trial"), ("settle", "cmflow-is-here", "bluesky", "--skip"),
    ("settle", "trial", "discord", "--sent", "https://social.example.org/@cmflow/1"),
    ("settle", "cmflow-is-here", "linkedin", "--not-sent"), ("build", *AT, "--out", "_site"), ("plan", *AT),
    ("metrics", "--dry-run"), ("check", *AT), ("stats", *AT), ("stats", "--format", "json", *AT), ("preview", "trial"),
    ("approvals", *AT), ("status", "--alarm", "6h", *AT), ("stop", "--reason", "A storm"), ("resume",),
)  # fmt: skip
NAMED = re.compile(
    r"(?:content|templates|deliveries|approvals|readings|networks)/|\.json\b|\.md\b|\.j2\b|ledger|stopped"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Finding:
    """What a command did that none may do."""

    trial: str
    words: tuple[str, ...]
    paths: str
    fault: str
    output: str


class Waiting(BaseException):
    """A command does not end."""


def attempts(names: Iterable[str]) -> list[Finding]:
    """The findings of these trials, in a new repository."""
    with tempfile.TemporaryDirectory() as folder:
        whole = temporary(Path(folder))
        return [finding for name in names for finding in attempt(whole, name)]


def attempt(world: World, name: str) -> list[Finding]:
    """The trial of this name; what went wrong in it."""
    harm = damage(world, name)
    try:
        if harm.branch:
            world.commit(harm.branch, harm.files)
        if harm.branch in ("", "main"):
            world.write(harm.files)
        commands = Random(f"commands of {name}").sample(harm.commands, 2)
        return [finding for words in commands for finding in _judged(world, name, words, " ".join(harm.files))]
    finally:
        world.restore(harm.files)


def damage(world: World, name: str) -> "Damage":
    """What the trial of this name damages."""
    draw = Random(name)
    return DAMAGES[draw.choices([*DAMAGES], WEIGHTS)[0]](world, draw)


def names(seed: str, number: int) -> list[str]:
    """The names of as many trials as damage that many files."""
    chosen: list[str] = []
    while number > 0:
        chosen.append(f"{seed}:{len(chosen)}")
        number -= size(chosen[-1])
    return chosen


def size(name: str) -> int:
    """How many files the trial of this name damages."""
    return SIZES[Random(name).choices([*DAMAGES], WEIGHTS)[0]]


# ── what is damaged ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Damage:
    """Damaged files of a branch, or ("") of the folder alone, and the commands that read them."""

    branch: str
    files: Mapping[str, bytes]
    commands: Sequence[tuple[str, ...]]


def _posts(world: World, draw: Random) -> Damage:
    return _content(draw, {path: damaged(draw, draw.choice(POSTS).read_bytes(), "yaml") for path in TRIALS})


def _plan(world: World, draw: Random) -> Damage:
    return _content(draw, {PLAN: damaged(draw, world.files[PLAN], "yaml")})


def _template(world: World, draw: Random) -> Damage:
    name = "templates/networks/post.md.j2"
    return _content(draw, {name: damaged(draw, draw.choice(TEMPLATES).read_bytes(), "bytes")})


def _page(world: World, draw: Random) -> Damage:
    """A template of the calendar's pages, in the repository instead of cmflow's own."""
    path = draw.choice(PAGES)
    files = {path.relative_to(ROOT).as_posix(): damaged(draw, path.read_bytes(), "bytes")}
    return Damage("", files, (("build", *AT, "--out", "_site"), ("preview", "--format", "html", TRIAL)))


def _media(world: World, draw: Random) -> Damage:
    name = draw.choice([path for path in world.files if path.startswith("content/media/")])
    return _content(draw, {name: damaged(draw, world.files[name], "bytes")})


def _content(draw: Random, files: Mapping[str, bytes]) -> Damage:
    return Damage("main", files, COMMIT) if draw.random() < 0.2 else Damage("", files, FOLDER)


def _ledger(world: World, draw: Random) -> Damage:
    branch, files = draw.choices([*world.ledgers.items()], (3, 1))[0]
    paths = draw.sample([*files], SIZES["ledger"]) if branch == BRANCH else [*files]
    harmed = {_renamed(draw, path): damaged(draw, files[path], "json") for path in paths}
    return Damage(branch, harmed, LEDGER)


def _renamed(draw: Random, path: str) -> str:
    """The path, or now and then one that cmflow would not have written."""
    return path if draw.random() < 0.97 else f"{path[:-5]}{draw.choice(NAMES)}.json"


DAMAGES = {"posts": _posts, "plan": _plan, "template": _template, "media": _media, "ledger": _ledger, "page": _page}
WEIGHTS = (40, 20, 8, 4, 28, 4)
SIZES = {"posts": 4, "plan": 1, "template": 1, "media": 1, "ledger": 3, "page": 1}
NAMES = ("%", "%2E", "%ZZ", " ", "é", "\u202e", "..", "x/y", "%00", "-", "\\", "a" * 180)


# ── the judge ───────────────────────────────────────────────────────────────────────────────────────────────


def _judged(world: World, name: str, words: tuple[str, ...], paths: str) -> Iterator[Finding]:
    began, size = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, out, err = _run(world.root, words)
    seconds = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size
    for fault in faults(words, code, out, err):
        yield Finding(name, words, paths, fault, (err + out)[-3_000:] + _story(err))
    if seconds > PATIENCE:
        yield Finding(name, words, paths, f"took {seconds:.1f} s", "")
    if grown > ROOM:
        yield Finding(name, words, paths, f"took {grown // 1000} MB", "")


def faults(words: tuple[str, ...], code: int, out: str, err: str) -> Iterator[str]:
    if code not in CODES:
        yield f"exit code {code}"
    if "Traceback" in out + err:
        yield "a stack trace"
    if hits := {f"U+{ord(char):04X}" for char in CONTROLS.findall(err + ("" if "html" in words else out))}:
        yield f"control characters {', '.join(sorted(hits))}"
    if code == 1 and not NAMED.search(out + err):
        yield "no file is named"
    if code != 0 and not (out + err).strip():
        yield "nothing is said"
    if "json" in words and code in (0, 4) and not _is_json(out):
        yield "no JSON"


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _story(err: str) -> str:
    """The stack trace that a bug has left in a file."""
    file = re.search(r"\S*cmflow-bug-\S+\.txt", err)
    return Path(file[0]).read_text("utf-8", "replace")[-6_000:] if file and Path(file[0]).is_file() else ""


# ── running ─────────────────────────────────────────────────────────────────────────────────────────────────


def _run(root: Path, words: tuple[str, ...]) -> tuple[int, str, str]:
    """The exit code of a command, and what it prints."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]), _closed(), _bounded():
        try:
            main(["--root", str(root), *words])
        except SystemExit as end:
            code = int(end.code or 0)
            if code == INTERRUPTED:
                raise KeyboardInterrupt from end
        except Waiting:
            code = -1
        except Exception as error:
            code = -2
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    out, err = (_text(stream) for stream in streams)
    return code, out, err


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return str(data.decode("utf-8", "replace"))


@contextmanager
def _closed() -> Iterator[None]:
    """Nothing is sent: whatever asks for a connection has failed."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"a command tried to reach {address}")

    socket.socket.connect = refuse  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]


@contextmanager
def _bounded(seconds: int = 120) -> Iterator[None]:
    """Longer than this, on the clock, no command may take."""

    def give_up(number: int, frame: object) -> NoReturn:
        raise Waiting

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
