"""Time zones as people write them: the names of the tz database, and what to write instead of anything else.

An abbreviation or an offset is never "nearly" a zone: a near miss would be hours off, and go unnoticed.
"""

import difflib
import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from cmflow.content.keys import BadValue, Context, excerpt

GENERAL = "Use a name such as `Europe/Paris`, from the IANA list of time zones."
OFFSET = r"(?ai:(?:UTC|GMT|Z)? ?([+\-−])([0-9]{1,2})(?::?([0-9]{2}))?)"
# A setting of the variable TZ: `EST5EDT`, `<+03>-3`. Its signs are the other way round: EST5 is five hours behind UTC.
POSIX = (
    r"(?a:(?:([A-Za-z]{3,})|<[\w+-]+>)([+-]?)(1?[0-9]|2[0-4])(?::([0-9]{2}))?"
    r"(?:(?:[A-Za-z]{3,}|<[\w+-]+>)(?:[+-]?[0-9:]+)?(?:,.*)?)?)"
)
OFFSETS = -12 * 60, 14 * 60  # minutes ahead of UTC that are in use
NOT_A_ZONE = "An offset is not a time zone: it does not change with summer time. Write a place, such as `Europe/Paris`."
NOT_A_PLACE = ("Etc",)  # zones that are offsets by another name
SHORTEST = 5  # letters of a city's name that may be misspelt: shorter ones resemble too many others
CUTOFF = 0.8  # of a city's letters, in their order

# Abbreviation → where it is used. Several places: it means several zones.
ABBREVIATIONS = {
    "ACDT": ("Australia/Adelaide",),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"),
    "ADT": ("America/Halifax",),
    "AEDT": ("Australia/Sydney",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AKDT": ("America/Anchorage",),
    "AKST": ("America/Anchorage",),
    "ART": ("America/Argentina/Buenos_Aires",),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "AWST": ("Australia/Perth",),
    "BRT": ("America/Sao_Paulo",),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "CAT": ("Africa/Harare",),
    "CDT": ("America/Chicago", "America/Havana"),
    "CENTRAL TIME": ("America/Chicago",),
    "CEST": ("Europe/Paris",),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "EAT": ("Africa/Nairobi",),
    "EASTERN TIME": ("America/New_York",),
    "EDT": ("America/New_York",),
    "EEST": ("Europe/Athens",),
    "ET": ("America/New_York",),
    "CT": ("America/Chicago",),
    "GST": ("Asia/Dubai",),
    "HKT": ("Asia/Hong_Kong",),
    "ICT": ("Asia/Bangkok",),
    "IDT": ("Asia/Jerusalem",),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "MDT": ("America/Denver",),
    "MESZ": ("Europe/Berlin",),
    "MEZ": ("Europe/Berlin",),
    "MOUNTAIN TIME": ("America/Denver",),
    "MSK": ("Europe/Moscow",),
    "MT": ("America/Denver",),
    "NDT": ("America/St_Johns",),
    "NST": ("America/St_Johns",),
    "NZDT": ("Pacific/Auckland",),
    "NZST": ("Pacific/Auckland",),
    "PACIFIC TIME": ("America/Los_Angeles",),
    "PDT": ("America/Los_Angeles",),
    "PHT": ("Asia/Manila",),
    "PKT": ("Asia/Karachi",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "PT": ("America/Los_Angeles",),
    "SAST": ("Africa/Johannesburg",),
    "SGT": ("Asia/Singapore",),
    "TRT": ("Europe/Istanbul",),
    "WAT": ("Africa/Lagos",),
    "WEST": ("Europe/Lisbon",),
    "WIB": ("Asia/Jakarta",),
}

# Zones of the tz database that are one offset all year, though people mean a place by them → that place.
FIXED = {
    "EST": "America/New_York",
    "HST": "Pacific/Honolulu",
    "MST": "America/Denver",
    **dict.fromkeys(("GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Etc/GMT", "Etc/Greenwich"), "Europe/London"),
}
_NOON, _ZERO = datetime(2026, 1, 1, 12), timedelta()
TURNED = re.compile(r"Etc/GMT[+-]?[0-9]+", re.IGNORECASE)  # Etc/GMT+2 is two hours *behind* UTC


@cache
def names() -> frozenset[str]:
    """The zones of the tz database, the same on every machine; `Factory` means that none was set."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}


def zone(name: str, when: str = "") -> ZoneInfo:
    """The time zone of that IANA name. `when` is the date and time it follows, for what to write instead."""
    if name not in names():
        raise BadValue("unknown-zone", f"`{excerpt(name)}` is not a time zone.", _advice(name.strip(), when))
    return ZoneInfo(name)


def report(context: Context, line: int, name: str, when: str = "") -> None:
    """Warn of a zone that is one offset all year, where a place is probably meant."""
    if name not in FIXED and not TURNED.fullmatch(name):
        return
    offset = signed(int((ZoneInfo(name).utcoffset(_NOON) or _ZERO).total_seconds()) // 60)
    reason = "all year, in summer too" if name in FIXED else "though its name says the opposite"
    advice = f"Write a place, `{FIXED.get(name, 'Europe/Paris')}`"
    hint = f"{advice}, or the offset itself: `{when} {offset}`." if when else f"{advice}, to follow its clocks."
    context.report(line, "fixed-zone", f"`{name}` is UTC{offset} {reason}.", hint)


def signed(minutes: int) -> str:
    """An offset from UTC: 150 → `+02:30`."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _advice(name: str, when: str) -> str:
    offset = _offset(name)
    if offset:
        return f"Write `{when} {offset}`." if when else NOT_A_ZONE
    places = ABBREVIATIONS.get(name.upper(), ())
    if places:
        several = f"`{excerpt(name)}` means several time zones. " if len(places) > 1 else ""
        named = " or ".join(f"`{name_}`" for name_ in places)
        return f"{several}Write the place: {named}{', or an offset from UTC' if when else ''}."
    other = ", or an offset from UTC" if when else ""
    if re.fullmatch(POSIX, name):
        named = " or ".join(f"`{place}`" for place in _posix(name))
        place = f"Write the place: {named}" if named else "Write a place, such as `Europe/Paris`"
        return f"`{excerpt(name)}` is a setting of `TZ`, whose signs are the other way round. {place}{other}."
    if TURNED.fullmatch(name):
        return f"The signs of such names are the other way round. Write a place, such as `Europe/Paris`{other}."
    suggestion = _windows(name) or _city(name)
    return f"Did you mean `{suggestion}`?" if suggestion else GENERAL


def _offset(name: str) -> str:
    """The offset from UTC that is meant: `GMT+2` → `+02:00`; "" for what is none."""
    match = re.fullmatch(OFFSET, name)
    if match is None:
        return "Z" if name == "z" else ""
    minutes = (int(match[2]) * 60 + int(match[3] or 0)) * (1 if match[1] == "+" else -1)
    return signed(minutes) if OFFSETS[0] <= minutes <= OFFSETS[1] else ""


def _posix(name: str) -> tuple[str, ...]:
    """The places whose standard time a setting of TZ is: `CET-1CEST` → `CET`."""
    match = re.fullmatch(POSIX, name)
    if match is None or match[1] is None:
        return ()
    abbreviation = match[1].upper()
    own = (abbreviation,) if abbreviation in names() else ()
    places = (FIXED[abbreviation],) if abbreviation in FIXED else own or ABBREVIATIONS.get(abbreviation, ())
    minutes = (int(match[3]) * 60 + int(match[4] or 0)) * (1 if match[2] == "-" else -1)
    return tuple(place for place in places if _standard(ZoneInfo(place)) == timedelta(minutes=minutes))


def _standard(zone: ZoneInfo) -> timedelta:
    return (zone.utcoffset(_NOON) or _ZERO) - (zone.dst(_NOON) or _ZERO)


def _windows(name: str) -> str:
    """The zone that Windows calls so: `W. Europe Standard Time`."""
    if not name.endswith(" Time"):
        return ""
    from babel.core import get_global

    return str(get_global("windows_zone_mapping").get(name, ""))


def _city(name: str) -> str:
    """A zone named by its city, in another case, or nearly spelt; offsets are not near anything."""
    word = name.lower().replace(" ", "_")
    for candidate in sorted(names()):
        region, _, city = candidate.lower().rpartition("/")
        if word == candidate.lower() or (word == city and region and candidate.partition("/")[0] not in NOT_A_PLACE):
            return candidate
    region, _, city = word.rpartition("/")
    if name.isupper() or re.search(r"[0-9+]", name) or (not region and len(city) < SHORTEST):
        return ""
    places = {
        candidate.lower(): candidate
        for candidate in sorted(names())
        if "/" in candidate and not candidate.startswith(NOT_A_PLACE)
    }
    cities = {
        candidate.rpartition("/")[2]: candidate for candidate in places if region in ("", candidate.rpartition("/")[0])
    }
    close = difflib.get_close_matches(city[:80], cities, n=1, cutoff=CUTOFF)
    return places[cities[close[0]]] if close else ""
