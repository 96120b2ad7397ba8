"""Whatever is in the folder: a clear sentence, never a stack trace, and nothing is lost."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger, codec
from tests import ROOT
from tests.cli.conftest import PLAN, POST, Place
from tests.cli.test_main import CMFLOW
from tests.examples import examples

pytestmark = pytest.mark.slow  # real git and processes, hundreds of times

PATH = "content/posts/bad.md"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


# ── posts ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "error no-front-matter"),
        (b"\0" * 100, "control character (U+0000)"),
        (b"---\ntitle: x\n", "error unclosed-front-matter"),
        (POST.encode().replace(b"\n", b"\r\n"), "warning crlf"),
        (b"\xef\xbb\xbf" + POST.encode(), "warning bom"),
        ("---\ntitle: Café\n".encode("latin-1"), "error not-utf8"),
        (b"---\n" + b"x" * 50_000_000, "error too-large"),
        (f"---\n{BOMB}---\nHello\n".encode(), "error yaml-alias"),
        (b"---\ntitle:\tx\n\tdate: x\n---\n", "error yaml-tab"),
        (b"---\ntitle: [\n---\nHello\n", "error yaml-syntax"),
        (b"---\n" + b"[" * 5000 + b"\n---\nHello\n", "error yaml-syntax"),
        (b"---\n- a\n---\nHello\n", "error"),
    ],
    ids=["empty", "nul", "unclosed", "crlf", "bom", "latin-1", "50 MB", "bomb", "tabs", "yaml", "deep", "list"],
)  # fmt: skip
def test_a_post_that_is_damaged(place: Place, data: bytes, found: str) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.write(PATH, data)
    if len(data) < 1_000_000:
        place.commit()
    result = place.run("check")
    assert result.code == ("warning" not in found)
    assert f"{PATH}:" in result.out and found in result.out
    assert (place.root / PATH).read_bytes() == data
    for words in (["preview", "bad"], ["publish", "--dry-run"], ["status"])[: 1 if len(data) > 1_000_000 else 3]:
        assert place.run(*words).code in (0, 1, 4), words


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "error no-front-matter"),
        (b"---\nbrand: x\n", "error unclosed-front-matter"),
        (b"---\nbrand: [\n---\n", "error yaml-syntax"),
        (b"---\nbrand: \xe9\n---\n", "error not-utf8"),
        (f"---\n{BOMB}---\n".encode(), "error yaml-alias"),
        (PLAN.replace("Europe/Paris", "Europe/Pariss").encode(), "error unknown-zone"),
        (PLAN.replace("mastodon", "mastodn").encode(), "error unknown-network"),
        (b"---\nbrand: x\n---\n", "error missing-key"),
    ],
    ids=["empty", "unclosed", "yaml", "latin-1", "bomb", "zone", "network", "keys"],
)
def test_a_plan_that_is_damaged(place: Place, data: bytes, found: str) -> None:
    place.write("content/plan.md", data)
    place.commit()
    result = place.run("check")
    assert result.code == 1
    assert "content/plan.md:" in result.out and found in result.out
    for words in (["preview", "terrace"], ["publish"], ["status"], ["build"], ["rehearse"], ["new", "Hello"]):
        refused = place.run(*words)
        assert (refused.code, refused.out) == (1, ""), words
        assert re.match(r"error: The plan (in commit [0-9a-f]{10} )?cannot be used\.\n", refused.err), words


@pytest.mark.parametrize("name", ["with a space", "☀️", "-x", "a#b", "quote'", "é", "[x]", "%41", "$(touch hacked)"])
def test_a_path_with_odd_letters(place: Place, name: str) -> None:
    place.post(name, date="2026-06-03 09:30", title="Hello")
    place.commit()
    assert place.run("check", f"content/posts/{name}.md").code == 0
    assert place.run("preview", "--", f"content/posts/{name}.md").code == 0
    assert place.run("rehearse", "--at", "2026-06-03 09:31").out.count("  sent  ") == 1
    assert not (place.root / "hacked").exists()


def test_a_path_that_is_no_text(place: Place) -> None:
    try:
        (place.root / os.fsdecode(b"content/posts/caf\xe9.md")).write_text(POST)
    except OSError:
        pytest.skip("this file system takes only text")
    result = place.run("check")
    assert result.code in (0, 1)
    place.commit()
    for words in (["check"], ["publish", "--dry-run"], ["build"], ["status"], ["rehearse", "--at", "2026-06-01 12:00"]):
        assert place.run(*words).code in (0, 1, 4), words


# ── what is no ordinary file ────────────────────────────────────────────────────────────────────────────────


def test_a_folder_a_pipe_a_link_and_a_closed_file(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.md"
    secret.write_text("SECRET")
    posts = place.root / "content/posts"
    (posts / "folder.md").mkdir()
    os.mkfifo(posts / "pipe.md")
    (posts / "link.md").symlink_to(secret)
    (posts / "broken.md").symlink_to("nowhere")
    (place.root / "content/media").symlink_to(secret.parent)
    result = place.run("check")
    assert result.code == 1
    errors = [line.split(": ")[:2] for line in result.out.splitlines() if ": error " in line]
    assert errors == [
        ["content/media:1", "error outside-repository"],
        ["content/posts/broken.md:1", "error outside-repository"],
        ["content/posts/folder.md:1", "error unreadable"],
        ["content/posts/link.md:1", "error outside-repository"],
        ["content/posts/pipe.md:1", "error unreadable"],
    ]
    assert "SECRET" not in result.out
    assert "1 post checked" in result.out


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_plan_that_is_no_file(bare: Place, kind: str) -> None:
    plan = bare.root / "content/plan.md"
    plan.rename(bare.root / "kept.md")
    if kind == "folder":
        plan.mkdir()
    elif kind == "pipe":
        os.mkfifo(plan)
    else:
        plan.symlink_to("../kept.md")
    result = bare.run("check")
    assert result.code == 1
    assert "content/plan.md:1: error " in result.out


@pytest.mark.parametrize("media", ["nowhere.png", "../../../../etc/passwd", "/etc/passwd", "content/posts/terrace.md"])
def test_media_that_cannot_be_sent(place: Place, media: str) -> None:
    place.post("bad", media=f"[{{file: {media}, alt: A picture}}]")
    result = place.run("check", "bad")
    assert result.code == 1
    assert f"{PATH}:5: error " in result.out


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "source",
    [
        b"{% for",
        b"{{ nothing }}",
        b"\xff",
        b"{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        b"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        b"{% include 'post.md.j2' %}",
        b"{{ ''.__class__.__mro__ }}",
    ],
    ids=["syntax", "undefined", "latin-1", "loop", "recursion", "itself", "escape"],
)
def test_a_template_that_is_damaged(place: Place, source: bytes) -> None:
    place.write("templates/networks/post.md.j2", source)
    place.write("content/posts/terrace.md", POST.replace("[all]", "[news]"))
    result = place.run("check")
    assert result.code == 1
    assert "templates/networks/post.md.j2:1: error " in result.out
    if b"range" not in source:  # which takes its time, and has been seen
        assert place.run("rehearse", "--at", "2026-06-01 12:00").code in (0, 4)
    assert place.outbox == [] or source == b"\xff"  # what is no text is as if it were not there


def now() -> datetime:
    return datetime.now(UTC)


# ── git ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_git_at_all(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bare.root))
    assert [bare.run(*words).code for words in (["check"], ["preview", "terrace"], ["build"])] == [0, 0, 0]
    for words in (["publish"], ["rehearse", "--at", "2026-06-01 12:00"], ["settle", "terrace", "news", "--skip"]):
        result = bare.run(*words)
        assert (result.code, result.out) == (1, "")
        assert result.err == "error: git is not installed, or not in PATH.\n  Install git 2.30 or newer.\n"


def test_an_empty_repository(bare: Place) -> None:
    bare.git("init", "-q")
    assert [bare.run(*words).code for words in (["check"], ["status", "--at", "2026-05-01 09:00"], ["build"])] == [
        0
    ] * 3
    assert "no commit yet" in bare.run("publish").err


def test_a_repository_without_posts(place: Place) -> None:
    shutil.rmtree(place.root / "content/posts")
    place.commit()
    assert place.run("check").out.endswith("0 posts checked: 1 warning.\n")
    assert place.run("publish").out == "Nothing is due. Nothing is scheduled after that.\n"


def test_a_detached_head_a_dirty_tree_and_a_shallow_clone(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello")
    place.commit()
    place.soon("later", minutes=90)
    place.commit()
    place.git("checkout", "-q", "--detach")
    place.soon("saved")
    before = place.git("status", "--porcelain")
    assert place.run("publish").code == 0
    assert place.outbox == [".cmflow/outbox/hello/practice.1.txt"]
    assert place.git("status", "--porcelain") == before
    clone = place.root.parent / f"{place.root.name}-clone"
    place.git("clone", "-q", "--depth=1", f"file://{place.root}", str(clone))
    assert place.run("--root", str(clone), "publish").out.startswith("Nothing is due.")
    assert discover(clone).shallow()


def test_a_ledger_that_was_spoilt(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello")
    place.soon("other")
    place.commit()
    repository = discover(place.root)
    state = Ledger(repository)
    writer, _ = ledger.open_writer(state, now, time.sleep)
    repository.commit_files(state.branch, {codec.path("hello", "practice"): b"{ spoilt"}, "Spoil", writer.tip, now())
    result = place.run("publish")
    assert result.code == 4
    assert "error ledger-unreadable (practice): cmflow cannot read the delivery of hello to practice" in result.err
    assert place.outbox == [".cmflow/outbox/other/practice.1.txt"]
    assert "ledger-unreadable" in place.run("status").out
    assert place.run("check").code == 1
    assert (
        b"{ spoilt"
        in subprocess.run(
            ["git", "show", f"{state.branch}:{codec.path('hello', 'practice')}"], cwd=place.root, capture_output=True
        ).stdout
    )


# ── folders that cannot be written ──────────────────────────────────────────────────────────────────────────


def test_a_cache_that_cannot_be_written_only_costs_time(place: Place) -> None:
    place.write(".cmflow", "a file")
    assert place.run("check").code == 0
    assert place.run("status", "--at", "2026-05-01 09:00").code == 0
    result = place.run("rehearse", "--at", "2026-06-01 12:00")
    assert result.code in (1, 4)
    assert "cannot be written" in result.out + result.err or "is a file" in result.out + result.err


AS_NOBODY = """
import contextlib, os, sys
from cmflow.cli import main
from tests import ROOT
ours, theirs, *words = sys.argv[1:]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
    main(["--root", ours, *words])  # whatever is imported, is imported while we may
os.setgroups([]), os.setgid(65534), os.setuid(65534)
main(["--root", theirs, *words])
"""


@pytest.fixture
def closed(place: Place) -> Iterator[Path]:
    """A copy of it that everybody may read and nobody but us may write."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        shutil.copytree(place.root, Path(name) / "posts")
        Path(name).chmod(0o755)
        (Path(name) / "posts").chmod(0o755)
        yield Path(name) / "posts"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check"], 0, ""),
        (["build"], 1, "error: {root}/_site/posts/terrace.html cannot be written: Permission denied.\n"),
        (["new", "Hello", "--date", "2026-06-04 09:30"], 1, "hello.md cannot be written: Permission denied.\n"),
        (["publish"], 1, "error: git does not trust this folder: it belongs to another user.\n"),
    ],
    ids=["check", "build", "new", "publish"],
)
def test_a_folder_of_somebody_else(place: Place, closed: Path, words: list[str], code: int, said: str) -> None:
    if not ROOT.stat().st_mode & 0o005:
        pytest.skip("this folder may not be read by others")
    before = sorted(closed.rglob("*"))
    env = {**os.environ, "HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(place.root), str(closed), *words],
        cwd="/",
        env=env,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, said.format(root=closed) in done.stderr) == (code, True), done.stderr
    assert sorted(closed.rglob("*")) == before


# ── interrupted ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_it_waits(place: Place, number: signal.Signals) -> None:
    """A real signal, in the middle of a real run: it ends at once, and the next run does what was left."""
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("now")
    place.soon("soon", minutes=8)
    place.commit()
    with subprocess.Popen(
        [*CMFLOW, "publish", "--wait", "9m"], cwd=place.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("  sent     practice  now  ")
        process.send_signal(number)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.strip() == "Interrupted. Nothing is half-written: run the same command again."
    assert place.outbox == [".cmflow/outbox/now/practice.1.txt"]
    assert place.git("status", "--porcelain") == ""
    assert not [*place.root.rglob(".git/**/*.lock")]
    assert place.run("publish").out.startswith("Nothing is due. Next: ")


# Ctrl-C is cmflow's own affair once Python itself has started.
BEGUN = "print('begun', flush=True); from cmflow.__main__ import main; main()"


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0, 1, 3])
def test_ctrl_c_at_any_moment(place: Place, moment: int) -> None:
    """Whatever it was doing, the next run finds a sound ledger, and everything once."""
    (place.root / "content/posts/terrace.md").unlink()
    for number in range(4):
        place.soon(f"p{number}")
    place.commit()
    with subprocess.Popen(
        [sys.executable, "-c", BEGUN, "publish"],
        cwd=place.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(1 + moment):
            process.stdout.readline()
        if moment == 0:
            time.sleep(0.15)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert "cmflow-bug" not in said
    deliveries = ledger.read(Ledger(discover(place.root))).deliveries
    assert {each.state.value for each in deliveries.values()} <= {"sent", "scheduled", "sending", "unsure"}
    assert len(place.outbox) == len({path.split("/")[2] for path in place.outbox})
    assert not [*place.root.rglob(".git/**/*.lock")]


# ── a fuzzer ────────────────────────────────────────────────────────────────────────────────────────────────

REAL = [path.read_bytes() for path in sorted(ROOT.glob("content/posts/**/*.md"))]
REAL_PLAN = (ROOT / "content/plan.md").read_bytes()
PIECES = st.sampled_from(
    [b"---\n", b"\n", b"\t", b"\r\n", b": ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!python/object:os.system ",
     b"|\n", b"\xff", b"\0", b"\xef\xbb\xbf", "😀".encode(), "\u202e".encode(), b"#", b"'", b'"', b"%",
     b"date: 2026-02-30 25:61\n", b"date: 9999-12-31 23:59\n", b"late: 99999999999d\n", b"thread: numbered\n",
     b"<<: *a\n", b"@{", b"{{", b"{% raw %}", b"media: [/etc/passwd]\n", b"poll: {options: []}\n",
     b"variants: {x: {text: 5}}\n", b"[](", b"```", b"0" * 400]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a few pieces cut, put in, doubled or moved."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 60)))
        kind = draw(st.sampled_from(["cut", "put", "double", "swap"]))
        if kind == "cut":
            data = data[:at] + data[end:]
        elif kind == "put":
            data = data[:at] + draw(PIECES) + data[at:]
        elif kind == "double":
            data = data[:end] + data[at:end] + data[end:]
        else:
            data = data[end:] + data[:end]
    return data


@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    posts=st.lists(st.sampled_from(REAL).flatmap(damaged), min_size=1, max_size=3),
    plan=st.just(REAL_PLAN) | damaged(REAL_PLAN),
)
def test_whatever_stands_in_the_files_is_no_bug(bare: Place, posts: list[bytes], plan: bytes) -> None:
    for path in bare.root.glob("content/posts/*.md"):
        path.unlink()
    bare.write("content/plan.md", plan)
    for number, post in enumerate(posts):
        bare.write(f"content/posts/p{number}.md", post)
    for words in (["check"], ["status"], ["build"], ["preview", "p0"]):
        result = bare.run(*words)
        assert result.code in (0, 1, 4), result.err
