"""Tokens of applications: asked of the keeper, which alone makes, renews, ends and knows them. It never sees one in clear again.

Whoever calls has proven which application asks (`exchange/smart/asking.py`). Source: docs/decisions/0052, 0053.
"""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec

from espace_sante.actions.frame import Frame
from espace_sante.actions.refusals import KINDS
from espace_sante.identity.application import Application
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

T = TypeVar("T")


async def redeem(frame: Frame, app: Application, code: str, redirect_uri: str, verifier: str) -> d.AppTokens:
    """Exchange a code for tokens, once; raises Problem(code-refused), whatever does not hold."""
    demand = d.ExchangeCode(0, _hashed(code), app.client_id, redirect_uri, verifier)
    return await _answered(frame, demand, d.AppTokens)


async def renew(frame: Frame, app: Application, token: str, scopes: str) -> d.AppTokens:
    """Exchange a refresh token, which serves no more; raises Problem(token-refused), whatever does not hold."""
    return await _answered(frame, d.RefreshApp(0, _hashed(token), app.client_id, scopes), d.AppTokens)


async def open_service(frame: Frame, app: Application, scopes: str) -> d.AppTokens:
    """Return a token of a software for its structure; raises Problem(scopes-refused) when nothing is left of its rights."""
    demand = d.OpenBackend(0, app.client_id, app.name, app.structure, scopes)
    return await _answered(frame, demand, d.AppTokens)


async def give_up(frame: Frame, app: Application, token: str) -> None:
    """Give a token up; nothing is said of one that is not there."""
    await _done(frame, d.RevokeApp(0, _hashed(token), app.client_id))


async def what_is(frame: Frame, app: Application, token: str) -> d.IntrospectAnswer:
    """Say what a token of this application is now; of any other, that it is not active."""
    return await _answered(frame, d.Introspect(0, _hashed(token), app.client_id), d.IntrospectAnswer)


def _hashed(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


async def _answered(frame: Frame, demand: d.Demand, answer: type[T]) -> T:
    return msgspec.msgpack.decode(await _done(frame, demand), type=answer)


async def _done(frame: Frame, demand: d.Demand) -> bytes:
    answered = await frame.keeper.ask(demand)
    if isinstance(answered, d.Done):
        return answered.payload
    raise Problem(KINDS.get(answered.code, Kind.BUSY), answered.code)
