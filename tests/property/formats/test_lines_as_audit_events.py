"""Every line a journal can hold is an AuditEvent that our reading of FHIR R4 accepts, and says no more than the line."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.kinds import REVEALED, SYSTEM
from espace_sante.access.request import ActId, ActorKind, Channel, Effect
from espace_sante.formats.fhir.audit_event import Line, audit_event
from espace_sante.formats.fhir.r4 import validate

BASE = "https://house.example/fhir"
PERSON = "0123456789abcdef" * 2
ROW = "fedcba9876543210" * 2
WORDS = st.text(st.characters(exclude_categories=["C"], exclude_characters="\ufffe\uffff"), max_size=30)
ACTS = [*(act.value for act in ActId), REVEALED, "begin", "an_act_to_come"]
PATTERNED = ["read_document", "read_resource", "list_documents", "deposit_document"]
CHANNELS = [*(one.value for one in Channel), SYSTEM, "a-way-to-come"]
BASES: list[dict[str, str]] = [
    {},
    {"grant": ROW},
    {"grant": ROW, "to": "structure", "since": "2026-11-23T22:50:01.234Z", "card": ROW},
    {"glass": ROW, "since": "2026-11-23T22:50:01.234Z"},
    {"order": ROW, "entry": "qva6yp4geeq4pyka92b9"},
]
OBJECTS = [
    "list",
    "resources",
    "type:Observation",
    f"resource:{ROW}",
    f"document:{ROW}",
    "document:sealed.AAECAw",
    "journal",
]


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    record: dict[str, Any] = {
        "v": 1,
        "space": "0b7a1c8e-4c2f-4f0e-9a51-7d0c1e2f3a4b",
        "seq": draw(st.integers(0, 999_999_999)),
        "prev": "1c" * 32,
        "at": "2026-11-23T22:50:01.234Z",
        "actor": {
            "kind": draw(st.sampled_from([*(one.value for one in ActorKind), SYSTEM])),
            "id": draw(st.sampled_from(["", "10001234567", "899900000011", "guichet-1"])),
            "name": draw(WORDS),
            "structure": draw(WORDS.filter(lambda one: one == one.strip())),
            "behalf": draw(st.booleans()),
        },
        "act": draw(st.sampled_from(ACTS) | st.sampled_from(PATTERNED)),
        "objects": draw(st.lists(st.sampled_from(OBJECTS), max_size=4)),
        "basis": draw(st.sampled_from(BASES)),
        "decision": {
            "result": draw(st.sampled_from(["permit", "refuse"])),
            "rule": draw(st.sampled_from(["granted", "not-holder", "emergency", "a rule"])),
        },
        "rules": draw(st.sampled_from(["", "1"])),
        "channel": draw(st.just("api") | st.sampled_from(CHANNELS)),
        "client": draw(st.sampled_from(["", "api", "espace-sante"])),
        "build": draw(st.sampled_from(["", "0123456"])),
    }
    if effect := draw(st.sampled_from(["", *(one.value for one in Effect)])):
        record["effect"] = effect
    if draw(st.booleans()):
        record["app"] = {"id": "carnet", "name": draw(WORDS)}
    if record["act"] == REVEALED:
        told = {"authority": "Tribunal", "number": "26/1", "categories": [1], "accounts": ["a"], "lines": 2}
        record["told"] = told | {"act": "read_ordered", "at": record["at"], "by": "Agent"}
    return record


def test_every_act_decision_and_way_has_one() -> None:
    """The full product, with the least a record holds."""
    actor = {"kind": "practitioner", "id": "", "name": "", "structure": "", "behalf": False}
    for act in ACTS:
        for channel in CHANNELS:
            for result in ("permit", "refuse"):
                record = {
                    "seq": 0,
                    "prev": "",
                    "at": "2026-11-23T22:50:01.234Z",
                    "actor": actor,
                    "act": act,
                    "objects": [],
                }
                record |= {"basis": {}, "decision": {"result": result, "rule": "x"}, "rules": "", "channel": channel}
                event = audit_event(BASE, PERSON, Line(record | {"client": "", "build": ""}, "q" * 20, "", "", "", ""))
                assert validate(event) == (), (act, channel, result)


@given(records(), st.sampled_from(["", PERSON + ROW]), WORDS, WORDS)
def test_every_line_is_an_audit_event(record: dict[str, Any], document: str, sentence: str, why: str) -> None:
    event = audit_event(BASE, PERSON, Line(record, "qva6yp4geeq4pyka92b9", document, sentence, why, "Lire"))
    assert validate(json.dumps(event).encode(), kind="AuditEvent") == ()
    permitted = record["decision"]["result"] == "permit"
    assert event["outcome"] == ("0" if permitted else "4")
    assert ("meta" in event) <= (permitted and record["channel"] == "api")
    assert ("purposeOfEvent" in event) == ("glass" in record["basis"] or record["act"] == "break_glass")
    assert ("urn:espace-sante:application" in json.dumps(event)) == (
        "app" in record and record["channel"] != SYSTEM
    ) or (record["act"] in ("authorise_app", "end_app"))
    assert sum(one["requestor"] for one in event["agent"]) == 1
    said = json.dumps(event)
    named = f"DocumentReference/{PERSON}{ROW}" in said
    assert named == bool(document and not any("_query" in one for one in event["entity"]))
    assert "sealed" not in said and "document:" not in said, "a document is named only as far as she may know of it"
    if "meta" in event:
        conforms(event)


def conforms(event: dict[str, Any]) -> None:
    """The cardinalities of the BALP profile that it names. Source: IHE ITI BALP, PatientRead, PatientQuery, PatientCreate."""
    profile = event["meta"]["profile"][0].rpartition(".")[2]
    source, destination = ("110153", "110152") if profile != "PatientRead" else ("110152", "110153")
    types = [one["type"]["coding"][0]["code"] for one in event["agent"] if "type" in one]
    assert types.count(source) == types.count(destination) == 1
    assert types.count("AUT" if profile == "PatientCreate" else "IRCP") == 1
    assert all(
        "network" in one and "who" in one for one in event["agent"] if one["type"]["coding"][0]["code"][:3] == "110"
    )
    assert event["action"] == {"PatientRead": "R", "PatientQuery": "E", "PatientCreate": "C"}[profile]
    interaction = {"PatientRead": "read", "PatientQuery": "search-type", "PatientCreate": "create"}[profile]
    assert event["subtype"][0]["code"] == interaction and event["type"]["code"] == "rest"
    kinds = [one["type"]["code"] for one in event["entity"]]
    assert kinds.count("1") == 1 and kinds.count("2") == 1
    data = next(one for one in event["entity"] if one["type"]["code"] == "2")
    assert ("what" in data) != (profile == "PatientQuery") == ("_query" in data)
