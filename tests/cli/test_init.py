"""`cmflow init`"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from cmflow import __version__
from cmflow.cli import init
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
        "  5. Put it on GitHub: README.md says which settings it needs there, once",
    ]
    monkeypatch.chdir("our posts")
    return Place(Path.cwd(), bare.run)


def test_it_is_ready(made: Place) -> None:
    saved = "1 post and 23 other files in the folder are not committed: publishing cannot see them"
    said = f"1 post checked: no problems.\n{saved} (content/posts/hello.md).\n"
    assert made.run("check") == Result(0, said, "")
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
    for name in ("@timezone@", "@date@", "@version@", "@action@"):
        assert not [path for path in files if name in path.read_text()]
    assert "timezone: Europe/Lisbon" in (made.root / "content/plan.md").read_text()


def test_a_template_of_the_new_repository_is_used(made: Place) -> None:
    made.write("templates/networks/post.md.j2", "Changed: {{ text }}")
    assert "Changed: Hello" in made.run("preview", "hello").out


def test_nothing_is_overwritten_and_a_second_try_goes_on(made: Place) -> None:
    (made.root / "content/posts/hello.md").unlink()
    assert made.run("init", ".", "--timezone", "Europe/Lisbon").code == 0
    assert (made.root / "content/posts/hello.md").is_file()
    made.write("content/plan.md", "mine")
    (made.root / "content/posts/hello.md").unlink()
    (made.root / ".github/workflows/watch.yml").unlink()
    result = made.run("init", ".", "--timezone", "Europe/Lisbon")
    assert result.code == 0
    assert "  1. Look at what was there already and is kept as it was: content/plan.md\n" in result.out
    assert (made.root / "content/plan.md").read_text() == "mine"
    assert (made.root / ".github/workflows/watch.yml").is_file()
    assert not (made.root / "content/posts/hello.md").exists()  # it would be published with what is theirs


def test_into_a_repository_with_files_of_its_own(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bare.root)
    bare.write("README.md", "Ours")
    bare.write(".gitignore", "*.log\n_site/\n")
    (bare.root / ".github").symlink_to("elsewhere")
    (bare.root / "elsewhere").mkdir()
    assert bare.run("init", ".").out.splitlines()[1:3] == [
        "  1. Look at what was there already and is kept as it was: .gitignore, README.md, content/plan.md",
        "  2. Let git leave alone what cmflow makes: add .cmflow/ to .gitignore",
    ]
    assert (bare.root / "README.md").read_text() == "Ours"
    assert (bare.root / ".gitignore").read_text() == "*.log\n_site/\n"


def test_many_files_of_its_own_are_not_all_named(bare: Place) -> None:
    bare.run("init", "ours")
    for path in (bare.root / "ours/templates").rglob("*.j2"):
        path.write_text("Ours")
    assert re.search(r"is kept as it was: (\S+, ){5}\S+ and \d+ more\n", bare.run("init", "ours").out)


# ── which action the workflows use ──────────────────────────────────────────────────────────────────────────

COMMIT = "0123456789" * 4


def used(root: Path) -> set[str]:
    texts = (path.read_text() for path in root.glob(".github/workflows/*.yml"))
    return {found for text in texts for found in re.findall(r"uses: (\S*cmflow@.*)", text)}


@pytest.mark.parametrize(
    ("action", "uses"),
    [
        (f"our-team/cmflow@{COMMIT}", f"our-team/cmflow@{COMMIT} # v{__version__}"),
        ("our-team/cmflow@main", "our-team/cmflow@main"),
    ],
)
def test_another_action(bare: Place, action: str, uses: str) -> None:
    assert bare.run("init", "ours", "--action", action).code == 0
    assert used(bare.root / "ours") == {uses}


@pytest.mark.parametrize("action", ["cmflow", "cmflow/cmflow", "a/b@c d", "a/b@c\nrun: x", "@"])
def test_no_action_at_all(bare: Place, action: str) -> None:
    result = bare.run("init", "ours", "--action", action)
    assert (result.code, result.out) == (2, "")
    assert f"is not like cmflow/cmflow@v{__version__}." in result.err


def test_the_action_is_of_the_commit_that_pip_installed(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    info = bare.root / "site" / f"cmflow-{__version__}.dist-info"
    bare.write(str(info / "METADATA"), f"Name: cmflow\nVersion: {__version__}\n")
    said = {"url": "https://github.com/cmflow/cmflow", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    bare.write(str(info / "direct_url.json"), json.dumps(said))
    monkeypatch.syspath_prepend(str(bare.root / "site"))
    assert bare.run("init", "ours").code == 0
    assert used(bare.root / "ours") == {f"cmflow/cmflow@{COMMIT} # v{__version__}"}


def test_the_action_is_of_the_commit_of_a_clone(bare: Place, tmp_path: Path) -> None:
    """Of a clone of cmflow itself, where its remote has that commit; else of the version."""
    clone = Place(tmp_path / "clone", bare.run)
    for path in ("cmflow/cli/init.py", "action.yml"):
        clone.write(path, "")
    clone.git("init", "-q")
    clone.commit()
    head = clone.git("rev-parse", "HEAD").strip()
    file = clone.root / "cmflow/cli/init.py"
    assert init.checked_out(file) == ""
    clone.git("update-ref", "refs/remotes/origin/HEAD", head)
    assert init.checked_out(file) == head
    clone.write("more", "")
    clone.commit()
    assert init.checked_out(file) == ""
    assert init.checked_out(tmp_path / "a/b/c.py") == ""
    (tmp_path / "action.yml").touch()
    assert init.checked_out(tmp_path / "a/b/c.py") == ""


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
    ("zone", "hint"),
    [
        ("Europe/Pariss", "Did you mean `Europe/Paris`?"),
        ("../x", "Use a name such as `Europe/Paris`, from the IANA list of time zones."),
        ("BST", "`BST` means several time zones. Write the place: `Europe/London` or `Asia/Dhaka`."),
    ],
)
def test_no_such_zone(bare: Place, zone: str, hint: str) -> None:
    assert bare.run("init", "ours", "--timezone", zone) == Result(
        2, "", f"error: --timezone: `{zone}` is not a time zone. {hint}\n  See: cmflow init --help\n"
    )
    assert not (bare.root / "ours").exists()


@pytest.mark.parametrize(
    ("system", "zone"),
    [
        ("America/Los_Angeles", "America/Los_Angeles"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        (":Europe/Paris", "Europe/Paris"),
        ("No/Such", "UTC"),
    ],
)
def test_the_zone_is_the_computers(bare: Place, monkeypatch: pytest.MonkeyPatch, system: str, zone: str) -> None:
    monkeypatch.setenv("TZ", system)
    result = bare.run("init", "ours")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0].endswith(f", time zone {zone}. Next:")
    assert f"\ntimezone: {zone}\n" in (bare.root / "ours/content/plan.md").read_text()


def test_a_file_of_that_name(bare: Place) -> None:
    bare.write("ours", "a file")
    result = bare.run("init", "ours")
    assert result.code in (1, 2)
    assert "is a file" in result.err
    assert {path.name for path in bare.root.iterdir()} == {"content", "ours"}
