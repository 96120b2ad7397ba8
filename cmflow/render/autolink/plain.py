"""Links of the networks without published rules: URLs with a scheme, hashtags, mentions. They differ in data.

None of them says exactly where a URL ends; like their apps, we leave closing punctuation and brackets that were
not opened in it outside. A `#` or `@` inside a URL or an e-mail address is never a hashtag or a mention.
"""

from collections.abc import Callable, Iterator
from functools import cache

import regex

from cmflow.model import Entity

_URL = r"(?<![\p{L}\p{N}_])https?://[^\s<>\"«»“”`|\p{Cc}\p{Cf}]+"

# In any script: letters, their marks, digits, the joiners inside words; at least one is not a digit.
_WORD = r"\p{L}\p{M}\p{Nd}_\u200c\u200d\u30fb·"
# (`#️⃣` is an emoji: its sign is followed by marks alone)
HASHTAG = rf"(?<![{_WORD}&/#＃@])[#＃](?!\ufe0f)(?=[{_WORD}]*\p{{L}})[{_WORD}]+"
# A hashtag in LinkedIn's "little text": escaped with a backslash it is plain; the long form names it surely.
LITTLE_HASHTAG = rf"\{{hashtag\|\\?#\|[^|{{}}]+\}}|(?<!\\){HASHTAG}"

_ALONE = r"(?<![\p{L}\p{N}_.@/\\])"
# A handle of letters, digits, `_` and inner dots, 30 at most: Instagram, Threads, TikTok, YouTube, dev.to.
HANDLE = _ALONE + r"@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9_])?(?![A-Za-z0-9_@])"
LITTLE_MENTION = r"(?<!\\)@\[(?:[^\[\]\\\n]|\\.)++\]\(urn:li:[^()\s]+\)"
DISCORD_MENTION = r"<@[!&]?\d+>"
SLACK_MENTION = r"<(?:@[UW][A-Z0-9]+|![a-z]+(?:\^[A-Z0-9]+)?)(?:\|[^<>|]*)?>"
MATRIX_MENTION = _ALONE + r"@[a-z0-9._=/+-]+:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?"
NOSTR_MENTION = r"(?<![\p{L}\p{N}_])nostr:(?:npub|nprofile|note|nevent|naddr)1[02-9ac-hj-np-z]{38,}"
REDDIT_MENTION = r"(?<![\p{L}\p{N}_/])/?(?:u/[A-Za-z0-9_-]{3,20}|r/[A-Za-z0-9_]{2,21})(?![A-Za-z0-9_/-])"

_CLOSING = ".,:;!?'’…*_~\\"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@cache
def tag_pattern() -> regex.Pattern[str]:
    """What finds the hashtags of a text."""
    return regex.compile(HASHTAG)


def finder(
    urls: bool = True, hashtag: str = "", mention: str = "", first_hashtag_only: bool = False
) -> Callable[[str], tuple[Entity, ...]]:
    """A `find` for a network that links URLs (or not), and the hashtags and mentions that match these patterns."""
    rules = {"url": _URL, "hashtag": hashtag, "mention": mention}

    @cache
    def pattern() -> regex.Pattern[str]:
        return regex.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in rules.items() if rule))

    def find(text: str) -> tuple[Entity, ...]:
        entities = tuple(_entities(pattern(), text))
        if not urls:
            entities = tuple(entity for entity in entities if entity.kind != "url")
        return _without_later_hashtags(entities) if first_hashtag_only else entities

    return find


def _entities(pattern: regex.Pattern[str], text: str) -> Iterator[Entity]:
    for match in pattern.finditer(text):
        kind, start, end = match.lastgroup or "", match.start(), match.end()
        if kind == "url":
            end = _end_of_url(text, start, end)
        if end > start:
            yield Entity(start, end, kind, text[start:end])


def _end_of_url(text: str, start: int, end: int) -> int:
    """Return where the URL ends without what belongs to the sentence round it; `start` where nothing is left of it."""
    counts = {mark: text.count(mark, start, end) for pair in _BRACKETS.items() for mark in pair}
    while True:  # the scheme's letters end it at the latest
        last = text[end - 1]
        if last in _BRACKETS and counts[last] > counts[_BRACKETS[last]]:
            counts[last] -= 1
        elif last not in _CLOSING:
            break
        end -= 1
    return start if text[start:end].endswith("://") else end


def _without_later_hashtags(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    first = next((entity for entity in entities if entity.kind == "hashtag"), None)
    return tuple(entity for entity in entities if entity.kind != "hashtag" or entity is first)
