"""The plan as a page: the targets of the brand, and the progress of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cmflow.content import new_post
from cmflow.content.local_time import as_text
from cmflow.content.new_post import Draft
from cmflow.insights import health
from cmflow.insights.health import Health, Level
from cmflow.insights.progress import AccountProgress, CampaignProgress, Progress, Verdict
from cmflow.insights.sentences import Voice
from cmflow.model import Campaign, Plan
from cmflow.model.reason import Reason
from cmflow.values import dataclass
from cmflow.website.calendar import Calendar
from cmflow.website.charts import bars
from cmflow.website.languages import Language
from cmflow.website.speech import voice

if TYPE_CHECKING:
    from cmflow.website.printer import Printer

LIMIT = 40  # free slots on the page; the rest is counted
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em"),
    *("h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "strong"),
    *("sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}


@dataclass(frozen=True, slots=True)
class Strip:
    """How publishing is doing, and the sentences for it."""

    health: Health
    voice: Voice

    @property
    def alarms(self) -> int:
        """The number of alarms: shown on a phone, where the rest comes after the posts."""
        return sum(line.level is Level.ALARM for line in self.health.lines)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free slot; `new` is the URL to start a post for it, "" if unknown."""

    time: datetime
    account: str
    new: str

    @property
    def day(self) -> date:
        return self.time.date()


def page(calendar: Calendar, measured: Progress, printer: Printer) -> tuple[str, str]:
    """`plan.html`. Raises `TemplateError`."""
    return "plan.html", printer.page("plan.html.j2", **context(calendar, measured, printer.language), here="plan.html")


def made(time: datetime, printer: Printer) -> str:
    """What the page, and the first one, says of the time when it was made."""
    from markupsafe import escape

    words = printer.language.word("made").format(as_text(time), printer.shared["plan"].zone)
    return f'<time datetime="{time.isoformat()}">{escape(words)}</time>'


def context(calendar: Calendar, measured: Progress, language: Language) -> dict[str, Any]:
    """What plan.html.j2 takes, besides what every page is given."""
    plan = calendar.plan
    slots = sorted(_slots(calendar, measured.accounts), key=lambda slot: (slot.time, slot.account))
    return {
        "progress": measured,
        "verdicts": [(str(verdict), number) for verdict, number in measured.counts.items()],
        "calling": list(_calling(measured)),
        "say": voice(plan, language, measured.today),
        "accounts": [(plan.account(account.name), account, _chart(account)) for account in measured.accounts],
        "pillars": list(zip(plan.pillars, measured.pillars, strict=True)),
        "campaigns": list(_campaigns(plan, measured)),
        "goals": measured.goals,
        "slots": slots[:LIMIT],
        "more_slots": len(slots[LIMIT:]),
        "prose": prose(plan.prose),
    }


def strip(calendar: Calendar, language: Language) -> Strip:
    """What the macro of health.html.j2 takes."""
    today = calendar.now.astimezone(ZoneInfo(calendar.plan.zone)).date()
    standings, run = calendar.standings.values(), calendar.last_run
    state = health.look(standings, calendar.plan, calendar.now, run, calendar.stop, calendar.rehearsal)
    return Strip(state, voice(calendar.plan, language, today))


def _calling(measured: Progress) -> Iterator[tuple[str, Verdict, Reason, list[str]]]:
    """What needs attention; a reason that several things share is given once, with all their names."""
    names_by_reason = defaultdict[tuple[str, Verdict, Reason], list[str]](list)
    for kind, item in measured.calling:
        if item.verdict:
            names_by_reason[kind, item.verdict, item.reason].append(item.name)
    return ((*about, names) for about, names in names_by_reason.items())


def _chart(account: AccountProgress) -> bars.Chart:
    return bars.weeks(account.weeks, len(account.finished))


def _campaigns(plan: Plan, measured: Progress) -> Iterator[tuple[Campaign, CampaignProgress]]:
    by_name = {campaign.name: campaign for campaign in plan.campaigns}
    return ((by_name[campaign.name], campaign) for campaign in measured.campaigns)


def _slots(calendar: Calendar, accounts: Iterable[AccountProgress]) -> Iterator[Slot]:
    for account in accounts:
        for time in account.free:
            yield Slot(time, account.name, new(calendar.web, calendar.branch, time, account.name))


def new(web: str, branch: str, time: datetime, account: str) -> str:
    """The URL on GitHub to start a post for that time, with its front matter filled in."""
    path = f"content/posts/{time:%Y-%m}/{time:%Y-%m-%d}-{account}.md"
    return new_post.address(web, branch, path, new_post.source(Draft("", as_text(time), (account,))))


@lru_cache(maxsize=2)
def prose(text: str) -> str:
    """Markdown as HTML that a page may hold: only words, lists, tables and links to the web."""
    import nh3
    from markdown import Extension, Markdown
    from markdown.extensions.sane_lists import SaneListExtension
    from markdown.extensions.tables import TableExtension
    from markdown.extensions.toc import TocExtension
    from markupsafe import Markup

    # By name, each would be looked for among everything that is installed.
    extensions: list[Extension] = [TableExtension(), SaneListExtension(), TocExtension(baselevel=3)]
    if "```" in text or "~~~" in text:  # few plans have any, and it brings a highlighter along
        from markdown.extensions.fenced_code import FencedCodeExtension

        extensions.append(FencedCodeExtension())
    html = Markdown(extensions=extensions).convert(text)
    attributes = {"a": {"href"}, "td": {"align"}, "th": {"align"}}
    return Markup(nh3.clean(html, tags=TAGS, attributes=attributes, url_schemes={"http", "https", "mailto"}))
