"""Filters of a list: what FHIR says of dates, and what is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.compartment import ListLine
from espace_sante.keeper.demand import Filter
from espace_sante.keeper.narrowing import FilterInvalid, folded, narrowed
from tests.house import document_meta

times = st.integers(-20, 20)


def line(date: int, **changes: object) -> ListLine:
    return ListLine(bytes(16), 5, date, msgspec.msgpack.encode(document_meta(b"x", meta=changes)))


def fits(prefix: str, low: int, high: int, date: int) -> bool:
    return narrowed([Filter("created", (f"{prefix}|{low}|{high}",))])(line(date))


@given(times, st.integers(1, 10), times)
def test_an_instant_is_in_before_or_after_the_interval_and_the_prefixes_say_so(low: int, width: int, date: int) -> None:
    high = low + width
    before, within, after = date < low, low <= date < high, date >= high
    said = {prefix: fits(prefix, low, high, date) for prefix in ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")}
    assert said == {
        "eq": within,
        "ne": not within,
        "gt": after,
        "lt": before,
        "ge": within or after,
        "le": within or before,
        "sa": after,
        "eb": before,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        Filter("type", ()),
        Filter("type", ("",)),
        Filter("type", ("|",)),
        Filter("weather", ("x",)),
        Filter("created", ("2026",)),
        Filter("created", ("ap|1|2",)),
        Filter("created", ("eq|2|1",)),
        Filter("created", ("eq|a|b",)),
        Filter("author-name", (" ",)),
        Filter("type", ("x",) * 201),
    ],
)
def test_what_is_no_filter_is_refused(wrong: Filter) -> None:
    with pytest.raises(FilterInvalid):
        narrowed([wrong])


def test_every_filter_is_due_and_one_of_its_values() -> None:
    one = Filter("type", ("11488-4", "other"))
    asked = [
        narrowed([one]),
        narrowed([one, Filter("author-name", ("paul guerin",))]),
        narrowed([one, Filter("author-name", ("anne",))]),
    ]
    assert [each(line(0)) for each in asked] == [True, True, False]


def test_names_are_compared_without_accents_case_or_blanks() -> None:
    assert folded("  Émile  ÇAÏD ") == folded("emile caid") == "emile caid"
