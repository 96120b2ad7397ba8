"""Posts that cannot be read are on no list: `status`, `watch` and each run say so."""

import json

import pytest

from tests.cli.conftest import Place

pytestmark = pytest.mark.slow  # real git

BROKEN: dict[str, str | bytes] = {
    "quote": '---\ntitle: "Open\ndate: 2026-12-02 10:00\naccounts: [practice]\n---\nA\n',
    "day": "---\ntitle: T\ndate: 2026-13-02 10:00\naccounts: [practice]\n---\nB\n",
    "account": "---\ntitle: T\ndate: 2026-12-02 10:00\naccounts: [gone]\n---\nC\n",
    "plain": "No front matter\n",
    "wide": "---\ntitle: T\n---\nD\n".encode("utf-16"),
    "pointer": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 7\n",
}


@pytest.fixture
def quiet(place: Place) -> Place:
    """One post, which is sent."""
    return place.with_one("sent")


@pytest.mark.parametrize("name", BROKEN)
def test_everyone_is_told(quiet: Place, name: str) -> None:
    path = f"content/posts/{name}.md"
    quiet.write(path, BROKEN[name])
    quiet.commit()
    said = f"1 post cannot be read, so it is not published: run cmflow check ({path}).\n"
    for words in (["publish"], ["publish", "--dry-run"], ["publish", "--wait", "1m"]):
        result = quiet.run(*words)
        assert (result.code, result.err) == (4, said)
    status = quiet.run("status")
    assert (status.code, f"Needs a person\n  {path}:" in status.out) == (4, True)
    assert [problem["path"] for problem in json.loads(quiet.run("status", "--format", "json").out)["problems"]] == [
        path
    ]
    watch = quiet.run("watch")
    assert (watch.code, "to do   1 post cannot be read and is not published.\n" in watch.out) == (4, True)
    assert f"        - {path}:" in watch.out
    (quiet.root / path).unlink()
    quiet.commit()
    assert [quiet.run(word).code for word in ("publish", "status", "watch")] == [0, 0, 0]


def test_a_draft_may_be_unfinished(quiet: Place) -> None:
    quiet.write("content/posts/idea.md", "---\ntitle: T\nstatus: draft\n---\nAn idea\n")
    quiet.write("content/posts/other.md", '---\nstatus: "draft"\ntitle: "T\n---\nAn idea\n')
    quiet.commit()
    assert [quiet.run(word).code for word in ("publish", "status", "watch")] == [0, 0, 0]


def test_what_was_sent_before_it_broke_is_no_alarm(quiet: Place) -> None:
    quiet.write("content/posts/sent.md", BROKEN["quote"])
    quiet.commit()
    assert [quiet.run(word).code for word in ("publish", "status", "watch")] == [0, 0, 0]


def test_many_are_counted(quiet: Place) -> None:
    for number in range(7):
        quiet.write(f"content/posts/{number}.md", BROKEN["plain"])
    quiet.commit()
    names = ", ".join(f"content/posts/{number}.md" for number in range(5))
    said = f"7 posts cannot be read, so they are not published: run cmflow check ({names} and 2 more).\n"
    assert quiet.run("publish").err == said
    assert "7 posts cannot be read and are not published." in quiet.run("watch").out


def test_what_a_filter_could_not_provide_is_read_once_it_can(quiet: Place) -> None:
    """Such as git-crypt without its key: git's bytes are the same when the key comes."""
    quiet.git("config", "filter.lock.clean", "tr a-z b-za")
    quiet.git("config", "filter.lock.smudge", "false")
    quiet.write(".gitattributes", "locked.md filter=lock\nplan.md filter=lock\n")
    quiet.soon("locked", body="An open secret")
    quiet.git("add", "--renormalize", "-A")
    quiet.commit()
    assert [quiet.run(word).code for word in ("check", "publish", "status")] == [1, 1, 1]  # without a plan
    quiet.git("config", "filter.lock.smudge", "tr b-za a-z")
    assert quiet.run("check").code == 0
    quiet.write(".gitattributes", "locked.md filter=lock\n")
    quiet.git("config", "filter.lock.smudge", "false")
    quiet.git("add", "--renormalize", "-A")
    quiet.commit()
    said = "1 post cannot be read, so it is not published: run cmflow check (content/posts/locked.md).\n"
    assert (quiet.run("check").code, quiet.run("publish").err) == (1, said)
    quiet.git("config", "filter.lock.smudge", "tr b-za a-z")
    assert [quiet.run(word).code for word in ("check", "publish", "status")] == [0, 0, 0]
    assert ".cmflow/outbox/locked/practice.1.txt" in quiet.outbox
