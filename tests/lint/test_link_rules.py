"""What a network makes of the words: whom it mentions, what it leaves as plain text, and addresses nobody can open."""

import pytest

from cmflow.model import Problem
from cmflow.repository import examination
from tests.repository.places import content, path

PLAN = """---
brand: cmflow
timezone: Europe/Paris
language: en
accounts:
  masto: {network: mastodon, options: {instance: "https://social.example"}}
  bsky: {network: bluesky, options: {handle: us.example.org}}
  x: {network: x}
  li: {network: linkedin}
  thr: {network: threads}
  ig: {network: instagram}
  dc: {network: discord, options: {channel: "1"}}
  sl: {network: slack, options: {channel: "C1"}}
  rd: {network: reddit}
people:
  bo: {name: Bo Li, bluesky: "@bo.bsky.social", x: bo_li, li: "urn:li:person:1", masto: "@bo@social.example"}
---
"""
PEOPLE = "Name people as `@{key}`, with their handle on each network under `people:` in the plan."
CODES = {"mention-unknown", "shortcode", "www-not-linked", "entity-in-url", "host-without-dot", "bad-handle"}


def problems(body: str, accounts: str = "x", more: str = "", plan: str = PLAN) -> list[Problem]:
    text = f"---\ntitle: T\ndate: 2026-12-01 09:30\naccounts: [{accounts}]\n{more}---\n{body}\n"
    here = content({path("a"): text}, plan=plan)
    found = examination.examine(path("a"), text.encode(), here).problems
    return [each for each in (*here.problems, *found) if each.code in (*CODES, "many-hashtags")]


def said(body: str, accounts: str = "x", more: str = "") -> list[tuple[str, str]]:
    return [(each.account, each.message) for each in problems(body, accounts, more)]


def stranger(handle: str) -> str:
    return f"“{handle}” is linked to the account with that name there, which is not in the plan."


def foreign(handle: str, linked: str) -> str:
    return f"“{handle}” is a handle on another network: this one links `{linked}`, which may be a stranger."


@pytest.mark.parametrize(
    ("body", "account", "message"),
    [
        ("Thanks @ana", "x", stranger("@ana")),
        ("Thanks @ana, and @ana", "x", stranger("@ana")),
        ("`@media`", "x", stranger("@media")),
        ("[@ana](https://social.example.org/@ana)", "masto", stranger("@ana")),
        ("Thanks @ana@other.example", "masto", stranger("@ana@other.example")),
        ("Thanks @ana.bsky.social", "bsky", stranger("@ana.bsky.social")),
        ("Thanks @bo.bsky.social", "x", foreign("@bo.bsky.social", "@bo")),
        ("Thanks @bo.bsky.social!", "masto", foreign("@bo.bsky.social", "@bo.bsky.social")),
        ("Thanks @ana.example.com", "x", foreign("@ana.example.com", "@ana")),
        ("Thanks u/ana_b", "rd", stranger("u/ana_b")),
    ],
)
def test_a_mention_that_the_plan_does_not_know(body: str, account: str, message: str) -> None:
    assert problems(body, account) == [Problem(path("a"), 6, "mention-unknown", message, PEOPLE, account)]


@pytest.mark.parametrize(
    ("body", "account"),
    [
        ("Thanks @{bo}", "x, masto, bsky, li, thr, ig, dc, sl, rd"),
        ("Thanks @bo_li and @BO_LI", "x"),
        ("Thanks @bo.bsky.social and @us.example.org", "bsky"),
        ("Thanks @bo@social.example", "masto"),
        ("Thanks @ana@other.example", "x"),
        ("In r/python", "rd"),
        ("mail ana@example.org", "x, masto, bsky"),
    ],
)
def test_mentions_that_are_meant(body: str, account: str) -> None:
    assert said(body, account) == []


def test_a_shortcode_is_told_where_it_is_published() -> None:
    assert problems("We did it :tada:", "x, dc, sl, masto") == [
        Problem(path("a"), 6, "shortcode", "`:tada:` is published there as plain text.", "Write 🎉.", account)
        for account in ("x", "masto")
    ]
    assert said(":blobcat: :tada: :tada: :100: :+1:", "masto") == [
        ("masto", f"`:{name}:` is published there as plain text.") for name in ("tada", "100", "+1")
    ]
    (blob,) = problems(":blobcat:", "x")
    assert blob.hint == "Write the emoji itself, or put it between backticks."


@pytest.mark.parametrize(
    "body",
    ["`:tada:`", "```\n:tada:\n```", "at 10:30:45", "std::tada::x", "https://a.example/:tada:", "a:b:c", "10:tada:"],
)
def test_what_is_no_shortcode(body: str) -> None:
    assert said(body) == []


def test_an_address_without_a_scheme_is_told_where_it_is_no_link() -> None:
    assert problems("See www.shop.example.org/a, and go", "masto, bsky, x, li, ig") == [
        Problem(
            path("a"),
            6,
            "www-not-linked",
            "“www.shop.example.org/a” is not a link there.",
            "Write `https://www.shop.example.org/a`.",
            account,
        )
        for account in ("masto", "li")
    ]
    assert said("[www.example.org](https://www.example.org) `www.example.org` https://www.example.org", "masto") == []


@pytest.mark.parametrize(
    ("url", "entity", "hint"),
    [
        ("https://a.example/?a=1&amp;b=2", "&amp;", "Write `&`."),
        ("https://a.example/?a=1&#38;b=2", "&#38;", "Write the character itself, or its `%` code."),
        ("https://a.example/?a=1&quot;b", "&quot;", "Write the character itself, or its `%` code."),
    ],
)
def test_an_entity_in_an_address(url: str, entity: str, hint: str) -> None:
    message = f"`{entity}` in “{url}” is part of the address: it was copied from the source of a page."
    assert problems(f"one\n\nsee {url} there") == [Problem(path("a"), 8, "entity-in-url", message, hint)]
    assert problems("see", more=f"link: {url}\n") == [Problem(path("a"), 5, "entity-in-url", message, hint)]


@pytest.mark.parametrize(
    "body",
    [
        "<https://a.example/?a=1&amp;b=2>",
        "[x](https://a.example/?a=1&amp;b=2)",
        "`https://a.example/?a=1&amp;b=2`",
        "https://a.example/?a=1&b=2 AT&amp;T",
        "https://a.example/?ampersand&amp=1",
    ],
)
def test_entities_that_are_read_or_are_none(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://BRC-Analytics", "brc-analytics"), ("http://localhost:8000/x", "localhost"), ("https://wiki./a", "wiki")],
)
def test_a_host_without_a_dot(url: str, host: str) -> None:
    message = f"“{url}”: `{host}` has no dot, so no one outside your own network can open it."
    hint = "Write the whole address, such as `https://example.org/`, or the name without `https://`."
    expected = [Problem(path("a"), 6, "host-without-dot", message, hint)]
    assert problems(f"see {url}") == problems(f"see [here]({url})") == expected


def test_hosts_that_can_be_reached() -> None:
    assert said("https://a.example http://192.0.2.1/x http://[2001:db8::1]/ mailto:ana@host") == []


@pytest.mark.parametrize("sign", ["\u202c", "\u200b", "\u2069", "\u202c\u200b", "\u200f"])
def test_an_invisible_character_behind_a_handle(sign: str) -> None:
    message = f"“@bo.bsky.social” is followed by an invisible character (U+{ord(sign[0]):04X})."
    hint = "It was copied along with the handle: delete it, or type the handle."
    assert problems(f"Thanks\n@bo.bsky.social{sign} again", "bsky") == [
        Problem(path("a"), 7, "bad-handle", message, hint)
    ]


def test_signs_that_close_what_was_opened_are_meant() -> None:
    assert said("شكرا \u2066@bo.bsky.social\u2069 و \u202a@bo.bsky.social\u202c", "bsky") == []


def test_an_address_as_a_handle() -> None:
    message = (
        "“@https://bsky.app/profile/bo.bsky.social” is an address with `@` in front: no network treats it as a mention."
    )
    assert problems("Thanks @https://bsky.app/profile/bo.bsky.social!"[:-1], "bsky") == [
        Problem(path("a"), 6, "bad-handle", message, "Write the handle, or the address without `@`.")
    ]


@pytest.mark.parametrize("handle", ["https://bsky.app/profile/bo", "@[Bo](urn:li:person:1)", "bo.bsky.social\u202c"])
def test_a_handle_of_the_plan_that_is_none(handle: str) -> None:
    plan = PLAN.replace("bo_li,", f'"{handle}",')
    message = f"“{handle}”, for bo on x, is not a handle."
    hint = "Write the handle alone: `@ana.example`; on LinkedIn `urn:li:organization:…`."
    assert problems("Hello", plan=plan) == [Problem("content/plan.md", 16, "bad-handle", message, hint)]


def test_many_hashtags_are_told_on_every_network_that_links_them() -> None:
    tags = " ".join(f"#tag{letter}" for letter in "abcdefgh")
    assert said(tags, "masto, bsky, x, li, dc") == [
        (name, "The text has 8 hashtags; more than 7 are not recommended there.")
        for name in ("masto", "bsky", "x", "li")
    ]
    assert said(tags[:-6], "masto, bsky, x, li, dc") == []
