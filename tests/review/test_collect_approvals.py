"""Who approved what: asked of a small GitHub, rendered from real git."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from cmflow import github
from cmflow.model import Approval
from cmflow.model.errors import GitError
from cmflow.repository import at_commit, history, source
from cmflow.repository.content import Content, open_content
from cmflow.review import collect_approvals
from tests.approving import Team
from tests.github import hub
from tests.repository.places import NOTHING, PLAN, TEMPLATES, path, post, run

pytestmark = pytest.mark.slow  # real git, thousands of processes
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOWN = {"content/plan.md": PLAN, path("old"): post(body="Old")}
HELLO = {path("hello"): post(accounts="all")}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with hub.running() as server:
        made = Team(tmp_path, server)
        made.start(SHOWN)
        yield made


def opened(team: Team, commit: str) -> Content:
    return open_content(source.commit(team.here, commit), TEMPLATES, NOTHING)


def collect(team: Team, known: tuple[Approval, ...] = (), name: str = "hello") -> collect_approvals.Collected:
    here = team.here if (team.folder / "here").exists() else team.clone()
    connected = github.connect(team.hub.url, "token-of-job", hub.TEAM, team.hub.waits.append)
    past = history.load(here, here.head(), NOTHING)
    where = collect_approvals.ApprovalSource(connected, here, "origin", past, partial(opened, team))
    return collect_approvals.collect(where, {name: path(name)}, {name: known})


def people(found: collect_approvals.Collected, name: str = "hello") -> list[tuple[str, int]]:
    return [(each.by, each.pull) for each in found.approvals[name]]


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_what_was_approved_is_rendered_here(team: Team, how: str) -> None:
    head = team.propose(7, HELLO)
    team.approve(7, "ben")
    team.merge(7, how)
    collected = collect(team)
    digests = tuple(sorted(at_commit.digests(opened(team, team.here.head()), path("hello")).items()))
    assert [account for account, _ in digests] == ["site", "tape", "toots"]
    assert collected == collect_approvals.Collected({"hello": (Approval("ben", AT, 7, head, ("ana",), digests),)})


def test_who_came_to_main_without_a_pull_request_has_no_approval(team: Team) -> None:
    team.change(HELLO)
    assert collect(team) == collect_approvals.Collected({"hello": ()})


def test_something_else_was_approved_than_came_to_main(team: Team) -> None:
    first = team.propose(7, HELLO)
    team.approve(7, "ben")
    team.propose(7, {path("hello"): post(accounts="all", body="Changed")})
    team.merge(7)
    (ben,) = collect(team).approvals["hello"]
    assert (ben.by, ben.commit) == ("ben", first)
    now = at_commit.digests(opened(team, team.here.head()), path("hello"))
    assert not set(now.values()) & {digest for _, digest in ben.digests}


WORDS = {
    ("APPROVED",): True,
    ("APPROVED", "COMMENTED"): True,
    ("APPROVED", "CHANGES_REQUESTED"): False,
    ("CHANGES_REQUESTED", "APPROVED"): True,
    ("DISMISSED",): False,
    ("COMMENTED",): False,
    ("PENDING",): False,
    (): False,
}


def test_the_last_word_counts(team: Team) -> None:
    team.propose(7, HELLO)
    team.merge(7)
    for said, counts in WORDS.items():
        team.hub.reviews.clear()
        team.approve(7, "eva", "COMMENTED")
        for state in said:
            team.approve(7, "ben", state)
        assert people(collect(team)) == ([("ben", 7)] if counts else []), said


def test_only_people_count_who_may_write(team: Team) -> None:
    team.propose(7, HELLO)
    for name, rights in (("ben", "admin"), ("eva", "write"), ("ida", "read"), ("joe", "none")):
        team.approve(7, name, rights=rights)
    team.merge(7)
    assert people(collect(team)) == [("ben", 7), ("eva", 7)]


def test_each_pull_request_that_touched_the_post_counts(team: Team) -> None:
    team.propose(7, HELLO, {path("other"): post(body="Other")})
    team.approve(7, "ben")
    team.merge(7)
    team.propose(9, {path("hello"): post(accounts="all", body="Better")})
    team.approve(9, "eva")
    team.merge(9, "squash")
    assert people(collect(team)) == [("eva", 9), ("ben", 7)]
    assert people(collect(team, name="other"), "other") == [("ben", 7)]
    asked = [each for each in team.hub.requests if each.endswith("/reviews")]
    assert len(asked) == 3  # two, and one


def test_who_wrote_the_post_is_known_commit_by_commit(team: Team) -> None:
    team.propose(7, HELLO)
    team.propose(7, {path("other"): post(body="Other")}, author="ben")
    team.propose(7, {path("third"): post(body="Third")}, author="")
    team.approve(7, "ben")
    team.merge(7)
    authors = {name: collect(team, name=name).approvals[name][0].authors for name in ("hello", "other", "third")}
    assert authors == {"hello": ("ana",), "other": ("ben",), "third": ("",)}


def test_where_commits_were_squashed_all_may_have_written_it(team: Team) -> None:
    team.propose(7, HELLO)
    team.propose(7, {path("other"): post(body="Other")}, author="ben")
    team.approve(7, "ben")
    team.merge(7, "squash")
    assert collect(team).approvals["hello"][0].authors == ("ana", "ben")


def test_a_post_may_have_had_another_name(team: Team) -> None:
    team.propose(7, {path("draft"): post(body="A long text that stays as it is. " * 3)})
    team.approve(7, "ben")
    team.merge(7)
    run(team.work, "mv", path("draft"), path("hello"))
    team.change({})
    assert people(collect(team)) == [("ben", 7)]


def test_what_cannot_be_found_out_leaves_what_is_known(team: Team) -> None:
    team.propose(7, HELLO)
    team.approve(7, "eva")
    team.approve(7, "ben", commit="d" * 40)
    team.merge(7)
    team.change({path("hello"): post(accounts="all", body="B")}, "See what was said (#12)")
    known = Approval("ben", AT, 7, "d" * 40, ("ana",), (("toots", "e" * 64),))
    found = collect(team, (known,))
    eva, ben = found.approvals["hello"]
    assert (eva.by, ben) == ("eva", known)
    first, second = found.notes
    assert first.startswith("Cannot read #12 as a pull request. ")
    assert second.startswith("Cannot fetch what was approved in #7 (commit dddddddddd). git refused: ")


def test_what_was_approved_may_have_no_such_post_or_no_plan(team: Team) -> None:
    before = team.propose(7, {path("other"): post(body="Other")})
    broken = team.propose(7, {**HELLO, "content/plan.md": "---\nbrand: x\n---\n"})
    team.propose(7, {"content/plan.md": PLAN})
    team.approve(7, "ben", commit=before)
    team.approve(7, "eva", commit=broken)
    team.merge(7)
    (eva,) = collect(team).approvals["hello"]
    assert (eva.by, eva.digests) == ("eva", ())


@pytest.mark.parametrize(
    ("files", "what"),
    [
        (["content/posts/hello.md", ".github/workflows/check.yml"], ".github/workflows/check.yml"),
        ([f"content/posts/{number}.md" for number in range(300)], "more files than GitHub lists"),
    ],
)
def test_who_may_have_been_shown_a_lie_has_approved_nothing(team: Team, files: list[str], what: str) -> None:
    team.propose(7, HELLO)
    team.approve(7, "ben")
    team.merge(7)
    assert people(collect(team)) == [("ben", 7)]
    team.hub.changed = files
    known = Approval("ben", AT, 7, team.heads[7], ("ana",), ())
    note = (
        f"#7 also changed {what}: what its reviewers were shown may have been wrong. None of its approvals count. "
        "Propose the posts in a pull request of their own."
    )
    assert collect(team, (known,)) == collect_approvals.Collected({"hello": ()}, (note,))


def test_what_is_not_pushed_yet_came_with_no_pull_request(team: Team) -> None:
    team.change(HELLO)
    team.hub.unknown = [run(team.work, "rev-parse", "HEAD")]
    assert collect(team) == collect_approvals.Collected({"hello": ()})


def test_where_github_does_not_say_who_may_write_what_is_known_stays(team: Team) -> None:
    team.propose(7, {**HELLO, path("other"): post(body="Other")})
    team.approve(7, "ben")
    team.merge(7)
    known = collect(team).approvals["hello"]
    team.hub.trouble("GET .*/permission", 403, "Resource not accessible by integration")
    found = collect(team, known)
    assert found.approvals == {"hello": known}
    assert found.notes[0].startswith("Cannot read whether ben has write access. GitHub does not allow cmflow to ")


def test_what_github_cannot_compare_is_not_counted(team: Team) -> None:
    team.propose(7, HELLO)
    team.approve(7, "ben")
    team.merge(7)
    team.hub.trouble("GET .*/compare/.*", 404)
    found = collect(team)
    assert found.approvals == {"hello": ()}
    assert found.notes[0].startswith("#7 also changed more files than GitHub lists: ")


WAVE = {"templates/networks/post.md.j2": "{{ text }} 👋\n"}
FRENCH = {"content/plan.md": PLAN.replace("{network: outbox}", "{network: outbox, language: fr}")}


@pytest.mark.parametrize(
    ("files", "accounts", "how"),
    [
        (WAVE, ["site", "tape", "toots"], "merge"),
        (WAVE, ["site", "tape", "toots"], "squash"),
        (FRENCH, ["tape"], "rebase"),
        ({"content/media/a.txt": "x"}, [], "merge"),
    ],
)
def test_what_comes_out_otherwise_is_approved_with_what_makes_it_so(
    team: Team, files: dict[str, str], accounts: list[str], how: str
) -> None:
    team.propose(7, HELLO)
    team.approve(7, "ben")
    team.merge(7)
    team.propose(9, files, author="ida")
    team.approve(9, "eva")
    team.merge(9, how)
    found = collect(team).approvals["hello"]
    assert people(collect(team)) == [("ben", 7), *([("eva", 9)] if accounts else [])]
    now = at_commit.digests(opened(team, team.here.head()), path("hello"))
    seen = [each for each in found if each.by == "eva"]
    assert [(each.authors, each.digests) for each in seen] == [
        (("ida",), tuple((name, now[name]) for name in accounts)) for _ in seen
    ]


def test_what_it_began_from_may_not_be_here(team: Team) -> None:
    team.change(HELLO)
    team.propose(9, WAVE)
    team.approve(9, "eva")
    team.merge(9)
    assert people(collect(team)) == [("eva", 9)]
    team.hub.pulls[9]["base"]["sha"] = "d" * 40
    assert people(collect(team)) == []


def test_a_number_in_the_subject_of_another_change_is_nothing_to_tell(team: Team) -> None:
    team.change(HELLO)
    team.change(WAVE, "Wave, as asked for (#12)")
    assert collect(team) == collect_approvals.Collected({"hello": ()})


def test_what_it_began_from_may_not_be_opened(team: Team) -> None:
    team.change(HELLO)
    head = team.propose(9, WAVE)
    team.approve(9, "eva")
    team.merge(9)
    here = team.clone()
    connected = github.connect(team.hub.url, "token-of-job", hub.TEAM, team.hub.waits.append)

    def only_the_last(commit: str) -> Content:
        if commit != head:
            raise GitError("It is broken.")
        return opened(team, commit)

    where = collect_approvals.ApprovalSource(
        connected, here, "origin", history.load(here, here.head(), NOTHING), only_the_last
    )
    assert collect_approvals.collect(where, {"hello": path("hello")}, {}).approvals == {"hello": ()}
