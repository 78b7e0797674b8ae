"""When messages to a contact come back, or cannot be left, the keeper itself ends its use: unproven in her will, until proven again.

Her will, the line of her journal that says it, the letter that tells her, and what became of the message are one transaction. Whoever
carries messages only said what became of one. Guarantee: G5, G10. Source: docs/decisions/0067.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from espace_sante.access.kinds import SYSTEM
from espace_sante.access.request import ActId
from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.contact import Contact
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Entry, Head, append
from espace_sante.keeper.commit import Move, StartAgain, move
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import Held
from espace_sante.keeper.message_body import Message
from espace_sante.keeper.notice_body import Notice, seal_notice
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.keeper.tally import ENTRY, LINES, NOTICES_DUE, NOTICES_WRITTEN, Tally
from espace_sante.kernel.database import Connection
from espace_sante.notices import Way

ACT = ActId.REMOVE_CONTACT.value
RULE = "contact-lost"


def without(contact: Contact, way: Way, messages: Sequence[Message]) -> Contact:
    """Return her contacts once these messages did not arrive: the one they went to is unproven, and waits for nothing.

    What left before it was proven, or went to another one, says nothing of it.
    """
    point = contact.of(way)
    if point is None or point.proven is None:
        return contact
    since, value = instant(point.proven), point.value
    if not any(one.at >= since and one.to in ("", value) for one in messages):
        return contact
    return contact.with_point(way, replace(point, proven=None, counter=False, word="", until=None, wrong=0))


class Losing:
    """Ends the use of a contact, in the transaction that is lent to it."""

    def __init__(self, build: str, tally: Tally) -> None:
        self._build = build
        self._tally = tally

    async def lose(
        self, connection: Connection, held: Held, way: Way, messages: Sequence[Message], now: datetime
    ) -> bool:
        """Write that a contact is used no more; false when it was not, already. Raises StartAgain when her space moved meanwhile."""
        space = held.space.space
        facts = await connection.fetchrow(SQL["facts"], [0], [space], [-1], [None])
        if facts is None or facts["state"] != SpaceState.OPEN or facts["rights"] is None:
            return False
        will = open_will(facts["rights"], facts["rights_number"], held.space)
        contact = without(will.rights.contact, way, messages)
        if contact == will.rights.contact:
            return False
        head = Head(facts["n"], facts["com"], facts["year"], facts["year_base"])
        entry, after = append(held.journal, held.space.record_key, space, head, now, self._record(way))
        step = Move(space, head, facts["rights_version"], SpaceState.OPEN, after, (entry,))
        if not await move(connection, [step]):
            raise StartAgain
        following = Will(will.person, will.rights.with_contact(contact), will.version + 1)
        await connection.execute(SQL["keep_rights"], [space])
        sealed = [seal_will(following, held.space)]
        if not await connection.fetch(SQL["put_rights"], [space], [following.version], sealed):
            raise StartAgain
        await self._tell(connection, held, entry, now)
        return True

    def count(self, now: datetime) -> None:
        """Count the line and the letter, once they stand."""
        self._tally.turn(now.date())
        self._tally.add(ENTRY, ACT)
        for kind in (LINES, NOTICES_DUE, NOTICES_WRITTEN):
            self._tally.add(kind)

    async def _tell(self, connection: Connection, held: Held, entry: Entry, now: datetime) -> None:
        notice_id = UUID(bytes=os.urandom(16), version=4)
        sealed = seal_notice(Notice(1, ACT, SYSTEM, instant(now), entry.reference), held.space, notice_id)
        await connection.execute(SQL["put_notices"], [held.space.space], [notice_id], [now.date()], [sealed], [0])

    def _record(self, way: Way) -> dict[str, Any]:
        return {
            "actor": {"kind": SYSTEM, "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": ACT,
            "objects": ["contact", f"way:{way.value}"],
            "basis": {},
            "decision": {"result": "permit", "rule": RULE},
            "rules": RULES_VERSION,
            "channel": SYSTEM,
            "client": "",
            "build": self._build,
        }
