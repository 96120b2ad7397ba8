"""Where secrets would be sent: every change is told, and no name can be made to look like another."""

from dataclasses import replace

import pytest

from cmflow.model import Account, Inbox, Plan, Problem, Visits
from cmflow.repository import destinations

HINT = "Merge only if you know this server and want this account's secrets to be sent there."


def plan(*accounts: Account) -> Plan:
    return Plan("Harbour", "UTC", "en", accounts)


def mastodon(address: str, name: str = "news") -> Account:
    return Account(name, "mastodon", options=(("instance", address),), line=7)


def said(before: Plan | None, now: Plan) -> list[str]:
    problems = list(destinations.problems(before, now))
    assert {(each.path, each.code, each.hint) for each in problems} <= {("content/plan.md", "new-destination", HINT)}
    return [each.message for each in problems]


OLD = mastodon("https://social.example")
START = "The secrets of `news` would go to"
UNTIL = "so far they go to `https://social.example` (Mastodon)."
LOOKS = "It looks like `social.example`, which is another server."


@pytest.mark.parametrize(
    ("written", "spelt", "doubts"),
    [
        ("https://other.example", "https://other.example", []),
        ("https://social.example:8443", "https://social.example:8443", []),
        ("https://social.example/proxy", "https://social.example/proxy", []),
        ("https://sociaI.example", "https://sociai.example",
         ["The plan spells it with capitals, `https://sociaI.example`: read it in lower case.", LOOKS]),
        ("https://socia1.example", "https://socia1.example", [LOOKS]),
        ("https://s0cial.example", "https://s0cial.example", [LOOKS]),
        ("https://so-cial.example", "https://so-cial.example", [LOOKS]),
        ("https://socail.example", "https://socail.example", [LOOKS]),
        ("https://social.example.attacker.test", "https://social.example.attacker.test",
         ["It begins with `social.example`, which is another server."]),
        ("https://sоcial.example", "https://xn--scial-jye.example",
         ["It is spelt `sоcial.example`, with letters other than a to z.",
          "It mixes letters of several scripts, as lookalike names do.", LOOKS]),
        ("https://xn--scial-jye.example", "https://xn--scial-jye.example",
         ["It is spelt `sоcial.example`, with letters other than a to z.",
          "It mixes letters of several scripts, as lookalike names do.", LOOKS]),
        ("https://søcial.example", "https://xn--scial-vua.example",
         ["It is spelt `søcial.example`, with letters other than a to z.", LOOKS]),
        ("https://日本かな.example", "https://xn--u8j2c547sncb.example",
         ["It is spelt `日本かな.example`, with letters other than a to z."]),
        ("https://social.example@attacker.test", "https://…@attacker.test",
         ["`https://…@attacker.test` is not an address that cmflow can use."]),
        ("http://social.example", "http://social.example",
         ["`http://social.example` is not an address that cmflow can use."]),
        ("social.example", "social.example", ["`social.example` is not an address that cmflow can use."]),
    ],
)  # fmt: skip
def test_a_server_that_changes(written: str, spelt: str, doubts: list[str]) -> None:
    words = " ".join([f"{START} `{spelt}` (Mastodon); {UNTIL}", *doubts])
    assert said(plan(OLD), plan(mastodon(written))) == [words]


@pytest.mark.parametrize("same", ["https://social.example/", "https://SOCIAL.example", "https://social.example:443"])
def test_the_same_server_written_otherwise(same: str) -> None:
    assert said(plan(OLD), plan(mastodon(same))) == []


def test_a_new_account_and_a_new_network() -> None:
    bluesky = Account("news", "bluesky", options=(("handle", "h.example"),))
    assert said(plan(OLD), plan(OLD, mastodon("https://new.example", "more"))) == [
        "`more` is a new account: its secrets would go to `https://new.example` (Mastodon)."
    ]
    assert said(plan(OLD), plan(bluesky)) == [f"{START} Bluesky's usual server; {UNTIL} Its `handle` is `h.example`."]
    assert said(None, plan(OLD)) == [
        "`news` is a new account: its secrets would go to `https://social.example` (Mastodon)."
    ]
    elsewhere = Account("news", "bluesky", options=(("handle", "h.example"), ("service", "https://pds.example")))
    assert said(plan(bluesky), plan(elsewhere)) == [
        f"{START} `https://pds.example` (Bluesky); so far they go to Bluesky's usual server."
    ]


def test_another_room_on_the_same_server() -> None:
    def room(name: str) -> Plan:
        return plan(Account("chat", "matrix", options=(("homeserver", "https://m.example"), ("room", name))))

    assert said(room("#a:m.example"), room("#b:m.example")) == [
        "The secrets of `chat` go to `https://m.example` (Matrix) as before, but it would post elsewhere. "
        "Its `room` is `#b:m.example`, and was `#a:m.example`."
    ]
    assert said(room("#a:m.example"), room("#a:m.example")) == []


def test_what_has_no_secret_and_what_goes_away_is_not_told() -> None:
    assert said(plan(), plan(Account("practice", "outbox", options=(("folder", "out"),)))) == []
    assert said(plan(OLD), plan()) == []
    assert said(plan(OLD), plan(OLD)) == []


def test_an_account_that_looks_like_the_server_of_another() -> None:
    more = mastodon("https://socia1.example", "more")
    assert said(plan(OLD), plan(OLD, more)) == [
        f"`more` is a new account: its secrets would go to `https://socia1.example` (Mastodon). {LOOKS}"
    ]


def test_every_address_is_told() -> None:
    relays = Account("notes", "nostr", options=(("relays", "wss://One.example wss://two.example"),))
    assert destinations.hosts(relays) == ("one.example", "two.example")


VISITS = Visits("plausible", "https://plausible.io", "example.org", line=9)


@pytest.mark.parametrize(
    ("old", "address", "message"),
    [
        (None, "https://plausible.io", "The key of `visits` would go to `https://plausible.io`."),
        (
            VISITS,
            "https://pIausible.io",
            "The key of `visits` would go to `https://piausible.io`; so far it goes to `https://plausible.io`. The "
            "plan spells it with capitals, `https://pIausible.io`: read it in lower case. It looks like "
            "`plausible.io`, which is another server.",
        ),
        (
            VISITS,
            "https://stats.example",
            "The key of `visits` would go to `https://stats.example`; so far it goes to `https://plausible.io`.",
        ),
    ],
)
def test_where_the_key_of_visits_goes(old: Visits | None, address: str, message: str) -> None:
    hint = "Merge only if you know this server and want the key to be sent there."
    now = replace(plan(), visits=replace(VISITS, address=address))
    assert list(destinations.problems(replace(plan(), visits=old), now)) == [
        Problem("content/plan.md", 9, "new-destination", message, hint)
    ]
    moved = replace(now, visits=replace(VISITS, address=address, site="other.example", service="umami"))
    assert list(destinations.problems(now, moved)) == []


INBOX = Inbox("harbour/inbox", line=9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (None, INBOX, "What people write to the accounts would be put into issues of `harbour/inbox`."),
        (
            INBOX,
            replace(INBOX, repository="harbor/inbox"),
            "What people write to the accounts would be put into issues of `harbor/inbox`; so far it is put into those "
            "of `harbour/inbox`.",
        ),
        (
            INBOX,
            replace(INBOX, repository="", public=True),
            "What people write to the accounts would be put into issues of this repository; so far it is put into "
            "those of `harbour/inbox`. It may be a repository that anyone can read.",
        ),
    ],
)
def test_where_tickets_go(old: Inbox | None, new: Inbox, message: str) -> None:
    hint = "Merge only if you know this repository and those who can read it."
    former = replace(plan(), inbox=old)
    assert list(destinations.problems(former, replace(plan(), inbox=new))) == [
        Problem("content/plan.md", 9, "new-destination", message, hint)
    ]
    assert list(destinations.problems(replace(plan(), inbox=new), replace(plan(), inbox=new))) == []
