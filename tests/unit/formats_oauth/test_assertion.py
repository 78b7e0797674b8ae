"""An application proves who it is by a word signed with its own registered key, for this address, now; by nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from espace_sante.formats.oauth.assertion import claimed_client, verify_assertion
from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.keys import read_keys

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
AUDIENCE = "https://maison.exemple/jeton-oauth"
EC = ECKey.generate_key("P-384", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
STRANGER = ECKey.generate_key("P-384", {"kid": "ec"})
KEYS = read_keys([EC.as_dict(private=False), RSA.as_dict(private=False)])


def claims(**changes: Any) -> dict[str, Any]:
    whole = {"iss": "service", "sub": "service", "aud": AUDIENCE, "exp": int(NOW.timestamp()) + 300, "jti": "1"}
    return {name: value for name, value in (whole | changes).items() if value is not None}


def signed(key: Any = EC, header: dict[str, Any] | None = None, **changes: Any) -> str:
    algorithm = "RS384" if key is RSA else "ES384"
    said = {n: v for n, v in ({"alg": algorithm, "kid": key.kid} | (header or {})).items() if v is not None}
    return jwt.encode(said, claims(**changes), key, algorithms=[said["alg"]])


def verified(assertion: str, client_id: str = "service") -> str:
    return verify_assertion(assertion, client_id=client_id, keys=KEYS, audience=AUDIENCE, now=NOW).jti


def b64(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("key", [EC, RSA], ids=["ES384", "RS384"])
def test_a_word_signed_with_a_registered_key_holds(key: Any) -> None:
    assert verified(signed(key)) == "1"
    assert verified(signed(key, aud=[AUDIENCE])) == "1"
    assert claimed_client(signed(key)) == "service"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "autre"},
        {"sub": "autre"},
        {"iss": None},
        {"sub": None},
        {"aud": None},
        {"aud": "https://maison.exemple"},
        {"aud": AUDIENCE + "/"},
        {"aud": [AUDIENCE, "https://autre.exemple"]},
        {"exp": None},
        {"exp": int(NOW.timestamp())},
        {"exp": int(NOW.timestamp()) - 1},
        {"exp": int(NOW.timestamp()) + 301},
        {"exp": str(int(NOW.timestamp()) + 60)},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": 1e300},
        {"iat": int(NOW.timestamp()) + 120},
        {"nbf": int(NOW.timestamp()) + 120},
        {"nbf": "hier"},
        {"jti": None},
        {"jti": ""},
        {"jti": 1},
        {"jti": "x" * 201},
    ],
    ids=str,
)
def test_a_word_that_says_something_else_does_not(changes: dict[str, Any]) -> None:
    with pytest.raises(OAuthRefused) as refused:
        verified(signed(**changes))
    assert refused.value.error is Error.INVALID_CLIENT


def test_another_application_cannot_use_it() -> None:
    with pytest.raises(OAuthRefused):
        verified(signed(), "autre")


def test_a_key_that_is_not_registered_under_that_name_signs_nothing() -> None:
    with pytest.raises(OAuthRefused):
        verified(signed(STRANGER))


def hmac_with_public_key() -> str:
    """Sign with HS256, the public key as the secret: the confusion RFC 8725 §2.1 tells of."""
    said = f"{b64({'alg': 'HS256', 'kid': 'rsa'})}.{b64(claims())}"
    secret = RSA.as_pem(private=False)
    return f"{said}.{b64(hmac.new(secret, said.encode(), hashlib.sha256).digest())}"


@pytest.mark.parametrize(
    "made",
    [
        lambda: f"{b64({'alg': 'none', 'kid': 'ec'})}.{b64(claims())}.",
        lambda: f"{b64({'alg': 'None', 'kid': 'ec'})}.{b64(claims())}.",
        hmac_with_public_key,
        lambda: f"{b64({'alg': 'ES384', 'kid': 'ec'})}.{b64(claims())}.",
        lambda: signed(EC, {"kid": "rsa"}),
        lambda: signed(EC, {"kid": "autre"}),
        lambda: signed(EC, {"kid": None}),
        lambda: signed(EC, {"typ": "dpop+jwt"}),
        lambda: signed(EC, {"jku": "https://autre.exemple/jwks"}),
        lambda: signed(EC, {"jwk": STRANGER.as_dict(private=False)}),
        lambda: signed(EC, {"x5u": "https://autre.exemple"}),
        lambda: f"{b64({'alg': 'ES384', 'kid': {'a': 1}})}.{b64(claims())}.{b64(b'x' * 96)}",
        lambda: f"{b64({'alg': 'ES384', 'kid': 'ec'})}.{b64(claims())}.{b64(bytes(96))}",  # r = s = 0: CVE-2022-21449
        lambda: signed(EC)[:-4] + "AAAA",
        lambda: signed(EC) + "." + b64(b"x"),
        lambda: "",
        lambda: "..",
        lambda: "é.é.é",
        lambda: b64(b"[]") + "." + b64(b"[]") + "." + b64(b"x"),
        lambda: signed(EC, jti="x" * 9000),
    ],
)
def test_no_other_signature_holds(made: Any) -> None:
    with pytest.raises(OAuthRefused):
        verified(made())


@given(st.integers(0, 2), st.integers(0, 400), st.sampled_from("ABCxyz019-_"))
def test_whatever_letter_is_changed_it_holds_no_more(part: int, place: int, letter: str) -> None:
    parts = WORD.split(".")
    at = place % len(parts[part])
    parts[part] = parts[part][:at] + letter + parts[part][at + 1 :]
    changed = ".".join(parts)
    padded = base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
    same = base64.urlsafe_b64decode(WORD.split(".")[2] + "=" * (-len(WORD.split(".")[2]) % 4))
    if changed == WORD or (part == 2 and padded == same):
        return
    with pytest.raises(OAuthRefused):
        verified(changed)


WORD = signed()


@given(st.text(max_size=60))
def test_what_cannot_be_read_is_from_nobody_and_never_fails_otherwise(text: str) -> None:
    assert claimed_client(text) == ""
    with pytest.raises(OAuthRefused):
        verified(text)


def test_the_time_is_ours_to_the_second() -> None:
    late = signed()
    for now, holds in ((NOW + timedelta(seconds=299), True), (NOW + timedelta(seconds=300), False)):
        try:
            verify_assertion(late, client_id="service", keys=KEYS, audience=AUDIENCE, now=now)
            found = True
        except OAuthRefused:
            found = False
        assert found is holds
