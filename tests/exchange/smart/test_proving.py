"""An application proves who it is by its registered key, once, or gets nothing; nothing shared, nothing fetched."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from espace_sante.formats.oauth.assertion import TYPE
from tests.exchange.smart.apps import EC, FORM, RSA, Apps
from tests.served import Client

pytestmark = [pytest.mark.slow, pytest.mark.database]
# What an application that proved who it is gets: known, then refused for what it asks.
KNOWN = (400, "unsupported_grant_type")
UNKNOWN = (401, "invalid_client")


def told(apps: Apps, values: dict[str, str], **headers: str) -> tuple[int, str]:
    reply = apps.post("/jeton-oauth", {"grant_type": "password"} | values, **headers)
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json["error_description"].isascii()
    return reply.status, reply.json["error"]


def test_a_public_application_says_its_name_and_the_others_sign(apps: Apps) -> None:
    assert told(apps, {"client_id": "carnet"}) == KNOWN
    for client in ("cabinet", "laboratoire"):
        for key in (EC, RSA):
            assert told(apps, apps.proof(client, key=key)) == KNOWN
        assert told(apps, {"client_id": client} | apps.proof(client)) == KNOWN


@pytest.mark.parametrize("client", ["", "inconnu", "fini", "cabinet", "laboratoire", "CARNET"])
def test_no_other_name_is_enough(apps: Apps, client: str) -> None:
    assert told(apps, {"client_id": client}) == UNKNOWN


def test_a_shared_secret_does_not_exist(apps: Apps) -> None:
    basic = "Basic " + base64.b64encode(b"cabinet:secret").decode()
    assert told(apps, {"client_id": "cabinet", "client_secret": "x"}) == UNKNOWN
    assert told(apps, {"client_id": "carnet", "client_secret": "x"}) == UNKNOWN
    assert told(apps, {"client_id": "carnet"}, Authorization=basic) == UNKNOWN
    assert told(apps, apps.proof("cabinet"), Authorization=basic) == UNKNOWN


def test_a_signed_word_serves_once_whoever_says_it_again(apps: Apps) -> None:
    proof = apps.proof("laboratoire", jti="une fois")
    assert told(apps, proof) == KNOWN
    assert told(apps, proof) == UNKNOWN
    assert told(apps, apps.proof("laboratoire", key=RSA, jti="une fois")) == UNKNOWN
    assert told(apps, apps.proof("cabinet", jti="une fois")) == KNOWN, "numbers are each application's own"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://autre.exemple/jeton-oauth"},
        {"aud": None},
        {"iss": "cabinet"},
        {"sub": "cabinet"},
        {"jti": None},
        {"exp": 1},
        {"exp": 9_999_999_999},
        {"exp": None},
    ],
    ids=str,
)
def test_a_word_about_something_else_proves_nothing(apps: Apps, claims: dict[str, Any]) -> None:
    assert told(apps, apps.proof("laboratoire", **claims)) == UNKNOWN


def test_a_word_of_another_key_or_another_application_proves_nothing(apps: Apps) -> None:
    stranger = ECKey.generate_key("P-384", {"kid": "ec"})
    assert told(apps, apps.proof("laboratoire", key=stranger)) == UNKNOWN
    assert told(apps, apps.proof("laboratoire", header={"kid": "autre"})) == UNKNOWN
    assert told(apps, apps.proof("laboratoire", header={"jku": "https://autre.exemple/jwks"})) == UNKNOWN
    assert told(apps, {"client_id": "cabinet"} | apps.proof("laboratoire")) == UNKNOWN
    assert told(apps, {"client_id": "carnet"} | apps.proof("carnet")) == UNKNOWN, "a public application has no key"
    assert told(apps, apps.proof("laboratoire") | {"client_assertion_type": "jwt"}) == UNKNOWN
    assert told(apps, {"client_id": "carnet", "client_assertion_type": TYPE}) == UNKNOWN
    assert told(apps, {"client_assertion_type": TYPE, "client_assertion": "a.b.c"}) == UNKNOWN


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS384", "RS256", "ES384"])
def test_no_other_algorithm_is_believed_not_even_the_public_key_as_a_secret(apps: Apps, algorithm: str) -> None:
    claims = apps.assertion("laboratoire", key=RSA).split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "rsa"}).encode()).rstrip(b"=").decode()
    said = f"{header}.{claims}"
    digest = hmac.new(RSA.as_pem(private=False), said.encode(), "sha256" if "256" in algorithm else "sha384").digest()
    signature = "" if algorithm == "none" else base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    word = {"client_assertion_type": TYPE, "client_assertion": f"{said}.{signature}"}
    assert told(apps, word) == UNKNOWN


def test_what_is_not_a_plain_form_is_refused_before_anything(apps: Apps) -> None:
    twice = b"grant_type=password&client_id=carnet&client_id=carnet"
    client = Client(apps.served.port)
    assert client.ask("POST", "/jeton-oauth", twice, content_type=FORM).json["error"] == "invalid_request"
    assert client.ask("POST", "/jeton-oauth", {"client_id": "carnet"}, content_type="application/json").status == 415
    assert client.ask("GET", "/jeton-oauth?grant_type=password&client_id=carnet").status == 405
    assert client.ask("POST", "/jeton-oauth", b"a=%ff", content_type=FORM).status == 422
    heavy = b"grant_type=" + b"x" * 1_000_001
    assert client.ask("POST", "/jeton-oauth", heavy, content_type=FORM).status == 413
    assert apps.post("/jeton-oauth", {"client_id": "carnet"}).json["error"] == "invalid_request"


def test_what_each_kind_may_not_ask(apps: Apps) -> None:
    for client, grant in (
        ("laboratoire", "authorization_code"),
        ("laboratoire", "refresh_token"),
        ("cabinet", "client_credentials"),
    ):
        reply = apps.post("/jeton-oauth", {"grant_type": grant} | apps.proof(client))
        assert (reply.status, reply.json["error"]) == (400, "unauthorized_client")
    reply = apps.post("/jeton-oauth", {"grant_type": "client_credentials", "client_id": "carnet"})
    assert (reply.status, reply.json["error"]) == (400, "unauthorized_client")


def test_introspection_is_for_whoever_proves_who_it_is(apps: Apps) -> None:
    assert apps.post("/introspection", {"client_id": "carnet", "token": "x"}).status == 401
    assert apps.post("/introspection", {"token": "x"}).status == 401
    assert apps.post("/introspection", apps.proof("cabinet")).json["error"] == "invalid_request"


NAMES = (
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id", "client_secret"),
    *("client_assertion", "client_assertion_type", "token", "token_type_hint", "response_type", "state", "aud"),
)
WORDS = st.sampled_from(
    ("authorization_code", "refresh_token", "client_credentials", "carnet", "cabinet", TYPE, "a.b.c")
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(("/jeton-oauth", "/revocation", "/introspection", "/autorisation")),
    st.dictionaries(st.sampled_from(NAMES), WORDS | st.text(max_size=40), max_size=8),
)
def test_whatever_is_posted_is_refused_in_its_own_words(apps: Apps, path: str, values: dict[str, str]) -> None:
    reply = apps.post(path, values)
    assert reply.status < 500, (path, values)
    assert reply.status in (200, 303) or reply.json["error"]
    assert "access_token" not in reply.body.decode()
