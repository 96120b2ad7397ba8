"""A report as a page of its own, to be printed or sent: everything it needs lies beside it."""

from collections.abc import Mapping
from typing import Any

from cmflow.insights.reports import Report, text
from cmflow.insights.sentences import Voice
from cmflow.model import Plan
from cmflow.render import escape
from cmflow.website.plan_page import prose
from cmflow.website.printer import Printer


def page(report: Report, plan: Plan, voice: Voice, printer: Printer, notes: Mapping[str, str]) -> tuple[str, str]:
    """`report.html`; `notes` are the templates of templates/github. Raises `TemplateError`."""
    markdown = escape.fill(notes, "report", **text.fields(report, plan, voice, text.on_page))
    context: dict[str, Any] = {"heading": text.title(report, voice), "prose": prose(markdown)}
    return "report.html", printer.page("report.html.j2", **context, sections=(), here="report.html")
