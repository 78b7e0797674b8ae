"""Codes and refresh tokens of applications as they are kept: sealed, bound to their hash, found by it alone.

Source: docs/specs/rows.md; docs/decisions/0052.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from espace_sante.keeper.sessions import decode_session, encode_session, token_hash
from espace_sante.keeper.situation import AppCode, AppSession, Session
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from espace_sante.vault.keys import ServiceKeys

CODE_LIFE = timedelta(seconds=60)
CODE, REFRESH = "code", "refresh"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request a code answers said: where the answer goes, and what its verifier hashes to (S256)."""

    redirect_uri: str
    challenge: str


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed: which of the two it is, until when (seconds since 1970), the session it gives, what its request said."""

    kind: str
    expires: int
    session: bytes
    redirect_uri: str = ""
    challenge: str = ""


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Body).decode


@dataclass(frozen=True, slots=True)
class Kept:
    """A code or a refresh token as it is kept."""

    used: bool
    body: Body
    session: Session
    app: AppSession


def first_code(service: ServiceKeys, code: str, session: Session, asked: Asked, now: datetime) -> AppCode:
    """Return what is written for a new code: its family, and the code by its hash."""
    assert session.app is not None
    hashed, ends = token_hash(code), now + CODE_LIFE
    body = Body(CODE, round(ends.timestamp()), encode_session(session), asked.redirect_uri, asked.challenge)
    return AppCode(session.app.family, session.expires.date(), hashed, ends.date(), sealed(service, body, hashed))


def sealed(service: ServiceKeys, body: Body, hashed: bytes) -> bytes:
    """Return the sealed body of a code or a refresh token."""
    return bytes(seal(service.session, _ENCODE(body), b"app|" + hashed))


def opened(service: ServiceKeys, row: bytes, hashed: bytes, *, used: bool) -> Kept | None:
    """Return what a row keeps, None when it does not open."""
    try:
        body = _DECODE(open_sealed(service.session, row, b"app|" + hashed))
        session = decode_session(body.session)
    except (SealBroken, msgspec.MsgspecError):
        return None
    return Kept(used, body, session, session.app) if session.app is not None else None
