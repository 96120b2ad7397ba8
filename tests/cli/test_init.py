"""`cmflow init`"""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Place, Result


@pytest.fixture
def made(bare: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new content repository, with its steps taken in the order in which they were printed."""
    (bare.root / "home").mkdir()
    monkeypatch.chdir(bare.root / "home")
    result = bare.run("init", "our posts", "--timezone", "Europe/Lisbon")
    assert (result.code, result.err) == (0, "")
    head, *steps = result.out.splitlines()
    assert head.startswith("our posts is ready: ")
    assert steps == [
        "  1. cd 'our posts'",
        "  2. Write who you are and where you post: content/plan.md",
        "  3. See what would go out, with no token and no network: cmflow rehearse",
        "  4. Keep it: git add . && git commit -m 'Start our calendar'",
    ]
    monkeypatch.chdir("our posts")
    return Place(Path.cwd(), bare.run)


def test_it_is_ready(made: Place) -> None:
    assert made.run("check") == Result(0, "1 post checked: no problems.\n", "")
    assert made.run("rehearse").code == 0
    made.commit()
    assert made.git("status", "--porcelain") == ""
    dry = made.run("publish", "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert dry.out.startswith("Nothing is due. Next: ")
    assert dry.out.endswith(" 09:30 Europe/Lisbon.\n")
    assert made.run("build").code == 0
    assert made.run("status").code == 0


def test_every_file_is_filled_in(made: Place) -> None:
    files = [path for path in made.root.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert {".gitignore", "plan.md", "hello.md", "publish.yml", "post.md.j2"} <= {path.name for path in files}
    for name in ("@timezone@", "@date@", "@version@"):
        assert not [path for path in files if name in path.read_text()]
    assert "timezone: Europe/Lisbon" in (made.root / "content/plan.md").read_text()


def test_a_template_of_the_new_repository_is_used(made: Place) -> None:
    made.write("templates/networks/post.md.j2", "Changed: {{ text }}")
    assert "Changed: Hello" in made.run("preview", "hello").out


def test_nothing_is_overwritten_and_a_second_try_goes_on(made: Place) -> None:
    (made.root / "content/posts/hello.md").unlink()
    assert made.run("init", ".", "--timezone", "Europe/Lisbon").code == 0
    made.write("content/plan.md", "mine")
    assert made.run("init", ".") == Result(
        1, "", "error: content/plan.md is there already.\n  Choose an empty folder: nothing is overwritten.\n"
    )
    assert (made.root / "content/plan.md").read_text() == "mine"


def test_into_a_repository_that_is_empty(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare.root / "clone").mkdir()
    monkeypatch.chdir(bare.root / "clone")
    subprocess.run(["git", "init", "-q"], check=True)
    result = bare.run("init", ".")
    assert result.out.splitlines()[1] == "  1. Write who you are and where you post: content/plan.md"


def test_inside_another_repository(place: Place) -> None:
    result = place.run("init", "inner")
    assert result.code == 0
    assert result.out.splitlines()[1] == (
        "  1. It lies inside another repository, but needs one of its own: git init -b main inner"
    )


def test_without_git(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bare.root))
    result = bare.run("init", "ours")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[1] == (
        "  1. git is not installed, or not in PATH. Install git 2.30 or newer. Then: git init -b main ours"
    )
    assert (bare.root / "ours/content/plan.md").is_file()


@pytest.mark.parametrize(
    ("zone", "hint"), [("Europe/Pariss", "Did you mean 'Europe/Paris'?"), ("../x", "It is named like Europe/Paris.")]
)
def test_no_such_zone(bare: Place, zone: str, hint: str) -> None:
    assert bare.run("init", "ours", "--timezone", zone) == Result(
        2, "", f"error: There is no time zone {zone!r}. {hint}\n  See: cmflow init --help\n"
    )
    assert not (bare.root / "ours").exists()


def test_a_file_of_that_name(bare: Place) -> None:
    bare.write("ours", "a file")
    result = bare.run("init", "ours")
    assert result.code in (1, 2)
    assert "is a file" in result.err
    assert {path.name for path in bare.root.iterdir()} == {"content", "ours"}
