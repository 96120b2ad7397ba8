"""`cmflow check`"""

import json
import re
import shutil
from dataclasses import replace
from typing import Any

import pytest

from cmflow.model import Entry
from cmflow.problems import CODES
from cmflow.repository import loader
from tests.cli.conftest import Place, Result

THEN = ("--at", "2026-05-31 12:00")  # before the posts are due


WITHOUT_GIT = "  Change to your content repository, or create one with `git init`.\n"


@pytest.fixture
def clean(place: Place) -> Place:
    """Every account can be published to, so that nothing at all is to be said."""
    plan = (place.root / "content/plan.md").read_text()
    for old, new in (
        ("network: mastodon", "network: outbox"),
        ("instance: https://social.example", "folder: outbox"),
        ("network: x", "network: outbox"),
    ):
        plan = plan.replace(old, new)
    place.write("content/plan.md", plan)
    shutil.rmtree(place.root / ".git")  # then nobody asks what is committed
    refusal = f"cmflow publish refuses here: {place.root} is not inside a git repository.\n{WITHOUT_GIT}"

    def run(*words: str) -> Result:
        result = place.run(*words)
        return replace(result, out=result.out.removesuffix(refusal))

    return replace(place, run=run)


@pytest.mark.parametrize("words", [[], ["--base", "HEAD"]], ids=["all", "changed"])
def test_the_posts_are_read_once(place: Place, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    load, calls = loader.load, list[object]()

    def counted(*arguments: Any, **keywords: Any) -> tuple[Entry, ...]:
        calls.append(arguments)
        return load(*arguments, **keywords)

    monkeypatch.setattr(loader, "load", counted)
    assert place.run("check", *words, *THEN).code == 0
    assert len(calls) == 1


def test_nothing_to_say(clean: Place) -> None:
    assert clean.run("check", *THEN) == Result(0, "1 post checked: no problems.\n", "")


def test_a_warning_is_no_failure(place: Place) -> None:
    assert place.run("check", *THEN) == Result(
        0,
        "content/plan.md:1: warning preview-only: cmflow cannot publish to these accounts yet: news, short.\n"
        "    Their posts are checked, previewed and rehearsed. Publish them by hand, then record it: cmflow settle\n"
        "1 post checked: 1 warning.\n"
        "Publishing what has not been sent yet will cost 0.015 USD (short 0.015 USD).\n",
        "",
    )


def test_every_problem_in_one_run_sorted_with_what_to_do(clean: Place) -> None:
    clean.post("b", acounts="[news]")
    clean.post("a", date="2026-06-02")
    result = clean.run("check", *THEN)
    lines = result.out.splitlines()
    assert result.code == 1
    assert [line.split(": ")[:2] for line in lines if not line.startswith("    ")][:-1] == [
        ["content/posts/a.md:3", "error date-without-time"],
        ["content/posts/b.md:5", "error unknown-key"],
    ]
    assert "    Did you mean `accounts`?" in lines
    assert lines[-1] == "3 posts checked: 2 errors."


def test_the_same_for_several_accounts_is_said_once(clean: Place) -> None:
    clean.post("a", "![](nowhere.png)", accounts="[news, short]", media="[nowhere.png]")
    said = [line for line in clean.run("check", *THEN).out.splitlines() if "media-missing" in line]
    assert len(said) == 1


@pytest.mark.parametrize("name", ["b", "content/posts/b.md", "./content/posts/b.md", "bee"])
def test_named_posts_only(clean: Place, name: str) -> None:
    clean.post("a", acounts="[news]")
    clean.post("b", id="bee", campaign="winter")
    result = clean.run("check", *THEN, name)
    assert result.code == 1
    assert "a.md" not in result.out
    assert result.out.endswith("1 post checked: 1 error.\n")


def test_a_good_post_beside_a_bad_one(clean: Place) -> None:
    clean.post("a", acounts="[news]")
    assert clean.run("check", *THEN, "terrace") == Result(0, "1 post checked: no problems.\n", "")


def test_a_post_that_is_not_there(place: Place) -> None:
    assert place.run("check", *THEN, "terace") == Result(
        1, "", "error: There is no post 'terace'.\n  Did you mean 'terrace'?\n"
    )
    (place.root / "content/posts/terrace.md").unlink()
    assert place.run("check", *THEN, "terrace").err.endswith("There are no posts yet: cmflow new\n")
    for number in range(30):
        place.post(f"a-rather-long-name-{number}")
    assert place.run("check", *THEN, "xyz").err.endswith("Use its file, or its id: the file name without .md\n")


def test_for_github(clean: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clean.post("a", campaign="winter")
    asked = clean.run("check", *THEN, "--format", "github")
    assert asked.out.startswith("::error file=content/posts/a.md,line=5,title=unknown-campaign::")
    assert asked.out.endswith("\n2 posts checked: 1 error.\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert clean.run("check", *THEN) == asked
    assert clean.run("check", *THEN, "--format", "text") != asked


def test_for_programs(clean: Place) -> None:
    clean.post("a", campaign="winter")
    result = clean.run("check", *THEN, "--format", "json")
    assert (result.code, result.err) == (1, "")
    found = json.loads(result.out)
    assert found["posts"] == 2
    assert [(each["code"], each["severity"], each["line"]) for each in found["problems"]] == [
        ("unknown-campaign", "error", 5)
    ]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(bare: Place, code: str) -> None:
    result = bare.run("check", "--explain", code)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{code} (")
    assert "\nWhat to do: " in result.out


def test_all_codes(bare: Place) -> None:
    lines = bare.run("check", "--explain", "all").out.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert all(re.fullmatch(r"[a-z0-9-]+ +(error  |warning)  \S.*", line) for line in lines)
    assert len({re.match(r"[a-z0-9-]+ +", line + " ").end() for line in lines}) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "hint"),
    [("text-to-long", "Did you mean 'text-too-long'?"), ("x", "List them all: cmflow check --explain all.")],
)
def test_no_such_code(bare: Place, code: str, hint: str) -> None:
    assert bare.run("check", "--explain", code) == Result(
        2, "", f"error: There is no problem code {code!r}. {hint}\n  See: cmflow check --help\n"
    )


def test_without_git(bare: Place) -> None:
    assert bare.run("check").code == 0


def test_from_below_and_from_elsewhere(clean: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clean.root / "content/posts")
    assert clean.run("check", *THEN, "terrace.md") == Result(0, "1 post checked: no problems.\n", "")
    monkeypatch.chdir("/")
    assert clean.run("--root", str(clean.root), "check", *THEN).code == 0


# ── what a branch touches ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def branch(clean: Place) -> Place:
    """A branch of a repository whose only older post has an error."""
    clean.post("old", acounts="[news]")
    clean.git("init", "-q", "--template=")
    clean.commit()
    clean.git("switch", "-qc", "work")
    return clean


def test_only_what_changed(branch: Place) -> None:
    assert branch.run("check", *THEN, "--base", "main") == Result(
        0, "0 of 2 posts checked, since main: no problems.\n", ""
    )
    branch.post("new", campaign="winter")
    saved = branch.run("check", *THEN, "--base", "main")
    assert saved.code == 1
    assert saved.out.splitlines()[0].startswith("content/posts/new.md:5: error unknown-campaign:")
    assert saved.out.splitlines()[-2:] == [
        "1 of 3 posts checked, since main: 1 error.",
        "1 post in the folder is not committed: publishing does not see it (content/posts/new.md).",
    ]
    branch.commit()
    committed = branch.run("check", *THEN, "--base", "main")
    assert committed.out.splitlines() == saved.out.splitlines()[:-1]
    assert branch.run("check", *THEN, "--base", "HEAD").out == "0 of 3 posts checked, since HEAD: no problems.\n"
    found = json.loads(branch.run("check", *THEN, "--base", "main", "--format", "json").out)
    assert (found["posts"], [each["path"] for each in found["problems"]]) == (1, ["content/posts/new.md"])


def test_a_collision_with_a_post_that_was_not_touched(branch: Place) -> None:
    branch.post("early", "Something else", date="2026-06-01 09:15")
    branch.commit()
    out = branch.run("check", *THEN, "--base", "main").out
    assert out.splitlines()[0] == (
        "content/posts/terrace.md:1: warning min-gap (news): "
        "It is due 15 min after content/posts/early.md; the plan asks for 30 min."
    )
    assert out.endswith("1 of 3 posts checked, since main: 1 warning.\n")


def test_where_the_plan_changed(branch: Place) -> None:
    branch.write("content/plan.md", (branch.root / "content/plan.md").read_text().replace("summer:", "autumn:"))
    branch.commit()
    out = branch.run("check", *THEN, "--base", "main").out
    assert [line.split(": ")[:2] for line in out.splitlines() if "error" in line][:1] == [
        ["content/posts/terrace.md:5", "error unknown-campaign"]
    ]
    assert out.endswith("2 of 2 posts checked, since main: 1 error.\n")
    branch.write("content/plan.md", "no plan")
    branch.commit()
    assert branch.run("check", *THEN, "--base", "main").out.endswith("0 of 2 posts checked, since main: 1 error.\n")


def test_what_a_change_costs_and_a_budget_that_it_exceeds(branch: Place) -> None:
    plan = (branch.root / "content/plan.md").read_text()
    plan = plan.replace("    network: outbox\n    tone: One fact", "    network: x\n    tone: One fact")
    branch.write("content/plan.md", plan)
    branch.commit()
    branch.git("branch", "-qf", "main")
    branch.post("new", "See https://example.org", accounts="[all]")
    costs = "Publishing what has not been sent yet will cost 0.20 USD (short 0.20 USD).\n"
    branch.commit()
    out = branch.run("check", *THEN, "--base", "main").out
    assert out.endswith(f"1 of 3 posts checked, since main: 1 warning.\n{costs}")
    assert branch.run("check", *THEN, "new").out.count(costs) == 1
    assert "Publishing" not in branch.run("check", "--at", "2026-07-01 12:00", "new").out, "too late to be sent"
    document = json.loads(branch.run("check", *THEN, "--base", "main", "--format", "json").out)
    assert document["costs"] == {"accounts": [{"account": "short", "cost": "0.20 USD"}], "total": ["0.20 USD"]}
    branch.write("content/plan.md", plan.replace("late: 6h\n", "late: 6h\nbudget: 0.10 USD\n"))
    line = "content/plan.md:6: warning over-budget: 2026-06 would cost 0.215 USD, 0.115 USD more than the budget: "
    assert line in branch.run("check", *THEN).out
    branch.commit()
    assert line in branch.run("check", *THEN, "--base", "main").out
    branch.git("branch", "-qf", "main")
    assert line not in branch.run("check", *THEN, "--base", "main").out, "nothing that costs anything was changed"
    branch.post("more", "See https://example.org/more", accounts="[all]", date="2026-06-09 10:00")
    assert "warning over-budget: 2026-06 would cost 0.415 USD" in branch.run("check", *THEN, "--base", "main").out


@pytest.mark.parametrize(
    ("budget", "wrong"), [("20", "`20` is not an amount of money."), ("20 EUR", "No network charges in EUR.")]
)
def test_a_budget_that_cannot_be_compared(clean: Place, budget: str, wrong: str) -> None:
    plan = (clean.root / "content/plan.md").read_text()
    clean.write("content/plan.md", plan.replace("late: 6h\n", f"late: 6h\nbudget: {budget}\n"))
    assert wrong in clean.run("check", *THEN).out


def test_a_base_that_is_not_there(branch: Place, bare: Place) -> None:
    assert branch.run("check", *THEN, "--base", "man") == Result(
        1, "", "error: There is no branch or commit 'man'.\n  List the branches: git branch --all\n"
    )
    assert branch.run("check", *THEN, "--base", "main", "terrace") == Result(
        2, "", "error: --base selects the posts: do not name any.\n  See: cmflow check --help\n"
    )


def test_a_base_without_git(bare: Place) -> None:
    assert bare.run("check", "--base", "main").err.startswith(f"error: {bare.root} is not inside a git repository.\n")


# ── what the coming days lack ───────────────────────────────────────────────────────────────────────────────


def test_weeks_that_fall_short_of_the_plan(clean: Place) -> None:
    plan = (clean.root / "content/plan.md").read_text()
    clean.write("content/plan.md", plan.replace("    tags: [harbour]\n", "    tags: [harbour]\n    per_week: 2\n"))
    assert clean.run("check", "--at", "2026-05-31 12:00") == Result(
        0,
        "content/plan.md:8: warning week-short (news): The plan asks for 2 a week: the week of 2026-05-25 has 0 of 2 "
        "posts, that of 2026-06-01 has 1 of 2 posts.\n"
        "    Free: 2026-06-04 17:00. Write a post, change `per_week`, or name the days as one of the `pauses`.\n"
        "1 post checked: 1 warning.\n",
        "",
    )
    assert clean.run("check", "terrace", "--at", "2026-05-31 12:00").out == "1 post checked: no problems.\n"
    rest = "pauses: {rest: {starts: 2026-05-01, ends: 2026-07-01}}\n---\nOur plan."
    clean.write("content/plan.md", (clean.root / "content/plan.md").read_text().replace("---\nOur plan.", rest))
    assert clean.run("check", "--at", "2026-05-31 12:00").out == (
        "content/posts/terrace.md:1: warning in-pause: It is on hold on news, short: its date is in the pause "
        "rest, 2026-05-01 to 2026-07-01.\n"
        "    Give it another date, or set `ignore_pauses: yes` to publish it anyway.\n"
        "1 post checked: 1 warning.\n"
    )


def test_without_a_plan_no_week_is_short(clean: Place) -> None:
    clean.write("content/plan.md", "no plan")
    assert clean.run("check", *THEN).out.endswith("1 post checked: 1 error.\n")


OVER = ("--at", "2026-11-29 10:00")


def test_a_date_that_is_over(branch: Place) -> None:
    branch.post("new", date="2026-01-05 10:00")
    line = (
        "content/posts/new.md:1: warning date-past: 2026-01-05 10:00 was 328 days ago: too late, "
        "it will not be published on "
        "news.\n    Did you mean 2027-01-05 10:00? Give it another date, or delete the post.\n"
    )
    assert line in branch.run("check", *OVER).out
    assert line in branch.run("check", *OVER, "--base", "main").out
    branch.commit()
    assert "date-past" not in branch.run("check", *OVER, "--base", "HEAD").out
    branch.write("content/plan.md", (branch.root / "content/plan.md").read_text().replace("late: 6h", "late: 7h"))
    plan_too = branch.run("check", *OVER, "--base", "main").out
    assert [each.split(":")[0] for each in plan_too.splitlines() if "date-past" in each] == ["content/posts/new.md"]


def test_a_new_post_before_cmflow_took_over(branch: Place) -> None:
    """What was there before is history; who writes such a post now means another year."""
    plan = (branch.root / "content/plan.md").read_text()
    branch.write("content/plan.md", plan.replace("late: 6h", "late: 6h\nsince: 2026-11-29"))
    branch.commit()
    branch.post("new", date="2026-01-05 10:00")
    told = [branch.run("check", *OVER).out, branch.run("check", *OVER, "--base", "main").out]
    branch.commit()
    told.append(branch.run("check", *OVER, "--base", "main").out)
    expected = [["content/posts/new.md"]] * 3
    assert [[each.split(":")[0] for each in out.splitlines() if "date-past" in each] for out in told] == expected
    assert "date-past" not in branch.run("check", *OVER).out


def test_what_is_wrong_by_file_where_it_is_much(clean: Place) -> None:
    for number in range(16):
        clean.post(f"p{number:02}", acounts="[news]", campaign="winter")
    lines = clean.run("check", *THEN).out.splitlines()
    start = lines.index("By file, the worst first:")
    assert lines[start + 1 : start + 3] == ["  content/posts/p00.md: 2 errors", "  content/posts/p01.md: 2 errors"]
    assert lines[start + 11 :] == ["  and 6 more files", "", "17 posts checked: 32 errors."]


def test_a_conflict_that_was_not_resolved(clean: Place) -> None:
    clean.post("a", "<<<<<<< HEAD\nOld price 10\n=======\nNew price 12\n>>>>>>> spring")
    clean.write("templates/networks/post.md.j2", "{{ text }}\n>>>>>>> spring\n")
    result = clean.run("check", *THEN)
    assert result.code == 1
    said = [line.split(": ")[:2] for line in result.out.splitlines() if "conflict-markers" in line]
    assert ["content/posts/a.md:6", "error conflict-markers"] in said
    assert ["templates/networks/post.md.j2:2", "error conflict-markers (news, short)"] in said
