"""Every act of the registry by JSON, from the registry alone."""

from __future__ import annotations

import base64

import pytest

from espace_sante.access.request import Channel
from espace_sante.actions.registry import REGISTRY
from tests.served import JSON, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]


def test_every_act_is_listed_with_its_fields(served: ServedHouse) -> None:
    listed = served.client().ask("GET", "/api/demarches").json["demarches"]
    assert [act["id"] for act in listed] == [act.id for act in REGISTRY.values() if Channel.API in act.channels]
    for act in listed:
        assert served.client().ask("GET", f"/api/demarches/{act['id']}").json == act


def test_a_whole_story_by_acts_alone(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    moi = herself.ask("GET", "/api/moi").json
    assert (moi["kind"], moi["person"], moi["invited"]) == ("person", person, False)
    data = base64.b64encode(b"Bonjour.\n").decode()
    file = {"name": "lettre.txt", "media_type": "text/plain", "data": data}
    values = {"file": file, "title": "Lettre", "category": 5, "created": "2026-11-02", "person": f"ins:{account.ins}"}
    sent = served.client("guerin").done("deposit_document", values, Idempotency_Key="depot-1")
    assert sent["effect"] == "immediate"
    assert sent["receipt"]["payload"]["entry"] == sent["entry"]
    document = sent["result"]["document"]
    again = served.client("guerin").done("deposit_document", values, Idempotency_Key="depot-1")
    assert again["result"] == sent["result"]
    listed = herself.done("list_documents")["result"]
    assert (listed["total"], listed["documents"][0]["document"], listed["documents"][0]["masked"]) == (
        1,
        document,
        False,
    )
    herself.done(
        "grant_access",
        {"practitioner": "99900000011", "scope": "documents", "documents": [document], "purpose": "care", "days": 7},
    )
    read = served.client("diallo").done("read_document", {"document": document})["result"]
    assert read["title"] == "Lettre"
    assert read["content"] == f"{served.address}/fhir/Binary/{document}"
    herself.done("mask", {"document": document})
    assert herself.done("list_documents")["result"]["documents"][0]["masked"] is True
    assert served.client("diallo").act("read_document", {"document": document}).status == 404
    journal = herself.done("read_journal", {"count": 3})["result"]
    assert len(journal["records"]) == len(journal["references"]) == 3
    assert journal["grants"][0]["practitioner"] == "99900000011"
    assert herself.done("close_space", {"sure": True})["receipt"]["signature"]["alg"] == "Ed25519"


def test_a_refusal_leaves_a_receipt(served: ServedHouse) -> None:
    account = served.new_person()
    values = {"ins": account.ins, "birth_name": "ESSAI", "first_given": "ZOE", "birth_date": "1999-01-02", "sex": "F"}
    served.client("accueil").done("invite", values)
    assert served.client(account.id).ask("GET", "/api/moi").json["invited"] is True
    assert served.client(account.id).done("refuse_space")["receipt"]["payload"]["act"] == "refuse_space"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sure": "yes", "autre": "x"}, "field-invalid"),
        ({"sure": {"a": 1}}, "field-invalid"),
        ({"sure": "peut-être"}, "field-invalid"),
        ({"sure": "no"}, "field-invalid"),
        ({}, "field-missing"),
        ({"sure": "yes", "person": 1}, "field-invalid"),
        ({"sure": "yes", "person": "é"}, "field-invalid"),
    ],
)
def test_what_is_not_a_yes_closes_nothing(served: ServedHouse, values: dict[str, object], code: str) -> None:
    herself, _, _ = served.opened()
    reply = herself.act("close_space", values)
    assert (reply.status, reply.json["code"]) == (400, code)
    assert reply.json["sentence"]
    assert herself.ask("GET", "/fhir/DocumentReference").status == 200


def test_a_file_that_is_not_one_is_refused(served: ServedHouse) -> None:
    herself, _, _ = served.opened()
    values = {"title": "Lettre", "category": "5", "created": "2026-11-02"}
    for file, code in (("x", "field-invalid"), ({"media_type": "text/plain", "data": "é"}, "resource-invalid")):
        assert herself.act("deposit_document", values | {"file": file}).json["code"] == code
    assert herself.act("deposit_document", values).json["code"] == "field-missing"


def test_a_token_is_given_for_invented_people_on_the_loopback_address_only(served: ServedHouse) -> None:
    ask = served.client().ask
    assert ask("POST", "/api/jeton", {"as": "personne"}, content_type=JSON).json["code"] == "account-unknown"
    assert ask("POST", "/api/jeton", {}, content_type=JSON).json["code"] == "field-missing"
    elsewhere = ask("POST", "/api/jeton", {"as": "karim"}, content_type=JSON, Host="exemple.fr")
    assert (elsewhere.status, elsewhere.json["code"]) == (403, "development-provider-off")
    by_form = ask("POST", "/api/jeton", b"as=karim", content_type="application/x-www-form-urlencoded")
    assert by_form.status == 415


def test_a_session_that_was_ended_opens_nothing(served: ServedHouse) -> None:
    karim = served.client("karim")
    assert karim.ask("GET", "/api/moi").status == 200
    assert karim.ask("DELETE", "/api/jeton").status == 204
    assert karim.ask("GET", "/api/moi").status == 401
    assert karim.ask("GET", "/fhir/DocumentReference").status == 401


def test_unknown_acts_and_addresses_are_said_to_be(served: ServedHouse) -> None:
    karim = served.client("karim")
    assert karim.act("tout_lire").json["code"] == "act-unknown"
    assert karim.ask("GET", "/api/autre").json["code"] == "page-unknown"
    assert karim.ask("PUT", "/api/moi").status == 405
    assert served.client().act("close_space", {"sure": "yes"}).status == 401
