"""`cmflow new`"""

import re
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import Place, Result

DATE = ("--date", "2026-06-04 17:00")
MADE = """\
---
title: Our summer hours
date: 2026-06-04 17:00
accounts: [news, short]
status: draft
campaign: summer
pillar: menu
---

Write the post here.
"""


def test_everything_given(place: Place) -> None:
    result = place.run(
        "new", "Our summer hours", *DATE, "-a", "news", "-a", "short", "--campaign", "summer", "--pillar", "menu"
    )
    assert result == Result(
        0,
        "content/posts/2026-06/our-summer-hours.md is a draft for 2026-06-04 17:00 (Europe/Paris).\n"
        "Write its text, then preview it: cmflow preview our-summer-hours\n",
        "",
    )
    assert (place.root / "content/posts/2026-06/our-summer-hours.md").read_text() == MADE
    assert place.run("check", "our-summer-hours").code == 0


@pytest.mark.parametrize(
    ("date", "written"),
    [("2026-06-04 17:00 +0200", "2026-06-04 17:00"), ("2026-10-25 02:30 +0200", '"2026-10-25 02:30 +0200"')],
)
def test_the_time_as_a_shell_tells_it(place: Place, date: str, written: str) -> None:
    """README.md passes the offset too: in the night when the clocks go back, an hour comes twice."""
    assert place.run("new", "Hours", "--date", date).code == 0
    (file,) = place.root.glob("content/posts/*/hours.md")
    assert f"\ndate: {written}\n" in file.read_text()


def test_what_is_ready_and_was_never_written_is_no_post(place: Place) -> None:
    place.run("new", "Our summer hours", *DATE, "-a", "news")
    place.write("content/posts/2026-06/our-summer-hours.md", MADE.replace("status: draft\n", ""))
    result = place.run("check", "our-summer-hours")
    assert result.code == 1
    assert "our-summer-hours.md:9: error placeholder: The text is still “Write the post here.”" in result.out


@pytest.mark.parametrize("names", [(), ("-a", "all"), ("-a", "short")])
def test_the_next_free_slot(place: Place, names: tuple[str, ...]) -> None:
    result = place.run("new", "Hello", *names)
    assert result.code == 0
    when = re.search(r"draft for (\S+ \S+) ", result.out)
    assert when
    date = datetime.fromisoformat(when[1])
    assert f"{date:%a %H:%M}" in ("Mon 09:30", "Thu 17:00") or (names == ("-a", "short") and date.hour == 9)
    second = place.run("new", "Hello again", *names)
    assert re.search(r"draft for (\S+ \S+) ", second.out)


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Café: “Été” ☀️ & more!", "café-été-more"),
        ("新しい投稿", "新しい投稿"),
        ("☀️", "post"),
        ("A/B ../../etc", "a-b-etc"),
        ("x" * 300, "x" * 60),
        ("yes: [no] 'no' #5 \"q\"", "yes-no-no-5-q"),
    ],
)
def test_any_title(place: Place, title: str, stem: str) -> None:
    assert place.run("new", title, *DATE).code == 0
    (path,) = place.root.glob("content/posts/2026-06/*.md")
    assert path.stem == stem
    result = place.run("check", stem)
    assert result.code == 0, result.out


def test_a_name_that_is_taken_gets_the_day(place: Place) -> None:
    place.run("new", "Hours", *DATE)
    again = place.run("new", "Hours", "--date", "2026-07-02 17:00")
    assert again.out.startswith("content/posts/2026-07/hours-2026-07-02.md is a draft")
    assert place.run("new", "Hours", "--date", "2026-07-02 18:00") == Result(
        1,
        "",
        "error: content/posts/2026-07/hours-2026-07-02.md already exists.\n"
        "  Choose another title, or edit that file.\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-a", "nwes"], "The plan has no account or group 'nwes'.\n  Did you mean 'news'?"),
        (["-a", "zzz"], "The plan has no account or group 'zzz'.\n  There are: news, short, practice, all."),
        (["--date", "tomorrow"], "`tomorrow` is not a date and time."),
        (["--date", "2026-06-04"], "`2026-06-04`"),
        ([*DATE, "-a", "news", "-a", "shrt"], "Did you mean `short`?"),
        ([*DATE, "--campaign", "sumer"], "Did you mean `summer`?"),
        ([*DATE, "--pillar", "people!"], "Did you mean `people`?"),
    ],
)  # fmt: skip
def test_what_the_plan_does_not_have(place: Place, words: list[str], said: str) -> None:
    result = place.run("new", "Hello", *words)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert list(place.root.glob("content/posts/*/*")) == []


def test_the_editor_opens(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "sed -i s/Write.the.post.here/Written/")
    assert place.run("new", "Hello", *DATE, "--edit").code == 0
    assert (place.root / "content/posts/2026-06/hello.md").read_text().endswith("Written.\n")


def test_an_editor_that_is_not_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-at-all")
    result = place.run("new", "Hello", *DATE, "--edit")
    assert result.code in (1, 2)
    assert result.err.startswith("error: ")
    assert (place.root / "content/posts/2026-06/hello.md").is_file()


def test_a_file_where_the_folder_should_be(place: Place) -> None:
    place.write("content/posts/2026-06", "a file")
    result = place.run("new", "Hello", *DATE)
    assert result == Result(
        1,
        "",
        f"error: {place.root}/content/posts/2026-06 is a file, but must be a folder.\n  Rename it, or move it.\n",
    )


def test_no_free_slot(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("slots: [mon 09:30, thu 17:00]", "min_gap: 400d"))
    place.post("one", date=f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z")
    assert place.run("new", "Hello").err == ("error: news has no free slot in the coming year.\n  Give a date.\n")
