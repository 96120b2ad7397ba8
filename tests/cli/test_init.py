"""`cmflow init`"""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmflow import __version__
from cmflow.repository import provenance
from cmflow.repository.provenance import Action
from tests.cli.conftest import Place, Result

pytestmark = pytest.mark.slow  # real git


@pytest.fixture
def made(bare: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new content repository, with its steps taken in the order in which they were printed."""
    (bare.root / "home").mkdir()
    monkeypatch.chdir(bare.root / "home")
    result = bare.run("init", "our posts", "--timezone", "Europe/Lisbon", "--action", f"our-team/cmflow@{COMMIT}")
    assert (result.code, result.err) == (0, "")
    head, *steps = result.out.splitlines()
    assert head.startswith("our posts is ready: ")
    assert steps == [
        "  1. cd 'our posts'",
        "  2. Describe who you are and where you post: content/plan.md",
        "  3. See what would be published, with no token and no network: cmflow rehearse",
        "  4. Commit it: git add . && git commit -m 'Start our calendar'",
        "  5. Push it to GitHub: README.md lists the settings it needs there",
        "  6. Whenever the plan's accounts or slots change: cmflow schedule (runs take about 516 minutes of GitHub "
        "Actions a month now, free in a public repository)",
    ]
    monkeypatch.chdir("our posts")
    return Place(Path.cwd(), bare.run)


def test_it_is_ready(made: Place) -> None:
    saved = "1 post and 11 other files in the folder are not committed: publishing does not see them"
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


def test_the_workflows_have_the_lines_that_the_plan_needs(made: Place) -> None:
    assert '    - cron: "17 9 * * 1" # before 09:30\n      timezone: Europe/Lisbon\n' in (
        made.root / ".github/workflows/publish.yml"
    ).read_text("utf-8")
    assert made.run("schedule", "--check").code == 0
    (made.root / ".github/workflows/publish.yml").unlink()
    plan = made.root / "content/plan.md"
    plan.write_text(plan.read_text("utf-8").replace("mon 09:30", "mon 11:30"), "utf-8")
    made.run("init", ".", "--timezone", "Europe/Lisbon", "--action", f"our-team/cmflow@{COMMIT}")
    assert '- cron: "17 11 * * 1"' in (made.root / ".github/workflows/publish.yml").read_text("utf-8")


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
    again = ("init", ".", "--timezone", "Europe/Lisbon", "--action", f"our-team/cmflow@{COMMIT}")
    assert made.run(*again).code == 0
    assert (made.root / "content/posts/hello.md").is_file()
    made.write("content/plan.md", "mine")
    (made.root / "content/posts/hello.md").unlink()
    (made.root / ".github/workflows/watch.yml").unlink()
    result = made.run(*again)
    assert result.code == 0
    assert "  1. Review the existing files that were kept: content/plan.md\n" in result.out
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
        "  1. Review the existing files that were kept: .gitignore, README.md, content/plan.md",
        "  2. Let git ignore what cmflow generates: add .cmflow/ to .gitignore",
    ]
    assert (bare.root / "README.md").read_text() == "Ours"
    assert (bare.root / ".gitignore").read_text() == "*.log\n_site/\n"


def test_many_files_of_its_own_are_not_all_named(bare: Place) -> None:
    bare.run("init", "ours")
    for path in (bare.root / "ours/templates").rglob("*.j2"):
        path.write_text("Ours")
    assert re.search(r"existing files that were kept: (\S+, ){5}\S+ and \d+ more\n", bare.run("init", "ours").out)


# ── which action the workflows use ──────────────────────────────────────────────────────────────────────────

COMMIT = "0123456789" * 4
NOT_WRITTEN = (
    "To publish from GitHub, keep cmflow in your own repository there, and have the workflows written: "
    "cmflow init . --action OWNER/NAME@COMMIT"
)


def used(root: Path) -> set[str]:
    texts = (path.read_text() for path in root.glob(".github/workflows/*.yml"))
    return {found for text in texts for found in re.findall(r"uses: (\S*cmflow@.*)", text)}


def clone(root: Path, address: str = "", remote: str = "origin") -> Place:
    """A clone of cmflow, as far as its provenance goes; where it has a remote, that has its commit."""
    place = Place(root, lambda *words: Result(0, "", ""))
    place.write("cmflow/cli/init.py", "")
    place.write("action.yml", "")
    place.git("init", "-q")
    place.commit()
    if address:
        place.git("remote", "add", remote, address)
        place.git("update-ref", f"refs/remotes/{remote}/main", place.git("rev-parse", "HEAD").strip())
    return place


def installed(place: Place, monkeypatch: pytest.MonkeyPatch, origin: object) -> None:
    """What pip says of where it got cmflow."""
    info = place.root / "site" / f"cmflow-{__version__}.dist-info"
    place.write(str(info / "METADATA"), f"Name: cmflow\nVersion: {__version__}\n")
    place.write(str(info / "direct_url.json"), json.dumps(origin))
    monkeypatch.syspath_prepend(str(place.root / "site"))


def test_an_action_that_is_given(bare: Place) -> None:
    assert bare.run("init", "ours", "--action", f"our-team/cmflow@{COMMIT}").code == 0
    assert used(bare.root / "ours") == {f"our-team/cmflow@{COMMIT} # v{__version__}"}


@pytest.mark.parametrize(
    "action",
    [
        "cmflow",
        "our-team/cmflow",
        "our-team/cmflow@main",
        "our-team/cmflow@v0.1.0",
        f"our-team/cmflow@{COMMIT[:39]}",
        f"our-team/cmflow@{COMMIT}\n",
        f"our-team/cmflow@{COMMIT}\nrun: x",
        f"our team/cmflow@{COMMIT}",
        f"./../cmflow@{COMMIT}",
        f"https://github.com/our-team/cmflow@{COMMIT}",
        "@",
    ],
)
def test_what_is_given_names_a_commit(bare: Place, action: str) -> None:
    result = bare.run("init", "ours", "--action", action)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"error: --action: {action!r} does not name a commit. Write OWNER/NAME@COMMIT with all 40 digits of the "
        "commit: a tag or a branch can be moved.\n  See: cmflow init --help\n"
    )
    assert not (bare.root / "ours").exists()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/our-team/cmflow", "our-team/cmflow"),
        ("https://ana:secret@github.com/our-team/cmflow.git", "our-team/cmflow"),
        ("git@github.com:our-team/my.cmflow.git", "our-team/my.cmflow"),
        ("ssh://git@github.com/our-team/cmflow/", "our-team/cmflow"),
    ],
)
@pytest.mark.parametrize("remote", ["origin", "mine"])
def test_the_action_is_of_the_remote_and_the_commit_of_a_clone(
    tmp_path: Path, address: str, name: str, remote: str
) -> None:
    ours = clone(tmp_path, address, remote)
    assert provenance.cloned(tmp_path) == Action(name, ours.git("rev-parse", "HEAD").strip())
    ours.write("more", "")
    ours.commit()
    assert provenance.cloned(tmp_path) == Action(name, ours.git("rev-parse", "HEAD").strip(), unpublished=True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "../somewhere",
        "https://gitlab.com/our-team/cmflow",  # a name there is somebody else's on GitHub
        "https://github.com.example/our-team/cmflow",
        "https://example/github.com/our-team/cmflow",
        "https://github.com/our-team",
    ],
)
def test_a_clone_that_is_not_on_github_names_no_action(tmp_path: Path, address: str) -> None:
    clone(tmp_path, address)
    assert provenance.cloned(tmp_path) is None


def test_what_is_no_clone_names_no_action(tmp_path: Path, place: Place) -> None:
    assert provenance.cloned(tmp_path) is None
    (tmp_path / "action.yml").touch()
    assert provenance.cloned(tmp_path) is None
    place.git("remote", "add", "origin", "https://github.com/our-team/content")  # it only lies in another repository
    place.write("vendor/action.yml", "")
    assert provenance.cloned(place.root / "vendor") is None


@pytest.mark.parametrize(
    "origin",
    [
        {"url": "https://github.com/our-team/cmflow.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        "clone",
    ],
)
def test_the_action_is_what_pip_installed(bare: Place, monkeypatch: pytest.MonkeyPatch, origin: object) -> None:
    commit = COMMIT
    if origin == "clone":
        ours = clone(bare.root / "our clone", "https://github.com/our-team/cmflow")
        commit, origin = ours.git("rev-parse", "HEAD").strip(), {"url": ours.root.as_uri(), "dir_info": {}}
    installed(bare, monkeypatch, origin)
    monkeypatch.setattr(provenance, "__file__", str(bare.root / "site/cmflow/repository/provenance.py"))
    assert bare.run("init", "ours").code == 0
    assert used(bare.root / "ours") == {f"our-team/cmflow@{commit} # v{__version__}"}


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"url": "https://gitlab.com/our-team/cmflow", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        {"url": "https://github.com/our-team/cmflow", "vcs_info": {"vcs": "git", "commit_id": "v1"}},
        {"url": "https://example.org/cmflow.whl", "archive_info": {}},
        {"url": "file:///nowhere", "dir_info": {}},
        [],
    ],
)
def test_where_nobody_knows_the_action_there_are_no_workflows(
    bare: Place, monkeypatch: pytest.MonkeyPatch, origin: object
) -> None:
    """And no name that somebody else may hold. Once it is known, they are added."""
    installed(bare, monkeypatch, origin)
    monkeypatch.setattr(provenance, "__file__", str(bare.root / "site/cmflow/repository/provenance.py"))
    result = bare.run("init", "ours")
    assert (result.code, result.err) == (0, "")
    assert NOT_WRITTEN in result.out
    assert not (bare.root / "ours/.github/workflows").exists()
    texts = [
        path.read_text() for path in (bare.root / "ours").rglob("*") if path.is_file() and ".git/" not in str(path)
    ]
    assert not [text for text in texts if re.search(r"uses: |cmflow/cmflow|@action@", text)]
    again = bare.run("init", "ours", "--action", f"our-team/cmflow@{COMMIT}")
    assert (again.code, NOT_WRITTEN in again.out) == (0, False)
    assert used(bare.root / "ours") == {f"our-team/cmflow@{COMMIT} # v{__version__}"}


def test_a_commit_that_github_does_not_have_is_said(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = clone(bare.root / "site", "https://github.com/our-team/cmflow")
    ours.write("more", "")
    ours.commit()
    commit = ours.git("rev-parse", "HEAD").strip()
    monkeypatch.setattr(provenance, "__file__", str(ours.root / "cmflow/repository/provenance.py"))
    assert (
        f"Push cmflow itself: our-team/cmflow must have the commit {commit[:7]}, which the workflows use"
        in bare.run("init", "ours").out
    )
    assert used(bare.root / "ours") == {f"our-team/cmflow@{commit} # v{__version__}"}


# ── which branch they publish ───────────────────────────────────────────────────────────────────────────────


def branches(root: Path) -> set[str]:
    texts = (path.read_text() for path in root.glob(".github/workflows/*.yml"))
    return {found for text in texts for found in re.findall(r"(?:branches: \[|ref: )([^]\s]+)", text)}


@pytest.mark.parametrize(
    ("commands", "branch"),
    [
        ([], "main"),
        (["init -q -b master"], "master"),
        (["init -q -b trunk"], "trunk"),
        (["init -q -b master", "commit -q --allow-empty -m x", "switch -q -c feature"], "master"),
        (["init -q -b main", "commit -q --allow-empty -m x", "switch -q -c feature"], "main"),
        (["init -q -b a{b"], "main"),
    ],
)
def test_the_workflows_publish_the_branch_that_is_there(
    bare: Place, monkeypatch: pytest.MonkeyPatch, commands: list[str], branch: str
) -> None:
    ours = Place(bare.root / "ours", bare.run)
    ours.root.mkdir()
    for command in commands:
        ours.git(*command.split())
    result = bare.run("init", "ours", "--action", f"our-team/cmflow@{COMMIT}")
    assert result.code == 0
    assert branches(ours.root) == {branch}
    told = f"Note that the workflows publish the branch `{branch}`, which this repository uses"
    assert (told in result.out) == (branch != "main")
    assert f"../../new/{branch}?" in (ours.root / "README.md").read_text()


def test_the_templates_that_only_cmflow_knows_are_not_copied(made: Place) -> None:
    """A copy would be used instead of those of a newer cmflow."""
    assert {path.name for path in (made.root / "templates").iterdir()} == {"networks", "replies"}


def test_into_a_repository_that_is_empty(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare.root / "clone").mkdir()
    monkeypatch.chdir(bare.root / "clone")
    subprocess.run(["git", "init", "-q"], check=True)
    result = bare.run("init", ".")
    assert result.out.splitlines()[1] == "  1. Describe who you are and where you post: content/plan.md"


def test_inside_another_repository(place: Place) -> None:
    result = place.run("init", "inner")
    assert result.code == 0
    assert result.out.splitlines()[1] == (
        "  1. It is inside another repository, but needs its own: git init -b main inner"
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
        ("posix/Europe/Paris", "Europe/Paris"),
        ("/usr/share/zoneinfo/Europe/Rome", "Europe/Rome"),
        ("EST5EDT", "EST5EDT"),
    ],
)
def test_the_zone_is_the_computers(bare: Place, monkeypatch: pytest.MonkeyPatch, system: str, zone: str) -> None:
    monkeypatch.setenv("TZ", system)
    result = bare.run("init", "ours")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0].endswith(f", time zone {zone}. Next:")
    assert f"\ntimezone: {zone}\n" in (bare.root / "ours/content/plan.md").read_text()


TURNED = "is a setting of `TZ`, whose signs are the other way round."


@pytest.mark.parametrize(
    ("system", "hint"),
    [
        ("No/Such", "Use a name such as `Europe/Paris`, from the IANA list of time zones."),
        (
            "UTC+3",
            "An offset is not a time zone: it does not change with summer time. Write a place, such as `Europe/Paris`.",
        ),
        ("<+03>-3", f"`<+03>-3` {TURNED} Write a place, such as `Europe/Paris`."),
        ("EST5", f"`EST5` {TURNED} Write the place: `America/New_York`."),
    ],
)
def test_a_zone_of_the_computer_that_cannot_be_used(
    bare: Place, monkeypatch: pytest.MonkeyPatch, system: str, hint: str
) -> None:
    monkeypatch.setenv("TZ", system)
    result = bare.run("init", "ours")
    assert result.out.splitlines()[1] == (
        "  1. Write your time zone into content/plan.md: it says UTC, as this computer's cannot be used. "
        f"`{system}` is not a time zone. {hint}"
    )
    assert "\ntimezone: UTC\n" in (bare.root / "ours/content/plan.md").read_text()


def test_a_file_of_that_name(bare: Place) -> None:
    bare.write("ours", "a file")
    result = bare.run("init", "ours")
    assert result.code in (1, 2)
    assert "is a file" in result.err
    assert {path.name for path in bare.root.iterdir()} == {"content", "ours"}


@pytest.mark.parametrize("day", range(7))
def test_the_workflows_fit_the_first_post_whatever_day_it_is(
    bare: Place, monkeypatch: pytest.MonkeyPatch, day: int
) -> None:
    now = datetime(2026, 11, 30 - day, 0, 17, tzinfo=UTC)
    for place in ("init", "_clock"):
        monkeypatch.setattr(f"cmflow.cli.{place}.wall_clock", lambda: now)
    assert bare.run("init", "ours", "--timezone", "Europe/Lisbon", "--action", f"our-team/cmflow@{COMMIT}").code == 0
    monkeypatch.chdir("ours")
    assert bare.run("schedule", "--check").code == 0
