"""Sign-in: the keeper verifies the provider's assertion and makes the session itself.

Otherwise a broken web process could be anybody. A session is a sealed row found by the SHA-256 of its token; it is kept
in memory for a few seconds at most, so that signing out takes effect everywhere within that time.
Source: RFC 7519, RFC 8037 (Ed25519), trust.md 4.4.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from espace_sante.identity.helper_enrolment import may_help
from espace_sante.identity.ins import parse_ins
from espace_sante.identity.person import PersonTraits
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.identity.scopes import parse_scopes
from espace_sante.identity.structure import parse_structure
from espace_sante.keeper.demand import Traits
from espace_sante.keeper.situation import AppSession, Session
from espace_sante.kernel.ids import AppGrantId
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from espace_sante.vault.keys import ServiceKeys

CACHE_SECONDS = 5.0
# That a session was used is written once a minute: it holds that much longer rather than less.
WRITTEN_EVERY = timedelta(minutes=1)
# What the development identity provider signs as. It exists on a trial instance alone, as what only it may say: a software on trial.
DEVELOPMENT = "dev"
ON_TRIAL = "sandbox"
# Whoever does this at work, for others: left alone, a screen of theirs closes sooner. Source: inclusion.md HLP-09.
_AT_WORK = frozenset({"agent", "helper"})
_KINDS = frozenset({"person", "practitioner", "agent", "operator", "helper", ON_TRIAL})


class _App(msgspec.Struct, frozen=True, array_like=True):
    client: str
    name: str
    scopes: str
    family: bytes
    space: bytes
    patient: str
    grant: bytes
    parent: bytes


class _Body(msgspec.Struct, frozen=True):
    kind: str
    issuer: str
    account: str
    identifier: str
    name: str
    profession: str
    structure: str
    expires: int
    ins: str
    local: str
    traits: Traits | None
    profession_code: str = ""
    structure_id: str = ""
    used: int = 0
    app: _App | None = None


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode


class AssertionRefused(Exception):
    """The provider's assertion does not hold; it never says which check failed."""


def read_issuers(folder: Path, *, development: bool) -> dict[str, OKPKey]:
    """Read the public keys of the accepted providers: one JWK file each, its `kid` being the issuer's name.

    That of the development provider is passed over unless it may exist here: a trial that goes into production leaves its file.
    """
    found = {}
    for path in sorted(folder.glob("*.jwk")):
        key = OKPKey.import_key(msgspec.json.decode(path.read_bytes()))
        found[str(key.kid)] = key
    if not development:
        found.pop(DEVELOPMENT, None)
    return found


def verify_assertion(token: str, issuers: Mapping[str, OKPKey], now: datetime, *, minutes: int) -> Session:
    """Return the session an assertion gives right to.

    Ed25519 only; issuer, audience, expiry and issue time are checked; raises AssertionRefused otherwise.
    """
    try:
        decoded = jwt.decode(token, lambda obj: _key_of(obj.headers(), issuers), algorithms=["Ed25519"])
    except (JoseError, ValueError, KeyError, TypeError):
        raise AssertionRefused from None
    claims = decoded.claims
    instant = now.timestamp()
    if claims.get("iss") != decoded.header.get("kid") or claims.get("aud") != "espace-sante-keeper":
        raise AssertionRefused
    issued, expires = claims.get("iat"), claims.get("exp")
    if (
        not isinstance(issued, int)
        or not isinstance(expires, int)
        or not issued - 60 <= instant < min(expires, issued + 600)
    ):
        raise AssertionRefused
    return replace(_session(claims, now + timedelta(minutes=minutes), now.date()), used=now)


def holds(session: Session, *, development: bool) -> bool:
    """Say whether a session may stand here: one that the development provider gave, only where that provider may exist."""
    return development or session.issuer != DEVELOPMENT


def new_token() -> str:
    """Return a session token: 256 random bits, URL-safe."""
    return new_token_of(os.urandom(32))


def new_token_of(random: bytes) -> str:
    """Return the token of some random bytes."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """Return what a token is known by at rest and on the wire to the keeper."""
    return hashlib.sha256(token.encode()).digest()


def seal_session(session: Session, hashed: bytes, service: ServiceKeys) -> bytes:
    """Return the sealed row of a session."""
    return bytes(seal(service.session, encode_session(session), b"session|" + hashed))


def encode_session(session: Session) -> bytes:
    """Return a session as it is sealed, whatever it is sealed in."""
    traits = session.traits
    body = _Body(
        session.kind,
        session.issuer,
        session.account,
        session.identifier,
        session.name,
        session.profession,
        session.structure,
        round(session.expires.timestamp()),
        session.ins,
        session.local,
        Traits(traits.birth_name, traits.first_given, traits.birth_date, traits.sex) if traits else None,
        session.profession_code,
        session.structure_id,
        round(session.used.timestamp()) if session.used else 0,
        _app_out(session.app) if session.app else None,
    )
    return _ENCODE(body)


def open_session(sealed: bytes, hashed: bytes, service: ServiceKeys) -> Session | None:
    """Return the session of a row, or None when the row does not open."""
    try:
        return decode_session(open_sealed(service.session, sealed, b"session|" + hashed))
    except (SealBroken, msgspec.DecodeError):
        return None


def decode_session(encoded: bytes) -> Session:
    """Return the session `encode_session` wrote; raises msgspec.DecodeError for anything else."""
    b = _DECODE(encoded)
    traits = (
        PersonTraits(b.traits.birth_name, b.traits.first_given, b.traits.birth_date, b.traits.sex) if b.traits else None
    )
    expires = datetime.fromtimestamp(b.expires, UTC)
    return Session(
        b.kind,
        b.issuer,
        b.account,
        b.identifier,
        b.name,
        b.profession,
        b.structure,
        expires,
        b.ins,
        b.local,
        traits,
        b.profession_code,
        b.structure_id,
        datetime.fromtimestamp(b.used, UTC) if b.used else None,
        _app_in(b.app) if b.app else None,
    )


def _app_out(app: AppSession) -> _App:
    space, grant = app.space, app.grant
    return _App(
        app.client,
        app.name,
        app.scopes.text,
        app.family.bytes,
        space.bytes if space else b"",
        app.patient,
        grant.bytes if grant else b"",
        app.parent,
    )


def _app_in(row: _App) -> AppSession:
    return AppSession(
        row.client,
        row.name,
        parse_scopes(row.scopes),
        UUID(bytes=row.family),
        UUID(bytes=row.space) if row.space else None,
        row.patient,
        AppGrantId(UUID(bytes=row.grant)) if row.grant else None,
        row.parent,
    )


@dataclass(frozen=True, slots=True)
class Idle:
    """How long a session holds without being used: an agent's, then anybody else's. Source: trust.md 4.4."""

    counter: timedelta
    others: timedelta

    def is_over(self, session: Session, now: datetime) -> bool:
        """Say whether a session was left unused too long; one from before this was written down ends by its age alone."""
        if session.used is None:
            return False
        return now - session.used >= (self.counter if session.kind in _AT_WORK else self.others) + WRITTEN_EVERY


def used_again(session: Session, now: datetime) -> Session | None:
    """Return the session as used at an instant, None when that was written down less than a minute ago."""
    if session.used is not None and now - session.used < WRITTEN_EVERY:
        return None
    return replace(session, used=now)


class SessionCache:
    """Sessions seen in the last seconds, bounded."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._held: dict[bytes, tuple[float, Session]] = {}

    def get(self, hashed: bytes, now: datetime) -> Session | None:
        """Return a session read less than five seconds ago and not expired."""
        held = self._held.get(hashed)
        if held is None or time.monotonic() - held[0] > CACHE_SECONDS or held[1].expires <= now:
            return None
        return held[1]

    def put(self, hashed: bytes, session: Session) -> None:
        """Hold a session for some seconds."""
        if len(self._held) >= self._size:
            self._held.clear()
        self._held[hashed] = (time.monotonic(), session)

    def drop(self, hashed: bytes) -> None:
        """Forget a session that was ended here."""
        self._held.pop(hashed, None)


def _key_of(headers: Mapping[str, object], issuers: Mapping[str, OKPKey]) -> OKPKey:
    return issuers[str(headers["kid"])]


def _session(claims: Mapping[str, object], expires: datetime, today: date) -> Session:
    def text(name: str, limit: int = 200) -> str:
        value = claims.get(name, "")
        if not isinstance(value, str) or len(value) > limit:
            raise AssertionRefused
        return value

    kind, issuer, subject = text("kind"), text("iss"), text("sub")
    if kind not in _KINDS or not subject or (kind == ON_TRIAL and issuer != DEVELOPMENT):
        raise AssertionRefused
    if kind == "helper" and not may_help(text("sector"), text("stated"), text("answers_to"), today):
        raise AssertionRefused
    identifier = text("rpps") if kind == "practitioner" else subject
    if kind == "practitioner" and parse_rpps(identifier) is None:
        raise AssertionRefused
    ins = parse_ins(text("ins")) or ""
    traits = None
    if kind == "person":
        traits = PersonTraits(text("birth_name"), text("first_given"), text("birth_date"), text("sex"))
    return Session(
        kind,
        issuer,
        f"{issuer}|{subject}",
        parse_rpps(identifier) or identifier,
        text("name"),
        text("profession"),
        text("structure"),
        expires,
        ins,
        text("local"),
        traits,
        text("profession_code"),
        parse_structure(text("structure_id")) or "",
    )
