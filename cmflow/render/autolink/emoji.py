"""Emoji that X shows as one although they are several code points.

Source: Unicode 17 emoji-test.txt and emoji-variation-sequences.txt, as the Twemoji parser X publishes reads them
(read 2026-11-22). Only sequences matter here: a lone emoji weighs what any character outside the light ranges weighs.
"""

import re
from functools import cache

from cmflow.values import compiled

SKIN = "[\U0001f3fb-\U0001f3ff]"
JOIN = "\u200d"
STYLED = "\ufe0f"

_TAKES_SKIN = (
    "\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442\U0001f443"
    "\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f48f"
    "\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596\U0001f645-\U0001f647"
    "\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f"
    "\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e\U0001f977\U0001f9b5\U0001f9b6"
    "\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5"
    "\U0001faf0-\U0001fafa"
)
_TAKES_GENDER = (
    "\U0001f3c3\U0001f3c4\U0001f3ca\U0001f46e-\U0001f471\U0001f473\U0001f477\U0001f481\U0001f482\U0001f486\U0001f487"
    "\U0001f645-\U0001f647\U0001f64b\U0001f64d\U0001f64e\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f926\U0001f935"
    "\U0001f937-\U0001f939\U0001f93c-\U0001f93e\U0001f9b8\U0001f9b9\U0001f9cd-\U0001f9cf\U0001f9d4"
    "\U0001f9d6-\U0001f9df"
)
_JOBS = (
    "\U0001f33e\U0001f373\U0001f37c\U0001f384\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed\U0001f4bb\U0001f4bc"
    "\U0001f527\U0001f52c\U0001f680\U0001f692\U0001f9af-\U0001f9b3\U0001f9bc\U0001f9bd\U0001fa70"
)
_TAKES_STYLE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620"
    "\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668"
    "\u267b\u267e\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4"
    "\u26c5\u26c8\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2708\u2709\u270c\u270d"
    "\u270f\u2712\u2714\u2716\u271d\u2721\u2733\u2734\u2744\u2747\u2757\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07"
    "\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202"
    "\U0001f21a\U0001f22f\U0001f237\U0001f321\U0001f324-\U0001f32c\U0001f336\U0001f37d\U0001f396\U0001f397"
    "\U0001f399-\U0001f39b\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3\U0001f3f5"
    "\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570\U0001f573-\U0001f579\U0001f587"
    "\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4"
    "\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa"
    "\U0001f6cb\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0\U0001f6f3"
)
_REGIONS = """
    AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK
    TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_NATIONS = ("eng", "sct", "wls")
_JOINED = (
    "\u26d3\ufe0f \U0001f4a5",  # chain, broken
    "\u2764\ufe0f \U0001f525",  # heart on fire
    "\u2764\ufe0f \U0001fa79",  # mending heart
    "\U0001f344 \U0001f7eb",  # brown mushroom
    "\U0001f34b \U0001f7e9",  # lime
    "\U0001f3f3\ufe0f \u26a7\ufe0f",  # transgender flag
    "\U0001f3f3\ufe0f \U0001f308",  # rainbow flag
    "\U0001f3f4 \u2620\ufe0f",  # pirate flag
    "\U0001f408 \u2b1b",  # black cat
    "\U0001f415 \U0001f9ba",  # service dog
    "\U0001f426 \u2b1b",  # black bird
    "\U0001f426 \U0001f525",  # phoenix
    "\U0001f43b \u2744\ufe0f",  # polar bear
    "\U0001f441\ufe0f? \U0001f5e8\ufe0f?",  # eye in speech bubble
    "\U0001f62e \U0001f4a8",  # face exhaling
    "\U0001f635 \U0001f4ab",  # face with spiral eyes
    "\U0001f636 \U0001f32b\ufe0f",  # face in clouds
    "\U0001f642 [\u2194\u2195]\ufe0f",  # head shaking
)
_PARENTS_AND_CHILDREN = (
    "\U0001f468 (?:[\U0001f468\U0001f469] )?(?:\U0001f466 \U0001f466|\U0001f467 [\U0001f466\U0001f467]"
    "|[\U0001f466\U0001f467])",
    "\U0001f469 (?:\U0001f469 )?(?:\U0001f466 \U0001f466|\U0001f467 [\U0001f466\U0001f467]|[\U0001f466\U0001f467])",
    "\U0001f9d1 (?:\U0001f9d1 )?\U0001f9d2(?: \U0001f9d2)?",
)
_BETWEEN = "(?:\u2764\ufe0f (?:\U0001f48b )?|[\U0001f91d\U0001f430\U0001faef] )"
_COUPLES = tuple(
    f"{first_letter} {_BETWEEN}{second_letter}"
    for skin in ("", SKIN)
    for first_letter, second_letter in (
        (f"\U0001f468{skin}", f"\U0001f468{skin}"),
        (f"\U0001f469{skin}", f"[\U0001f468\U0001f469]{skin}"),
        (f"\U0001f9d1{skin}", f"\U0001f9d1{skin}"),
    )
)
_PEOPLE = (
    *_PARENTS_AND_CHILDREN,
    *_COUPLES,
    f"\U0001faf1{SKIN} \U0001faf2{SKIN}",
    f"[\U0001f468\U0001f469\U0001f9d1]{SKIN}? (?:[\u2695\u2696\u2708]\ufe0f|[{_JOBS}])(?: \u27a1\ufe0f)?",
    f"(?:[{_TAKES_GENDER}]{SKIN}?|[\u26f9\U0001f3cb\U0001f3cc\U0001f575](?:{SKIN}|\ufe0f)) [\u2640\u2642]\ufe0f"
    "(?: \u27a1\ufe0f)?",
    f"[\U0001f3c3\U0001f6b6\U0001f9ce]{SKIN}? \u27a1\ufe0f",
)


_FLAG_LETTER = ord("\U0001f1e6") - ord("A")
_TAG_LETTER = 0xE0000


def _moved(letters: str, by: int) -> str:
    return "".join(chr(ord(letter) + by) for letter in letters)


def _flags() -> str:
    """One alternative for each first letter: there are 259 flags."""
    seconds: dict[str, str] = {}
    for code in _REGIONS.split():
        seconds[code[0]] = seconds.get(code[0], "") + code[1]
    pairs = (f"{_moved(first, _FLAG_LETTER)}[{_moved(second, _FLAG_LETTER)}]" for first, second in seconds.items())
    return "|".join(pairs)


_CLOSE = "[#*0-9\xa9\xae\u200d\u203c\u2049\u20e3\u2100-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U000e007f]{2,}"


def sequences(text: str) -> list[str]:
    """The emoji of two code points or more, in order."""
    return [
        sequence for run in compiled(_CLOSE).findall(text) if not run.isascii() for sequence in _pattern().findall(run)
    ]


@cache
def _pattern() -> re.Pattern[str]:
    joined = "|".join((*_PEOPLE, *_JOINED)).replace(" ", JOIN)
    nations = "|".join(_moved(f"gb{nation}", _TAG_LETTER) for nation in _NATIONS)
    return re.compile(
        f"[#*0-9]{STYLED}?\u20e3|(?=[\U0001f1e6-\U0001f1ff])(?:{_flags()})"
        f"|(?=[{_TAKES_STYLE}\u270a\u270b\U0001f300-\U0001faff])(?:{joined}|[{_TAKES_SKIN}]{SKIN}|[{_TAKES_STYLE}]{STYLED}"
        f"|\U0001f3f4(?:{nations})\U000e007f)"
    )
