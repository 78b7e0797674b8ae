"""Applications that act for somebody: the two acts about them, and what the door of SMART asks outside acts.

Codes and tokens travel to the keeper by their SHA-256 alone (`bytes`, 32); it gives each once, in clear, and keeps none.
Whoever sends one of the demands below has proven which application asks: the keeper knows no register and no key of theirs.
Part of the frozen contract with the keeper. Source: docs/specs/demand.md; docs/decisions/0052.
"""

from __future__ import annotations

import msgspec


class AuthoriseAppParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which application, in the words shown to whoever answers, what it may do (scopes of SMART), and for how many days.

    `days` 0: for this time only, and then nothing is renewed. `offline`: it may come back while nobody is there, until the end;
    then the scopes say `offline_access` too. `redirect_uri` and `code_challenge` (S256, base64url) are those of the request the
    answer goes to; both "" when nobody waits for a code (at the counter, on paper, by telephone).
    From a professional, the demand's `person` is whose page he opened the application from; he gives nothing that lasts.
    """

    app: str
    name: str
    owner: str
    scopes: str
    offline: bool = False
    days: int = 0
    redirect_uri: str = ""
    code_challenge: str = ""


class AppAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The authorization code (one use, 60 s; "" when nobody waits for one), the number it is ended by, what it may do.

    `ends`: RFC 3339 UTC. `receipt`: hers, signed; empty for a professional.
    """

    code: str = ""
    number: str = ""
    scopes: str = ""
    ends: str = ""
    receipt: bytes = b""


class EndAppParams(msgspec.Struct, frozen=True):
    """The number of one authorisation, or the id of an application for all of its own, "" for every application."""

    number: str = ""


class AppView(msgspec.Struct, frozen=True):
    """An authorisation as shown to her; instants RFC 3339 UTC; `scopes` in their canonical text.

    `waiting`: said without a code; it receives nothing before she opens it herself, signed in.
    """

    number: str
    app: str
    name: str
    owner: str
    scopes: str
    offline: bool
    since: str
    ends: str
    waiting: bool = False


class ExchangeCode(msgspec.Struct, frozen=True, array_like=True, tag="exchange"):
    """Give tokens for a code, by its SHA-256: once, to the application, the address and the verifier it was made for.

    Anything else is `code-refused`, told apart from nothing; a code presented twice ends what it gave.
    """

    number: int
    code: bytes
    client: str
    redirect_uri: str
    verifier: str


class RefreshApp(msgspec.Struct, frozen=True, array_like=True, tag="refresh"):
    """Give new tokens for a refresh token, which serves no more; `scopes`: fewer for this access token, "" for as many.

    Anything wrong is `token-refused`; one that served already ends everything it came from.
    """

    number: int
    token: bytes
    client: str
    scopes: str = ""


class RevokeApp(msgspec.Struct, frozen=True, array_like=True, tag="revoke"):
    """Give up a token: an access token alone, or with a refresh token all that it came from. Done alike when it is not there."""

    number: int
    token: bytes
    client: str


class Introspect(msgspec.Struct, frozen=True, array_like=True, tag="introspect"):
    """Ask what a token of this application is, now."""

    number: int
    token: bytes
    client: str


class OpenBackend(msgspec.Struct, frozen=True, array_like=True, tag="backend"):
    """Give an access token to a software without anybody at a screen, for the structure it is registered for.

    `scopes`: of `system/` alone; what it may do is deposit and write where that structure may. `scopes-refused` when nothing is left.
    """

    number: int
    client: str
    name: str
    structure: str
    scopes: str


class AppTokens(msgspec.Struct, frozen=True, omit_defaults=True):
    """An access token and for how many seconds it holds, what it may do, what renews it, whom it is about, who it acts for.

    `patient`: a public id (32 hex), "" without one; `user`: "Patient/<id>" or "Practitioner/<RPPS>", "" for a software alone.
    """

    access_token: str
    expires_in: int
    scopes: str
    refresh_token: str = ""
    patient: str = ""
    user: str = ""


class IntrospectAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a token is. Not active: nothing more is said. `expires`: seconds since 1970."""

    active: bool
    scopes: str = ""
    client: str = ""
    patient: str = ""
    expires: int = 0
    user: str = ""
