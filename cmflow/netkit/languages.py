"""Languages as networks want them named: by an English name, or as a locale with a country."""


def english_name(tag: str) -> str:
    """What people call the language: `fr-CA` → `French (Canada)`; the tag itself where Unicode's CLDR has no name."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def locale(tag: str) -> str:
    """The language with its country, of which the likely one is taken: `fr` → `fr_FR`, `pt-BR` → `pt_BR`."""
    from babel.core import get_global

    language, *rest = tag.split("-")
    country = next((part for part in rest if len(part) == 2), "")
    likely = get_global("likely_subtags").get(language, "").rpartition("_")[2]
    return f"{language}_{country or likely or language.upper()}"
