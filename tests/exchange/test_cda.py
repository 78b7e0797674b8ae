"""A CDA deposited by software: its own header says what it is and whom it is about; whoever sends it only fills in."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.exchange.test_bad_inputs import refused
from tests.served import Client, Reply, ServedHouse
from tests.small_cda import small_cda

pytestmark = [pytest.mark.slow, pytest.mark.database]
ROOT = "1.2.250.1.213.1.4.10"


def post(client: Client, person: str, content: bytes, /, media_type: str = "text/xml", **changes: Any) -> Reply:
    """Post the least a sender may say: whom it is for, and the bytes."""
    attachment = {"contentType": media_type, "data": base64.b64encode(content).decode()}
    attachment |= changes.pop("attachment", {})
    resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": f"Patient/{person}"},
        "content": [{"attachment": attachment}],
    }
    return client.ask("POST", "/fhir/DocumentReference", resource | changes)


def claimed(**patient: Any) -> dict[str, Any]:
    source = {"resourceType": "Patient", "id": "p"} | patient
    return {"contained": [source], "context": {"sourcePatientInfo": {"reference": "#p"}}}


def test_what_the_document_says_comes_back_from_a_deposit_that_says_nothing(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    document = small_cda(account.ins, ROOT)
    reply = post(served.client("guerin"), person, document)
    assert reply.status == 201, reply.body
    read = herself.ask("GET", f"/fhir/DocumentReference/{reply.json['id']}").json
    assert {k: v for k, v in read.items() if k != "meta"} == {k: v for k, v in reply.json.items() if k != "meta"}
    assert read["masterIdentifier"] == {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.7.1"}
    coding = {"system": "http://loinc.org", "code": "60591-5", "display": "Synthèse médicale"}
    assert read["type"] == {"coding": [coding]}
    assert read["date"] == "2026-11-02T09:30:00+01:00"
    (category,) = read["category"]
    ours, national = category["coding"]
    assert (ours["code"], ours["display"]) == ("1", "Synthèses médicales")
    assert (national["code"], national["display"]) == ("11", "Synthèse")
    person_, device = read["author"]
    number = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899900000022"}
    contained = {f"#{one['id']}": one for one in read["contained"]}
    assert (person_["identifier"], person_["display"]) == (number, "Luc GUERIN")
    role = contained[person_["reference"]]
    assert role["resourceType"] == "PractitionerRole"
    assert contained[role["organization"]["reference"]]["name"] == "Cabinet du Lac"
    assert contained[device["reference"]]["resourceType"] == "Device"
    assert (read["authenticator"]["identifier"], read["authenticator"]["display"]) == (number, "Luc GUERIN")
    assert read["custodian"]["display"] == "Cabinet du Lac"
    target = {"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.7.0"}}
    assert read["relatesTo"] == [{"code": "replaces", "target": target}]
    assert read["securityLabel"][0]["coding"][0]["code"] == "N"
    content = read["content"][0]
    assert content["format"]["code"] == "urn:asip:ci-sis:vsm:2012"
    attachment = content["attachment"]
    assert (attachment["title"], attachment["language"]) == ("Synthèse de Zoé", "fr-FR")
    assert attachment["creation"] == "2026-11-02T09:30:00+01:00"
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(document).digest()
    context = read["context"]
    assert context["period"] == {"start": "2026-11-02T09:00:00+01:00", "end": "2026-11-02T09:30:00+01:00"}
    assert context["event"][0]["coding"][0]["code"] == "CS"
    assert context["facilityType"]["coding"][0]["display"] == "Cabinet individuel"
    assert context["practiceSetting"]["coding"][0]["display"] == "Ambulatoire"
    patient = contained[context["sourcePatientInfo"]["reference"]]
    assert patient["identifier"][0]["value"] == account.ins
    assert patient["name"][0] == {"use": "official", "family": "ESSAI", "given": ["ZOE"]}
    assert herself.ask("GET", f"/fhir/Binary/{reply.json['id']}", Accept="text/xml").body == document


def test_a_document_about_somebody_else_is_refused_whatever_its_sender_says(served: ServedHouse) -> None:
    _, person, account = served.opened()
    guerin, before = served.client("guerin"), served.counted()
    hers = {"name": [{"use": "official", "family": "ESSAI", "given": ["ZOE"]}], "birthDate": "1999-01-02"}
    other_name = small_cda(account.ins, ROOT).replace(b"ESSAI", b"AUTRE")
    refused(post(guerin, person, other_name), 422, "identity-not-matched")
    refused(post(guerin, person, other_name, **claimed(**hers)), 422, "identity-not-matched")
    another = served.new_person()
    refused(post(guerin, person, small_cda(another.ins, ROOT)), 422, "identity-not-matched")
    right = small_cda(account.ins, ROOT)
    refused(post(guerin, person, right, **claimed(birthDate="1999-01-03")), 422, "identity-not-matched")
    number = [{"system": f"urn:oid:{ROOT}", "value": another.ins}]
    refused(post(guerin, person, right, **claimed(identifier=number)), 422, "identity-not-matched")
    assert served.counted() == before


def test_a_false_key_is_an_alert_when_the_traits_are_hers_and_a_refusal_when_nothing_else_is_known(
    served: ServedHouse,
) -> None:
    _, person, _ = served.opened()
    guerin = served.client("guerin")
    assert post(guerin, person, small_cda("299019999900199", ROOT)).status == 201
    nobody = f'<recordTarget><patientRole><id root="{ROOT}" extension="299019999900199"/></patientRole></recordTarget>'
    unknown = small_cda(patient=nobody, id='<id root="1.2.250.1.999.7.2"/>')
    refused(post(guerin, person, unknown), 422, "identity-not-matched")


def test_another_identifier_than_the_documents_own_is_refused(served: ServedHouse) -> None:
    _, person, account = served.opened()
    guerin, document = served.client("guerin"), small_cda(account.ins, ROOT)
    for value, wanted in (("urn:oid:1.2.250.1.999.7.9", 422), ("urn:oid:1.2.250.1.999.7.1", 201)):
        reply = post(guerin, person, document, masterIdentifier={"system": "urn:ietf:rfc:3986", "value": value})
        assert reply.status == wanted, reply.body
        if wanted == 422:
            refused(reply, 422, "unique-id-differs")


def test_a_sender_fills_in_what_the_document_does_not_say(served: ServedHouse) -> None:
    _, person, account = served.opened()
    guerin = served.client("guerin")
    silent = small_cda(account.ins, ROOT, title="", created="", id="", authors="", code="")
    refused(post(guerin, person, silent), 400, "field-missing")
    said = {"title": "Compte rendu", "creation": "2026-11-03T08:00:00+01:00"}
    loinc = {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "Biologie"}]}
    reply = post(guerin, person, silent, attachment=said, type=loinc)
    assert reply.status == 201, reply.body
    attachment = reply.json["content"][0]["attachment"]
    assert {key: attachment[key] for key in said} == said
    assert reply.json["type"] == loinc
    assert reply.json["category"][0]["coding"][0]["code"] == "4"
    assert reply.json["masterIdentifier"]["value"].startswith("urn:uuid:")
    assert reply.json["author"][0]["identifier"]["value"] == "99900000029", "whoever deposits is the author"


def test_a_category_that_is_named_is_kept(served: ServedHouse) -> None:
    _, person, account = served.opened()
    named = [{"coding": [{"system": "urn:espace-sante:categorie", "code": "9"}]}]
    reply = post(served.client("guerin"), person, small_cda(account.ins, ROOT), category=named)
    assert reply.json["category"][0]["coding"][0]["code"] == "9"


def test_dangerous_or_broken_xml_is_refused_by_its_own_word(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    guerin, before = served.client("guerin"), served.counted()
    declared = b'<?xml version="1.0"?>'
    for body, code in (
        (declared + b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', "xml-doctype"),
        (declared + b"<a><b></a>", "xml-unreadable"),
        (declared + b"<a>" * 101 + b"</a>" * 101, "xml-too-deep"),
        (declared + b"<html/>", "not-a-cda"),
        (declared + b'<ClinicalDocument xmlns="urn:hl7-org:v2"/>', "not-a-cda"),
    ):
        refused(post(guerin, person, body), 422, code)
    assert served.counted() == before


def test_hidden_characters_in_a_document_are_refused(served: ServedHouse) -> None:
    _, person, account = served.opened()
    document = small_cda(account.ins, ROOT, title="<title>Compte\u202e rendu</title>")
    refused(post(served.client("guerin"), person, document), 400, "characters-refused")
