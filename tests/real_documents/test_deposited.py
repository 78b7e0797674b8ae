"""Each real document deposited by the API with nothing said of it but whom it is for: what is then known of it is what the
list published with it says, key by key; and what was deposited comes back byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from espace_sante.formats.cda.timestamps import instant_of
from espace_sante.formats.codes import fhir_system, unique_identifier
from espace_sante.keeper import demand as d
from tests import needs
from tests.fixtures_database import Databases
from tests.real_documents.examples import FOLDER
from tests.real_documents.test_header import OTHERWISE, expected
from tests.served import Client, ServedHouse, served_house

pytestmark = [needs.shared("data/interop-fr/cda-expected-metadata.json"), pytest.mark.slow, pytest.mark.database]
# Said by the document, and by no element of a DocumentReference: `inspect` says them (tests/unit/cli/test_inspect.py).
NOT_IN_FHIR = {"setId", "version", "structured", "bodyMediaType", "givenNames", "usedName", "birthPlaceCOG"}
NOT_IN_FHIR |= {"otherPatientIds", "insRoot", "insKind", "insKeyValid"}
SEX = {"female": "F", "male": "M"}


class Shelves:
    """One space for each identity the documents name, opened when it is first needed.

    Two of them bear one number under two first names: the space of the first is closed before the second opens.
    """

    def __init__(self, served: ServedHouse) -> None:
        self.served = served
        self.opened: dict[tuple[str, ...], tuple[Client, str]] = {}
        self.deposited: dict[tuple[str, ...], int] = {}

    def of(self, known: dict[str, Any]) -> tuple[Client, str]:
        born = known["birthDate"]
        number = {"ins": known["ins"]} if known["insKeyValid"] else {}
        identity = number | {
            "birth_name": known["birthName"],
            "first_given": known["firstGiven"],
            "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "sex": known["sex"],
        }
        key = tuple(identity.values())
        self.deposited[key] = self.deposited.get(key, 0) + 1
        if key not in self.opened:
            for other in [one for one in self.opened if number and one[0] == known["ins"]]:
                self.opened.pop(other)[0].done("close_space", {"sure": "yes"})
                self.served.background.run(self.served.house.link.ask(d.Maintain(0, "erase")))
            herself, person, _ = self.served.opened(**identity)
            self.opened[key] = (herself, person)
        return self.opened[key]


@pytest.fixture(scope="module")
def shelves(databases: Databases) -> Iterator[Shelves]:
    with served_house(databases, uploads_per_minute=1000) as running:
        yield Shelves(running)


def coding(concept: dict[str, Any] | None) -> dict[str, str]:
    found: dict[str, str] = concept["coding"][0] if concept else {}
    return found


def identifier(text: str) -> dict[str, str]:
    """Return a unique identifier of the published list as FHIR writes it."""
    form = unique_identifier("urn:ietf:rfc:3986", text) if "^" not in text else None
    if form is not None:
        return {"system": "urn:ietf:rfc:3986", "value": form}
    root, _, extension = text.partition("^")
    return {"system": f"urn:oid:{root}", "value": extension}


def parties(reference: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"#{one['id']}": one for one in reference.get("contained", [])}


def number_of(reference: dict[str, Any], party: dict[str, Any]) -> str:
    found = party.get("identifier") or parties(reference)[party["reference"]].get("identifier", [{}])[0]
    return str(found.get("value", ""))


# Each key of the published list: where it is in the DocumentReference, and the form it takes there.
Look = Callable[[dict[str, Any]], Any]
Form = Callable[[Any], Any]


def attachment(reference: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = reference["content"][0]["attachment"]
    return found


def patient(reference: dict[str, Any]) -> dict[str, Any]:
    return parties(reference)[reference["context"]["sourcePatientInfo"]["reference"]]


def same(value: Any) -> Any:
    return value


KEYS: dict[str, tuple[Look, Form]] = {
    "uniqueId": (lambda r: r["masterIdentifier"], identifier),
    "typeCode": (lambda r: coding(r["type"])["code"], same),
    "typeSystem": (lambda r: coding(r["type"])["system"], fhir_system),
    "typeDisplay": (lambda r: coding(r["type"]).get("display"), same),
    "classCode": (lambda r: r["category"][0]["coding"][1]["code"], same),
    "formatCode": (lambda r: r["content"][0]["format"]["code"], same),
    "mimeType": (lambda r: attachment(r)["contentType"], same),
    "title": (lambda r: attachment(r)["title"], same),
    "creationTime": (lambda r: attachment(r)["creation"], instant_of),
    "languageCode": (lambda r: attachment(r)["language"], same),
    "size": (lambda r: attachment(r)["size"], same),
    "sha1": (lambda r: base64.b64decode(attachment(r)["hash"]).hex(), same),
    "confidentiality": (lambda r: [coding(one)["code"] for one in r["securityLabel"]], same),
    "serviceStart": (lambda r: r["context"]["period"].get("start"), lambda v: instant_of(v) if v else None),
    "serviceStop": (lambda r: r["context"]["period"].get("end"), lambda v: instant_of(v) if v else None),
    "eventCodes": (
        lambda r: [(coding(one)["code"], coding(one)["system"]) for one in r["context"].get("event", [])],
        lambda v: [(one["code"], fhir_system(one["system"])) for one in v],
    ),
    "practiceSetting": (lambda r: coding(r["context"]["practiceSetting"])["code"], same),
    "facilityType": (lambda r: coding(r["context"]["facilityType"])["code"], same),
    "ins": (lambda r: patient(r)["identifier"][0]["value"], same),
    "birthName": (lambda r: patient(r)["name"][0]["family"], same),
    "firstGiven": (lambda r: patient(r)["name"][0]["given"][0], same),
    "sex": (lambda r: SEX[patient(r)["gender"]], same),
    "birthDate": (lambda r: patient(r)["birthDate"].replace("-", ""), same),
    "authors": (
        lambda r: [number_of(r, one) for one in r["author"]],
        lambda v: [one["id"] for one in v],
    ),
    "legalAuthenticator": (lambda r: number_of(r, r["authenticator"]), same),
    "custodian": (lambda r: number_of(r, r["custodian"]), same),
}


@pytest.mark.parametrize("name", expected())
def test_what_is_known_of_a_deposited_document_is_what_the_list_says(shelves: Shelves, name: str) -> None:
    known, data = expected()[name], (FOLDER / name).read_bytes()
    herself, person = shelves.of(known)
    sent = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": f"Patient/{person}"},
        "content": [{"attachment": {"contentType": known["mimeType"], "data": base64.b64encode(data).decode()}}],
    }
    reply = shelves.served.client("guerin").ask("POST", "/fhir/DocumentReference", sent)
    assert reply.status == 201, reply.body
    found = herself.ask("GET", f"/fhir/DocumentReference/{reply.json['id']}").json
    assert set(known) - NOT_IN_FHIR - {"sha256", "replaces"} == set(KEYS), "no key is forgotten"
    differences = {}
    for key, (look, form) in KEYS.items():
        wanted = form(OTHERWISE.get((name, key), known[key]))
        if (seen := look(found)) != wanted:
            differences[key] = (seen, wanted)
    assert differences == {}
    said = [one["target"].get("identifier") for one in found.get("relatesTo", [])]
    if said != [None]:  # an identifier: what it replaces is not here; else a document of this space
        assert said == [identifier(one) for one in known["replaces"]]
    read = herself.ask("GET", f"/fhir/Binary/{reply.json['id']}", Accept=f"{known['mimeType']}, */*;q=0.1")
    assert read.body == data and hashlib.sha256(read.body).hexdigest() == known["sha256"]


def test_every_document_is_listed_and_what_it_replaces_is_there_when_it_says_where(shelves: Shelves) -> None:
    """After all of them, in the order of their names: a second version that came before the first replaced nothing."""
    listed = 0
    for herself, person in shelves.opened.values():
        page = herself.ask("GET", f"/fhir/DocumentReference?patient={person}&_count=100").json
        listed += page["total"]
        resources = [entry["resource"] for entry in page["entry"]]
        ids = {one["id"] for one in resources}
        for one in resources:
            for relation in one.get("relatesTo", []):
                target = relation["target"].get("reference", "")
                assert not target or target.removeprefix("DocumentReference/") in ids
    assert listed == sum(shelves.deposited[key] for key in shelves.opened) >= 34
