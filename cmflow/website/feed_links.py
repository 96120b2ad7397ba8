"""The feeds that the first page leads to, for people to subscribe to; `cmflow.website.feeds` makes them."""

from cmflow.model import Plan
from cmflow.website.languages import Language

Feed = tuple[str, str]  # file from the top of the site, what it is called


def feeds(plan: Plan, language: Language) -> tuple[Feed, ...]:
    """The whole calendar, each account's, what was sent, and the table."""
    accounts = ((f"accounts/{account.name}.ics", account.title or account.name) for account in plan.accounts)
    return (
        ("calendar.ics", language.word("whole calendar")),
        *accounts,
        ("sent.rss", language.word("was sent")),
        ("calendar.csv", language.word("table")),
    )
