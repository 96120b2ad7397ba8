"""What git says of the work tree, decoded."""

import pytest

from cmflow.git import worktree

OID = "a" * 40


def line(letters: str, path: str = "a.md") -> str:
    return f"1 {letters} N... 100644 100644 100644 {OID} {OID} {path}"


@pytest.mark.parametrize(
    ("entry", "files", "uncommitted", "missing"),
    [
        (line("M."), {"a.md": OID}, {"a.md": True}, ""),
        (line(".M"), {"a.md": None}, {"a.md": True}, ""),
        (line("A."), {"a.md": OID}, {"a.md": False}, ""),
        (line("AM"), {"a.md": None}, {"a.md": False}, ""),
        (line(".A"), {"a.md": None}, {"a.md": False}, ""),
        (line(".D"), {}, {}, "a.md"),
        (line("D."), {}, {}, "a.md"),
        (line("MD"), {}, {}, "a.md"),
        (line("AD"), {}, {}, ""),
        (f"u UU N... 100644 100644 100644 100644 {OID} {OID} {OID} a.md", {"a.md": None}, {"a.md": True}, ""),
        ("? new file.md", {"a.md": OID, "new file.md": None}, {"new file.md": False}, ""),
    ],
)
def test_each_line(entry: str, files: dict[str, str | None], uncommitted: dict[str, bool], missing: str) -> None:
    tree = worktree.read([f"H 100644 {OID} 0\ta.md"], [entry, ""])
    assert tree == worktree.WorkTree(files, uncommitted, frozenset(), missing=frozenset(filter(None, [missing])))


def test_repositories_of_their_own_and_the_branch() -> None:
    staged = [f"H 160000 {OID} 0\tcontent/sub", f"S 100644 {OID} 0\tsparse.md"]
    changed = f"1 .M SC.. 160000 160000 160000 {OID} {OID} content/sub"
    head = ["# branch.oid (initial)", "# branch.head main", "# branch.upstream origin/main", "# branch.ab +2 -1"]
    tree = worktree.read(staged, [*head, changed, "? content/nested/"])
    modules = frozenset({"content/sub", "content/nested"})
    assert tree == worktree.WorkTree(
        {"sparse.md": None}, {}, modules, "origin/main", 2, frozenset({"sparse.md"}), {"sparse.md": OID}
    )
    assert tree.compared({"sparse.md": OID}) == tree
    assert tree.compared({"sparse.md": "b" * 40}).uncommitted == {"sparse.md": True}
    assert worktree.inside("content/nested/deep/a.md", modules) == "content/nested"
    assert worktree.inside("content/nested2/a.md", modules) == ""
