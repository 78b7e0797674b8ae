"""A date of a search is an interval as wide as what was written, in Paris when it says no zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from espace_sante.exchange.fhir.dates import interval


def at(text: str) -> int:
    """Return an instant written in UTC, in milliseconds since 1970."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", "2025-12-31T23:00:00", "2026-12-31T23:00:00"),
        ("1999", "1998-12-31T23:00:00", "1999-12-31T23:00:00"),
        ("2026-03", "2026-02-28T23:00:00", "2026-03-31T22:00:00"),
        ("2026-12", "2026-11-30T23:00:00", "2026-12-31T23:00:00"),
        ("2026-11", "2026-10-31T23:00:00", "2026-11-30T23:00:00"),
        ("2026-12-15", "2026-12-14T23:00:00", "2026-12-15T23:00:00"),
        ("2026-12-31", "2026-12-30T23:00:00", "2026-12-31T23:00:00"),
        ("2024-02-29", "2024-02-28T23:00:00", "2024-02-29T23:00:00"),
        ("2026-03-29", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),  # 23 hours
        ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),  # 25 hours
        ("2026-07-04T05:06", "2026-07-04T03:06:00", "2026-07-04T03:07:00"),
        ("2026-07-04T05:06:07", "2026-07-04T03:06:07", "2026-07-04T03:06:08"),
        ("2026-07-04T05:06:07.5", "2026-07-04T03:06:07.500", "2026-07-04T03:06:07.501"),
        ("2026-07-04T05:06:07.123", "2026-07-04T03:06:07.123", "2026-07-04T03:06:07.124"),
        ("2026-07-04T05:06Z", "2026-07-04T05:06:00", "2026-07-04T05:07:00"),
        ("2026-07-04T05:06:07-03:30", "2026-07-04T08:36:07", "2026-07-04T08:36:08"),
        ("2026-07-04T05:06:07.5+05:00", "2026-07-04T00:06:07.500", "2026-07-04T00:06:07.501"),
    ],
)
def test_an_interval_is_as_wide_as_what_was_written(text: str, low: str, high: str) -> None:
    assert interval(text) == f"eq|{at(low)}|{at(high)}"
    for prefix in ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"):
        assert interval(prefix + text) == f"{prefix}|{at(low)}|{at(high)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "1899",
        "2100",
        "ap2026",
        "EQ2026",
        "2026-1",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2026-02-00",
        "2026-02-03T",
        "2026-02-03T05",
        "2026-02-03T25:00",
        "2026-02-03T05:60",
        "2026-02-03T05:06:60",
        "2026-02-03T05:06:07.1234",
        "2026-02-03T05:06+99:00",
        "2026-02-03 05:06",
        "2026\n",
        " 2026",
    ],
)
def test_what_is_not_a_date_is_none(text: str) -> None:
    assert interval(text) is None
