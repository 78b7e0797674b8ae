"""What is refused in a FHIR R4 resource, and where it is told: form, primitives, narrative, references."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import MOST_ISSUES, Pointer, definitions, references, validate
from espace_sante.formats.fhir.r4.primitives import PRIMITIVES
from espace_sante.formats.fhir.reading import DEPTH, MOST_MARKS

XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">'
CODE = {"text": "a"}


def told(**members: Any) -> list[tuple[str, str]]:
    """Say what is wrong in a Patient with these members."""
    resource = {"resourceType": "Patient", **members}
    assert validate(resource) == validate(json.dumps(resource).encode())
    return [(one.rule, one.expression) for one in validate(resource)]


def test_every_type_of_resource_and_datatype_has_a_shape() -> None:
    assert len(definitions.resource_types()) == 146
    for kind in definitions.resource_types():
        found = validate({"resourceType": kind})
        assert {one.rule for one in found} <= {"missing", "org-1", "ppc-1", "ait-1", "app-3", "apr-1"}, kind
    assert validate({"resourceType": "Patient"}) == ()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"nom": "a"}, [("unknown", "Patient.nom")]),
        ({"a b": 1}, [("unknown", "Patient")]),
        ({"name": {"family": "a"}}, [("list", "Patient.name")]),
        ({"name": []}, [("empty", "Patient.name")]),
        ({"name": [{}]}, [("empty", "Patient.name[0]")]),
        ({"name": [{"id": "a"}]}, [("empty", "Patient.name[0]")]),
        ({"name": [None]}, [("null", "Patient.name[0]")]),
        ({"name": ["a"]}, [("object", "Patient.name[0]")]),
        ({"name": [{"family": ""}]}, [("empty", "Patient.name[0].family")]),
        ({"name": [{"family": " "}]}, [("format", "Patient.name[0].family")]),
        ({"active": [True]}, [("single", "Patient.active")]),
        ({"active": None}, [("null", "Patient.active")]),
        ({"active": 1}, [("format", "Patient.active")]),
        ({"gender": "woman"}, [("binding", "Patient.gender")]),
        ({"birthDate": "1950-02-30"}, [("format", "Patient.birthDate")]),
        ({"maritalStatus": []}, [("single", "Patient.maritalStatus")]),
        ({"deceasedBoolean": True, "deceasedDateTime": "2020"}, [("choices", "Patient.deceased")]),
        ({"deceasedBoolean": True, "_deceasedDateTime": {"id": "a", "extension": [{"url": "u", "valueCode": "a"}]}},
         [("choices", "Patient.deceased")]),
        ({"deceasedString": "a"}, [("unknown", "Patient.deceasedString")]),
        ({"deceased": True}, [("unknown", "Patient.deceased")]),
        ({"link": [{"other": {"reference": "Patient/1"}}]}, [("missing", "Patient.link[0].type")]),
        ({"id": "a b"}, [("format", "Patient.id")]),
        ({"extension": [{"url": "u"}]}, [("ext-1", "Patient.extension[0]")]),
        ({"extension": [{"valueCode": "a"}]}, [("missing", "Patient.extension[0].url")]),
        ({"managingOrganization": {"reference": "Patient/1"}}, [("target", "Patient.managingOrganization")]),
        ({"managingOrganization": {"type": "Patient", "display": "a"}}, [("target", "Patient.managingOrganization")]),
        ({"managingOrganization": {"reference": "Organization/1"}}, []),
        ({"managingOrganization": {"reference": "https://e.org/r4/Organization/1/_history/2"}}, []),
        ({"managingOrganization": {"reference": "https://e.org/r4/Group/1/_history/2"}},
         [("target", "Patient.managingOrganization")]),
        ({"managingOrganization": {"reference": "Group?identifier=1"}}, [("target", "Patient.managingOrganization")]),
        ({"managingOrganization": {"reference": "urn:uuid:0"}}, []),
    ],
)  # fmt: skip
def test_a_fault_of_form_is_told_at_its_place(members: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(**members) == expected


EXTENDED = {"extension": [{"url": "http://e.org/why", "valueCode": "unknown"}]}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"_birthDate": EXTENDED}, []),
        ({"birthDate": "2020", "_birthDate": EXTENDED}, []),
        ({"_birthDate": {}}, [("empty", "Patient.birthDate")]),
        ({"_birthDate": None}, [("null", "Patient.birthDate")]),
        ({"_birthDate": [EXTENDED]}, [("single", "Patient.birthDate")]),
        ({"_birthDate": {"valueCode": "a"}}, [("unknown", "Patient.birthDate.valueCode")]),
        ({"_birthDate": {"extension": [{"url": "u"}]}}, [("ext-1", "Patient.birthDate.extension[0]")]),
        ({"_name": [EXTENDED]}, [("unknown", "Patient._name")]),
        ({"_id": EXTENDED}, [("unknown", "Patient._id")]),
        ({"name": [{"given": ["a", None], "_given": [None, EXTENDED]}]}, []),
        ({"name": [{"_given": [EXTENDED]}]}, []),
        ({"name": [{"given": ["a", None]}]}, [("null", "Patient.name[0].given[1]")]),
        ({"name": [{"given": ["a", None], "_given": [EXTENDED, None]}]}, [("null", "Patient.name[0].given[1]")]),
        ({"name": [{"given": ["a"], "_given": [EXTENDED, EXTENDED]}]}, [("null", "Patient.name[0].given")]),
        ({"name": [{"given": ["a"], "_given": [None]}]}, [("empty", "Patient.name[0].given")]),
        ({"name": [{"given": ["a"], "_given": EXTENDED}]}, [("list", "Patient.name[0].given")]),
        ({"name": [{"given": [None], "_given": [{}]}]}, [("empty", "Patient.name[0].given[0]")]),
    ],
)
def test_what_is_said_beside_a_primitive(members: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(**members) == expected


GOOD_AND_BAD: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "base64Binary": (("AAAA", "AAA=", "AA AA\n", "+/=="), ("AAA", "A===", "AA=A", "é===", " ", "AA-_")),
    "boolean": ((True, False), ("true", 0, 1, None)),
    "canonical": (("http://e.org/a|1",), ("", "a b", "a\n")),
    "code": (("a", "a b", "é"), (" a", "a ", "a  b", "", "a\tb")),
    "date": (("2026", "2026-02", "2024-02-29", "9999-12-31"),
             ("2023-02-29", "2026-2", "0000", "26", "2026-13", "2026-00-01", "2026-01-01T10:00:00Z", "2026-01-32", 2026)),
    "dateTime": (("2026", "2026-02", "2026-02-01", "2026-02-01T10:00:00Z", "2026-02-01T23:59:60.123456789+14:00"),
                 ("2026-02-01T10:00:00", "2026-02-01T10:00Z", "2026-02-01T24:00:00Z", "2026-02-30T10:00:00Z",
                  "2026-02-01T10:00:00+14:30", "2026-02T10:00:00Z", "2026-02-01 10:00:00Z")),
    "decimal": ((1, -1.5, 0, 1e10, Decimal("1.00")), ("1", True, float("nan"), float("inf"), Decimal("NaN"), None)),
    "id": (("a", "A-1.b", "a" * 64), ("", "a" * 65, "a_b", "é", "a b")),
    "instant": (("2026-02-01T10:00:00Z", "2026-02-01T10:00:00.5-01:00"), ("2026-02-01", "2026-02-01T10:00:00")),
    "integer": ((0, -(2**31), 2**31 - 1), (2**31, 1.0, "1", True)),
    "markdown": (("# a",), ("", "  ", "a\x00")),
    "oid": (("urn:oid:1.2.250", "urn:oid:2.0"), ("urn:oid:3.1", "1.2", "urn:oid:1.02", "urn:oid:1")),
    "positiveInt": ((1, 2**31 - 1), (0, -1, 2**31)),
    "string": (("a", "é\n\t", " a", "a" * 1_048_576), ("", " \n", "a\x07", "a" * 1_048_577, 1, ["a"])),
    "time": (("10:00:00", "23:59:59.9"), ("24:00:00", "10:00", "10:00:00Z")),
    "unsignedInt": ((0, 5), (-1, 2**31)),
    "uri": (("urn:a", "http://e.org/é"), ("", "a b", "a\u0007")),
    "url": (("http://e.org",), ("a b",)),
    "uuid": (("urn:uuid:c757873d-ec9a-4326-a141-556f43239520",), ("urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "a")),
    "xhtml": (("<div/>",), ("", 1)),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(PRIMITIVES))
def test_each_primitive_type_is_written_as_the_specification_says(kind: str) -> None:
    good, bad = GOOD_AND_BAD[kind]
    assert [one for one in good if not PRIMITIVES[kind](one)] == []
    assert [one for one in bad if PRIMITIVES[kind](one)] == []


def text(div: object) -> list[tuple[str, str]]:
    return told(text={"status": "generated", "div": div})


@pytest.mark.parametrize(
    "div",
    [
        f"{XHTML}<p class='a'>Bonjour<br/><b>vous</b></p></div>",
        f"{XHTML}<img src='#a' alt='a'/></div>",
        f"{XHTML}<a href='https://e.org' xml:lang='fr'>a</a></div>",
        f"{XHTML}<!-- a -->b</div>",
    ],
)
def test_a_narrative_of_plain_xhtml_is_accepted(div: str) -> None:
    assert text(div) == []


@pytest.mark.parametrize(
    ("div", "rule"),
    [
        (f"{XHTML}<script>a</script></div>", "txt-1"),
        (f"{XHTML}<p onclick='a'>b</p></div>", "txt-1"),
        (f"{XHTML}<a href=' JavaScript:a'>b</a></div>", "txt-1"),
        (f"{XHTML}<iframe src='a'/>b</div>", "txt-1"),
        (f"{XHTML}&nbsp;a</div>", "txt-1"),
        (f"{XHTML}a", "txt-1"),
        ("<div>a</div>", "txt-1"),
        ('<p xmlns="http://www.w3.org/1999/xhtml">a</p>', "txt-1"),
        (f"<!DOCTYPE div [<!ENTITY a 'b'>]>{XHTML}&a;</div>", "txt-1"),
        (f"<?xml-stylesheet href='a'?>{XHTML}a</div>", "txt-1"),
        (f"{XHTML}<h:p xmlns:h='u'>a</h:p></div>", "txt-1"),
        (f"{XHTML}{'<b>' * 200}a{'</b>' * 200}</div>", "txt-1"),
        ("a", "txt-1"),
        (f"{XHTML} <p> \n</p></div>", "txt-2"),
    ],
)
def test_a_narrative_that_is_not_is_refused(div: str, rule: str) -> None:
    assert text(div) == [(rule, "Patient.text.div")]


def test_what_is_not_a_resource_is_told() -> None:
    for wrong in (
        None,
        1,
        "a",
        [],
        [{}],
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
    ):
        assert [one.rule for one in validate(wrong)] == ["not-json"], wrong
    for wrong in ({}, {"a": 1}, {"resourceType": None}):
        assert ("type-missing", "Resource.resourceType") in [(one.rule, one.expression) for one in validate(wrong)]
    for kind in ("patient", "Element", "Resource", "DomainResource", "", 1, ["Patient"], "datatypes"):
        assert [one.rule for one in validate({"resourceType": kind})] == ["type-unknown"], kind
    assert [one.rule for one in validate({"resourceType": "Patient"}, kind="Group")] == ["type-other"]
    assert [one.rule for one in validate({"resourceType": "Patient", "id": "\ud800"})] == ["not-json"]
    assert [one.rule for one in validate({"resourceType": "Patient", 1: "a"})] == ["not-json"]


def test_depth_and_size_are_bounded_before_anything_is_looked_at() -> None:
    deep: dict[str, Any] = {"url": "u", "valueCode": "a"}
    for _ in range(DEPTH):
        deep = {"url": "u", "extension": [deep]}
    assert told(extension=[deep]) == [("not-json", "Resource")]
    wide = {"resourceType": "Patient", "name": [{"text": "a"}] * MOST_MARKS}
    assert [one.rule for one in validate(wide)] == ["too-large"]
    endless: dict[str, Any] = {"resourceType": "Patient"}
    endless["a"], endless["b"] = endless, endless
    assert [one.rule for one in validate(endless)] == ["too-large"]


def test_the_number_of_issues_is_bounded() -> None:
    found = told(name=[{"a": 1}] * 10_000)
    assert len(found) == MOST_ISSUES
    assert found[-1] == ("unknown", f"Patient.name[{MOST_ISSUES - 1}].a")


def test_no_sentence_says_again_what_was_sent() -> None:
    secret = "Durand-Essai"
    wrong = {
        "gender": secret,
        "birthDate": secret,
        "name": secret,
        "active": secret,
        "id": f"{secret} ",
        f"{secret}": secret,
    }
    found = validate({"resourceType": "Patient", **wrong})
    assert len(found) == 6
    assert not any(secret in one.details or secret in one.expression for one in found)


def test_a_required_binding_of_a_concept_needs_one_code_of_the_list() -> None:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    condition = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}}
    for status, rules in (
        ({"coding": [{"system": system, "code": "active"}]}, []),
        ({"coding": [{"system": "u", "code": "x"}, {"system": system, "code": "active"}]}, []),
        ({"coding": [{"system": "u", "code": "active"}]}, ["binding"]),
        ({"text": "active"}, ["binding"]),
    ):
        assert [one.rule for one in validate(condition | {"clinicalStatus": status})] == rules


def test_an_outcome_in_a_response_is_an_operation_outcome() -> None:
    response = {"status": "200", "outcome": {"resourceType": "Patient"}}
    bundle = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"response": response}]}
    assert [(one.rule, one.expression) for one in validate(bundle)] == [
        ("type-other", "Bundle.entry[0].response.outcome")
    ]


def test_every_reference_is_found_with_its_place_and_its_targets() -> None:
    number = {"system": "u", "value": "1"}
    resource = {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Patient", "managingOrganization": {"reference": "Organization/2"}}],
        "subject": {"reference": "#p", "identifier": number},
        "focus": [{"reference": "https://e.org/Group/1"}],
        "extension": [{"url": "u", "valueReference": {"reference": "urn:uuid:1"}}],
        "_status": {"extension": [{"url": "u", "valueReference": {"display": "a"}}]},
    }
    found = {one.expression: one for one in references(resource)}
    organization = Pointer(
        "Observation.contained[0].managingOrganization",
        "Organization/2",
        None,
        frozenset({"Organization"}),
        "Organization",
    )
    assert found[organization.expression] == organization
    subjects = frozenset({"Patient", "Group", "Device", "Location"})
    assert found["Observation.subject"] == Pointer("Observation.subject", "#p", number, subjects, "")
    assert found["Observation.focus[0]"].leads_to == "Group"
    assert found["Observation.focus[0]"].targets == frozenset()
    assert found["Observation.extension[0].value"].reference == "urn:uuid:1"
    assert "Observation.status.extension[0].value" in found
    assert len(found) == 5
