"""The only path from a channel to an effect: identify, ask, decide, entry committed, effect, notices.

The frame asks the keeper, which decides on facts it reads itself and commits the entry before it answers. What comes back
is done, or refused, or not known to be done: there is no other way through, and no act reaches a database from here.
Guarantee: G3, G5.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Channel, Effect, Proof
from espace_sante.actions.limits import UploadLimit
from espace_sante.actions.previews import Previews
from espace_sante.actions.refusals import problem_of
from espace_sante.identity.application_files import Applications
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings

T = TypeVar("T")
_ENCODE = msgspec.msgpack.Encoder().encode


class Writing(Protocol):
    """One object being written; fulfilled in adapters."""

    def write(self, chunk: bytes, /) -> None:
        """Add some bytes."""
        ...

    def finish(self) -> None:
        """Make it durable under its name before returning."""
        ...

    def abandon(self) -> None:
        """Leave nothing of it."""
        ...


class Objects(Protocol):
    """Where documents' sealed bytes stand; fulfilled in adapters."""

    def begin(self, name: UUID) -> Writing:
        """Begin to write under a name: nothing stands there before it is finished."""
        ...

    def read_at(self, name: UUID, start: int, length: int) -> bytes:
        """Return some of what stands under a name."""
        ...

    def chunks(self, name: UUID) -> Iterable[bytes]:
        """Yield what stands under a name."""
        ...

    def delete(self, name: UUID) -> None:
        """Remove what stands under a name."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, by which way, for whom.

    `session` is the SHA-256 of the token; `person` a reference ("self", "id:…", "ins:…", "local:…", "code:…");
    `idempotency_key` is the channel's (header, hidden field, coupon number). `arrived` and `postmark`: the days (AAAA-MM-JJ) of a
    form that came by post, "" when not said. `sheet` and `since`: the numbered sheet it is entered from afterwards, and the day
    (AAAA-MM-JJ) written on it. `tie`: how an agent says that he is tied to the person he would act for.
    """

    session: bytes
    channel: Channel
    proof: Proof
    person: str = "self"
    on_behalf: bool = False
    idempotency_key: str = ""
    client: str = ""
    arrived: str = ""
    postmark: str = ""
    sheet: str = ""
    since: str = ""
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every act receives."""

    keeper: d.Keeper
    objects: Objects
    settings: Settings
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    previews: Previews
    uploads: UploadLimit = field(default_factory=lambda: UploadLimit(0))
    one_whole: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))  # a document whole in memory
    # Records read or written whole at once: the others wait, and a process holds no more than these.
    whole_records: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    applications: Applications = field(init=False)

    def __post_init__(self) -> None:
        """Count uploads by the settings, one count for every edge of this process; read the one register of applications."""
        object.__setattr__(self, "applications", Applications(self.settings.home))
        if self.uploads.most == 0:
            settings = self.settings
            limit = UploadLimit(settings.uploads_per_minute, software=settings.software_uploads_per_second)
            object.__setattr__(self, "uploads", limit)

    async def ask(
        self, request: Request, act: ActId, params: msgspec.Struct, answer: type[T], *, body: bytes = b""
    ) -> tuple[T | None, str, Effect]:
        """Ask the keeper for an act; return its answer, the entry's reference and how far it went.

        `body` stands for what the caller sent, when that is not the parameters themselves (they hold fresh keys).
        Raises Problem for anything refused or failed; a refusal that says nothing is the same as for an unknown person.
        """
        data = _ENCODE(params)
        key = hashlib.sha256(request.idempotency_key.encode()).digest() if request.idempotency_key else b""
        answered = await self.keeper.ask(
            d.Ask(
                0,
                act.value,
                request.session,
                request.person,
                request.channel.value,
                request.proof.value,
                data,
                request.on_behalf,
                key,
                hashlib.sha256(body or data).digest(),
                request.client,
                request.arrived,
                request.postmark,
                request.sheet,
                request.since,
                request.tie,
            )
        )
        match answered:
            case d.Done(_, entry, effect, payload):
                found = msgspec.msgpack.decode(payload, type=answer) if payload else None
                return found, entry, Effect(effect)
            case d.Refused(_, entry, code):
                raise problem_of(act, code, entry)
            case d.Failed(_, "too-many"):
                raise Problem(Kind.TOO_MANY, "too-many", {"seconds": 3600})
            case d.Failed(_, code):
                raise Problem(Kind.UNAUTHENTICATED if code == "unauthenticated" else Kind.BUSY, code)
