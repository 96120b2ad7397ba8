"""What git remembers of each file, against small real histories."""

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmflow import git
from cmflow.git.history import LIMIT, History, read
from cmflow.model import Change
from tests.git.test_git import sh

pytestmark = pytest.mark.slow  # real git

START = 1_790_000_000
TEXT = "".join(f"line {number}\n" for number in range(20))


def quoted(path: str) -> bytes:
    return b'"%s"' % path.replace("\t", "\\t").replace("\n", "\\n").encode()


class Told:
    """A history made by one git process: `commit` says what changed; a commit is named by its number, from 1."""

    def __init__(self, root: Path) -> None:
        subprocess.run(["git", "init", "-q", "-b", "main", "--template=", str(root)], check=True)
        self.root, self.count, self.words = root, 0, list[bytes]()

    def commit(
        self,
        message: str | bytes,
        files: Mapping[str, str | None] | None = None,
        parents: tuple[int, ...] | None = None,
        author: bytes = b"Ana <ana@example.org>",
        when: str = "",
        moved: Mapping[str, str] | None = None,
    ) -> int:
        above = ((self.count,) if self.count else ()) if parents is None else parents
        self.count += 1
        text = message.encode() if isinstance(message, str) else message
        at = (when or f"{START + self.count * 60} +0000").encode()
        self.words += [b"commit refs/heads/main\nmark :%d\n" % self.count]
        self.words += [b"author %s %s\ncommitter %s %s\n" % (author, at, author, at)]
        self.words += [b"data %d\n%s\n" % (len(text), text)]
        self.words += [b"%s :%d\n" % (b"merge" if number else b"from", each) for number, each in enumerate(above)]
        self.words += [b"R %s %s\n" % (quoted(old), quoted(new)) for old, new in (moved or {}).items()]
        for path, content in (files or {}).items():
            body = b"" if content is None else content.encode()
            self.words.append(
                b"D %s\n" % quoted(path)
                if content is None
                else b"M 100644 inline %s\ndata %d\n%s\n" % (quoted(path), len(body), body)
            )
        return self.count

    def done(self) -> git.Repository:
        """The repository, with all that was said so far."""
        words, self.words = b"".join(self.words), []
        subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=self.root, input=words, check=True)
        return git.discover(self.root)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "told")


def said(found: History) -> dict[str, list[str]]:
    """The subjects, by the name of the file alone, with the pull request where there is one."""
    return {
        path.removeprefix("content/posts/"): [
            each.subject + (f" [{each.pull}]" if each.pull else "") + "".join(f" ✓{name}" for name in each.reviewers)
            for each in changes
        ]
        for path, changes in found.changes.items()
    }


def a(name: str) -> str:
    return f"content/posts/{name}.md"


def test_a_change_says_who_when_and_what(told: Told) -> None:
    told.commit("Write a\n\nWith care.\n", {a("a"): TEXT, "README.md": "x\n"})
    told.commit("Say nothing of posts", {"README.md": "y\n"})
    repository = told.done()
    found = read(repository, repository.head())
    first = sh(told.root, "rev-parse", "HEAD~1")
    at = datetime.fromtimestamp(START + 60, UTC)
    assert found.changes == {a("a"): (Change(at, "Ana", "Write a", first),)}
    assert (found.commit, found.cut, found.former) == (repository.head(), False, {})


def test_names_are_followed_back_also_where_one_file_takes_the_name_of_another(told: Told) -> None:
    other = TEXT.replace("line", "word")
    told.commit("Write a", {a("a"): TEXT})
    told.commit("Write b", {a("b"): other})
    told.commit("Edit a", {a("a"): f"{TEXT}more\n"})
    told.commit("Move b", moved={a("b"): a("2026-12/c")})
    told.commit("Move a", moved={a("a"): a("b")})
    told.commit("Edit b", {a("b"): f"{TEXT}more and more\n"})
    repository = told.done()
    found = read(repository, repository.head())
    assert said(found) == {
        "b.md": ["Edit b", "Move a", "Edit a", "Write a"],
        "2026-12/c.md": ["Move b", "Write b"],
    }
    assert found.former == {a("a"): a("b"), a("b"): a("2026-12/c")}


def test_what_a_branch_changed_while_another_renamed_it_is_not_lost(told: Told) -> None:
    told.commit("Write a", {a("a"): TEXT})
    edited = told.commit("Edit a", {a("a"): f"{TEXT}more\n"})
    told.commit("Rename a", moved={a("a"): a("b")}, parents=(1,))
    told.commit("Merge pull request #7 from x/edit", {a("b"): f"{TEXT}more\n"}, parents=(3, edited))
    repository = told.done()
    found = read(repository, repository.head())
    assert said(found) == {"b.md": ["Edit a [7]", "Rename a", "Write a"]}
    assert found.former == {a("a"): a("b")}
    before = read(repository, sh(told.root, "rev-parse", "main^1"))
    assert read(repository, repository.head(), old=before) == found


def test_a_name_that_was_given_again_is_another_file(told: Told) -> None:
    told.commit("Write a", {a("a"): TEXT})
    told.commit("Rename a", moved={a("a"): a("b")})
    told.commit("Write another a", {a("a"): "another\n"})
    told.commit("Edit the other a", {a("a"): "another one\n"})
    told.commit("Delete it", {a("a"): None})
    repository = told.done()
    found = read(repository, repository.head())
    assert said(found) == {"b.md": ["Rename a", "Write a"]}
    assert found.former == {}


def test_a_post_that_was_deleted_and_is_back_begins_anew(told: Told) -> None:
    told.commit("Write", {a("a"): TEXT, a("b"): "b\n"})
    told.commit("Delete", {a("a"): None})
    told.commit("Put it back", {a("a"): TEXT})
    repository = told.done()
    found = read(repository, repository.head())
    assert said(found) == {"a.md": ["Put it back"], "b.md": ["Write"]}
    for back in (1, 2):
        known = read(repository, sh(told.root, "rev-parse", f"HEAD~{back}"))
        assert read(repository, repository.head(), old=known) == found


def test_a_pull_request_is_known_by_its_merge_or_by_its_subject(told: Told) -> None:
    told.commit("Start", {a("a"): TEXT})
    one = told.commit("One\n\nReviewed-by: Bo <bo@example.org>\n", {a("one"): "1\n"}, parents=(1,))
    main = told.commit("Squash two (#5)\n\nApproved-by: Cy\nReviewed-by: Cy\n", {a("two"): "2\n"}, parents=(1,))
    onto = told.commit("Merge branch 'main'", {a("one"): "1\n", a("two"): "2\n"}, parents=(one, main))
    again = told.commit("One more", {a("one"): "1!\n"}, parents=(onto,))
    inner = told.commit("Inner", {a("inner"): "i\n"}, parents=(one,))
    nested = told.commit("Merge pull request #8 from x/inner", {a("inner"): "i\n"}, parents=(again, inner))
    told.commit(
        "Merge pull request #9 from x/one\n\nThe title\n\nApproved-by: Di <di@example.org>\n",
        {a("one"): "1!\n", a("inner"): "i\n"},
        parents=(main, nested),
    )
    told.commit("Merge pull request #10 from nobody, which is no merge", {a("a"): "x\n"})
    told.commit('Revert "One (#5)" (#11)', {a("one"): "1\n"})
    told.commit('Revert "Revert that (#11)"', {a("one"): "1!\n"})
    repository = told.done()
    found = read(repository, repository.head())
    assert said(found) == {
        "a.md": ["Merge pull request #10 from nobody, which is no merge", "Start"],
        "inner.md": ["Inner [8]"],
        "one.md": [
            'Revert "Revert that (#11)"',
            'Revert "One (#5)" (#11) [11]',
            "One more [9] ✓Di",
            "One [9] ✓Bo ✓Di",
        ],
        "two.md": ["Squash two (#5) [5] ✓Cy"],
    }
    for back in range(1, 4):
        known = read(repository, sh(told.root, "rev-parse", f"HEAD~{back}"))
        assert read(repository, repository.head(), old=known) == found


def test_a_commit_of_a_side_branch_is_no_start_for_the_next_reading(told: Told) -> None:
    told.commit("Start", {a("a"): TEXT})
    side = told.commit("Side", {a("b"): "b\n"}, parents=(1,))
    main = told.commit("Main", {a("c"): "c\n"}, parents=(1,))
    told.commit("Merge pull request #3 from x/side", {a("b"): "b\n"}, parents=(main, side))
    repository = told.done()
    known = read(repository, sh(told.root, "rev-parse", "HEAD^2"))
    assert said(known) == {"a.md": ["Start"], "b.md": ["Side"]}
    assert said(read(repository, repository.head(), old=known))["b.md"] == ["Side [3]"]
    gone = History("1" * 40, {a("x"): ()})
    assert read(repository, repository.head(), old=gone) == read(repository, repository.head())


def test_anything_may_stand_in_a_commit(told: Told) -> None:
    told.commit(b"\xff\x1b[31m bold \xe2\x80\xae turned", {a("a"): TEXT}, author=b"M\xe9l\x07 \xf0\x9f\x9a\x80 <>")
    told.commit("x" * 999 + "\n\nReviewed-by: <only@example.org>\n", {a("t\tb\nc"): "1\n"}, when="99999999999999 +0000")
    repository = told.done()
    found = read(repository, repository.head())
    (first,), (second,) = found.changes[a("a")], found.changes[a("t\tb\nc")]
    assert (first.author, first.subject) == ("M�l\\x07 🚀", "�\\x1b[31m bold \\u202e turned")
    assert (second.subject, second.time.year, second.reviewers) == ("x" * 199 + "…", 1970, ())


def test_settings_change_nothing(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.commit("Write", {a("a"): TEXT, "notes.md": TEXT})
    repository = told.done()
    before = read(repository, repository.head())
    for name, value in {
        "log.showSignature": "true",
        "log.showRoot": "false",
        "log.decorate": "full",
        "color.ui": "always",
        "diff.renames": "false",
        "diff.noprefix": "true",
        "log.follow": "true",
        "log.date": "relative",
        "format.pretty": "oneline",
    }.items():
        sh(told.root, "config", name, value)
    assert read(repository, repository.head()) == before
    assert said(before) == {"a.md": ["Write"]}


def test_only_the_newest_changes_are_kept(told: Told) -> None:
    for number in range(LIMIT + 5):
        told.commit(f"Change {number}", {a("a"): f"{TEXT}{number}\n"})
    repository = told.done()
    newest = [f"Change {number}" for number in range(LIMIT + 4, 4, -1)]
    known = read(repository, sh(told.root, "rev-parse", "HEAD~3"))
    assert said(read(repository, repository.head())) == {"a.md": newest}
    assert said(read(repository, repository.head(), old=known)) == {"a.md": newest}


def test_a_shallow_clone_tells_what_it_has(told: Told, tmp_path: Path) -> None:
    for number in range(4):
        told.commit(f"Change {number}", {a("a"): f"{TEXT}{number}\n", a(f"only-{number}"): "x\n"})
    told.done()
    sh(tmp_path, "clone", "-q", "--depth=2", f"file://{told.root}", "cut")
    clone = git.discover(tmp_path / "cut")
    found = read(clone, clone.head())
    assert found.cut
    assert said(found) == {"a.md": ["Change 3"], "only-3.md": ["Change 3"]}
    sh(clone.root, "fetch", "-q", "--unshallow")
    whole = read(clone, clone.head(), old=found)
    assert not whole.cut
    assert said(whole)["a.md"] == ["Change 3", "Change 2", "Change 1", "Change 0"]
