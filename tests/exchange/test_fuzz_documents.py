"""Anything in a submission, in what is said of a document or in a search: a refusal or an answer, never a failure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.exchange.fhir.search import PARAMETERS
from tests.exchange.bundles import bundle, document, superseding
from tests.exchange.test_fuzz import RUN, paths, put, sound, values
from tests.exchange.test_metadata import SAID
from tests.served import Client, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
ASIDE = {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4.5.6"}
REPLACING = {"relatesTo": [{"code": "replaces", "target": {"identifier": ASIDE}}]}
PLAIN = posted(b"Bonjour.\n", subject={"reference": "Patient/x"}, **SAID)
WHOLE = bundle(
    *document(b"Un.\n", subject={"reference": "Patient/x"}),
    *document(b"Deux.\n", subject={"reference": "Patient/x"}, **REPLACING),
    superseding("DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3.4.5.6"),
    submission={"source": {"reference": "#p"}, "contained": [{"resourceType": "Patient", "id": "p"}], "title": "Lot"},
)


@pytest.fixture(scope="module")
def client(served: ServedHouse) -> Client:
    """A person with an open space of her own, so that what is right goes to the end."""
    return served.opened()[0]


@pytest.fixture(scope="module")
def person(client: Client) -> str:
    return str(client.ask("GET", "/api/moi").json["person"])


def about(resource: Any, person: str) -> bytes:
    return json.dumps(resource).replace("Patient/x", f"Patient/{person}").encode()


def test_unchanged_they_go_through(client: Client, person: str) -> None:
    first = posted(b"Premier.\n", subject={"reference": f"Patient/{person}"}, masterIdentifier=ASIDE)
    assert client.ask("POST", "/fhir/DocumentReference", first).status == 201
    assert client.ask("POST", "/fhir/DocumentReference", about(PLAIN, person)).status == 201
    reply = client.ask("POST", "/fhir", about(WHOLE, person))
    assert reply.status == 200, reply.body


@RUN
@given(path=st.sampled_from(paths(PLAIN)), new=values)
def test_what_is_said_of_a_document_with_anything_in_the_place_of_anything(
    client: Client, person: str, path: tuple[Any, ...], new: Any
) -> None:
    reply = client.ask("POST", "/fhir/DocumentReference", about(put(PLAIN, path, new), person))
    assert sound(reply.status, reply.body), (reply.status, reply.body, path, new)
    if reply.status == 201:
        assert client.ask("GET", f"/fhir/DocumentReference/{reply.json['id']}").status == 200


@RUN
@given(path=st.sampled_from(paths(WHOLE)), new=values)
def test_a_submission_with_anything_in_the_place_of_anything(
    client: Client, person: str, path: tuple[Any, ...], new: Any
) -> None:
    reply = client.ask("POST", "/fhir", about(put(WHOLE, path, new), person))
    assert sound(reply.status, reply.body), (reply.status, reply.body, path, new)


@RUN
@given(
    name=st.sampled_from([name for name, _ in PARAMETERS]),
    value=st.text(max_size=30)
    | st.sampled_from(["ge9999-12-31", "lt0001", "le2026-03-29T02:30", "a\\,b", "\\", ",", "||"]),
)
def test_a_search_by_anything(client: Client, name: str, value: str) -> None:
    reply = client.ask("GET", f"/fhir/DocumentReference?{name}={quote(value.encode('utf-8', 'replace'))}")
    assert sound(reply.status, reply.body), (reply.status, reply.body)
