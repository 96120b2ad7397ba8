"""`cmflow serve`: what is saved is built, and who looks at it is told."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from cmflow.cli.serve import Desk, keep_serving
from cmflow.website.serve.server import Server, Site
from tests.cli.conftest import Place

pytestmark = pytest.mark.slow  # real git

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BROKEN = "{% extends 'layout.html.j2' %}\n{% if %}"
Said = pytest.CaptureFixture[str]


class Visitor:
    """Does a thing each time that serving waits for changes, and looks at the site; then comes Ctrl-C."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.server = Server(Site(place.root / "_site", "begun"), 0)
        self.waiting: Iterator[Callable[[], object]] = iter(())
        self.looked: list[str] = []

    def serve(self, *steps: Callable[[], object], browse: Callable[[str], object] | None = None) -> int:
        """Each step is done once there was time to look at what came of the one before."""
        self.waiting = iter([each for step in steps for each in (step, lambda: None)])
        return keep_serving(Desk(self.place.root, self.server, lambda: NOW), self._sleep, browse)

    def look(self, path: str = "/posts/terrace.html") -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        line.request("GET", path)
        answer = line.getresponse()
        found = answer.status, answer.read().decode()
        line.close()
        return found

    def sees(self, words: str, version: int) -> Callable[[], None]:
        def step() -> None:
            status, page = self.look()
            assert (status, words in page, f'data-version="begun-{version}"' in page) == (200, True, True)
            self.looked.append(words)

        return step

    def _sleep(self, seconds: float) -> None:
        step = next(self.waiting, None)
        if step is None:
            raise KeyboardInterrupt
        step()


@pytest.fixture
def visitor(place: Place) -> Visitor:
    return Visitor(place)


def lines(capsys: Said) -> list[str]:
    """What was said, without times and the port."""
    out, err = capsys.readouterr()
    assert err == ""
    text = re.sub(r"^\d\d:\d\d:\d\d  ", "", re.sub(r"127\.0\.0\.1:\d+", "HOST", out), flags=re.MULTILINE)
    return [line for line in re.sub(r"\d+ files?", "N files", text).splitlines() if line]


def test_what_is_saved_is_shown(visitor: Visitor, place: Place, capsys: Said) -> None:
    post = place.root / "content/posts/terrace.md"
    text = post.read_text()
    code = visitor.serve(
        visitor.sees("The terrace is", 1),
        lambda: post.write_text(text.replace("The terrace is", "The garden is")),
        visitor.sees("The garden is", 2),
        lambda: place.write("templates/site/post.html.j2", "Ours: {{ title }} <head></head>"),
        visitor.sees("Ours: The terrace opens", 3),
        lambda: place.write("elsewhere.md", "not looked at"),
        visitor.sees("Ours: The terrace opens", 3),
    )
    assert (code, len(visitor.looked)) == (0, 4)
    assert lines(capsys) == [
        "N files written.",
        "http://HOST/  for this machine only. Press Ctrl-C to stop.",
        *["N files written."] * 2,
        "Ended.",
    ]


def test_the_last_good_site_stays(visitor: Visitor, place: Place, capsys: Said) -> None:
    good = place.root / "content/posts/terrace.md"
    text = good.read_text()

    def nothing_changed() -> None:
        assert "The terrace opens" in visitor.look("/data/2026-06.js")[1]
        assert not (place.root / "_site/.next").exists()

    visitor.serve(
        lambda: (good.write_text(text.replace("opens", "closes")), place.write("templates/site/month.html.j2", BROKEN)),
        nothing_changed,
        visitor.sees("The terrace opens", 1),
        lambda: shutil.rmtree(place.root / "templates"),
        visitor.sees("The terrace closes", 2),
        lambda: place.write("content/plan.md", "no plan"),
        visitor.sees("The terrace closes", 2),
    )
    assert len(visitor.looked) == 3
    assert lines(capsys) == [
        "N files written.",
        "http://HOST/  for this machine only. Press Ctrl-C to stop.",
        "error: templates/site/month.html.j2:2: Expected an expression, got 'end of statement block'.",
        "N files written.",
        "error: The plan cannot be used.",
        "  Run cmflow check: it lists what is wrong in content/plan.md, line by line.",
        "Ended.",
    ]


def test_where_nothing_can_be_built_yet(visitor: Visitor, place: Place, capsys: Said) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", "no plan")
    found: list[int] = []
    visitor.serve(
        lambda: found.append(visitor.look("/")[0]),
        lambda: place.write("content/plan.md", plan),
        lambda: found.append(visitor.look("/")[0]),
    )
    assert found == [404, 200]
    assert lines(capsys)[0] == "error: The plan cannot be used."


def test_what_was_sent_meanwhile(visitor: Visitor, place: Place, capsys: Said) -> None:
    """The ledger's branch is looked at as well, and so is what is committed."""
    visitor.serve(
        lambda: place.git("commit", "-q", "--allow-empty", "-m", "Another"),
        lambda: place.git("branch", "cmflow-state"),
    )
    assert lines(capsys).count("N files written.") + lines(capsys).count("Nothing has changed.") >= 1


def test_without_git(bare: Place, capsys: Said) -> None:
    visitor = Visitor(bare)
    visitor.serve(visitor.sees("The terrace is", 1))
    assert visitor.looked == ["The terrace is"]


def test_the_site_is_there_before_the_browser_opens(visitor: Visitor) -> None:
    found: list[object] = []
    visitor.serve(browse=lambda address: found.append((address == visitor.server.address, visitor.look("/")[0])))
    assert found == [(True, 200)]


def test_nobody_is_answered_any_more(visitor: Visitor) -> None:
    visitor.serve()
    assert visitor.server.socket.fileno() == -1, "closed; by now its port may be another program's"


def test_a_site_that_stands_already(visitor: Visitor, place: Place, capsys: Said) -> None:
    visitor.serve()
    capsys.readouterr()
    again = Visitor(place)
    again.serve(again.sees("The terrace is", 0))
    assert lines(capsys)[0] == "Nothing has changed."


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comes as soon as serving waits for something to be saved."""

    def sleep(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cmflow.cli.serve.time", SimpleNamespace(sleep=sleep))


@pytest.mark.usefixtures("ctrl_c")
def test_the_command(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    result = place.run("serve", "--port", "0", "--out", "elsewhere", "--open")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("/  for this machine only. Press Ctrl-C to stop.\n\n\nEnded.\n")
    assert (place.root / "elsewhere/index.html").is_file()
    assert len(opened) == 1 and opened[0] in result.out


@pytest.mark.usefixtures("ctrl_c")
def test_a_port_that_is_taken(place: Place, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = visitor.server.server_port
    result = place.run("serve", "--port", str(taken))
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"error: 127.0.0.1:{taken} cannot be served: Address already in use.\n"
        "  Choose another port, or 0 for any free one.\n"
    )
    monkeypatch.setattr("cmflow.website.serve.PORT", taken)
    result = place.run("serve")
    assert result.code == 0 and f":{taken}/" not in result.out
    visitor.server.server_close()


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none(place: Place, port: str) -> None:
    assert place.run("serve", "--port", port).code == 2


@pytest.mark.slow
def test_ctrl_c_in_a_process_of_its_own(place: Place) -> None:
    command = [sys.executable, "-m", "cmflow", "--root", str(place.root), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            said = [running.stdout.readline() for _ in range(3)]
            assert "for this machine only" in said[2]
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=120)
        finally:
            running.kill()
    assert (running.returncode, err) == (0, "")
    assert out.endswith("\nEnded.\n")
