"""Reading the facts of a batch of demands: who asks, which space, its head, her will, the document, and what else.

Set-based: a batch costs the same number of statements whatever its size. The head is read first; the further facts are
read after it, so that anything that changed in between is caught when the head refuses to move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind
from espace_sante.consent.card_code import PREFIX as CARD
from espace_sante.consent.rights import SpaceState
from espace_sante.consent.support import parse_ticket
from espace_sante.journal.entry import Head
from espace_sante.keeper.accounts import account_asked
from espace_sante.keeper.acts.opening import reference_term
from espace_sante.keeper.acts.posting import letter_named
from espace_sante.keeper.asking import asked_before
from espace_sante.keeper.card_terms import card_terms
from espace_sante.keeper.demand import KeepEpisodeParams
from espace_sante.keeper.finding import POSTED, person_terms, ticket_term
from espace_sante.keeper.first_answers import first_answers
from espace_sante.keeper.gather_coupons import coupons_asked
from espace_sante.keeper.gather_deposits import DepositFacts
from espace_sante.keeper.gather_invitations import invitation_of, rests
from espace_sante.keeper.gather_order import OF_AN_ORDER, orders_asked
from espace_sante.keeper.gather_pages import queue_asked, space_of_page
from espace_sante.keeper.gather_resources import resources_asked
from espace_sante.keeper.gather_staff import OF_THE_POST, cases_asked, post_asked
from espace_sante.keeper.gathered import NOWHERE, Gathered, Pending, is_on_behalf, row_asked, subject_of
from espace_sante.keeper.keyring import Held, Keyring
from espace_sante.keeper.late_entry import sheets_asked
from espace_sante.keeper.power_terms import HOLDERS, MANDATE_CODE, mandate_terms, way_terms
from espace_sante.keeper.pressure import given_before
from espace_sante.keeper.printing import is_station, job_space
from espace_sante.keeper.provings import proved_before
from espace_sante.keeper.rights_body import Will, open_will
from espace_sante.keeper.situation import DocumentRow, Extra
from espace_sante.keeper.will_cache import WillCache
from espace_sante.kernel.clock import Clock, utc_now
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys, SpaceKeys

SQL = queries("espace_sante.keeper")
# Acts that name documents of the space: their categories are read with the facts.
_NAMING_DOCUMENTS = frozenset(
    {
        *(ActId.GRANT_ACCESS, ActId.LIMIT_GRANT, ActId.MASK, ActId.UNMASK),
        *(ActId.REPORT_MISTAKE, ActId.SET_EMERGENCY_WILL, ActId.ISSUE_ACCESS_CARD, ActId.KEEP_EPISODE),
    }
)
_OF_A_LETTER = (
    ActId.INVITE,
    ActId.OPEN_SPACE,
    ActId.REFUSE_SPACE,
    ActId.RECORD_DELIVERY,
    ActId.RECORD_RETURN,
)
_OF_A_RESOURCE = (ActId.WRITE_RESOURCE, ActId.READ_RESOURCE)


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's space stands: her public id when it is open, and what she has to know of it."""

    person: str
    state: str = ""
    until: str = ""


NO_SPACE = Standing("")


class Gatherer:
    """Reads facts for batches over one connection to the main database."""

    def __init__(self, keyring: Keyring, service: ServiceKeys, wills: WillCache, now: Clock = utc_now) -> None:
        self._now = now
        self._keyring = keyring
        self._service = service
        self._wills = wills
        self._deposits = DepositFacts(keyring, service)

    async def gather(
        self, connection: Connection, batch: Sequence[Pending], institution: UUID, *, again: bool = False
    ) -> list[Gathered]:
        """Return the facts of each demand, in order; once again when what was remembered led to an erased space."""
        await coupons_asked(connection, self._keyring, self._service, batch, self._now().date())
        asked, own = await self._spaces(connection, batch)
        held = await self._keyring.of([*(s for s in asked if s is not None), institution])
        # A term that outlives its key leads nowhere: the same answer as for a person unknown.
        spaces = [space if space in held else None for space in asked]
        chains = [space or institution for space in spaces]
        cached = [self._wills.get(chain) for chain in chains]
        rows = [row_asked(p) for p in batch]
        versions = [version for version, _ in cached]
        records = await connection.fetch(SQL["facts"], list(range(len(batch))), chains, versions, rows)
        by_order = {record["ord"]: record for record in records}
        closed = {chains[order] for order, record in by_order.items() if record["state"] == SpaceState.CLOSED}
        if (
            closed and not again
        ):  # erased through another keeper: what is remembered here leads nowhere, or to another space by now
            for space in closed:
                self.forget(space)
            return await self.gather(connection, batch, institution, again=True)
        extras = await self._extras(connection, batch, spaces)
        gathered = [
            self._one(p, chains[i], spaces[i], own[i], by_order[i], held[chains[i]], cached[i], extras[i])
            for i, p in enumerate(batch)
        ]
        await cases_asked(connection, batch, gathered, self._now().date())
        await post_asked(connection, batch, gathered, self._now().date())
        await sheets_asked(connection, self._service, batch, gathered)
        await given_before(connection, self._service, batch, gathered, self._now().date())
        await account_asked(connection, self._service, batch, gathered)
        await asked_before(connection, self._service, batch, gathered)
        await proved_before(connection, self._service, batch, gathered, self._now().date())
        await queue_asked(connection, batch, gathered)
        await orders_asked(connection, self._keyring, self._service, batch, gathered, self._now().date())
        return gathered

    def _one(
        self,
        pending: Pending,
        chain: UUID,
        space: UUID | None,
        own: UUID | None,
        record: Any,
        held: Held,
        cached: tuple[int, Will | None],
        extra: Extra,
    ) -> Gathered:
        will: Will | None = None
        if space is not None:
            if record["rights"] is not None:
                will = open_will(record["rights"], record["rights_number"], held.space)
                self._wills.put(space, record["rights_version"], will)
            elif record["rights_version"] == cached[0]:
                will = cached[1]
        row_id = row_asked(pending)
        row = None
        if space is not None and row_id is not None and record["version"] is not None:
            row = DocumentRow(
                row_id, record["version"], record["category"], record["wrapped"], record["sealed"], record["origin"]
            )
        return Gathered(
            chain,
            space,
            Head(record["n"], record["com"], record["year"], record["year_base"]),
            record["rights_version"],
            SpaceState(record["state"]) if space is not None else None,
            will,
            held,
            row,
            subject_of(pending, space, own, will, way_terms(self._service, pending.ask.person, pending.session)),
            extra,
        )

    async def _spaces(
        self, connection: Connection, batch: Sequence[Pending]
    ) -> tuple[list[UUID | None], list[UUID | None]]:
        """Return, for each demand, the space meant and the signed-in person's own."""
        asked = [await self._terms(connection, p) for p in batch]
        letters = [_by_the_post(p) or await self._of_letter(connection, p) for p in batch]
        jobs = [await job_space(connection, self._service, p, self._now()) for p in batch]
        own = [person_terms(self._service, "self", p.session) for p in batch]
        # Never remembered: the same statement for a person known and for one unknown (ARCHITECTURE rule 7).
        found = await self._found(connection, {t for terms in (*asked, *own) for t in terms})
        return (
            [
                job or letter or next((found[t] for t in terms if t in found), None)
                for job, letter, terms in zip(jobs, letters, asked, strict=True)
            ],
            [next((found[t] for t in terms if t in found), None) for terms in own],
        )

    async def _of_letter(self, connection: Connection, pending: Pending) -> UUID | None:
        """Return the space a number of the mail room's list leads to, for the operator's staff alone."""
        named = letter_named(pending.ask.person) if pending.ask.act in OF_THE_POST else None
        if named is None or pending.session.kind != ActorKind.OPERATOR:
            return None
        space: UUID | None = await connection.fetchval(SQL["space_of_letter"], named)
        return space

    async def _terms(self, connection: Connection, pending: Pending) -> list[bytes]:
        """Return the terms of the person meant; for an agent who holds a letter, of the person it was written to."""
        if pending.ask.person.startswith(CARD):  # a card leads to a space for its own act, and for no other
            return card_terms(self._service, pending.ask.person) if pending.ask.act == ActId.USE_ACCESS_CARD else []
        if is_station(pending.session):  # what waits to be printed leads there, and nothing that names her
            return []
        if pending.ask.person.startswith(MANDATE_CODE):  # nor does a mandate's code, and only for who may hold one
            may = (
                pending.ask.act == ActId.ACCEPT_MANDATE
                and pending.session.kind in HOLDERS
                and pending.session.app is None
            )
            return mandate_terms(self._service, pending.ask.person) if may else []
        if pending.ask.act in OF_AN_ORDER:  # whoever it is about: her chain is not touched
            return []
        if pending.ask.act in OF_THE_POST:  # a number of the mail room's list leads there, and nothing that names her
            return []
        if pending.ask.person.startswith(POSTED) and pending.ask.act != ActId.RETURN_LETTER:
            return []
        if not pending.ask.person.startswith("code:") or not is_on_behalf(pending):
            return person_terms(self._service, pending.ask.person, pending.session)
        invitation = await invitation_of(connection, self._service, pending)
        return [reference_term(self._service, invitation.person)] if invitation else []

    async def standing(self, connection: Connection, terms: Sequence[bytes]) -> Standing:
        """Return how the space a term leads to stands, for the pages of the person whose terms they are."""
        space = await self._open_space(connection, terms)
        if space is None:
            return NO_SPACE
        held = (await self._keyring.of([space])).get(space)
        record = await connection.fetchrow(SQL["facts"], [0], [space], [-1], [None])
        if held is None or record is None or record["rights"] is None:
            return NO_SPACE
        if record["state"] not in (SpaceState.OPEN, SpaceState.ARCHIVED):
            return NO_SPACE
        will = open_will(record["rights"], record["rights_number"], held.space)
        if will.rights.is_dead:
            return Standing("", "deceased")
        if record["state"] == SpaceState.ARCHIVED:
            until = await connection.fetchval(SQL["archive_of"], space)
            return Standing("", "archived", until.isoformat() if until else "")
        return Standing(will.person.hex, "presumed" if will.rights.presumed else "")

    async def deposit_keys(self, connection: Connection, asked: Sequence[Sequence[bytes]]) -> list[bytes]:
        """Return, for each person meant, the public key of her space, or a decoy: hers alone, and always the same.

        One decoy for all who have no space would tell a web process who has one, without a trace. Guarantee: G3.
        """
        found = await self._found(connection, {t for terms in asked for t in terms})
        spaces = [next((found[t] for t in terms if t in found), NOWHERE) for terms in asked]
        # No key is looked for where there is no space: nothing more is asked for one unknown than for one known.
        held = await self._keyring.of(set(spaces) - {NOWHERE})
        return [
            held[s].space.deposit_public if s in held else self._deposits.decoy_for(terms)
            for s, terms in zip(spaces, asked, strict=True)
        ]

    async def _open_space(self, connection: Connection, terms: Sequence[bytes]) -> UUID | None:
        found = await self._found(connection, set(terms))
        return next((found[t] for t in terms if t in found), None)

    async def _found(self, connection: Connection, terms: set[bytes]) -> dict[bytes, UUID]:
        return {row["term"]: row["space_id"] for row in await connection.fetch(SQL["spaces_of"], list(terms))}

    async def keep_keys(self, keys: SpaceKeys, today: date) -> None:
        """Write the blob of a space about to open."""
        await self._keyring.keep(keys, today)

    def forget(self, space: UUID) -> None:
        """Drop the keys and the will of a space that was erased."""
        self._keyring.forget(space)
        self._wills.drop(space)

    async def _extras(
        self, connection: Connection, batch: Sequence[Pending], spaces: Sequence[UUID | None]
    ) -> list[Extra]:
        extras = [Extra() for _ in batch]
        acts: dict[str, list[int]] = {}
        for i, pending in enumerate(batch):
            acts.setdefault(pending.ask.act, []).append(i)
        for act, indexes in acts.items():
            if act == ActId.DEPOSIT_DOCUMENT:
                await self._deposits.gather(connection, indexes, batch, spaces, extras)
            elif act == ActId.ALLOW_SUPPORT:
                for i in indexes:
                    extras[i].terms = await self._taken(connection, batch[i].params.ticket, spaces[i])
            elif act in _OF_A_RESOURCE:
                await resources_asked(connection, indexes, batch, spaces, extras)
            elif act in _NAMING_DOCUMENTS:
                await self._named(connection, indexes, batch, spaces, extras)
            elif act in _OF_A_LETTER:
                for i in indexes:
                    extras[i].invitation = await invitation_of(connection, self._service, batch[i])
                    if act == ActId.INVITE:
                        extras[i].rests = await rests(connection, self._service, batch[i], self._now().date())
        await first_answers(connection, self._keyring, self._service, batch, spaces, extras)
        return extras

    async def _taken(self, connection: Connection, ticket: str, space: UUID | None) -> frozenset[bytes]:
        """Return the term of a ticket when it leads to somebody else's space already."""
        number = parse_ticket(ticket)
        if number is None:
            return frozenset()
        found = await self._found(connection, {ticket_term(self._service, number)})
        return frozenset(one for one, where in found.items() if where != space)

    async def _named(
        self,
        connection: Connection,
        indexes: list[int],
        batch: Sequence[Pending],
        spaces: Sequence[UUID | None],
        extras: list[Extra],
    ) -> None:
        asked = [(i, UUID(bytes=d)) for i in indexes for d in _documents(batch[i].params) if len(d) == 16]
        if not asked:
            return
        rows = await connection.fetch(
            SQL["documents_of"], [spaces[i] or NOWHERE for i, _ in asked], [d for _, d in asked]
        )
        found = {(r["space_id"], r["row_id"]): r for r in rows}
        for i, document in asked:
            row = found.get((spaces[i], document))
            if row is not None:
                extras[i].named[document] = row
                extras[i].categories[document] = row["category"]


def _by_the_post(pending: Pending) -> UUID | None:
    """Return the space that a page, or the coupon it bears, leads to."""
    if pending.coupon is not None:
        return pending.coupon.kept.space
    return pending.bears.space if pending.bears is not None else space_of_page(pending)


def _documents(params: Any) -> Iterable[bytes]:
    if isinstance(params, KeepEpisodeParams):
        return (*params.documents, *params.out, params.visit_of)
    many = getattr(params, "documents", None)
    return many if many is not None else [params.document]
