"""A transaction whose Patient is new: everything is judged first, then the space opens and all is written; or nothing is.

Looked for below: a space opened by what is refused; one person for two Patients; a Patient that names what is written beside her and
comes back naming an address of the Bundle; a request repeated that invents somebody twice.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.operate.roles import superuser
from tests.inside import rows
from tests.served import Client, ServedHouse

pytestmark = [pytest.mark.database]
HER, HOSPITAL, RESULT = (f"urn:uuid:0e8a2f0c-1111-4a4a-8b8b-00000000000{n}" for n in (1, 2, 3))


def entry(full_url: str, resource: dict[str, Any], **request: str) -> dict[str, Any]:
    name = resource["resourceType"]
    return {"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": name} | request}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "identifier": [{"system": "urn:x", "value": "7"}], "gender": "other"} | more


def observation(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"text": "Glycémie"},
        "subject": {"reference": HER},
        "performer": [{"reference": HOSPITAL}],
    } | more


def bundle(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def whole() -> dict[str, Any]:
    return bundle(
        entry(RESULT, observation()),
        entry(HER, patient(managingOrganization={"reference": HOSPITAL})),
        entry(HOSPITAL, {"resourceType": "Organization", "name": "Hôpital inventé"}),
    )


@pytest.fixture
def software(served: ServedHouse) -> Client:
    return served.client("essai")


@pytest.fixture
def spaces(served: ServedHouse) -> Any:
    def count() -> int:
        asked = rows(served.house.settings, superuser("main"), "SELECT count(*) FROM consent.rights")
        (row,) = served.background.run(asked)
        return int(row["count"])

    return count


def test_a_record_opens_its_space_and_each_reference_leads_to_what_was_written(software: Client, spaces: Any) -> None:
    before = spaces()
    reply = software.ask("POST", "/fhir", whole())
    assert reply.status == 200 and reply.entry, reply.body
    assert reply.json["type"] == "transaction-response"
    assert [one["response"]["status"] for one in reply.json["entry"]] == ["201 Created"] * 3
    result, her, hospital = (one["response"]["location"].partition("/fhir/")[2] for one in reply.json["entry"])
    result, hospital = (one.partition("/_history/")[0] for one in (result, hospital))
    assert spaces() == before + 1
    given = software.ask("GET", f"/fhir/{her}").json
    assert given["managingOrganization"] == {"reference": hospital}
    assert her == f"Patient/{given['id']}" and hospital.startswith(f"Organization/{given['id']}")
    seen = software.ask("GET", f"/fhir/{result}").json
    assert (seen["subject"], seen["performer"]) == ({"reference": her}, [{"reference": hospital}])
    assert software.ask("GET", f"/fhir/{hospital}").json["name"] == "Hôpital inventé"


def test_the_same_record_again_is_another_person_and_the_same_request_is_the_same(
    software: Client, spaces: Any
) -> None:
    before = spaces()
    replies = [software.ask("POST", "/fhir", whole(), Idempotency_Key=key) for key in ("a", "a", "b")]
    assert [one.status for one in replies] == [200] * 3, [one.body for one in replies]
    answers = [one.json["entry"] for one in replies]
    assert spaces() == before + 2
    first, again, other = ([one["response"]["location"] for one in each] for each in answers)
    assert first == again and not set(first) & set(other)
    changed = whole()
    changed["entry"][0]["resource"]["status"] = "amended"
    assert software.ask("POST", "/fhir", changed, Idempotency_Key="a").status == 409
    assert spaces() == before + 2


@pytest.mark.parametrize(
    ("sent", "status", "code", "place"),
    [
        (
            bundle(entry(HER, patient(gender="F")), entry(RESULT, observation(performer=None))),
            422,
            "resource-not-r4",
            "entry[0]",
        ),
        (
            bundle(entry(HER, patient()), entry(RESULT, observation(performer=None, status=None))),
            422,
            "resource-not-r4",
            "entry[1]",
        ),
        (bundle(entry(HER, patient()), entry(RESULT, observation())), 422, "reference-foreign", "entry[1]"),
        (bundle(entry(HER, patient()), entry(HOSPITAL, patient())), 400, "patient-twice", "entry[1]"),
        (bundle(entry(HER, patient(), method="PUT")), 400, "resource-invalid", "entry[0].request"),
        (bundle(entry(HER, patient(), ifNoneExist="identifier=7")), 400, "resource-invalid", "entry[0].request"),
        (bundle(entry("", patient())), 400, "resource-invalid", "entry[0].fullUrl"),
        (bundle(entry(HER, patient()), entry(RESULT, {"resourceType": "ValueSet"})), 404, "resource-type-refused", ""),
    ],
)
def test_what_is_refused_opens_nothing_and_says_where(
    software: Client, spaces: Any, sent: dict[str, Any], status: int, code: str, place: str
) -> None:
    before = spaces()
    data = json.loads(json.dumps(sent), object_hook=lambda one: {k: v for k, v in one.items() if v is not None})
    reply = software.ask("POST", "/fhir", data)
    issue = reply.json["issue"][0]
    assert (reply.status, issue["details"]["coding"][0]["code"]) == (status, code), reply.body
    assert place in issue["expression"][0]
    assert spaces() == before


def test_a_condition_is_answered_among_what_is_sent_or_the_whole_is_refused(software: Client, spaces: Any) -> None:
    before = spaces()
    doctor = {"resourceType": "Practitioner", "identifier": [{"system": "urn:x", "value": "9"}]}
    named = observation(performer=[{"reference": "Practitioner?identifier=urn:x|9"}])
    sent = bundle(entry(HER, patient()), entry(RESULT, named), entry(HOSPITAL, doctor))
    reply = software.ask("POST", "/fhir", sent)
    assert reply.status == 200, reply.body
    _, result, found = (one["response"]["location"].partition("/fhir/")[2] for one in reply.json["entry"])
    given = software.ask("GET", f"/fhir/{result.partition('/_history/')[0]}").json
    assert given["performer"] == [{"reference": found.partition("/_history/")[0]}]
    refused = software.ask("POST", "/fhir", bundle(*sent["entry"][:2]))
    assert (refused.status, refused.json["issue"][0]["details"]["coding"][0]["code"]) == (422, "reference-unresolved")
    assert spaces() == before + 1


def test_somebody_alone_is_a_record_and_more_is_added_to_it_later(software: Client) -> None:
    reply = software.ask("POST", "/fhir", bundle(entry(HER, patient())))
    assert reply.status == 200, reply.body
    her = reply.json["entry"][0]["response"]["location"].partition("/fhir/")[2]
    more = observation(subject={"reference": her})
    del more["performer"]
    assert software.ask("POST", "/fhir", bundle(entry(RESULT, more))).status == 200
    found = software.ask("GET", f"/fhir/{her}/$everything").json["entry"]
    assert sorted(one["resource"]["resourceType"] for one in found) == ["Observation", "Patient"]


def test_nobody_else_opens_a_space_by_sending_a_patient(served: ServedHouse, spaces: Any) -> None:
    before = spaces()
    for word in ("diallo", "petit", "accueil"):
        reply = served.client(word).ask("POST", "/fhir", whole())
        assert reply.status in (400, 404, 422), reply.body
    assert spaces() == before


def test_a_transaction_about_somebody_real_is_one_about_somebody_unknown(served: ServedHouse, software: Client) -> None:
    _, real, _ = served.opened()
    replies = []
    for person in (real, "0" * 32):
        about = observation(subject={"reference": f"Patient/{person}"})
        del about["performer"]
        replies.append(software.ask("POST", "/fhir", bundle(entry(RESULT, about))))
    assert replies[0].status == 404
    assert (replies[0].status, replies[0].body) == (replies[1].status, replies[1].body)
