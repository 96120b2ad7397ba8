"""What a message is about, by words: the plan's rules first, then cmflow's own lists. Pure; asks no one's API.

Sarcasm is not attempted. A message that no list knows, or that two labels claim alike, has no label.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from cmflow.inbox.vocabulary import VOCABULARIES
from cmflow.inbox.vocabulary.matcher import Match, find, matcher
from cmflow.inbox.vocabulary.tokens import Token, clean, tokens
from cmflow.model import Inbox, Label, Message, TriageRule
from cmflow.model.reason import Reason, because
from cmflow.values import dataclass

QUESTION = "?"
LEAST = 2  # weight that a label needs
CERTAIN = 3  # common words of another language that say more than the language a message claims to be in
PATIENCE = 0.25  # seconds that a pattern of the plan may take; `cmflow check` refuses those that are slow by nature
QUOTED = 40  # characters of a message in a reason


@dataclass(frozen=True, slots=True)
class Triage:
    """What a message is about, None where that is not known; whether it is urgent, and who looks after it.

    `reasons` are sentences of `languages`. They quote the message, so they belong where it is, never into git.
    """

    label: Label | None = None
    urgent: bool = False
    assign: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def triage(message: Message, account: str, inbox: Inbox) -> Triage:
    """What the message to that account is about."""
    text = clean(message.text)
    terms = tuple(tokens(text))
    language = spoken(message.language, terms)
    rules, reasons = _fitting(inbox.rules, account, language or message.language, text, terms)
    label = next((rule.label for rule in rules if rule.label), None)
    if label is None and language:
        label, because = _by_words(language, text, terms)
        reasons += because
    people = [*(login for rule in rules for login in rule.assign), *(dict(inbox.assign).get(label or "", ()))]
    return Triage(label, any(rule.urgent for rule in rules), tuple(dict.fromkeys(people)), reasons)


# ── languages ───────────────────────────────────────────────────────────────────────────────────────────────


def spoken(language: str, terms: Sequence[Token]) -> str:
    """The language of a message, of those with a list; "" where it is another, or unknown.

    What the network tells is often just a setting of the author, so common words of another language can overrule it.
    """
    claim = language.partition("-")[0].lower()
    spelt = {token.word for token in terms}
    counts = {code: len(spelt & matcher(code).common) for code in VOCABULARIES}
    best = max(counts, key=lambda code: (counts[code], code == claim))
    if claim in VOCABULARIES:
        return best if counts[best] >= CERTAIN + counts[claim] else claim
    if claim:
        return best if counts[best] >= 2 * CERTAIN else ""
    return best if counts[best] or not spelt else _by_any_word(terms)


def _by_any_word(terms: Sequence[Token]) -> str:
    """The language whose list knows most of a message that has no common words, such as "Bravo 👏"."""
    counts = {code: sum(match.end - match.start for match in matcher(code).matches(terms)) for code in VOCABULARIES}
    return max(counts, key=lambda code: counts[code])


# ── the plan's rules ────────────────────────────────────────────────────────────────────────────────────────


def _fitting(
    rules: Iterable[TriageRule], account: str, language: str, text: str, terms: Sequence[Token]
) -> tuple[tuple[TriageRule, ...], tuple[Reason, ...]]:
    """The rules that the message fits, with the reasons."""
    fitting, reasons = [], []
    for rule in rules:
        if (rule.accounts and account not in rule.accounts) or not _speaks(rule, language):
            continue
        try:
            quotes = tuple(_evidence(rule, text, terms))
        except TimeoutError:
            reasons.append(because("slow", rule=rule.name))
            continue
        if all(quotes):
            fitting.append(rule)
            code = ("rule bare", "rule", "rule both")[len(quotes)]
            reasons.append(because(code, rule=rule.name, **dict(zip(("quote", "other"), quotes, strict=False))))
    return tuple(fitting), tuple(reasons)


def _speaks(rule: TriageRule, language: str) -> bool:
    tag = language.lower()
    return not rule.languages or any(tag == own.lower() or tag.startswith(f"{own.lower()}-") for own in rule.languages)


def _evidence(rule: TriageRule, text: str, terms: Sequence[Token]) -> Iterator[str]:
    """What of the message fits each condition of the rule, "" where nothing does. Raises TimeoutError."""
    if rule.words:
        span = find(rule.words, [token.word for token in terms])
        yield _quote(text, terms, *span) if span else ""
    if rule.pattern:
        import regex

        match = regex.search(rule.pattern, text, regex.IGNORECASE, timeout=PATIENCE)
        yield (_short(match[0]) or "…") if match else ""


# ── the lists ───────────────────────────────────────────────────────────────────────────────────────────────


def _by_words(language: str, text: str, terms: Sequence[Token]) -> tuple[Label | None, tuple[Reason, ...]]:
    """The label that most weight speaks for, with the reasons; None where two are alike, or too little speaks."""
    weights: dict[Label, dict[str, int]] = defaultdict(dict)
    matches = tuple(matcher(language).matches(terms))
    for match in matches:
        for label, weight in _labels(match):
            weights[label].setdefault(_quote(text, terms, match.start, match.end).casefold(), weight)
    totals = {label: sum(quoted.values()) for label, quoted in weights.items()}
    if totals.keys() == {Label.DOUBT} and any(token.word == QUESTION for token in terms):
        totals[Label.DOUBT] += LEAST  # a message that only asks is a question
    best = [label for label in totals if totals[label] == max(totals.values()) >= LEAST]
    if len(best) > 1 and Label.DOUBT in best:
        best.remove(Label.DOUBT)  # whatever else a message is, it may be put as a question
    if len(best) != 1:
        return None, ()
    label = best[0]
    quotes = sorted(weights[label], key=lambda quote: -weights[label][quote])[:3]
    return label, tuple(_reason(quote, label, language) for quote in quotes)


def _labels(match: Match) -> Iterator[tuple[Label, int]]:
    """What the phrase speaks for, turned round where it is negated."""
    for label, weight in match.meanings:
        if label is Label.PRAISE and match.negated:
            yield Label.COMPLAINT, weight
        elif label and not (label is Label.COMPLAINT and match.negated):
            yield label, weight


def _reason(quote: str, label: Label, language: str) -> Reason:
    kind = "phrase" if " " in quote else "word" if quote.isalpha() else "sign"
    return because(kind, quote=quote, label=label.value, list=language)


def _quote(text: str, terms: Sequence[Token], start: int, end: int) -> str:
    return _short(text[terms[start].start : terms[end - 1].end])


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"
