"""What a search may ask, and how the rest is refused."""

from __future__ import annotations

import pytest

from espace_sante.formats.fhir.search.parse import MOST_PARAMETERS, MOST_SIGNS, MOST_VALUES
from espace_sante.formats.fhir.search.query import Total
from espace_sante.kernel.errors import Problem
from tests.unit.formats_search.searched import query


def refusal(*pairs: tuple[str, str], kind: str = "Observation", strict: bool = True) -> tuple[str, str]:
    with pytest.raises(Problem) as told:
        query(kind, *pairs, strict=strict)
    return told.value.code, str(told.value.fields["field"])


def test_an_unknown_parameter_is_refused_to_the_strict_and_named_to_the_lenient() -> None:
    assert refusal(("couleur", "bleu")) == ("search-unknown", "couleur")
    assert query("Observation", ("couleur", "bleu"), ("code", "a"), strict=False).ignored == ("couleur",)
    assert refusal(("coul\u202eeur", "bleu")) == ("search-unknown", "?")
    assert refusal(("code", "a"), kind="Licorne") == ("search-type-unknown", "Licorne")


@pytest.mark.parametrize("strict", [True, False])
def test_what_would_widen_a_search_by_being_left_out_is_refused_even_to_the_lenient(strict: bool) -> None:
    assert refusal(("subject.name", "petit"), strict=strict) == ("search-chain", "subject.name")
    assert refusal(("subject:Patient.name", "petit"), strict=strict) == ("search-chain", "subject:Patient.name")
    assert refusal(("_has:Observation:patient:code", "a"), kind="Patient", strict=strict) == (
        "search-unsupported",
        "_has",
    )
    assert refusal(("_text", "mot"), strict=strict) == ("search-unsupported", "_text")
    assert refusal(("_summary", "true"), strict=strict) == ("search-unsupported", "_summary")
    assert refusal(("code:in", "http://a.example/vs"), strict=strict) == ("search-modifier", "code:in")
    assert refusal(("date:exact", "2020"), strict=strict) == ("search-modifier", "date:exact")
    assert refusal(("subject:Licorne", "1"), strict=strict) == ("search-modifier", "subject:Licorne")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", ""),
        ("code", "a,,b"),
        ("code", "|"),
        ("code", "a|b|c"),
        ("code", "a\\"),
        ("code", "a\\x"),
        ("date", "hier"),
        ("date", "2013-02-30"),
        ("date", "xx2013"),
        ("date", "2013-01-14T10"),
        ("date", "2013-01-14T10:00+25:00"),
        ("value-quantity", "beaucoup"),
        ("value-quantity", "5.4|mg"),
        ("value-quantity", "5.4|http://unitsofmeasure.org|"),
        ("value-quantity", "1e99999"),
        ("code-value-quantity", "a"),
        ("code-value-quantity", "a$"),
        ("code-value-quantity", "a$1$2"),
        ("subject:Patient", "Group/1"),
        ("subject", "a b"),
        ("code:missing", "oui"),
        ("_count", "-1"),
        ("_count", "dix"),
        ("_sort", "couleur"),
        ("_sort", "code-value-quantity"),
        ("_total", "tous"),
        ("_include", "*"),
        ("_include", "Observation:code"),
        ("_include", "Observation:subject:Licorne"),
    ],
)
def test_a_malformed_value_is_refused_by_the_name_of_its_parameter(name: str, value: str) -> None:
    assert refusal((name, value)) == ("search-invalid", name)


def test_what_can_be_said_once_is_not_said_twice() -> None:
    assert refusal(("_count", "1"), ("_count", "2")) == ("search-invalid", "_count")


def test_a_search_has_ceilings() -> None:
    assert refusal(*[("code", "a")] * (MOST_PARAMETERS + 1)) == ("search-too-long", "search")
    assert refusal(("code", ",".join(["a"] * (MOST_VALUES + 1)))) == ("search-too-long", "code")
    assert refusal(("code", "a" * (MOST_SIGNS + 1))) == ("search-too-long", "code")
    assert refusal(("_sort", ",".join(["code"] * 9))) == ("search-too-long", "_sort")
    assert refusal(*[("_include", "Observation:subject")] * 21) == ("search-too-long", "_include")
    assert len(query("Observation", *[("code", ",".join(["a"] * MOST_VALUES))] * MOST_PARAMETERS).filters) == 50


def test_what_is_asked_of_the_answer_is_read() -> None:
    read = query(
        "Observation",
        ("_sort", "-date,code"),
        ("_count", "20"),
        ("_total", "none"),
        ("_include:iterate", "Encounter:service-provider:Organization"),
        ("_format", "json"),
    )
    assert [(one.parameter.name, one.descending) for one in read.sort] == [("date", True), ("code", False)]
    assert (read.count, read.total) == (20, Total.NONE)
    assert [(one.source, one.parameter.name, one.target, one.iterate) for one in read.includes] == [
        ("Encounter", "service-provider", "Organization", True)
    ]
