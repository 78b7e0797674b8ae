"""Printing without seeing: an agent asks for a reading with the person, and a printing station takes it, once.

The session of an agent is released nothing of a reading at a counter or from a form: the entry is written, and what is to be read waits
under that entry's reference, sealed, for a quarter of an hour. A station of the same structure, signed in with an account of its own,
makes the same demand under the same reference; it can do nothing else. A structure is told by who vouches for the account and by its
number, never by its displayed name; without a number nothing waits, and nothing is taken.
A card is made there and nowhere before: what waits is that she asked for one, and its code is drawn for the station alone.
Guarantee: G5, G10. Source: inclusion.md PAR-14; docs/decisions/0066.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel, Permit, Refuse
from espace_sante.keeper.demand import ExportParams, PrintWaiting
from espace_sante.keeper.situation import Change, Plan, Session
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, term

if TYPE_CHECKING:
    from espace_sante.keeper.gathered import Pending

SQL = queries("espace_sante.keeper")
PREFIX = "job:"
LIFE = timedelta(minutes=15)
WAITING_MOST = 50
# What the provider says of the account of a printing station.
STATION = "poste d'impression"
UNKNOWN_JOB = Plan(Refuse("no-space"), code="print-unknown")
# An account that does not say by its number which structure it is of has no printer: a displayed name is nobody's.
NOWHERE_TO_PRINT = Plan(Refuse("invalid"), code="print-nowhere")
PRINTED = frozenset(
    {
        *(ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT, ActId.READ_RESOURCE),
        *(ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL),
    }
)
# What is made by the station itself, so that its secret is given to no agent; nothing of hers changes before.
MADE_THERE = frozenset({ActId.ISSUE_ACCESS_CARD})
_CHANNELS = (Channel.COUNTER, Channel.PAPER)


class _Body(msgspec.Struct, frozen=True, array_like=True):
    reference: str
    act: str
    channel: str
    proof: str
    params: bytes
    place: str
    asked: int


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode


def is_station(session: Session) -> bool:
    """Say whether a session is that of a printing station."""
    return session.kind == ActorKind.AGENT and session.profession == STATION


def place_of(session: Session) -> str:
    """Return which structure an account is of, as its provider says by number; "" when it does not."""
    return f"{session.issuer}|{session.structure_id}" if session.structure_id else ""


def is_to_print(pending: Pending) -> bool:
    """Say whether a demand is a reading, or a card, by an agent for a person: he is released nothing, it is printed."""
    ask = pending.ask
    by_agent = pending.session.kind == ActorKind.AGENT and ask.on_behalf and not is_station(pending.session)
    return by_agent and ask.act in (PRINTED | MADE_THERE) and ask.channel in _CHANNELS and not _goes_by_letter(pending)


def _goes_by_letter(pending: Pending) -> bool:
    """Say whether it is a card that is made when its letter is printed: nothing of it waits at a counter."""
    return pending.ask.act == ActId.ISSUE_ACCESS_CARD and bool(pending.params.post)


def to_print(plan: Plan, pending: Pending, space: UUID | None, service: ServiceKeys, now: datetime) -> Plan:
    """Return the plan of what an agent asks to print: what was permitted waits for a station, and nothing is released to him."""
    if not isinstance(plan.decision, Permit) or space is None or plan.repeat is not None:
        return plan
    ask, place = pending.ask, place_of(pending.session)
    if not place:
        return NOWHERE_TO_PRINT

    def write(reference: str) -> tuple[Change, bytes]:
        job = _job_term(service, reference)
        body = _Body(reference, ask.act, ask.channel, ask.proof, ask.params, place, round(now.timestamp() * 1000))
        sealed = bytes(seal(service.session, _ENCODE(body), b"print|" + job))
        expires = (now + LIFE).date()
        return Change(put_print=(job, _station_term(service, place), expires, sealed)), b""

    known = () if ask.act in MADE_THERE else plan.objects  # of what is not made yet there is no number
    return Plan(plan.decision, objects=(*known, "print"), write=write)


def at_the_station(plan: Plan, pending: Pending) -> Plan:
    """Return the plan of a station's demand: what waits under that reference, once; anything else is unknown."""
    if not pending.job:
        return UNKNOWN_JOB
    making = plan.write
    if not isinstance(plan.decision, Permit) or pending.taken:
        return plan
    if making is None:
        return replace(plan, write=lambda _: (Change(take_print=pending.job), b""))

    def made(reference: str) -> tuple[Change, bytes]:
        change, answer = making(reference)
        return replace(change, drop_print=pending.job), answer

    return replace(plan, write=made)


async def job_space(connection: Connection, service: ServiceKeys, pending: Pending, now: datetime) -> UUID | None:
    """Return the space a station's reference leads to, and note on the demand that it stands; None for anything else.

    The rest of a long journal is asked for in further demands: they go on while the time lasts, on what was taken.
    """
    pending.job, pending.taken = b"", False
    ask = pending.ask
    if not is_station(pending.session) or not ask.person.startswith(PREFIX) or not ask.on_behalf:
        return None
    place, job = place_of(pending.session), _job_term(service, ask.person.removeprefix(PREFIX))
    row = await connection.fetchrow(SQL["print_of"], job)
    if row is None:
        return None
    body = _DECODE(open_sealed(service.session, row["sealed"], b"print|" + job))
    goes_on = row["state"] == 1 and isinstance(pending.params, ExportParams) and pending.params != ExportParams()
    same = (body.act, body.channel, body.proof) == (ask.act, ask.channel, ask.proof)
    first = row["state"] == 0 and body.params == ask.params
    if not (place and body.place == place and same and (first or goes_on) and _lasts(body, now)):
        return None
    pending.job, pending.taken = job, goes_on
    space: UUID = row["space_id"]
    return space


async def waiting_at(
    connection: Connection, service: ServiceKeys, session: Session, now: datetime
) -> list[PrintWaiting]:
    """Return what waits at a station, the oldest first: nothing of what is printed, nor of whose it is."""
    rows = await connection.fetch(SQL["prints_waiting"], _station_term(service, place_of(session)), WAITING_MOST)
    bodies = [_DECODE(open_sealed(service.session, row["sealed"], b"print|" + row["job_term"])) for row in rows]
    return [
        PrintWaiting(one.reference, one.act, one.channel, one.proof, one.params, _at(one).isoformat())
        for one in sorted(bodies, key=lambda body: body.asked)
        if _lasts(one, now)
    ]


def _lasts(body: _Body, now: datetime) -> bool:
    return now < _at(body) + LIFE


def _at(body: _Body) -> datetime:
    return datetime.fromtimestamp(body.asked / 1000, UTC)


def _job_term(service: ServiceKeys, reference: str) -> bytes:
    return term(service.directory, "print", reference[:64])


def _station_term(service: ServiceKeys, place: str) -> bytes:
    return term(service.directory, "station", place)
