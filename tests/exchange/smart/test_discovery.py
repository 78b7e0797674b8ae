"""What software finds out by itself, and which pages of other sites may read our answers."""

from __future__ import annotations

import pytest

from espace_sante.formats.oauth.discovery import CAPABILITIES
from tests.exchange.smart.apps import Apps
from tests.served import Client, Reply

pytestmark = [pytest.mark.slow, pytest.mark.database]
WELL_KNOWN = ("/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration")
CARNET, CABINET, STRANGER = "https://carnet.exemple", "https://cabinet.exemple", "https://autre.exemple"
READS = "access-control-allow-origin"


def test_the_document_is_the_same_at_both_addresses_and_names_what_answers(apps: Apps) -> None:
    client = Client(apps.served.port)
    first, second = (client.ask("GET", path) for path in WELL_KNOWN)
    assert first.body == second.body and first.headers["content-type"] == "application/json"
    found = first.json
    for name in ("authorization", "token", "revocation", "introspection"):
        address = found[f"{name}_endpoint"]
        assert address.startswith(apps.served.address + "/")
        path = address.removeprefix(apps.served.address)
        assert client.ask("POST", path, b"", content_type="application/x-www-form-urlencoded").status not in (
            404,
            405,
        ), name
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint_auth_methods_supported"] == ["none", "private_key_jwt"]
    assert sorted(found["token_endpoint_auth_signing_alg_values_supported"]) == ["ES384", "RS384"]
    assert tuple(found["capabilities"]) == CAPABILITIES
    assert not {"sso-openid-connect", "client-confidential-symmetric", "permission-v1"} & set(CAPABILITIES)
    assert "openid" not in found["scopes_supported"] and "jwks_uri" not in found
    assert client.ask("POST", WELL_KNOWN[0], b"").status == 405
    assert client.ask("HEAD", WELL_KNOWN[0]).headers["content-length"] == str(len(first.body))


def test_the_statement_of_the_server_says_the_same_addresses(apps: Apps) -> None:
    client = Client(apps.served.port)
    found = client.ask("GET", WELL_KNOWN[0]).json
    security = client.ask("GET", "/fhir/metadata").json["rest"][0]["security"]
    (extension,) = security["extension"]
    said = {one["url"]: one["valueUri"] for one in extension["extension"]}
    assert said == {
        "authorize": found["authorization_endpoint"],
        "token": found["token_endpoint"],
        "revoke": found["revocation_endpoint"],
        "introspect": found["introspection_endpoint"],
    }
    assert security["cors"] and security["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"


def preflight(apps: Apps, path: str, origin: str) -> Reply:
    asked = {
        "Origin": origin,
        "Access_Control_Request_Method": "GET",
        "Access_Control_Request_Headers": "authorization",
    }
    return Client(apps.served.port).ask("OPTIONS", path, **asked)


@pytest.mark.parametrize("path", ["/fhir/Observation", "/fhir", "/jeton-oauth", "/revocation"])
def test_pages_of_public_applications_may_read_and_no_others(apps: Apps, path: str) -> None:
    allowed = preflight(apps, path, CARNET)
    assert allowed.status == 204 and allowed.headers[READS] == CARNET
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in allowed.headers
    for origin in (CABINET, STRANGER, "null", CARNET + ".autre.exemple", "http://carnet.exemple", CARNET + "/", "*"):
        refused = preflight(apps, path, origin)
        assert refused.status != 204 and READS not in refused.headers, origin
    answer = Client(apps.served.port).ask("GET", path, Origin=CARNET)
    assert answer.headers[READS] == CARNET and "Origin" in answer.headers["vary"], "errors are read too"
    assert READS not in Client(apps.served.port).ask("GET", path, Origin=STRANGER).headers
    assert READS not in Client(apps.served.port).ask("GET", path).headers


@pytest.mark.parametrize("path", [*WELL_KNOWN, "/fhir/metadata"])
def test_any_page_may_read_what_is_public(apps: Apps, path: str) -> None:
    assert preflight(apps, path, STRANGER).headers[READS] == "*"
    assert Client(apps.served.port).ask("GET", path, Origin=STRANGER).headers[READS] == "*"


@pytest.mark.parametrize("path", ["/introspection", "/autorisation", "/api/demarches", "/moi", "/connexion"])
def test_nothing_else_is_ever_read_by_another_site(apps: Apps, path: str) -> None:
    assert READS not in preflight(apps, path, CARNET).headers
    assert READS not in Client(apps.served.port).ask("GET", path, Origin=CARNET).headers
