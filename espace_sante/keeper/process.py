"""The keeper as a process: its start, its socket, and what it says to each message.

It listens on one local socket only, reached by the processes of the house; it holds the master key, the service's keys
and, for moments, those of the spaces it serves. Guarantee: G3, G5, G7.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import asyncpg
import msgspec
from joserfc.jwk import OKPKey

from espace_sante.access.matrix import Matrices
from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.consent.card_code import PREFIX as CARD
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import ChainBroken, JournalKeys, append, first_head
from espace_sante.keeper import demand as d
from espace_sante.keeper import destroyed
from espace_sante.keeper.accounts import SUSPENDED, use
from espace_sante.keeper.answering import Answering
from espace_sante.keeper.app_tokens import AppTokens
from espace_sante.keeper.availability import availability
from espace_sante.keeper.batch import Lane, Queue, Waiting
from espace_sante.keeper.card_terms import card_terms
from espace_sante.keeper.ceilings import CEILING
from espace_sante.keeper.codec import decode_params
from espace_sante.keeper.contact_lost import Losing
from espace_sante.keeper.counting import Counting
from espace_sante.keeper.deadlines import Deadlines
from espace_sante.keeper.delays import published_delays
from espace_sante.keeper.departments import published_by_department
from espace_sante.keeper.finding import invitation_terms, person_terms
from espace_sante.keeper.gather import NO_SPACE, SQL, Gatherer, Standing
from espace_sante.keeper.gathered import Pending
from espace_sante.keeper.held_power import open_held
from espace_sante.keeper.indicators import published
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.late_cases import count_late
from espace_sante.keeper.launches import Launches
from espace_sante.keeper.power_terms import MANDATE_CODE, holder_term, mandate_terms
from espace_sante.keeper.printing import is_station, place_of, waiting_at
from espace_sante.keeper.reading_kinds import READ_KINDS
from espace_sante.keeper.reckon import Reckoner
from espace_sante.keeper.release import Decided, Decider
from espace_sante.keeper.reveal import Revealer
from espace_sante.keeper.sending import OUTCOMES, Sending
from espace_sante.keeper.sessions import (
    AssertionRefused,
    Idle,
    SessionCache,
    holds,
    new_token,
    open_session,
    seal_session,
    token_hash,
    used_again,
    verify_assertion,
)
from espace_sante.keeper.situation import Limits, Session
from espace_sante.keeper.tally import LINES, Tally
from espace_sante.keeper.tidy import Tidy
from espace_sante.keeper.ties import is_tie
from espace_sante.keeper.tries import CodeTries
from espace_sante.keeper.upkeep import Objects, Upkeep
from espace_sante.keeper.watching import Watcher
from espace_sante.keeper.will_cache import WillCache
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.database import Connection, dropped_when_broken
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import ServiceKeys, new_space_keys

Connect = Callable[[], Awaitable[Connection]]
Reply = Callable[[d.Answer], None]
LANES = 2
FRAME_MAX = 16 * 1024 * 1024
QUEUE_MAX = 10_000  # demands waiting, demands in one message, and messages being answered beside the queue
PARAMS_MAX = 128 * 1024  # the largest an act sends is the two sealed descriptions of a document
SUBMISSION_MAX = 2 * 1024 * 1024  # those of every document of one submission
PERSON_MAX = 200
_LARGE = (ActId.DEPOSIT_DOCUMENT, ActId.WRITE_RESOURCE, ActId.OPEN_SANDBOX)
UNREAD_MAX = 64 * 1024 * 1024  # answers a client lets wait before it is hung up on
_log = logging.getLogger("espace_sante.keeper")
_ENCODE = msgspec.msgpack.Encoder().encode
_DEMANDS = msgspec.msgpack.Decoder(Annotated[list[d.Demand], msgspec.Meta(max_length=QUEUE_MAX)]).decode
_FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    LookupError,
    ValueError,
    SealBroken,
    ChainBroken,
    msgspec.MsgspecError,
)
_CHANNELS, _PROOFS = frozenset(Channel), frozenset(Proof)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a keeper is made of; assembled elsewhere."""

    seat: int
    listener: socket.socket
    connect: Connect
    connect_keys: Connect
    masters: dict[int, bytes]
    issuers: Callable[[], dict[str, OKPKey]]
    limits: Limits
    batch_max: int
    session_minutes: int
    idle: Idle
    now: Clock
    objects: Objects
    build: str
    matrices: Matrices
    newer_matrices: Callable[[], Matrices | None] = lambda: None
    matrix_seconds: float = 60.0
    checkpoint: Path | None = None


class KeeperProcess:
    """Serves demands until stopped."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sessions = SessionCache()
        self._tries = CodeTries()
        # Of cards and of mandates, by account and by code: those who try the ones hold nobody back from the others.
        self._card_tries, self._same_card_tries = CodeTries(), CodeTries()
        self._mandate_tries, self._same_mandate_tries = CodeTries(), CodeTries()
        self._queue = Queue(parts.batch_max)
        self._tasks: set[asyncio.Task[None]] = set()
        self._addresses: list[tuple[d.Address, Session, Reply]] = []

    async def run(self, ready: Callable[[], None]) -> None:
        """Prepare, listen, and serve for ever; `ready` is called when demands are answered."""
        parts = self._parts
        tally = Tally()
        tally.turn(parts.now().date())
        self._counting = Counting(parts.connect, tally, parts.seat, parts.now, parts.checkpoint)
        await self._counting.begin()
        self._keyring = Keyring(parts.connect_keys, parts.masters, tally=tally)
        self._service: ServiceKeys = await self._keyring.service()
        self._gatherer = Gatherer(self._keyring, self._service, WillCache(), parts.now)
        decider = Decider(self._service, parts.limits, parts.now, os.urandom, parts.build, parts.matrices, tally)
        self._side = await parts.connect()
        self._side_lock = asyncio.Lock()
        self._launches = Launches(self._service, self._fetch, parts.now)
        self._apps = AppTokens(self._service, self._fetch, self._stands, parts.now)
        deadlines = Deadlines(self._keyring, self._service, self._gatherer, parts.limits, parts.build, tally)
        self._tidy = Tidy(parts.connect, parts.limits.fold_threshold)
        seats = [await self._institution(parts.seat * LANES + lane, tally) for lane in range(LANES)]
        reckoner = Reckoner(self._keyring, tally, parts.build, seats[0])
        revealer = Revealer(self._keyring, self._service, parts.build, tally)
        self._upkeep = Upkeep(
            parts.connect,
            self._keyring,
            self._service,
            self._gatherer,
            parts.objects,
            deadlines,
            reckoner,
            revealer,
            Watcher(self._keyring, tally),
        )
        self._answering = Answering(parts.connect, self._keyring, self._service, parts.build, tally)
        self._sending = Sending(parts.connect, self._keyring, Losing(parts.build, tally))
        lanes = [Lane(self._queue, parts.connect, self._gatherer, decider, seat, self._after, tally) for seat in seats]
        server = await asyncio.start_unix_server(self._client, sock=parts.listener)
        try:
            async with server, asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(lane.run())
                group.create_task(self._tidy.run())
                group.create_task(self._renew(decider))
                group.create_task(self._counting.run())
                ready()
                await server.serve_forever()
        finally:
            await self._counting.end()

    async def _renew(self, decider: Decider) -> None:
        """Take up a version of the public matrix imported since, without a restart; the one in force stays until then."""
        while True:
            await asyncio.sleep(self._parts.matrix_seconds)
            found = await asyncio.to_thread(self._parts.newer_matrices)
            if found is not None:
                decider.use(found)

    async def _institution(self, seat: int, tally: Tally) -> UUID:
        """Return this lane's chain for acts that concern no open space, made the first time."""
        found: UUID | None = await self._side.fetchval(SQL["institution_of"], seat)
        if found is not None:
            return found
        now, space = self._parts.now(), uuid4()
        keys = new_space_keys(space, os.urandom)
        await self._keyring.keep(keys, now.date())
        journal = JournalKeys(keys.journal)
        record = {
            "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": "begin",
            "objects": [],
            "basis": {},
            "decision": {"result": "permit", "rule": "begin"},
            "rules": "",
            "channel": "system",
            "client": "",
            "build": self._parts.build,
        }
        entry, head = append(journal, keys.record_key, space, first_head(journal, now.year), now, record)
        async with self._side.transaction():
            await self._side.execute(SQL["put_institution"], seat, space)
            await self._side.execute(
                SQL["put_head"], space, head.n, head.com, head.year, 0, SpaceState.INSTITUTION.value
            )
            await self._side.execute(SQL["put_entry"], space, entry.seq, entry.tag, entry.com, entry.sealed)
        tally.add(LINES)
        return space

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one process of the house: frames in, answers of one turn of the loop out as one frame."""
        outgoing: list[d.Answer] = []

        def flush() -> None:
            if outgoing and not writer.is_closing():
                frame = d.ENCODER.encode(outgoing)
                writer.write(len(frame).to_bytes(4, "big") + frame)
                if writer.transport.get_write_buffer_size() > UNREAD_MAX:
                    writer.transport.abort()
            outgoing.clear()

        def reply(answer: d.Answer) -> None:
            if not outgoing:
                asyncio.get_running_loop().call_soon(flush)
            outgoing.append(answer)

        try:
            while True:
                size = int.from_bytes(await reader.readexactly(4), "big")
                if size > FRAME_MAX:
                    break
                for demand in _DEMANDS(await reader.readexactly(size)):
                    self._receive(demand, reply)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError, RecursionError) as gone:
            _log.info("client gone: %s", type(gone).__name__)
        finally:
            writer.close()

    def _receive(self, demand: d.Demand, reply: Reply) -> None:
        if isinstance(demand, d.Ask | d.Address):
            session = self._sessions.get(demand.session, self._parts.now())
            if session is not None:  # the usual case: no task, straight to the queue
                if isinstance(demand, d.Ask):
                    self._enqueue(demand, session, reply)
                else:
                    self._address(demand, session, reply)
                return
        if len(self._tasks) >= QUEUE_MAX:
            reply(d.Failed(demand.number, "busy"))
            return
        self._spawn(self._slow(demand, reply))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _address(self, demand: d.Address, session: Session, reply: Reply) -> None:
        if len(self._addresses) >= QUEUE_MAX or len(demand.person) > PERSON_MAX:
            reply(d.Failed(demand.number, "busy"))
            return
        if not self._addresses:
            asyncio.get_running_loop().call_soon(lambda: self._spawn(self._answer_addresses()))
        self._addresses.append((demand, session, reply))

    def _enqueue(self, ask: d.Ask, session: Session, reply: Reply) -> None:
        most = SUBMISSION_MAX if ask.act in _LARGE else PARAMS_MAX
        if (
            len(ask.params) > most
            or len(ask.person) > PERSON_MAX
            or len(ask.client) > PERSON_MAX
            or len(ask.sheet + ask.since) > PERSON_MAX
        ):
            reply(d.Failed(ask.number, "demand-invalid"))
            return
        try:
            params = decode_params(ask.act, ask.params)
        except msgspec.MsgspecError:
            reply(d.Failed(ask.number, "demand-invalid"))
            return
        if session.app is not None and ask.channel != Channel.API.value:  # its token opens no page of ours
            reply(d.Failed(ask.number, "unauthenticated"))
            return
        if ask.channel not in _CHANNELS or ask.proof not in _PROOFS:
            reply(d.Failed(ask.number, "demand-invalid"))
            return
        if not is_tie(ask.tie):
            reply(d.Failed(ask.number, "demand-invalid"))
            return
        if len(self._queue) >= QUEUE_MAX:
            reply(d.Failed(ask.number, "busy"))
            return
        for tries, who in self._tried(ask, session):
            if not tries.take(who, self._parts.now(), session.kind):
                reply(d.Failed(ask.number, "too-many"))
                return
            reply = _counted(tries, who, session.kind, reply)
        self._queue.put(Waiting(Pending(ask, params, session, came=self._parts.now()), reply))

    def _tried(self, ask: d.Ask, session: Session) -> list[tuple[CodeTries, str]]:
        """Return which tries a reference counts as: of a letter's code by account, of a card's or a mandate's by account and by code."""
        if ask.person.startswith("code:"):
            return [(self._tries, session.account)]
        if ask.person.startswith(MANDATE_CODE):
            terms, mine, same = mandate_terms(self._service, ask.person), self._mandate_tries, self._same_mandate_tries
        elif ask.person.startswith(CARD):
            terms, mine, same = card_terms(self._service, ask.person), self._card_tries, self._same_card_tries
        else:
            return []
        return [(mine, session.account), *((same, one.hex()) for one in terms)]

    async def _slow(self, demand: d.Demand, reply: Reply) -> None:
        """Everything that needs the database before it can be queued."""
        try:
            answer = await self._outside_the_queue(demand, reply)
        except _FAULTS as fault:
            _log.warning("message failed: %s", type(fault).__name__)
            answer = d.Failed(demand.number, "busy")
        if answer is not None:
            reply(answer)

    async def _outside_the_queue(self, demand: d.Demand, reply: Reply) -> d.Answer | None:
        if isinstance(demand, d.SignIn):
            return await self._sign_in(demand)
        if isinstance(demand, d.Maintain) and demand.kind == "tally":
            await self._counting.write()
            return d.Done(demand.number, "", "immediate", _ENCODE(d.MaintainAnswer({})))
        if isinstance(demand, d.Maintain):
            done = await self._upkeep.round(demand.kind, self._parts.now())
            return d.Done(demand.number, "", "immediate", _ENCODE(d.MaintainAnswer(done)))
        if isinstance(demand, d.TakeNotices):
            taken = await self._sending.take(demand.most, demand.seconds, self._parts.now())
            return d.Done(demand.number, "", "immediate", _ENCODE(taken))
        if isinstance(demand, d.NoticesGone):
            return await self._gone(demand)
        if isinstance(demand, d.TextAnswered):
            return await self._text_answered(demand)
        if isinstance(demand, d.Counts):
            return await self._counts(demand)
        if isinstance(demand, d.Destroyed):
            return await self._destroyed(demand)
        if isinstance(demand, d.SayOnce):
            return await self._launches.say(demand)
        if isinstance(demand, d.OfAnApp):
            return await self._apps.answer(demand)
        session = await self._session(demand.session)
        if session is None:
            return d.Failed(demand.number, "unauthenticated")
        if isinstance(demand, d.Ask):
            self._enqueue(demand, session, reply)
            return None
        if isinstance(demand, d.SignOut):
            self._sessions.drop(demand.session)
            await self._execute(SQL["end_session"], demand.session)
            return d.Done(demand.number, "", "immediate", b"")
        if isinstance(demand, d.WhoIs):
            return d.Done(demand.number, "", "immediate", _ENCODE(await self._who(session, "")))
        if isinstance(demand, d.Prints):
            return await self._prints(demand, session)
        if isinstance(demand, d.MakeLaunch):
            return self._launches.make(demand, session)
        if isinstance(demand, d.OpenLaunch):
            return await self._launches.open(demand, session)
        if isinstance(demand, d.HeldPowers):
            return await self._held(demand, session)
        self._address(demand, session, reply)
        return None

    async def _held(self, demand: d.HeldPowers, session: Session) -> d.Answer:
        """Give an account its own list of whom it may act for; her will says at each demand whether it still may."""
        holder = holder_term(self._service, session.account)
        rows = [] if session.app is not None else await self._fetch(SQL["held_of"], holder, self._parts.now().date())
        found = [open_held(row["sealed"], self._service, holder, row["power"]) for row in rows]
        powers = sorted((one for one in found if one is not None), key=lambda one: (one.ends, one.label))
        return d.Done(demand.number, "", "immediate", _ENCODE(d.HeldAnswer(powers)))

    async def _counts(self, demand: d.Counts) -> d.Answer:
        await count_late(self._fetch, self._parts.now().date())
        rows = [*await self._fetch(SQL["counts"]), *await self._fetch(SQL["read_counts"], list(READ_KINDS))]
        rows += await self._fetch(SQL["line_counts"])
        counts = [(r["day"], r["kind"], r["number"]) for r in rows]
        cells = published(counts, self._parts.now().date())
        took = [(r["month"], r["kind"], r["number"]) for r in await self._fetch(SQL["delay_counts"])]
        delays = tuple(published_delays([*counts, *took], cells))
        said_of = [(r["day"], r["kind"], r["number"]) for r in await self._fetch(SQL["department_counts"])]
        departments = tuple(published_by_department(said_of, cells))
        reckoned = tuple((r["day"].isoformat(), r["gaps"]) for r in await self._fetch(SQL["reckonings"]))
        (row,) = await self._fetch(SQL["orders_gauge"], self._parts.now().date())
        spans = [(r["started"], r["seen"]) for r in await self._fetch(SQL["boots"])]
        there = tuple(availability(spans, self._parts.now().date()))
        unread = next((row["arrived_on"].isoformat() for row in await self._fetch(SQL["page_queue"], 1)), "")
        said = d.CountsAnswer(tuple(cells), reckoned, d.SealedGauge(**row), there, delays, unread, departments)
        return d.Done(demand.number, "", "immediate", _ENCODE(said))

    async def _gone(self, demand: d.NoticesGone) -> d.Answer:
        try:
            number = UUID(hex=demand.message)
        except ValueError:
            return d.Refused(demand.number, "", "message-unknown")
        if demand.outcome not in OUTCOMES or not await self._sending.gone(number, demand.outcome, self._parts.now()):
            return d.Refused(demand.number, "", "message-unknown")
        return d.Done(demand.number, "", "immediate", b"")

    async def _text_answered(self, demand: d.TextAnswered) -> d.Answer:
        """Read an answer; whoever hands it over learns nothing of it, not even whether it answers anything."""
        try:
            at = datetime.fromisoformat(demand.at)
        except ValueError:
            return d.Failed(demand.number, "demand-invalid")
        if at.tzinfo is None or len(demand.mark) != 32:
            return d.Failed(demand.number, "demand-invalid")
        await self._answering.answered(demand.mark, demand.sender, demand.text, at, self._parts.now())
        return d.Done(demand.number, "", "immediate", b"")

    async def _destroyed(self, demand: d.Destroyed) -> d.Answer:
        for row in await self._fetch(SQL["certificate_of"], demand.reference):
            signed = destroyed.decode(row["certificate"])
            if isinstance(signed, destroyed.Signed):
                key = self._service.verification_key
                said = d.DestroyedAnswer(signed.payload, signed.signature, row["number"], key)
                return d.Done(demand.number, "", "immediate", _ENCODE(said))
        return d.Refused(demand.number, "", "destruction-unknown")

    async def _session(self, hashed: bytes) -> Session | None:
        rows = await self._fetch(SQL["sessions"], [hashed])
        session = open_session(rows[0]["sealed"], hashed, self._service) if rows else None
        now = self._parts.now()
        if session is None or session.expires <= now or self._parts.idle.is_over(session, now):
            return None
        if not holds(session, development=self._parts.limits.development):
            return None
        if session.app is not None:  # never remembered: what ended it is seen at the very next demand
            return session if await self._apps.holds(session) and await self._stands(session) else None
        again = used_again(session, now)
        if again is not None:
            await self._execute(SQL["use_session"], hashed, seal_session(again, hashed, self._service))
        self._sessions.put(hashed, session)
        return session

    async def _stands(self, session: Session) -> bool:
        """Say whether an application may still act for its user: her space is open; or he is still signed in himself."""
        app = session.app
        if app is None or app.is_alone:
            return app is not None
        if app.grant is not None:
            return (await self._standing(session)).person == app.patient
        rows = await self._fetch(SQL["sessions"], [app.parent]) if app.parent else []
        parent = open_session(rows[0]["sealed"], app.parent, self._service) if rows else None
        now = self._parts.now()
        return parent is not None and now < parent.expires and not self._parts.idle.is_over(parent, now)

    async def _sign_in(self, demand: d.SignIn) -> d.Answer:
        parts = self._parts
        try:
            session = verify_assertion(demand.assertion, parts.issuers(), parts.now(), minutes=parts.session_minutes)
        except AssertionRefused:
            return d.Refused(demand.number, "", "assertion-refused")
        if not await self._serves(session):
            return d.Refused(demand.number, "", SUSPENDED)
        token = new_token()
        hashed = token_hash(token)
        sealed = seal_session(session, hashed, self._service)
        await self._execute(SQL["put_session"], hashed, session.expires.date(), sealed)
        self._sessions.put(hashed, session)
        return d.Done(demand.number, "", "immediate", _ENCODE(await self._who(session, token)))

    async def _serves(self, session: Session) -> bool:
        """Say whether an account may sign in: one that served not too long ago, or for the first time."""
        today, days = self._parts.now().date(), self._parts.limits.account_unused_days
        async with self._side_lock:
            await self._side_ready()
            with dropped_when_broken(self._side):
                return await use(self._side, self._service, session.kind, session.account, today, days)

    async def _who(self, session: Session, token: str) -> d.SessionAnswer:
        """Say who is signed in, and for a person whether she has a space or an invitation waiting."""
        standing, invited = NO_SPACE, False
        if session.kind == "person":
            standing = await self._standing(session)
            if standing == NO_SPACE:
                terms = invitation_terms(self._service, "self", session)
                found = [row for one in terms for row in await self._fetch(SQL["invitation"], one)]
                invited = any(row["expires_on"] >= self._parts.now().date() for row in found)
        return d.SessionAnswer(
            session.kind,
            session.identifier,
            session.name,
            session.profession,
            session.structure,
            standing.person,
            invited,
            token,
            standing.state,
            standing.until,
        )

    async def _standing(self, session: Session) -> Standing:
        async with self._side_lock:
            await self._side_ready()
            with dropped_when_broken(self._side):
                return await self._gatherer.standing(self._side, person_terms(self._service, "self", session))

    async def _prints(self, demand: d.Prints, session: Session) -> d.Answer:
        """Say what waits at a printing station, to that station alone."""
        if not is_station(session):
            return d.Refused(demand.number, "", "print-unknown")
        if not place_of(session):
            return d.Refused(demand.number, "", "print-nowhere")
        async with self._side_lock:
            await self._side_ready()
            with dropped_when_broken(self._side):
                found = await waiting_at(self._side, self._service, session, self._parts.now())
        return d.Done(demand.number, "", "immediate", _ENCODE(d.PrintsAnswer(tuple(found))))

    async def _answer_addresses(self) -> None:
        """Give the keys to seal deposits to, all that wait in one statement; the same work without a space."""
        waiting, self._addresses = self._addresses, []
        asked = [person_terms(self._service, demand.person, session) for demand, session, _ in waiting]
        try:
            async with self._side_lock:
                await self._side_ready()
                found = await self._gatherer.deposit_keys(self._side, asked)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
            _log.warning("addresses failed: %s", type(fault).__name__)
            for demand, _, reply in waiting:
                reply(d.Failed(demand.number, "busy"))
            return
        for (demand, _, reply), public in zip(waiting, found, strict=True):
            reply(d.Done(demand.number, "", "immediate", _ENCODE(d.AddressAnswer(public))))

    def _after(self, decided: Decided) -> None:
        if decided.plan.decision == CEILING:  # somebody of the operator is to look at this account now
            _log.error("alert: an account reached the ceiling of new persons; entry %s", decided.reference)
        self._tidy.note(decided)

    async def _fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._side_lock:
            await self._side_ready()
            with dropped_when_broken(self._side):
                return await self._side.fetch(sql, *arguments)

    async def _execute(self, sql: str, *arguments: object) -> None:
        async with self._side_lock:
            await self._side_ready()
            with dropped_when_broken(self._side):
                await self._side.execute(sql, *arguments)

    async def _side_ready(self) -> None:
        if self._side.is_closed():
            self._side = await self._parts.connect()


def _counted(tries: CodeTries, who: str, sort: str, reply: Reply) -> Reply:
    """Return a reply that gives a try back when what was tried was right."""

    def answered(answer: d.Answer) -> None:
        if isinstance(answer, d.Done):
            tries.give_back(who, sort)
        reply(answer)

    return answered
