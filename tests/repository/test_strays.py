"""Files that are taken for a post and are not read, and names that cannot be checked out everywhere."""

from pathlib import Path

import pytest

from cmflow import git
from cmflow.model import Problem
from cmflow.repository import source
from cmflow.repository.content import open_content
from tests.repository.places import (
    NOTHING,
    PLAN,
    PNG,
    TEMPLATE,
    TEMPLATES,
    Files,
    content,
    path,
    post,
    repository,
    write,
)


def strays(files: Files) -> list[Problem]:
    codes = ("not-a-post", "not-in-git", "windows-name")
    return [each for each in content(files).problems if each.code in codes]


def in_folder(root: Path) -> list[Problem]:
    problems = open_content(source.folder(root, None), TEMPLATES, NOTHING).problems
    return [problem for problem in problems if problem.code == "not-a-post"]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("a.markdown", "a"),
        ("b.MD", "b"),
        ("c.mdx", "c"),
        ("e.Markdown", "e"),
        ("f.mkd", "f"),
        ("d.txt", "d"),
        ("open-house", "open-house"),
        ("2027/g.md.txt", "g"),
        ("table.csv", "table"),
    ],
)
def test_a_post_with_another_ending(name: str, better: str) -> None:
    file = name.rpartition("/")[2]
    message = f"`{file}` is not read: the file name of a post must end in `.md`."
    hint = f"If it is a post, name it `{better}.md`; if not, move it out of content/posts/."
    assert strays({f"content/posts/{name}": post(), path("z"): post()}) == [
        Problem(f"content/posts/{name}", 1, "not-a-post", message, hint)
    ]


def test_pictures_lie_beside_posts() -> None:
    assert strays({"content/posts/a.png": PNG, "content/posts/no-ending": PNG, "content/posts/broken.JPG": b"x"}) == []


@pytest.mark.parametrize(
    ("name", "reason", "target"),
    [
        ("post.md", "posts must be in content/posts/", "post.md"),
        ("UP.MD", "posts must be in content/posts/", "UP.md"),
        ("posts/2027/a.md", "posts must be in content/posts/", "a.md"),
        ("_posts/a.md", "posts must be in content/posts/", "a.md"),
        ("content/posts/.a.md", "`.a.md` is hidden", "a.md"),
        ("content/posts/.old/a.md", "`.old` is hidden", "a.md"),
    ],
)
def test_a_post_that_is_hidden_or_beside_the_content(tmp_path: Path, name: str, reason: str, target: str) -> None:
    message = f"It looks like a post but is not read: {reason}."
    expected = Problem(name, 1, "not-a-post", message, f"Move it to content/posts/{target}")
    write(tmp_path, {name: "\ufeff" + post()})
    assert in_folder(tmp_path) == [expected]
    write(tmp_path, {name: "---\ntitle: A page\n---\naccounts: none\n"})
    assert in_folder(tmp_path) == []


@pytest.mark.parametrize("name", ["content/posts/._a.md", "docs/a.md", ".github/a.md"])
def test_what_is_not_mistaken_for_a_post(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: post()})
    assert in_folder(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["content/outside.md", "content/Posts/a.md", "content/post/a.markdown", "content/x.MD"]
)
def test_a_post_in_the_wrong_folder(name: str) -> None:
    hint = f"Move it to content/posts/{name.rpartition('/')[2].rpartition('.')[0]}.md"
    message = "It looks like a post but is not read: posts must be in content/posts/."
    assert strays({name: post()}) == [Problem(name, 1, "not-a-post", message, hint)]
    assert strays({name: "# Notes\n"}) == []


@pytest.mark.parametrize(
    "name",
    [
        "aux.md",
        "CON.md",
        "nul",
        "com1.txt.md",
        "10:30 news.md",
        "what?.md",
        "a. /b.md",
        "end.",
        "lpt9 .md",
        "x|y.md",
        "prn/a.md",
    ],
)
def test_a_name_that_windows_cannot_have(name: str) -> None:
    files = {f"content/media/{name}": PNG, f"content/media/{name}2.png": PNG, "content/media/b.png": PNG}
    assert [each.path for each in strays(files) if each.code == "windows-name"][:1] == [f"content/media/{name}"]


@pytest.mark.parametrize(
    "name", ["auxiliary.md", "console.md", "com10.md", "com.md", "a-con.md", ".x.md", "null.md", "é ü.md"]
)
def test_a_name_that_windows_can_have(name: str) -> None:
    assert strays({f"content/media/{name}": "x"}) == []


def test_a_folder_is_told_once() -> None:
    files = {"content/posts/aux/a.md": post(), "content/posts/aux/b.md": post("2026-12-02 09:30", body="b")}
    message = "`aux` is not a valid file name on Windows: it cannot be checked out there."
    hint = "Rename it. To keep the id of a post, write it as `id:`."
    assert strays(files) == [Problem("content/posts/aux/a.md", 1, "windows-name", message, hint)]


def test_posts_that_git_will_never_have(tmp_path: Path) -> None:
    repository(tmp_path, {"content/plan.md": PLAN, ".gitignore": "private/\n*.log\n"})
    write(tmp_path, {"content/posts/private/a.md": post(), "content/posts/x.log": "x"})
    found = open_content(source.folder(tmp_path, git.discover(tmp_path)), TEMPLATES, NOTHING)
    message = "It will not be published: git ignores it (.gitignore:1)."
    hint = "Move it into this repository and commit it, or delete it."
    assert found.problems == (Problem("content/posts/private/a.md", 1, "not-in-git", message, hint),)
    assert found.post_paths == ()


def test_a_conflict_in_a_template() -> None:
    found = content({TEMPLATE: "{{ text }}\n<<<<<<< HEAD\n"})
    assert [(each.path, each.line, each.code) for each in found.problems] == [(TEMPLATE, 2, "conflict-markers")]
