"""What networks tell of posts and accounts, beyond what all of them keep: what is missing, dear, late or retired."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Receipt
from cmflow.model.errors import CmflowError, Denied, NotSent, Rejected, Throttled
from cmflow.netkit import http, network
from cmflow.netkit.network import Access, Network
from cmflow.sandbox.fakes import discord, facebook, linkedin, slack, telegram, x, youtube
from tests.networks import botapi, discovery, graphapi, linkedin_schemas, openapi, slackapi, spec
from tests.networks.contract import NOON

Handler = Callable[[httpx.Request], httpx.Response]
DAY = timedelta(days=1)


def access(name: str, secret: str = "token", value: str = "", **options: str) -> Access:
    account = Account("team", name, options=tuple(options.items()))
    return Access(account, ((secret, value),), clock=NOON.timestamp)


PLACES: dict[str, tuple[Access, Callable[[], Handler], Callable[..., spec.Description]]] = {
    "discord": (access("discord", "token", discord.TOKEN, channel=discord.CHANNEL), discord.Discord, openapi.discord),
    "facebook": (access("facebook", "token", facebook.TOKEN), facebook.Facebook, graphapi.GraphApi),
    "linkedin": (
        access("linkedin", "token", linkedin.TOKEN, organization="1000001"),
        lambda: linkedin.LinkedIn(scopes=linkedin.PAGE_SCOPES),
        lambda folder: linkedin_schemas.Schemas(),
    ),
    "slack": (access("slack", "token", slack.TOKEN, channel=slack.CHANNEL), slack.Slack, slackapi.SlackApi),
    "telegram": (access("telegram", "token", telegram.TOKEN, chat="@team"), telegram.Telegram, botapi.BotApi),
    "x": (access("x", "access_token", x.TOKEN), x.X, openapi.x),
    "youtube": (access("youtube", "access_token", youtube.TOKEN), youtube.YouTube, discovery.youtube),
}
POSTS = {
    "discord": "1001",
    "facebook": f"{facebook.PAGE}_1000001",
    "linkedin": "urn:li:share:1",
    "x": "1001",
    "slack": "1796126400.000101",
    "youtube": "aaaaaaaaaaa",
}


def connected(name: str, handler: Handler, **changes: Any) -> Any:
    entrance, _, description = PLACES[name]
    connect = network.load(name).connect
    assert connect is not None
    return connect(http.client(spec.Checked(spec.of(description), handler)), replace(entrance, **changes))


def receipt(number: str, age: timedelta = DAY) -> Receipt:
    return Receipt(0, number, "", NOON - age)


def told(name: str, session: Any, *receipts: Receipt) -> list[dict[str, Any]]:
    metrics = network.load(name).metrics
    assert metrics is not None
    return [dict(figures) for figures in metrics(session, receipts)]


# ── Facebook ────────────────────────────────────────────────────────────────────────────────────────────────


def page(**changes: Any) -> facebook.Facebook:
    return facebook.Facebook(stories={POSTS["facebook"]: {"id": POSTS["facebook"]}}, **changes)


def test_a_retired_figure_is_left_out_and_the_others_are_told() -> None:
    retired: set[str] = set()
    session = connected("facebook", page(retired={"post_media_view", "post_clicks"}), retired=retired)
    (figures,) = told("facebook", session, receipt(POSTS["facebook"]))
    assert figures == {
        "post_total_media_view_unique": 90,
        "post_reactions_by_type_total": 7,
        "post_clicks_by_type: link clicks": 7,
        "comments": 4,
        "shares": 0,
    }
    assert retired == {"post_media_view", "post_clicks"}


def test_a_figure_that_is_known_to_be_retired_costs_no_request() -> None:
    session = connected("facebook", page(retired={"post_clicks"}), retired={"post_clicks"})
    requests = session.graph.client.http._transport.requests
    told("facebook", session, receipt(POSTS["facebook"]))
    assert len([request for request in requests if request.url.path.endswith("/insights")]) == 1


def test_a_page_that_is_too_small_for_insights_has_none() -> None:
    session = connected("facebook", page(has_insights=False, shared={POSTS["facebook"]}))
    (figures,) = told("facebook", session, receipt(POSTS["facebook"]))
    names = ("post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total")
    assert figures == {
        **dict.fromkeys((*names, "post_clicks_by_type: link clicks")),
        "comments": 4,
        "shares": 2,
    }


@pytest.mark.parametrize(
    ("is_reel", "figures"),
    [
        (False, {"total_video_views": 89, "total_video_views_unique": 56, "post_video_view_time": 91_000}),
        (True, {"blue_reels_play_count": 240, "post_video_likes_by_reaction_type": 8}),
    ],
)
def test_a_video_has_figures_of_its_own(is_reel: bool, figures: dict[str, int]) -> None:
    server = page(videos={"7000001": facebook.Video(1, is_reel, text="Film")})
    (answer,) = told("facebook", connected("facebook", server), receipt("7000001"))
    assert {name: value for name, value in answer.items() if value is not None} == {**figures, "comments": 4}


def test_another_refusal_is_not_taken_for_a_retired_figure() -> None:
    server = page()

    def refusing(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/insights"):
            return httpx.Response(400, json={"error": {"code": 100, "message": "(#100) Object is of another type"}})
        return server(request)

    retired: set[str] = set()
    session = connected("facebook", refusing, retired=retired)
    with pytest.raises(Rejected, match="Object is of another type"):
        told("facebook", session, receipt(POSTS["facebook"]))
    assert retired == set()


# ── X ───────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline(*numbers: str, **changes: Any) -> x.X:
    tweets = {
        number: {"id": number, "text": "Hello", "created_at": x.NOON, "referenced_tweets": [], "entities": {"urls": []}}
        for number in numbers
    }
    return x.X(tweets=tweets, **changes)


def test_the_own_timeline_is_read_first_since_it_costs_less() -> None:
    server = timeline("1001", "1002", "1003", "1004", unlisted={"1003"})
    posts = told("x", connected("x", server), receipt("1001", 3 * DAY), receipt("1003"), receipt("1004"))
    assert [post["like_count"] for post in posts] == [5, 5, 5]
    assert server.charged == {"1001": 1, "1003": 5, "1004": 1}, "1002 lies between, and far from both"


def test_what_only_the_author_sees_ends_after_30_days() -> None:
    server = timeline("1001", "1002", old={"1001"})
    old, young = told("x", connected("x", server), receipt("1001", 30 * DAY), receipt("1002", 29 * DAY))
    assert (old["impression_count"], old["url_link_clicks"]) == (120, None)
    assert (young["impression_count"], young["url_link_clicks"]) == (120, 9)


def test_a_hundred_posts_take_few_requests() -> None:
    numbers = [str(1_001 + number) for number in range(100)]
    session = connected("x", timeline(*numbers, unlisted=set(numbers)))
    assert len(told("x", session, *map(receipt, numbers))) == 100
    paths = [request.url.path for request in session.api.http._transport.requests]
    assert paths == ["/2/users/me", f"/2/users/{x.USER['id']}/tweets", "/2/tweets"]


def test_a_repost_has_no_figures_of_ours() -> None:
    (figures,) = told("x", connected("x", timeline()), receipt("repost-900"))
    assert set(figures.values()) == {None}


# ── YouTube ─────────────────────────────────────────────────────────────────────────────────────────────────


def channel(**changes: Any) -> youtube.YouTube:
    return youtube.YouTube(videos={"aaaaaaaaaaa": {}, "bbbbbbbbbbb": {}}, **changes)


def test_analytics_are_there_once_youtube_has_counted() -> None:
    session = connected("youtube", channel(counted={"aaaaaaaaaaa"}))
    first, second, missing = told("youtube", session, *map(receipt, ("aaaaaaaaaaa", "bbbbbbbbbbb", "ccccccccccc")))
    today = {"viewCount": 120, "likeCount": 5, "commentCount": 4}
    assert first == {**today, **youtube.REPORT}
    assert second == {**today, **dict.fromkeys(youtube.REPORT)}
    assert missing == {**dict.fromkeys(today), **dict.fromkeys(youtube.REPORT)}


def test_without_the_scope_of_analytics_the_rest_is_told() -> None:
    session = connected("youtube", channel(has_analytics=False, counted={"aaaaaaaaaaa"}))
    (figures,) = told("youtube", session, receipt("aaaaaaaaaaa"))
    assert (figures["viewCount"], figures["estimatedMinutesWatched"]) == (120, None)


def test_a_quota_that_is_used_up_is_not_a_figure_that_does_not_exist() -> None:
    with pytest.raises(Throttled):
        told("youtube", connected("youtube", channel(quota=2)), receipt("aaaaaaaaaaa"))


def test_hidden_subscribers_are_not_told() -> None:
    record = network.load("youtube")
    assert record.account_metrics is not None
    figures = record.account_metrics(connected("youtube", channel(is_hidden=True)))
    assert figures == {"subscriberCount": None, "viewCount": 40_300, "videoCount": 77}


# ── LinkedIn ────────────────────────────────────────────────────────────────────────────────────────────────


def test_posts_of_both_kinds_are_asked_about_together() -> None:
    kinds = ("urn:li:share:1", "urn:li:ugcPost:2")
    server = linkedin.LinkedIn(scopes=linkedin.PAGE_SCOPES, shown={urn: {"id": urn} for urn in kinds})
    session = connected("linkedin", server)
    comment = receipt("urn:li:comment:(urn:li:share:1,5)")
    share, answer, ugc = told("linkedin", session, receipt(kinds[0]), comment, receipt(kinds[1]))
    assert share == ugc == {name: value for name, value in linkedin.FIGURES.items() if name != "engagement"}
    assert set(answer.values()) == {None}, "a comment has no statistics"
    assert len(session.api.http._transport.requests) == 1


def test_who_is_no_administrator_may_not_read_statistics() -> None:
    server = linkedin.LinkedIn(scopes=linkedin.PAGE_SCOPES, role="CONTENT_ADMINISTRATOR")
    with pytest.raises(Denied):
        told("linkedin", connected("linkedin", server), receipt("urn:li:share:1"))


def test_a_person_has_no_figures() -> None:
    server = linkedin.LinkedIn(scopes=linkedin.MEMBER_SCOPES)
    session = connected("linkedin", server, account=Account("team", "linkedin"))
    (figures,) = told("linkedin", session, receipt("urn:li:share:1"))
    assert set(figures.values()) == {None}


# ── Discord and Slack ───────────────────────────────────────────────────────────────────────────────────────


def test_reactions_of_all_kinds_are_added() -> None:
    server = discord.Discord(messages={"1001": {**discord.MESSAGE, "id": "1001", "channel_id": discord.CHANNEL}})
    server.messages["1001"] |= {"content": "Hello", "author": discord.USER}
    server.reactions["1001"] = (3, 2)
    (figures,) = told("discord", connected("discord", server), receipt("1001"))
    assert figures == {"reactions": 5, "thread.message_count": 0, "poll.votes": None}


def test_answers_and_reactions_in_slack() -> None:
    server = slack.Slack()
    first = server.message(
        {"text": "Hello", "reactions": [{"name": "tada", "count": 2}, {"name": "eyes", "count": 1}]}, None
    )
    second = server.message({"text": "Hi"}, first["ts"])
    root, below = told("slack", connected("slack", server), receipt(first["ts"]), receipt(second["ts"]))
    assert root == {"reactions": 3, "reply_count": 1}
    assert below == {"reactions": 0, "reply_count": None}


# ── what goes wrong, everywhere ─────────────────────────────────────────────────────────────────────────────

ODD = (
    *(b"", b"no JSON", b"null", b"[]", b"[1]", b'{"data": 1}', b'{"data": [1]}', b'{"data": {"public_metrics": []}}'),
    *(b'{"items": "x", "kind": "youtube#videoListResponse"}', b'{"ok": true, "messages": [{"reactions": 1}]}'),
    *(b'{"elements": [{"share": "urn:li:share:1", "totalShareStatistics": 4}]}', b'{"result": "many", "ok": true}'),
    *(b'{"items": [{"id": "aaaaaaaaaaa", "statistics": {"viewCount": 3}}], "kind": "youtube#videoListResponse"}',),
    *(b'{"reactions": [{"count": "3"}], "thread": 1, "poll": {"results": {"answer_counts": 5}}}', b"[" * 100_000),
)


class Turned:
    """A network that answers as it should while we sign in, then with something else."""

    def __init__(self, name: str, code: int, body: bytes) -> None:
        self.fake, self.turned = PLACES[name][1](), False
        self.answer = code, body

    def __call__(self, request: httpx.Request) -> httpx.Response:
        code, body = self.answer
        return httpx.Response(code, content=body) if self.turned else self.fake(request)


def questions(record: Network[Any], session: Any) -> list[Callable[[], Any]]:
    rows = (receipt(POSTS.get(record.name, "")),)
    posts, account = record.metrics, record.account_metrics
    of_posts = [lambda: posts(session, rows)] if posts else []
    return [*of_posts, *([lambda: account(session)] if account else [])]


def turned(name: str, code: int, body: bytes) -> list[Callable[[], Any]]:
    handler = Turned(name, code, body)
    entrance, _, _ = PLACES[name]
    record = network.load(name)
    assert record.connect is not None
    session = record.connect(http.client(httpx.MockTransport(handler)), entrance)
    handler.turned = True
    return questions(record, session)


@pytest.mark.parametrize("body", ODD)
@pytest.mark.parametrize("name", PLACES)
def test_an_odd_answer_is_no_figure_and_no_bug(name: str, body: bytes) -> None:
    for question in turned(name, 200, body):
        try:
            figures = question()
        except CmflowError:
            continue
        for post in figures if isinstance(figures, tuple) else (figures,):
            assert all(value is None or value == 0 or value == 3 for value in post.values()), post


@pytest.mark.parametrize(("code", "kind"), [(429, Throttled), (500, NotSent), (401, Denied)])
@pytest.mark.parametrize("name", PLACES)
def test_a_flood_and_an_expired_token_are_said(name: str, code: int, kind: type[CmflowError]) -> None:
    body = {
        "facebook": b'{"error": {"code": %d, "message": "No."}}' % {429: 4, 500: 2, 401: 190}[code],
        "slack": b'{"ok": false, "error": "%s"}'
        % {429: b"ratelimited", 500: b"fatal_error", 401: b"invalid_auth"}[code],
        "telegram": b'{"ok": false, "error_code": 0, "description": "No."}',
    }.get(name, b'{"code": 0, "message": "No."}')
    status = 200 if name == "slack" else code
    for question in turned(name, status, body):
        if name == "telegram" and code == 500:
            continue  # it says no more than that it refused
        with pytest.raises(kind) as caught:
            question()
        assert PLACES[name][0].secrets[0][1] not in f"{caught.value} {getattr(caught.value, 'hint', '')}"
