"""What `_summary` and `_elements` leave out, and what they never do."""

from __future__ import annotations

import json

import pytest

from espace_sante.formats.fhir.r4 import definitions
from espace_sante.formats.fhir.subset import Subset, is_part, subset_asked
from espace_sante.kernel.errors import Problem

TAG = b'{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED","display":"subsetted"}'
SENT = (
    b'{"resourceType":"Observation","id":"x","meta":{"versionId":"1"},"implicitRules":"http://x/r",'
    b'"text":{"status":"generated","div":"<div/>"},"contained":[{"resourceType":"Device","id":"d"}],'
    b'"modifierExtension":[{"url":"http://x/m","valueBoolean":true}],"status":"final","code":{ "text":"a"},'
    b'"valueSampledData":{"origin":{"value":0.00},"period":1e1,  "dimensions":1,"data":"1 2"},'
    b'"_issued":{"extension":[{"url":"http://x/y","valueCode":"z"}]},'
    b'"component":[{"code":{"text":"b"},"valueQuantity":{"value":5.20},"interpretation":[{"text":"h"}]},{"code":{ "text":"c"}}],'
    b'"note":[{"text":"n"}]}'
)
HEAD = (
    b'{"resourceType":"Observation","id":"x","meta":{"versionId":"1","tag":['
    + TAG
    + b']},"implicitRules":"http://x/r",'
)
MODIFIER = b'"modifierExtension":[{"url":"http://x/m","valueBoolean":true}],"status":"final","code":{ "text":"a"}'


def part(value: str, name: str = "_summary", sent: bytes = SENT) -> bytes:
    return subset_asked([(name, value), ("patient", "x")], ("Observation",)).of(sent)


def test_a_summary_keeps_the_elements_that_the_definition_says_and_cuts_inside_them() -> None:
    assert part("true") == HEAD + MODIFIER + (
        b',"valueSampledData":{"origin":{"value":0.00},"period":1e1,"dimensions":1},'
        b'"_issued":{"extension":[{"url":"http://x/y","valueCode":"z"}]},'
        b'"component":[{"code":{"text":"b"},"valueQuantity":{"value":5.20}},{"code":{ "text":"c"}}]}'
    )


def test_the_text_alone_or_all_but_the_text() -> None:
    assert part("text") == HEAD + b'"text":{"status":"generated","div":"<div/>"},' + MODIFIER + b"}"
    said = json.loads(part("data"))
    assert "text" not in said and said.pop("meta")["tag"] == [json.loads(TAG)]
    assert said == {name: value for name, value in json.loads(SENT).items() if name not in ("text", "meta")}
    assert b'"period":1e1,  "dimensions":1' in part("data")


def test_elements_are_named_at_the_top_and_what_must_stay_stays() -> None:
    value = b',"valueSampledData":{"origin":{"value":0.00},"period":1e1,  "dimensions":1,"data":"1 2"}'
    for name in ("value", "value[x]", " value "):
        assert part(name, "_elements") == HEAD + MODIFIER + value + b"}"
    issued = b'"_issued":{"extension":[{"url":"http://x/y","valueCode":"z"}]}'
    assert part("issued,method", "_elements") == HEAD + MODIFIER + b"," + issued + b"}"
    assert b'"contained":[{"resourceType":"Device","id":"d"}]' in part("contained", "_elements")


def test_the_whole_is_the_very_bytes() -> None:
    assert Subset().of(SENT) is SENT
    assert part("false") is SENT
    assert subset_asked([("_format", "json")], ("Observation",)) == Subset()
    assert Subset().whole and Subset().query == ""
    assert subset_asked([("_summary", "count")], ("Observation",)).counts


def test_a_part_says_that_it_is_one_beside_the_tags_it_has() -> None:
    sent = b'{"resourceType":"Observation","meta":{"tag":[{"code":"a",  "system":"s"}]},"status":"final","code":{}}'
    assert b'"tag":[{"code":"a",  "system":"s"},' + TAG + b"]" in part("true", sent=sent)
    bare = b'{"resourceType":"Observation","status":"final","code":{}}'
    assert is_part(json.loads(part("true", sent=bare)))
    for other in ({}, {"meta": 3}, {"meta": {"tag": {}}}, {"meta": {"tag": ["SUBSETTED", {"code": "x"}]}}):
        assert not is_part(other)


def test_a_member_of_which_nothing_stays_is_left_out() -> None:
    sent = b'{"resourceType":"Observation","valueSampledData":{"data":"1"},"component":[{"interpretation":[{"text":"a"}]}]}'
    assert json.loads(part("true", sent=sent)).keys() == {"resourceType", "meta"}


@pytest.mark.parametrize(
    "asked",
    [
        [("_summary", "")],
        [("_summary", "yes")],
        [("_summary", "true"), ("_summary", "true")],
        [("_summary", "false"), ("_elements", "code")],
        [("_elements", "")],
        [("_elements", "code,")],
        [("_elements", "code.text")],
        [("_elements", "Observation.code")],
        [("_elements", "codes")],
        [("_elements", "valueQuantity")],
    ],
)
def test_what_is_asked_wrongly_is_refused(asked: list[tuple[str, str]]) -> None:
    with pytest.raises(Problem) as refused:
        subset_asked(asked, ("Observation",))
    assert refused.value.code == "field-invalid"


def test_an_element_is_one_of_any_type_asked_for() -> None:
    asked = [("_elements", "vaccineCode,component")]
    assert subset_asked(asked, ("Observation", "Immunization")).query == "_elements=vaccineCode,component"
    with pytest.raises(Problem):
        subset_asked(asked, ("Immunization",))


# isSummary, isModifier and min of StructureDefinition/Immunization and StructureDefinition/AllergyIntolerance, FHIR R4 4.0.1.
READ: dict[str, tuple[set[str], set[str], set[str]]] = {
    "Immunization": (
        {"status", "vaccineCode", "patient", "occurrence", "primarySource", "performer", "note", "isSubpotent"},
        {"status", "isSubpotent"},
        {"status", "vaccineCode", "patient", "occurrence"},
    ),
    "AllergyIntolerance": (
        {"identifier", "clinicalStatus", "verificationStatus", "type", "category", "criticality", "code", "patient"}
        | {"asserter"},
        {"clinicalStatus", "verificationStatus"},
        {"patient"},
    ),
}


@pytest.mark.parametrize("name", sorted(READ))
def test_the_flags_are_those_of_the_definition(name: str) -> None:
    summary, modifiers, required = READ[name]
    said = definitions.subsets(name)
    always = {"id", "meta", "implicitRules"}
    assert {one.removesuffix("[x]") for one in said["summary"]} - always == summary
    assert set(said["modifier"]) - always - {"modifierExtension"} == modifiers
    members = {one: "a" for one in required | modifiers | summary | {"text", "extension"}}
    sent = json.dumps({"resourceType": name, **members}).encode()
    own = {"resourceType", "meta"}
    assert json.loads(Subset("text").of(sent)).keys() == own | required | modifiers | {"text"}
    assert json.loads(Subset("true").of(sent)).keys() == own | required | modifiers | summary
    assert json.loads(Subset(elements=("extension",)).of(sent)).keys() == own | required | modifiers | {"extension"}


def test_every_type_of_resource_has_its_flags() -> None:
    for name in definitions.resource_types():
        said = definitions.subsets(name)
        assert {"id", "meta", "implicitRules"} <= set(said["summary"]), name
        assert set(said) <= {"summary", "modifier", "cut"}
