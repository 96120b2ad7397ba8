"""The sentences of a page in its language, and its way to write days."""

from datetime import date

from cmflow.insights import sentences
from cmflow.insights.sentences import Voice
from cmflow.model import Plan
from cmflow.website.languages import Language


def voice(plan: Plan, language: Language, today: date) -> Voice:
    """The page's language, and its way to write days; the year is given if it is another."""

    def day(date_of_day: date) -> str:
        text = language.own.short_day(date_of_day)
        return text if date_of_day.year == today.year else f"{text} {date_of_day.year}"

    return sentences.voice(language.code, plan.zone, day, lambda time: f"{day(time.date())}, {time:%H:%M}")
