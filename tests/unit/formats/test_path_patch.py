"""FHIRPath Patch on bytes. Vectors of ours, after FHIR R4 fhirpatch and the kinds of cases of FHIR/fhir-test-cases (r4/patch)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.json_patch import MOST_OPERATIONS
from espace_sante.formats.fhir.patch import path_patched_resource
from espace_sante.formats.fhir.path_patch import read_path_patch
from espace_sante.kernel.errors import Problem

MOST = 10_000


def part(name: str, said: Any) -> dict[str, Any]:
    """Write one part: a text, a number, `{"valueX": …}`, or parts."""
    if isinstance(said, list):
        return {"name": name, "part": said}
    if isinstance(said, dict):
        return {"name": name, **said}
    return {"name": name, "valueInteger" if isinstance(said, int) else "valueString": said}


def operation(kind: str, path: str, **parts: Any) -> dict[str, Any]:
    said = [{"name": "type", "valueCode": kind}, part("path", path), *(part(*one) for one in parts.items())]
    return {"name": "operation", "part": said}


def parameters(*operations: dict[str, Any]) -> bytes:
    held = {"parameter": list(operations)} if operations else {}
    return json.dumps({"resourceType": "Parameters", **held}).encode()


def after(document: str, *operations: dict[str, Any], most: int = MOST) -> str:
    return path_patched_resource(document.encode(), read_path_patch(parameters(*operations)), most).decode()


def refusal(document: str, *operations: dict[str, Any], most: int = MOST) -> tuple[str, str]:
    with pytest.raises(Problem) as refused:
        after(document, *operations, most=most)
    return refused.value.code, str(refused.value.fields.get("field", ""))


P = '{"resourceType":"Patient"'
NAME, NINTH = {"valueHumanName": {"text": "a"}}, {"valueIdentifier": {"value": "9"}}
PHONE = {"valueContactPoint": {"system": "phone", "value": "1"}}
DATE, MOMENT = {"valueDate": "1930"}, {"valueDateTime": "2020"}
CONTACT = P + ',"contact":[{"name":{"text":"a"},"gender":"male"}]}'
LIST = P + ',"identifier":[{"value":"1"}, {"value" : "2"},{"value":"3"}]}'
DONE = {
    "nothing": (CONTACT, [], CONTACT),
    "replace a primitive": (
        P + ',"birthDate":"1920-01-01"}',
        [operation("replace", "Patient.birthDate", value={"valueDate": "1930-01-01"})],
        P + ',"birthDate":"1930-01-01"}',
    ),
    "delete a primitive": (P + ',"birthDate":"1920-01-01"}', [operation("delete", "Patient.birthDate")], P + "}"),
    "delete what is not there": (CONTACT, [operation("delete", "Patient.birthDate")], CONTACT),
    "delete inside what is not there": (CONTACT, [operation("delete", "Patient.maritalStatus.text")], CONTACT),
    "add a primitive": (
        P + "}",
        [operation("add", "Patient", name="birthDate", value={"valueDate": "1930-01-01"})],
        P + ',"birthDate":"1930-01-01"}',
    ),
    "replace inside": (
        CONTACT,
        [operation("replace", "Patient.contact[0].name.text", value="b")],
        CONTACT.replace('"a"', '"b"'),
    ),
    "the only item without its position": (
        CONTACT,
        [operation("replace", "Patient.contact.gender", value={"valueCode": "female"})],
        CONTACT.replace("male", "female"),
    ),
    "delete inside leaves nothing empty": (
        CONTACT,
        [operation("delete", "Patient.contact[0].name.text")],
        P + ',"contact":[{"gender":"male"}]}',
    ),
    "delete the last item": (
        P + ',"active":true,"contact":[{"name":{"text":"a"}}]}',
        [operation("delete", "Patient.contact[0].name.text")],
        P + ',"active":true}',
    ),
    "add a part": (
        P + "}",
        [operation("add", "Patient", name="contact", value=[part("name", NAME), part("telecom", PHONE)])],
        P + ',"contact":[{"name":{"text": "a"},"telecom":[{"system": "phone", "value": "1"}]}]}',
    ),
    "add at the end": (
        LIST,
        [operation("add", "Patient", name="identifier", value={"valueIdentifier": {"value": "4"}})],
        LIST.replace("}]}", '},{"value": "4"}]}').replace("}, {", "},{"),
    ),
    "insert": (
        LIST,
        [operation("insert", "Patient.identifier", index=1, value=NINTH)],
        P + ',"identifier":[{"value":"1"},{"value": "9"},{"value" : "2"},{"value":"3"}]}',
    ),
    "insert at the end": (
        LIST,
        [operation("insert", "Patient.identifier", index=3, value=NINTH)],
        P + ',"identifier":[{"value":"1"},{"value" : "2"},{"value":"3"},{"value": "9"}]}',
    ),
    "delete an item": (LIST, [operation("delete", "Patient.identifier[1]")], P + ',"identifier":[{"value":"1"},{"value":"3"}]}'),
    "move down": (
        LIST,
        [operation("move", "Patient.identifier", source=0, destination=2)],
        P + ',"identifier":[{"value" : "2"},{"value":"3"},{"value":"1"}]}',
    ),
    "move up": (
        LIST,
        [operation("move", "Patient.identifier", source=2, destination=0)],
        P + ',"identifier":[{"value":"3"},{"value":"1"},{"value" : "2"}]}',
    ),
    "add a choice": (
        P + "}",
        [operation("add", "Patient", name="deceased", value={"valueBoolean": True})],
        P + ',"deceasedBoolean":true}',
    ),
    "replace a choice by another type": (
        P + ',"deceasedBoolean":true}',
        [operation("replace", "Patient.deceased", value=MOMENT)],
        P + ',"deceasedDateTime":"2020"}',
    ),
    "what stood beside goes": (
        P + ',"birthDate":"1920","_birthDate":{"id":"a"}}',
        [operation("replace", "Patient.birthDate", value=DATE)],
        P + ',"birthDate":"1930"}',
    ),
    "one after the other": (
        P + "}",
        [
            operation("add", "Patient", name="contact", value=[part("name", NAME)]),
            operation("add", "Patient.contact[0]", name="gender", value={"valueCode": "male"}),
            operation("delete", "Patient.contact.name"),
        ],
        P + ',"contact":[{"gender":"male"}]}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DONE)
def test_an_operation_does_what_r4_says(name: str) -> None:
    document, operations, expected = DONE[name]
    assert after(document, *operations) == expected


CONFLICTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "another type": (CONTACT, operation("delete", "Person.name"), "patch-path-missing"),
    "no element of R4": (CONTACT, operation("delete", "Patient.nom"), "patch-path-missing"),
    "a name in JSON is no element": (P + ',"deceasedBoolean":true}', operation("delete", "Patient.deceasedBoolean"), "patch-path-missing"),
    "nothing inside a primitive": (P + ',"birthDate":"1920"}', operation("delete", "Patient.birthDate.year"), "patch-path-missing"),
    "replace what is not there": (P + "}", operation("replace", "Patient.birthDate", value=DATE), "patch-path-missing"),
    "the whole": (CONTACT, operation("replace", "Patient", value="a"), "patch-path-missing"),
    "delete the whole": (CONTACT, operation("delete", "Patient"), "patch-test-failed"),
    "several": (LIST, operation("delete", "Patient.identifier"), "patch-test-failed"),
    "inside several": (LIST, operation("delete", "Patient.identifier.value"), "patch-test-failed"),
    "no such position": (LIST, operation("replace", "Patient.identifier[3].value", value="a"), "patch-path-missing"),
    "add what is there": (P + ',"birthDate":"1920"}', operation("add", "Patient", name="birthDate", value=DATE), "patch-test-failed"),
    "add another choice": (P + ',"deceasedBoolean":true}', operation("add", "Patient", name="deceased", value=MOMENT), "patch-test-failed"),
    "a choice of another type": (P + "}", operation("add", "Patient", name="deceased", value="oui"), "patch-test-failed"),
    "add no element": (P + "}", operation("add", "Patient", name="nom", value="a"), "patch-path-missing"),
    "add inside nothing": (P + "}", operation("add", "Patient.maritalStatus", name="text", value="a"), "patch-path-missing"),
    "insert after the end": (LIST, operation("insert", "Patient.identifier", index=4, value=NINTH), "patch-path-missing"),
    "insert before the start": (LIST, operation("insert", "Patient.identifier", index=-1, value=NINTH), "patch-path-missing"),
    "insert in no list": (P + ',"gender":"male"}', operation("insert", "Patient.gender", index=0, value=NINTH), "patch-path-missing"),
    "move from nowhere": (LIST, operation("move", "Patient.identifier", source=3, destination=0), "patch-path-missing"),
    "move to nowhere": (LIST, operation("move", "Patient.identifier", source=0, destination=3), "patch-path-missing"),
    "beside a list": (
        P + ',"name":[{"given":["a","b"],"_given":[null,{"id":"x"}]}]}',
        operation("delete", "Patient.name.given[0]"),
        "patch-test-failed",
    ),
    "parts of a primitive": (P + "}", operation("add", "Patient", name="birthDate", value=[part("a", "b")]), "patch-test-failed"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_the_resource_does_not_allow_is_told_with_the_number_of_the_operation(name: str) -> None:
    document, refused, code = CONFLICTS[name]
    assert refusal(document, refused) == (code, "[0]")
    assert refusal(document, operation("delete", "Patient.photo"), refused) == (code, "[1]")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "opération", "part": operation("delete", "Patient.name")["part"]},
        operation("swap", "Patient.name"),
        operation("delete", "Patient.name.where(use='official')"),
        operation("delete", "Patient.name[-1]"),
        operation("delete", "Patient.name[01]"),
        operation("delete", "name"),
        operation("delete", "Patient..name"),
        operation("delete", "%resource.name"),
        operation("delete", "Patient" + ".contact" * 41),
        operation("add", "Patient", name="gender"),
        operation("add", "Patient", value="a"),
        operation("add", "Patient", name=3, value="a"),
        operation("insert", "Patient.name", value=NAME),
        operation("insert", "Patient.name", value=NAME, index="1"),
        operation("move", "Patient.name", source=1),
        {"name": "operation", "part": operation("delete", "Patient.name")["part"] * 2},
    ],
)
def test_what_is_no_operation_is_refused_before_any_is_done(wrong: dict[str, Any]) -> None:
    assert refusal(CONTACT, operation("delete", "Patient.contact"), wrong) == ("patch-invalid", "[1]")


def test_what_is_no_parameters_is_refused() -> None:
    for body, code in (
        (b"[]", "body-not-json"),
        (b'{"resourceType":"Patient"}', "resource-invalid"),
        (b"{}", "resource-not-r4"),
    ):
        with pytest.raises(Problem) as refused:
            read_path_patch(body)
        assert refused.value.code == code
    with pytest.raises(Problem) as refused:
        read_path_patch(
            b'{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"value","valueDate":"hier"}]}]}'
        )
    assert refused.value.code == "resource-not-r4"


def test_digits_are_kept_and_bounds_are_those_of_json_patch() -> None:
    observation = '{"resourceType":"Observation","status":"final","valueQuantity":{"value":5.20,  "unit":"a"}}'
    body = parameters(operation("add", "Observation", name="component", value="?")).decode()
    parts = '"part":[{"name":"value","valueQuantity":{"value":7.10}}]'
    body = body.replace('"valueString": "?"', parts)
    made = path_patched_resource(observation.encode(), read_path_patch(body.encode()), MOST).decode()
    assert made == observation[:-1] + ',"component":[{"valueQuantity":{"value":7.10}}]}'
    again = [operation("add", "Observation", name="note", value={"valueAnnotation": {"text": "x" * 99}})] * 100
    assert refusal(observation, *again, most=5_000)[0] == "patch-too-large"
    many = [operation("delete", "Observation.note")] * MOST_OPERATIONS
    assert after(observation, *many) == observation
    assert refusal(observation, *many, many[0])[0] == "patch-too-large"


STEPS = st.sampled_from(
    (
        "name",
        "given",
        "contact[0]",
        "contact",
        "identifier[1]",
        "deceased",
        "text",
        "extension",
        "contained",
        "id",
        "value",
        "nom",
    )
)
PARTS = st.sampled_from(
    ("a", 0, 2, -1, True, DATE, NAME, NINTH, [part("name", NAME)], [part("nom", "a")], [part("value", [])])
)


@given(
    st.sampled_from(("add", "insert", "delete", "replace", "move")),
    st.lists(STEPS, max_size=4),
    st.dictionaries(st.sampled_from(("name", "value", "index", "source", "destination")), PARTS | STEPS, max_size=4),
)
def test_any_operation_is_done_or_refused(kind: str, steps: list[str], parts: dict[str, Any]) -> None:
    document = LIST[:-1] + ',"contact":[{"name":{"given":["a"],"_given":[{"id":"x"}]}}],"deceasedBoolean":true}'
    try:
        made = json.loads(after(document, operation(kind, ".".join(["Patient", *steps]), **parts)))
    except Problem as refused:
        assert refused.code in (
            "patch-invalid",
            "patch-path-missing",
            "patch-test-failed",
            "resource-not-r4",
            "body-not-json",
        )
    else:
        assert made["resourceType"] == "Patient"


def test_the_text_is_dealt_with_as_by_json_patch() -> None:
    text = P + ',"text":{"status":"%s","div":"<div/>"},"gender":"male"}'
    assert after(text % "generated", operation("delete", "Patient.gender")) == P + "}"
    assert refusal(text % "additional", operation("delete", "Patient.gender"))[0] == "patch-narrative"
    both = (operation("delete", "Patient.gender"), operation("delete", "Patient.text"))
    assert after(text % "additional", *both) == P + "}"
