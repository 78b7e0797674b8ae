"""Words that serve once, and launches: sealed by the keeper, so that no page can make one, and nobody on the way can read one.

A launch gives no right: whoever opens an application still reads only what the keeper permits, at each reading.
Source: SMART App Launch 2.2, "Launch App: EHR Launch"; docs/decisions/0053.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from espace_sante.keeper import demand as d
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.situation import Session
from espace_sante.kernel.clock import Clock
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from espace_sante.vault.keys import ServiceKeys

LIFE = timedelta(minutes=5)
_CONTEXT = b"launch"
_LONGEST = 1_000


class _Body(msgspec.Struct, frozen=True, array_like=True):
    account: str
    client_id: str
    person: str
    expires: int


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode
Fetch = Callable[..., Awaitable[Sequence[asyncpg.Record]]]


class Launches:
    """Makes and opens launches, and keeps which words were said."""

    def __init__(self, service: ServiceKeys, fetch: Fetch, now: Clock) -> None:
        self._service = service
        self._fetch = fetch
        self._now = now

    async def say(self, demand: d.SayOnce) -> d.Answer:
        """Keep that a word was said; refused when it was, or when its time is over."""
        if len(demand.word) != 32 or not 0 <= demand.expires < 1 << 36:
            return d.Failed(demand.number, "demand-invalid")
        expires = datetime.fromtimestamp(demand.expires, UTC)
        if expires <= self._now() or not await self._first(demand.word, expires):
            return d.Refused(demand.number, "", "word-said")
        return d.Done(demand.number, "", "immediate", b"")

    def make(self, demand: d.MakeLaunch, session: Session) -> d.Answer:
        """Make a launch of this account, for one application and one person."""
        if session.kind != "practitioner" or not demand.person or max(len(demand.person), len(demand.client_id)) > 200:
            return d.Refused(demand.number, "", "launch-unknown")
        expires = int((self._now() + LIFE).timestamp())
        body = _ENCODE(_Body(session.account, demand.client_id, demand.person, expires))
        sealed = seal(self._service.session, body, _CONTEXT, compress=False)
        launch = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return d.Done(demand.number, "", "immediate", _ENCODE(d.LaunchAnswer(launch)))

    async def open(self, demand: d.OpenLaunch, session: Session) -> d.Answer:
        """Say whom a launch is about; refused alike whatever does not hold."""
        body = self._opened(demand.launch)
        unknown = d.Refused(demand.number, "", "launch-unknown")
        if body is None or (body.account, body.client_id) != (session.account, demand.client_id):
            return unknown
        expires = datetime.fromtimestamp(body.expires, UTC)
        if expires <= self._now():
            return unknown
        word = hashlib.sha256(b"launch|" + demand.launch.encode()).digest()
        if demand.use and not await self._first(word, expires):
            return unknown
        if not demand.use and await self._fetch(SQL["said"], word):
            return unknown
        return d.Done(demand.number, "", "immediate", _ENCODE(d.LaunchedAnswer(body.person)))

    def _opened(self, launch: str) -> _Body | None:
        if len(launch) > _LONGEST or not launch.isascii():
            return None
        try:
            sealed = base64.b64decode(launch + "=" * (-len(launch) % 4), altchars=b"-_", validate=True)
            if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != launch:  # one writing of each launch
                return None
            return _DECODE(open_sealed(self._service.session, sealed, _CONTEXT))
        except (binascii.Error, ValueError, IndexError, SealBroken, msgspec.MsgspecError):
            return None

    async def _first(self, word: bytes, expires: datetime) -> bool:
        return bool(await self._fetch(SQL["say_once"], word, expires.date() + timedelta(days=1)))
