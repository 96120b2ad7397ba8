"""Where the repository is on GitHub."""

from pathlib import Path

import pytest

from cmflow import git
from cmflow.cli._web import Web, web
from tests.repository.places import run

ACTIONS = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "harbour/posts"}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> git.Repository:
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_BASE_REF"):
        monkeypatch.delenv(name, raising=False)
    run(tmp_path, "init", "-q", "-b", "trunk")
    return git.discover(tmp_path)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/harbour/posts.git", "https://github.com/harbour/posts"),
        ("https://github.com/harbour/posts", "https://github.com/harbour/posts"),
        ("https://somebody:secret@github.com/harbour/posts.git", "https://github.com/harbour/posts"),
        ("git@github.com:harbour/po.sts.git", "https://github.com/harbour/po.sts"),
        ("ssh://git@github.com/harbour/posts/", "https://github.com/harbour/posts"),
        ("https://gitlab.example/harbour/posts.git", ""),
        ("https://github.com.evil.example/harbour/posts", ""),
        ("https://github.com/harbour/posts/more", ""),
        ("/srv/git/posts.git", ""),
    ],
)
def test_what_the_remote_says(repository: git.Repository, remote: str, address: str) -> None:
    run(repository.root, "remote", "add", "origin", remote)
    assert web(repository) == Web(address, "trunk")


def test_nobody_knows(repository: git.Repository) -> None:
    assert web(repository) == Web("", "trunk")
    assert web(None) == Web("", "main")


@pytest.mark.parametrize(
    ("said", "branch"),
    [
        ({"GITHUB_REF": "refs/heads/posts/summer", "GITHUB_REF_NAME": "posts/summer"}, "posts/summer"),
        ({"GITHUB_REF": "refs/pull/3/merge", "GITHUB_REF_NAME": "3/merge", "GITHUB_BASE_REF": "trunk"}, "trunk"),
        ({"GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1"}, "main"),
        ({}, "main"),
    ],
)
def test_what_actions_says(
    repository: git.Repository, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], branch: str
) -> None:
    for name, value in {**ACTIONS, **said}.items():
        monkeypatch.setenv(name, value)
    assert web(repository) == Web("https://github.example/harbour/posts", branch)
