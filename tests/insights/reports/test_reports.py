"""What a week or a month comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmflow.insights import reports, sentences, status
from cmflow.insights.reports import Cadence, Item, Report, text
from cmflow.insights.simulation import simulate
from cmflow.insights.statistics import Period, Source
from cmflow.model import Account, Approval, Delivery, Key, Pillar, Plan, State
from cmflow.render import escape
from tests import ROOT

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
PLAN = Plan(
    "Harbour Café",
    "Europe/Paris",
    "en",
    (Account("toots", "mastodon"), Account("sky", "bluesky")),
    pillars=(Pillar("menu", 60), Pillar("people", 40)),
)
NOTES = {"templates/github/report.md.j2": (ROOT / "templates/github/report.md.j2").read_text("utf-8")}
HOSTILE = "`x` | @everyone #1 <img src=x onerror=alert(1)> [a](http://b)"


def made(source: Source, cadence: Cadence = Cadence.MONTH, **more: object) -> Report:
    planned = [item for entry in source.entries for item in entry.planned]
    standings = status.standings(planned, source.deliveries, NOW, zone="Europe/Paris")
    fields = {"approvals": {}, "accounts": (), **more}
    return reports.report(source, standings, fields["approvals"], cadence, fields["accounts"], NOW)  # type: ignore[arg-type]


def note(report: Report, language: str = "en", quote: text.Quote = text.on_github) -> str:
    voice = sentences.voice(language, "Europe/Paris")
    return escape.fill(NOTES, "report", **text.fields(report, PLAN, voice, quote))


@pytest.mark.parametrize(
    ("cadence", "now", "first", "last"),
    [
        (Cadence.WEEK, datetime(2026, 12, 1, tzinfo=PARIS), "2026-11-23", "2026-11-30"),
        (Cadence.WEEK, datetime(2026, 11, 30, 0, 0, tzinfo=PARIS), "2026-11-23", "2026-11-30"),
        (Cadence.WEEK, datetime(2026, 11, 29, 23, 59, tzinfo=PARIS), "2026-11-16", "2026-11-23"),
        (Cadence.WEEK, datetime(2026, 11, 29, 23, 30, tzinfo=UTC), "2026-11-23", "2026-11-30"),  # Monday in Paris
        (Cadence.MONTH, datetime(2026, 12, 1, tzinfo=PARIS), "2026-11-01", "2026-12-01"),
        (Cadence.MONTH, datetime(2027, 1, 31, tzinfo=PARIS), "2026-12-01", "2027-01-01"),
        (
            Cadence.WEEK,
            datetime(2026, 10, 27, tzinfo=PARIS),
            "2026-10-19",
            "2026-10-26",
        ),  # with the change of the clocks
    ],
)
def test_the_last_whole_week_or_month_in_the_plans_zone(cadence: Cadence, now: datetime, first: str, last: str) -> None:
    period = reports.period(cadence, now, "Europe/Paris")
    assert (period.since, period.until) == tuple(
        datetime.fromisoformat(day).replace(tzinfo=PARIS) for day in (first, last)
    )


@pytest.mark.parametrize(
    ("cadence", "until", "end"),
    [
        (Cadence.WEEK, "2026-11-30", "2026-12-07"),
        (Cadence.MONTH, "2027-02-01", "2027-03-01"),
        (Cadence.MONTH, "2026-12-01", "2027-01-01"),
    ],
)
def test_what_comes_next(cadence: Cadence, until: str, end: str) -> None:
    start = datetime.fromisoformat(until).replace(tzinfo=PARIS)
    following = reports.following(cadence, Period(start - timedelta(days=7), start))
    assert following == Period(start, datetime.fromisoformat(end).replace(tzinfo=PARIS))


def test_each_delivery_is_in_its_place_with_those_who_approved_what_was_sent() -> None:
    source = simulate(PLAN, NOW)
    key = next(key for key, item in source.deliveries.items() if item.due > datetime(2026, 11, 10, tzinfo=UTC))
    sent = replace(source.deliveries[key], digest="d")
    lost = Delivery("lost", "sky", State.MISSED, datetime(2026, 11, 20, 9, tzinfo=UTC))
    coming = Delivery("coming", "toots", State.SCHEDULED, datetime(2026, 12, 20, 9, tzinfo=UTC))
    deliveries = {**source.deliveries, key: sent, Key("lost", "sky"): lost, Key("coming", "toots"): coming}
    approvals = [
        Approval(by, NOW, pull, "c", (), ((key.account, digest),))
        for by, pull, digest in (("ada", 12, "d"), ("bo", 13, "another text"))
    ]
    report = made(replace(source, deliveries=deliveries), approvals={key.post: approvals})
    assert [item for item in report.sent if item.approved] == [
        Item(
            key.post,
            next(entry.title for entry in source.entries if entry.id == key.post),
            key.account,
            sent.receipts[0].time,
            State.SENT,
            approved=(("ada", 12),),
        )
    ]
    assert {item.time.month for item in report.sent} == {11} and len(report.sent) > 30
    assert [(item.post, item.state) for item in report.lost] == [("lost", State.MISSED)]
    assert [item.post for item in report.planned] == ["coming"]
    assert "`ada` (PR 12)" in note(report)


def test_what_to_keep_has_its_evidence_and_a_level_is_told_once() -> None:
    report = made(simulate(PLAN, NOW))
    assert [(factor.name, level.name) for factor, level in report.keep] == [("picture", "yes")]
    assert report.stop == ()  # "without a picture" is the same finding
    shown = note(report)
    assert "### Keep\n\n- With a picture: `yes`: 1.6 times the others (1.3 to 1.9), 37 posts.\n" in shown
    assert shown.startswith("**SIMULATED: this contains invented figures.**")


def test_only_forecasts_that_were_judged_in_the_period_are_told() -> None:
    source = simulate(PLAN, NOW)
    report = made(source, Cadence.WEEK)
    assert report.unmet
    assert all(report.period.has(item.time + timedelta(days=7)) for item in report.unmet if item.time)


def test_a_client_sees_their_accounts_alone() -> None:
    report = made(simulate(PLAN, NOW), accounts=("sky",))
    assert {item.account for item in report.sent} == {"sky"}
    assert [row.account for row in report.recent.growth] == ["sky"]
    assert "toots" not in note(report)


def test_a_quiet_week_says_so() -> None:
    report = made(Source(PLAN, (), {}, {}), Cadence.WEEK)
    shown = note(report)
    for line in ("Nothing was published.", "Nothing is planned yet.", "Nothing did worse by more than chance."):
        assert line in shown
    assert "## Not published" not in shown


def test_long_tables_are_cut_and_counted() -> None:
    plan = replace(PLAN, accounts=tuple(Account(f"a{number}", "mastodon") for number in range(9)))
    report = made(simulate(plan, NOW))
    shown = note(report)
    rows = [line for line in shown.splitlines() if line.startswith("| 2026-11")]
    assert len(rows) == text.LIMIT
    assert f"\nand {len(report.sent) - text.LIMIT} more\n" in shown


def test_names_of_posts_and_people_have_no_effect() -> None:
    source = simulate(PLAN, NOW)
    entries = tuple(replace(entry, title=HOSTILE, pillar=HOSTILE) for entry in source.entries)
    report = made(replace(source, entries=entries))
    title = r"`` `x` \| @everyone #1 <img src=x onerror=alert(1)> [a](http://b) ``"
    assert f" | {title} | `sky` |" in note(report)
    from cmflow.website.plan_page import prose

    page = prose(note(report, quote=text.on_page))
    assert "<img" not in page and "href" not in page
    assert "`x` | @everyone #1 &lt;img src=x onerror=alert(1)&gt; [a](http://b)" in page


def test_only_web_addresses_become_links() -> None:
    source = simulate(PLAN, NOW)
    deliveries = {
        key: replace(item, receipts=(replace(item.receipts[0], url=url),))
        for (key, item), url in zip(
            source.deliveries.items(), ("javascript:alert(1)", "https://a.example/x y)(|<b>") * 999, strict=False
        )
    }
    shown = note(made(replace(source, deliveries=deliveries)))
    assert "javascript" not in shown
    assert "](https://a.example/x%20y%29%28%7C%3Cb%3E)" in shown


def test_in_french() -> None:
    shown = note(made(simulate(PLAN, NOW)), "fr")
    assert "### À garder\n\n- Avec une image : `oui` : 1,6 fois les autres (1,3 à 1,9), 37 publications." in shown
    assert text.title(made(simulate(PLAN, NOW), Cadence.WEEK), sentences.voice("fr", "Europe/Paris")) == (
        "Rapport de la semaine du 2026-11-23"
    )
