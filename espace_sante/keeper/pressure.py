"""Pressure: how much one agent gives in persons' names in a day, whom he has printed for, and what he has one person give in one visit.

Counted in the database, so that no restart begins again and every keeper counts the same. Beyond the most, or when one visit would give
somebody the right to read, somebody the right to decide and change where she is written to, a second agent has to do the act with her.
What takes something back is never counted, and never refused; but for what makes her unreachable, once somebody reads and somebody decides.
Guarantee: G10. Source: inclusion.md HLP-16; docs/decisions/0079, 0080, 0083.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from espace_sante.access.outcomes import SECOND_ACCOUNT
from espace_sante.access.request import ActId, ActorKind, Channel, Effect, Permit
from espace_sante.keeper.ceilings import CEILING
from espace_sante.keeper.finding import actor_term
from espace_sante.keeper.gathered import NOWHERE, Gathered, Pending
from espace_sante.keeper.printing import is_station, is_to_print, place_of
from espace_sante.keeper.sheet_body import prints_term
from espace_sante.keeper.situation import Change, Plan
from espace_sante.keeper.visits import Later, in_visit, told_later
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys, term

SQL = queries("espace_sante.keeper")
_READS, _DECIDES, _WRITTEN_TO = 1, 2, 4
_ALL = _READS | _DECIDES | _WRITTEN_TO
# What each act that gives something gives: to somebody who reads, to somebody who decides for her, where she is written to, or neither.
GIVING: dict[ActId, int] = {
    ActId.OPEN_SPACE: 0,
    ActId.REOPEN_SPACE: 0,
    ActId.REVERSE_REFUSAL: 0,
    ActId.GRANT_ACCESS: _READS,
    ActId.ISSUE_ACCESS_CARD: _READS,
    ActId.ACCEPT_REQUEST: _READS,
    ActId.AUTHORISE_APP: _READS,
    ActId.UNMASK: 0,
    ActId.UNBLOCK: 0,
    ActId.KEEP_EPISODE: 0,
    ActId.SET_EMERGENCY_WILL: 0,
    ActId.ACCEPT_DEPOSITS: 0,
    ActId.LET_AUTHORS_READ: 0,
    ActId.SHOW_NEW_DOCUMENTS: 0,
    ActId.UNSEAL_SPACE: 0,
    ActId.ALLOW_SECONDARY_USE: 0,
    ActId.ALLOW_SUPPORT: 0,
    ActId.ALLOW_AFTER_DEATH: 0,
    ActId.ERASE_CONTENT: 0,
    ActId.NAME_ADMINISTRATOR: _DECIDES,
    ActId.NAME_HELPER: _DECIDES,
    ActId.GIVE_ADDRESS: _WRITTEN_TO,
    ActId.CHANGE_CONTACT: _WRITTEN_TO,
    ActId.CONFIRM_CONTACT: 0,
    ActId.CHOOSE_NOTICES: 0,
}
# What may leave her without any word of what was done: a sort of power over where she is written to, in whatever order it comes.
_SILENT = frozenset({ActId.REMOVE_ADDRESS, ActId.REMOVE_CONTACT})


@dataclass(frozen=True, slots=True)
class Given:
    """What was counted before a demand: how many acts of this agent today, of which sorts in this person's name."""

    number: int
    kinds: int


def gives(pending: Pending) -> bool:
    """Say whether a demand is an act by which a person gives something, done for her by an agent.

    What a printing station makes was counted of the agent who asked for it with her.
    """
    by_agent = pending.session.kind == ActorKind.AGENT and not is_station(pending.session)
    return by_agent and pending.ask.on_behalf and pending.ask.act in GIVING


def silences(pending: Pending) -> bool:
    """Say whether a demand is an act, done for her by an agent, after which she is written to less, or nowhere."""
    if pending.session.kind != ActorKind.AGENT or not pending.ask.on_behalf:
        return False
    at_the_counter = pending.ask.act == ActId.CHOOSE_LETTERS and bool(pending.params.counter)
    return pending.ask.act in _SILENT or at_the_counter


def _asks_by_message(pending: Pending) -> bool:
    """Say whether what a call starts is asked of her by message: her one word then gives it, and no agent is there any more."""
    ask = pending.ask
    return ask.act == ActId.NAME_HELPER and ask.channel == Channel.PHONE and bool(pending.params.message)


def opens_a_page(pending: Pending) -> bool:
    """Say whether a demand opens a page of the post that waits for a person, whoever's it is."""
    return (
        pending.session.kind == ActorKind.AGENT
        and pending.ask.act == ActId.HANDLE_PAGE
        and pending.params.step == "look"
    )


async def given_before(
    connection: Connection, service: ServiceKeys, batch: Sequence[Pending], facts: Sequence[Gathered], today: date
) -> None:
    """Read, for each demand that gives something, silences, prints, or opens a page, what was counted before it."""
    for pending, g in zip(batch, facts, strict=True):
        if pending.ask.act == ActId.KEEP_SHEETS and pending.session.kind == ActorKind.AGENT:
            prints = prints_term(service, place_of(pending.session))
            row = await connection.fetchrow(SQL["given_today"], prints, NOWHERE, today)
            g.extra.given = Given(row["number"], 0) if row is not None else None
        if opens_a_page(pending):
            row = await connection.fetchrow(SQL["given_today"], _pages_term(service, pending), NOWHERE, today)
            g.extra.given = Given(row["number"], 0) if row is not None else None
        giving = gives(pending)
        printing = is_to_print(pending) and not giving
        if printing or giving or silences(pending):
            agent = _reader_term(service, pending) if printing else actor_term(service, pending.session)
            row = await connection.fetchrow(SQL["given_today"], agent, g.space or NOWHERE, today)
            g.extra.given = Given(row["number"], row["kinds"]) if row is not None else None


def under_pressure(
    plan: Plan, pending: Pending, g: Gathered, service: ServiceKeys, most: int, now: datetime, later: Later
) -> Plan:
    """Refuse what a second agent has to do with her, and have a letter come to her in some days; count the rest with what it writes."""
    today = now.date()
    permit, taking = plan.decision, silences(pending)
    only_starts = isinstance(permit, Permit) and permit.effect is Effect.STARTS and not _asks_by_message(pending)
    if not isinstance(permit, Permit) or only_starts or plan.write is None:
        return plan  # refused, only started, or an answer given again: nothing is given
    before: Given = g.extra.given or Given(most, _ALL)
    kind = _WRITTEN_TO if taking else GIVING[ActId(pending.ask.act)]
    completes = kind and before.kinds | kind == _ALL
    if completes or (before.number >= most and not taking):
        return Plan(SECOND_ACCOUNT, code="second-agent", despite=told_later(g, now, later))
    return _counted(
        in_visit(plan, g, now), Gave(actor_term(service, pending.session), today, most, kind, of_the_day=not taking)
    )


def within_persons(plan: Plan, pending: Pending, g: Gathered, service: ServiceKeys, most: int, today: date) -> Plan:
    """Refuse an agent what would be printed of one new person too many today; count her once with what waits to be printed."""
    if not isinstance(plan.decision, Permit) or plan.write is None:
        return plan
    before: Given = g.extra.given or Given(most, 0)
    if before.kinds:
        return plan  # of this person something was printed by him today
    if before.number >= most:
        return Plan(CEILING, code="persons-too-many")
    return _counted(plan, Gave(_reader_term(service, pending), today, most, _READS))


def within_pages(plan: Plan, pending: Pending, g: Gathered, service: ServiceKeys, most: int, today: date) -> Plan:
    """Refuse an agent one page of the queue too many today; count the others, each time he opens one."""
    if not isinstance(plan.decision, Permit) or plan.write is None:
        return plan
    before: Given = g.extra.given or Given(most, 0)
    if before.number >= most:
        return Plan(CEILING, code="persons-too-many")
    return _counted(plan, Gave(_pages_term(service, pending), today, most, 0))


def _counted(plan: Plan, gave: Gave) -> Plan:
    write = plan.write
    if write is None:
        return plan

    def counted(reference: str) -> tuple[Change, bytes]:
        change, payload = write(reference)
        return replace(change, gave=gave), payload

    return replace(plan, write=counted)


def _pages_term(service: ServiceKeys, pending: Pending) -> bytes:
    """Return what the pages an agent opens are counted by."""
    return term(service.idempotency, "pages-of", pending.session.account)


def _reader_term(service: ServiceKeys, pending: Pending) -> bytes:
    """Return what the persons an agent prints for are counted by: apart from what he has persons give."""
    return term(service.idempotency, "prints-for", pending.session.account)


@dataclass(frozen=True, slots=True)
class Gave:
    """One act to count: whose, on which day, the most, and of which sort it is in her name.

    What takes something back (`of_the_day` false) is written down of the visit alone.
    """

    agent: bytes
    day: date
    most: int
    kind: int
    of_the_day: bool = True


async def count(connection: Connection, gave: Sequence[tuple[UUID, Gave]]) -> bool:
    """Count acts in the transaction that does them; say whether none is one too many."""
    # In one order: two batches that count the same agents never wait for each other.
    for space, one in sorted(gave, key=lambda each: each[1].agent):
        if one.of_the_day and await connection.fetchval(SQL["give_of_agent"], one.agent, one.day, one.most) is None:
            return False
        if one.kind:
            await connection.execute(SQL["give_in_visit"], space, one.agent, one.day, one.kind)
    return True
