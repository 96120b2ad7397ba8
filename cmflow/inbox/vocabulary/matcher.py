"""Phrases of a list in a message: the longest one at each offset."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import cache
from typing import NamedTuple

from cmflow.inbox.vocabulary.record import Vocabulary
from cmflow.inbox.vocabulary.tokens import BREAK, Token, is_number, phrase, spellings
from cmflow.model import Label
from cmflow.values import dataclass

NUMBER = "{number}"
REACH = 3  # terms that a negation reaches ahead: "not a very good"


class Meaning(NamedTuple):
    """What a phrase speaks for; None: for nothing, though parts of it may elsewhere."""

    label: Label | None
    weight: int


class Match(NamedTuple):
    """A phrase in a message: the terms from `start` to `end`; `negated`: a negation is close ahead of it."""

    meanings: tuple[Meaning, ...]
    start: int
    end: int
    negated: bool


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases by their first word; those that begin with `*` or a part of a word are in `prefixes`.

    Those at the start of a sentence are in `starts`, by the word behind it.
    """

    exact: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    prefixes: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, terms: tuple[str, ...]) -> None:
        if terms and ("*" in terms[0] or terms[0] == NUMBER):
            self.prefixes.append(terms)
        elif terms and terms[0] == BREAK:
            self.starts[terms[1]].append(terms)
        elif terms:
            self.exact[terms[0]].append(terms)

    def at(self, terms: Sequence[str], start: int) -> tuple[str, ...]:
        """The longest phrase that begins with that word; () where there is none."""
        if terms[start] == BREAK:
            candidates = self.starts.get(terms[start + 1], []) if start + 1 < len(terms) else []
        else:
            candidates = [candidate for word in spellings(terms[start]) for candidate in self.exact.get(word, ())]
            candidates += [prefix for prefix in self.prefixes if _is_word(prefix[0], terms[start])]
        fitting = (candidate for candidate in candidates if _fits(candidate, terms, start))
        return max(fitting, key=lambda candidate: (len(candidate), len(candidate[0])), default=())


def _fits(phrase: tuple[str, ...], terms: Sequence[str], start: int) -> bool:
    if start + len(phrase) > len(terms):
        return False
    return all(_is_word(pattern, terms[start + offset]) for offset, pattern in enumerate(phrase))


def _is_word(pattern: str, word: str) -> bool:
    """Whether a word is the one of a list, which may end in `*`."""
    if pattern == word:
        return True
    if pattern == NUMBER:
        return is_number(word)
    if pattern == "*":
        return word.isalnum()
    if pattern.endswith("*"):
        return any(spelling.startswith(pattern[:-1]) for spelling in spellings(word))
    return pattern in spellings(word)


def find(phrases: Iterable[str], terms: Sequence[str]) -> tuple[int, int] | None:
    """Where the first of these phrases is among the terms, from which to which; None where none of them is."""
    index = Phrases()
    for text in phrases:
        index.add(phrase(text))
    for start in range(len(terms)):
        if match := index.at(terms, start):
            return start, start + len(match)
    return None


# ── a vocabulary ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Matcher:
    """A vocabulary, ready to be compared with messages."""

    phrases: Phrases
    meanings: dict[tuple[str, ...], tuple[Meaning, ...]]
    negations: Phrases
    boosters: frozenset[str]
    common: frozenset[str]

    def matches(self, tokens: Sequence[Token]) -> Iterator[Match]:
        terms = [token.word for token in tokens]
        negated = self._negated(terms)
        start = 0
        while start < len(terms):
            phrase = self.phrases.at(terms, start)
            if phrase:
                yield Match(self.meanings[phrase], start, start + len(phrase), start in negated)
            start += len(phrase) or 1

    def _negated(self, terms: Sequence[str]) -> set[int]:
        """The reached that a negation reaches: some terms ahead, not beyond the end of the sentence."""
        reached: set[int] = set()
        for start in range(len(terms)):
            if negation := self.negations.at(terms, start):
                reached.update(self._reach(terms, start + len(negation)))
        return reached

    def _reach(self, terms: Sequence[str], first: int) -> Iterator[int]:
        if first < len(terms) and terms[first] in self.boosters:
            return
        for offset in range(first, min(first + REACH, len(terms))):
            if terms[offset] in (BREAK, "?", "but", "mais", "pero"):
                return
            yield offset


@cache
def matcher(vocabulary: str) -> Matcher:
    """The vocabulary of that language."""
    from cmflow.inbox.vocabulary import VOCABULARIES

    return compiled(VOCABULARIES[vocabulary])


def compiled(record: Vocabulary) -> Matcher:
    phrases, meanings = Phrases(), defaultdict[tuple[str, ...], list[Meaning]](list)
    for label, weights in record.entries.items():
        for weight, texts in weights.items():
            for text in _listed(texts):
                meanings[text].append(Meaning(label, weight))
    for text in _listed(record.neutral):
        meanings[text].append(Meaning(None, 0))
    for text in meanings:
        phrases.add(text)
    negations = Phrases()
    for text in _listed(record.negations):
        negations.add(text)
    return Matcher(
        phrases,
        {text: tuple(senses) for text, senses in meanings.items()},
        negations,
        frozenset(terms[0] for terms in _listed(record.boosters)),
        frozenset(word for text in record.common.split() for word in phrase(text)),
    )


def _listed(texts: str) -> Iterator[tuple[str, ...]]:
    return filter(None, (phrase(text) for text in texts.split(",")))
