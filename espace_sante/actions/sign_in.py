"""Signing in and out, and saying who is signed in: what every channel does before any act.

The provider's assertion goes to the keeper as it came; the keeper verifies it and makes the session itself.
"""

from __future__ import annotations

import hashlib

import msgspec

from espace_sante.actions.refusals import KINDS
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

_SESSION = msgspec.msgpack.Decoder(d.SessionAnswer).decode


def session_of(token: str) -> bytes:
    """Return what a session is known by in every request: the SHA-256 of its token."""
    return hashlib.sha256(token.encode()).digest()


async def sign_in(keeper: d.Keeper, assertion: str) -> d.SessionAnswer:
    """Exchange a provider's assertion for a session; raises Problem(UNAUTHENTICATED) when it does not hold."""
    return _SESSION(await _done(keeper, d.SignIn(0, assertion)))


async def who_is(keeper: d.Keeper, session: bytes) -> d.SessionAnswer:
    """Return who is signed in; raises Problem(UNAUTHENTICATED) when nobody is."""
    return _SESSION(await _done(keeper, d.WhoIs(0, session)))


async def sign_out(keeper: d.Keeper, session: bytes) -> None:
    """End a session."""
    await _done(keeper, d.SignOut(0, session))


async def _done(keeper: d.Keeper, demand: d.Demand) -> bytes:
    answered = await keeper.ask(demand)
    if isinstance(answered, d.Done):
        return answered.payload
    raise Problem(KINDS.get(answered.code, Kind.BUSY), answered.code)
