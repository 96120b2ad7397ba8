"""Invisible characters, written as what they are: they can hide words, and turn the reading direction around."""

import re

# Nothing is drawn for these: soft hyphens, marks of direction, joiners, fillers, tags, a byte order mark.
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f"  # of England, Scotland and Wales
_SCRIPT = "\u0600-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefe"  # Arabic and Indic letters are joined, or kept apart
_PICTURE = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff"  # several make one: a family
_JOINT = f"(?<=[{_SCRIPT}])[\u200c\u200d](?=[{_SCRIPT}])|(?<=[{_PICTURE}])\u200d(?=[{_PICTURE}])"
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACK = 4  # accents on one letter; no language has more
_UNSEEN = re.compile(
    f"({_FLAG}|{_JOINT})|[{_HIDDEN}\u200c\u200d]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]|(?<=[{_MARKS}]{{{_STACK}}})[{_MARKS}]"
)

_BLANK = re.compile(rf"[\s{_HIDDEN}\u200c\u200d\u2800]*")  # U+2800: a Braille cell without dots


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of it: it has no character but spaces and invisible ones."""
    return _BLANK.fullmatch(text) is not None


def visible(text: str) -> str:
    r"""The text with `\u200b` where there is such a character; emoji, flags and the joints of a script stay whole."""
    if text.isascii() and text.isprintable():  # nearly always
        return text
    return _UNSEEN.sub(lambda match: match[1] or "".join(map(_escape, match[0])), text)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
