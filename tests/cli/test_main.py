"""The command itself: help, colours, and how it ends."""

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cmflow import __version__
from cmflow.cli import COMMANDS, _exit, check, group, main
from cmflow.problems.similar import suggestion
from cmflow.publish import CUT_SHORT
from tests.cli.conftest import Place, Result

pytestmark = pytest.mark.slow  # real git and processes, hundreds of times

CMFLOW = (sys.executable, "-c", "from cmflow.cli import main; main()")


def test_version(bare: Place) -> None:
    assert bare.run("--version") == Result(0, f"cmflow {__version__}\n", "")


def test_help_lists_every_command_and_exit_code(bare: Place) -> None:
    result = bare.run("--help")
    assert result.code == 0
    assert all(re.search(rf"^  {name} +\w", result.out, re.MULTILINE) for name in COMMANDS)
    assert all(f"{each.value} " in result.out for each in _exit.Exit)
    assert max(map(len, result.out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_has_an_example(bare: Place, name: str) -> None:
    result = bare.run(name, "-h")
    assert result.code == 0
    assert re.search(rf"^    .*cmflow {name}", result.out, re.MULTILINE)


def test_every_command_has_a_file_and_a_file_only_for_commands() -> None:
    context = click.Context(group)
    assert group.list_commands(context) == list(COMMANDS)
    assert all(isinstance(group.get_command(context, name), click.Command) for name in COMMANDS)
    assert group.get_command(context, "exits") is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], "Unknown command 'chekc'. Did you mean 'check'?\n  See: cmflow --help"),
        (["zzz"], "Unknown command 'zzz'.\n  See: cmflow --help"),
        (["--rot", "x"], "No such option '--rot'. Did you mean '--root'?\n  See: cmflow --help"),
        (["publish", "--dryrun"], "No such option '--dryrun'. Did you mean '--dry-run'?\n  See: cmflow publish --help"),
        (["new"], "Missing argument 'TITLE'.\n  See: cmflow new --help"),
        (["publish", "--wait", "soon"],
         "--wait: `soon` is not a length of time. Write `30m`, `6h` or `2d`.\n  See: cmflow publish --help"),
        (["status", "--at", "noon"],
         "--at: 'noon' is not a time like \"2026-12-01 12:00\".\n  See: cmflow status --help"),
        (["check", "--at", "0001-01-01 00:00"],
         "--at: '0001-01-01 00:00' is not in the years 1970 to 2199.\n  See: cmflow check --help"),
        (["build", "--at", "9999-12-31T23:59:59-23:59"],
         "--at: '9999-12-31T23:59:59-23:59' is not in the years 1970 to 2199."
         "\n  See: cmflow build --help"),
        (["new", "caf\udce9"],
         "Invalid value for 'TITLE': 'caf\\udce9' is not UTF-8 text.\n  See: cmflow new --help"),
        (["new", "Hello", "--date", "2026-06-04 09:30", "-a", "\udcff"],
         "Invalid value for '-a' / '--account': '\\udcff' is not UTF-8 text.\n  See: cmflow new --help"),
        (["text", "--network", "x", "--content-warning", "\udcff"],
         "Invalid value for '--content-warning': '\\udcff' is not UTF-8 text.\n  See: cmflow text --help"),
        (["settle", "terrace", "news", "--sent", "https://social.example/\udcff"],
         "Invalid value for '--sent': 'https://social.example/\\udcff' is not UTF-8 text."
         "\n  See: cmflow settle --help"),
    ],
)  # fmt: skip
def test_wrong_usage(bare: Place, words: list[str], said: str) -> None:
    assert bare.run(*words) == Result(2, "", f"error: {said}\n")


def test_no_content_repository(tmp_path: Path, bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "content/plan.md").unlink()
    monkeypatch.chdir(empty)
    assert bare.run("check") == Result(
        1,
        "",
        f"error: No content/plan.md in {empty} or its parents.\n"
        "  Change to a content repository, name one with --root DIR, or create one: cmflow init DIR\n",
    )
    empty.rmdir()
    assert bare.run("check").err == (
        "error: The current folder no longer exists.\n  Change to your content repository.\n"
    )


# ── a bug ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bug_is_told_in_short_and_keeps_secrets(bare: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(root: str | None) -> None:
        raise KeyError("token is hunter2-hunter2", "first row\nsecond row")

    monkeypatch.setattr(check, "open_context", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("CMFLOW_NEWS_TOKEN", "hunter2-hunter2")
    monkeypatch.setenv("CMFLOW_NEWS_KEY", "first row\nsecond row")
    result = bare.run("check")
    first, second, third = result.err.splitlines()
    assert (result.code, result.out) == (3, "")
    assert first == "This is a bug in cmflow, not in your posts: KeyError."
    assert second == "  Nothing else was done. Please report it, and attach this file:"
    story = Path(third.strip()).read_text()
    assert "token is <CMFLOW_NEWS_TOKEN>', '<CMFLOW_NEWS_KEY>'" in story
    assert "hunter2" not in story and "second row" not in story
    assert "in broken" in story
    assert Path(third.strip()).stat().st_mode & 0o077 == 0


def test_a_bug_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert _exit.bug(ValueError()).endswith("  (could not be written: No such file or directory)")


# ── interrupted, and nobody listens ─────────────────────────────────────────────────────────────────────────


def test_interrupted(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(root: str | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "open_context", stop)
    result = bare.run("check")
    assert (result.code, result.out) == (130, "")
    assert result.err == "\nInterrupted. Nothing is half-written: run the same command again.\n"


def test_a_run_that_was_cut_short_says_more(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(root: str | None) -> None:
        raise KeyboardInterrupt(CUT_SHORT)

    monkeypatch.setattr(check, "open_context", stop)
    assert bare.run("check").err == (
        "\nInterrupted. What was being sent may have been published; the ledger says so, and the next run will check.\n"
    )


def test_interrupted_before_click_could_notice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(group, "main", stop)
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 130
    assert capsys.readouterr().err.startswith("\nInterrupted.")


def test_head_reads_no_further(place: Place) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for words in (["check", "--explain", "all"], ["text", "--network", "x", "--json-lines"]):
        done = subprocess.run(
            [*CMFLOW, *words], cwd=place.root, input=b'{"text": "a"}\n', stdout=writer, stderr=subprocess.PIPE
        )
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writer)


def test_streams_that_are_closed(place: Place) -> None:
    for closed in ("2>&-", "<&- >&- 2>&-"):
        words = shlex.join([*CMFLOW, "check"])
        assert subprocess.run(f"{words} {closed}", shell=True, cwd=place.root, capture_output=True).returncode == 0


@pytest.mark.parametrize("words", [("init",), ("build", "--out")])
def test_a_folder_whose_name_is_too_long(place: Place, words: tuple[str, ...]) -> None:
    done = subprocess.run([*CMFLOW, *words, "x" * 300], cwd=place.root, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and "cannot be used: File name too long." in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_a_full_disk_is_no_bug(place: Place) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*CMFLOW, "check", "--explain", "all"], cwd=place.root, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (1, "error: The output cannot be used: No space left on device.\n")


def test_a_terminal_that_knows_few_letters(place: Place) -> None:
    done = subprocess.run(
        [*CMFLOW, "preview", "terrace"],
        cwd=place.root,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
    )
    assert done.returncode == 0
    assert b"\\u2600" in done.stdout


# ── a person is looking ─────────────────────────────────────────────────────────────────────────────────────


def on_a_terminal(place: Place, *words: str, **environment: str) -> str:
    """What a terminal gets to see."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", **environment}
    process = subprocess.Popen([*CMFLOW, *words], cwd=place.root, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    seen = b""
    try:
        while data := os.read(ours, 65536):
            seen += data
    except OSError:  # Linux says so when the other side is closed
        pass
    process.wait()
    os.close(ours)
    return seen.decode()


def test_colours_and_progress_are_for_a_person(place: Place) -> None:
    for number in range(25):
        place.post(f"p{number}", campaign="winter")
    seen = on_a_terminal(place, "check")
    assert "\x1b[31m\x1b[1merror\x1b[0m" in seen
    assert "\rReading posts: 20 of 26" in seen
    assert "\r\x1b[K" in seen
    plain = on_a_terminal(place, "check", NO_COLOR="1")
    assert "\x1b[3" not in plain
    result = place.run("check")
    assert "\x1b" not in result.out + result.err
    assert "Reading" not in result.out + result.err


def test_a_mistake_has_no_colour_where_none_is_wanted(place: Place) -> None:
    assert "\x1b[31m" in on_a_terminal(place, "zzz")
    assert "\x1b" not in on_a_terminal(place, "zzz", NO_COLOR="1")


def test_each_name_is_said_once() -> None:
    assert suggestion("zzz", ["one", "two", "one"]) == "There are: one, two."
    assert suggestion("on", ["one", "two", "one"]) == "Did you mean 'one'?"
    assert suggestion("zzz", []) == "There are none yet."
