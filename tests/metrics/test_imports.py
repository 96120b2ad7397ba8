"""Rows of an export, and which of our posts each is about."""

from datetime import date, timedelta

import pytest

from cmflow.insights import exports
from cmflow.metrics import imports
from cmflow.metrics.imports import Import
from cmflow.model import Delivery, Origin, Reading, Receipt, State
from cmflow.model.errors import SourceError
from tests.deliveries import NOON

DAY = timedelta(days=1)
HEADER = "Post id,Date,Post text,Post Link,Impressions\n"


def sent(post: str, *receipts: Receipt, account: str = "team") -> Delivery:
    return Delivery(post, account, State.SENT, NOON, receipts=receipts)


def receipt(number: str, url: str = "", part: int = 0) -> Receipt:
    return Receipt(part, number, url or f"https://x.com/team/status/{number}", NOON)


def prepare(text: str, *deliveries: Delivery, texts: dict[str, str] | None = None, since: date | None = None) -> Import:
    return imports.prepare(
        exports.read(text), ("team", "press"), deliveries, texts or {}, NOON + 7 * DAY, NOON + 8 * DAY, since
    )


def reasons(plan: Import) -> list[str]:
    return [match.reason for match in plan.matches]


def test_a_row_is_matched_by_its_id_and_marked_as_imported() -> None:
    thread = sent("hello", receipt("100"), receipt("101", part=1))
    plan = prepare(HEADER + "101,,,,7\n999,,,,8\n", thread)
    assert plan.readings == (
        Reading(
            *("team", "x", "impression_count", 7, NOON + 7 * DAY, "7d", "hello", 1, 7 * 86_400, "views"),
            *(Origin.IMPORT, NOON + 8 * DAY),
        ),
    )
    assert reasons(plan) == ["", "it matches no post that cmflow published"]


@pytest.mark.parametrize(
    "url",
    ["https://twitter.com/team/status/100", "https://www.x.com/team/status/100/", "https://x.com/team/status/100?s=20"],
)
def test_an_address_matches_however_it_is_written(url: str) -> None:
    plan = prepare(f"Post id,Post Link,Impressions\n,{url},7\n", sent("hello", receipt("100")))
    assert [match.post for match in plan.matches] == ["hello"]


def test_a_facebook_post_is_known_by_the_second_half_of_its_id() -> None:
    text = "Post ID,Page ID,Page name,Publish time,Permalink,Views\n1221,5,Team,,https://www.facebook.com/p/1,30\n"
    facebook = sent("hello", Receipt(0, "1048_1221", "https://www.facebook.com/1048/posts/1221", NOON))
    assert [match.post for match in prepare(text, facebook).matches] == ["hello"]


LINKEDIN = (
    "Post title,Post link,Created date,Impressions\n{},https://www.linkedin.com/feed/update/urn:li:activity:7,{},30\n"
)
SHARE = Receipt(0, "urn:li:share:55", "https://www.linkedin.com/feed/update/urn:li:share:55/", NOON)


@pytest.mark.parametrize("day", ["11/30/2026", "12/01/2026", "12/02/2026"])
def test_without_id_the_day_and_the_first_words_decide(day: str) -> None:
    """LinkedIn calls the same post by another number in its files."""
    texts = {"hello": "We open on Monday: come and see!\nhttps://example.org", "other": "Something else"}
    plan = prepare(
        LINKEDIN.format("We  open on MONDAY: come and see https://lnkd.in/abc", day), sent("hello", SHARE), texts=texts
    )
    assert [match.post for match in plan.matches] == ["hello"]


@pytest.mark.parametrize(
    ("words", "day"), [("We open", "12/05/2026"), ("Quite different", "12/01/2026"), ("", "12/01/2026")]
)
def test_another_day_or_other_words_are_another_post(words: str, day: str) -> None:
    plan = prepare(LINKEDIN.format(words, day), sent("hello", SHARE), texts={"hello": "We open on Monday"})
    assert (plan.readings, reasons(plan)) == ((), ["it matches no post that cmflow published"])


def test_two_that_may_be_meant_are_none() -> None:
    deliveries = (sent("hello", SHARE), sent("hello", SHARE, account="press"))
    plan = prepare(LINKEDIN.format("We open", "12/01/2026"), *deliveries, texts={"hello": "We open on Monday"})
    assert reasons(plan) == ["it could match more than one post"]


def test_a_post_that_the_file_has_only_a_part_of_is_left_out() -> None:
    plan = prepare(HEADER + "100,,,,7\n", sent("hello", receipt("100")), since=date(2026, 12, 2))
    assert reasons(plan) == ["it was published before the file begins, on 2026-12-02"]


def test_a_file_from_before_the_post_says_nothing_of_it() -> None:
    late = sent("hello", Receipt(0, "100", "", NOON + 9 * DAY))
    assert reasons(prepare(HEADER + "100,,,,7\n", late)) == ["it was published after the file was exported"]


def test_what_a_name_says_of_the_days() -> None:
    name = "account_analytics_content_2026-04-27_2026-07-25.csv"
    assert imports.span(name) == (date(2026, 4, 27), date(2026, 7, 25))
    assert imports.span("Table data 2026-07-25.csv") == (None, date(2026, 7, 25))
    assert imports.span("2026-99-99.csv") == (None, None)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_whatever_a_spreadsheet_made_of_the_letters(codec: str) -> None:
    text = 'Contenu,Titre de la vidéo,Vues\nabcdefghijk,Été,"4"\n'
    assert imports.read(text.encode(codec), "f.csv").rows[0].text == "Été"


def test_letters_of_windows() -> None:
    assert (
        imports.read("Contenu,Titre de la vidéo,Vues\nabcdefghijk,Été,4\n".encode("cp1252"), "f.csv").rows[0].text
        == "Été"
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 and so on", "f.xlsx is a spreadsheet."),
        (b"Name,Age\nA,1\n", "f.xlsx cannot be imported. cmflow does not recognise its columns"),
        (b"x" * (21 * 1024 * 1024), "f.xlsx is larger than 20 MB."),
    ],
)
def test_a_wrong_file_is_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        imports.read(data, "f.xlsx")
    assert str(caught.value).startswith(sentence)
    assert caught.value.hint
