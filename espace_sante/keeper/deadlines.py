"""What the calendar does, and nothing else does: a letter's last day, an archive's end, six weeks of silence.

The last one happens only where the operator published that rule, and only after a proven delivery; the space so opened is sealed:
deposits enter, nobody reads until its owner says so. Every change of a space is a line of her own journal.
Guarantee: G1, G8. Source: docs/decisions/0028.
"""

from __future__ import annotations

import hashlib
import logging
import os
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.space import SILENCE, Moved, silence_is_over
from espace_sante.consent.space import Move as Asked
from espace_sante.consent.space import move as moves
from espace_sante.journal.entry import ChainBroken, Entry, Head, JournalKeys, append, first_head
from espace_sante.keeper.acts.memory import again_on, refusal_term, rest_term
from espace_sante.keeper.acts.opening import Letter, reference_term
from espace_sante.keeper.commit import Move, move, open_rows
from espace_sante.keeper.gather import SQL, Gatherer
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Limits, NewSpace
from espace_sante.keeper.tally import LINES, Tally
from espace_sante.kernel.database import Connection
from espace_sante.kernel.ids import PersonId
from espace_sante.kernel.settings import OpeningPolicy
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, new_space_keys

_ENCODE = msgspec.msgpack.Encoder().encode
_LETTER = msgspec.msgpack.Decoder(Letter).decode
_FAULTS = (LookupError, ValueError, SealBroken, ChainBroken, msgspec.MsgspecError)
_log = logging.getLogger("espace_sante.keeper")


class Deadlines:
    """Does what is due at an instant, over a connection that is lent to it."""

    def __init__(
        self, keyring: Keyring, service: ServiceKeys, gatherer: Gatherer, limits: Limits, build: str, tally: Tally
    ) -> None:
        self._tally = tally
        self._keyring = keyring
        self._service = service
        self._gatherer = gatherer
        self._limits = limits
        self._build = build

    async def unanswered(self, connection: Connection, now: datetime) -> int:
        """Erase the letters nobody answered; what stays is a keyed term, and a month, until one may be written again."""
        today, gone = now.date(), 0
        # Where silence counts, a letter proven to be delivered waits for that round instead.
        waits = self._limits.policy is OpeningPolicy.SIX_WEEK_PRESUMPTION
        while rows := await connection.fetch(SQL["unanswered"], today, waits):
            for row in rows:
                letter = self._letter(row)
                async with connection.transaction():
                    await connection.fetchval(SQL["take_invitation"], row["invitation_id"])
                    if letter.person:
                        first = datetime.fromisoformat(letter.first).date() if letter.first else row["expires_on"]
                        again = again_on(first, self._limits.reproposal_months)
                        await connection.execute(SQL["put_rest"], rest_term(self._service, letter.person), again)
                gone += 1
        await connection.execute(SQL["old_rests"], today)
        return gone

    async def archives(self, connection: Connection, now: datetime) -> int:
        """Move to closing the archives whose last day is past; their erasure follows as that of any other."""
        ended = 0
        for row in await connection.fetch(SQL["ended_archives"], now.date()):
            try:
                ended += await self._end(connection, row["space_id"], now)
            except _FAULTS as fault:
                _log.error("an archive was not ended: %s", type(fault).__name__)
        return ended

    async def presumptions(self, connection: Connection, now: datetime) -> int:
        """Open, sealed, the spaces of those silent six weeks and the time of the post after a proven delivery. Nothing under `consent`."""
        if moves(None, Asked.PRESUME, policy=self._limits.policy) != Moved(SpaceState.OPEN):
            return 0
        opened, before = 0, now.date() - SILENCE - timedelta(days=1)
        for row in await connection.fetch(SQL["delivered_invitations"], before):
            try:
                opened += await self._presume(connection, row, now)
            except asyncpg.UniqueViolationError:
                _log.info("a presumed opening met another one")
            except _FAULTS as fault:
                _log.error("a silence was not followed: %s", type(fault).__name__)
        return opened

    async def _end(self, connection: Connection, space: UUID, now: datetime) -> bool:
        held = (await self._keyring.of([space]))[space]
        facts = await connection.fetchrow(SQL["facts"], [0], [space], [-1], [None])
        if facts is None or facts["state"] != SpaceState.ARCHIVED:
            await connection.execute(SQL["drop_archives"], [space])
            return False
        head = Head(facts["n"], facts["com"], facts["year"], facts["year_base"])
        record = self._record("close_space", "archive-ended")
        entry, after = append(held.journal, held.space.record_key, space, head, now, record)
        step = Move(space, head, facts["rights_version"], SpaceState.CLOSING, after, (entry,))
        async with connection.transaction():
            moved = await move(connection, [step])
            if moved:
                await connection.execute(SQL["drop_archives"], [space])
        self._tally.add(LINES, number=len(moved))
        return bool(moved)

    async def _presume(self, connection: Connection, row: Any, now: datetime) -> bool:
        letter = self._letter(row)
        if not silence_is_over(row["delivered_on"], now.date()):
            return False
        if not letter.person or await self._is_answered(connection, letter.person, now):
            await connection.fetchval(SQL["take_invitation"], row["invitation_id"])
            return False
        new, entry = self._sealed_space(letter, now)
        await self._keyring.keep(new.keys, now.date())
        async with connection.transaction():
            taken = await connection.fetchval(SQL["take_delivered"], row["invitation_id"], row["delivered_on"])
            if taken is not None:  # she may have answered, or the letter come back, since the list was read
                await open_rows(connection, new, entry)
        self._tally.add(LINES, number=int(taken is not None))
        return taken is not None

    async def _is_answered(self, connection: Connection, person: str, now: datetime) -> bool:
        refusal, rest = refusal_term(self._service, person), rest_term(self._service, person)
        if await connection.fetchval(SQL["rests"], refusal, rest, now.date()):
            return True
        return bool(await connection.fetch(SQL["spaces_of"], [reference_term(self._service, person)]))

    def _sealed_space(self, letter: Letter, now: datetime) -> tuple[NewSpace, Entry]:
        space, person = UUID(bytes=os.urandom(16), version=4), PersonId(UUID(bytes=os.urandom(16), version=4))
        keys = new_space_keys(space)
        identity = bytes(seal(keys.identity_key, _ENCODE(letter.traits), b"person|" + space.bytes))
        terms = (reference_term(self._service, letter.person), reference_term(self._service, f"id:{person.hex}"))
        will = Will(person, Rights(accepts_deposits=True, presumed=True), 1)
        journal = JournalKeys(keys.journal)
        record = self._record("open_space", "presumption") | {
            "deposit": hashlib.sha256(keys.deposit_public).hexdigest()
        }
        entry, _ = append(journal, keys.record_key, space, first_head(journal, now.year), now, record)
        return NewSpace(keys, identity, will, terms, now.year), entry

    def _letter(self, row: Any) -> Letter:
        context = b"invitation|" + row["invitation_id"].bytes
        return _LETTER(open_sealed(self._service.mailroom, row["sealed"], context))

    def _record(self, act: str, rule: str) -> dict[str, Any]:
        return {
            "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": act,
            "objects": ["space"],
            "basis": {},
            "decision": {"result": "permit", "rule": rule},
            "rules": RULES_VERSION,
            "channel": "system",
            "client": "",
            "build": self._build,
        }
