from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import zones
from cmflow.content.keys import BadValue, Context
from cmflow.model import Problem

NOT_A_ZONE = "An offset is not a time zone: it does not change with summer time. Write a place, such as `Europe/Paris`."
TURNED = "is a setting of `TZ`, whose signs are the other way round."
A_PLACE = "Write a place, such as `Europe/Paris`."


@pytest.mark.parametrize(
    ("name", "hint"),
    (
        ("Paris", "Did you mean `Europe/Paris`?"),
        ("new york", "Did you mean `America/New_York`?"),
        ("europe/paris ", "Did you mean `Europe/Paris`?"),
        ("Europe/Pari", "Did you mean `Europe/Paris`?"),
        ("Londen", "Did you mean `Europe/London`?"),
        ("utc", "Did you mean `UTC`?"),
        ("Asia/Calcuta", "Did you mean `Asia/Calcutta`?"),
        ("W. Europe Standard Time", "Did you mean `Europe/Berlin`?"),
        ("India Standard Time", "Did you mean `Asia/Calcutta`?"),
        ("Pacific Time", "Write the place: `America/Los_Angeles`."),
        ("CEST", "Write the place: `Europe/Paris`."),
        ("PST", "`PST` means several time zones. Write the place: `America/Los_Angeles` or `Asia/Manila`."),
        ("GMT+2", NOT_A_ZONE),
        ("UTC-3", NOT_A_ZONE),
        ("+05:30", NOT_A_ZONE),
        ("z", NOT_A_ZONE),
        ("EST5EDT4", f"`EST5EDT4` {TURNED} Write the place: `America/New_York`."),
        ("MSK-3", f"`MSK-3` {TURNED} Write the place: `Europe/Moscow`."),
        ("MSK+3", f"`MSK+3` {TURNED} {A_PLACE}"),
        ("IST-5:30", f"`IST-5:30` {TURNED} Write the place: `Asia/Kolkata`."),
        ("CET-1CEST,M3.5.0,M10.5.0/3", f"`CET-1CEST,M3.5.0,M10.5.0/3` {TURNED} Write the place: `CET`."),
        ("CET+1", f"`CET+1` {TURNED} {A_PLACE}"),
        ("CEST-2", f"`CEST-2` {TURNED} {A_PLACE}"),
        ("GMT0BST", f"`GMT0BST` {TURNED} Write the place: `Europe/London`."),
        ("UTC3", f"`UTC3` {TURNED} {A_PLACE}"),
        ("Paris+1", f"`Paris+1` {TURNED} {A_PLACE}"),
        ("<+03>-3", f"`<+03>-3` {TURNED} {A_PLACE}"),
        ("etc/gmt+3", f"The signs of such names are the other way round. {A_PLACE}"),
        ("Europe/Paris+1", zones.GENERAL),
        *(
            (name, zones.GENERAL)
            for name in ("", "../../etc/passwd", "America", "\xdcnknown\0", "India", "Asia/Mumbai")
        ),
        *((name, zones.GENERAL) for name in ("GMT+25", "XST", "LMT", "local", "Unheard Of Time")),
    ),
)
def test_what_to_write_instead_of_what_is_not_a_zone(name: str, hint: str) -> None:
    with pytest.raises(BadValue) as error:
        zones.zone(name)
    assert (error.value.code, error.value.hint) == ("unknown-zone", hint)


@pytest.mark.parametrize("name", ("localtime", "posixrules", "posix/Europe/Paris", "right/Europe/Paris", "Factory"))
def test_a_zone_that_only_this_machine_knows_is_none(name: str) -> None:
    with pytest.raises(BadValue):
        zones.zone(name)


def test_every_zone_of_the_database_is_one() -> None:
    assert zones.names() > {"Europe/Paris", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+2"}
    assert zones.names() <= available_timezones()
    assert {zones.zone(name).key for name in zones.names()} == zones.names()


@given(st.sampled_from(sorted(zones.ABBREVIATIONS)))
def test_an_abbreviation_is_never_nearly_another_zone(name: str) -> None:
    with pytest.raises(BadValue) as error:
        zones.zone(name)
    assert "Did you mean" not in error.value.hint
    places = zones.ABBREVIATIONS[name]
    assert all(f"`{place}`" in error.value.hint for place in places)


@given(st.sampled_from(("", "UTC", "GMT")), st.integers(-12 * 60, 14 * 60))
def test_an_offset_is_written_as_it_is_meant(before: str, ahead: int) -> None:
    with pytest.raises(BadValue) as error:
        zones.zone(f"{before}{zones.signed(ahead)}", "2026-12-02 10:00")
    assert error.value.hint == f"Write `2026-12-02 10:00 {zones.signed(ahead)}`."


@given(st.sampled_from([*zones.ABBREVIATIONS, "EST", "MST", "HST", "CET", "EET", "WET"]), st.integers(-14, 12))
def test_a_setting_of_tz_names_places_of_its_own_offset_only(name: str, behind: int) -> None:
    with pytest.raises(BadValue) as error:
        zones.zone(f"{name}{behind}", "2026-12-02 10:00")
    places = {place for place in zones.names() if f" `{place}`" in error.value.hint} - {"Europe/Paris"}
    july, january = datetime(2026, 7, 1), datetime(2026, 1, 1)
    for place in places:
        offsets = {ZoneInfo(place).utcoffset(day) for day in (january, july)}
        assert timedelta(hours=-behind) in offsets


@pytest.mark.parametrize(
    ("name", "when", "message", "hint"),
    (
        (
            "EST",
            "2027-07-01 10:00",
            "`EST` is UTC-05:00 all year, in summer too.",
            "Write a place, `America/New_York`, or the offset itself: `2027-07-01 10:00 -05:00`.",
        ),
        (
            "GMT",
            "",
            "`GMT` is UTC+00:00 all year, in summer too.",
            "Write a place, `Europe/London`, to follow its clocks.",
        ),
        (
            "Etc/GMT+2",
            "",
            "`Etc/GMT+2` is UTC-02:00 though its name says the opposite.",
            "Write a place, `Europe/Paris`, to follow its clocks.",
        ),
    ),
)
def test_a_zone_that_never_changes_is_doubted(name: str, when: str, message: str, hint: str) -> None:
    context = Context("content/plan.md", [])
    zones.report(context, 3, name, when)
    assert context.problems == [Problem("content/plan.md", 3, "fixed-zone", message, hint)]


@pytest.mark.parametrize("name", ("Europe/Paris", "UTC", "Etc/UTC", "CET", "EST5EDT", "Pacific/Honolulu"))
def test_a_zone_that_is_meant_is_not_doubted(name: str) -> None:
    context = Context("content/plan.md", [])
    zones.report(context, 3, name)
    assert context.problems == []
