"""What is said of the plan, in every language there is."""

import re
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from cmflow.insights.sentences import Voice, en, fr, voice
from cmflow.insights.statistics import Forecast, Verdict
from cmflow.insights.statistics.findings import OUTCOMES
from cmflow.model.reason import Reason, because
from tests import ROOT

PACKAGE = ROOT / "cmflow"
LANGUAGES = {"en": en, "fr": fr}
AT = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)


def codes() -> set[str]:
    """Every reason that the code gives."""
    given = [(PACKAGE / "insights/health.py").read_text("utf-8")]
    given += [path.read_text("utf-8") for path in (PACKAGE / "insights/progress").glob("*.py")]
    stated = set(re.findall(r'"((?:week|pillar|campaign|goal|cost|run|next|token)-[a-z-]+|next)"', "\n".join(given)))
    findings = (PACKAGE / "insights/statistics/findings.py").read_text("utf-8")
    pieces = (*(f"stats-{outcome}" for outcome in OUTCOMES), *(f"stats-{outcome}" for outcome in Forecast))
    verdicts = [verdict for verdict in Verdict if verdict is not Verdict.FEW]
    stated |= {*pieces, *(f"stats-{verdict}" for verdict in verdicts), *(f"stats-usual-{each}" for each in verdicts)}
    listening = (PACKAGE / "insights/inbox/findings.py").read_text("utf-8")
    listening += (PACKAGE / "insights/inbox/alarms.py").read_text("utf-8")
    return stated | set(re.findall(r'"((?:stats|inbox)-[a-z-]+)"', findings + listening))


def figures(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_everything_that_english_says(code: str) -> None:
    file = LANGUAGES[code]
    assert file.SENTENCES.keys() == en.SENTENCES.keys()
    assert file.NOUNS.keys() == en.NOUNS.keys()
    assert file.PAGE.keys() == en.PAGE.keys()
    for name, sentence in file.SENTENCES.items():
        assert figures(sentence) <= figures(en.SENTENCES[name]), name


def test_every_reason_has_its_sentence() -> None:
    lines = (
        "stopped",
        "overdue",
        "failed",
        "unsure",
        "missed",
        "missed-before",
        "unapproved",
        "by-hand",
        "held",
        "blocked",
        "blocked-later",
    )
    assert codes() | {*lines} == set(en.SENTENCES)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "The week of 2026-11-30 has 1,200 of 1 post ready, and 2 drafts."),
        ("fr", "Semaine du 2026-11-30\u00a0: 1\u202f200 sur 1 publication prête, plus 2 brouillons."),
        ("fr-CA", "Semaine du 2026-11-30\u00a0: 1\u202f200 sur 1 publication prête, plus 2 brouillons."),
        ("de", "The week of 2026-11-30 has 1,200 of 1 post ready, and 2 drafts."),
        ("../en", "The week of 2026-11-30 has 1,200 of 1 post ready, and 2 drafts."),
        ("", "The week of 2026-11-30 has 1,200 of 1 post ready, and 2 drafts."),
    ],
)
def test_a_sentence(code: str, said: str) -> None:
    why = because("week-short-drafts", have=1200, wanted=1, week=date(2026, 11, 30), drafts=2)
    assert voice(code, "Europe/Paris").say(why) == said


def test_days_and_moments_are_told_in_the_zone() -> None:
    why = because("next", post="terrace", account="team", at=AT)
    assert voice("en", "Europe/Paris").say(why) == "Next: terrace on team, 2026-12-03 09:30."
    told = voice("en", "Asia/Tokyo", lambda day: f"{day:%d.%m.}", lambda at: f"{at:%H.%M}")
    assert told.say(why) == "Next: terrace on team, 17.30."
    assert told.day(date(2026, 12, 3)) == "03.12."


@pytest.mark.parametrize(("code", "none", "one"), [("en", "0 days", "1 day"), ("fr", "0 jour", "1 jour")])
def test_a_number_and_its_noun(code: str, none: str, one: str) -> None:
    said: Voice = voice(code, "UTC")
    assert (said.code, said.counted(0, "days"), said.counted(1, "days")) == (code, none, one)


def test_no_french_line_begins_with_a_sign() -> None:
    why = because("pillar-near", posts=2, of=10, percent=20, share=25, wanted=3)
    assert voice("fr", "UTC").say(why) == "2 sur 10 publications, 20\u00a0%\u00a0; le plan prévoit 25\u00a0%."
    assert voice("en", "UTC").say(why) == "2 of 10 posts, 20%; the plan asks for 25%."


def test_what_a_name_holds_is_not_filled_in() -> None:
    why = because("next", post="{week}", account="{0.__class__}", at=AT)
    assert voice("en", "UTC").say(why) == "Next: {week} on {0.__class__}, 2026-12-03 08:30."


@pytest.mark.parametrize("code", LANGUAGES)
def test_one_is_one(code: str) -> None:
    """With 1 for every number, no noun stands in its second form, nor is any word made plural by hand."""
    file, told = LANGUAGES[code], voice(code, "Europe/Paris")
    several = {word for one, many in file.NOUNS.values() for word in (many,) if many != one}
    for name, sentence in file.SENTENCES.items():
        sample = told.say(Reason(name, tuple((each, _one(each)) for each in sorted(figures(sentence)))))
        assert not [word for word in several if f"1 {word}" in sample], sample
        assert not re.search(r"\b1 (publications|publiées|prêtes|brouillons|posts|drafts)\b", sample), sample


def _one(name: str) -> date | str | int:
    if name in ("week", "day", "by", "at"):
        return date(2026, 12, 1)
    return "a" if name in ("post", "account") else 1
