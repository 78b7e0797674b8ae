"""A software on trial over HTTP: it opens invented spaces, reads and writes there, one per request; nobody else, nowhere else.

Looked for below: a token or an act that exists without the trial provider; a Patient that comes back changed, or to anybody else; a
space opened by what is not a Patient of FHIR R4.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.frame import Request
from espace_sante.actions.further import Further
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of
from espace_sante.assembly import application
from espace_sante.exchange.routes import routes
from espace_sante.operate.roles import superuser
from tests.exchange.resources import observation
from tests.inside import rows
from tests.served import JSON, Client, Reply, ServedHouse, asked, posted

pytestmark = [pytest.mark.database]
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "theirs",
    "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"], "versionId": "9"},
    "extension": [{"url": "http://example.org/score", "valueDecimal": 5.20}],
    "name": [{"use": "official", "family": "Essai", "given": ["Ada", "Lou"]}],
    "gender": "female",
    "birthDate": "1980-01",
}


@pytest.fixture
def software(served: ServedHouse) -> Client:
    return served.client("essai")


def opened(software: Client, patient: dict[str, Any] | None = None) -> str:
    done = software.done("open_sandbox", {"patient": json.dumps(patient or PATIENT)})
    assert json.loads(json.dumps(done["receipt"]))["payload"]["answers"] == {"open": "yes", "invented": "yes"}
    return str(done["result"]["person"])


def test_an_invented_person_is_given_back_as_she_was_sent_to_software_on_trial_alone(
    served: ServedHouse, software: Client
) -> None:
    person = opened(software)
    reply = software.ask("GET", f"/fhir/Patient/{person}")
    assert reply.status == 200 and reply.entry
    given = reply.json
    assert given.pop("id") == person
    meta = given.pop("meta")
    assert {name: meta[name] for name in ("profile", "versionId")} == {
        "profile": PATIENT["meta"]["profile"],
        "versionId": "1",
    }
    assert given == {name: value for name, value in PATIENT.items() if name not in ("id", "meta")}
    assert b"5.2" in reply.body
    unknown = software.ask("GET", "/fhir/Patient/" + "0" * 32)
    for word in ("diallo", "jeanne", "accueil", "petit"):
        other = served.client(word).ask("GET", f"/fhir/Patient/{person}")
        assert (other.status, other.body) == (404, unknown.body)


def test_what_is_written_in_an_invented_space_is_read_there_and_nowhere_else(
    served: ServedHouse, software: Client
) -> None:
    person = opened(software)
    _, real, _ = served.opened()
    body = observation(person)
    written = software.ask("POST", "/fhir/Observation", body)
    assert written.status == 201, written.body
    identifier = written.json["id"]
    assert software.ask("GET", f"/fhir/Observation/{identifier}").json["id"] == identifier
    assert served.client("diallo").ask("GET", f"/fhir/Observation/{identifier}").status == 404
    found = software.ask("GET", f"/fhir/Observation?patient={person}&code=14771-0").json
    assert [one["resource"]["id"] for one in found["entry"]] == [identifier]
    whole = software.ask("GET", f"/fhir/Patient/{person}/$everything?_count=1").json
    seen = [whole["entry"][0]["resource"]]
    following = next(one["url"] for one in whole["link"] if one["relation"] == "next")
    rest = software.ask("GET", "/fhir/" + following.partition("/fhir/")[2]).json
    seen += [one["resource"] for one in rest["entry"]]
    assert {(one["resourceType"], one["id"]) for one in seen} == {("Patient", person), ("Observation", identifier)}
    for path in (f"Observation?patient={person}", f"Patient/{person}/$everything"):
        other, nobody = (
            served.client("diallo").ask("GET", f"/fhir/{one}") for one in (path, path.replace(person, "0" * 32))
        )
        assert other.status == nobody.status == 404 and other.body == nobody.body
    refused = software.ask("POST", "/fhir/Observation", observation(real))
    unknown = software.ask("POST", "/fhir/Observation", observation("0" * 32))
    assert refused.status == 404
    assert (refused.status, refused.body) == (unknown.status, unknown.body)


@pytest.mark.parametrize(
    ("patient", "status", "code"),
    [
        ("{", 400, "body-not-json"),
        ({"resourceType": "Observation"}, 400, "resource-invalid"),
        ({"resourceType": "Patient", "gender": "F"}, 422, "resource-not-r4"),
        ("", 400, "field-missing"),
    ],
)
def test_what_is_not_a_patient_of_r4_opens_nothing(
    software: Client, patient: str | dict[str, Any], status: int, code: str
) -> None:
    said = patient if isinstance(patient, str) else json.dumps(patient)
    reply = software.act("open_sandbox", {"patient": said})
    assert (reply.status, reply.json["code"]) == (status, code)


def test_nobody_else_opens_an_invented_space(served: ServedHouse) -> None:
    for word in ("diallo", "petit", "accueil"):
        reply = served.client(word).act("open_sandbox", {"patient": json.dumps(PATIENT)})
        assert reply.status == 404, (word, reply.body)


def test_without_the_trial_provider_neither_the_token_nor_the_opening_exists(
    served: ServedHouse, software: Client
) -> None:
    settings = replace(served.frame.settings, development_provider=False)
    application = Starlette(routes=routes(replace(served.frame, settings=settings), None))

    def ask(method: str, path: str, body: bytes = b"") -> Reply:
        headers = [("authorization", f"Bearer {software.token}"), ("content-type", JSON), ("host", "127.0.0.1")]
        sent = [(name.encode(), value.encode()) for name, value in headers]
        return served.background.run(asked(application, method, path, sent, body))

    token = ask("POST", "/api/jeton", b'{"as": "essai"}')
    assert (token.status, token.json["code"]) == (403, "development-provider-off")
    listed = ask("GET", "/api/demarches").json["demarches"]
    assert listed and all(one["id"] != "open_sandbox" for one in listed)
    assert "/api/demarches/open_sandbox" not in ask("GET", "/api/openapi.json").json["paths"]
    assert "/api/demarches/open_sandbox" in software.ask("GET", "/api/openapi.json").json["paths"]
    for method, body in (("GET", b""), ("POST", b"{}")):
        answer = ask(method, "/api/demarches/open_sandbox", body)
        assert (answer.status, answer.json["code"]) == (404, "act-unknown")


def test_a_document_is_deposited_listed_and_read_in_an_invented_space(served: ServedHouse, software: Client) -> None:
    before = _told_and_counted(served)
    person = opened(software)
    sent = software.ask("POST", "/fhir/DocumentReference", posted(b"essai", subject={"reference": f"Patient/{person}"}))
    assert sent.status == 201, sent.body
    # One that waits to be told to a person by somebody is shown to the software, and no letter is due for it.
    run = served.background.run
    asked = Deposit(
        b"retenu",
        "text/plain",
        "Résultat",
        5,
        "2026-11-02T09:00:00+01:00",
        author_id="99900000029",
        further=Further(confidentiality=("INVISIBLE_PATIENT",)),
    )
    request = Request(session_of(software.token), Channel.API, Proof.NONE, f"id:{person}", False, "", "tests")
    later = str(run(REGISTRY[ActId.DEPOSIT_DOCUMENT].perform(served.frame, request, asked)).result)
    assert software.ask("GET", f"/fhir/Binary/{later}").body == b"retenu"
    assert _told_and_counted(served) == before, "nobody is written to about somebody invented, nor is she counted"
    found = software.ask("GET", f"/fhir/DocumentReference?patient={person}")
    assert found.json["total"] == 2
    assert software.ask("GET", f"/fhir/Binary/{sent.json['id']}").body == b"essai"
    assert served.client("guerin").ask("GET", f"/fhir/Binary/{sent.json['id']}").status == 404
    assert software.ask("GET", "/fhir/DocumentReference").status == 404, "whose is always said"


def test_no_page_is_for_a_software_on_trial(served: ServedHouse, software: Client) -> None:
    whole = application(served.frame, served.house.provider)

    def ask(method: str, path: str, body: bytes = b"", token: str = "") -> Reply:
        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/x-www-form-urlencoded")]
        headers.append((b"origin", b"http://127.0.0.1"))
        headers += [(b"cookie", f"es_session={token}".encode())] if token else []
        return served.background.run(asked(whole, method, path, headers, body))

    for path in ("/fr", "/moi", "/pro", "/guichet", "/exploitant", "/moi/documents"):
        nobody, shown = ask("GET", path), ask("GET", path, token=software.token)
        assert (shown.status, shown.headers.get("location")) == (nobody.status, nobody.headers.get("location")), path
        assert shown.status < 400
    assert ask("POST", "/connexion", b"account=essai").status == 400, "nor is it somebody to sign in as"


def _told_and_counted(served: ServedHouse) -> dict[str, list[tuple[object, ...]]]:
    """Return what is to be told to somebody, and what was counted of everybody."""
    asked = {table: f"SELECT * FROM {table} ORDER BY 1, 2" for table in ("notices.outbox", "counts.daily")}
    run, settings = served.background.run, served.house.settings
    return {table: [tuple(row) for row in run(rows(settings, superuser("main"), one))] for table, one in asked.items()}
