"""Anything posted is answered by a refusal or a deposit: never by a failure, never by a trace of the program."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.served import JSON, Client, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
# `make fuzz` asks for many more.
RUN = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")), deadline=None, suppress_health_check=list(HealthCheck)
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20)
    | st.sampled_from(
        ["Patient/x", "#p", "current", "urn:oid:1.2", "\ud800", "\u202e", "2026-13-45", "YQ==", "", "text/plain"]
    )
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every member of a JSON value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [before, *(path for key, member in members for path in paths(member, (*before, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    found = dict(value) if isinstance(value, dict) else list(value)
    found[path[0]] = put(found[path[0]], path[1:], new)
    return found


FULL = posted(
    b"Bonjour.\n",
    subject={"reference": "Patient/x"},
    masterIdentifier={"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
    date="2026-11-02",
    author=[{"reference": "#r", "display": "Dr Essai"}],
    contained=[
        {
            "resourceType": "Patient",
            "id": "p",
            "name": [{"family": "ESSAI", "given": ["ZOE"]}],
            "gender": "female",
            "birthDate": "1999-01",
        },
        {
            "resourceType": "PractitionerRole",
            "id": "r",
            "practitioner": {"reference": "#q"},
            "organization": {"display": "H"},
        },
        {"resourceType": "Practitioner", "id": "q", "name": [{"text": "Dr"}], "identifier": [{"value": "1"}]},
    ],
    securityLabel=[{"coding": [{"code": "N"}]}],
    context={"period": {"start": "2026-11-01"}, "sourcePatientInfo": {"reference": "#p"}},
    attachment={"size": 9, "language": "fr-FR"},
)
PATHS = paths(FULL)


@pytest.fixture(scope="module")
def client(served: ServedHouse) -> Client:
    """A person with an open space of her own, so that what is right goes to the end."""
    return served.opened()[0]


@pytest.fixture(scope="module")
def hers(client: Client) -> Any:
    person = client.ask("GET", "/api/moi").json["person"]
    return put(FULL, ("subject",), {"reference": f"Patient/{person}"})


def sound(status: int, body: bytes) -> bool:
    return status < 500 and b"Traceback" not in body and b'File \\"' not in body


def test_unchanged_it_is_accepted(client: Client, hers: Any) -> None:
    assert client.ask("POST", "/fhir/DocumentReference", hers).status == 201


@RUN
@given(path=st.sampled_from(PATHS), new=values)
def test_a_resource_with_anything_in_the_place_of_anything(
    client: Client, hers: Any, path: tuple[Any, ...], new: Any
) -> None:
    body = json.dumps(put(hers, path, new)).encode()
    reply = client.ask("POST", "/fhir/DocumentReference", body)
    assert sound(reply.status, reply.body), (reply.status, reply.body, body)


@RUN
@given(body=st.binary(max_size=200))
def test_any_bytes(client: Client, body: bytes) -> None:
    for address, kind in (("/fhir/DocumentReference", "application/fhir+json"), ("/api/demarches/mask", JSON)):
        reply = client.ask("POST", address, body, content_type=kind)
        assert 400 <= reply.status < 500, reply.body


@RUN
@given(
    act=st.sampled_from(
        [
            "grant_access",
            "limit_grant",
            "name_administrator",
            "mask",
            "unmask",
            "block",
            "unblock",
            "contest_access",
            "report_mistake",
            "allow_support",
            "end_support",
            *("authorise_app", "end_app", "name_helper", "end_mandate", "accept_mandate", "read_mandate"),
            *("name_trusted_person", "end_trusted_person"),
            "list_cases",
            "answer_case",
            "confirm_case_answer",
            "open_support",
            "read_support",
            *("record_representation", "contest_representation", "end_representation"),
            *("record_death", "contest_death", "refuse_after_death"),
            *("record_order", "confirm_order", "prolong_order", "list_orders"),
            "set_emergency_will",
            "refuse_emergency",
            "break_glass",
            "confirm_emergency",
            "issue_access_card",
            "revoke_access_card",
            "use_access_card",
            "request_access",
            "accept_request",
            "decline_request",
            "allow_secondary_use",
            "end_secondary_use",
            "seal_space",
            "announce_document",
            "withdraw_access",
            "deposit_document",
            "list_documents",
            "read_journal",
            "read_document",
            "reopen_space",
            "reverse_refusal",
            "export_journal",
            "prove_journal",
            "record_delivery",
            "record_return",
            "invite",
        ]
    ),
    data=st.data(),
)
def test_an_act_with_anything_in_its_fields(client: Client, act: str, data: st.DataObject) -> None:
    names = [
        "practitioner",
        "scope",
        "categories",
        "documents",
        "purpose",
        "days",
        "document",
        "category",
        "file",
        "title",
        "created",
        "offset",
        "count",
        "before",
        "ins",
        "person",
        "sex",
        "birth_date",
        "regulator",
        "bedside",
        "hidden",
        "kind",
        "beside",
        "ground",
        "reason",
        "deposits",
        "proof",
        "day",
        "way",
    ]
    given_values = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=6))
    reply = client.ask("POST", f"/api/demarches/{act}", json.dumps(given_values).encode(), content_type=JSON)
    assert sound(reply.status, reply.body), (reply.status, reply.body, given_values)


@RUN
@given(
    query=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    name=st.sampled_from(["patient", "patient.identifier", "_count", "page", "status", "x"]),
)
def test_any_search(client: Client, query: str, name: str) -> None:
    for address in (f"/fhir/DocumentReference?{name}={query}", f"/fhir/DocumentReference/{query}", f"/fhir/{query}"):
        reply = client.ask("GET", address.replace("#", "%23"))
        assert sound(reply.status, reply.body), (address, reply.body)


OF_RESOURCES = (
    *("patient", "code", "date", "value-quantity", "_id", "_sort", "_include", "_revinclude", "_total", "page"),
    *("_type", "_since", "start", "end", "_count", "code:not", "subject:Patient", "patient:identifier"),
)


@RUN
@given(
    query=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    name=st.sampled_from(OF_RESOURCES),
)
def test_any_search_of_resources(client: Client, query: str, name: str) -> None:
    asked = f"{name}={query}".replace("#", "%23")
    for address in (f"Observation?{asked}", f"Patient/x/Observation?{asked}", f"Patient/x/$everything?{asked}"):
        reply = client.ask("GET", f"/fhir/{address}")
        assert sound(reply.status, reply.body), (address, reply.body)
    for method, headers in (("DELETE", {}), ("PUT", {}), ("POST", {"If_None_Exist": asked})):
        reply = client.ask(method, f"/fhir/Observation?{asked}", b"{}", **headers)
        assert sound(reply.status, reply.body), (method, query, reply.body)
