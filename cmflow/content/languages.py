"""Language tags (BCP 47): written as they are usually written, and codes that no language has."""

import re

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

# ISO 639-1, as of 2026. Codes of three letters are thousands, and are taken as they are.
TWO_LETTERS = frozenset(
    word
    for line in (
        "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el",
        "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it",
        "iu ja jv ka kg ki kj kk kl km kn ko ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my",
        "na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl",
        "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo",
        "za zh zu kr",
    )
    for word in line.split()
)
# What people write who think of the country, or of an older code.
CORRECTIONS = {
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "il": "he",
    "in": "id",
    "ir": "fa",
    "iw": "he",
    "ji": "yi",
    "jp": "ja",
    "jw": "jv",
    "kr": "ko",
    "mo": "ro",
    "rs": "sr",
    "ua": "uk",
    "us": "en",
    "vn": "vi",
}


def normalize(tag: str) -> str:
    """`EN` → `en`, `PT-br` → `pt-BR`, `ZH-HANT` → `zh-Hant`; what else is in it stays as it is."""
    language, *subtags = tag.split("-")
    return "-".join((language.lower(), *map(_subtag, subtags)))


def _subtag(tag: str) -> str:
    if not tag.isalpha():
        return tag
    return tag.upper() if len(tag) == 2 else tag.title() if len(tag) == 4 else tag


def doubt(tag: str) -> str:
    """Return why a tag may not be the language that is meant, with what to write; "" where there is no doubt."""
    language, _, subtags = tag.partition("-")
    suffix = f"-{subtags}" if subtags else ""
    if language in CORRECTIONS:
        return f"Did you mean `{CORRECTIONS[language]}{suffix}`?"
    if len(language) == 2 and language not in TWO_LETTERS:
        return "Write the code of a language, not of a country: `en`, `fr`, `pt-BR`."
    return ""
