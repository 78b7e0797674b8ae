"""What applications ask by themselves: tokens, revocation, introspection. Each is proven here, and decided by the keeper.

Source: SMART App Launch 2.2; RFC 6749 §5, RFC 7009, RFC 7662. Control: security-controls.md (tokens of applications).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import orjson

from espace_sante.actions import app_tokens
from espace_sante.actions.frame import Frame
from espace_sante.actions.refusals import sentence
from espace_sante.exchange.edge import Answer, Call, headers_of, status_of
from espace_sante.exchange.smart.asking import Form, asking_application, read_form
from espace_sante.formats.oauth.authorize import NAMES
from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.places import AUTHORIZE, INTROSPECT, REVOKE, TOKEN
from espace_sante.identity.application import AppKind, Application
from espace_sante.identity.scopes import Scopes, parse_scopes
from espace_sante.keeper.demand import AppTokens, IntrospectAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.asked import sayable

JSON = b"application/json"
_NO_STORE = ((b"pragma", b"no-cache"),)  # `Cache-Control: no-store` is on every answer of the edge
_GRANT_REFUSED = MappingProxyType(
    {
        "code-refused": Error.INVALID_GRANT,
        "token-refused": Error.INVALID_GRANT,
        "scopes-refused": Error.INVALID_SCOPE,
    }
)
_LONGEST = 2_000  # of a code or a token: ours are a tenth of it


@dataclass(frozen=True, slots=True)
class SmartServer:
    """Answers what applications post. `configuration` is the discovery document, made once."""

    frame: Frame
    configuration: bytes

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; a refusal of OAuth is an answer of its own, any other is a Problem."""
        if call.path[-1] == "smart-configuration":
            return _got(call, self.configuration)
        if call.method != "POST":
            raise Problem(Kind.INVALID, "method-refused")
        asked: dict[str, Callable[[Form, Application], Awaitable[Answer]]] = {
            TOKEN: self._token,
            REVOKE: self._revoke,
            INTROSPECT: self._introspect,
        }
        path = "/" + "/".join(call.path)
        try:
            form = await read_form(self.frame, call)
            if path == AUTHORIZE:
                return _asked_again(form)
            return await asked[path](form, await asking_application(self.frame, call, form))
        except OAuthRefused as refused:
            return _refusal(refused)

    async def _token(self, form: Form, app: Application) -> Answer:
        try:
            issued = await self._issued(form, app)
        except Problem as problem:
            if problem.code not in _GRANT_REFUSED:
                raise
            raise OAuthRefused(_GRANT_REFUSED[problem.code], sentence(problem)) from None
        return Answer(200, JSON, orjson.dumps(_said(issued)), _NO_STORE)

    async def _issued(self, form: Form, app: Application) -> AppTokens:
        match form.due("grant_type"):
            case "authorization_code" if app.kind is not AppKind.BACKEND:
                code, verifier = _short(form.due("code")), _short(form.due("code_verifier"))
                return await app_tokens.redeem(self.frame, app, code, form.due("redirect_uri"), verifier)
            case "refresh_token" if app.kind is not AppKind.BACKEND:
                token = _short(form.due("refresh_token"))
                return await app_tokens.renew(self.frame, app, token, _most(app, form.get("scope")).text)
            case "client_credentials" if app.kind is AppKind.BACKEND:
                return await app_tokens.open_service(self.frame, app, _most(app, form.due("scope")).of("system").text)
            case "authorization_code" | "refresh_token" | "client_credentials":
                raise OAuthRefused(Error.UNAUTHORIZED_CLIENT, "cette sorte d'application ne demande pas ainsi")
            case _:
                raise OAuthRefused(Error.UNSUPPORTED_GRANT_TYPE, "grant_type inconnu ici")

    async def _revoke(self, form: Form, app: Application) -> Answer:
        """Give a token up; the answer is the same for one that is not there. Source: RFC 7009 §2.2."""
        await app_tokens.give_up(self.frame, app, _short(form.due("token")))
        return Answer(200, JSON, b"{}", _NO_STORE)

    async def _introspect(self, form: Form, app: Application) -> Answer:
        """Say what a token of this application is; anything else is `active: false`, and no more. Source: RFC 7662 §2.2."""
        if app.kind is AppKind.PUBLIC:
            raise OAuthRefused(Error.INVALID_CLIENT, "une application sans clé ne prouve pas qui elle est")
        found = await app_tokens.what_is(self.frame, app, _short(form.due("token")))
        return Answer(200, JSON, orjson.dumps(_told(found)), _NO_STORE)


def problem_answer(problem: Problem) -> Answer:
    """Render a problem as OAuth does: two words, and our code as the description."""
    error = Error.INVALID_REQUEST
    if problem.kind in (Kind.BUSY, Kind.TOO_MANY, Kind.OUTSIDE_FAILURE):
        error = Error.TEMPORARILY_UNAVAILABLE
    body = {"error": error, "error_description": problem.code}
    return Answer(status_of(problem), JSON, orjson.dumps(body), headers_of(problem))


def _refusal(refused: OAuthRefused) -> Answer:
    unproven = refused.error is Error.INVALID_CLIENT
    headers = ((b"www-authenticate", b'Bearer realm="espace-sante"'),) if unproven else ()
    body = {"error": refused.error, "error_description": refused.described}
    return Answer(401 if unproven else 400, JSON, orjson.dumps(body), (*headers, *_NO_STORE))


def _said(issued: AppTokens) -> dict[str, Any]:
    found = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": issued.scopes,
        "refresh_token": issued.refresh_token,
        "patient": issued.patient,
    }
    return {name: value for name, value in found.items() if value}


def _told(found: IntrospectAnswer) -> dict[str, Any]:
    """Return what is said of a token: of one that is not active, nothing more. Source: RFC 7662 §2.2; SMART App Launch 2.2."""
    if not found.active:
        return {"active": False}
    told = {"scope": found.scopes, "client_id": found.client, "exp": found.expires, "patient": found.patient}
    return {"active": True, "token_type": "Bearer"} | {name: value for name, value in told.items() if value}


def _most(app: Application, asked: str) -> Scopes:
    """Return what is left of rights asked, under what the register says now; raises OAuthRefused when nothing is left of some."""
    left = sayable(parse_scopes(asked).narrowed_to(parse_scopes(" ".join(app.scopes))))
    if asked and not left.items:
        raise OAuthRefused(Error.INVALID_SCOPE, "rien de ce qui est demandé ne peut être donné ici")
    return left


def _got(call: Call, body: bytes) -> Answer:
    if call.method not in ("GET", "HEAD"):
        raise Problem(Kind.INVALID, "method-refused")
    return Answer(200, JSON, b"" if call.method == "HEAD" else body, length=len(body))


def _asked_again(form: Form) -> Answer:
    """Send on the same request as a link: nothing is done by it, and the page reads it as it reads any. (`authorize-post`)."""
    again = urlencode({name: form.get(name) for name in (*NAMES, "response_mode") if form.get(name)})
    return Answer(303, JSON, b"", ((b"location", f"{AUTHORIZE}?{again}".encode()),))


def _short(word: str) -> str:
    if len(word) > _LONGEST or not word.isascii():
        raise OAuthRefused(Error.INVALID_GRANT, "inconnu, ou fini")
    return word
