"""Files as networks export them, and as spreadsheets spoil them."""

from datetime import date

import pytest

from cmflow.insights import exports
from cmflow.insights.exports import FORMATS, Row, Unreadable
from cmflow.insights.metrics import catalogue

X = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n"
    '2074000000000000001,"Tue, Jul 14, 2026","Hello, all",https://x.com/team/status/2074000000000000001,"122,978",12,300,'
    "3,0,-,4,2,,129,20,0,0\n"
)


def test_posts_of_x() -> None:
    export = exports.read(X)
    figures = {
        "impression_count": 122_978,
        "like_count": 12,
        "engagements": 300,
        "bookmark_count": 3,
        "Shares": 0,
        "reply_count": 4,
        "retweet_count": 2,
        "url_link_clicks": 20,
    }
    (row,) = export.rows
    assert (export.format.network, dict(row.figures), export.unknown, export.odd) == ("x", figures, (), ())
    assert row == Row(
        *(2, "2074000000000000001", "https://x.com/team/status/2074000000000000001", "Hello, all"),
        *(date(2026, 7, 14), row.figures),
    )


def test_what_the_file_does_not_tell_is_no_figure() -> None:
    """An empty cell and a dash are not 0."""
    (row,) = exports.read(X).rows
    assert not {"follows", "user_profile_clicks"} & dict(row.figures).keys()


LINKEDIN = (
    "Aggregated engagement metrics for your organic posts over time\n"
    "Post title,Post link,Post type,Campaign name,Posted by,Created date,Campaign start date,Campaign end date,"
    "Audience,Impressions,Views,Offsite Views,Clicks,Click through rate (CTR),Likes,Comments,Reposts,Follows,"
    "Engagement rate,Content Type\n"
    "We open on Monday,https://www.linkedin.com/feed/update/urn:li:activity:7,Organic,,A Person,07/14/2026,,,"
    "All followers,340,,,12,0.035,5,1,2,0,0.06,\n"
)


def test_posts_of_a_linkedin_page_after_a_line_of_explanation() -> None:
    export = exports.read(LINKEDIN)
    figures = {
        "impressionCount": 340,
        "clickCount": 12,
        "likeCount": 5,
        "commentCount": 1,
        "shareCount": 2,
        "follows": 0,
    }
    (row,) = export.rows
    assert (export.format.network, dict(row.figures), export.unknown) == ("linkedin", figures, ())
    assert (row.line, row.text, row.day) == (3, "We open on Monday", date(2026, 7, 14))


def test_posts_of_a_facebook_page() -> None:
    export = exports.read(
        "Post ID,Page ID,Page name,Title,Description,Publish time,Permalink,Post type,Views,Reach,Reactions,"
        "Comments,Shares,Total clicks,Link Clicks\n"
        '122100000000000001,1,Team,,"Open day","07/14/2026 09:30",https://www.facebook.com/team/posts/1,Photos,300,'
        "200,9,2,1,14,6\n"
    )
    (row,) = export.rows
    assert (export.format.network, row.id, row.text) == ("facebook", "122100000000000001", "Open day")
    assert dict(row.figures) == {
        "post_media_view": 300,
        "post_total_media_view_unique": 200,
        "post_reactions_by_type_total": 9,
        "comments": 2,
        "shares": 1,
        "post_clicks": 14,
        "post_clicks_by_type: link clicks": 6,
    }


def test_posts_on_instagram_are_not_taken_for_a_page() -> None:
    export = exports.read(
        "Post ID,Account ID,Account username,Description,Publish time,Permalink,Views,Reach,Likes,Saves\n"
        "18000000000000001,1,team,Open day,07/14/2026 09:30,https://www.instagram.com/p/abc/,300,200,9,2\n"
    )
    assert (export.format.network, dict(export.rows[0].figures)["saved"]) == ("instagram", 2)


@pytest.mark.parametrize(
    "text",
    [
        "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers\n"
        "Total,,,,500,3.5,1\n"
        'abcdefghijk,A film,"Jul 14, 2026",95,400,2.5,1\n',
        "Contenu,Titre de la vidéo,Heure de publication de la vidéo,Durée,Vues,Durée de visionnage (heures),Abonnés\n"
        "Total,,,,500,3.5,1\n"
        'abcdefghijk,A film,"Jul 14, 2026",95,400,2.5,1\n',
        "Videos;Videotitel;Veröffentlichungszeitpunkt des Videos;Dauer;Aufrufe;Wiedergabezeit (Stunden);Abonnenten\n"
        "Gesamt;;;;500;3,5;1\n"
        "abcdefghijk;A film;Jul 14, 2026;95;400;2,5;1\n",
    ],
)
def test_videos_in_three_languages_without_the_totals(text: str) -> None:
    export = exports.read(text)
    figures = (("viewCount", 400), ("estimatedMinutesWatched", 150))
    assert export.rows == (Row(3, "abcdefghijk", "", "A film", date(2026, 7, 14), figures),)
    assert export.unknown == ()


def test_a_duration_is_seconds() -> None:
    text = (
        "Content,Video title,Views,Average view duration,Average percentage viewed (%)\nabcdefghijk,A,4,0:01:35,41.5\n"
    )
    figures = {"viewCount": 4, "averageViewDuration": 95, "averageViewPercentage": 41.5}
    assert dict(exports.read(text).rows[0].figures) == figures


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1,234", 1234), ("1 234 567", 1_234_567), ("1.234", 1234), ("12", 12), ("0", 0), ("7%", 7), ("3.5", 3.5)],
)
def test_a_number_as_people_write_it(cell: str, number: float) -> None:
    text = f'Post id,Post Link,Impressions\n1,https://x.com/t/status/1,"{cell}"\n'
    assert exports.read(text).rows[0].figures == (("impression_count", number),)


@pytest.mark.parametrize("cell", ["many", "1e9", "-3", "1.2.3", "9" * 30, "=SUM(A1:A9)"])
def test_a_cell_that_is_no_number_is_named(cell: str) -> None:
    export = exports.read(f'Post id,Post Link,Impressions\n1,https://x.com/t/status/1,"{cell}"\n')
    assert (export.rows[0].figures, export.odd) == ((), ((2, "impressions"),))


def test_an_unknown_column_is_named() -> None:
    assert exports.read("Post id,Post Link,Impressions,Sparks,\n1,https://x.com/a,3,9,\n").unknown == ("Sparks",)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Date,Impressions\n2026-07-14,3\n", "{}", "a" * 2_000_000, '"' * 5_001, "\0\0\0"]
)
def test_another_file_is_a_sentence(text: str) -> None:
    with pytest.raises(Unreadable):
        exports.read(text)


def test_every_figure_is_in_the_catalogue() -> None:
    known = {(definition.network, definition.metric) for definition in catalogue.DEFINITIONS}
    assert {(kind.network, column.metric) for kind in FORMATS for column in kind.figures} <= known


def test_no_column_means_two_things() -> None:
    for kind in FORMATS:
        names = [name for column in kind.figures for name in column.names]
        others = [*kind.id, *kind.url, *kind.time, *kind.text, *kind.silent]
        assert len({*names, *others}) == len(names) + len(others), kind.name
        assert all(name == name.lower() for name in (*names, *others))
