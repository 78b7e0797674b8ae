"""Addresses of applications: which may be registered, and what is added to them. Never compared but as they stand.

Source: RFC 6749 §3.1.2, RFC 9700 §2.1 (exact comparison), RFC 8252 §7.3 (loopback).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from espace_sante.kernel.loopback import LOOPBACK

LONGEST = 500
# RFC 3986 without `#` (no fragment), `@` (no user), `%` in the authority, `\\` (read as a slash by browsers) or `*`.
_PLAIN = re.compile(
    r"https?://[a-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()+,;=:/%\-]*)?(\?[A-Za-z0-9._~!$&'()+,;=:/?%\-]*)?"
)
_LOOPBACK_SIX = re.compile(r"http://\[::1\](:[0-9]{1,5})?(/[A-Za-z0-9._~\-/]*)?")


def is_app_address(text: str) -> bool:
    """Say whether an address may be registered: https, or http on the loopback; absolute, lower-case host, no fragment,
    no user, no dot segment, no parameter that an answer of ours uses.
    """
    if not text.isascii() or len(text) > LONGEST or not (_PLAIN.fullmatch(text) or _LOOPBACK_SIX.fullmatch(text)):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or port == 0 or {".", ".."} & set(parts.path.split("/")):
        return False
    if any(word.partition("=")[0] in _ANSWERED for word in parts.query.split("&")):
        return False
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def origin_of(address: str) -> str:
    """Return the origin of a registered address, as browsers write it in `Origin`: no default port."""
    parts = urlsplit(address)
    default = {"https": 443, "http": 80}[parts.scheme]
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, default) else "")


def with_parameters(address: str, parameters: Mapping[str, str]) -> str:
    """Return a registered address with parameters added to those it has. Source: RFC 6749 §4.1.2."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


_ANSWERED = frozenset({"code", "state", "iss", "error", "error_description", "error_uri", "launch"})
