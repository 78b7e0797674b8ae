"""Tokens of applications: a code becomes an access token, a refresh token becomes the next pair, a family ends whole.

A code and a refresh token serve once; one presented again ends everything that came of the same authorisation. Only hashes are
kept. Nothing here permits anything: an access token is a session, decided as its user's own and then narrowed.
Guarantee: G3. Source: RFC 6749 §4.1, §6; RFC 7636; RFC 9700 §4.14; docs/decisions/0052.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import msgspec

from espace_sante.identity.scopes import OFFLINE, Scopes, parse_scopes, scopes_of
from espace_sante.identity.structure import parse_structure
from espace_sante.keeper import demand as d
from espace_sante.keeper.app_codes import CODE, REFRESH, Body, Kept, opened, sealed
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.sessions import encode_session, new_token, open_session, seal_session, token_hash
from espace_sante.keeper.situation import AppSession, Session
from espace_sante.kernel.clock import Clock
from espace_sante.vault.keys import ServiceKeys

ACCESS_LIFE = timedelta(minutes=5)
_VERIFIER_LEAST, _VERIFIER_MOST = 43, 128  # RFC 7636 §4.1
_ENCODE = msgspec.msgpack.Encoder().encode
Fetch = Callable[..., Awaitable[Sequence[asyncpg.Record]]]
Standing = Callable[[Session], Awaitable[bool]]


class AppTokens:
    """Gives, renews, ends and knows tokens. `stands`: whether a session's user may still be acted for."""

    def __init__(self, service: ServiceKeys, fetch: Fetch, stands: Standing, now: Clock) -> None:
        self._service = service
        self._fetch = fetch
        self._stands = stands
        self._now = now

    async def answer(self, demand: d.OfAnApp) -> d.Answer:
        """Answer one demand of the door of applications."""
        if isinstance(demand, d.ExchangeCode):
            return await self._exchange(demand)
        if isinstance(demand, d.RefreshApp):
            return await self._refresh(demand)
        if isinstance(demand, d.RevokeApp):
            return await self._revoke(demand)
        if isinstance(demand, d.Introspect):
            return await self._introspect(demand)
        return await self._open_alone(demand)

    async def holds(self, session: Session) -> bool:
        """Say whether the family of an application's session is still there; asked of the database each time, never remembered."""
        return session.app is not None and bool(await self._fetch(SQL["app_family"], session.app.family))

    async def _kept(self, hashed: bytes, kind: str) -> Kept | None:
        rows = await self._fetch(SQL["app_token"], hashed) if len(hashed) == 32 else []
        kept = opened(self._service, rows[0]["sealed"], hashed, used=rows[0]["used"]) if rows else None
        return kept if kept is not None and kept.body.kind == kind else None

    async def _exchange(self, demand: d.ExchangeCode) -> d.Answer:
        refused = d.Refused(demand.number, "", "code-refused")
        kept = await self._kept(demand.code, CODE)
        if kept is None or kept.app.client != demand.client:
            return refused
        if kept.used:
            await self._fetch(SQL["end_app_families"], [kept.app.family])
            return refused
        if kept.body.redirect_uri != demand.redirect_uri or not _verifies(demand.verifier, kept.body.challenge):
            return refused
        return await self._turned(demand.number, demand.code, kept, kept.app.scopes, refused)

    async def _refresh(self, demand: d.RefreshApp) -> d.Answer:
        refused = d.Refused(demand.number, "", "token-refused")
        kept = await self._kept(demand.token, REFRESH)
        if kept is None or kept.app.client != demand.client:
            return refused
        if kept.used:
            await self._fetch(SQL["end_app_families"], [kept.app.family])
            return refused
        scopes = kept.app.scopes
        if demand.scopes:
            scopes = scopes.narrowed_to(parse_scopes(demand.scopes))
            if not scopes.items:
                return d.Refused(demand.number, "", "scopes-refused")
        return await self._turned(demand.number, demand.token, kept, scopes, refused)

    async def _turned(self, number: int, hashed: bytes, kept: Kept, scopes: Scopes, refused: d.Refused) -> d.Answer:
        """Use a code or a refresh token, in the same statement as what it gives is written; used meanwhile, it ends the family."""
        now, ends = self._now(), kept.session.expires
        if now.timestamp() >= kept.body.expires or ends <= now or not await self._stands(kept.session):
            return refused
        access, renewed = new_token(), new_token() if OFFLINE in kept.app.scopes.fixed else ""
        until = min(now + ACCESS_LIFE, ends)
        session = replace(kept.session, expires=until, app=replace(kept.app, scopes=scopes))
        access_hash, renewed_hash = token_hash(access), token_hash(renewed) if renewed else None
        body = Body(REFRESH, int(ends.timestamp()), encode_session(kept.session))
        rows = await self._fetch(
            SQL["turn_app_token"],
            hashed,
            access_hash,
            until.date(),
            seal_session(session, access_hash, self._service),
            renewed_hash,
            ends.date(),
            sealed(self._service, body, renewed_hash) if renewed_hash else None,
        )
        if not rows:  # another came first with the same one
            await self._fetch(SQL["end_app_families"], [kept.app.family])
            return refused
        seconds = int((until - now).total_seconds())
        said = d.AppTokens(access, seconds, scopes.text, renewed, kept.app.patient, _user(session))
        return d.Done(number, "", "immediate", _ENCODE(said))

    async def _revoke(self, demand: d.RevokeApp) -> d.Answer:
        for kind in (CODE, REFRESH):
            kept = await self._kept(demand.token, kind)
            if kept is not None and kept.app.client == demand.client:
                await self._fetch(SQL["end_app_families"], [kept.app.family])
        session = await self._access(demand.token)
        if session is not None and session.app is not None and session.app.client == demand.client:
            await self._fetch(SQL["end_session"], demand.token)
        return d.Done(demand.number, "", "immediate", b"")

    async def _introspect(self, demand: d.Introspect) -> d.Answer:
        """Say what a token of this application is, now; of any other, and of one that is over, that it is not active."""
        found = await self._access(demand.token)
        if found is None:
            kept = await self._kept(demand.token, REFRESH)
            found = kept.session if kept is not None and not kept.used else None
        said = d.IntrospectAnswer(active=False)
        app = found.app if found is not None else None
        if found is not None and app is not None and app.client == demand.client and await self._active(found):
            expires = int(found.expires.timestamp())
            said = d.IntrospectAnswer(True, app.scopes.text, app.client, app.patient, expires, _user(found))
        return d.Done(demand.number, "", "immediate", _ENCODE(said))

    async def _open_alone(self, demand: d.OpenBackend) -> d.Answer:
        """Give a software the session of its structure: it deposits and writes there where the structure may, and reads nothing."""
        asked = parse_scopes(demand.scopes).of("system")
        scopes = scopes_of(replace(one, letters="".join(c for c in one.letters if c in "cud")) for one in asked.items)
        named = demand.client and demand.name and len(demand.client + demand.name) <= 400
        if (
            not named
            or not demand.structure
            or parse_structure(demand.structure) != demand.structure
            or not scopes.items
        ):
            return d.Refused(demand.number, "", "scopes-refused")
        now, token = self._now(), new_token()
        until, hashed = now + ACCESS_LIFE, token_hash(token)
        app = AppSession(demand.client, demand.name, scopes, uuid4())
        who = f"software:{demand.client}"
        session = Session(
            "practitioner", "apps", f"apps|{demand.client}", who, demand.name, "", demand.structure, until, app=app
        )
        session = replace(session, structure_id=demand.structure)
        await self._fetch(SQL["put_app_family"], app.family, until.date())
        await self._fetch(SQL["put_session"], hashed, until.date(), seal_session(session, hashed, self._service))
        said = d.AppTokens(token, int(ACCESS_LIFE.total_seconds()), scopes.text)
        return d.Done(demand.number, "", "immediate", _ENCODE(said))

    async def _active(self, session: Session) -> bool:
        return session.expires > self._now() and await self.holds(session) and await self._stands(session)

    async def _access(self, hashed: bytes) -> Session | None:
        rows = await self._fetch(SQL["sessions"], [hashed])
        session = open_session(rows[0]["sealed"], hashed, self._service) if rows else None
        return session if session is not None and session.app is not None else None


def _verifies(verifier: str, challenge: str) -> bool:
    """Say whether a verifier hashes to a challenge. Source: RFC 7636 §4.6 (S256)."""
    if not _VERIFIER_LEAST <= len(verifier) <= _VERIFIER_MOST or not verifier.isascii():
        return False
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(hashed, challenge)


def _user(session: Session) -> str:
    if session.kind == "person":
        return f"Patient/{session.app.patient}" if session.app is not None else ""
    return f"Practitioner/{session.identifier}" if session.app is not None and session.app.parent else ""
