"""What an application asks for when it sends somebody to us: read whole, or refused with the word OAuth has for it.

Where to send back is checked first and apart: nobody is ever sent to an address that is not registered.
Source: SMART App Launch 2.2, "Obtain authorization code"; RFC 7636; RFC 9700.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from espace_sante.formats.oauth.errors import Error, OAuthRefused

# The parameters that are read; any other is left aside, as OAuth wants.
NAMES = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "aud"),
    *("code_challenge", "code_challenge_method", "launch"),
)
LONGEST_STATE = 1_000
LONGEST_SCOPE = 4_000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url. Source: RFC 7636 §4.2
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*")  # RFC 6749 §3.3
_STATE = re.compile(r"[\x20-\x7E]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, right in its form. `scopes` in their order; `launch` "" when nobody launched it from here."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    aud: str
    challenge: str
    launch: str

    def parameters(self) -> dict[str, str]:
        """Return the parameters that ask the same again."""
        found = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": self.state,
            "aud": self.aud,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return found | ({"launch": self.launch} if self.launch else {})


def said(parameters: Iterable[tuple[str, str]], name: str) -> str:
    """Return the one value of a parameter, "" when it is absent or stands twice."""
    found = [value for key, value in parameters if key == name]
    return found[0] if len(found) == 1 else ""


def is_registered(redirect_uri: str, registered: Container[str]) -> bool:
    """Say whether an address is one of those registered, character for character. Source: RFC 9700 §2.1."""
    return bool(redirect_uri) and redirect_uri in registered


def read_request(parameters: Sequence[tuple[str, str]], bases: Container[str]) -> Asked:
    """Return what is asked, its address being known good already; raises OAuthRefused for anything missing or doubled.

    `bases`: how the FHIR base of this house may be written in `aud`.
    """
    for name in NAMES:
        if sum(1 for key, _ in parameters if key == name) > 1:
            raise OAuthRefused(Error.INVALID_REQUEST, f"{name} est dit deux fois")
    if any(key in ("request", "request_uri") for key, _ in parameters):
        raise OAuthRefused(Error.REQUEST_NOT_SUPPORTED, "request et request_uri ne sont pas lus")
    given = {name: said(parameters, name) for name in NAMES}
    if given["response_type"] != "code":
        raise OAuthRefused(Error.UNSUPPORTED_RESPONSE_TYPE, "response_type est code")
    if said(parameters, "response_mode") not in ("", "query"):
        raise OAuthRefused(Error.INVALID_REQUEST, "response_mode est query")
    if not _STATE.fullmatch(given["state"]) or len(given["state"]) > LONGEST_STATE:
        raise OAuthRefused(Error.INVALID_REQUEST, "state est dû")
    if given["code_challenge_method"] != "S256" or not _CHALLENGE.fullmatch(given["code_challenge"]):
        raise OAuthRefused(Error.INVALID_REQUEST, "code_challenge est dû, avec code_challenge_method=S256")
    if given["aud"] not in bases:
        raise OAuthRefused(Error.INVALID_REQUEST, "aud est l'adresse FHIR de ce service")
    scope = given["scope"]
    if not _SCOPE.fullmatch(scope) or len(scope) > LONGEST_SCOPE:
        raise OAuthRefused(Error.INVALID_SCOPE, "scope est dû")
    if len(given["launch"]) > LONGEST_STATE:
        raise OAuthRefused(Error.INVALID_REQUEST, "launch est inconnu")
    return Asked(
        given["client_id"],
        given["redirect_uri"],
        tuple(dict.fromkeys(scope.split(" "))),
        given["state"],
        given["aud"],
        given["code_challenge"],
        given["launch"],
    )


def state_of(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the state as an error gives it back: only one that could have been accepted."""
    state = said(parameters, "state")
    return {"state": state} if _STATE.fullmatch(state) and len(state) <= LONGEST_STATE else {}
