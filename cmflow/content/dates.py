"""Days, times and durations as people write them in a front matter. What cannot be read raises `keys.BadValue`."""

import difflib
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from cmflow.content import durations, zones
from cmflow.content.keys import BadValue, excerpt
from cmflow.content.local_time import YEARS, as_text
from cmflow.model import Slot

MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:T| +)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?)?"  # part of a second is as good as none
    r"( *[^\s].*)?",
    re.ASCII,
)
OFFSET = re.compile(r" *(?:(Z)|([+\-−])([0-9]{2})(?::?([0-9]{2}))?)?(?:\[([\w+/-]+)\])?", re.ASCII)  # RFC 9557
NAMED = re.compile(r" *([A-Za-z][\w.+:−/ -]*)", re.ASCII)
HALF = re.compile(r" *[AaPp]\.?[Mm]\.?")
OFFSETS = timedelta(hours=-12), timedelta(hours=14)
LOOSE = (
    r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})"
    r"(?:(?:T|t|,| |at)+([0-9]{1,2})[:.hH]([0-9]{2})?(?::[0-9]{2}(?:\.[0-9]+)?)? *([AaPp]\.?[Mm])?)?"
)
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
MOMENT_HINT = "Write year, month, day, hour and minute: `2026-12-01 09:30`."
DAY_HINT = "Write year, month and day: `2026-12-01`."

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: dict[str, tuple[int, ...]] = {
    **{day: (number,) for number, day in enumerate(_DAYS)},
    **{day[:3]: (number,) for number, day in enumerate(_DAYS)},
    "tues": (1,),
    "thur": (3,),
    "thurs": (3,),
    "daily": tuple(range(7)),
    "weekdays": tuple(range(5)),
    "weekends": (5, 6),
}


def moment(text: str, home: ZoneInfo) -> datetime:
    """`2026-12-01 09:30`, with seconds, `T`, an offset or a zone name if wanted; else local time in `home`."""
    match = MOMENT.fullmatch(text)
    if match is None or HALF.fullmatch(match[7] or "") or (match[7] and not match[4]):
        raise BadValue("bad-date", f"`{excerpt(text)}` is not a date and time.", _correction(text))
    year, month, day, hour, minute, second, suffix = match.groups()
    if hour is None:
        _day(text, year, month, day)
        hint = f"Write when: `{text} 09:30`."
        raise BadValue("date-without-time", f"`{text}` is a day without a time.", hint)
    try:
        when = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
    except ValueError:
        message = f"`{excerpt(text)}` is not in the calendar or not on the clock."
        raise BadValue("bad-date", message, _midnight(year, month, day, hour, minute) or MOMENT_HINT) from None
    _check_year(when.year, text)
    return _in_zone(when, suffix or "", home, text)


def simplified(text: str, home: ZoneInfo) -> str:
    """The moment without its offset, where local time in `home` says the same; else as it is written."""
    local = re.sub(r"(?a)([0-9]{2}:[0-9]{2}) *[+-][0-9]{2}:?[0-9]{2}", r"\1", text)
    try:
        return local if moment(local, home) == moment(text, home) else text
    except BadValue:  # a time that comes twice, or no time at all
        return text


def _in_zone(when: datetime, suffix: str, home: ZoneInfo, text: str) -> datetime:
    """The time where `rest` says that it is meant: an offset, the name of a zone, or nothing, which is `home`."""
    offset, name = OFFSET.fullmatch(suffix), NAMED.fullmatch(suffix)
    if offset is None:
        if name is None:
            raise BadValue("bad-date", f"`{excerpt(text)}` is not a date and time.", _correction(text))
        return _local(when, zones.zone(name[1].strip(), _text(when)))
    zulu, sign, hours, minutes, name_of_zone = offset.groups()
    zone = zones.zone(name_of_zone, _text(when)) if name_of_zone else home
    if not (zulu or sign):
        return _local(when, zone)
    result = when.replace(tzinfo=UTC if zulu else _offset(sign, hours, minutes, text))
    if name_of_zone and not zulu and result.astimezone(zone).utcoffset() != result.utcoffset():
        message = f"The offset and the place in `{excerpt(text)}` do not agree."
        raise BadValue("bad-date", message, "Leave one of them out.")
    return result


def _midnight(year: str, month: str, day: str, hour: str, minute: str) -> str:
    """The hint for 24:00, which is 00:00 of the day after."""
    if (hour, minute) != ("24", "00"):
        return ""
    try:
        following_day = date(int(year), int(month), int(day)) + timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    return f"Write `{following_day} 00:00`."


def day(text: str) -> date:
    """`2026-12-01`."""
    match = MOMENT.fullmatch(text)
    if match is None or match[4] is not None or match[7]:
        raise BadValue("bad-date", f"`{excerpt(text)}` is not a day.", DAY_HINT)
    return _day(text, match[1], match[2], match[3])


def _day(text: str, year: str, month: str, number: str) -> date:
    try:
        result = date(int(year), int(month), int(number))
    except ValueError:
        raise BadValue("bad-date", f"`{excerpt(text)}` is not in the calendar.", DAY_HINT) from None
    _check_year(result.year, text)
    return result


def _check_year(year: int, text: str) -> None:
    if not YEARS[0] <= year <= YEARS[1]:
        hint = f"Years go from {YEARS[0]} to {YEARS[1]}."
        raise BadValue("bad-date", f"The year of `{excerpt(text)}` cannot be right.", hint)


def _correction(text: str) -> str:
    """The hint for a date in another spelling: how cmflow would write it, where there is no doubt what it means."""
    match = re.fullmatch(LOOSE, text.strip())
    if not match:
        return MOMENT_HINT
    year, month, day_, hour, minute, half = match.groups()
    if hour is None:
        return f"Write `{year}-{month:0>2}-{day_:0>2} 09:30`, with the time."
    if half:
        hour = str(int(hour) % 12 + (12 if half[0] in "pP" else 0))
    return f"Write `{year}-{month:0>2}-{day_:0>2} {hour:0>2}:{minute or '00'}`."


def _offset(sign: str, hours: str, minutes: str | None, text: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
    if not OFFSETS[0] <= offset <= OFFSETS[1] or int(minutes or 0) > 59:
        raise BadValue(
            "bad-date", f"The offset in `{excerpt(text)}` does not exist.", "Offsets go from -12:00 to +14:00."
        )
    return timezone(offset)


def _local(when: datetime, home: ZoneInfo) -> datetime:
    """The local time, which must exist exactly once."""
    first, second = when.replace(tzinfo=home), when.replace(tzinfo=home, fold=1)
    first_offset, second_offset = first.utcoffset(), second.utcoffset()
    if first_offset == second_offset or first_offset is None or second_offset is None:
        return first
    if first_offset < second_offset:
        raise _gap_error(when, home, first_offset, second_offset)
    text = _text(when)
    message = f"`{text}` comes twice in {home.key}: the clocks go back that day."
    hint = f"Write `{text} {_signed(first_offset)}` for the first or `{text} {_signed(second_offset)}` for the second."
    raise BadValue("time-exists-twice", message, hint)


def _gap_error(when: datetime, home: ZoneInfo, old_offset: timedelta, new_offset: timedelta) -> BadValue:
    """`when` lies in a gap: find the moment the clocks change by halving, to the second."""
    low, high = when - new_offset, when - old_offset  # in UTC, one before the change and one after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.replace(tzinfo=UTC).astimezone(home).utcoffset() == old_offset:
            low = middle
        else:
            high = middle
    last, first = high + old_offset - timedelta(minutes=1), high + new_offset
    message = f"`{_text(when)}` does not exist in {home.key}: the clocks skip it."
    return BadValue("time-does-not-exist", message, f"The nearest that exist are `{_text(last)}` and `{_text(first)}`.")


def _text(when: datetime) -> str:
    return as_text(when, seconds=bool(when.second))


def _signed(offset: timedelta) -> str:
    return zones.signed(int(offset.total_seconds()) // 60)


def duration(text: str) -> timedelta:
    """`30m`, `6h`, `2d`, `1h 30m`."""
    length = durations.length(text)
    if length is None:
        raise BadValue("bad-value", f"`{excerpt(text)}` is not a length of time.", "Write `30m`, `6h` or `2d`.")
    return length


def clock(text: str) -> time:
    """`09:30`."""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise BadValue("bad-value", f"`{excerpt(text)}` is not a time of day.", "Write hours and minutes: `09:30`.")
    return time(int(match[1]), int(match[2]))


def hours(text: str) -> tuple[time, time]:
    """`08:00-20:00`."""
    starts, dash, ends = text.replace("–", "-").partition("-")
    if not dash:
        raise BadValue("bad-value", f"`{excerpt(text)}` is not a span of the day.", "Write `08:00-20:00`.")
    span = clock(starts.strip()), clock(ends.strip())
    if span[0] >= span[1]:
        hint = "Write `08:00-20:00`; a day ends at `23:59`."
        raise BadValue("bad-value", f"`{excerpt(text)}` ends before it starts.", hint)
    return span


def slots(text: str) -> tuple[Slot, ...]:
    """`mon 09:30`, `daily 09:30`, `weekdays 09:30`, `weekends 11:00`."""
    name, _, clock_text = text.strip().partition(" ")
    weekdays = WEEKDAYS.get(name.lower())
    if weekdays is None:
        close = difflib.get_close_matches(name[:20].lower(), WEEKDAYS, n=1)
        hint = f"Did you mean `{close[0]} 09:30`?" if close else "Write `mon 09:30`, `weekdays 09:30` or `daily 09:30`."
        raise BadValue("bad-value", f"`{excerpt(text)}` does not start with a day of the week.", hint)
    return tuple(Slot(weekday, clock(clock_text.strip())) for weekday in weekdays)
