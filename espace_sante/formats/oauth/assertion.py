"""How an application proves who it is: a short word it signed (private_key_jwt), good once.

Only ES384 and RS384, each with the key registered under its `kid`; nothing is fetched. The caller keeps `jti` so that a word
serves once. Source: SMART App Launch 2.2, "Client Authentication: Asymmetric"; RFC 7523 §3; RFC 8725.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.keys import Key

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 8_000
LIFE = timedelta(minutes=5)
_AHEAD = timedelta(minutes=1)  # how far another clock may be before ours


@dataclass(frozen=True, slots=True)
class Proven:
    """A word that held: its number, and until when it could be said again."""

    jti: str
    expires: datetime


def claimed_client(assertion: str) -> str:
    """Return which application a word says it is from, "" when it cannot be read. Believed for nothing but finding keys."""
    try:
        _, payload, _ = assertion.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""


def verify_assertion(
    assertion: str, *, client_id: str, keys: Mapping[str, tuple[str, Key]], audience: str, now: datetime
) -> Proven:
    """Return what a word proves; raises OAuthRefused(invalid_client) when any check fails."""
    if len(assertion) > LONGEST:
        raise _refused("l'assertion est trop longue")
    claims = _signed(assertion, keys)
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise _refused("iss et sub sont l'identifiant de l'application")
    if claims.get("aud") not in (audience, [audience]):
        raise _refused("aud est l'adresse des jetons")
    expires = _instant(claims, "exp")
    if expires is None or not now < expires <= now + LIFE:
        raise _refused("exp est dans les cinq minutes qui viennent")
    for name in ("iat", "nbf"):
        said = _instant(claims, name)
        if name in claims and (said is None or said > now + _AHEAD):
            raise _refused(f"{name} est passé")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= 200:
        raise _refused("jti est un numéro qui ne sert qu'une fois")
    return Proven(jti, expires)


def _signed(assertion: str, keys: Mapping[str, tuple[str, Key]]) -> dict[str, Any]:
    """Return the claims of a word signed by a registered key, with the one algorithm of that key."""
    try:
        header = json.loads(base64.urlsafe_b64decode(assertion.split(".")[0] + "==="))
        kid = header["kid"]
        algorithm, key = keys[kid]
        if header["alg"] != algorithm or header.get("typ", "JWT") != "JWT" or set(header) - {"alg", "typ", "kid"}:
            raise _refused("l'en-tête dit alg (celui de la clé), kid, typ, et rien d'autre")
        return jwt.decode(assertion, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _refused("la signature ne tient pas sous une clé inscrite") from None


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        return None
    return datetime.fromtimestamp(value, UTC)


def _refused(why: str) -> OAuthRefused:
    return OAuthRefused(Error.INVALID_CLIENT, why)
