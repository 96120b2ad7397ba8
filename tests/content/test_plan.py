import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import problems
from cmflow.content import fields, plan
from cmflow.content.keys import Key
from cmflow.content.plan import NetworkFacts
from cmflow.model import (
    Account,
    ApprovalRules,
    Campaign,
    Goal,
    LinkTags,
    Pause,
    Person,
    Pillar,
    Plan,
    Problem,
    Rules,
    Slot,
    Threading,
    Visits,
    WeekStart,
)
from tests.content.test_content import PIECES
from tests.examples import examples

FACTS = {
    "mastodon": NetworkFacts(("instance",), ("instance",)),
    "x": NetworkFacts(currency="USD"),
    "linkedin": NetworkFacts(handle=(r"urn:li:\w+:\d+", "urn:li:person:9")),
    "bluesky": NetworkFacts(("handle", "service"), ("handle",)),
    "outbox": NetworkFacts(("folder",), (), ("folder",)),
    "facebook": NetworkFacts(("page",), shapes=(("page", "[0-9]{5,}", "the number of a Page", "See “About”."),)),
}


class Lazy(Mapping[str, NetworkFacts]):
    """What the caller may hand in: networks that are loaded only when they are asked for."""

    def __getitem__(self, name: str) -> NetworkFacts:
        return FACTS[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


HEAD = """brand: cmflow
timezone: Europe/Paris
accounts:
  team-en: {network: mastodon, options: {instance: https://social.example}}
  x-en: {network: x}
"""


def parse(head: str, prose: str = "") -> tuple[Plan | None, list[Problem]]:
    found, wrong = plan.parse(f"---\n{head}\n---\n{prose}".encode(), "content/plan.md", Lazy())
    return found, list(wrong)


def told(head: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.code, each.hint) for each in parse(head)[1]]


def test_a_zone_without_summer_time_is_doubted() -> None:
    found, wrong = parse(HEAD.replace("Europe/Paris", "EST"))
    assert found is not None and found.zone == "EST"
    assert [(each.line, each.code, each.hint) for each in wrong] == [
        (3, "fixed-zone", "Write a place, `America/New_York`, to follow its clocks.")
    ]


def test_limits_that_a_server_sets_otherwise() -> None:
    head = HEAD.replace("{network: x}", "{network: x, limits: {text: 25000, alt: 2000}}")
    found, wrong = parse(head)
    assert wrong == []
    assert found is not None and found.accounts[1].limits == (("alt", 2_000), ("text", 25_000))
    assert [(code, hint) for _, code, hint in told(head.replace("alt: 2000", "alts: 2000"))] == [
        ("unknown-key", "Did you mean `alt`?")
    ]
    assert [code for _, code, _ in told(head.replace("2000}", "many}"))] == ["bad-value"]


def test_the_least_a_plan_needs() -> None:
    assert parse(HEAD) == (
        Plan(
            "cmflow",
            "Europe/Paris",
            "",
            (
                Account("team-en", "mastodon", options=(("instance", "https://social.example"),), line=5),
                Account("x-en", "x", line=6),
            ),
        ),
        [],
    )


def test_all_a_plan_can_have() -> None:
    head = """brand: cmflow
timezone: Europe/Paris
language: en
since: 2026-11-01
late: 2h
utm: yes
rules: {alt_text: no, hours: 08:00-20:00, min_gap: 1h}
approvals: {needed: 1, own: yes}
accounts:
  mastodon-en:
    network: mastodon
    title: cmflow on Mastodon
    options: {instance: https://social.example}
    audience: Engineers who run communities
    tone: Plain, exact, a smile
    language: en-GB
    per_week: 5
    slots: [mon 09:30, weekends 11:00, mon 09:30]
    hours: "09:00-18:00"
    tags: ["#cmflow"]
    min_gap: 2h
    late: 1d
    token_ends: 2027-01-31
  x: {network: x}
groups:
  all-en: [mastodon-en, x, x]
pillars:
  trust: {share: 40, about: "Promises"}
  craft: {share: 60}
campaigns:
  launch: {starts: 2026-11-30, ends: 2026-12-18, aim: "200 teams", approvals: 2}
  always:
goals:
  mastodon-en: [{metric: followers, target: 500, by: 2027-03-31}]
  x: {metric: clicks, target: 40, by: 2027-01-31, start: 3, readings: {2026-12-01: 5, 2026-12-08: 4}}
pauses:
  holidays: {starts: 2026-12-19, ends: 2027-01-03}
people:
  ana: {name: Ana Ruiz, mastodon: "@ana@example.social", bluesky: , mastodon-en: "@ana"}
week_start: Sunday"""
    assert parse(head, "\nProse for *people*.\n") == (
        Plan(
            brand="cmflow",
            zone="Europe/Paris",
            language="en",
            since=date(2026, 11, 1),
            late=timedelta(hours=2),
            utm=True,
            week_start=WeekStart.SUNDAY,
            rules=Rules(False, (time(8), time(20)), timedelta(hours=1)),
            approvals=ApprovalRules(1, True),
            accounts=(
                Account(
                    "mastodon-en",
                    "mastodon",
                    "cmflow on Mastodon",
                    (("instance", "https://social.example"),),
                    "Engineers who run communities",
                    "Plain, exact, a smile",
                    "en-GB",
                    5,
                    (Slot(0, time(9, 30)), Slot(5, time(11)), Slot(6, time(11))),
                    (time(9), time(18)),
                    ("cmflow",),
                    timedelta(hours=2),
                    timedelta(days=1),
                    11,
                    date(2027, 1, 31),
                ),
                Account("x", "x", line=25),
            ),
            groups=(("all-en", ("mastodon-en", "x")),),
            pillars=(Pillar("trust", 40, "Promises", 29), Pillar("craft", 60, "", 30)),
            campaigns=(
                Campaign("launch", date(2026, 11, 30), date(2026, 12, 18), "200 teams", 32, 2),
                Campaign("always", None, None, "", 33),
            ),
            goals=(
                Goal("mastodon-en", "followers", 500, date(2027, 3, 31), 35),
                Goal("x", "clicks", 40, date(2027, 1, 31), 36, 3, ((date(2026, 12, 1), 5), (date(2026, 12, 8), 4))),
            ),
            pauses=(Pause("holidays", date(2026, 12, 19), date(2027, 1, 3), 38),),
            people=(Person("ana", "Ana Ruiz", (("mastodon", "@ana@example.social"), ("mastodon-en", "@ana")), 40),),
            prose="Prose for *people*.",
        ),
        [],
    )


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        ("approvals: 2", [(7, "bad-value", "Write them below it, indented: `key: value`.")]),
        ("approvals: {own: yes}", [(7, "missing-key", "Add it: `needed: 1`.")]),
        ("approvals: {needed: two}", [(7, "bad-value", "Write digits only: `40`.")]),
    ],
)
def test_rules_of_approval_that_cannot_be_read_let_nothing_pass(
    written: str, problems: list[tuple[int, str, str]]
) -> None:
    found, _ = parse(HEAD + written)
    assert found and found.approvals == ApprovalRules(1)
    assert told(HEAD + written) == problems


def test_a_campaign_s_approvals_that_cannot_be_read_let_nothing_pass() -> None:
    found, wrong = parse(HEAD + "campaigns: {launch: {approvals: two}, tips: {approvals: }}")
    assert found and [each.approvals for each in found.campaigns] == [1, 0]
    assert [each.code for each in wrong] == ["bad-value"]


@pytest.mark.parametrize(
    ("head", "expected"),
    (
        (HEAD.replace("Europe/Paris", "Paris"), [(3, "unknown-zone", "Did you mean `Europe/Paris`?")]),
        (HEAD.replace("timezone: Europe/Paris\n", ""), [(1, "missing-key", "Add it: `timezone: Europe/Paris`.")]),
        (
            HEAD.replace("network: x", "network: twitter"),
            [(6, "unknown-network", "Did you mean `x`?")],
        ),
        (HEAD.replace("network: mastodon", "network: mastadon"), [(5, "unknown-network", "Did you mean `mastodon`?")]),
        (HEAD.replace("{network: x}", ""), [(6, "missing-key", "Add it: `network: mastodon`.")]),
        (
            HEAD.replace("x-en:", "x en:"),
            [(6, "bad-value", "Use letters from a to z, digits, `-` and `_`; at most 60.")],
        ),
        (
            HEAD.replace("x-en: {network: x}", "x-en: x"),
            [(6, "bad-value", "Write them below it, indented: `key: value`.")],
        ),
        ("brand: a\ntimezone: UTC\naccounts: {}", [(4, "missing-key", "Add one: `mastodon-en: {network: mastodon}`.")]),
        ("brand: a\ntimezone: UTC\naccounts: [x]", [(4, "bad-value", "Write them below it, indented: `key: value`.")]),
    ),
)
def test_without_zone_or_networks_there_is_no_plan(head: str, expected: list[tuple[int, str, str]]) -> None:
    assert (parse(head)[0], told(head)) == (None, expected)


@pytest.mark.parametrize(
    ("extra", "expected"),
    (
        ("colour: red", "unknown-key"),
        ("tz: UTC", "unknown-key"),
        ("since: soon", "bad-date"),
        ("since: 2026-11-01 09:00", "bad-date"),
        ("late: 6 hours", "bad-value"),
        ("utm: perhaps", "bad-value"),
        ("utm: {content: '{post}.{acount}'}", "bad-value"),
        ("utm: {content: '{post'}", "bad-value"),
        ("utm: {contents: x}", "unknown-key"),
        ("utm: {since: soon}", "bad-date"),
        ("visits: {service: google, address: https://a.example, site: a}", "bad-value"),
        ("visits: {service: plausible, address: http://a.example, site: a}", "bad-value"),
        ("visits: {service: plausible, address: a.example, site: a}", "bad-value"),
        ("visits: {service: plausible, site: a}", "missing-key"),
        ("visits: plausible", "bad-value"),
        ("week_start: tuesday", "bad-value"),
        ("week_start: mon", "bad-value"),
        ("first_day: monday", "unknown-key"),
        ("language: English", "bad-value"),
        ("rules: {hours: 20:00-08:00}", "bad-value"),
        ("rules: {alt: yes}", "unknown-key"),
        ("rules: strict", "bad-value"),
        ("groups: {all: [x-en, x-fr]}", "unknown-account"),
        ("groups: {all: []}", "bad-value"),
        ("groups: {all: }", "bad-value"),
        ("groups: {x-en: [x-en]}", "bad-value"),
        ("groups: {all: {a: b}}", "bad-value"),
        ("pillars: {trust: {share: 99}}", "shares-not-100"),
        ("pillars: {trust: {share: 40%}}", "bad-value"),
        ("pillars: {trust: }", "missing-key"),
        ("pillars: {trust: 100}", "bad-value"),
        ("campaigns: {launch: {starts: 2026-12-18, ends: 2026-11-30}}", "bad-date"),
        ("campaigns: {launch: {start: 2026-12-18}}", "unknown-key"),
        ("goals: {x-fr: [{metric: followers, target: 5, by: 2027-01-01}]}", "unknown-account"),
        ("goals: {x-en: [{metric: folowers, target: 5, by: 2027-01-01}]}", "bad-value"),
        ("goals: {x-en: [{metric: followers, target: 5}]}", "missing-key"),
        ("goals: {x-en: [many]}", "bad-value"),
        ("goals: {x-en: {metric: views, target: 5, by: 2027-01-01, start: few}}", "bad-value"),
        ("goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: 7}}", "bad-value"),
        ("goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: {monday: 7}}}", "bad-date"),
        ("goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: {2026-12-01: 7.5}}}", "bad-value"),
        ("goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: {2026-12-01: }}}", "bad-value"),
        (
            "goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: {2026-12-08: 7, 2026-12-01: 6}}}",
            "bad-date",
        ),
        (
            "goals: {x-en: {metric: views, target: 5, by: 2027-01-01, readings: {2026-12-01: 7, 2026-12-01: 6}}}",
            "duplicate-key",
        ),
        ("pauses: {rest: {starts: 2026-12-19}}", "missing-key"),
        ("pauses: {rest: {starts: 2026-12-19, ends: 2026-12-18}}", "bad-date"),
        ("pauses: {rest: 2026-12-19}", "bad-value"),
        ("people: {ana: {name: Ana, mastadon: '@ana'}}", "unknown-network"),
        ("people: {ana: {mastodon: '@ana'}}", "missing-key"),
        ("people: {ana: {name: Ana, mastodon: [a]}}", "bad-value"),
    ),
)
def test_a_plan_is_kept_beside_what_is_wrong(extra: str, expected: str) -> None:
    found, wrong = parse(HEAD + extra)
    assert found
    assert [(each.line, each.code) for each in wrong] == [(7, expected)]


@pytest.mark.parametrize(
    ("account", "code", "hint"),
    (
        ("{network: mastodon}", "missing-option", "Add it below `options`: `instance: …`."),
        ("{network: mastodon, options: {instance: }}", "missing-option", "Add it below `options`: `instance: …`."),
        ("{network: mastodon, options: {instance: 'http://a.example'}}", "bad-value", "Write https:// instead."),
        ("{network: bluesky, options: {handle: a, service: 'HTTP://b.a'}}", "bad-value", "Write https:// instead."),
        ("{network: mastodon, options: {instance: a, instanse: b}}", "unknown-option", "Did you mean `instance`?"),
        ("{network: bluesky, options: {handle: a, colour: b}}", "unknown-option", "It has `handle`, `service`."),
        ("{network: x, options: {handle: a}}", "unknown-option", "It has none."),
        ("{network: facebook, options: {page: harbour.cafe}}", "bad-value", "See “About”."),
        ("{network: x, options: {handle: [a]}}", "bad-value", "Write it on one line, in quotes if need be."),
        (
            "{network: x, slots: [mon 09:30, tomorow]}",
            "bad-value",
            "Write `mon 09:30`, `weekdays 09:30` or `daily 09:30`.",
        ),
        ("{network: x, per_week: many}", "bad-value", "Write digits only: `40`."),
        ("{network: x, hour: 08:00-20:00}", "unknown-key", "Did you mean `hours`?"),
    ),
)
def test_an_account_is_held_against_its_network(account: str, code: str, hint: str) -> None:
    wrong = [(each.code, each.hint) for each in parse(f"{HEAD}  new: {account}")[1]]
    assert wrong == [(code, hint)]


@pytest.mark.parametrize(
    "folder",
    [
        "/tmp/out", "//server/share", "..", "../out", "a/../../out", "a/..", ".git", ".git/hooks", "a/.git/x", ".GIT/x",
        ".git./x", ".git /x", "git~1/x", "\\\\server\\share", "a\\..\\..\\out", "C:\\out", "C:out", "~", "~/out",
        "a//b", ".", "./",
    ],
)  # fmt: skip
def test_a_folder_does_not_leave_the_repository(folder: str) -> None:
    _, [problem] = parse(f"{HEAD}  new:\n    network: outbox\n    options:\n      folder: '{folder}'")
    assert (problem.line, problem.code, problem.account) == (10, "outside-repository", "new")
    assert problem.hint == "Write a path from its top: `folder: outbox`."


@pytest.mark.parametrize("folder", ["outbox", "outbox/", "./outbox", ".cmflow/out", "a/b c/d", "a..b", "…", ".gitlab"])
def test_a_folder_of_the_repository(folder: str) -> None:
    found, wrong = parse(f"{HEAD}  new:\n    network: outbox\n    options:\n      folder: '{folder}'")
    assert found and wrong == []


def test_two_accounts_do_not_share_their_secrets_nor_borrow_a_networks_name() -> None:
    _, wrong = parse(HEAD + "  x_en: {network: x}\n  bluesky: {network: x}")
    assert [(each.line, each.code, each.message, each.account) for each in wrong] == [
        (7, "bad-value", "The accounts `x-en` and `x_en` would read the same secrets.", "x_en"),
        (8, "bad-value", "The account `bluesky` has the name of a network it is not on.", "bluesky"),
    ]


def test_a_front_matter_that_cannot_be_read_is_no_plan() -> None:
    found, (wrong,) = plan.parse(b"brand: cmflow", "content/plan.md", Lazy())
    assert (found, wrong.code, wrong.path) == (None, "no-front-matter", "content/plan.md")


def test_every_key_can_be_explained() -> None:
    for key in plan.KEYS:
        assert key.shape in fields.SHAPES
        assert key.doc.endswith(".")
        assert key.example


@pytest.mark.parametrize("key", [key for key in plan.KEYS if "." not in key.name], ids=lambda key: key.name)
def test_every_example_can_be_read(key: Key) -> None:
    lines = [line for line in HEAD.splitlines() if not line.startswith(f"{key.name}:")]
    lines = [line for line in lines if key.name != "accounts" or not line.startswith(" ")]
    wrong = parse("\n".join([*lines, f"{key.name}: {key.example}"]))[1]
    of_this_plan = {"unknown-account", "shares-not-100", "missing-option", "aim-without-hours"}
    assert {each.code for each in wrong} <= of_this_plan


@examples(150)
@given(st.lists(st.tuples(st.integers(0, 300), PIECES), min_size=1, max_size=5))
def test_a_damaged_plan_never_raises(damage: list[tuple[int, str]]) -> None:
    text = f"---\n{HEAD}people: {{ana: {{name: Ana, x: '@ana'}}}}\ngroups: {{all: [x-en]}}\n---\nProse"
    for at, piece in damage:
        text = text[:at] + piece + text[at + 1 :]
    found, wrong = plan.parse(text.encode(), "content/plan.md", FACTS)
    count = len(re.split("\r\n|\r|\n", text))
    assert found or wrong
    assert all(1 <= each.line <= count and each.code in problems.CODES for each in wrong)


LINKED = "plain-handle", "mentions no one there: it is published as plain text."
PRINTED = "bad-value", "would be published as it is."


@pytest.mark.parametrize(
    ("key", "value", "wrong", "urn"),
    [
        ("linkedin", "@galaxy-project", LINKED, "urn:li:person:9"),
        ("l", "galaxy", LINKED, "urn:li:person:9"),
        ("linkedin", "@[ERGA](urn:li:organization:93)", PRINTED, "urn:li:organization:93"),
        ("linkedin", "[ERGA](urn…)", PRINTED, "urn:li:person:9"),
        ("l", "urn:li:ERGA", PRINTED, "urn:li:person:9"),
    ],
)
def test_a_handle_that_mentions_nobody_is_said(key: str, value: str, wrong: tuple[str, str], urn: str) -> None:
    head = f"{HEAD}  l: {{network: linkedin}}\npeople:\n  erga: {{name: ERGA, {key}: '{value}'}}"
    found, problems = parse(head)
    code, message = wrong
    message = f"`people.erga.{key}`: `{value}` {message}"
    assert problems == [Problem("content/plan.md", 9, code, message, f'Write the URN alone: `"{urn}"`.')]
    assert found and found.people[0].handles == (((key, value),) if code == "plain-handle" else ())


def test_a_urn_and_a_handle_elsewhere_are_right() -> None:
    people = "people: {a: {name: A, l: 'urn:li:person:1', x-en: a}}"
    found, problems = parse(f"{HEAD}  l: {{network: linkedin}}\n{people}")
    assert (found and found.people[0].handles, problems) == ((("l", "urn:li:person:1"), ("x-en", "a")), [])


def test_how_threads_are_made_may_stand_in_the_plan() -> None:
    found, problems = parse(f"{HEAD.replace('x}', 'x, thread: numbered}')}thread: auto")
    assert problems == []
    assert found and (found.thread, [each.thread for each in found.accounts]) == (
        Threading.AUTO,
        [None, Threading.NUMBERED],
    )


def test_tags_of_links_and_who_counts_visits() -> None:
    head = f"""{HEAD}utm: {{content: "{{post}}-{{account}}", source: mine, since: 2026-12-01, before: yes}}
visits: {{service: matomo, address: https://stats.example, site: 7, goals: [1, 2]}}"""
    found, wrong = parse(head)
    tags = LinkTags(source="mine", content="{post}-{account}", since=date(2026, 12, 1), before=True)
    assert wrong == []
    assert found and (found.utm, found.visits) == (tags, Visits("matomo", "https://stats.example", "7", ("1", "2"), 8))


def test_an_account_cannot_have_the_secret_of_the_visits() -> None:
    head = f"{HEAD}  visits: {{network: x}}\nvisits: {{service: umami, address: https://stats.example, site: a}}"
    found, wrong = parse(head)
    assert found and found.visits is None
    assert [each.code for each in wrong] == ["bad-value"]
