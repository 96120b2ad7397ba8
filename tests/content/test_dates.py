from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import dates
from cmflow.content.keys import BadValue
from cmflow.model import Slot
from tests.examples import examples

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("2026-12-01 09:30", datetime(2026, 12, 1, 9, 30, tzinfo=PARIS)),
        ("2026-12-01T09:30", datetime(2026, 12, 1, 9, 30, tzinfo=PARIS)),
        ("2026-12-01 09:30:15", datetime(2026, 12, 1, 9, 30, 15, tzinfo=PARIS)),
        ("2026-12-01T09:30:00Z", datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
        ("2026-12-01 09:30 Z", datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
        ("2026-12-01 09:30+02:00", datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-12-01 09:30 -0330", datetime(2026, 12, 1, 9, 30, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
        ("2026-12-01 09:30 Asia/Tokyo", datetime(2026, 12, 1, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))),
        ("2026-10-25 02:30 +01:00", datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-03-29 02:30 UTC", datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("UTC"))),
        ("2026-12-02T10:00:00.186Z", datetime(2026, 12, 2, 10, tzinfo=UTC)),
        ("2026-12-02T10:00:07,5", datetime(2026, 12, 2, 10, 0, 7, tzinfo=PARIS)),
        ("2026-12-02 10:00 +05", datetime(2026, 12, 2, 10, tzinfo=timezone(timedelta(hours=5)))),
        ("2026-12-02 10:00 −05:00", datetime(2026, 12, 2, 10, tzinfo=timezone(timedelta(hours=-5)))),
        ("2026-12-02T10:00+01:00[Europe/Paris]", datetime(2026, 12, 2, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-12-02T10:00[Asia/Tokyo]", datetime(2026, 12, 2, 10, tzinfo=ZoneInfo("Asia/Tokyo"))),
        ("2026-12-02T10:00Z[Europe/Paris]", datetime(2026, 12, 2, 10, tzinfo=UTC)),
    ),
)
def test_a_moment_is_local_unless_it_says_otherwise(text: str, expected: datetime) -> None:
    found = dates.moment(text, PARIS)
    assert found == expected
    assert found.tzinfo == expected.tzinfo


GENERAL = "Write year, month, day, hour and minute: `2026-12-01 09:30`."


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    (
        ("2026-12-01", "date-without-time", "Write when: `2026-12-01 09:30`."),
        ("2026-02-30", "bad-date", "Write year, month and day: `2026-12-01`."),
        ("2026-02-30 09:30", "bad-date", GENERAL),
        ("2026-12-01 24:00", "bad-date", "Write `2026-12-02 00:00`."),
        ("2026-12-31T24:00", "bad-date", "Write `2027-01-01 00:00`."),
        ("2026-02-30 24:00", "bad-date", GENERAL),
        ("2026-12-01 24:01", "bad-date", GENERAL),
        ("2026-12-01 10:00 o'clock", "bad-date", GENERAL),
        ("2026-12-01 10:00pm", "bad-date", "Write `2026-12-01 22:00`."),
        ("2026-12-01 Europe/Paris", "bad-date", GENERAL),
        ("2026-12-01T10:00+02:00[Europe/Paris]", "bad-date", "Leave one of them out."),
        ("2026-12-01 10:00 -13:00", "bad-date", "Offsets go from -12:00 to +14:00."),
        ("2026-12-02 10:00 GMT+2", "unknown-zone", "Write `2026-12-02 10:00 +02:00`."),
        ("2026-12-02 10:00 GMT-3", "unknown-zone", "Write `2026-12-02 10:00 -03:00`."),
        ("2026-12-02 10:00 UTC+05:30", "unknown-zone", "Write `2026-12-02 10:00 +05:30`."),
        ("2026-12-02 10:00 utc +2", "unknown-zone", "Write `2026-12-02 10:00 +02:00`."),
        ("2026-12-02 10:00z", "unknown-zone", "Write `2026-12-02 10:00 Z`."),
        ("2026-12-02 10:00:30 z", "unknown-zone", "Write `2026-12-02 10:00:30 Z`."),
        ("2026-12-02 10:00 CEST", "unknown-zone", "Write the place: `Europe/Paris`, or an offset from UTC."),
        (
            "2026-12-02 10:00 bst",
            "unknown-zone",
            "`bst` means several time zones. Write the place: `Europe/London` or `Asia/Dhaka`, or an offset from UTC.",
        ),
        ("2026-12-01 9:30", "bad-date", "Write `2026-12-01 09:30`."),
        ("2026-12-1 9:05 pm", "bad-date", "Write `2026-12-01 21:05`."),
        ("2026-12-01 12:15 am", "bad-date", "Write `2026-12-01 00:15`."),
        ("2026/12/01 at 9h", "bad-date", "Write `2026-12-01 09:00`."),
        ("2026/12/1", "bad-date", "Write `2026-12-01 09:30`, with the time."),
        ("01/12/2026 09:30", "bad-date", GENERAL),
        ("tomorrow", "bad-date", GENERAL),
        ("٢٠٢٦-12-01 09:30", "bad-date", GENERAL),
        ("1026-12-01 09:30", "bad-date", "Years go from 1970 to 2199."),
        ("9999-12-31", "bad-date", "Years go from 1970 to 2199."),
        ("2026-12-01 09:30 +15:00", "bad-date", "Offsets go from -12:00 to +14:00."),
        ("2026-12-01 09:30 +01:75", "bad-date", "Offsets go from -12:00 to +14:00."),
        ("2026-12-01 09:30 Europe/Pariss", "unknown-zone", "Did you mean `Europe/Paris`?"),
        (
            "2026-10-25 02:30",
            "time-exists-twice",
            "Write `2026-10-25 02:30 +02:00` for the first or `2026-10-25 02:30 +01:00` for the second.",
        ),
        (
            "2026-03-29 02:00",
            "time-does-not-exist",
            "The nearest that exist are `2026-03-29 01:59` and `2026-03-29 03:00`.",
        ),
        (
            "2026-03-29 02:59:59",
            "time-does-not-exist",
            "The nearest that exist are `2026-03-29 01:59` and `2026-03-29 03:00`.",
        ),
        (
            "2011-12-30 12:00 Pacific/Apia",
            "time-does-not-exist",
            "The nearest that exist are `2011-12-29 23:59` and `2011-12-31 00:00`.",
        ),
        (
            "2027-04-04 01:45 Australia/Lord_Howe",
            "time-exists-twice",
            "Write `2027-04-04 01:45 +11:00` for the first or `2027-04-04 01:45 +10:30` for the second.",
        ),
        (
            "2026-11-01 01:30 America/New_York",
            "time-exists-twice",
            "Write `2026-11-01 01:30 -04:00` for the first or `2026-11-01 01:30 -05:00` for the second.",
        ),
    ),
)
def test_a_moment_that_is_not_one_says_what_to_write(text: str, code: str, hint: str) -> None:
    with pytest.raises(BadValue) as error:
        dates.moment(text, PARIS)
    assert (error.value.code, error.value.hint) == (code, hint)


@examples(150)
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),
    st.sampled_from(("Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu")),
)
def test_every_moment_that_exists_once_is_read_and_the_advice_for_others_works(when: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    text = f"{when.replace(microsecond=0):%Y-%m-%d %H:%M:%S}"
    try:
        found = dates.moment(text, zone)
    except BadValue as error:
        spellings = error.hint.split("`")[1::2]
        assert len({dates.moment(spelling, zone).astimezone(UTC) for spelling in spellings}) == 2
    else:
        assert found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == when.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01 23:50 +0100", "2026-12-01 23:50"),
        ("2026-07-01 09:30 +02:00", "2026-07-01 09:30"),
        ("2026-12-01T09:30+01:00", "2026-12-01T09:30"),
        ("2026-12-01 09:30 +0000", "2026-12-01 09:30 +0000"),  # another time in Paris
        ("2026-10-25 02:30 +0200", "2026-10-25 02:30 +0200"),  # an hour that comes twice
        ("2026-10-25 02:30 +0100", "2026-10-25 02:30 +0100"),
        ("2026-03-29 02:30 +0100", "2026-03-29 02:30 +0100"),  # an hour that does not exist
        ("2026-12-01 09:30 Europe/Paris", "2026-12-01 09:30 Europe/Paris"),
        ("2026-12-01 09:30", "2026-12-01 09:30"),
        ("soon", "soon"),
    ],
)
def test_an_offset_that_says_nothing_new_is_left_out(text: str, expected: str) -> None:
    assert dates.simplified(text, ZoneInfo("Europe/Paris")) == expected


def test_a_day() -> None:
    assert dates.day("2026-12-01") == date(2026, 12, 1)


@pytest.mark.parametrize("text", ("2026-12-01 09:30", "2026-13-01", "1 December", "0001-01-01"))
def test_what_is_not_a_day(text: str) -> None:
    with pytest.raises(BadValue) as error:
        dates.day(text)
    assert error.value.code == "bad-date"


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("30m", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("1h 30m", timedelta(hours=1, minutes=30)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("0m", timedelta()),
    ),
)
def test_a_duration(text: str, expected: timedelta) -> None:
    assert dates.duration(text) == expected


@pytest.mark.parametrize("text", ("", " ", "6", "6 hours", "1w", "-1h", "1.5h", "99999999999d"))
def test_what_is_not_a_duration(text: str) -> None:
    with pytest.raises(BadValue, match="is not a length of time"):
        dates.duration(text)


def test_hours_of_the_day() -> None:
    assert dates.hours("08:00-20:00") == (time(8), time(20))
    assert dates.hours("08:00 – 23:59") == (time(8), time(23, 59))
    for text in ("08:00", "8-20", "20:00-08:00", "08:00-24:00"):
        with pytest.raises(BadValue):
            dates.hours(text)


def test_slots() -> None:
    at = time(9, 30)
    assert dates.slots("mon 09:30") == (Slot(0, at),)
    assert dates.slots("Sunday 09:30") == (Slot(6, at),)
    assert dates.slots("daily 09:30") == tuple(Slot(day, at) for day in range(7))
    assert dates.slots("weekdays 09:30") == tuple(Slot(day, at) for day in range(5))


@pytest.mark.parametrize(
    ("text", "hint"),
    (
        ("mondya 09:30", "Did you mean `monday 09:30`?"),
        ("lundi 09:30", "Write `mon 09:30`, `weekdays 09:30` or `daily 09:30`."),
        ("mon", "Write hours and minutes: `09:30`."),
        ("mon 9:30", "Write hours and minutes: `09:30`."),
    ),
)
def test_what_is_not_a_slot(text: str, hint: str) -> None:
    with pytest.raises(BadValue) as error:
        dates.slots(text)
    assert error.value.hint == hint
