import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from cmflow.ledger import loss
from cmflow.model import Campaign, Goal, Pause, Pillar, Slot
from cmflow.netkit import network
from cmflow.repository.cache import Cache
from cmflow.website import languages
from cmflow.website.board import STATES
from cmflow.website.languages import Messages, language
from cmflow.website.languages.names import keep_names, names
from tests.website.calendars import PLAN, TEMPLATES, at, build, data, entry, text

FOLDER = Path(languages.__file__).parent
CODES = sorted(each.stem for each in FOLDER.glob("??.py"))


def test_languages_there_are() -> None:
    assert CODES == ["en", "fr"]
    found = [language(code).code for code in ("en", "fr", "FR-be", "fr_CA", "de", "", "../fr", "names", "é")]
    assert found == ["en", "fr", "fr", "fr", "en", "en", "en", "en", "en"]


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_every_word_in_every_form(code: str) -> None:
    own, english = import_module(f"cmflow.website.languages.{code}"), import_module("cmflow.website.languages.en")
    forms = set(Locale.parse(code).plural_form.tags) | {"other"}
    assert list(own.STATES) == list(STATES)
    for name in ("MESSAGES", "SCRIPT"):
        mine, theirs = getattr(own, name), getattr(english, name)
        assert list(mine) == list(theirs)
        for key, word in mine.items():
            assert isinstance(word, str) == isinstance(theirs[key], str), key
            assert isinstance(word, str) or set(word) <= forms, key
        assert dict(holes(mine)) == dict(holes(theirs))


def holes(words: Messages) -> Iterator[tuple[str, int]]:
    """How many values each word takes."""
    for name, word in words.items():
        text = word if isinstance(word, str) else word["other"]
        yield name, sum(field is not None for _, field, _, _ in Formatter().parse(text))


def test_every_word_is_said_somewhere() -> None:
    english = import_module("cmflow.website.languages.en")
    script = TEMPLATES["templates/site/calendar.js"]
    for name in english.SCRIPT:
        keyed = name in ("account", "network", "campaign", "pillar", "language", "author", "state")
        assert keyed or re.search(rf'"{re.escape(name)}"', script), name
    for name in re.findall(r'say\("([^"]+)"', script):
        assert name in english.SCRIPT, name


def test_a_number_and_its_word() -> None:
    french, english = language("fr"), language("en")
    assert [french.word("posts", number) for number in (0, 1, 2)] == [
        "0 publication",
        "1 publication",
        "2 publications",
    ]
    assert [english.word("posts", number) for number in (0, 1, 2)] == ["0 posts", "1 post", "2 posts"]
    assert (english.word("sheet", 2), english.word("today")) == ("Page 2", "Today")


def test_names_are_kept_as_they_were_read(tmp_path: Path) -> None:
    codes = ("en", "fr-CA", "ar", "zh", "../fr")
    usual = [names(code) for code in codes]
    keep_names(Cache(tmp_path))
    try:
        names.cache_clear()
        assert [names(code) for code in codes] == usual
        assert {path.stem for path in tmp_path.iterdir()} == {"names-fr-CA", "names-ar", "names-zh"}  # the latest three
        names.cache_clear()
        again = [names(code) for code in codes]
    finally:
        keep_names()
        names.cache_clear()
    assert again == usual
    numbers = (0, 1, 2, 5, 11, 100, 1_000_000)
    assert [[one.plural(number) for number in numbers] for one in again] == [
        [one.plural(number) for number in numbers] for one in usual
    ]


def test_a_ledger_that_is_gone_is_said_in_french_too() -> None:
    """By the same sentence as everywhere else: it is worded once."""
    assert language("fr").note(loss.GONE) == (
        "Le registre a disparu : la branche cmflow-state a été supprimée. Rien n’est envoyé tant qu’elle n’est pas "
        "restaurée : ce qui a déjà été envoyé serait publié de nouveau."
    )


def test_names_of_days_and_months() -> None:
    day = date(2026, 12, 3)
    written = {code: (language(code).day(day), language(code).month(2026, 12)) for code in ("fr", "de", "ja", "ru")}
    assert written == {
        "fr": ("jeudi 3 décembre 2026", "décembre 2026"),
        "de": ("Donnerstag, 3. Dezember 2026", "Dezember 2026"),
        "ja": ("2026年12月3日木曜日", "2026年12月"),
        "ru": ("четверг, 3 декабря 2026 г.", "декабрь 2026 г."),
    }


def test_words_of_one_language_and_names_of_another() -> None:
    german = language("de-AT")
    assert (german.code, german.names.code, german.own.code) == ("en", "de-AT", "en-001")
    assert german.month(2026, 1) == "Jänner 2026"


def test_which_way_a_language_is_written_and_when_its_week_begins() -> None:
    assert [(names(code).direction, names(code).first) for code in ("ar-EG", "he-IL", "fr", "en-US")] == [
        ("rtl", 5),
        ("rtl", 6),
        ("ltr", 0),
        ("ltr", 6),
    ]


def test_a_language_that_nobody_knows() -> None:
    assert [names(code).code for code in ("tlh-AQ", "x", "")] == ["en", "en", "en"]


def test_names_do_not_depend_on_who_was_asked_first() -> None:
    names.cache_clear()
    first = names("he").short
    names.cache_clear()
    names("en"), names("fr")
    assert names("he").short == first


UNITS = {
    measures[0].limit.unit
    for name in network.names()
    for limits in [network.load(name).limits]
    for measures in (limits.text, limits.caption)
    if measures
}


@pytest.mark.parametrize("code", CODES)
def test_every_unit_of_length_has_its_word(code: str) -> None:
    words = language(code).messages
    assert {name.removeprefix("unit ") for name in words if name.startswith("unit ")} == UNITS


def test_plain_english_is_that_of_most_countries() -> None:
    day = date(2026, 12, 3)
    written = {code: (names(code).day(day), names(code).short_day(day), names(code).first) for code in ("en", "en-US")}
    assert written == {
        "en": ("Thursday, 3 December 2026", "3 December", 0),
        "en-US": ("Thursday, December 3, 2026", "December 3", 6),
    }


@pytest.mark.parametrize(
    ("code", "full", "short"),
    [
        ("fr", "mardi 1er décembre 2026", "1er décembre"),
        ("fr-CA", "mardi 1er décembre 2026", "1er décembre"),
        ("de", "Dienstag, 1. Dezember 2026", "1. Dezember"),
        ("en", "Tuesday, 1 December 2026", "1 December"),
    ],
)
def test_the_first_day_of_a_month(code: str, full: str, short: str) -> None:
    first = date(2026, 12, 1)
    assert (names(code).day(first), names(code).short_day(first)) == (full, short)


def test_no_english_is_left_in_a_french_calendar() -> None:
    """Whatever English says otherwise than French stands on no French page, nor in what calendar.js says there."""
    plan = replace(
        PLAN,
        language="fr",
        brand="Port",
        campaigns=(Campaign("hiver", date(2026, 11, 30), date(2026, 12, 18)),),
        pillars=(Pillar("carte", 100),),
        pauses=(Pause("repos", date(2026, 12, 19), date(2027, 1, 3)),),
        goals=(Goal("team", "followers", 300, date(2027, 3, 31), readings=((date(2026, 12, 1), 12),)),),
        accounts=tuple(replace(each, per_week=2, slots=(Slot(0, time(9, 30)),)) for each in PLAN.accounts),
    )
    made = build(*(replace(entry(f"p{day}", at(day)), title="Soupe") for day in (1, 4, 9)), plan=plan)
    shown = " ".join(text(page) for name, page in made.items() if name.endswith(".html"))
    site = data(made, "site")
    shown += " ".join(json.dumps(each, ensure_ascii=False) for each in (*site["words"].values(), *site["months"]))
    shown += " ".join(word for _, word in site["states"])
    english, french = ({*said(code)} for code in ("en", "fr"))
    left = {word for word in english - french if re.search(rf"(?<![\w’-]){re.escape(word)}(?![\w’-])", shown)}
    assert left == set()


def said(code: str) -> Iterator[str]:
    """All words of a language that stand for themselves."""
    file, sentences = (
        import_module(f"cmflow.website.languages.{code}"),
        import_module(f"cmflow.insights.sentences.{code}"),
    )
    for words in (file.STATES, file.MESSAGES, file.SCRIPT, sentences.PAGE):
        for word in words.values():
            for form in [word] if isinstance(word, str) else word.values():
                if "{" not in form and len(form) > 3:
                    yield form
