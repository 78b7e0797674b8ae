"""Asking for a yes by short message: what it is about leaves first, the question once that left, and one at a time to a number.

Guarantee: G2, G10. Source: inclusion.md HLP-06, HLP-07; docs/decisions/0083.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.access.powers import GIVING
from espace_sante.access.request import ActId
from espace_sante.consent.contact import Contact
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.text_messages import Consent, Fault, Part, fault_of
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.message_body import USUAL, WAYS, Message, seal_message
from espace_sante.keeper.question_body import Question, asked_term, open_question, seal_question
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Change, NewMessage, Situation
from espace_sante.kernel.database import Connection, queries
from espace_sante.notices import Way
from espace_sante.vault.keys import ServiceKeys, SpaceKeys

SQL = queries("espace_sante.keeper")
# What is asked and not answered keeps a number no longer than that: a day to leave, a day to answer.
_KEPT = timedelta(days=2)
_GIVING = frozenset(act.value for act in GIVING)
_CODES = MappingProxyType(
    {
        Fault.NUMBER_TOO_NEW: "message-number-new",
        Fault.TOO_LONG: "message-too-long",
        Fault.READS: "message-reads",
        Fault.GIVES: "message-gives",
    }
)


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question about to be put: its row, and the term that leads to it from the number."""

    row: tuple[UUID, date, bytes]
    term: tuple[bytes, date]


async def asked_before(
    connection: Connection, service: ServiceKeys, batch: Sequence[Pending], facts: Sequence[Gathered]
) -> None:
    """Read, for each demand that asks for a yes by message, whether its number is asked something already."""
    for pending, g in zip(batch, facts, strict=True):
        if pending.ask.act != ActId.NAME_HELPER or not pending.params.message or g.will is None:
            continue
        point = g.will.rights.contact.sms
        terms = [asked_term(service, point.value)] if point is not None else []
        g.extra.asked = bool(await connection.fetch(SQL["spaces_of"], terms))


def fault_by_message(mandate: Mandate, contact: Contact, now: datetime, *, waits: bool) -> str:
    """Return the code of why nothing may be asked by message, "" when it may; `waits`: the number is asked something already."""
    point = contact.sms
    if point is None or point.proven is None:
        return "message-no-number"
    fault = fault_of(mandate, _GIVING, point.proven, point.counter, now)
    if fault is not None:
        return _CODES[fault]
    return "message-waits" if waits else ""


def asked_by_message(s: Situation, change: Change, mandate: Mandate, contact: Contact) -> Change:
    """Return a change that also tells her, by message, what a mandate is about; the question follows once that left."""
    point = contact.sms
    assert point is not None  # fault_by_message said so
    question_id, until = UUID(bytes=s.random(16), version=4), (s.now + _KEPT).date()
    sealed = seal_question(Question(Consent(mandate.mandate_id.hex), point.value), s.keys, question_id)
    said = Message(
        1,
        "",
        instant(s.now),
        to=point.value,
        part=Part.RECAP.value,
        question=question_id.hex,
        mandate=mandate.number,
        days=mandate.days,
    )
    message_id = UUID(bytes=s.random(16), version=4)
    told = NewMessage(message_id, WAYS[Way.SMS], s.now, seal_message(said, s.keys, message_id), USUAL)
    return replace(
        change,
        messages=(*change.messages, told),
        put_terms=(*change.put_terms, (asked_term(s.service, point.value), until)),
        question=(question_id, until, sealed),
    )


async def put_next(connection: Connection, keys: SpaceKeys, said: Message, now: datetime) -> None:
    """Write the question, once what it is about left."""
    if said.part != Part.RECAP:
        return
    message_id = UUID(bytes=os.urandom(16), version=4)
    asked = msgspec.structs.replace(said, part=Part.QUESTION.value, at=instant(now))
    sealed = seal_message(asked, keys, message_id)
    await connection.execute(SQL["put_messages"], [keys.space], [message_id], [WAYS[Way.SMS]], [now], [sealed], [USUAL])


async def put_now(connection: Connection, keys: SpaceKeys, said: Message, now: datetime) -> bool:
    """Note that a question leaves now: from then on its answer counts. Say whether it is still to be put; its recap, always is."""
    if not said.part:
        return True
    question_id = UUID(hex=said.question)
    sealed = await connection.fetchval(SQL["question"], keys.space, question_id)
    if sealed is None:
        return False
    if said.part == Part.QUESTION:
        one = open_question(sealed, keys, question_id)
        put = seal_question(replace(one, consent=one.consent.put(now)), keys, question_id)
        await connection.execute(SQL["move_question"], keys.space, question_id, sealed, put)
    return True
