"""A message as words that can be compared: no case, no accents, nothing invisible."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 3_000  # characters that are looked at: what a message is about is said by then
BREAK = "."  # a token at which a sentence ends

_URL = (
    r"(?:https?://|www\.)\S+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|ly|me|xyz|info|biz|shop|site|top|online)\b(?:/\S*)?"
)
_MENTION = r"@[\w.]+(?:@[\w.-]+)?"
_MONEY = r"[$€£]\s?\d[\d.,]*\s?[km]?\b|\b\d[\d.,]*\s?(?:[$€£]|(?:usd|eur|euros?|dollars?|dólares|dolares)\b)"
_PHONE = r"\+\d[\d\s().-]{7,}\d|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b"
_NAMES = {"url": "{link}", "money": "{money}", "phone": "{phone}"}
_TOKEN = re.compile(
    rf"(?P<url>{_URL})|(?P<mention>{_MENTION})|(?P<money>{_MONEY})|(?P<phone>{_PHONE})|(?P<slot>\{{[a-z]+\}})"
    r"|(?P<word>\d+%|\+1\b|[^\W_]+\*?|\*)|(?P<mark>[?¿])|(?P<end>[.!;:,\n…¡()^])|(?P<sign>[^\w\s])",
    re.IGNORECASE,
)
_TOWARDS = ("to", "on", "a", "en", "sur")  # an address follows: "DM your photo to @page"
_NUMBERS = """
two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty thirty several
deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente plusieurs
dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta varias varios
"""
_UNSEEN = ("Cf", "Mn", "Me", "Cc", "Sk")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


class Token(NamedTuple):
    """A word as it is compared, and where it is in the clean text."""

    word: str
    start: int
    end: int


def clean(text: str) -> str:
    """The text in its usual characters: letters of other widths and styles become plain, invisible ones go."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).replace("’", "'").replace("ʼ", "'")
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cf", "Cc"))


def plain(word: str) -> str:
    """The word without case and accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) not in _UNSEEN).replace("œ", "oe")


def tokens(text: str) -> Iterator[Token]:
    """The words, signs and ends of sentences of a clean text; names of people are left out. An end is first, too."""
    last = Token(BREAK, 0, 0)
    yield last
    for match in _TOKEN.finditer(text):
        word = _word(match)
        if match.lastgroup == "mention" and last.word in _TOWARDS:
            word = "{mention}"
        if word and not (word == last.word == BREAK):
            last = Token(word, match.start(), match.end())
            yield last


def _word(match: re.Match[str]) -> str:
    """What is compared; "" for what says nothing: names of people, quotation marks, apostrophes."""
    kind = match.lastgroup or ""
    if kind == "mention" or (kind == "sign" and unicodedata.category(match[0]) != "So"):
        return ""
    return _NAMES.get(kind) or (BREAK if kind == "end" else "?" if kind == "mark" else plain(match[0]))


def spellings(word: str) -> Iterable[str]:
    """The word, and what it may be if it was stretched: `soooo`, `goood`."""
    if not _STRETCHED.search(word):
        return (word,)
    return (_STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word))


def is_number(word: str) -> bool:
    return word.isdigit() or word in _NUMBERS.split()


def phrase(text: str) -> tuple[str, ...]:
    """A word or phrase of a list, ready to be compared."""
    terms = tuple(token.word for token in tokens(clean(text)) if token.word != BREAK)
    return (BREAK, *terms) if terms and text.strip().startswith("^") else terms
