"""`cmflow preview`"""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cmflow import git
from cmflow.cli import preview
from cmflow.ledger import BRANCH, codec
from cmflow.render.preview import when
from tests.cli.conftest import PLAN, Place, Result
from tests.repository.test_follow import passing

SHOWN = """\
The terrace opens  terrace · ready · content/posts/terrace.md

news on Mastodon, Mon 2026-06-01 09:30 Europe/Paris (07:30 UTC)
  │ The terrace is open again ☀️ See you at https://harbour.example/terrace
  │
  │ #terrace #harbour
  hashtag #terrace
  hashtag #harbour

short on X, Mon 2026-06-01 09:30 Europe/Paris (07:30 UTC), costs 0.015 USD
"""


@pytest.mark.parametrize("name", ["terrace", "content/posts/terrace.md"])
def test_what_each_account_will_show(place: Place, name: str) -> None:
    result = place.run("preview", name)
    assert (result.code, result.err) == (0, "")
    lines = [line.rstrip() for line in result.out.splitlines()]
    shown = [line for line in lines if " characters" not in line]
    assert shown[: SHOWN.count("\n")] == SHOWN.splitlines()
    assert len(lines) - len(shown) == 2


def test_one_account(place: Place) -> None:
    result = place.run("preview", "terrace", "-a", "short")
    assert "short on X" in result.out and "news on" not in result.out
    assert place.run("preview", "terrace", "-a", "shrt") == Result(
        2, "", "error: terrace does not go to 'shrt'. Did you mean 'short'?\n  See: cmflow preview --help\n"
    )


AB = "{test: hook, versions: {question: {text: Open again today}, plain: {}}}"


def test_which_account_gets_which_version_of_an_ab_test(place: Place) -> None:
    """The text that the coin deals is the one that is previewed, approved by its digest, and sent."""
    for number in range(4):
        place.post(f"tea-{number}", "Tea is ready", accounts="[news, short]", ab=AB)
    outs = [place.run("preview", f"tea-{number}").out for number in range(4)]
    versions = [re.findall(r"version in the A/B test hook: (\w+)", out) for out in outs]
    texts = [re.findall(r"│ (Tea is ready|Open again today)", out) for out in outs]
    assert {name for names in versions for name in names} == {"question", "plain"}
    words = {"question": "Open again today", "plain": "Tea is ready"}
    assert texts == [[words[name] for name in names] for names in versions]


def test_the_next_one(place: Place) -> None:
    assert place.run("preview") == Result(
        1,
        "",
        'error: No post is scheduled from now on.\n  Name the post to preview, or start one: cmflow new "Its title"\n',
    )
    place.soon("second", minutes=600)
    place.soon("first", minutes=60)
    assert place.run("preview").out.startswith("first  first · ready")


def test_several(place: Place) -> None:
    place.post("other")
    out = place.run("preview", "terrace", "other").out
    assert "\n\n\nother  other · ready" in out or "\n\nother  other · ready" in out


SENT = """\
hello  hello · ready · content/posts/hello.md

practice on Outbox, sent {at}{how}
"""


def test_what_was_sent_already(place: Place) -> None:
    """It goes out neither with its new text nor on its new date, and the preview says so."""
    (place.root / TERRACE).unlink()
    place.write("content/plan.md", PLAN.replace('hours: "08:00-20:00", ', ""))
    place.soon("hello", accounts="[practice]")
    place.commit()
    assert place.run("publish").code == 0
    (before,) = json.loads(place.run("preview", "hello", "--format", "json").out)
    (variant,) = before["variants"]
    at = when(datetime.fromisoformat(variant["sent"]), "Europe/Paris")
    assert (variant["sent"], before["problems"]) == (variant["at"], [])
    path = place.root / "content/posts/hello.md"
    written = path.read_text()

    for body, date, code, codes in (
        ("new text", "", 0, ["delivered-edited"]),
        ("", "2030-06-01 09:30", 0, ["delivered-moved"]),
        ("new text", "2030-06-01 09:30", 1, ["sent-already"]),
    ):
        path.write_text(re.sub("date: .*", f"date: {date}", written) if date else written)
        path.write_text(path.read_text() + body)
        result = place.run("preview", "hello")
        assert result.code == code
        how = ", shown as it was sent" if body else ""
        assert result.out.startswith(SENT.format(at=at, how=how)) and "2030-06-01 09:30" not in result.out
        assert "new text" not in result.out
        (now,) = json.loads(place.run("preview", "hello", "--format", "json").out)
        assert [each["code"] for each in now["problems"]] == codes
        shown = now["variants"][0]
        assert shown == {**variant, "as_sent": bool(body), "at": shown["at"]}
        assert shown["sent"] == variant["sent"]


@pytest.mark.parametrize("damage", [None, b"{"], ids=["an old ledger", "a damaged one"])
def test_what_was_sent_is_shown_after_its_template_changed(place: Place, damage: bytes | None) -> None:
    """From the ledger; where it does not tell, from the commit. What was unpublished is shown, too."""
    (place.root / TERRACE).unlink()
    place.write("content/plan.md", PLAN.replace('hours: "08:00-20:00", ', ""))
    place.soon("hello", body="Open **again**", accounts="[practice]")
    place.commit()
    assert place.run("publish").code == 0
    (before,) = json.loads(place.run("preview", "hello", "--format", "json").out)
    place.write("templates/networks/post.md.j2", "New: {{ text }}")
    (after,) = json.loads(place.run("preview", "hello", "--format", "json").out)
    assert after["variants"] == [{**before["variants"][0], "as_sent": True}]
    assert [problem["code"] for problem in after["problems"]] == ["delivered-edited"]
    repository, files = git.discover(place.root), {codec.publications_path("hello"): damage}
    repository.commit_files(BRANCH, files, "Spoil", repository.tip(BRANCH), datetime.now(UTC))
    (spoilt,) = json.loads(place.run("preview", "hello", "--format", "json").out)
    assert spoilt["variants"] == after["variants"]
    codes = [problem["code"] for problem in spoilt["problems"]]
    assert codes == ["delivered-edited", *(["sent-text-unreadable"] if damage else [])]
    assert place.run("unpublish", "hello", "practice").code == 0
    assert "practice on Outbox, unpublished, shown as it was sent\n" in place.run("preview", "hello").out
    assert "New: " not in place.run("preview", "hello").out


def test_a_template_changes_what_is_shown(place: Place) -> None:
    place.write("templates/networks/x.md.j2", "X: {{ text }}")
    assert "│ X: The terrace" in place.run("preview", "terrace").out
    place.write("templates/networks/x.md.j2", "{{ txt }}")
    result = place.run("preview", "terrace")
    assert result.code == 1
    assert "templates/networks/x.md.j2:1: error template-error (short)" in result.out


def test_for_a_browser(place: Place) -> None:
    place.post("evil", "<script>alert(1)</script>", title="'<b>'")
    out = place.run("preview", "evil", "--format", "html").out
    assert out.startswith("<!doctype html>")
    assert "<script" not in out and "<b>" not in out


def test_for_github(place: Place) -> None:
    out = place.run("preview", "terrace", "--format", "markdown").out
    assert out.startswith("### `The terrace opens`\n`content/posts/terrace.md` · ready\n\n**news** on Mastodon")
    assert "```text\nThe terrace is open again" in out


def test_for_programs(place: Place) -> None:
    place.soon("rich", minutes=60, language="fr", link="https://harbour.example")
    (found,) = json.loads(place.run("preview", "rich", "--format", "json").out)
    assert (found["post"], found["status"]) == ("rich", "ready")
    (variant,) = found["variants"]
    assert datetime.fromisoformat(variant["at"]) > datetime.now(UTC) + timedelta(minutes=58)
    (part,) = variant["parts"]
    assert part["text"].startswith("rich")


def test_a_post_that_cannot_be_read(place: Place) -> None:
    place.write("content/posts/broken.md", "---\ntitle: x\n")
    result = place.run("preview", "broken")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(
        "error: content/posts/broken.md cannot be shown until it can be read:\n"
        "  content/posts/broken.md:1: error unclosed-front-matter: "
    )


def test_errors_end_with_one_and_are_shown(place: Place) -> None:
    place.post("long", "word " * 200)
    result = place.run("preview", "long")
    assert result.code == 1
    assert "error text-too-long (news)" in result.out


def test_no_such_post(place: Place) -> None:
    assert place.run("preview", "terrasse").err == "error: There is no post 'terrasse'.\n  Did you mean 'terrace'?\n"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("<p>\n{{ nothing }}", "2: The template cannot be filled in: 'nothing' is undefined."),
        ("<p>\n{% for", "2: unexpected 'end of template'."),
        (
            "{{ previews.__class__.__mro__ }}",
            "1: The template cannot be filled in: access to attribute '__class__' of 'list' object is unsafe.",
        ),
    ],
    ids=["undefined", "syntax", "a way out"],
)
def test_a_page_from_a_template_of_ones_own_is_made_in_a_sandbox(place: Place, template: str, sentence: str) -> None:
    place.write("templates/site/preview.html.j2", template)
    result = place.run("preview", "terrace", "--format", "html")
    assert result == Result(1, "", f"error: templates/site/preview.html.j2:{sentence}\n")


def test_without_a_usable_plan(place: Place) -> None:
    Path(place.root / "content/plan.md").write_text("---\nbrand: x\n")
    hint = "Run cmflow check: it lists what is wrong in content/plan.md, line by line."
    assert place.run("preview", "terrace") == Result(1, "", f"error: The plan cannot be used.\n  {hint}\n")


# ── into a file, and again ──────────────────────────────────────────────────────────────────────────────────


def test_into_a_file(place: Place) -> None:
    assert place.run("preview", "terrace", "--out", "shown/p.html") == Result(0, "Written: shown/p.html\n", "")
    made = (place.root / "shown/p.html").read_text()
    assert made.startswith("<!doctype html>") and made.endswith("\n")
    assert place.run("preview", "terrace", "--out", "shown/p.html") == Result(0, "", "")
    place.run("preview", "terrace", "--out", "p.txt", "--format", "text")
    assert "news on Mastodon" in (place.root / "p.txt").read_text()
    assert place.run("preview", "terrace", "--out", "content") == Result(
        1, "", "error: content cannot be written: Is a directory.\n  Choose another file: --out FILE\n"
    )


TERRACE = "content/posts/terrace.md"
NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def watched(place: Place, wish: preview.Wish, *saves: str) -> None:
    """Watch the post while it is saved with each of these."""
    steps = [partial(place.write, TERRACE, text) for text in saves]
    assert preview.keep_showing(place.root, TERRACE, wish, lambda: NINE, passing(*steps)) == 0


def test_again_each_time_it_is_saved(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    good = (place.root / "content/posts/terrace.md").read_text()
    wish = preview.Wish(accounts=("news",))
    watched(place, wish, good.replace("is **open**", "opens"), "---\ntitle: half", good.replace("[all]", "[short]"))
    shown = capsys.readouterr().out.split("Waiting for changes; press Ctrl-C to stop.\n")
    assert ["terrace is open again" in each for each in shown] == [True, False, False, False, False]
    assert "terrace opens again" in shown[1]
    assert shown[2].startswith("content/posts/terrace.md cannot be shown until it can be read:\n")
    assert shown[3].startswith("terrace does not go to 'news'. There are: short.\n")
    assert shown[4] == "\nStopped. Nothing was sent or changed.\n"


def test_the_plan_a_template_and_a_picture_count_too(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.post("open", media="[content/media/a.png]")
    plan = (place.root / "content/plan.md").read_text()
    steps = [
        lambda: place.write("content/plan.md", plan.replace("tags: [harbour]", "tags: [café]")),
        lambda: place.write("templates/networks/mastodon.md.j2", "M {{ text }}"),
        lambda: place.write("content/media/a.png", b"x"),
        lambda: place.write("content/posts/other.md", b"x"),
        lambda: place.write("content/plan.md", "half"),
        lambda: (place.root / "content/posts/open.md").unlink(),
        lambda: place.post("open"),
        lambda: place.write("content/plan.md", plan),
    ]
    preview.keep_showing(place.root, "content/posts/open.md", preview.Wish(), lambda: NINE, passing(*steps))
    shown = capsys.readouterr().out.split("Waiting for changes; press Ctrl-C to stop.\n")
    told = ["#harbour", "#café", "│ M open", "media-unreadable", "The plan cannot be used.", "is not in the folder"]
    assert [[word for word in told if word in each] for each in shown] == [
        ["#harbour"],
        ["#café"],
        ["│ M open"],
        ["│ M open", "media-unreadable"],
        ["The plan cannot be used."],
        ["is not in the folder"],
        ["The plan cannot be used."],
        ["│ M open"],
        [],
    ]


def test_into_a_file_again(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    good = (place.root / "content/posts/terrace.md").read_text()
    out = str(place.root / "p.html")
    watched(place, preview.Wish(form="html", out=out), "---\n", good.replace("opens", "closes"))
    assert capsys.readouterr().out.count(f"Written: {out}\n") == 2
    assert "The terrace closes" in Path(out).read_text()


def test_one_post_is_watched(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.soon("next", minutes=60)
    assert place.run("preview", "terrace", "next", "--watch") == Result(
        2, "", "error: --watch shows one post: name only one.\n  See: cmflow preview --help\n"
    )
    monkeypatch.setattr(preview, "wait", passing())
    for words, title in ((("terrace",), "The terrace opens"), ((), "next")):
        result = place.run("preview", *words, "--watch")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(title) and result.out.endswith("\nStopped. Nothing was sent or changed.\n")
