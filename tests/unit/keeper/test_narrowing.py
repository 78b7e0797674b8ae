"""Filters of a list: what FHIR says of dates, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats import codes
from espace_sante.keeper.compartment import ListLine
from espace_sante.keeper.demand import Coded, Filter, Party, RelatedId
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


def test_two_hundred_values_are_compared_and_not_one_more() -> None:
    assert narrowed([Filter("type", ("x",) * 100), Filter("event", ("y",) * 100)])(line(0)) is False
    with pytest.raises(FilterInvalid):
        narrowed([Filter("type", ("x",) * 100), Filter("event", ("y",) * 101)])


def test_nothing_to_narrow_by_leaves_every_line() -> None:
    assert narrowed([])(line(0))


# ------------------------------------------------------------------------------------------------- codes

SYSTEMS = ["", "1.2", "urn:oid:1.2", "1.3", "https://example.org/a"]
systems, codes_ = st.sampled_from(SYSTEMS), st.sampled_from(["", "10", "11"])
# What each field of a document says: the default system is the one CI-SIS emits, written where none is.
CODED = {
    "format": ("format_system", "format_code", codes.FORMAT_CODE),
    "facility": ("facility_system", "facility_type", codes.FACILITY_EMITTED),
    "setting": ("setting_system", "practice_setting", codes.SETTING_EMITTED),
    "category": ("class_system", "class_code", codes.CLASS_EMITTED),
}


def spellings(*pairs: tuple[str, str]) -> set[str]:
    """Return every way of asking for one of these codes: the rule of FHIR, written as a list."""
    found: set[str] = set()
    for system, code in pairs:
        if not code:
            continue
        names = {system} | {
            one for one in SYSTEMS if one and one.removeprefix("urn:oid:") == system.removeprefix("urn:oid:")
        }
        found |= {code} | {f"{name}|{code}" for name in names} | {f"{name}|" for name in names if name}
    return found


def kept(field: str, value: str, meta: dict[str, object], **changes: object) -> bool:
    body = document_meta(b"x", meta=meta)
    body = msgspec.structs.replace(body, **changes)
    return narrowed([Filter(field, (value,))])(ListLine(bytes(16), 5, 0, msgspec.msgpack.encode(body)))


asked_ = st.tuples(systems, codes_).map("|".join).filter(lambda text: text != "|") | st.sampled_from(["10", "11", "12"])


@given(st.sampled_from(sorted(CODED)), systems, codes_, asked_)
def test_a_code_is_asked_for_with_its_system_any_system_or_none(field: str, system: str, code: str, asked: str) -> None:
    its_system, its_code, usual = CODED[field]
    wanted = spellings((system or usual, code))
    if field == "category":
        wanted |= spellings(("urn:espace-sante:categorie", "5"))
    assert kept(field, asked, {its_system: system, its_code: code}) == (asked in wanted)
    for other in sorted(set(CODED) - {field, "category"}):
        assert not kept(other, asked, {its_system: system, its_code: code}), "each field has its own"


@given(systems, codes_, asked_)
def test_types_events_and_numbers_are_asked_for_alike(system: str, code: str, asked: str) -> None:
    wanted = asked in spellings((system, code))
    assert kept("type", asked, {}, type_system=system, type_code=code) == wanted
    first = Coded("zz", "9.9")
    assert kept("event", asked, {"events": (first, Coded(code, system))}) == wanted
    assert kept("related", asked, {"related": (RelatedId("zz"), RelatedId(code, system))}) == wanted


@pytest.mark.parametrize("field", ["format", "facility", "setting", "category"])
def test_a_code_without_system_is_of_the_one_its_field_emits(field: str) -> None:
    _, its_code, usual = CODED[field]
    assert kept(field, f"{usual}|10", {its_code: "10"})
    assert kept(field, f"{usual}|", {its_code: "10"})
    assert not kept(field, "|10", {its_code: "10"})
    assert not kept(field, f"{usual}|10", {CODED[field][0]: "1.2", its_code: "10"})


def test_a_category_is_asked_for_by_its_number() -> None:
    assert kept("category", "urn:espace-sante:categorie|5", {})
    assert kept("category", "5", {})
    assert not kept("category", "urn:espace-sante:categorie|4", {})


def test_a_document_that_says_nothing_of_confidentiality_is_of_the_normal_one() -> None:
    system = codes.CONFIDENTIALITY
    assert kept("confidentiality", f"{system}|N", {})
    assert kept("confidentiality", "R", {"confidentiality": ("V", "R")})
    assert not kept("confidentiality", "N", {"confidentiality": ("V", "R")})
    assert not kept("confidentiality", "9.9|N", {})


# ----------------------------------------------------------------------------------------------- authors


def test_an_author_is_asked_for_by_number_with_or_without_its_system_and_by_structure() -> None:
    authors = (Party("1", "1.2", "Anne BELLE", structure_id="S1"), Party("2", "1.3", "Bob"))
    for value, fits_ in {
        "99900000029": True,  # the first author, named by number alone
        "|99900000029": True,
        "1.2|99900000029": False,
        "1": True,
        "1.2|1": True,
        "urn:oid:1.2|1": True,
        "1.3|1": False,
        "|1": False,
        "1.3|2": True,
        "S1": True,
        "|S1": True,
        "1.2|S1": False,
        "3": False,
    }.items():
        assert kept("author", value, {"authors": authors}) == fits_, value


def test_the_first_author_named_among_the_others_has_its_system_there() -> None:
    authors = (Party("99900000029", "1.2"), Party("2", "1.3"))
    assert kept("author", "1.2|99900000029", {"authors": authors})
    assert not kept("author", "|99900000029", {"authors": authors})
    assert kept("author", "|99900000029", {})


@pytest.mark.parametrize(
    ("value", "fits_"),
    [
        ("guér", True),
        ("PAUL  guerin", True),
        ("dr", True),
        ("uerin", False),
        ("paul g", True),
        ("bel", True),
        ("anne belle", True),
        ("anne guerin", False),
        ("nne", False),
    ],
)
def test_a_name_is_asked_for_by_the_beginning_of_its_words(value: str, fits_: bool) -> None:
    assert kept("author-name", value, {"authors": (Party(name=""), Party(name="Anne Bellé"))}) is fits_


def test_a_name_of_blanks_among_others_is_refused() -> None:
    with pytest.raises(FilterInvalid):
        narrowed([Filter("author-name", ("paul", " "))])


def test_an_identifier_is_the_document_s_own_or_that_of_its_place() -> None:
    row = UUID(int=77)
    body = msgspec.msgpack.encode(document_meta(b"x", unique_id="urn:oid:1.2.ABC"))
    one = ListLine(row.bytes, 5, 0, body)
    for value, fits_ in {
        "urn:oid:1.2.abc": True,
        "URN:OID:1.2.ABC": True,
        f"urn:uuid:{row}": True,
        f"URN:UUID:{str(row).upper()}": True,
        str(row): False,
        "urn:oid:1.2": False,
    }.items():
        assert narrowed([Filter("identifier", ("other", value))])(one) == fits_, value


# ----------------------------------------------------------------------------------------------- periods


def moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


# Milliseconds around 1970: an end is the last one written, and a period without end goes on.
FAR = 200
ends_ = st.none() | st.integers(-20, 20)


@given(times, st.integers(1, 10), ends_, ends_)
def test_a_period_is_compared_as_the_set_of_its_instants(
    low: int, width: int, start: int | None, stop: int | None
) -> None:
    asked = set(range(low, low + width))
    meta: dict[str, object] = {
        "service_start": "" if start is None else moment(start),
        "service_stop": "" if stop is None else moment(stop),
    }
    answers = {
        prefix: kept("period", f"{prefix}|{low}|{low + width}", meta)
        for prefix in ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
    }
    if start is None and stop is None:
        assert not any(answers.values()), "a document without period is in none"
        return
    first, last = -FAR if start is None else start, FAR if stop is None else stop
    if last < first:
        return
    period = set(range(first, last + 1))
    assert answers == {
        "eq": period <= asked,
        "ne": not period <= asked,
        "gt": any(at > max(asked) for at in period),
        "lt": any(at < min(asked) for at in period),
        "ge": period <= asked or any(at > max(asked) for at in period),
        "le": period <= asked or any(at < min(asked) for at in period),
        "sa": all(at > max(asked) for at in period),
        "eb": all(at < min(asked) for at in period),
    }


def test_a_period_without_end_is_never_wholly_in_another() -> None:
    far = 1 << 80
    assert not kept("period", f"eq|{-far}|{far}", {"service_start": moment(0)})
    assert not kept("period", f"eq|{-far}|{far}", {"service_stop": moment(0)})
    assert kept("period", f"gt|0|{far}", {"service_start": moment(0)})


@pytest.mark.parametrize("text", ["hier", "2026-13-01", "0001-01-01"])
def test_a_period_that_does_not_read_is_none(text: str) -> None:
    assert kept("period", "lt|0|1", {"service_start": text, "service_stop": moment(0)})
    assert not kept("period", "ge|0|1", {"service_start": text, "service_stop": ""})


def test_one_of_several_dates_is_enough() -> None:
    one = Filter("created", ("eq|5|6", "eq|7|8"))
    assert [narrowed([one])(line(date)) for date in (5, 6, 7)] == [True, False, True]


def test_an_interval_of_one_instant_holds_it_and_an_empty_one_is_none() -> None:
    assert fits("eq", 5, 6, 5)
    with pytest.raises(FilterInvalid):
        fits("eq", 5, 5, 5)
