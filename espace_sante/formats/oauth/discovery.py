"""The discovery document, `.well-known/smart-configuration`: only what works here. Source: SMART App Launch 2.2, "Conformance"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from espace_sante.formats.oauth.keys import ALGORITHMS
from espace_sante.formats.oauth.places import Places

GRANTS = ("authorization_code", "refresh_token", "client_credentials")
# Each has its test in tests/exchange/smart. Not here: sso-openid-connect, client-confidential-symmetric, permission-v1,
# permission-user, context-banner, context-style, context-…-encounter, permission-online (docs/deviations.md).
CAPABILITIES = (
    *("launch-ehr", "launch-standalone", "authorize-post"),
    *("client-public", "client-confidential-asymmetric"),
    *("context-ehr-patient", "context-standalone-patient"),
    *("permission-offline", "permission-patient", "permission-v2"),
)
_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"


def smart_configuration(places: Places, scopes: Sequence[str]) -> bytes:
    """Return the document of a house; `scopes` are those it can give."""
    return orjson.dumps(
        {
            "issuer": places.issuer,
            "authorization_endpoint": places.authorize,
            "token_endpoint": places.token,
            "revocation_endpoint": places.revoke,
            "introspection_endpoint": places.introspect,
            "grant_types_supported": GRANTS,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "scopes_supported": scopes,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "authorization_response_iss_parameter_supported": True,
            "capabilities": CAPABILITIES,
        }
    )


def security_statement(places: Places) -> dict[str, Any]:
    """Return what `rest.security` of a CapabilityStatement says of the same addresses, for older applications."""
    named = (("authorize", places.authorize), ("token", places.token))
    more = (("revoke", places.revoke), ("introspect", places.introspect))
    return {
        "extension": [{"url": _URIS, "extension": [{"url": name, "valueUri": uri} for name, uri in (*named, *more)]}],
        "cors": True,
        "service": [{"coding": [{"system": _SERVICE, "code": "SMART-on-FHIR"}]}],
    }
