"""Reading what a letter of invitation needs: the one that waits for its answer, and whether none may be written for now."""

from __future__ import annotations

from datetime import date

import msgspec

from espace_sante.keeper.acts.deposits import traits_value
from espace_sante.keeper.acts.memory import refusal_term, rest_term
from espace_sante.keeper.acts.opening import Letter, normal_reference
from espace_sante.keeper.finding import invitation_terms
from espace_sante.keeper.gathered import Pending
from espace_sante.keeper.situation import Invitation
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")
_LETTER = msgspec.msgpack.Decoder(Letter).decode


async def invitation_of(connection: Connection, service: ServiceKeys, pending: Pending) -> Invitation | None:
    """Return the invitation a demand is about, None when none waits for its answer."""
    for wanted in invitation_terms(service, pending.ask.person, pending.session):
        row = await connection.fetchrow(SQL["invitation"], wanted)
        if row is not None:
            letter = _LETTER(open_sealed(service.mailroom, row["sealed"], b"invitation|" + row["invitation_id"].bytes))
            return Invitation(
                row["invitation_id"],
                letter.person,
                traits_value(letter.traits),
                row["expires_on"],
                letter.first,
                row["delivered_on"],
            )
    return None


async def rests(connection: Connection, service: ServiceKeys, pending: Pending, today: date) -> bool:
    """Say whether she is not to be proposed a space for now: asked of everybody, whatever the answer."""
    reference = normal_reference(pending.ask.person) or ""
    refusal, rest = refusal_term(service, reference), rest_term(service, reference)
    return bool(await connection.fetchval(SQL["rests"], refusal, rest, today))
