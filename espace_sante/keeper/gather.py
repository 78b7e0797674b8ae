"""Reading the facts of a batch of demands: who asks, which space, its head, her will, the document, and what else.

Set-based: a batch costs the same number of statements whatever its size. The head is read first; the further facts are
read after it, so that anything that changed in between is caught when the head refuses to move.
"""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Subject
from espace_sante.consent.card_code import PREFIX as CARD
from espace_sante.consent.rights import SpaceState
from espace_sante.consent.support import parse_ticket
from espace_sante.identity.person import PersonTraits
from espace_sante.journal.entry import Head
from espace_sante.keeper.acts.deposits import deposited, traits_value
from espace_sante.keeper.acts.memory import refusal_term, rest_term
from espace_sante.keeper.acts.opening import Letter, code_term, normal_code, normal_reference, reference_term
from espace_sante.keeper.acts.posting import LISTED_MOST, letter_named
from espace_sante.keeper.card_terms import card_terms
from espace_sante.keeper.case_body import case_term
from espace_sante.keeper.demand import Ask, CaseListParams, KeepEpisodeParams, Traits
from espace_sante.keeper.gather_post import documents_told, letter_facts, outbox_of, years_named
from espace_sante.keeper.gather_proof import lines_of_years
from espace_sante.keeper.keyring import Held, Keyring
from espace_sante.keeper.origin import unique_terms
from espace_sante.keeper.rights_body import Will, open_will
from espace_sante.keeper.situation import DocumentRow, Extra, Invitation, Session
from espace_sante.kernel.clock import Clock, utc_now
from espace_sante.kernel.database import Connection, queries
from espace_sante.kernel.ids import parse_document_id
from espace_sante.vault.envelope import SealBroken, open_sealed
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, new_space_keys, term

SQL = queries("espace_sante.keeper")
NOWHERE = UUID(int=0)
DECOYS = 4096
# Acts that name documents of the space: their categories are read with the facts.
_NAMING_DOCUMENTS = frozenset(
    {
        *(ActId.GRANT_ACCESS, ActId.LIMIT_GRANT, ActId.MASK, ActId.UNMASK),
        *(ActId.REPORT_MISTAKE, ActId.SET_EMERGENCY_WILL, ActId.ISSUE_ACCESS_CARD, ActId.KEEP_EPISODE),
    }
)
# Whose lists these are: for anybody else nothing of them is read, he is refused.
_MAIL_ROOM = (ActorKind.OPERATOR, ActorKind.AGENT)
_CASE = re.compile("[0-9a-f]{32}")
_OF_A_LETTER = (
    ActId.INVITE,
    ActId.OPEN_SPACE,
    ActId.REFUSE_SPACE,
    ActId.RECORD_DELIVERY,
    ActId.RECORD_RETURN,
)
_OF_A_RESOURCE = (ActId.WRITE_RESOURCE, ActId.READ_RESOURCE)
_OF_THE_POST = (ActId.PRINT_LETTER, ActId.POST_LETTER)
_LETTER = msgspec.msgpack.Decoder(Letter).decode
_TRAITS = msgspec.msgpack.Decoder(Traits).decode


@dataclass(slots=True)
class Pending:
    """One demand on its way: what was asked, by whom, and how often it had to start again."""

    ask: Ask
    params: Any
    session: Session
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of one demand. Without a space, the chain is the institution's and `will` is None."""

    chain: UUID
    space: UUID | None
    head: Head
    rights_version: int
    state: SpaceState | None
    will: Will | None
    held: Held
    row: DocumentRow | None
    subject: Subject
    extra: Extra


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's space stands: her public id when it is open, and what she has to know of it."""

    person: str
    state: str = ""
    until: str = ""


NO_SPACE = Standing("")


class WillCache:
    """Wills by space, each valid for one rights_version only; bounded."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._held: OrderedDict[UUID, tuple[int, Will]] = OrderedDict()

    def get(self, space: UUID) -> tuple[int, Will | None]:
        """Return the rights_version held for a space with the will read at it; -1 and nothing when none is held.

        Taken together and before the facts are asked for: another lane may put an older will in between.
        """
        return self._held.get(space, (-1, None))

    def put(self, space: UUID, rights_version: int, will: Will) -> None:
        """Hold a will with the version it was read at."""
        self._held[space] = (rights_version, will)
        if len(self._held) > self._size:
            self._held.popitem(last=False)

    def drop(self, space: UUID) -> None:
        """Forget a will."""
        self._held.pop(space, None)


class Gatherer:
    """Reads facts for batches over one connection to the main database."""

    def __init__(self, keyring: Keyring, service: ServiceKeys, wills: WillCache, now: Clock = utc_now) -> None:
        self._now = now
        self._keyring = keyring
        self._service = service
        self._wills = wills
        self._decoys: dict[bytes, bytes] = {}
        self._decoy = new_space_keys(NOWHERE, partial(_unchanging, service))

    async def gather(
        self, connection: Connection, batch: Sequence[Pending], institution: UUID, *, again: bool = False
    ) -> list[Gathered]:
        """Return the facts of each demand, in order; once again when what was remembered led to an erased space."""
        asked, own = await self._spaces(connection, batch)
        held = await self._keyring.of([*(s for s in asked if s is not None), institution])
        # A term that outlives its key leads nowhere: the same answer as for a person unknown.
        spaces = [space if space in held else None for space in asked]
        chains = [space or institution for space in spaces]
        cached = [self._wills.get(chain) for chain in chains]
        rows = [_row_asked(p) for p in batch]
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
        await self._cases(connection, batch, gathered)
        await self._post(connection, batch, gathered)
        return gathered

    async def _post(self, connection: Connection, batch: Sequence[Pending], gathered: Sequence[Gathered]) -> None:
        """Read the mail room's list, or the outbox of the one person a number of it leads to."""
        today = self._now().date()
        for pending, g in zip(batch, gathered, strict=True):
            act = pending.ask.act
            if act == ActId.LIST_LETTERS and pending.session.kind in _MAIL_ROOM:
                g.extra.outbox = list(await connection.fetch(SQL["letters_due"], today, LISTED_MOST + 1))
            if act not in _OF_THE_POST or g.space is None:
                continue
            g.extra.outbox = await outbox_of(connection, g.space, today)
            if act == ActId.PRINT_LETTER:
                named, again = letter_named(pending.ask.person), pending.params.again
                keys, n = g.held.space, g.head.n
                facts = await letter_facts(connection, keys, g.extra.outbox, named, n, again=again)
                g.extra.entries, g.extra.named, g.extra.cases = facts
                years = years_named(keys, g.extra.outbox, named, again=again)
                g.extra.years = await lines_of_years(connection, g.held, g.head, years)
                if g.will is not None:
                    g.extra.told = await documents_told(connection, g.will, g.space)
                for row in await connection.fetch(SQL["persons"], [g.space]):
                    g.extra.person = _traits(keys, row["sealed"])

    async def _cases(self, connection: Connection, batch: Sequence[Pending], gathered: Sequence[Gathered]) -> None:
        """Read the one case the operator names, for him, or his queue."""
        for pending, g in zip(batch, gathered, strict=True):
            act = pending.ask.act
            if act == ActId.LIST_CASES and pending.session.kind == ActorKind.OPERATOR:
                g.extra.cases = list(await connection.fetch(SQL["case_queue"], *queue_page(pending.params)))
                continue
            if act not in (ActId.ANSWER_CASE, ActId.CONFIRM_CASE_ANSWER) or g.will is None:
                continue
            named = case_number(pending.ask.person.removeprefix("case:"))
            hers = [case for case in g.will.rights.cases if case == named]
            if hers:
                g.extra.cases = list(await connection.fetch(SQL["cases"], hers))

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
        row_id = _row_asked(pending)
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
            _subject(pending, space, own),
            extra,
        )

    async def _spaces(
        self, connection: Connection, batch: Sequence[Pending]
    ) -> tuple[list[UUID | None], list[UUID | None]]:
        """Return, for each demand, the space meant and the signed-in person's own."""
        asked = [await self._terms(connection, p) for p in batch]
        letters = [await self._of_letter(connection, p) for p in batch]
        own = [person_terms(self._service, "self", p.session) for p in batch]
        # Never remembered: the same statement for a person known and for one unknown (ARCHITECTURE rule 7).
        found = await self._found(connection, {t for terms in (*asked, *own) for t in terms})
        return (
            [
                letter or next((found[t] for t in terms if t in found), None)
                for letter, terms in zip(letters, asked, strict=True)
            ],
            [next((found[t] for t in terms if t in found), None) for terms in own],
        )

    async def _of_letter(self, connection: Connection, pending: Pending) -> UUID | None:
        """Return the space a number of the mail room's list leads to, for the operator's staff alone."""
        named = letter_named(pending.ask.person) if pending.ask.act in _OF_THE_POST else None
        if named is None or pending.session.kind != ActorKind.OPERATOR:
            return None
        space: UUID | None = await connection.fetchval(SQL["space_of_letter"], named)
        return space

    async def _terms(self, connection: Connection, pending: Pending) -> list[bytes]:
        """Return the terms of the person meant; for an agent who holds a letter, of the person it was written to."""
        if pending.ask.person.startswith(CARD):  # a card leads to a space for its own act, and for no other
            return card_terms(self._service, pending.ask.person) if pending.ask.act == ActId.USE_ACCESS_CARD else []
        if pending.ask.act in _OF_THE_POST:  # a number of the mail room's list leads there, and nothing that names her
            return []
        if not pending.ask.person.startswith("code:") or not _on_behalf(pending):
            return person_terms(self._service, pending.ask.person, pending.session)
        invitation = await self._invitation(connection, pending)
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
        if record["state"] == SpaceState.ARCHIVED:
            until = await connection.fetchval(SQL["archive_of"], space)
            return Standing("", "archived", until.isoformat() if until else "")
        if record["state"] != SpaceState.OPEN:
            return NO_SPACE
        will = open_will(record["rights"], record["rights_number"], held.space)
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
            held[s].space.deposit_public if s in held else self._decoy_for(terms)
            for s, terms in zip(spaces, asked, strict=True)
        ]

    def _decoy_for(self, terms: Sequence[bytes]) -> bytes:
        """Return a public key nobody opens, the same each time for one person; kept as those of spaces are."""
        seed = terms[0] if terms else b""
        found = self._decoys.get(seed)
        if found is None:
            if len(self._decoys) >= DECOYS:
                self._decoys.clear()
            keys = new_space_keys(NOWHERE, partial(_unchanging, self._service, seed=seed))
            found = self._decoys[seed] = keys.deposit_public
        return found

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
                await self._deposits(connection, indexes, batch, spaces, extras)
            elif act == ActId.ALLOW_SUPPORT:
                for i in indexes:
                    extras[i].terms = await self._taken(connection, batch[i].params.ticket, spaces[i])
            elif act in _OF_A_RESOURCE:
                await self._resources(connection, indexes, batch, spaces, extras)
            elif act in _NAMING_DOCUMENTS:
                await self._named(connection, indexes, batch, spaces, extras)
            elif act in _OF_A_LETTER:
                for i in indexes:
                    extras[i].invitation = await self._invitation(connection, batch[i])
                    if act == ActId.INVITE:
                        extras[i].rests = await self._rests(connection, batch[i])
        await self._first_answers(connection, batch, spaces, extras)
        return extras

    async def _taken(self, connection: Connection, ticket: str, space: UUID | None) -> frozenset[bytes]:
        """Return the term of a ticket when it leads to somebody else's space already."""
        number = parse_ticket(ticket)
        if number is None:
            return frozenset()
        found = await self._found(connection, {ticket_term(self._service, number)})
        return frozenset(one for one, where in found.items() if where != space)

    async def _rests(self, connection: Connection, pending: Pending) -> bool:
        """Say whether she is not to be proposed a space for now: asked of everybody, whatever the answer."""
        reference = normal_reference(pending.ask.person) or ""
        refusal, rest = refusal_term(self._service, reference), rest_term(self._service, reference)
        return bool(await connection.fetchval(SQL["rests"], refusal, rest, self._now().date()))

    async def _deposits(
        self,
        connection: Connection,
        indexes: list[int],
        batch: Sequence[Pending],
        spaces: Sequence[UUID | None],
        extras: list[Extra],
    ) -> None:
        # The same statements whether there is a space or not: a deposit must not tell by its time who has one.
        asked = {i: spaces[i] or NOWHERE for i in indexes}
        held = {space: h.space for space, h in (await self._keyring.of(set(asked.values()) - {NOWHERE})).items()}
        keys = {i: held.get(space, self._decoy) for i, space in asked.items()}
        await self._held(connection, asked, keys, batch, extras)
        sealed = {r["space_id"]: r["sealed"] for r in await connection.fetch(SQL["persons"], list(asked.values()))}
        claimed = [
            term(self._service.directory, "ins", one.claimed_ins)
            for i in indexes
            for one in deposited(batch[i].params)
            if one.claimed_ins
        ]
        mine = {r["term"]: r["space_id"] for r in await connection.fetch(SQL["spaces_of"], claimed)} if claimed else {}
        for i, space in asked.items():
            if space in sealed and space in held:
                extras[i].person = _traits(held[space], sealed[space])
            extras[i].terms = frozenset(t for t, s in mine.items() if s == space)

    async def _held(
        self,
        connection: Connection,
        asked: dict[int, UUID],
        keys: dict[int, SpaceKeys],
        batch: Sequence[Pending],
        extras: list[Extra],
    ) -> None:
        """Find what the spaces hold already: under the identifiers deposited, and what is to be replaced."""
        terms: list[tuple[UUID, bytes]] = []
        rows: list[tuple[UUID, UUID]] = []
        for i, space in asked.items():
            for one in deposited(batch[i].params):
                session = batch[i].session
                terms += [(space, each) for each in unique_terms(keys[i], session, one.unique_id)]
                public = parse_document_id(one.replaces)
                if public is not None:
                    rows.append((space, public[1]))
                elif one.replaces:
                    terms += [(space, each) for each in unique_terms(keys[i], session, one.replaces)]
        same = await connection.fetch(SQL["same_documents"], [s for s, _ in terms], [t for _, t in terms])
        named = await connection.fetch(SQL["documents_of"], [s for s, _ in rows], [r for _, r in rows]) if rows else []
        for i, space in asked.items():
            extras[i].held = {r["unique_term"]: r for r in same if r["space_id"] == space}
            extras[i].named = {r["row_id"]: r for r in named if r["space_id"] == space}

    async def _resources(
        self,
        connection: Connection,
        indexes: list[int],
        batch: Sequence[Pending],
        spaces: Sequence[UUID | None],
        extras: list[Extra],
    ) -> None:
        """Read the present version of each resource named, and the versions asked for; the same work where there is none."""
        named = [i for i in indexes if len(batch[i].params.row) == 16]
        if not named:
            return
        where = {i: (spaces[i] or NOWHERE, UUID(bytes=batch[i].params.row)) for i in named}
        asked = [space for space, _ in where.values()], [row for _, row in where.values()]
        for found in await connection.fetch(SQL["resources_asked"], named, *asked):
            extras[found["ord"]].resource = found
        for i in named:
            params = batch[i].params
            if batch[i].ask.act == ActId.READ_RESOURCE and (params.history or params.version):
                wanted = 0 if params.history else params.version
                extras[i].versions = list(await connection.fetch(SQL["resource_versions"], *where[i], wanted))

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

    async def _invitation(self, connection: Connection, pending: Pending) -> Invitation | None:
        for wanted in invitation_terms(self._service, pending.ask.person, pending.session):
            row = await connection.fetchrow(SQL["invitation"], wanted)
            if row is not None:
                letter = _LETTER(
                    open_sealed(self._service.mailroom, row["sealed"], b"invitation|" + row["invitation_id"].bytes)
                )
                return Invitation(
                    row["invitation_id"],
                    letter.person,
                    traits_value(letter.traits),
                    row["expires_on"],
                    letter.first,
                    row["delivered_on"],
                )
        return None

    async def _first_answers(
        self, connection: Connection, batch: Sequence[Pending], spaces: Sequence[UUID | None], extras: list[Extra]
    ) -> None:
        keyed = [i for i, p in enumerate(batch) if p.ask.idempotency]
        if not keyed:
            return
        actors = [actor_term(self._service, batch[i].session) for i in keyed]
        keys = [key_term(self._service, batch[i].ask.idempotency) for i in keyed]
        rows = await connection.fetch(SQL["first_answers"], actors, keys)
        found = {(r["actor_id"], r["key_term"]): r for r in rows}
        held = await self._keyring.of([s for i in keyed if (s := spaces[i]) is not None]) if rows else {}
        for i, actor, key in zip(keyed, actors, keys, strict=True):
            row = found.get((actor, key))
            if row is None:
                continue
            space = spaces[i]
            own = held[space].space if space in held else None
            extras[i].first_answer = (row["body_term"], open_answer(row["sealed"], self._service, own, actor, key))


def answer_key(service: ServiceKeys, keys: SpaceKeys | None) -> bytes:
    """Return what seals a first answer: the space's own key, so that it is erased with it; the service's without one."""
    return keys.receipt_key if keys is not None else service.session


def open_answer(sealed: bytes, service: ServiceKeys, keys: SpaceKeys | None, actor: bytes, key: bytes) -> bytes | None:
    """Return a first answer, given before or since the space opened; None when it was sealed for another space."""
    for one in {answer_key(service, keys), service.session}:
        try:
            return bytes(open_sealed(one, sealed, b"answer|" + actor + key))
        except SealBroken:
            continue
    return None


def person_terms(service: ServiceKeys, reference: str, session: Session) -> list[bytes]:
    """Return the keyed terms that may lead to the space meant, the surest first."""
    if reference == "self":
        if session.kind != ActorKind.PERSON:
            return []
        found = [term(service.directory, "sub", session.account)]
        if session.ins:
            found.append(term(service.directory, "ins", session.ins))
        if session.local:
            found.append(term(service.directory, "local", session.local.upper()))
        return found
    kind, _, value = reference.partition(":")
    if kind == "id" and len(value) == 32:
        return [term(service.directory, "id", value)]
    if kind == "case":  # the operator's staff alone: it answers her without knowing who she is
        number = case_number(value)
        return [case_term(service, number)] if number and session.kind == ActorKind.OPERATOR else []
    if kind == "ticket":
        ticket = parse_ticket(value)
        return [ticket_term(service, ticket)] if ticket and session.kind == ActorKind.OPERATOR else []
    normal = normal_reference(reference)
    return [reference_term(service, normal)] if normal else []


def case_number(text: str) -> UUID | None:
    """Return the number of a case written as 32 hexadecimal characters, None for anything else."""
    return UUID(hex=text) if _CASE.fullmatch(text) else None


def ticket_term(service: ServiceKeys, ticket: str) -> bytes:
    """Return the keyed term that leads from a support ticket to the space of who allowed it."""
    return term(service.directory, "ticket", ticket)


def queue_page(params: CaseListParams) -> tuple[date, UUID, int]:
    """Return where a page of the queue begins and how long it is; from the start when that is not said well."""
    try:
        day = date.fromisoformat(params.after_due)
    except ValueError:
        day = date.min
    return day, case_number(params.after) or NOWHERE, min(max(params.count, 1), 200)


def invitation_terms(service: ServiceKeys, reference: str, session: Session) -> list[bytes]:
    """Return the keyed terms that may lead to the invitation meant."""
    if reference == "self":
        if session.kind != ActorKind.PERSON:
            return []
        return [
            term(service.directory, kind, value)
            for kind, value in (("ins", session.ins), ("local", session.local.upper()))
            if value
        ]
    kind, _, value = reference.partition(":")
    if kind == "code":
        code = normal_code(value)
        return [code_term(service, code)] if code else []
    normal = normal_reference(reference)
    return [reference_term(service, normal)] if normal else []


def actor_term(service: ServiceKeys, session: Session) -> bytes:
    """Return the keyed identifier of an account."""
    return term(service.idempotency, "actor", session.account)


def key_term(service: ServiceKeys, key: bytes) -> bytes:
    """Return the keyed form of an idempotency key."""
    return term(service.idempotency, "key", key.hex())


def _traits(keys: SpaceKeys, sealed: bytes) -> PersonTraits:
    """Return who a space is of."""
    return traits_value(_TRAITS(open_sealed(keys.identity_key, sealed, b"person|" + keys.space.bytes)))


def _unchanging(service: ServiceKeys, length: int, *, seed: bytes = b"") -> bytes:
    """Return bytes that stay the same for the life of the service: a decoy is not redrawn at each start."""
    return hmac.digest(service.directory, b"espace-keeper/v1/decoy" + seed, "sha256")[:length]


def _on_behalf(pending: Pending) -> bool:
    return pending.session.kind == ActorKind.AGENT and pending.ask.on_behalf


def _subject(pending: Pending, space: UUID | None, own: UUID | None) -> Subject:
    session, ask = pending.session, pending.ask
    kind = ActorKind(session.kind)
    holder = kind is ActorKind.PERSON and (ask.person == "self" or (space is not None and space == own))
    return Subject(
        kind,
        session.identifier,
        holder=holder,
        on_behalf=_on_behalf(pending),
        structure=session.structure_id,
        profession=session.profession_code,
    )


def _row_asked(pending: Pending) -> UUID | None:
    if pending.ask.act not in (ActId.READ_DOCUMENT, ActId.ANNOUNCE_DOCUMENT) or len(pending.params.row) != 16:
        return None
    return UUID(bytes=pending.params.row)


def _documents(params: Any) -> Iterable[bytes]:
    if isinstance(params, KeepEpisodeParams):
        return (*params.documents, *params.out, params.visit_of)
    many = getattr(params, "documents", None)
    return many if many is not None else [params.document]
