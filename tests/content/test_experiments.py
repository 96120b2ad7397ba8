"""A/B tests in a post: two versions, dealt by a coin that the post decides."""

from collections import Counter

import pytest

from cmflow.content import posts
from cmflow.model import Account, Plan, Post, Problem

PLAN = Plan(
    "Harbour Café",
    "Europe/Paris",
    "en",
    (
        Account("news", "mastodon"),
        Account("boats", "mastodon"),
        Account("kids", "mastodon"),
        Account("sky", "bluesky"),
    ),
)
AB = "ab: {test: hook, versions: {question: {text: Tea or coffee}, plain: {}}}\n"


def parse(
    more: str = AB, name: str = "tea", accounts: str = "news, boats, sky"
) -> tuple[Post | None, tuple[Problem, ...]]:
    head = f"---\ntitle: Tea\ndate: 2026-12-01 09:30\naccounts: [{accounts}]\n{more}---\nWe have tea and coffee.\n"
    return posts.parse(head.encode(), f"content/posts/{name}.md", PLAN)


def test_each_account_gets_one_version() -> None:
    post, problems = parse()
    assert post is not None and post.ab is not None and problems == ()
    assert {version.key for version in post.ab.versions} == {"question", "plain"}
    for account in (PLAN.accounts[0], PLAN.accounts[1], PLAN.accounts[3]):
        override = post.override(account)
        text = "Tea or coffee" if post.version(account.name) == "question" else None
        assert override is not None and override.text == text
    assert post.version("kids") == ""


def test_it_is_dealt_once_and_for_all() -> None:
    assert parse() == parse()
    fewer, more = parse(accounts="sky, news")[0], parse(accounts="sky, news, boats")[0]
    assert fewer is not None and more is not None
    assert [fewer.version(name) for name in ("news", "sky")] == [more.version(name) for name in ("news", "sky")]


def test_accounts_of_one_network_take_turns() -> None:
    for number in range(20):
        post, _ = parse(name=f"tea-{number}", accounts="news, boats, kids")
        assert post is not None
        one, two, three = (post.version(name) for name in ("news", "boats", "kids"))
        assert one == three != two


def test_the_coin_is_fair_and_the_seed_turns_it() -> None:
    deals = [parse(name=f"tea-{number}")[0] for number in range(400)]
    heads = Counter(post.version("sky") for post in deals if post)["question"]
    assert 160 < heads < 240
    seeded = [parse(AB.replace("test: hook", "test: hook, seed: spring"), f"tea-{number}")[0] for number in range(400)]
    assert [post and post.version("sky") for post in seeded] != [post and post.version("sky") for post in deals]


def test_a_version_lies_over_what_an_account_has_of_its_own() -> None:
    more = AB + "variants: {sky: {text: Sky, tags: [blue]}}\n"
    posts_with_both = [parse(more, f"tea-{number}")[0] for number in range(20)]
    overrides = {
        post.version("sky"): post.override(PLAN.accounts[3]) for post in posts_with_both if post and post.version("sky")
    }
    assert {name: (item.text, item.tags) for name, item in overrides.items() if item} == {
        "question": ("Tea or coffee", ("blue",)),
        "plain": ("Sky", ("blue",)),
    }


@pytest.mark.parametrize(
    ("versions", "code"),
    [
        ("{one: {}}", "bad-value"),
        ("{one: {text: A}, two: {text: B}, three: {}}", "bad-value"),
        ("{one: {}, two: {}}", "ab-same"),
        ("{one: {text: A}, two: {text: A}}", "ab-same"),
        ("{one: {text: A, skip: yes}, two: {}}", "unknown-key"),
        ("{}", "bad-value"),
    ],
)
def test_what_is_not_a_fair_test(versions: str, code: str) -> None:
    _, problems = parse(f"ab: {{test: hook, versions: {versions}}}\n")
    assert [problem.code for problem in problems] == [code]


def test_a_test_needs_a_name() -> None:
    _, problems = parse("ab: {versions: {one: {text: A}, two: {}}}\n")
    assert [(problem.code, problem.message) for problem in problems] == [("missing-key", "`ab.test` is missing.")]
