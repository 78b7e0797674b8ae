"""A hospital's software without anybody at the screen: a token for its structure, writing and nothing else."""

from __future__ import annotations

import pytest

from tests.exchange.resources import resource
from tests.exchange.smart.apps import RSA, Apps
from tests.served import Reply

pytestmark = [pytest.mark.slow, pytest.mark.database]
SCOPE = "system/Observation.cud"


def token(apps: Apps, scope: str = SCOPE, client: str = "laboratoire", **proof: object) -> Reply:
    return apps.token(grant_type="client_credentials", scope=scope, **apps.proof(client, **proof))


def test_a_service_that_signs_gets_a_short_token_and_nothing_that_lasts(apps: Apps) -> None:
    for key in ({}, {"key": RSA}):
        reply = token(apps, **key)
        assert reply.status == 200, reply.body
        assert 0 < reply.json["expires_in"] <= 300
        assert "refresh_token" not in reply.json and "patient" not in reply.json
        assert reply.json["scope"].startswith("system/Observation.")


def test_a_service_writes_for_its_structure_and_reads_nothing(apps: Apps) -> None:
    _, _, person = apps.person()
    writer = apps.bearer(token(apps).json["access_token"])
    reply = writer.ask("POST", "/fhir/Observation", resource("Observation", person))
    assert reply.status == 201, reply.body
    assert writer.ask("GET", f"/fhir/Observation/{reply.json['id']}").status in (403, 404)
    assert writer.ask("POST", "/fhir/AllergyIntolerance", resource("AllergyIntolerance", person)).status in (403, 404)
    assert writer.ask("GET", f"/fhir/DocumentReference?patient={person}").status in (403, 404)


@pytest.mark.parametrize(
    "scope",
    [
        "patient/Observation.cud",
        "user/Observation.cud",
        "system/Immunization.c",
        "system/Observation.rs",
        "openid",
        "x",
    ],
)
def test_it_gets_no_more_than_the_register_says(apps: Apps, scope: str) -> None:
    reply = token(apps, scope)
    assert (reply.status, reply.json["error"]) == (400, "invalid_scope")


def test_what_goes_beyond_the_register_is_left_out(apps: Apps) -> None:
    given = token(apps, "system/*.cruds patient/*.rs offline_access launch")
    assert given.status == 200, given.body
    assert given.json["scope"] == SCOPE


def test_a_service_says_what_it_asks_and_signs_each_time(apps: Apps) -> None:
    assert apps.token(grant_type="client_credentials", **apps.proof("laboratoire")).json["error"] == "invalid_request"
    proof = apps.proof("laboratoire")
    assert apps.token(grant_type="client_credentials", scope=SCOPE, **proof).status == 200
    assert apps.token(grant_type="client_credentials", scope=SCOPE, **proof).status == 401
    assert apps.token(grant_type="client_credentials", scope=SCOPE, client_id="laboratoire").status == 401
