"""The whole of the PDSm comprehensive metadata: what is posted is given back, to the sender and to whoever reads."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.actions.depositing import Deposit
from espace_sante.actions.further import Further
from tests.inside import deposit
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
NOS = "https://mos.esante.gouv.fr/NOS"
RPPS = "https://rpps.esante.gouv.fr"
CLASS = f"{NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
FACILITY = f"{NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
JDV = "urn:oid:1.2.250.1.213.1.1.4"
ACCESSION = {"coding": [{"system": "urn:ietf:rfc:3986", "code": "urn:ihe:iti:xds:2013:accession"}]}
SAID: dict[str, Any] = {
    "contained": [
        {
            "resourceType": "Practitioner",
            "id": "who",
            "identifier": [{"system": RPPS, "value": "99900000045"}],
            "name": [{"text": "Dr Ana Lopez"}],
        },
        {
            "resourceType": "Organization",
            "id": "where",
            "identifier": [{"value": "990000001"}],
            "name": "Cabinet des Quatre-Vents",
        },
        {
            "resourceType": "PractitionerRole",
            "id": "role",
            "practitioner": {"reference": "#who"},
            "organization": {"reference": "#where"},
            "code": [{"coding": [{"code": "PCP", "display": "Médecin traitant"}]}],
            "specialty": [{"coding": [{"code": "G15_10/SM54", "display": "Médecine générale"}]}],
        },
        {
            "resourceType": "Device",
            "id": "machine",
            "identifier": [{"system": "urn:oid:1.2.3.9", "value": "LOG-1"}],
            "deviceName": [{"name": "Logiciel de cabinet", "type": "model-name"}],
        },
        {"resourceType": "Patient", "id": "her", "name": [{"text": "Zoé Essai"}]},
    ],
    "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.44.5"},
    "category": [{"coding": [{"system": CLASS, "code": "10", "display": "Compte rendu"}]}],
    "date": "2026-11-03T10:00:00+01:00",
    "author": [{"reference": "#role"}, {"reference": "#machine"}, {"reference": "#her"}],
    "authenticator": {"reference": "#role"},
    "custodian": {"reference": "#where"},
    "description": "Consultation de suivi.\nAvec deux lignes.",
    "securityLabel": [{"coding": [{"code": "V"}]}, {"coding": [{"code": "N"}]}],
    "context": {
        "event": [
            {"coding": [{"system": "urn:oid:1.2.250.1.213.2.5", "code": "DEQP003", "display": "Électrocardiographie"}]},
            {"text": "Une observation"},
        ],
        "period": {"start": "2026-11-02T08:00:00+01:00", "end": "2026-11-02T09:00:00+01:00"},
        "facilityType": {"coding": [{"system": FACILITY, "code": "SA08", "display": "Cabinet de groupe"}]},
        "practiceSetting": {
            "coding": [{"system": "http://snomed.info/sct", "code": "394802001", "display": "General medicine"}]
        },
        "encounter": [{"identifier": {"system": "urn:oid:1.2.250.1.999.3", "value": "SEJOUR-12"}}],
        "related": [{"identifier": {"type": ACCESSION, "system": "urn:oid:1.2.3.4", "value": "ACC-7"}}],
    },
}
FORMAT = {
    "system": f"{NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode",
    "code": "urn:ihe:iti:xds-sd:text:2008",
    "display": "Texte",
}


def resolved(resource: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    """Return a contained resource a reference leads to."""
    return next(one for one in resource["contained"] if reference["reference"] == f"#{one['id']}")


def test_what_is_said_of_a_document_is_given_back(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    resource = posted(b"Texte.\n", subject={"reference": f"Patient/{person}"}, **SAID)
    resource["content"][0]["format"] = FORMAT
    created = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
    assert created.status == 201, created.body
    read = herself.ask("GET", f"/fhir/DocumentReference/{created.json['id']}").json
    found = herself.ask("GET", "/fhir/DocumentReference").json["entry"][0]["resource"]
    for given in (created.json, read, found):
        for name in ("masterIdentifier", "date", "description", "type"):
            assert given[name] == resource[name], name
        assert given["context"] == SAID["context"]
        assert given["content"][0]["format"] == FORMAT
        assert [one["coding"][0]["code"] for one in given["securityLabel"]] == ["V", "N"]
        assert given["category"][0]["coding"][1] == SAID["category"][0]["coding"][0]
        role, machine, her = (resolved(given, one) for one in given["author"])
        assert role["resourceType"] == "PractitionerRole"
        assert role["code"][0]["coding"] == [{"code": "PCP", "display": "Médecin traitant"}]
        assert role["specialty"][0]["coding"] == [{"code": "G15_10/SM54", "display": "Médecine générale"}]
        who = resolved(given, role["practitioner"])
        assert (who["identifier"], who["name"]) == (
            [{"system": RPPS, "value": "99900000045"}],
            [{"text": "Dr Ana Lopez"}],
        )
        assert resolved(given, role["organization"])["name"] == "Cabinet des Quatre-Vents"
        assert machine["deviceName"][0]["name"] == "Logiciel de cabinet"
        assert machine["identifier"] == [{"system": "urn:oid:1.2.3.9", "value": "LOG-1"}]
        assert (her["resourceType"], her["name"]) == ("Patient", [{"text": "Zoé Essai"}])
        assert resolved(given, given["authenticator"])["resourceType"] == "PractitionerRole"
        custodian = resolved(given, given["custodian"])
        assert (custodian["name"], custodian["identifier"]) == ("Cabinet des Quatre-Vents", [{"value": "990000001"}])
        ids = [one["id"] for one in given["contained"]]
        assert len(ids) == len(set(ids))
    assert {**read, "meta": ""} == {**found, "meta": ""} == {**created.json, "meta": ""}


def test_without_an_author_the_professional_who_deposits_is_the_author(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    resource = posted(b"Texte.\n", subject={"reference": f"Patient/{person}"})
    created = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource).json
    author = created["author"][0]
    assert author["identifier"] == {"system": RPPS, "value": "99900000029"}
    assert resolved(created, author)["resourceType"] == "PractitionerRole"
    assert herself.ask("GET", f"/fhir/DocumentReference/{created['id']}").json["author"] == created["author"]


@pytest.mark.parametrize("label", ["MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX", "x", ""])
def test_a_label_that_would_hide_or_show_something_is_refused(served: ServedHouse, label: str) -> None:
    _, person, _ = served.opened()
    labels = [{"coding": [{"code": "N"}]}, {"coding": [{"code": label}]}]
    resource = posted(b"Texte.\n", subject={"reference": f"Patient/{person}"}, securityLabel=labels)
    reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
    assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (400, "resource-invalid")


def test_software_that_reads_what_she_does_not_see_yet_is_warned_by_its_label(served: ServedHouse) -> None:
    """Source: DEVBOX EX_3.2-1025; docs/decisions/0027."""
    herself, person, _ = served.opened()
    run, house = served.background.run, served.house
    asked = Deposit(
        b"A dire.\n",
        "text/plain",
        "Résultat",
        5,
        "2026-11-02T09:00:00+01:00",
        author_id="99900000029",
        further=Further(confidentiality=("INVISIBLE_PATIENT",)),
    )
    sent = run(deposit(house, run(house.sign_in("guerin")), f"id:{person}", asked))
    withheld = str(sent.result)
    plain = served.client("guerin").ask(
        "POST", "/fhir/DocumentReference", posted(b"Texte.\n", subject={"reference": f"Patient/{person}"})
    )
    herself.done("grant_access", {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "3"})
    reader = served.client("diallo")
    warned = [{"system": f"{JDV}.13", "code": "INVISIBLE_PATIENT", "display": "Non visible par le patient"}]
    one = reader.ask("GET", f"/fhir/DocumentReference/{withheld}").json
    assert [label["coding"] for label in one["securityLabel"]] == [warned]
    found = reader.ask("GET", f"/fhir/DocumentReference?patient={person}").json["entry"]
    labels = {entry["resource"]["id"]: entry["resource"]["securityLabel"] for entry in found}
    assert labels[withheld] == one["securityLabel"]
    assert [label["coding"][0]["code"] for label in labels[plain.json["id"]]] == ["N"]
    assert herself.ask("GET", f"/fhir/DocumentReference/{withheld}").status == 404
    announced = served.client("guerin").act("announce_document", {"document": withheld, "person": f"id:{person}"})
    assert announced.status == 200, announced.body
    assert herself.ask("GET", f"/fhir/DocumentReference/{withheld}").status == 200
