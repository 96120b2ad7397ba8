"""`cmflow review`: what a pull request changes, from whomever it comes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmflow.review import decode
from cmflow.review.values import AccountCost, PostView, Review
from tests.cli.conftest import Place, Result

pytestmark = pytest.mark.slow  # real git

HEAD = "0123456789" * 4
AT = ("--at", "2026-05-29 12:00")  # before all dates


@pytest.fixture
def branch(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A pull request's branch, in a job of GitHub Actions."""
    place.post("old", "Old words", date="2026-06-03 09:30")
    place.commit()
    place.git("switch", "-qc", "work")
    event = place.root / ".cmflow/event.json"
    event.parent.mkdir(exist_ok=True)
    event.write_text(json.dumps({"number": 7, "pull_request": {"head": {"sha": HEAD}}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place.root / ".cmflow/summary.md"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return place


def reviewed(place: Place, *words: str) -> tuple[Result, Review]:
    """What the command says, and the data as it is read again."""
    out = place.root / ".cmflow/review.json"
    result = place.run("review", "--base", "main", *AT, "--out", str(out), *words)
    return result, decode.read(out.read_bytes())


def summary(place: Place) -> str:
    return (place.root / ".cmflow/summary.md").read_text("utf-8")


def only(review: Review) -> PostView:
    [post] = review.posts
    return post


def texts(post: PostView) -> list[list[str]]:
    return [[part.text for part in each.parts] for each in post.variants]


def test_nothing_is_touched(branch: Place) -> None:
    result, review = reviewed(branch)
    assert result == Result(
        0, f"No post to review: no problems, since main.\nWritten: {branch.root}/.cmflow/review.json\n", ""
    )
    assert (review.pull, review.head, review.since, review.every, review.posts) == (7, HEAD, "", 2, ())
    assert summary(branch).startswith("### No post to review: no problems\n")


def test_a_new_post_with_all_that_goes_out(branch: Place) -> None:
    Image.new("RGB", (40, 30)).save(branch.write("content/media/a.png", ""))
    media = "[{file: content/media/a.png, alt: Two people}]"
    words = "Read [our menu](https://harbour.example/menu) and https://example.com/a"
    branch.post("new", words, accounts="[all]", media=media, content_warning="Food", link="https://harbour.example/")
    result, review = reviewed(branch)
    assert result.code == 0
    post = only(review)
    assert (post.id, post.path, post.title, post.new, post.shown) == ("new", "content/posts/new.md", "new", True, True)
    assert (post.at, post.status, post.accounts) == ("2026-06-04T09:30:00+02:00", "ready", ("news", "short"))
    toot, tweet = post.variants
    assert (toot.account, toot.network, toot.at, toot.was, toot.diff) == ("news", "mastodon", post.at, "new", ())
    assert toot.beside == ("content warning: Food", "link: https://harbour.example/")
    [part] = toot.parts
    assert (part.label, part.left_out, part.limit, part.unit) == ("", 0, 500, "characters")
    assert part.links == ("https://harbour.example/menu", "https://example.com/a", "https://harbour.example/")
    [picture] = part.pictures
    assert (picture.file, picture.alt, picture.width, picture.height) == ("content/media/a.png", "Two people", 40, 30)
    assert picture.size == (branch.root / "content/media/a.png").stat().st_size
    assert (toot.cost, tweet.cost) == ("", "0.20 USD")
    assert len({toot.digest, tweet.digest}) == 2
    assert (review.costs, review.total) == ((AccountCost("short", "0.20 USD"),), "0.20 USD")
    assert "Publishing what has not been sent yet will cost **0.20 USD**: `short` 0.20 USD." in summary(branch)
    assert "**`short`** on X · costs 0.20 USD" in summary(branch)


def test_texts_are_shown_as_their_readers_see_them(branch: Place) -> None:
    """No escapes, no markup for the way; and bold alone is a change too."""
    plan = branch.root / "content/plan.md"
    more = (
        '  work: {network: linkedin, options: {organization: "1"}}\n'
        '  tg: {network: telegram, options: {chat: "@harbour"}}\n'
        "  crew: {network: slack, options: {channel: C1}}\n"
    )
    plan.write_text(plan.read_text().replace("  short:\n", f"{more}  short:\n"))
    poll = "{options: [Tea, Cake]}"
    branch.post(
        "new", "Doors (really) & [menu](https://h.example/a_b) #git_hub", accounts="[work, tg, crew]", poll=poll
    )
    branch.commit()
    assert texts(only(reviewed(branch)[1])) == [
        ["Doors (really) & menu (https://h.example/a_b) #git_hub"],
        ["Doors (really) & menu #git_hub"],
        ["Doors (really) & menu #git_hub"],
    ]
    for hidden in ("hashtag|", "\\(", "&amp;amp;", "&lt;https"):
        assert hidden not in summary(branch)
    branch.git("branch", "-f", "main")
    post = branch.root / "content/posts/new.md"
    post.write_text(post.read_text().replace("Doors", "**Doors**"))
    branch.commit()
    work, tg, crew = only(reviewed(branch)[1]).variants
    assert (work.was, tg.was, crew.was) == ("same", "changed", "changed")
    assert [work.beside, tg.beside, crew.beside] == [
        ("poll: Tea / Cake (one choice, open for 1 day)",),
        ("poll: Tea / Cake (one choice, open for 1 day)", "bold: Doors"),
        ("bold: Doors",),
    ]


def test_a_problem_is_marked_on_its_line(branch: Place) -> None:
    branch.post("new", campaign="sumer")
    result, review = reviewed(branch)
    assert result.code == 1
    assert result.out.splitlines()[0] == (
        "::error file=content/posts/new.md,line=5,title=unknown-campaign::"
        "`sumer` is not a campaign of the plan.%0ADid you mean `summer`?"
    )
    assert (review.errors, review.warnings, len(review.of(only(review)))) == (1, 0, 1)


def test_outside_of_actions(branch: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name)
    branch.post("new", campaign="sumer")
    result, review = reviewed(branch)
    assert result.out.startswith("content/posts/new.md:5: error unknown-campaign: `sumer` is not a campaign")
    assert (review.pull, review.head) == (0, branch.git("rev-parse", "HEAD").strip())
    assert branch.run("review", "--base", "main", *AT).out.endswith("1 post to review: 1 error, since main.\n")
    assert branch.run("review").code == 2


def test_a_collision_with_a_post_that_was_not_touched(branch: Place) -> None:
    branch.post("near", "Something else", date="2026-06-03 09:15")
    result, review = reviewed(branch)
    assert (result.code, review.warnings) == (0, 1)
    assert [each.path for each in review.elsewhere()] == ["content/posts/old.md"]


def test_what_changed_since_it_was_reviewed_last(branch: Place) -> None:
    branch.post("new", "First words", date="2026-06-08 09:30")
    branch.post("same", "The same words", date="2026-06-09 09:30")
    branch.commit()
    last = branch.git("rev-parse", "HEAD").strip()
    branch.post("new", "Other words", date="2026-06-08 10:30")
    branch.post("other", "Words", date="2026-06-11 09:30")
    _, review = reviewed(branch, "--since", last)
    assert review.since == last
    found = {post.id: post.variants[0] for post in review.posts}
    assert {name: each.was for name, each in found.items()} == {"new": "changed", "same": "same", "other": "new"}
    assert found["new"].diff == (
        "-Goes out: Mon 2026-06-08 09:30 Europe/Paris (07:30 UTC)",
        "-First words",
        "+Goes out: Mon 2026-06-08 10:30 Europe/Paris (08:30 UTC)",
        "+Other words",
        " ",
        " #harbour",
    )
    assert "unchanged since the last review" in summary(branch)
    _, review = reviewed(branch, "--since", "f" * 40)  # pushed over
    assert (review.since, {each.variants[0].was for each in review.posts}) == ("", {"new"})


def test_a_post_that_was_changed_moved_or_taken_away(branch: Place) -> None:
    terrace, old = branch.root / "content/posts/terrace.md", branch.root / "content/posts/old.md"
    terrace.write_text(
        terrace.read_text().replace("open** again", "closed** again").replace("title:", "id: terrace\ntitle:")
    )
    terrace.rename(terrace.with_name("moved.md"))
    old.unlink()
    _, review = reviewed(branch)
    post = only(review)
    assert (post.id, post.path, post.new) == ("terrace", "content/posts/moved.md", True)
    assert [each.was for each in post.variants] == ["changed", "changed"]
    assert "-The terrace is open again ☀️ See you at https://harbour.example/terrace" in post.variants[0].diff
    [gone] = review.gone
    assert (gone.id, gone.title, gone.at, gone.accounts) == ("old", "old", "2026-06-03T09:30:00+02:00", ("news",))


def test_a_template_changes_what_every_post_says(branch: Place) -> None:
    branch.write("templates/networks/mastodon.md.j2", "{{ text }}\n\nYours, Ana\n")
    _, review = reviewed(branch)
    assert [each.id for each in review.posts] == ["terrace", "old"]
    assert [[each.was for each in post.variants] for post in review.posts] == [["changed", "same"], ["changed"]]
    assert "+Yours, Ana" in review.posts[1].variants[0].diff


def test_a_post_whose_picture_alone_was_changed(branch: Place) -> None:
    Image.new("RGB", (40, 30)).save(branch.write("content/media/a.png", ""))
    branch.post("old", "Old words", date="2026-06-03 09:30", media="[{file: content/media/a.png, alt: Two}]")
    branch.commit()
    branch.git("branch", "-qf", "main")
    Image.new("RGB", (40, 30), "red").save(branch.root / "content/media/a.png")
    _, review = reviewed(branch)
    shown = only(review).variants[0]
    assert shown.was == "changed"
    assert [line[:30] for line in shown.diff if line[0] in "+-"] == [
        "-picture content/media/a.png, ",
        "+picture content/media/a.png, ",
    ]


def test_without_a_plan(branch: Place) -> None:
    branch.post("new")
    branch.write("content/plan.md", "no plan")
    result, review = reviewed(branch)
    assert (result.code, review.posts, review.zone) == (1, (), "UTC")
    assert {each.path for each in review.elsewhere()} == {"content/plan.md"}


def test_where_the_plan_was_none_before(branch: Place) -> None:
    plan = (branch.root / "content/plan.md").read_text()
    branch.write("content/plan.md", "no plan")
    branch.commit()
    branch.git("branch", "-qf", "main")
    branch.write("content/plan.md", plan)
    (branch.root / "content/posts/old.md").unlink()
    _, review = reviewed(branch)
    assert [post.variants[0].was for post in review.posts] == ["new"]
    assert review.gone == ()


def test_posts_that_could_not_be_read(branch: Place) -> None:
    branch.post("bad", acounts="[news]", accounts="")
    branch.commit()
    branch.git("branch", "-qf", "main")
    branch.post("bad", "Good now")
    branch.post("worse", accounts="nobody at all: [")
    _, review = reviewed(branch)
    assert [(post.id, post.at == "", post.variants == ()) for post in review.posts] == [
        ("worse", True, True),
        ("bad", False, False),
    ]
    assert review.posts[1].variants[0].was == "new"
    (branch.root / "content/posts/bad.md").unlink()
    _, review = reviewed(branch)
    assert [(each.id, each.at) for each in review.gone] == [("bad", "")]


def test_a_thread_a_first_comment_and_another_language(branch: Place) -> None:
    plan = (branch.root / "content/plan.md").read_text()
    branch.write("content/plan.md", plan.replace("  short:", "  page: {network: facebook}\n  short:"))
    branch.commit()
    branch.git("branch", "-qf", "main")
    keys = {"accounts": "[page, short]", "first_comment": "And this", "language": "fr"}
    branch.post("new", "One\n\n---\n\nTwo", **keys)
    branch.commit()
    last = branch.git("rev-parse", "HEAD").strip()
    branch.post("new", "One\n\n---\n\nTwo, too", date="2026-06-04 09:30", **keys)
    _, review = reviewed(branch, "--since", last)
    page, tweet = only(review).variants
    assert page.beside == tweet.beside == ("language: fr",)
    assert [(part.label, part.text) for part in page.parts] == [("", "One\n\nTwo, too"), ("first comment", "And this")]
    assert [(part.label, part.text) for part in tweet.parts] == [("", "One"), ("", "Two, too"), ("", "And this")]
    assert page.diff == (" One", " ", "-Two", "+Two, too", " ── first comment ──", " And this")
    assert tweet.diff == (" One", " ── part 2 ──", "-Two", "+Two, too", " ── part 3 ──", " And this")
    assert tweet.cost == "0.045 USD"


def test_where_there_is_too_much_not_all_is_shown_whole(branch: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmflow.review.gather.ENOUGH", 10)
    for name in ("a", "b"):
        branch.post(name, "A text of some length", date=f"2026-06-08 1{ord(name) % 2}:30")
    _, review = reviewed(branch)
    assert [(post.shown, len(post.variants)) for post in review.posts] == [(True, 1), (False, 0)]


def test_a_long_look_is_not_compared(branch: Place) -> None:
    branch.post("old", "line\n\n" * 300, date="2026-06-03 09:30")
    _, review = reviewed(branch)
    shown = only(review).variants[0]
    assert (shown.was, shown.diff) == ("changed", ())


# ── from a stranger ─────────────────────────────────────────────────────────────────────────────────────────


def everything(place: Place, result: Result) -> str:
    """All that leaves the job."""
    return result.out + result.err + summary(place) + (place.root / ".cmflow/review.json").read_text("utf-8")


@pytest.mark.parametrize(
    "source",
    [
        "{{ environ }}{{ env }}{{ os.environ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ post.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.environ['CMFLOW_NEWS_TOKEN'] }}",
        "{% include '../../../etc/passwd' %}",
    ],
)
@pytest.mark.parametrize("path", ["templates/networks/post.md.j2", "templates/github/comment.md.j2"])
def test_a_template_that_reads_the_environment(
    branch: Place, monkeypatch: pytest.MonkeyPatch, path: str, source: str
) -> None:
    monkeypatch.setenv("CMFLOW_NEWS_TOKEN", "open-sesame")
    branch.post("new")
    branch.write(path, source)
    result = branch.run("review", "--base", "main", "--out", str(branch.root / ".cmflow/review.json"))
    assert result.code == 1
    left = result.out + result.err
    if "networks" in path:
        assert "template-error" in left
        left = everything(branch, result)
    else:
        assert result.err.startswith("error: templates/github/comment.md.j2 cannot be filled in: ")
    assert "open-sesame" not in left and "root:" not in left


@pytest.mark.parametrize("name", ["content/posts/new.md", "content/media/new.png", "templates/networks/post.md.j2"])
def test_a_symbolic_link_is_not_followed(branch: Place, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    secret = tmp_path_factory.mktemp("machine") / "passwd"
    secret.write_text("---\ntitle: root:x:0:0\n---\nroot:x:0:0")
    branch.post("new-too", "See", media="[{file: content/media/new.png, alt: A}]")
    (branch.root / name).parent.mkdir(parents=True, exist_ok=True)
    (branch.root / name).symlink_to(secret)
    branch.commit()
    result, _ = reviewed(branch)
    assert result.code == 1
    assert "root:x" not in everything(branch, result)
    assert f"file={name},line=1,title=outside-repository::" in result.out


@pytest.mark.parametrize(
    "path", ["../../../secret", "/etc/passwd", "content/../../secret", "content/media/../../../secret"]
)
def test_a_picture_outside_of_the_repository(branch: Place, path: str) -> None:
    branch.post("new", media=f"[{{file: {path}, alt: A}}]")
    (branch.root.parent / "secret").write_text("open-sesame")
    result, review = reviewed(branch)
    assert result.code == 1
    assert {each.code for each in review.of(only(review))} == {"media-outside"}
    assert "open-sesame" not in everything(branch, result)


def test_a_bomb_of_aliases(branch: Place) -> None:
    levels = "".join(
        f"{chr(98 + level)}: &{chr(98 + level)} [{(f'*{chr(97 + level)}, ' * 9)[:-2]}]\n" for level in range(12)
    )
    branch.write("content/posts/bomb.md", f"---\ntitle: &a [lol]\n{levels}---\nBoom\n")
    result, review = reviewed(branch)
    assert result.code == 1
    assert {each.path for each in review.problems} == {"content/posts/bomb.md"}
    assert len(everything(branch, result)) < 20_000


def test_a_title_that_speaks_to_the_runner(branch: Place) -> None:
    title = '"Nice\\n::set-output name=a::b\\r\\n::error::no\\u2028::warning::x ##[error]z"'
    branch.post("new", "::add-mask::a\n::stop-commands::b", title=title, campaign='"x\\n::error::no"')
    result, review = reviewed(branch)
    spoken = [line for line in result.out.splitlines() if "::" in line]
    assert spoken and all(line.startswith(("::error file=content/posts/new.md,", "::warning file=")) for line in spoken)
    assert "##[" not in result.out
    assert len(review.posts) == 1


def test_a_text_of_sixty_thousand_mentions(branch: Place) -> None:
    branch.post("loud", "@" * 60_000, accounts="[all]")
    result, review = reviewed(branch)
    assert result.code == 1
    assert [(len(each.parts[0].text), each.parts[0].left_out) for each in only(review).variants] == [
        (20_000, 40_010),
        (20_000, 40_000),
    ]
    assert len(summary(branch)) < 200_000


def test_an_event_that_is_none(branch: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    branch.write(".cmflow/event.json", json.dumps({"number": "7", "pull_request": {"head": 1}}))
    _, review = reviewed(branch)
    assert (review.pull, review.head) == (0, branch.git("rev-parse", "HEAD").strip())


def test_an_event_without_end(branch: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_EVENT_PATH", "/dev/zero")
    assert branch.run("review", "--base", "main") == Result(
        1,
        "",
        "error: /dev/zero is not a GitHub event.\n  Do not set GITHUB_EVENT_PATH yourself: GitHub Actions does.\n",
    )
    assert branch.run("schema", "post", "--for", "/dev/zero").err == (
        "/dev/zero cannot be used, so a post may name anything. See: cmflow check\n"
    )


@pytest.mark.slow
def test_ten_thousand_files(branch: Place, record_property: Any) -> None:
    for number in range(10_000):
        day = f"2027-{number % 12 + 1:02}-{number % 28 + 1:02} {number // 700 + 6:02}:{number % 60:02}"
        name = f"many-{number}"
        text = f"---\ntitle: {name}\ndate: {day}\naccounts: [practice]\n---\nWords of {name}\n"
        branch.write(f"content/posts/{name}.md", text)
    branch.commit()
    began = os.times()
    result, review = reviewed(branch)
    spent = sum(os.times()[:4]) - sum(began[:4])
    size = (branch.root / ".cmflow/review.json").stat().st_size
    assert (result.code, len(review.posts), sum(each.shown for each in review.posts)) == (0, 10_000, 100)
    assert review.posts_left_out == 0
    assert size < decode.LARGEST and len(summary(branch)) < 200_000
    record_property("told", f"a review of 10,000 posts: {spent:.1f} s of processors, {size:,} bytes")


def test_no_network_and_no_secret_is_needed(branch: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fixture that keeps tests off the internet would fail it; here nothing connects at all."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it connects"))
    branch.post("new")
    assert reviewed(branch)[0].code == 0
    assert not [each for each in Path(branch.root).rglob("*") if each.name.startswith("cmflow-bug")]


def test_a_date_that_is_over_is_said_on_top(branch: Place) -> None:
    branch.post("late", "Words", date="2026-01-05 10:00", accounts="[practice]")
    result, review = reviewed(branch, "--at", "2026-11-29 10:00")
    assert (result.code, [each.code for each in review.problems]) == (0, ["date-past"])
    assert "⚠️ **This post will not be published: the date has passed.** Correct it first." in summary(branch)
    assert "Did you mean 2027-01-05 10:00?" in summary(branch)
    assert "Nothing is in the way" not in summary(branch)
    _, review = reviewed(branch, "--at", "2026-01-05 15:59")
    assert review.problems == ()


# ── where secrets would go ──────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_the_server_is_told_although_no_post_is_touched(branch: Place) -> None:
    plan = branch.root / "content/plan.md"
    branch.write("content/plan.md", plan.read_text().replace("social.example", "sociaI.attacker.example"))
    branch.commit()
    result, review = reviewed(branch)
    assert (result.code, review.posts, review.gone) == (0, (), ())
    [problem] = review.destinations()
    line = plan.read_text().splitlines().index("  news:") + 1
    assert (problem.path, problem.line, problem.account) == ("content/plan.md", line, "news")
    assert problem.message == (
        "The secrets of `news` would go to `https://sociai.attacker.example` (Mastodon); so far they go to "
        "`https://social.example` (Mastodon). The plan spells it with capitals, `https://sociaI.attacker.example`: "
        "read it in lower case."
    )
    assert f"::warning file=content/plan.md,line={line},title=new-destination (news)::" in result.out
    assert result.out.splitlines()[-2] == "No post to review, 1 new destination for secrets: 2 warnings, since main."
    told = summary(branch)
    assert "**Secrets would be sent to a new server.**" in told
    assert "#### 🔑 Where secrets would be sent" in told
    assert told.count("https://sociai.attacker.example") == 1


def test_a_change_of_the_server_is_told_before_a_flood_of_errors(branch: Place) -> None:
    plan = (branch.root / "content/plan.md").read_text().replace("social.example", "other.example")
    branch.write("content/plan.md", plan)
    for number in range(40):
        branch.post(f"post-{number:02}", "Words " * 400, campaign="none")
    branch.commit()
    _, review = reviewed(branch)
    assert review.problems[0].code == "new-destination"
    told = summary(branch)
    assert told.index("https://other.example") < told.index("post-00")


def test_a_new_plan_says_where_its_secrets_would_go(branch: Place) -> None:
    branch.git("switch", "-q", "main")
    plan = (branch.root / "content/plan.md").read_text()
    (branch.root / "content/plan.md").unlink()
    branch.commit()
    branch.git("switch", "-qc", "start")
    branch.write("content/plan.md", plan)
    branch.commit()
    _, review = reviewed(branch)
    assert [each.account for each in review.destinations()] == ["news", "short"]


@pytest.mark.parametrize("path", ["nowhere/summary.md", "."])
def test_a_summary_that_cannot_be_written(branch: Place, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", path)
    result = branch.run("review", "--base", "main")
    assert result.code == 1
    assert result.err.startswith(f"error: The summary cannot be written to {path}: ")
    assert result.err.endswith("\n  Do not set GITHUB_STEP_SUMMARY yourself: GitHub Actions does.\n")


STRAY = "---\ntitle: Lost\ndate: 2026-06-04 09:30\naccounts: [news]\n---\nLost words\n"


def codes(review: Review) -> list[tuple[str, str]]:
    return sorted((problem.path, problem.code) for problem in review.problems)


@pytest.mark.parametrize("name", ["post.md", "posts/new.md", "Content/posts/new.md", "content/posts/.new.md"])
def test_a_post_where_none_is_read(branch: Place, name: str) -> None:
    branch.git("switch", "-q", "main")
    branch.write("old.md", STRAY)
    branch.commit()
    branch.git("switch", "-qC", "work")
    branch.write(name, STRAY)
    branch.commit()
    result, review = reviewed(branch)
    assert codes(review) == [(name, "not-a-post")]
    assert f"file={name},line=1,title=not-a-post::It looks like a post but is not read" in result.out
    assert "It looks like a post but is not read" in summary(branch)
    assert branch.run("check", "--base", "main", *AT, "--format", "text").out.startswith(
        f"{name}:1: warning not-a-post"
    )
    plan = (branch.root / "content/plan.md").read_text()
    branch.write("content/plan.md", plan.replace("One fact", "Two facts"))
    branch.commit()
    assert [(path, code) for path, code in codes(reviewed(branch)[1]) if code == "not-a-post"] == [(name, "not-a-post")]


def test_what_a_change_of_the_plan_does_to_the_dates_of_other_posts(branch: Place) -> None:
    plan = (branch.root / "content/plan.md").read_text()
    branch.git("switch", "-q", "main")
    branch.post("early", "Early words", date="2026-05-29 11:00", accounts="[practice]")
    branch.post("past", "Past words", date="2026-05-20 11:00", accounts="[practice]")
    branch.commit()
    branch.git("switch", "-qC", "work")
    branch.write("content/plan.md", plan.replace("late: 6h", "late: 30m"))
    branch.commit()
    assert ("content/posts/early.md", "date-past") in codes(reviewed(branch)[1])
    assert ("content/posts/past.md", "date-past") not in codes(reviewed(branch)[1])


def test_a_workflow_that_starts_no_run_for_the_posts(branch: Place) -> None:
    workflow = (
        "on:\n  schedule:\n    - cron: '{}'\njobs:\n  publish:\n    steps:\n      - run: cmflow publish --wait 14m\n"
    )
    branch.git("switch", "-q", "main")
    branch.write(".github/workflows/publish.yml", workflow.format("*/15 * * * *"))
    branch.post("a", "Words", date="2026-06-03 11:00", accounts="[practice]")
    branch.commit()
    branch.git("switch", "-qC", "work")
    branch.write(".github/workflows/publish.yml", workflow.format("0 9 * * 1"))
    branch.commit()
    assert codes(reviewed(branch)[1]) == [("content/posts/a.md", "between-runs")]
