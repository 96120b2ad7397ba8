"""A ticket in a real browser, as GitHub shows it: strangers' words stand there as they wrote them, and do nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmflow.inbox import marks
from cmflow.inbox.wording import OwnPost
from cmflow.model import Author, Message
from cmflow.model.reason import because
from tests.browser.conftest import DESK, PHONE, PICTURES, Opener
from tests.inbox.letters import MESSAGE, NOON, SUBJECT, WINDOW, wording
from tests.inbox.test_wording import FILES, LIMITED, TRICKS
from tests.review import gfm

pytestmark = pytest.mark.slow

HOSTILE = " ".join(TRICKS).replace("\ud800", "")
STRANGER = Message(
    "1",
    "c",
    MESSAGE.contact,
    NOON,
    Author("1", HOSTILE, HOSTILE),
    HOSTILE,
    f"https://example.org/{HOSTILE}",
    language=HOSTILE,
    files=(HOSTILE,) * 12,
    until=NOON + timedelta(hours=1),
)
TICKETS = {
    "usual": (LIMITED, FILES),
    "hostile": (
        replace(
            SUBJECT, reasons=(because("rule", quote=HOSTILE, rule="r"),), post=OwnPost(HOSTILE, "https://github.com")
        ),
        STRANGER,
    ),
    "long": (SUBJECT, replace(WINDOW, text="A long word: " + "x" * 9_000 + "\n" * 900 + "The end.")),
}


@pytest.mark.parametrize("name", TICKETS)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_it_looks_as_it_should(opened: Opener, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    subject, message = TICKETS[name]
    path = tmp_path / "ticket.html"
    path.write_text(gfm.page(wording().sheet(subject, message, NOON).body), encoding="utf-8")
    page = opened(path, size)
    assert page.locator("script, style:not(head style), iframe, img, form, input, details, h1, h2").count() == 0
    assert page.get_by_text("To act, write a comment that begins with one of these lines:").is_visible()
    assert page.locator("code", has_text="/reply TEXT").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"ticket-{name}-{size[0]}.png", full_page=True)


@pytest.mark.parametrize("name", TICKETS)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_message_looks_as_it_was_written(opened: Opener, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    subject, message = TICKETS[name]
    path = tmp_path / "note.html"
    path.write_text(gfm.page(marks.note("m 1", wording().note(subject, message))), encoding="utf-8")
    page = opened(path, size)
    assert page.locator("script, style:not(head style), iframe, img, form, input, details, h1, h2").count() == 0
    quote = page.locator("blockquote")
    assert quote.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert quote.inner_text().split("\n")[0].startswith(message.text.split("\n")[0][:40])
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"note-{name}-{size[0]}.png", full_page=True)
