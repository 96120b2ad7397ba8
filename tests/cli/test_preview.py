"""`cmflow preview`"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Place, Result

SHOWN = """\
The terrace opens  terrace · ready · content/posts/terrace.md

news on Mastodon, Mon 2026-06-01 09:30 Europe/Paris (07:30 UTC)
  │ The terrace is open again ☀️ See you at https://harbour.example/terrace
  │
  │ #terrace #harbour
  link https://harbour.example/terrace

short on X, Mon 2026-06-01 09:30 Europe/Paris (07:30 UTC)
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


def test_the_next_one(place: Place) -> None:
    assert place.run("preview") == Result(
        1,
        "",
        'error: No post is planned from now on.\n  Name the post to preview, or start one: cmflow new "Its title"\n',
    )
    place.soon("second", minutes=600)
    place.soon("first", minutes=60)
    assert place.run("preview").out.startswith("first  first · ready")


def test_several(place: Place) -> None:
    place.post("other")
    out = place.run("preview", "terrace", "other").out
    assert "\n\n\nother  other · ready" in out or "\n\nother  other · ready" in out


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
        "error: content/posts/broken.md cannot be shown before it can be read:\n"
        "  content/posts/broken.md:1: error unclosed-front-matter: "
    )


def test_errors_end_with_one_and_are_shown(place: Place) -> None:
    place.post("long", "word " * 200)
    result = place.run("preview", "long")
    assert result.code == 1
    assert "error text-too-long (news)" in result.out


def test_no_such_post(place: Place) -> None:
    assert place.run("preview", "terrasse").err == "error: There is no post 'terrasse'.\n  Did you mean 'terrace'?\n"


def test_without_a_usable_plan(place: Place) -> None:
    Path(place.root / "content/plan.md").write_text("---\nbrand: x\n")
    assert place.run("preview", "terrace") == Result(
        1, "", "error: The plan cannot be used.\n  Run cmflow check: it lists what is wrong, line by line.\n"
    )
