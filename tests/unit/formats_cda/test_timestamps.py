"""HL7 time stamps: each part that was written and no other, and the instants and days made of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from espace_sante.formats.cda.timestamps import Timestamp, day, day_of, instant, instant_of, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2026", (2026,)),
        ("202603", (2026, 3)),
        ("20260304", (2026, 3, 4)),
        ("2026030405", (2026, 3, 4, 5)),
        ("202603040506", (2026, 3, 4, 5, 6)),
        ("20260304050607", (2026, 3, 4, 5, 6, 7)),
        ("20260304050607.5", (2026, 3, 4, 5, 6, 7, 500_000)),
        ("20260304050607.000001", (2026, 3, 4, 5, 6, 7, 1)),
        ("20260304050607.123456789", (2026, 3, 4, 5, 6, 7, 123_456)),
        ("20260304000000", (2026, 3, 4, 0, 0, 0)),
        ("20260304235959", (2026, 3, 4, 23, 59, 59)),
    ],
)
def test_the_parts_are_those_written(text: str, parts: tuple[int, ...]) -> None:
    assert parse(text) == Timestamp(text, *parts)


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("+0000", 0), ("+0530", 330), ("-0330", -210), ("+1400", 840), ("-1400", -840), ("+0059", 59), ("-1359", -839)],
)
def test_an_offset_is_read_with_its_sign(zone: str, minutes: int) -> None:
    stamp = parse(f"202603040506{zone}")
    assert stamp is not None
    assert stamp.offset == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "202",
        "20263",
        "2026030",
        "202600",
        "202613",
        "20260300",
        "20260230",
        "20260304" + "24",
        "2026030405" + "60",
        "202603040506" + "60",
        "20260304050607.",
        "20260304050607.1234567890",
        "202603040506.5",
        "202603040506+1401",
        "202603040506-1401",
        "202603040506+0060",
        "202603040506+05",
        "2026-03-04",
        "20260304 ",
        "20260304\n",
        "\u0662026",
        "0000",
    ],
)
def test_what_is_no_time_stamp_is_none(text: str) -> None:
    assert parse(text) is None
    assert (instant_of(text), day_of(text)) == ("", "")


@pytest.mark.parametrize(
    ("text", "moment", "of_day"),
    [
        ("2026", "", "2026"),
        ("202603", "", "2026-03"),
        ("20260304", "2026-03-04T12:00:00+01:00", "2026-03-04"),
        ("20260704", "2026-07-04T12:00:00+02:00", "2026-07-04"),
        ("20260704+0500", "2026-07-04T12:00:00+02:00", "2026-07-04"),
        ("2026030400", "2026-03-04T00:00:00+01:00", "2026-03-04"),
        ("2026030405", "2026-03-04T05:00:00+01:00", "2026-03-04"),
        ("202603040506", "2026-03-04T05:06:00+01:00", "2026-03-04"),
        ("20260304050607", "2026-03-04T05:06:07+01:00", "2026-03-04"),
        ("20260304050607.25", "2026-03-04T05:06:07.250000+01:00", "2026-03-04"),
        ("2026030405+0000", "2026-03-04T05:00:00+00:00", "2026-03-04"),
        ("202607040506-0330", "2026-07-04T05:06:00-03:30", "2026-07-04"),
        ("0987", "", "0987"),
        ("09870304", "", "0987-03-04"),
    ],
)
def test_an_instant_and_a_day_say_no_more_than_was_written(text: str, moment: str, of_day: str) -> None:
    stamp = parse(text)
    assert stamp is not None
    assert instant(stamp)[:22] == moment[:22]
    assert instant_of(text) == instant(stamp)
    assert day(stamp) == day_of(text) == of_day


def test_an_instant_without_zone_is_that_of_paris_whatever_the_season() -> None:
    assert instant_of("20260329013000") == "2026-03-29T01:30:00+01:00"
    assert instant_of("20260329033000") == "2026-03-29T03:30:00+02:00"
