"""inbox.html"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cmflow.insights import inbox
from cmflow.insights.inbox import Listening
from cmflow.insights.inbox.simulation import simulate
from cmflow.insights.statistics import PERIOD, Period
from cmflow.model import Account, Contact, Conversation, Inbox, Plan, Trace
from cmflow.website import inbox_page, press
from cmflow.website.calendar import Calendar
from tests.insights.inbox.test_simulation import NOW, PLAN
from tests.website.calendars import TEMPLATES, text

HOSTILE = '<script>alert("x")</script>'
SPAN = Period(NOW - PERIOD, NOW)


def page(listening: Listening | None, plan: Plan = PLAN) -> str:
    printer = press(Calendar((), plan, {}, {}, {}, NOW), TEMPLATES)
    name, html = inbox_page.page(listening, plan, printer)
    assert name == "inbox.html"
    return html


def assess(*conversations: Conversation, plan: Plan = PLAN, simulated: bool = False) -> Listening:
    return inbox.assess(conversations, plan, SPAN, NOW, simulated=simulated)


def test_before_anything_was_read() -> None:
    shown = text(page(None))
    assert "No conversation has been read yet." in shown
    assert "cmflow inbox reads what people write" in shown


def test_a_quarter() -> None:
    listening = assess(*simulate(PLAN, NOW), simulated=True)
    html = page(listening)
    shown = text(html)
    assert "Simulated: these conversations never took place." in shown
    assert "Times are business hours." in shown
    assert f"{listening.total.all} conversations: {listening.total.answered} answered" in shown
    assert "By label" in shown and "complaints" in shown and "By account" in shown
    assert html.count("<tr>") == 3 + len(listening.weeks) + len(listening.labels) + len(listening.accounts)


def test_in_french() -> None:
    plan = replace(PLAN, language="fr")
    shown = text(page(assess(*simulate(plan, NOW), plan=plan), plan))
    assert "Par sujet" in shown and "réclamations" in shown and "Les durées sont en heures ouvrées." in shown


def test_no_name_and_no_label_of_a_stranger_gets_there() -> None:
    plan = replace(PLAN, accounts=(Account("toots", "mastodon", title=HOSTILE),))
    trace = Trace(HOSTILE, Contact.COMMENT, NOW - timedelta(days=3), "Zoe Miller", text="Zoe Miller")
    one = Conversation("toots", "mastodon", HOSTILE, (trace,), ticket="Zoe Miller", labels=("Zoe Miller",))
    html = page(assess(one, plan=plan), plan)
    assert "Zoe" not in html and "<script>alert" not in html and "&lt;script&gt;" in html


def test_without_business_hours() -> None:
    plan = replace(PLAN, inbox=Inbox())
    trace = Trace("1", Contact.COMMENT, datetime(2026, 11, 30, 9, tzinfo=UTC), "a")
    shown = text(page(assess(Conversation("toots", "mastodon", "1", (trace,)), plan=plan), plan))
    assert "Times count day and night" in shown
    assert "1 conversation: 0 answered, 0 overdue, 1 still in time, 0 closed without an answer." in shown
    assert "1 conversation waiting for an answer, the oldest since 30 Nov" in shown


def test_the_page_is_in_the_navigation_only_where_the_plan_has_an_inbox() -> None:
    assert 'href="inbox.html"' in page(None)
    assert 'href="inbox.html"' not in page(None, replace(PLAN, inbox=None))
