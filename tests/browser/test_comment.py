"""The comment on a pull request in a real browser, as GitHub shows it: it asks for nothing and hides nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from cmflow.review.comment import Context, comment
from cmflow.review.values import Review
from tests.browser.conftest import DESK, PHONE, PICTURES, Opener
from tests.review import gfm
from tests.review.samples import ERROR, FULL, PICTURE, POST, SHOWN, TEMPLATES, WARNING, post
from tests.review.samples import review as review_of
from tests.review.test_comment import PIECES, hostile

pytestmark = pytest.mark.slow

AROUND = Context("https://github.com/team/posts/blob/main", "https://github.com/team/posts/actions/runs/42")
LONG = "A paragraph that goes on for a while, as posts do, and has to be read to its very end by somebody. " * 4
SAME = replace(POST, new=False, variants=(replace(SHOWN, was="same"),))
REVIEWS = {
    "full": (FULL, AROUND),
    "fine": (review_of(post("harbour-day", LONG), SAME, since="ab" * 20), AROUND),
    "many": (review_of(*(post(f"day-{day}", LONG) for day in range(190)), problems=(ERROR, WARNING)), AROUND),
    "changed-workflow": (review_of(POST), replace(AROUND, pushes=(".github/workflows/check.yml", "action.yml"))),
    "hostile": (hostile("".join(PIECES).replace("\ud800", "")), AROUND),
}


@pytest.mark.parametrize("name", REVIEWS)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_it_looks_as_it_should(opened: Opener, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    review, around = REVIEWS[name]
    page = opened(written(tmp_path, review, around), size)
    assert page.locator(".body > h3").inner_text().endswith(("errors", "error", "warnings", "warning", "problems"))
    assert page.locator("script, style:not(head style), iframe, img, form, input").count() == 0
    assert page.get_by_text("This comment is kept up to date.").is_visible()
    for quote in page.locator("blockquote:visible").all():  # long lines are wrapped: none has to be pushed aside
        assert quote.evaluate("each => each.scrollWidth <= each.clientWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"comment-{name}-{size[0]}.png", full_page=True)


def test_what_is_as_it_was_is_folded_and_what_is_new_is_open(opened: Opener, tmp_path: Path) -> None:
    page = opened(written(tmp_path, *REVIEWS["fine"]))
    new, same = page.locator(".body > details").all()
    assert (new.get_attribute("open"), same.get_attribute("open")) == ("", None)
    assert same.get_by_text("The terrace is open").is_hidden()
    same.locator("summary").click()
    assert same.get_by_text("The terrace is open").is_visible()


def test_what_others_wrote_is_copied_as_it_is(opened: Opener, tmp_path: Path) -> None:
    text = "Two  spaces, <b>no HTML</b>,\n\n@team & `code` #1\n"
    pictured = replace(SHOWN, parts=(replace(SHOWN.parts[0], text=text, pictures=(PICTURE,)),))
    page = opened(written(tmp_path, review_of(replace(POST, variants=(pictured,))), AROUND))
    assert page.locator("blockquote").inner_text() == text.rstrip("\n") + "\n"


def written(folder: Path, review: Review, around: Context) -> Path:
    path = folder / "comment.html"
    path.write_text(gfm.page(comment(review, around, TEMPLATES).body), encoding="utf-8")
    return path
