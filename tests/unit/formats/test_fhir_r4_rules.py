"""Each rule of FHIR R4 that is checked: something that keeps it, something that breaks it, and where it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import definitions, validate
from espace_sante.formats.fhir.r4.instants import is_after
from espace_sante.formats.fhir.r4.rules import RULES
from espace_sante.formats.fhir.r4.sentences import BROKEN

UCUM = "http://unitsofmeasure.org"
_T = "http://terminology.hl7.org/CodeSystem/"


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": _T + system, "code": code}]}


CODE = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
SCOPES = {
    "ppc-2": concept("consentscope", "patient-privacy"),
    "ppc-3": concept("consentscope", "research"),
    "ppc-4": concept("consentscope", "adr"),
    "ppc-5": concept("consentscope", "treatment"),
}
HER = {"reference": "Patient/1"}
IN_ERROR = concept("condition-ver-status", "entered-in-error")
NOT_ALLERGY = concept("allergyintolerance-verification", "entered-in-error")
ACTIVE = concept("condition-clinical", "active")
LISTED = [concept("condition-category", "problem-list-item")]
# Key: what keeps the rule, what breaks it.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ext-1": ({"url": "u", "valueCode": "a"}, {"url": "u"}),
    "att-1": ({"data": "AAAA", "contentType": "text/plain"}, {"data": "AAAA"}),
    "cpt-2": ({"value": "1", "system": "phone"}, {"value": "1"}),
    "per-1": ({"start": "2026", "end": "2026-01-02"}, {"start": "2026-02", "end": "2026-01-31"}),
    "qty-3": ({"code": "kg", "system": UCUM}, {"code": "kg"}),
    "sqty-1": ({"value": 1}, {"value": 1, "comparator": "<"}),
    "age-1": ({"value": 3, "code": "a", "system": UCUM}, {"value": 0, "code": "a", "system": UCUM}),
    "cnt-3": ({"value": 3, "code": "1", "system": UCUM}, {"value": 3.5, "code": "1", "system": UCUM}),
    "dis-1": ({"value": 3, "code": "m", "system": UCUM}, {"value": 3}),
    "drt-1": ({"value": 3, "code": "d", "system": UCUM}, {"value": 3, "code": "d", "system": "other"}),
    "mqty-1": ({"value": 3, "code": "EUR"}, {"value": 3, "code": "EUR", "system": UCUM}),
    "rat-1": ({"numerator": {"value": 1}, "denominator": {"value": 2}}, {"numerator": {"value": 1}}),
    "rng-2": ({"low": {"value": 1}, "high": {"value": 1.0}}, {"low": {"value": 2}, "high": {"value": 1}}),
    "tim-1": ({"duration": 1, "durationUnit": "h"}, {"duration": 1}),
    "tim-2": ({"period": 1, "periodUnit": "h"}, {"period": 1}),
    "tim-4": ({"duration": 0}, {"duration": -1}),
    "tim-5": ({"period": 0}, {"period": -0.5}),
    "tim-6": ({"period": 1, "periodMax": 2}, {"periodMax": 2}),
    "tim-7": ({"duration": 1, "durationMax": 2}, {"durationMax": 2}),
    "tim-8": ({"count": 1, "countMax": 2}, {"countMax": 2}),
    "tim-9": ({"offset": 5, "when": ["ACM"]}, {"offset": 5, "when": ["CM"]}),
    "tim-10": ({"timeOfDay": ["10:00:00"]}, {"timeOfDay": ["10:00:00"], "when": ["ACM"]}),
    "exp-1": ({"expression": "true"}, {"language": "text/fhirpath"}),
    "drq-1": ({"path": "code"}, {"path": "code", "searchParam": "code"}),
    "drq-2": ({"searchParam": "date"}, {}),
    "pat-1": ({"name": {"text": "A"}}, {"gender": "female"}),
    "obs-3": ({"text": "normal"}, {"age": {}}),
    "obs-6": ({"dataAbsentReason": CODE}, {"dataAbsentReason": CODE, "valueString": "a"}),
    "obs-7": (
        {"code": CODE, "component": [{"code": CODE}]},
        {"code": CODE, "component": [{"code": CODE}], "valueInteger": 1},
    ),
    "con-1": ({"summary": CODE}, {"type": CODE}),
    "con-2": ({"code": [CODE]}, {"id": "1"}),
    "con-3": ({"category": LISTED, "clinicalStatus": ACTIVE}, {"category": LISTED}),
    "con-4": (
        {"abatementDateTime": "2026", "clinicalStatus": concept("condition-clinical", "resolved")},
        {"abatementDateTime": "2026", "clinicalStatus": ACTIVE},
    ),
    "con-5": ({"verificationStatus": IN_ERROR}, {"verificationStatus": IN_ERROR, "clinicalStatus": ACTIVE}),
    "ait-1": ({"verificationStatus": NOT_ALLERGY}, {}),
    "ait-2": ({"clinicalStatus": ACTIVE}, {"clinicalStatus": ACTIVE, "verificationStatus": NOT_ALLERGY}),
    "imm-1": ({"documentType": "a"}, {"publicationDate": "2026"}),
    "imr-1": ({"vaccineCode": [CODE]}, {"description": "a"}),
    "mad-1": ({"rateRatio": {}}, {"text": "a"}),
    "mdd-1": (
        {"whenPrepared": "2026-01-01", "whenHandedOver": "2026-01-01"},
        {"whenPrepared": "2026-01-02", "whenHandedOver": "2026-01-01"},
    ),
    "cpl-3": ({"reference": HER}, {"reference": HER, "detail": {}}),
    "ctm-1": (
        {"member": {"reference": "Practitioner/1"}, "onBehalfOf": HER},
        {"member": HER, "onBehalfOf": HER},
    ),
    "gol-1": ({"detailString": "a", "measure": CODE}, {"detailString": "a"}),
    "fhs-1": ({"ageString": "3"}, {"ageString": "3", "bornDate": "2020"}),
    "fhs-2": ({"ageString": "3", "estimatedAge": True}, {"estimatedAge": True}),
    "prr-1": ({"code": CODE, "orderDetail": [CODE]}, {"orderDetail": [CODE]}),
    "qrs-1": ({"item": [{}]}, {"item": [{}], "answer": [{}]}),
    "org-1": ({"name": "A"}, {"active": True}),
    "org-2": ({"address": [{"use": "work"}]}, {"address": [{"use": "work"}, {"use": "home"}]}),
    "org-3": ({"telecom": [{"use": "work"}]}, {"telecom": [{"use": "home"}]}),
    "ppc-1": ({"policyRule": CODE}, {"scope": CODE}),
    **{key: ({"scope": scope, "patient": HER}, {"scope": scope}) for key, scope in SCOPES.items()},
    "app-1": ({"type": [CODE]}, {"status": "accepted"}),
    "app-2": ({"status": "proposed"}, {"start": "2026-01-01T10:00:00Z"}),
    "app-3": ({"status": "waitlist"}, {"status": "booked"}),
    "app-4": ({"status": "noshow", "cancelationReason": CODE}, {"status": "booked", "cancelationReason": CODE}),
    "apr-1": ({"actor": HER}, {"comment": "a"}),
    "sev-1": ({"name": "a"}, {"name": "a", "query": "AAAA"}),
    "bdl-1": ({"type": "history", "total": 1}, {"type": "batch", "total": 1}),
    "bdl-2": ({"type": "searchset", "entry": [{"search": {}}]}, {"type": "collection", "entry": [{"search": {}}]}),
    "bdl-3": ({"type": "batch", "entry": [{"request": {}}]}, {"type": "transaction", "entry": [{}]}),
    "bdl-4": ({"type": "history", "entry": [{"response": {}}]}, {"type": "collection", "entry": [{"response": {}}]}),
    "bdl-5": ({"resource": {}}, {"fullUrl": "u"}),
    "bdl-7": ({"type": "history", "entry": [{"fullUrl": "u"}] * 2}, {"type": "batch", "entry": [{"fullUrl": "u"}] * 2}),
    "bdl-8": ({"fullUrl": "http://e/Patient/1"}, {"fullUrl": "http://e/Patient/1/_history/1"}),
    "bdl-9": ({"type": "document", "identifier": {"system": "u", "value": "1"}}, {"type": "document"}),
    "bdl-10": ({"type": "document", "timestamp": "2026-01-01T10:00:00Z"}, {"type": "document"}),
    "bdl-11": (
        {"type": "document", "entry": [{"resource": {"resourceType": "Composition"}}]},
        {"type": "document", "entry": [{"resource": {"resourceType": "Patient"}}]},
    ),
    "bdl-12": ({"type": "message", "entry": [{"resource": {"resourceType": "MessageHeader"}}]}, {"type": "message"}),
    "cmp-1": ({"section": [{}]}, {"title": "a"}),
    "cmp-2": ({"emptyReason": CODE}, {"emptyReason": CODE, "entry": [HER]}),
    "lst-1": ({"emptyReason": CODE}, {"emptyReason": CODE, "entry": [{}]}),
    "lst-2": ({"mode": "changes", "entry": [{"deleted": True}]}, {"mode": "working", "entry": [{"deleted": True}]}),
    "lst-3": ({"mode": "working", "entry": [{"date": "2026"}]}, {"mode": "changes", "entry": [{"date": "2026"}]}),
    "inv-1": ({"valueString": "a"}, {"valueString": "a", "part": [{}]}),
}
BY_KEY = {rule.key: rule for rules in RULES.values() for rule in rules}


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_a_rule_is_kept_and_broken(key: str) -> None:
    kept, broken = CASES[key]
    assert BY_KEY[key].holds(kept)
    assert not BY_KEY[key].holds(broken)


def test_every_rule_is_one_of_fhir_about_the_same_element_and_as_severe() -> None:
    defined = {tuple(line.split()) for line in definitions.lines("constraints")}
    about = {(owner, rule.key, rule.severity) for owner, rules in RULES.items() for rule in rules}
    profiles = {"SimpleQuantity": "Quantity", "MoneyQuantity": "Quantity"}  # defined as a Quantity with one more rule
    for name, key, severity in about:
        owner = profiles.get(name, name)
        assert any(d[1:] == (key, severity) and d[0].startswith(owner) for d in defined), (owner, key)
    assert CASES.keys() == BY_KEY.keys()


def test_every_rule_has_its_sentence_and_no_sentence_is_without_a_rule() -> None:
    elsewhere = {"dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"}
    assert BROKEN.keys() == BY_KEY.keys() | elsewhere


def told(resource: dict[str, Any]) -> list[tuple[str, str]]:
    assert validate(resource) == validate(json.dumps(resource).encode())
    return [(one.rule, one.expression) for one in validate(resource)]


def test_a_rule_is_told_where_it_is_broken() -> None:
    observation = {"resourceType": "Observation", "status": "final", "code": CODE, "valueString": "a"}
    assert told(observation | {"dataAbsentReason": CODE}) == [("obs-6", "Observation")]
    assert told(observation | {"referenceRange": [{"text": "a"}, {"age": {"low": {"value": 1}}}]}) == [
        ("obs-3", "Observation.referenceRange[1]")
    ]
    assert told(observation | {"effectivePeriod": {"start": "2027", "end": "2026"}}) == [
        ("per-1", "Observation.effective")
    ]


def test_a_warning_is_not_an_error() -> None:
    (found,) = validate({"resourceType": "Condition", "subject": HER, "category": LISTED})
    assert (found.rule, found.severity) == ("con-3", "warning")


def contained(*resources: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return told({"resourceType": "Patient", "contained": list(resources), **more})


def test_what_is_contained_is_cited_bare_and_there() -> None:
    inner = {"resourceType": "Organization", "id": "o", "name": "A"}
    cited = {"managingOrganization": {"reference": "#o"}}
    assert contained(inner, **cited) == []
    assert contained(inner) == [("dom-3", "Patient.contained[0]")]
    back = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}], "recorded": "2026-01-01T10:00:00Z"}
    assert contained(back | {"agent": [{"who": {"display": "A"}}]}) == []
    assert contained(inner | {"contained": [inner]}, **cited) == [("dom-2", "Patient.contained[0]")]
    assert contained(inner | {"meta": {"versionId": "1"}}, **cited) == [("dom-4", "Patient.contained[0]")]
    label = {"security": [{"code": "R"}]}
    assert contained(inner | {"meta": label}, **cited) == [("dom-5", "Patient.contained[0]")]
    assert told({"resourceType": "Patient", **cited}) == [("ref-1", "Patient.managingOrganization")]
    wrong = {"resourceType": "Practitioner", "id": "o"}
    assert contained(wrong, **cited) == [("target", "Patient.managingOrganization")]


def test_what_an_entry_contains_is_not_what_another_may_cite() -> None:
    inner = {"resourceType": "Organization", "id": "o", "name": "A"}
    cited = {"resourceType": "Patient", "managingOrganization": {"reference": "#o"}}
    entries = [{"resource": cited | {"contained": [inner]}}, {"resource": cited}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert told(bundle) == [("ref-1", "Bundle.entry[1].resource.managingOrganization")]


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("2026", "2025", True),
        ("2026", "2026-05-01", False),
        ("2026-05-01", "2026", False),
        ("2026-05-02", "2026-05-01", True),
        ("2026-05-01T10:00:00+02:00", "2026-05-01T09:00:00Z", False),
        ("2026-05-01T10:00:00Z", "2026-05-01T10:30:00+02:00", True),
        ("2026-05-02", "2026-05-01T23:30:00-10:00", False),
        ("2026-05-03T00:10:00Z", "2026-05-01", True),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", False),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", False),
        ("2026-05-01T10:00:00.123456789Z", "2026-05-01T10:00:00Z", True),
    ],
)
def test_dates_of_unlike_precision_are_after_only_when_surely_so(one: str, other: str, after: bool) -> None:
    assert is_after(one, other) is after
