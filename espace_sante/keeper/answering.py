"""What somebody answered by short message to a question of ours: one word is a yes, whatever else a no, and once.

The keeper itself writes it: her will, the line of her journal, the letter that tells her and the end of the question are one
transaction, with the mark that this answer was read. Whoever reads the answers knows a number and a text, never whose they are.
Guarantee: G2, G5, G10. Source: inclusion.md HLP-06, HLP-07; docs/decisions/0083.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from espace_sante.access.kinds import SYSTEM
from espace_sante.access.request import ActId
from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.contact import parse_mobile
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.text_messages import Step
from espace_sante.journal.entry import Entry, Head, append
from espace_sante.keeper.commit import Move, StartAgain, move
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import Held, Keyring
from espace_sante.keeper.notice_body import Notice, seal_notice
from espace_sante.keeper.power_terms import holder_term
from espace_sante.keeper.question_body import Question, asked_term, open_question
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.keeper.tally import ENTRY, LINES, NOTICES_DUE, NOTICES_WRITTEN, Tally
from espace_sante.kernel.database import Connection
from espace_sante.notices import Way
from espace_sante.vault.keys import ServiceKeys

# What the account that checked a mandate is known by when it was she, by message: no account of anybody has this name.
BY_MESSAGE = "by-message"
YES_RULE, NO_RULE = "message-yes", "message-no"
_ACTS = {Step.YES: (ActId.CHECK_MANDATE.value, YES_RULE), Step.NO: (ActId.END_MANDATE.value, NO_RULE)}
# How long an answer that was read is known, so that it is not read twice.
_KNOWN = timedelta(days=30)
_AGAIN_MOST = 12


class Answering:
    """Reads one answer at a time, over its own connection."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        keyring: Keyring,
        service: ServiceKeys,
        build: str,
        tally: Tally,
    ) -> None:
        self._connect = connect
        self._keyring = keyring
        self._service = service
        self._build = build
        self._tally = tally

    async def answered(self, mark: bytes, sender: str, text: str, at: datetime, now: datetime) -> None:
        """Do what an answer says; `mark` names it, and read again it does nothing. `at`: when it came, never later than now."""
        connection = await self._connect()
        try:
            for _ in range(_AGAIN_MOST):
                try:
                    step = await self._once(connection, mark, sender, text, min(at, now), now)
                except StartAgain:  # she, or somebody, did something in her space meanwhile
                    continue
                if step is not None:
                    self._count(step, now)
                return
            raise LookupError("her space never stood still")
        finally:
            await connection.close()

    async def _once(
        self, connection: Connection, mark: bytes, sender: str, text: str, at: datetime, now: datetime
    ) -> Step | None:
        number = parse_mobile(sender)
        async with connection.transaction():
            if await connection.fetchval(SQL["say_once"], mark, (now + _KNOWN).date()) is None or number is None:
                return None
            for row in await connection.fetch(SQL["spaces_of"], [asked_term(self._service, number)]):
                return await self._of_space(connection, row["space_id"], number, text, at, now)
        return None

    async def _of_space(
        self, connection: Connection, space: UUID, number: str, text: str, at: datetime, now: datetime
    ) -> Step | None:
        held = (await self._keyring.of([space])).get(space)
        if held is None:
            return None
        for row in await connection.fetch(SQL["questions_of"], space):
            asked = open_question(row["sealed"], held.space, row["question_id"])
            step = asked.consent.answered(text, at).step
            if asked.to != number or asked.consent.asked is None or at < asked.consent.asked or step not in _ACTS:
                continue
            done = await self._decide(connection, held, asked, step, now)
            ended = await connection.fetchval(SQL["end_question"], space, row["question_id"], row["sealed"])
            if ended is None:
                raise StartAgain
            await connection.execute(SQL["drop_terms"], [asked_term(self._service, number)], [space])
            return step if done else None
        return None

    async def _decide(self, connection: Connection, held: Held, asked: Question, step: Step, now: datetime) -> bool:
        """Write what she said; false when there is nothing left to say it about. Raises StartAgain when her space moved meanwhile."""
        space = held.space.space
        facts = await connection.fetchrow(SQL["facts"], [0], [space], [-1], [None])
        if facts is None or facts["state"] != SpaceState.OPEN or facts["rights"] is None:
            return False
        will = open_will(facts["rights"], facts["rights_number"], held.space)
        mandate = next((one for one in will.rights.mandates if one.mandate_id.hex == asked.consent.mandate), None)
        if mandate is None or not _may_be_said(will.rights, mandate, asked.to, now):
            return False
        entry, step_of_head = self._line(held, facts, mandate, step, now)
        if not await move(connection, [step_of_head]):
            raise StartAgain
        rights = will.rights.without_mandates([mandate])
        if step is Step.YES:
            rights = will.rights.with_mandate(mandate.checked(holder_term(self._service, BY_MESSAGE)))
        else:
            await connection.execute(SQL["drop_terms"], [mandate.code], [space])
        await self._write(connection, held, Will(will.person, rights, will.version + 1), entry, step, now)
        return True

    def _line(self, held: Held, facts: Any, mandate: Mandate, step: Step, now: datetime) -> tuple[Entry, Move]:
        space, head = held.space.space, Head(facts["n"], facts["com"], facts["year"], facts["year_base"])
        record = self._record(mandate, step)
        entry, after = append(held.journal, held.space.record_key, space, head, now, record)
        return entry, Move(space, head, facts["rights_version"], SpaceState.OPEN, after, (entry,))

    async def _write(
        self, connection: Connection, held: Held, will: Will, entry: Entry, step: Step, now: datetime
    ) -> None:
        space = held.space.space
        await connection.execute(SQL["keep_rights"], [space])
        sealed = [seal_will(will, held.space)]
        if not await connection.fetch(SQL["put_rights"], [space], [will.version], sealed):
            raise StartAgain
        notice_id = UUID(bytes=os.urandom(16), version=4)
        notice = Notice(1, _ACTS[step][0], SYSTEM, instant(now), entry.reference)
        told = seal_notice(notice, held.space, notice_id)
        await connection.execute(SQL["put_notices"], [space], [notice_id], [now.date()], [told], [0])

    def _count(self, step: Step, now: datetime) -> None:
        self._tally.turn(now.date())
        self._tally.add(ENTRY, _ACTS[step][0])
        for kind in (LINES, NOTICES_DUE, NOTICES_WRITTEN):
            self._tally.add(kind)

    def _record(self, mandate: Mandate, step: Step) -> dict[str, Any]:
        act, rule = _ACTS[step]
        return {
            "actor": {"kind": SYSTEM, "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": act,
            "objects": [f"mandate:{mandate.number}", f"way:{Way.SMS.value}"],
            "basis": {},
            "decision": {"result": "permit", "rule": rule},
            "rules": RULES_VERSION,
            "channel": SYSTEM,
            "client": "",
            "build": self._build,
        }


def _may_be_said(rights: Rights, mandate: Mandate, number: str, now: datetime) -> bool:
    """Say whether an answer from this number still says something: the number is hers, the mandate waits for her word alone."""
    point = rights.contact.sms
    hers = point is not None and point.proven is not None and point.value == number
    return hers and not rights.is_dead and not mandate.is_checked and not mandate.is_accepted and now < mandate.ends
