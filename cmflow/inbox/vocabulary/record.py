"""What a list of words is."""

from collections.abc import Mapping

from cmflow.model import Label
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words and phrases of a language by label and weight, each list separated by commas.

    The weight of a phrase is 3 where it decides alone, 2 where it does so unless others speak against it, 1 where it
    only supports others. Case and accents do not matter. `*` is the rest of a word, or a whole word; `^` is the start
    of a sentence; `{link}`, `{phone}`, `{money}`, `{number}` and `{mention}` are what they say. The longest
    phrase counts: in "no problem", which is `neutral`, "problem" does not. A word of praise behind one of `negations`
    is a complaint, and a word of complaints there is none, unless one of `boosters` is between ("not only good").
    `common` are words by which the language is recognised.
    """

    name: str
    entries: Mapping[Label, Mapping[int, str]]
    neutral: str = ""
    negations: str = ""
    boosters: str = ""
    common: str = ""
