"""The paper repository answers as git does: the same story is told to both."""

from collections.abc import Callable
from pathlib import Path

from cmflow.git import Repository
from cmflow.model.errors import LostRace
from tests.deliveries import NOON, clones
from tests.faults.paper import paper


def papers(folder: Path) -> tuple[Repository, Repository]:
    paper(folder / "origin")
    return paper(folder / "one"), paper(folder / "two")


def gits(folder: Path) -> tuple[Repository, Repository]:
    one, two = (each.repository for each in clones(folder, 2))
    return one, two


def test_paper_answers_as_git_does(tmp_path: Path) -> None:
    assert story(*papers(tmp_path / "paper")) == story(*gits(tmp_path / "git"))


def story(one: Repository, two: Repository) -> list[object]:
    """Two clones that race for a branch; what was said, with commits by the order in which they were made."""
    names: dict[str | None, str] = {None: "none"}

    def commit(where: Repository, parent: str | None, **files: str | None) -> str:
        changes = {path: None if text is None else text.encode() for path, text in files.items()}
        name = where.make_commit(changes, "A change", parent, NOON)
        names.setdefault(name, f"commit {len(names)}")
        return name

    said: list[object] = []
    say: Callable[[object], None] = said.append
    first = commit(one, None, a="1", b="1")
    say(names[commit(one, None, a="1", b="1")])  # the same again is the same commit
    say(refused(lambda: one.move("refs/heads/state", first, first)))
    say(refused(lambda: one.move("refs/heads/state", first, None)))
    say(refused(lambda: one.move("refs/heads/state", first, None)))
    say(names[two.fetch("origin", "state")])
    one.push("origin", first, "state")
    one.push("origin", first, "state")  # up to date
    say(names[two.fetch("origin", "state")])
    ours, theirs = commit(one, first, a="2"), commit(two, first, b=None, c="3")
    two.push("origin", theirs, "state")
    say(refused(lambda: one.push("origin", ours, "state")))
    say(names[one.fetch("origin", "state")])
    say([one.is_ancestor(first, theirs), one.is_ancestor(ours, theirs), names[one.merge_base(ours, theirs)]])
    changed = one.changed(first, theirs)
    say([sorted(changed), changed["b"], [data for _, data in one.read([changed["c"] or ""])]])
    say([sorted(one.tree(theirs)), one.paths(theirs), one.paths(theirs, "a"), one.paths(theirs, "d")])
    say([names[one.tip("state")], names[two.tip("state")], names[one.resolve("refs/remotes/origin/state")]])
    return said


def refused(act: Callable[[], None]) -> bool:
    try:
        act()
    except LostRace:
        return True
    return False
