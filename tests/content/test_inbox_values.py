"""The plan's `inbox:`: what is read, and what is said of what cannot be."""

import re
from datetime import date, time, timedelta

import pytest

from cmflow.content import inbox_values, plan
from cmflow.content.plan import NetworkFacts
from cmflow.model import Inbox, Label, Plan, Problem, TriageRule

FACTS = {"mastodon": NetworkFacts(reads=True), "tiktok": NetworkFacts()}
HEAD = """brand: Harbour
timezone: Europe/Paris
accounts:
  team: {network: mastodon}
  shop: {network: mastodon}
  clips: {network: tiktok}
people:
  ana: {name: Ana Ruiz, github: ana-ruiz}
  bo: {name: Bo Lind}
inbox:
"""


def parse(inbox: str) -> tuple[Plan | None, tuple[Problem, ...]]:
    return plan.parse(f"---\n{HEAD}{inbox}\n---\n".encode(), "content/plan.md", FACTS)


def read(inbox: str) -> Inbox | None:
    found, problems = parse(inbox)
    assert found and problems == ()
    return found.inbox


def said(inbox: str) -> list[tuple[int, str, str, str]]:
    return [(each.line - 11, each.code, each.message, each.hint) for each in parse(inbox)[1]]


def test_all_an_inbox_can_have() -> None:
    assert read(
        """  repository: acme/inbox-private
  public: no
  keep: 30d
  accounts: [team]
  hours: {mon-thu: "09:00-17:30", fri: ["09:00-12:00", "13:00-16:00"]}
  holidays: [2026-12-25, 2026-12-26, 2026-12-25]
  first_answer: 4h
  answered: 90%
  approval: yes
  burst: 5
  assign: {complaint: [ana, "@ana-ruiz"], spam: ana-ruiz}
  rules:
    refunds: {words: [refund, "broken *"], label: complaint, urgent: yes, assign: [ana]}
    orders:
      pattern: 'order #\\d+'
      accounts: [team]
      languages: [en, pt_BR]
      label: spam""".replace("pt_BR", "pt-br")
    ) == Inbox(
        "acme/inbox-private",
        False,
        timedelta(days=30),
        ("team",),
        (
            (0, time(9), time(17, 30)),
            (1, time(9), time(17, 30)),
            (2, time(9), time(17, 30)),
            (3, time(9), time(17, 30)),
            (4, time(9), time(12)),
            (4, time(13), time(16)),
        ),
        (date(2026, 12, 25), date(2026, 12, 26)),
        timedelta(hours=4),
        90,
        True,
        5,
        (("complaint", ("ana-ruiz",)), ("spam?", ("ana-ruiz",))),
        (
            TriageRule("refunds", ("refund", "broken *"), "", (), (), Label.COMPLAINT, True, ("ana-ruiz",), 24),
            TriageRule("orders", (), r"order #\d+", ("team",), ("en", "pt-BR"), Label.SPAM, line=25),
        ),
        11,
    )


def test_an_empty_inbox_has_what_is_usual() -> None:
    assert read("  burst: 20") == Inbox(line=11)


@pytest.mark.parametrize(
    ("hours", "weekdays"),
    [
        ("weekdays", [0, 1, 2, 3, 4]),
        ("sat-mon", [0, 5, 6]),
        ("Sunday", [6]),
        ("fri–sat", [4, 5]),
        ("daily", [*range(7)]),
    ],
)
def test_days_of_the_week(hours: str, weekdays: list[int]) -> None:
    found = read(f'  hours: {{{hours}: "09:00-17:00"}}')
    assert found and found.hours == tuple((weekday, time(9), time(17)) for weekday in weekdays)


@pytest.mark.parametrize(
    ("inbox", "code", "hint"),
    [
        ("repo: a/b", "unknown-key", "Did you mean `repository`?"),
        ("holliday: 2026-12-25", "unknown-key", "Did you mean `holidays`?"),
        ("sla: 4h", "unknown-key", "Did you mean `first_answer`?"),
        ("public: maybe", "bad-value", "Write `yes` or `no`."),
        ("repository: https://github.com/acme/inbox.git", "bad-value", "Write `acme/inbox`."),
        ("repository: inbox", "bad-value", "Write its owner and name: `acme/inbox`."),
        ("keep: 3h", "bad-value", "Write `30d` or `90d`."),
        ("burst: 0", "bad-value", "Write `20`."),
        ("answered: 120%", "bad-value", "Write `90%`."),
        ("answered: most", "bad-value", "Write `90%`."),
        ("holidays: [25.12.2026]", "bad-date", "Write year, month and day: `2026-12-01`."),
        ("accounts: [teem]", "unknown-account", "Did you mean `team`?"),
        ("hours: 09:00-17:00", "bad-value", 'Write `{weekdays: "09:00-17:00"}`.'),
        ("hours: {mondy: 09:00-17:00}", "bad-value", "Did you mean `monday`?"),
        ("hours: {office: 09:00-17:00}", "bad-value",
         "Write `mon`, `mon-thu`, `weekdays`, `weekends` or `daily`."),
        ("hours: {mon: 17:00-09:00}", "bad-value", "Write `08:00-20:00`; a day ends at `23:59`."),
        ("hours: {mon: 09:00-17:00, weekdays: 16:00-18:00}", "bad-value", "Write each part of a day once."),
        ("assign: {complaints: [ana]}", "bad-value", "Did you mean `complaint`?"),
        ("assign: {question: [ana]}", "bad-value", "Did you mean `doubt`?"),
        ("assign: {doubt: [Ana Ruiz]}", "bad-value",
         "Write the login alone, `ana-ruiz`. A team cannot be assigned on GitHub: list its people."),
        ("rules: [{words: [refund]}]", "bad-value",
         "Write names with keys: `refunds: {words: [refund], label: complaint}`."),
        ("rules: {a: {label: praise}}", "bad-value", "Add `words`, `pattern`, `accounts` or `languages`."),
        ("rules: {a: {words: [refund]}}", "bad-value", "Add `label`, `urgent` or `assign`."),
        ("rules: {a: {word: [refund], label: praise}}", "unknown-key", "Did you mean `words`?"),
        ("rules: {a: {words: x, label: angry}}", "bad-value",
         "It is one of `suggestion`, `doubt`, `complaint`, `proposal`, `praise`, `spam`."),
        ("rules: {a: {pattern: '(', label: praise}}", "bad-value",
         "For plain words, use `words`; a `\\` needs single quotes."),
        ("first_answer: 4h", "aim-without-hours", 'Add your business hours: `hours: {weekdays: "09:00-17:30"}`.'),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(inbox: str, code: str, hint: str) -> None:
    assert [(line, code, hint) for line, code, _, hint in said(f"  {inbox}")] == [(1, code, hint)]


@pytest.mark.parametrize("inbox", ["repository: inbox", "accounts: [teem]", "accounts: []"])
def test_tickets_do_not_get_to_the_wrong_place_by_a_slip(inbox: str) -> None:
    found, problems = parse(f"  public: yes\n  {inbox}")
    assert found and found.inbox is None and (problems or inbox == "accounts: []")


def test_approval_that_cannot_be_read_is_needed() -> None:
    found, _ = parse("  approval: perhaps")
    assert found and found.inbox and found.inbox.approval


def test_a_rule_that_lost_a_condition_is_left_out() -> None:
    found, _ = parse("  rules: {a: {words: [refund], accounts: [teem], label: praise}, b: {words: [x], urgent: yes}}")
    assert found and found.inbox and [rule.name for rule in found.inbox.rules] == ["b"]


def test_an_account_that_cannot_be_read() -> None:
    hint = "docs/listening.md has what each network lets cmflow read. Look at that account yourself, and remove it."
    message = "`inbox.accounts`: cmflow cannot read what people write to `clips`."
    assert said("  accounts:\n  - team\n  - clips") == [(3, "unread-account", message, hint)]


def test_people_who_are_not_known() -> None:
    assert said("  assign:\n    doubt: [bo]\n    praise: [anna, zoe]") == [
        (
            2,
            "unknown-assignee",
            "`inbox.assign.doubt`: `bo` is a person of the plan whose GitHub login is not known.",
            "Add it to `people.bo`: `github: bo`.",
        ),
        (
            3,
            "unknown-assignee",
            "`inbox.assign.praise`: `anna` is not a person of the plan.",
            "Did you mean `ana`?",
        ),
        (
            3,
            "unknown-assignee",
            "`inbox.assign.praise`: `zoe` is not a person of the plan.",
            "If it is a login on GitHub, add its owner to `people`: `{name: …, github: zoe}`.",
        ),
    ]


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(\w+\s?)*$", r"(x+x+)+y"])
def test_a_pattern_that_would_never_end(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_values, "PATIENCE", 0.05)  # it would never end: nothing is gained by more
    [(line, code, message, _)] = said(f"  rules: {{a: {{pattern: '{pattern}', label: praise}}}}")
    assert (line, code) == (1, "slow-pattern")
    assert re.search(r"takes very long on some messages, such as “.+…”\.$", message)


@pytest.mark.parametrize(
    "pattern", [r"order #\d+", r"^(hi|hello)\b.*\?$", r"\d{4,}-[a-z]+", r"(?:refund|money) .{0,40}back"]
)
def test_patterns_that_end(pattern: str) -> None:
    found = read(f"  rules: {{a: {{pattern: '{pattern}', label: praise}}}}")
    assert found and found.rules == (TriageRule("a", pattern=pattern, label=Label.PRAISE, line=12),)
