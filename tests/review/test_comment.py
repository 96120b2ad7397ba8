"""A review as a comment: what it shows, what it leaves out, and that nothing in it does anything."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Problem
from cmflow.model.errors import TemplateError
from cmflow.problems import safe_line
from cmflow.review import comment
from cmflow.review.comment import Context, Rendering
from cmflow.review.values import DeletedPost, Review
from tests.examples import examples
from tests.review import gfm
from tests.review.samples import DIGEST, ERROR, FULL, GONE, NOTHING, PART, PICTURE, POST, SHOWN, TEMPLATES, WARNING
from tests.review.samples import post as post_of
from tests.review.samples import review as review_of

NOWHERE = Context()
THERE = Context("https://github.com/fork/posts/blob/abc", "https://github.com/team/posts/actions/runs/42")


def made(review: Review, around: Context = NOWHERE, longest: int = comment.LONGEST) -> str:
    return comment.comment(review, around, TEMPLATES, longest).body


def test_the_whole_comment() -> None:
    expected = (Path(__file__).parent / "full.md").read_text("utf-8")
    assert made(FULL, THERE) + "\n" == expected


@pytest.mark.parametrize(
    ("review", "head", "verdict"),
    [
        (NOTHING, "No post to review: no problems", "✅ This pull request changes nothing that is published."),
        (
            review_of(POST),
            "1 post to review: no problems",
            "✅ **Ready to publish.** Approve if all of it may be published like this: "
            "every text is shown exactly as it will look.",
        ),
        (
            review_of(POST, problems=(WARNING,)),
            "1 post to review: 1 warning",
            "⚠️ **Ready to publish, with warnings.** Read them first. Approve if all of it may be published like this: "
            "every text is shown exactly as it will look.",
        ),
        (
            review_of(POST, problems=(ERROR,)),
            "1 post to review: 1 error",
            "❌ **This cannot be published yet.** A post with an error is never sent. Its author can fix it in this "
            "pull request; each line is annotated under *Files changed*.",
        ),
        (
            review_of(gone=(GONE,)),
            "No post to review, 1 post deleted: no problems",
            "✅ **Ready to publish.** Approve if all of it may be published like this: "
            "every text is shown exactly as it will look.",
        ),
    ],
)
def test_what_it_begins_with(review: Review, head: str, verdict: str) -> None:
    assert made(review).split("\n")[:3] == [f"### {head}", "", verdict]


def test_a_post_that_cannot_be_read() -> None:
    post = replace(POST, title="", at="", status="", accounts=(), variants=())
    said = made(review_of(post, problems=(ERROR,)))
    assert "<b><code>terrace</code></b> · cannot be read · new</summary>" in said
    assert "`content/posts/terrace.md` · 1 error · not for any account" in said


def test_a_draft_and_a_post_as_it_was() -> None:
    same = (replace(SHOWN, was="same"),)
    said = made(review_of(replace(POST, status="draft", new=False, variants=same), since=DIGEST[:40]))
    assert "<details>\n<summary>✅ <b><code>The terrace opens</code></b> · " in said
    assert "(07:30 UTC) · unchanged since the last review · <b>a draft: not sent yet</b></summary>" in said
    assert "compared with the last reviewed commit `ababababab`" in said


@pytest.mark.parametrize(
    ("around", "words"),
    [
        (Context(pushes=(".github/a.yml", "a`b.py")), "changes `.github/a.yml`, `` a`b.py ``. "),
        (Context(pushes=tuple(f"{number}.py" for number in range(12))), "`9.py` and 2 more. "),
        (Context(unknown=True), "GitHub does not list every file that this pull request changes"),
    ],
)  # fmt: skip
def test_it_says_where_it_may_not_tell_the_truth(around: Context, words: str) -> None:
    said = made(review_of(POST), around)
    assert words in said
    assert "> [!WARNING]\n> " in said
    assert "An approval does not count for the texts shown here." in said
    assert "⚠️ **Do not rely on this comment alone.** Read why below.\n" in said
    assert not around.sound and NOWHERE.sound


# ── what is too much ────────────────────────────────────────────────────────────────────────────────────────


def problems_of(*names: str) -> tuple[Problem, ...]:
    return tuple(replace(ERROR, path=f"content/posts/{name}.md") for name in names)


def test_a_text_of_sixty_thousand_mentions() -> None:
    text = "@" * 60_000
    said = made(review_of(post_of("loud", text[:20_000]), since=""))
    assert "⚠️ 8,000 more characters are not shown." in said
    assert gfm.linked(said) == []
    part = replace(PART, text=text[:20_000], left_out=40_000, length=60_000)
    said = made(review_of(replace(POST, variants=(replace(SHOWN, parts=(part,)),) * 8)))
    assert len(said) <= 65_000
    assert said.count("59,200 more characters are not shown.") == 8
    assert gfm.linked(said) == []


def test_where_not_all_fits_the_worst_come_first() -> None:
    posts = [post_of(f"bad-{number}", "b" * 700) for number in range(3)]
    posts += [post_of(f"good-{number}", "g" * 700) for number in range(200)]
    said = made(review_of(*posts, problems=problems_of("bad-0", "bad-1", "bad-2")))
    assert 40_000 < len(said) <= 65_000
    whole = re.findall(r"<b><code>([\w-]+)</code></b>", said)
    assert whole == [each.id for each in posts[: len(whole)]]
    assert "#### Not shown in full, for lack of space" in said
    brief = re.findall(r"^- ✅ `([\w-]+)` · ", said, re.MULTILINE)
    assert brief == [each.id for each in posts[len(whole) :][: len(brief)]]
    assert f"⚠️ This pull request contains {200 + 3 - len(whole) - len(brief)} more posts" in said
    assert gfm.linked(said) == []


def test_it_says_where_there_is_no_room_for_every_text() -> None:
    words = "Not every text fits here: read the others in the calendar before you approve."
    part = replace(PART, left_out=1)
    cut = replace(POST, variants=(replace(SHOWN, parts=(part,)),))
    for review in (review_of(cut), review_of(replace(POST, shown=False)), review_of(POST, posts_left_out=1)):
        found = comment.comment(review, NOWHERE, TEMPLATES)
        assert words in found.body and not found.complete
    found = comment.comment(review_of(POST), NOWHERE, TEMPLATES)
    assert words not in found.body and found.complete


def test_ten_thousand_posts() -> None:
    brief = [post_of(f"post-{number}", shown=False, variants=()) for number in range(10_000)]
    found = problems_of(*(f"post-{number}" for number in range(3_000)))
    said = made(review_of(*brief, problems=found, posts_left_out=500, gone=(GONE,) * 1_000))
    assert len(said) <= 65_000
    assert "#### Overview: there is not enough space for the texts" in said
    assert re.findall(r"^- ❌ `([\w-]+)` · ", said, re.MULTILINE)[:2] == ["post-0", "post-1"]
    assert re.search(r"⚠️ This pull request contains 10,\d+ more posts that are not shown", said)
    assert "and 880 more" in said


def test_what_cannot_be_made_short_is_left_out_and_never_cut() -> None:
    long = "\u202e@team" * 60
    gone = tuple(DeletedPost("a", "content/posts/a.md", long, "", ()) for _ in range(400))
    found = tuple(replace(ERROR, path=long, message=long, line=line) for line in range(100))
    said = made(review_of(post_of("a", title=long), gone=gone, problems=found), longest=5_000)
    assert len(said) <= 5_000
    assert gfm.linked(said) == []
    assert "- and 400 more\n" in said and "- and 100 more\n" in said
    own = {"templates/github/comment.md.j2": "{{ headline }}" * 500}
    assert comment.comment(review_of(POST), NOWHERE, own, 5_000) == Rendering(
        "### 1 post to review: no problems\n\nThere is no room for more: the template's output is too long.\n"
    )


def test_many_of_everything() -> None:
    part = replace(PART, links=tuple(f"https://a.example/{number}" for number in range(12)))
    shown = replace(SHOWN, parts=(part,))
    post = replace(POST, accounts=tuple(f"account-{number}" for number in range(25)), variants=(shown,))
    said = made(review_of(post, problems=(ERROR,) * 130 + (WARNING,) * 130))
    assert "`account-19` and 5 more" in said
    assert "- and 2 more links\n" in said
    assert said.count("- and 10 more\n") == 2


# ── what it does: nothing ───────────────────────────────────────────────────────────────────────────────────

PIECES = (
    *("\x1b[31m", "\x9b2J", "\u202e", "\u2066", "\x07", "\r", "\r\n", "\ud800", "\n", "\n\n", " ", "  ", "a", '"', "'"),
    *("`", "``", "```", "```\n", "\n```\n", "~~~", "|", "*", "_", "\\", "# a", "> a", "- [ ] a", "[!WARNING]", "$`a`$"),
    *(
        "</details>",
        "</code>",
        "</blockquote>",
        "</summary>",
        "<script>",
        "<img src=x>",
        "<!--",
        "-->",
        "&#64;x",
        "&lt;",
    ),
    *("@team", "@org/team", "#1", "owner/repo#1", "GH-12", "0123456789abcdef", "https://e.org", "www.example.org"),
    *("![a](https://e.org/a.png)", "[a](https://e.org)", ":tada:", "{{ 7 * 7 }}", "{% raw %}", "&#64;x", "&lt;"),
    *("::set-output name=a::b", "##[error]", "<!-- cmflow-review -->"),
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
OURS = {
    *("h3", "h4", "p", "strong", "em", "ul", "li", "details", "summary", "b", "blockquote", "br", "code", "pre"),
    *("hr", "a"),
}


def hostile(words: str) -> Review:
    """A review in which a stranger has written whatever can be written."""
    part = replace(PART, text=words, links=(words,), pictures=(replace(PICTURE, file=words, alt=words),))
    shown = replace(SHOWN, account=words, beside=(words,), parts=(part, part), was="changed", diff=(words, f"+{words}"))
    post = replace(POST, id=words, title=words, path=words, accounts=(words,), variants=(shown, shown))
    problem = replace(ERROR, path=words, message=words, hint=words, account=words)
    away = replace(GONE, id=words, title=words)
    other = replace(problem, path="content/plan.md", line=2)
    return review_of(post, replace(post, shown=False), problems=(problem, other), gone=(away,))


@examples(30)
@given(HOSTILE)
def test_nothing_that_others_wrote_leaves_the_code(words: str) -> None:
    does_nothing(words)


@pytest.mark.slow
@examples(300)
@given(HOSTILE)
def test_nothing_at_all_that_others_wrote_leaves_the_code(words: str) -> None:
    does_nothing(words)


def does_nothing(words: str) -> None:
    for around in (THERE, Context(pushes=(words,))):
        said = made(hostile(words), around)
        assert not CONTROLS.search(said)
        found = gfm.read(said)
        assert found.tags <= OURS
        assert gfm.linked(said) == []
        assert all(each.startswith(("https://github.com/fork/", "https://github.com/team/")) for each in found.leads)
        assert not found.within  # every element is closed: nothing hides what comes after it
        assert "This comment is kept up to date." in "".join(found.plain)


@given(HOSTILE)
def test_the_text_is_there_as_it_is(words: str) -> None:
    said = made(review_of(post_of("a", words)))
    quote = re.search(r"<blockquote>(.*?)</blockquote>", gfm.html(said), re.DOTALL)
    assert quote
    seen = re.sub("<[^>]*>", "", quote[1]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert seen == "\n".join(map(safe_line, words.split("\n")))


def test_a_template_of_ones_own_says_others_words_as_code() -> None:
    own = {"templates/github/comment.md.j2": "{{ posts[0].title }} {{ posts[0].title ~ '!' }} **{{ every }}**"}
    assert comment.comment(review_of(replace(POST, title="@team")), NOWHERE, own).body == "`@team` `@team!` **9**"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% if %}", "cannot be filled in: Expected an expression"),
        ("{{ secret }}", "cannot be filled in"),
        ("{{ ().__class__.__mro__ }}", "cannot be filled in"),
        ("{% for a in range(1000000) %}{% endfor %}", "cannot be filled in"),
        ("{% include 'nowhere' %}", "cannot be filled in"),
    ],
)
def test_a_template_that_cannot_be_used(source: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        comment.comment(review_of(POST), NOWHERE, {"templates/github/comment.md.j2": source})
    assert (caught.value.path, caught.value.line) == ("templates/github/comment.md.j2", 1)
