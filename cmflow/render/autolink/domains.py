"""Domains in a text, by the rules X publishes (twitter-text 3.1, Apache-2.0) and Mastodon adapts.

Their rule is one large expression, searched from left to right. It is restated here around what every link has, a dot
before a top-level domain, so that a text without one costs nothing and no text costs more than its length.
"""

import re
from collections.abc import Generator
from functools import cache
from typing import NamedTuple

from cmflow.render.autolink import tlds
from cmflow.values import compiled, dataclass

DIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
NEVER = "\ufeff\ufffe\uffff"  # characters no post may hold
SPACES = "\\t-\\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NOT_BEFORE = f"A-Za-z0-9@\uff20$#\uff03{NEVER}"
LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    "\u02bb\u0300-\u036f\u1e00-\u1eff"
)
URL_MAX = 4096
_SLUG_MAX = 40
_LABEL_MAX = 63
_QUERY_INSIDE = "!?*'@();:+$%[].,~|"
_QUERY = f"\\?[A-Za-z0-9\\-_&=#/{re.escape(_QUERY_INSIDE)}]*+"
_SHORT = f"(?ai:https?://t\\.co/([a-z0-9]++))({_QUERY})?"
_RUN = re.compile("[0-9A-Za-z]+")
_DOTS = "[.\u3002\uff0e\uff61]"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What differs between networks: the top-level domains they know, the characters and schemes they take."""

    ascii: frozenset[str]
    international: re.Pattern[str]
    punycode: re.Pattern[str]
    chain: re.Pattern[str]
    start: re.Pattern[str]
    scheme: re.Pattern[str]


class Domain(NamedTuple):
    """A domain that may be linked: [`start`, `end`) with its scheme, which ends where the domain begins."""

    start: int
    domain: int
    end: int

    @property
    def has_scheme(self) -> bool:
        return self.domain > self.start


@cache
def _names() -> frozenset[str]:
    names = (tlds.BOTH + tlds.NEW).split()
    return frozenset(names) | {f"xn--{name.encode('punycode').decode()}" for name in names if not name.isascii()}


def is_top_level(name: str) -> bool:
    """Return whether the root zone holds `name`, in Unicode or ASCII (`рф`, `xn--p1ai`), in any case."""
    return name.lower() in _names()


@cache
def grammar(names: str, excluded: str, punycode: str, schemes: str) -> Grammar:
    """`names`: top-level domains; `excluded`: a class's inside; `punycode`: the same; `schemes`: `a|b`."""
    domains = names.split()
    longest_first = sorted((name for name in domains if not name.isascii()), key=len, reverse=True)
    letter = f"[^{excluded}]"
    label = f"{letter}++(?:[-_]++{letter}++)*+"
    return Grammar(
        frozenset(name for name in domains if name.isascii()),
        re.compile(f"(?i:{'|'.join(longest_first)})(?![0-9A-Za-z@+-])"),
        re.compile(f"[Xx][Nn]--[{punycode}]+"),
        re.compile(f"{label}(?:\\.{label})*+"),
        re.compile(f"(?<=[^{NOT_BEFORE}]){letter}"),
        re.compile(f"(?:{schemes})://\\Z", re.ASCII | re.IGNORECASE),
    )


def top_level(text: str, start: int, rules: Grammar) -> int:
    """Return where the top-level domain that begins at `at` ends, or 0: there is none."""
    run = _RUN.match(text, start)
    if run:
        end = run.end()
        if text[end : end + 1] not in ("@", "+", "-") and run[0].lower() in rules.ascii:
            return end
        puny = rules.punycode.match(text, start)
        if puny:
            return puny.end()
        if text[end : end + 1].isascii():
            return 0
    ending = rules.international.match(text, start)
    return ending.end() if ending else 0


def domain_at(text: str, start: int, rules: Grammar) -> int:
    """Return where the domain that begins exactly at `at` ends, or 0: there is none."""
    chain = rules.chain.match(text, start)
    return _longest(text, start, chain.end(), rules)[1] if chain else 0


def scan(text: str, rules: Grammar) -> Generator[Domain, int, None]:
    """Each domain, from left to right. Send how far the link goes on; the next one starts after it."""
    free = look = last = last_end = 0
    dot = _next_dot(text, 0, rules)
    while dot >= 0:
        begin, end = _chain_around(text, dot, max(look, text.rfind(" ", look, dot) + 1), rules)
        # past a chain's last name only its first label, now cut short, can have become one
        is_repeat = end == last_end and begin > last
        name = _longest(text, begin, text.find(".", begin) + 1 if is_repeat else end, rules)
        if not is_repeat:
            last, last_end = name[0], end
        domain = _first_in(text, begin, end, name, free, rules)
        if domain:
            free = look = yield domain
        else:
            look = end
        dot = _next_dot(text, look, rules)


def next_domain(scan: Generator[Domain, int, None], end: int) -> Domain | None:
    """The next domain of a scan, after a link that goes on until `end`."""
    try:
        return scan.send(end)
    except StopIteration:
        return None


def _next_dot(text: str, start: int, rules: Grammar) -> int:
    """The next dot between a domain's letter and a top-level domain, or -1."""
    dot = text.find(".", start + 1)
    while dot > start:
        if top_level(text, dot + 1, rules) and rules.chain.match(text, dot - 1, dot):
            return dot
        dot = text.find(".", dot + 1)
    return -1


def _chain_around(text: str, dot: int, start: int, rules: Grammar) -> tuple[int, int]:
    """The labels joined by dots that `dot` is one of."""
    return next(chain.span() for chain in rules.chain.finditer(text, start) if chain.end() > dot)


def _first_in(text: str, begin: int, end: int, name: tuple[int, int], free: int, rules: Grammar) -> Domain | None:
    """The first link in a chain of labels; what comes before `free` belongs to the link before."""
    dot, stop = name
    if stop:
        start = _scheme_before(text, begin, free, rules)
        if start >= 0:
            return Domain(start, begin, stop)
        start = _start(text, begin, dot, free, rules)
        if start >= 0:
            return Domain(start, start, stop)
    return _after_underscore(text, begin, end, free, rules)


def _longest(text: str, begin: int, end: int, rules: Grammar) -> tuple[int, int]:
    """The last dot that ends a domain's name, and where its top-level domain ends; (0, 0) without one."""
    dot = text.rfind(".", begin, end)
    while dot > 0:
        previous_dot = text.rfind(".", begin, dot)
        stop = top_level(text, dot + 1, rules)
        if stop and text.find("_", max(previous_dot, begin), dot) < 0:
            return dot, stop
        dot = previous_dot
    return 0, 0


def _after_underscore(text: str, begin: int, end: int, free: int, rules: Grammar) -> Domain | None:
    """A name may not hold `_`, but what follows its last one may be a name."""
    dot, label = text.find(".", begin, end), begin
    while dot > 0:
        underscore = text.rfind("_", label, dot)
        stop = top_level(text, dot + 1, rules) if underscore >= 0 else 0
        start = _start(text, underscore + 1, dot, free, rules) if stop else -1
        if start >= 0:
            return Domain(start, start, stop)
        label = dot + 1
        dot = text.find(".", label, end)
    return None


def _scheme_before(text: str, domain: int, free: int, rules: Grammar) -> int:
    """Return where the scheme directly before `domain` starts, or -1."""
    if not text.startswith("://", domain - 3) or domain < 3:
        return -1
    scheme = rules.scheme.search(text, max(free, domain - 10), domain)
    if not scheme:
        return -1
    start = scheme.start()
    return start if start == 0 or (start > free and rules.start.match(text, start)) else -1


def _start(text: str, begin: int, dot: int, free: int, rules: Grammar) -> int:
    """The first place in [`begin`, `dot`) where a link may start, or -1: after a character that is not used yet."""
    match = rules.start.search(text, max(begin, free + 1), dot)
    if begin == 0:
        return 1 if match and match.start() == 1 else 0
    return match.start() if match else -1


def encodable(domain: str) -> bool:
    """Return whether every label, written in ASCII (punycode), has between 1 and 63 characters."""
    return all(0 < len(label) <= _LABEL_MAX and _encoded(label) <= _LABEL_MAX for label in domain.split("."))


def _encoded(label: str) -> int:
    if label.isascii():
        return len(label)
    parts = compiled(_DOTS).split(label)
    return sum(len(part) if part.isascii() else len(part.encode("punycode")) + 4 for part in parts) + len(parts) - 1


def query_end(text: str, start: int) -> int:
    """Return where a query (`?…`) that begins at `at` ends; `at` itself where there is none."""
    query = compiled(_QUERY).match(text, start)
    return start + len(query[0].rstrip(_QUERY_INSIDE)) if query else start


def shortened(text: str, start: int, end: int) -> int:
    """Return where a t.co address ends, which has only a short path; 0: too long a path; others end at `end`."""
    short = compiled(_SHORT).match(text, start, end)
    if not short:
        return end
    if len(short[1]) > _SLUG_MAX:
        return 0
    return query_end(text, short.end(1)) if short[2] else short.end(1)
