"""Templates kept compiled: only those that come with cmflow, only in a folder that is this user's alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from cmflow.cli import _user_cache
from cmflow.model import templates
from cmflow.model.templates import Templates
from cmflow.render.template import pages
from cmflow.repository import compiled, shipped
from cmflow.repository.cache import Cache
from cmflow.repository.compiled import Compiled
from cmflow.website.languages.names import keep_names, names

SITE = shipped.templates("templates/site")
SOURCE = SITE["templates/site/layout.html.j2"]
CODE = compile("1 + 1", "layout.html.j2", "eval")
OWN_ONLY = pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no such owners")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache/cmflow/templates"


@pytest.fixture
def shelf(folder: Path) -> Iterator[Compiled]:
    """A shelf that holds one template, in use."""
    place = Compiled(folder)
    place.save("pages", "layout", SOURCE, CODE)
    templates.use(place)
    yield place
    templates.use()


def code(place: Compiled, kind: str = "pages", name: str = "layout", source: str = SOURCE) -> CodeType | None:
    return place.load(kind, name, source)


def test_what_is_kept_comes_back_for_the_same_template_alone(shelf: Compiled) -> None:
    assert code(shelf) == CODE
    other = SITE["templates/site/month.html.j2"]
    assert (code(shelf, "posts"), code(shelf, name="x"), code(shelf, source=other)) == (None, None, None)


def test_a_template_of_a_repository_is_neither_kept_nor_looked_up(shelf: Compiled, folder: Path) -> None:
    own = f"{SOURCE}<!-- ours -->"
    files = sorted(folder.iterdir())
    shelf.save("pages", "layout", own, CODE)
    assert (sorted(folder.iterdir()), code(shelf, source=own)) == (files, None)


def test_a_damaged_file_is_ignored_and_replaced(shelf: Compiled, folder: Path) -> None:
    [file] = folder.iterdir()
    data = file.read_bytes()
    for damaged in (b"", data[:-1], data[:40], bytes([data[0] ^ 1]) + data[1:]):
        file.write_bytes(damaged)
        assert code(shelf) is None
    shelf.save("pages", "layout", SOURCE, CODE)
    assert (code(shelf), file.read_bytes()) == (CODE, data)


@OWN_ONLY
def test_nothing_is_read_from_a_folder_or_file_that_others_may_write(shelf: Compiled, folder: Path) -> None:
    [file] = folder.iterdir()
    for path, mode in ((folder, 0o770), (folder, 0o707), (file, 0o620), (file, 0o602)):
        usual = path.stat().st_mode
        path.chmod(mode)
        assert code(shelf) is None
        path.chmod(usual)
    assert code(shelf) == CODE
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@OWN_ONLY
def test_a_link_is_not_followed(shelf: Compiled, folder: Path, tmp_path: Path) -> None:
    [file] = folder.iterdir()
    file.rename(elsewhere := tmp_path / "code")
    file.symlink_to(elsewhere)
    assert code(shelf) is None
    file.unlink()
    folder.rmdir()
    (tmp_path / "other").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "other")
    shelf.save("pages", "layout", SOURCE, CODE)
    assert list((tmp_path / "other").iterdir()) == []


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = Compiled(tmp_path / "file/cmflow")
    place.save("pages", "layout", SOURCE, CODE)
    assert code(place) is None


@OWN_ONLY
def test_nothing_is_made_in_a_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with `sudo`, where the home may still be that of the person who called it."""
    uid = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: uid)
    Compiled(tmp_path / "cache").save("pages", "layout", SOURCE, CODE)
    assert list(tmp_path.iterdir()) == []


def test_old_versions_are_deleted(shelf: Compiled, folder: Path) -> None:
    for number in range(compiled.MOST + 5):
        (old := folder / f"{number}").write_text("")
        os.utime(old, (number, number))
    shelf.save("pages", "month", SOURCE, CODE)
    assert len(list(folder.iterdir())) == compiled.MOST
    assert code(shelf) == CODE


def test_a_page_is_the_same_from_compiled_templates_and_is_compiled_once(
    shelf: Compiled, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jinja2 import Environment

    compilations: list[str | None] = []
    compile_one = Environment.compile

    def counted(self: Environment, source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        compilations.append(name)
        return compile_one(self, source, name, filename)

    monkeypatch.setattr(Environment, "compile", counted)
    texts = {**SITE, "templates/site/own.html.j2": "{% include 'report.html.j2' %}<b>{{ 1 + 1 }}</b>"}
    results = []
    for _ in range(2):
        pages._environment.cache_clear()
        environment = pages.environment(texts)
        results.append([environment.get_template(name).name for name in ("report.html.j2", "own.html.j2")])
    assert results[0] == results[1] == ["report.html.j2", "own.html.j2"]
    assert compilations == ["report.html.j2", "own.html.j2", "own.html.j2"]


def test_it_is_the_users_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def place(root: str) -> object:
        _user_cache.use_templates(tmp_path / root)
        return templates.shelf()

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    try:
        assert place("team") == Compiled(tmp_path / "cache/cmflow/templates")
        assert place("") is None, "it would lie in the repository"
        monkeypatch.setenv("CI", "true")
        assert place("team") is None
    finally:
        templates.use()


def test_the_names_of_days_are_kept_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(root: str) -> list[str]:
        _user_cache.use_names(tmp_path / root, Cache(tmp_path / "otherwise"))
        names.cache_clear()
        assert names("fr").weekdays[0] == "lundi"
        return sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json"))

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    try:
        assert kept("team") == ["cache/cmflow/names/names-fr.json"]
        monkeypatch.setenv("CI", "true")
        assert kept("team") == ["cache/cmflow/names/names-fr.json", "otherwise/names-fr.json"]
    finally:
        keep_names()
        names.cache_clear()


def test_templates_of_posts_are_kept_too(shelf: Compiled, folder: Path) -> None:
    from cmflow.render.template import _environment

    networks = Templates(shipped.templates("templates/networks"))
    _environment(networks).get_template("post.md.j2")
    assert len(list(folder.iterdir())) == 2
    assert _environment(Templates(dict(networks.sources))).get_template("post.md.j2").name == "post.md.j2"
