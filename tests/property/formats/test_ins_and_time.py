"""The key of a national number, and HL7 time stamps, over all they may be."""

from __future__ import annotations

from datetime import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.formats.cda.timestamps import day, instant, parse
from espace_sante.formats.ins import is_key_right

digits = st.text("0123456789", min_size=6, max_size=6)
numbers = st.builds(
    lambda sex, start, department, end: sex + start + department + end,
    st.sampled_from("12"),
    st.text("0123456789", min_size=4, max_size=4),
    st.one_of(st.integers(1, 99).map("{:02d}".format), st.sampled_from(["2A", "2B"])),
    digits,
)
# Years of four digits; HL7 knows no other.
moments = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 12, 31))


def keyed(number: str) -> str:
    counted = number[:5] + {"2A": "19", "2B": "18"}.get(number[5:7], number[5:7]) + number[7:]
    return f"{number}{97 - int(counted) % 97:02d}"


@given(numbers)
def test_a_number_has_one_right_key(number: str) -> None:
    right = [key for key in range(100) if is_key_right(f"{number}{key:02d}")]
    assert right == [int(keyed(number)[13:])]


@given(numbers, st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(number: str, place: int, digit: str) -> None:
    whole = keyed(number)
    assume(whole[place] != digit and whole[place].isdigit())
    # 97 is prime and no single digit moves the number by a multiple of it; within 2A or 2B the letter's form is broken.
    assert not is_key_right(whole[:place] + digit + whole[place + 1 :])


@given(st.text(max_size=20))
def test_other_words_have_no_key(text: str) -> None:
    assume(not (len(text) == 15 and text.isascii() and text.isalnum()))
    assert not is_key_right(text)


@given(moments, st.sampled_from((4, 6, 8, 10, 12, 14)), st.one_of(st.none(), st.integers(-12 * 60, 14 * 60)))
def test_a_time_stamp_keeps_the_precision_it_was_written_with(
    moment: datetime, length: int, offset: int | None
) -> None:
    written = moment.strftime("%Y%m%d%H%M%S").rjust(14, "0")[:length]
    sign = "" if offset is None else f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    stamp = parse(written + sign)
    assert stamp is not None
    assert stamp.text == written + sign
    parts = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
    said = [part for part in parts if part is not None]
    assert len(said) == 1 + (length - 4) // 2
    assert "".join(f"{part:02d}" for part in said).rjust(length, "0") == written
    assert day(stamp) == "-".join(filter(None, (written[:4], written[4:6], written[6:8])))
    found = instant(stamp)
    made = length >= 8 and moment.year >= 1900
    assert bool(found) == made, "an instant is never made from a month or a year, nor before 1900"
    if found:
        read = datetime.fromisoformat(found)
        assert read.tzinfo is not None
        assert read.date().isoformat() == day(stamp), "the day written is the day shown"
        if sign and length > 8:
            assert read.utcoffset().total_seconds() == offset * 60  # type: ignore[union-attr, operator]  # an aware moment, or this fails


@given(st.text("0123456789+-.", max_size=24))
def test_what_is_not_a_time_stamp_is_none_and_never_raises(text: str) -> None:
    stamp = parse(text)
    if stamp is not None:
        assert datetime.fromisoformat(instant(stamp) or "2000-01-01T00:00:00+00:00").tzinfo is not None


def test_a_day_alone_is_its_noon_in_paris_and_an_hour_without_zone_is_the_hour_of_paris() -> None:
    def found(text: str) -> str:
        stamp = parse(text)
        assert stamp is not None, text
        return instant(stamp)

    assert found("20260704") == "2026-07-04T12:00:00+02:00"
    assert found("20260104") == "2026-01-04T12:00:00+01:00"
    assert found("202601041530") == "2026-01-04T15:30:00+01:00"
    assert found("20260104153012.25-0500") == "2026-01-04T15:30:12.250000-05:00"
    assert found("20260104153012.123456789-0500") == "2026-01-04T15:30:12.123456-05:00"
    assert found("2026010415-0500") == "2026-01-04T15:00:00-05:00"
    assert parse("2026") is not None and parse("202602") is not None
    wrong_times = (
        "20260104153060",
        "202601041560",
        "2026010424",
        "20260004",
        "20260100",
        "20261301",
        "2026010415301",
        "202",
    )
    for wrong in (
        *wrong_times,
        "20260230",
        "20261301",
        "2026010425",
        "20260104+1500",
        "20260104+0160",
        "2026-01-04",
        "",
        "20260001",
    ):
        assert parse(wrong) is None, wrong
