"""A length of time as people write it: `30m`, `6h`, `2d`, `1h 30m`. Apart from dates: a quiet run needs no more."""

import re
from datetime import timedelta

_DURATION = re.compile(r"(?:([0-9]{1,4}) *d)? *(?:([0-9]{1,4}) *h)? *(?:([0-9]{1,5}) *m)?", re.ASCII)


def length(text: str) -> timedelta | None:
    """Return the length of time; None for what is not one."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
