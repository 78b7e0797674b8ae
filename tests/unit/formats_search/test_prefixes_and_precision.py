"""Examples of FHIR R4, search 3.1.1.4.5 to 3.1.1.4.9, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.formats_search.searched import holds


def dated(when: str) -> dict[str, Any]:
    return {"resourceType": "Observation", "effectiveDateTime": when}


def lasting(start: str | None, end: str | None) -> dict[str, Any]:
    said = {key: value for key, value in (("start", start), ("end", end)) if value}
    return {"resourceType": "Observation", "effectivePeriod": said}


# 3.1.1.4.6, the table of prefixes on dates.
@pytest.mark.parametrize(
    ("search", "resource", "is_found"),
    [
        ("eq2013-01-14", dated("2013-01-14T00:00:00+01:00"), True),
        ("eq2013-01-14", dated("2013-01-14T10:00:00+01:00"), True),
        ("eq2013-01-14", dated("2013-01-15T00:00:00+01:00"), False),
        ("ne2013-01-14", dated("2013-01-15T00:00:00+01:00"), True),
        ("ne2013-01-14", dated("2013-01-14T10:00:00+01:00"), False),
        ("lt2013-01-14T10:00+01:00", dated("2013-01-14"), True),
        ("gt2013-01-14T10:00+01:00", dated("2013-01-14"), True),
        ("ge2013-03-14", lasting("2013-01-21", None), True),
        ("ge2013-03-14", dated("2013-03-14"), True),
        ("le2013-03-14", dated("2013-03-14"), True),
        ("le2013-03-14", lasting("2013-01-21", None), True),
        ("sa2013-03-14", lasting("2013-03-15", None), True),
        ("sa2013-03-14", lasting("2013-01-21", None), False),
        ("sa2013-03-14", lasting("2013-03-14", "2013-03-16"), False),
        ("eb2013-03-14", lasting("2013-01-21", "2013-03-13"), True),
        ("eb2013-03-14", lasting("2013-01-21", None), False),
        ("ap2013-03-14", dated("2013-03-14"), True),
        ("ap2013-03-14", lasting("2013-01-21", None), True),
        ("ap2013-03-14", dated("1990-01-01"), False),
    ],
)
def test_prefixes_on_dates(search: str, resource: dict[str, Any], is_found: bool) -> None:
    assert holds(resource, "date", search) is is_found


# 3.1.1.4.6: "2000-04-04T00:00Z" is a minute, "2000" a year; equality is being contained.
@pytest.mark.parametrize(
    ("search", "when", "is_found"),
    [
        ("2000", "2000-04-04", True),
        ("2000-04", "2000-04-04", True),
        ("2000-04-04", "2000-04", False),
        ("2000-04-04T08:30Z", "2000-04-04T08:30:59Z", True),
        ("2000-04-04T08:30:00Z", "2000-04-04T08:30:00.999Z", True),
        ("2000-04-04T08:30:00.5Z", "2000-04-04T08:30:00.51Z", True),
        ("2000-04-04T08:30:00.50Z", "2000-04-04T08:30:00.51Z", False),
        ("2000-04-04T10:30:00+02:00", "2000-04-04T08:30:00Z", True),
        # Without a zone, Paris's: an hour ahead in winter, two in summer, and a day of 23 hours between.
        ("2000-04-04T10:30:00", "2000-04-04T08:30:00Z", True),
        ("2000-01-04", "2000-01-03T23:30:00Z", True),
        ("2015-03-29", "2015-03-29T22:30:00Z", False),
        ("9999-12-31", "9999-12-31T23:59:59Z", True),  # in Paris it is the year 10000, which R4 cannot write
        ("9999", "9999-12-31T10:00:00Z", True),
    ],
)
def test_a_date_is_as_wide_as_it_is_written(search: str, when: str, is_found: bool) -> None:
    assert holds(dated(when), "date", search) is is_found


def risk(probability: float | int) -> dict[str, Any]:
    return {"resourceType": "RiskAssessment", "prediction": [{"probabilityDecimal": probability}]}


# 3.1.1.4.7, the table of numbers.
@pytest.mark.parametrize(
    ("search", "number", "is_found"),
    [
        ("100", 99.5, True),
        ("100", 100.49, True),
        ("100", 100.5, False),
        ("100", 99.49, False),
        ("100.00", 99.995, True),
        ("100.00", 100.004, True),
        ("100.00", 100.005, False),
        ("1.00e2", 100.4, True),
        ("lt100", 99.99, True),
        ("lt100", 100, False),
        ("le100", 100, True),
        ("le100", 100.1, False),
        ("gt100", 100.0001, True),
        ("gt100", 100, False),
        ("ge100", 100, True),
        ("ge100", 99.9, False),
        ("ne100", 100.4, False),
        ("ne100", 101, True),
        ("sa100", 100.1, True),
        ("eb100", 99.9, True),
        ("ap100", 109, True),
        ("ap100", 111, False),
        ("-5", -5.4, True),
        ("0", -0.5, True),
        ("0", 0.5, False),
    ],
)
def test_a_number_is_as_wide_as_its_digits_for_equality_only(search: str, number: float, is_found: bool) -> None:
    assert holds(risk(number), "probability", search) is is_found


def test_a_power_of_ten_is_as_wide_as_its_digits_whatever_the_example_says() -> None:
    # 3.1.1.4.7 gives [95, 105) for 1e2, "to 1 significant figures": by its own rule it is [50, 150). docs/deviations.md
    assert holds(risk(60), "probability", "1e2")
    assert not holds(risk(150), "probability", "1e2")


def measured(value: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Observation", "valueQuantity": value}


UCUM = "http://unitsofmeasure.org"
FIVE = {"value": 5.4, "unit": "milligramme", "system": UCUM, "code": "mg"}


# 3.1.1.4.9, the table of quantities.
@pytest.mark.parametrize(
    ("search", "value", "is_found"),
    [
        (f"5.4|{UCUM}|mg", FIVE, True),
        (f"5.4|{UCUM}|mg", FIVE | {"value": 5.44}, True),
        (f"5.4|{UCUM}|mg", FIVE | {"value": 5.45}, False),
        (f"5.4|{UCUM}|g", FIVE, False),
        (f"5.40e-3|{UCUM}|g", {"value": 0.0054, "system": UCUM, "code": "g"}, True),
        ("5.4||mg", FIVE, True),
        ("5.4||milligramme", FIVE, True),
        ("5.4", FIVE, True),
        (f"le5.4|{UCUM}|mg", FIVE, True),
        (f"ap5.4|{UCUM}|mg", FIVE | {"value": 5.9}, True),
        ("5.4", FIVE | {"comparator": "<"}, False),
        ("lt5.4", FIVE | {"comparator": "<"}, True),
        ("gt5.4", FIVE | {"comparator": "<"}, False),
        ("eb5.4", FIVE | {"comparator": "<"}, True),
        ("ge5.4", FIVE | {"comparator": "<"}, False),
        ("sa5.4", FIVE | {"comparator": ">"}, True),
        ("gt1000", FIVE | {"comparator": ">="}, True),
    ],
)
def test_quantities_with_their_units(search: str, value: dict[str, Any], is_found: bool) -> None:
    assert holds(measured(value), "value-quantity", search) is is_found
