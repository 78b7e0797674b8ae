"""What a row carries to be found by equality, and what a search asks of it."""

from __future__ import annotations

from espace_sante.formats.fhir.search import Term, query_terms, terms
from tests.unit.formats_search.searched import query

ROW = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}, {"code": "SYS"}], "text": "Tension"},
    "encounter": {"reference": "Encounter/e/_history/3"},
    "effectivePeriod": {"start": "2020-01-31", "end": "2020-03-02"},
    "subject": {"reference": "Patient/p"},
}


def test_a_row_carries_few_terms_codes_without_system_nor_case_and_the_month_it_starts() -> None:
    assert terms(ROW) == {
        Term("code", "8480-6"),
        Term("code", "sys"),
        Term("encounter", "e"),
        Term("date", "2020-01"),
    }
    assert terms({"resourceType": "Licorne"}) == terms({}) == frozenset()


def test_equality_narrows_and_nothing_else_does() -> None:
    def asked(name: str, value: str) -> tuple[frozenset[Term], ...]:
        return query_terms(query("Observation", (name, value)))

    assert asked("code", "http://loinc.org|8480-6,Sys") == (frozenset({Term("code", "8480-6"), Term("code", "sys")}),)
    assert (
        asked("encounter", "Encounter/e") == asked("encounter:Encounter", "e") == (frozenset({Term("encounter", "e")}),)
    )
    assert asked("date", "2020-01-31") == (frozenset({Term("date", "2020-01")}),)
    assert len(asked("date", "2020")[0]) == 13  # in UTC, a year of Paris starts the day before
    for name, value in (
        ("date", "ge2020-01-31"),
        ("date", "ne2020"),
        ("code", "http://loinc.org|"),
        ("code", "a,http://loinc.org|"),
        ("code:not", "a"),
        ("code:text", "a"),
        ("code:missing", "false"),
        ("status", "final"),
        ("subject", "p"),
    ):
        assert asked(name, value) == ()
