"""What opens an application from a professional's page, and words that serve once: asked of the keeper, which alone makes them.

A launch gives no right. It says whom the page was about; the keeper decides each reading as ever.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from espace_sante.actions.refusals import KINDS
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

_LAUNCH = msgspec.msgpack.Decoder(d.LaunchAnswer).decode
_LAUNCHED = msgspec.msgpack.Decoder(d.LaunchedAnswer).decode


async def make_launch(keeper: d.Keeper, session: bytes, client_id: str, person: str) -> str:
    """Return a launch of one application about one person; raises Problem when it may not be made."""
    return _LAUNCH(await _done(keeper, d.MakeLaunch(0, session, client_id, person))).launch


async def launched_about(keeper: d.Keeper, session: bytes, client_id: str, launch: str, *, use: bool) -> str:
    """Return whom a launch is about; with `use`, it serves no more. Raises Problem(launch-unknown) when it does not hold."""
    return _LAUNCHED(await _done(keeper, d.OpenLaunch(0, session, client_id, launch, use))).person


async def say_once(keeper: d.Keeper, kind: str, who: str, word: str, expires: datetime) -> None:
    """Keep that somebody said a word that serves once; raises Problem(word-said) when it was said before."""
    parts = (kind, who, word)
    said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    await _done(keeper, d.SayOnce(0, hashlib.sha256(said).digest(), int(expires.timestamp())))


async def _done(keeper: d.Keeper, demand: d.Demand) -> bytes:
    answered = await keeper.ask(demand)
    if isinstance(answered, d.Done):
        return answered.payload
    kind = Kind.UNAUTHENTICATED if answered.code == "unauthenticated" else KINDS.get(answered.code, Kind.BUSY)
    raise Problem(kind, answered.code)
