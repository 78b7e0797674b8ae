"""Public keys of applications: which are accepted, each under its own name.

Only the two algorithms SMART asks for: a shared secret or `none` cannot even be written down.
Source: SMART App Launch 2.2, "Client Authentication: Asymmetric"; RFC 7517; RGS B1 (RSA of 2048 bits at least).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = ("ES384", "RS384")
MOST_KEYS = 10
_LEAST_BITS, _MOST_BITS = 2048, 4096
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Key = RSAKey | ECKey


class KeyRefused(Exception):
    """A key that may not be registered; the message says why, in French."""


def read_keys(jwks: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, Key]]:
    """Return the algorithm and the key of each `kid`; raises KeyRefused for the whole when one is not acceptable."""
    if len(jwks) > MOST_KEYS:
        raise KeyRefused(f"{MOST_KEYS} clés au plus")
    found: dict[str, tuple[str, Key]] = {}
    for one in jwks:
        kid = one.get("kid")
        if not isinstance(kid, str) or not kid or len(kid) > 200 or kid in found:
            raise KeyRefused("chaque clé porte un nom (kid) à elle")
        if _PRIVATE & set(one):
            raise KeyRefused("une clé privée ne se donne à personne : gardez-la, donnez la clé publique")
        found[kid] = _read(one)
    return found


def _read(one: Mapping[str, Any]) -> tuple[str, Key]:
    algorithm = {"RSA": "RS384", "EC": "ES384"}.get(str(one.get("kty")), "")
    if not algorithm or one.get("alg", algorithm) != algorithm or one.get("use", "sig") != "sig":
        raise KeyRefused("une clé est RSA pour RS384, ou EC P-384 pour ES384, pour signer")
    try:
        if algorithm == "RS384":
            rsa = RSAKey.import_key(dict(one))
            if not _LEAST_BITS <= rsa.public_key.key_size <= _MOST_BITS:
                raise KeyRefused(f"une clé RSA a de {_LEAST_BITS} à {_MOST_BITS} bits")
            return algorithm, rsa
        ec = ECKey.import_key(dict(one))
    except (JoseError, ValueError, TypeError, KeyError):
        raise KeyRefused("une clé ne se lit pas (RFC 7517)") from None
    if ec.curve_name != "P-384":
        raise KeyRefused("une clé EC est de la courbe P-384")
    return algorithm, ec
