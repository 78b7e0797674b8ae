"""Decide a batch of gathered demands, chain their entries, and say what to release once they are committed.

Everything between the facts and the commit is computed here, without waiting for anything: no lock is held meanwhile.
Guarantee: G3, G5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from espace_sante.access.matrix import Matrices
from espace_sante.access.outcomes import DECEASED, POWER_BEYOND, POWER_OVER, SPACE_ARCHIVED
from espace_sante.access.request import ActId, ActorKind, Channel, Permit, PowerRole, Refuse, Subject, Thing
from espace_sante.access.request import Effect as Extent
from espace_sante.access.rules import RULES_VERSION, effect_of
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Entry, Head, JournalKeys, append, first_head
from espace_sante.keeper.acts.asked import beyond_its_scopes, decided
from espace_sante.keeper.acts.coupons import with_coupon
from espace_sante.keeper.acts.death import standing_of
from espace_sante.keeper.acts.proposing import proposing
from espace_sante.keeper.acts.support import allowed_for
from espace_sante.keeper.acts.table import PLANS
from espace_sante.keeper.basis import basis_of, basis_of_power
from espace_sante.keeper.behind import AFTER_DEATH, reads_behind
from espace_sante.keeper.ceilings import CEILING, Ceilings
from espace_sante.keeper.codec import READING
from espace_sante.keeper.commit import Effect, Move, StartAgain
from espace_sante.keeper.coupons_over import without_them
from espace_sante.keeper.delays import counted_delays
from espace_sante.keeper.demand import Answer, Done, Refused
from espace_sante.keeper.departments import BY_DEPARTMENT, department_kind
from espace_sante.keeper.finding import actor_term, key_term
from espace_sante.keeper.first_answers import answer_key
from espace_sante.keeper.gathered import Gathered, Pending, is_on_behalf
from espace_sante.keeper.indicators import act_kind
from espace_sante.keeper.late_entry import with_sheet
from espace_sante.keeper.post_days import post_days, with_days
from espace_sante.keeper.pressure import gives, opens_a_page, silences, under_pressure, within_pages, within_persons
from espace_sante.keeper.printing import MADE_THERE, at_the_station, is_station, is_to_print, to_print
from espace_sante.keeper.reading_kinds import reading_kind
from espace_sante.keeper.shown import as_shown
from espace_sante.keeper.situation import Change, Limits, Plan, Session, Situation
from espace_sante.keeper.tally import ANSWER, KEY, KEYS_GIVEN, REFUSAL, Tally
from espace_sante.keeper.telling import Teller, by_every_way, is_receipt, with_news
from espace_sante.keeper.ties import without_ties
from espace_sante.keeper.visits import Later
from espace_sante.kernel.canonical import fragment
from espace_sante.vault.envelope import seal
from espace_sante.vault.keys import ServiceKeys, term


@dataclass(slots=True)
class Chain:
    """One head being moved by the demands of a batch that concern it, in order."""

    start: Gathered
    head: Head
    state: SpaceState
    entries: list[Entry] = field(default_factory=list)

    def as_move(self) -> Move:
        """Return the head's move as one row of THE statement."""
        start = self.start
        return Move(start.chain, start.head, start.rights_version, self.state, self.head, tuple(self.entries))


@dataclass(frozen=True, slots=True)
class Decided:
    """One demand after its decision: its entry, its effect if it changes anything, and what to answer after the commit."""

    pending: Pending
    gathered: Gathered
    plan: Plan
    reference: str
    effect: Effect | None
    payload: bytes
    tally: Tally
    # What it counts as for the department that was said, "" for none.
    department: str = ""

    def answer(self) -> Answer:
        """Return what is said, and for a reading what is released. Called only after the commit; counted wherever it is called."""
        answer = self._said()
        act = self.pending.ask.act
        if isinstance(answer, Refused):
            self.tally.add(REFUSAL, act)
            if act in KEYS_GIVEN:
                self._count("refused")
            return answer
        self.tally.add(ANSWER, act)
        if self.department:
            self.tally.add(self.department)
        if act in KEYS_GIVEN:
            self.tally.add(KEY)
            self._count("read")
        return answer

    def _count(self, what: str) -> None:
        """Count a reading or its refusal for the public figures: by what kind of reader, never which."""
        session, decision = self.pending.session, self.plan.decision
        told = reading_kind(what, session.kind, decision.rule, self.pending.ask.act, by_app=session.app is not None)
        if told:
            self.tally.add(told)

    def _said(self) -> Answer:
        number = self.pending.ask.number
        decision = self.plan.decision
        if isinstance(decision, Refuse):
            told = self.plan.told
            if told is not None:
                return Done(number, self.reference, Extent.IMMEDIATE.value, told)
            return Refused(number, self.reference, self.plan.code)
        released = decision.effect is not Extent.STARTS and self.plan.release is not None
        payload = self.plan.release() if released and self.plan.release else self.payload
        return Done(number, self.reference, decision.effect.value, payload)


def _thing_behind(s: Situation, act: ActId) -> Thing:
    """Return what an act that reads behind a permission is about, as far as it is known before anything is read."""
    if act is ActId.READ_SUPPORT:
        return allowed_for(s)
    return standing_of(s, s.params.demand) if act in AFTER_DEATH else Thing()


class Decider:
    """Turns gathered facts into entries and effects."""

    def __init__(
        self,
        service: ServiceKeys,
        limits: Limits,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        build: str,
        matrices: Matrices,
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._matrices = matrices
        self._service = service
        self._limits = limits
        self._now = now
        self._random = random
        self._build = build
        self._ceilings = Ceilings(limits.new_persons_per_hour, limits.new_persons_per_day)
        self._actors: dict[tuple[str, str, str, str, bool, bool], Any] = {}

    def use(self, matrices: Matrices) -> None:
        """Decide by other versions of the public matrix from the next batch on."""
        self._matrices = matrices

    def permitted(self, batch: Sequence[Pending], facts: Sequence[Gathered]) -> list[bool]:
        """Say, before it is read, of each demand that reads behind a permission (behind.py) whether it is permitted."""
        now = self._now()
        return [reads_behind(p) and self._is_permitted(p, g, now) for p, g in zip(batch, facts, strict=True)]

    def _is_permitted(self, pending: Pending, g: Gathered, now: datetime) -> bool:
        s, act = self._situation(pending, g, g.head.n, now), ActId(pending.ask.act)
        if (
            act is ActId.WRITE_RESOURCE
        ):  # what a condition is about is read for whoever may read it, whatever he may write
            act = ActId.READ_RESOURCE
        found = decided(s, act, _thing_behind(s, act))
        return not isinstance(found, Refuse)

    def decide(self, batch: Sequence[Pending], facts: Sequence[Gathered]) -> tuple[list[Decided], list[Chain]]:
        """Decide each demand in order; several demands of one chain follow each other on its head."""
        chains: dict[UUID, Chain] = {}
        now = self._now()
        self._tally.turn(now.date())
        decided = [self._one(p, g, chains, now) for p, g in zip(batch, facts, strict=True)]
        return decided, list(chains.values())

    def _one(self, pending: Pending, g: Gathered, chains: dict[UUID, Chain], now: datetime) -> Decided:
        chain = chains.get(g.chain)
        if chain is None:
            chain = chains[g.chain] = Chain(g, g.head, g.state or SpaceState.INSTITUTION)
        situation = self._situation(pending, g, chain.head.n, now)
        body = _body_term(self._service, pending)
        plan = _not_for_an_app(situation) or self._repeat(pending, g, body) or PLANS[pending.ask.act](situation)
        if is_to_print(pending):
            plan = to_print(plan, pending, g.space, self._service, now)
        plan = with_days(plan, pending.ask, now.date()) if pending.coupon is None else plan
        plan = without_them(with_coupon(plan, situation), g.extra)
        plan = proposing(situation, with_sheet(plan, pending, g, self._service, now))
        must = reads_behind(pending) and pending.ask.act != ActId.WRITE_RESOURCE
        if must and isinstance(plan.decision, Permit) and not (plan.repeat or g.extra.behind):
            raise StartAgain  # permitted since it was asked first: an emergency access whose delay ended just now
        if plan.decision == DECEASED and (g.subject.holder or g.subject.on_behalf):
            plan = replace(plan, code="deceased")  # she may be alive, and is to say so
        if plan.decision == SPACE_ARCHIVED and (g.subject.holder or g.subject.on_behalf):
            plan = replace(plan, code="space-archived")  # she knows: it is she who keeps it closed
        if g.subject.power is not None and plan.decision in (POWER_OVER, POWER_BEYOND):
            plan = replace(plan, code=plan.decision.rule)  # his own mandate, which he may know
        plan = self._within_ceilings(pending, g, plan, now)
        plan = without_ties(plan, pending, g, self._service)
        if gives(pending) or silences(pending):
            most = self._limits.agent_gives_per_day
            later = Later(self._limits.pressure_letter_days, self._random)
            plan = under_pressure(plan, pending, g, self._service, most, now, later)
        if opens_a_page(pending):
            most = self._limits.agent_pages_per_day
            plan = within_pages(plan, pending, g, self._service, most, now.date())
        if is_station(pending.session):
            plan = at_the_station(plan, pending)
        elif is_to_print(pending) and not gives(pending):
            most = self._limits.agent_new_persons_per_day
            plan = within_persons(plan, pending, g, self._service, most, now.date())
        record = self._record(pending, g, plan)
        if plan.new_space is not None and isinstance(plan.decision, Permit):
            return self._opening(pending, g, plan, record, chain, now, body)
        entry, chain.head = append(g.held.journal, g.held.space.record_key, g.chain, chain.head, now, record)
        chain.entries.append(entry)
        if plan.state is not None:
            chain.state = plan.state
        return self._written(pending, g, plan, entry, now, body)

    def _within_ceilings(self, pending: Pending, g: Gathered, plan: Plan, now: datetime) -> Plan:
        """Refuse a reading by a professional who began to read too many persons: counted and said alike whoever she is.

        Once he may read her she is one person under whatever name; before, each name counts, since none may be looked behind.
        """
        if g.subject.kind is not ActorKind.PRACTITIONER or not is_reading(pending):
            return plan
        names = [hashlib.blake2b(pending.ask.person.encode(), digest_size=12).digest()]
        if isinstance(plan.decision, Permit):
            names.append(g.chain.bytes)
        if self._ceilings.reach(pending.session.account, names, now):
            return plan
        return Plan(CEILING, code="persons-too-many")

    def _opening(
        self,
        pending: Pending,
        g: Gathered,
        plan: Plan,
        record: dict[str, Any],
        chain: Chain,
        now: datetime,
        body: bytes,
    ) -> Decided:
        """The yes of a person is entry 0 of her own journal; the institution's chain only says that an answer came."""
        new = plan.new_space
        if new is None:
            raise ValueError("not an opening")
        journal = JournalKeys(new.keys.journal)
        own = record | {
            "actor": self._actor(pending.session, "", g.subject.on_behalf, outside=False),
            "deposit": hashlib.sha256(new.keys.deposit_public).hexdigest(),
        }
        first, _ = append(journal, new.keys.record_key, new.keys.space, first_head(journal, new.year), now, own)
        quiet = record | {"objects": ["answer"]}
        entry, chain.head = append(g.held.journal, g.held.space.record_key, g.chain, chain.head, now, quiet)
        chain.entries.append(entry)
        return self._written(pending, g, plan, first, now, body)

    def _written(self, pending: Pending, g: Gathered, plan: Plan, entry: Entry, now: datetime, body: bytes) -> Decided:
        if isinstance(plan.decision, Refuse):
            if plan.despite is None and plan.told is None:
                return Decided(pending, g, plan, entry.reference, None, b"", self._tally)
            change = plan.despite(entry.reference) if plan.despite is not None else Change()
            payload = plan.told or b""
        elif plan.write is None:
            return Decided(pending, g, plan, entry.reference, None, plan.repeat or b"", self._tally)
        else:
            change, payload = plan.write(entry.reference)
        _refuse_moved_mark(pending, g, change)
        department = ""
        if isinstance(plan.decision, Permit) and _is_done(pending, plan.decision, change):
            change = replace(change, counts=(*change.counts, *_counts(pending, now)))
            department = _department(pending)
        if (
            pending.session.kind == ActorKind.SANDBOX
        ):  # nobody is written to about somebody invented, nor is she counted
            change = replace(change, notice=None, urgent=False, later=(), messages=(), case=None, counts=())
        elif g.will is not None and g.space is not None:
            teller = Teller(g.will.rights, g.held.space, now, self._random)
            change = by_every_way(change, pending.ask.act, entry.reference, teller, receipt=is_receipt(pending.ask))
            if pending.ask.act == ActId.DEPOSIT_DOCUMENT and pending.session.kind == ActorKind.PRACTITIONER:
                change = with_news(change, entry.reference, teller)
        first = None
        # A refusal that says it is one is decided anew; a key seen before keeps its first answer.
        if pending.ask.idempotency and payload and g.extra.first_answer is None and not change.told_once:
            actor, key = actor_term(self._service, pending.session), key_term(self._service, pending.ask.idempotency)
            new = change.new_space
            home = new.keys if new is not None else g.held.space if g.space is not None else None
            if (
                new is not None and new.will.rights.sandbox
            ):  # asked again, it names nobody: the service's own key opens it
                home = None
            sealed = bytes(seal(answer_key(self._service, home), payload, b"answer|" + actor + key))
            first = (actor, key, body, sealed, _kept_until(now, self._limits.idempotency_days))
        effect = Effect(g.chain, g.held.space, change, first, entry, now.date())
        return Decided(pending, g, plan, entry.reference, effect, payload, self._tally, department)

    def _repeat(self, pending: Pending, g: Gathered, body: bytes) -> Plan | None:
        """An idempotency key seen before: the first answer again, or a conflict when the body differs.

        What was answered about a space that is erased cannot be read any more. A professional is then answered as if he asked
        for the first time: a conflict would tell him that there was a space (guarantee G11).
        """
        first = g.extra.first_answer
        if first is None:
            return None
        if first == (body, None) and pending.session.kind == ActorKind.PRACTITIONER:
            return None
        if first[0] != body or first[1] is None:
            return Plan(Refuse("conflict"), code="idempotency-conflict")
        # What only started, or is provisional, is not said to be done because it was asked twice.
        extent = effect_of(ActId(pending.ask.act), Channel(pending.ask.channel))
        return Plan(Permit("repeat", extent), objects=("repeat",), repeat=first[1])

    def _situation(self, pending: Pending, g: Gathered, seq: int, now: datetime) -> Situation:
        asked = Situation(
            pending.ask,
            pending.params,
            pending.session,
            g.subject,
            g.space,
            g.state,
            g.will,
            g.held.space,
            self._service,
            g.row,
            seq,
            g.extra,
            now,
            self._random,
            self._limits,
            self._matrices,
            pending.coupon,
            pending.page,
            pending.bears,
        )
        return as_shown(asked)

    def _record(self, pending: Pending, g: Gathered, plan: Plan) -> dict[str, Any]:
        decision, ask = plan.decision, pending.ask
        permitted = isinstance(decision, Permit)
        rights = g.will.rights if g.will is not None else None
        record = {
            "actor": self._actor(pending.session, role_of(pending, g), g.subject.on_behalf, g.space is None),
            "act": ask.act,
            "objects": list(plan.objects),
            "basis": basis_of(decision, rights) if isinstance(decision, Permit) else {},
            "decision": {"result": "permit" if permitted else "refuse", "rule": decision.rule},
            "rules": RULES_VERSION,
            "channel": ask.channel,
            "client": ask.client[:80],
            "build": self._build,
        }
        if isinstance(decision, Permit) and decision.effect is not Extent.IMMEDIATE:
            record["effect"] = decision.effect.value
        if g.subject.power is not None:
            record["basis"] = basis_of_power(g.subject.power)
        app = (pending.session.app.client, pending.session.app.name) if pending.session.app is not None else plan.app
        if app is not None:
            record["app"] = {"id": app[0], "name": app[1]}
        return record

    def _actor(self, session: Session, role: str, on_behalf: bool, outside: bool) -> Any:
        """Return who acted; a person is never named in the institution's chain, nor is whoever acts for her taken for her."""
        slot = (session.account, session.name, session.structure, role, on_behalf, outside)
        found = self._actors.get(slot)
        if found is None:
            if len(self._actors) > 4096:
                self._actors.clear()
            anonymous = outside and session.kind == "person"
            found = self._actors[slot] = fragment(
                {
                    "kind": role or session.kind,
                    "id": "" if anonymous or session.kind == "person" else session.identifier,
                    "name": "" if anonymous else session.name,
                    "structure": session.structure,
                    "behalf": on_behalf or bool(role),
                }
            )
        return found


def _is_done(pending: Pending, permit: Permit, change: Change) -> bool:
    """Say whether an act is to be counted now: a card once it is made; a closing that a call begins, once a signed form closes."""
    asked_only = change.put_print is not None and pending.ask.act in MADE_THERE
    begun = permit.effect is Extent.PROVISIONAL and pending.ask.act == ActId.CLOSE_SPACE
    return permit.effect is not Extent.STARTS and not asked_only and not begun


def _counts(pending: Pending, now: datetime) -> list[str]:
    """Return what an act that took effect counts as: once by its channel, and how long a person waited for it."""
    ask = pending.ask
    counted = [told] if (told := act_kind(ask.act, ask.channel)) else []
    hers = pending.session.kind == ActorKind.PERSON or is_on_behalf(pending)
    if hers and ask.act not in READING:
        counted += counted_delays(ask.act, ask.channel, pending.came or now, now, post_days(ask, now.date()))
    return counted


def _department(pending: Pending) -> str:
    """Return what an act counts as for the department that was said: in memory, so that no row of it is written with hers."""
    if pending.session.kind == ActorKind.SANDBOX or pending.ask.act not in BY_DEPARTMENT:
        return ""
    return department_kind(pending.ask.act, pending.params.department)


def _refuse_moved_mark(pending: Pending, g: Gathered, change: Change) -> None:
    """Raise ValueError, and then nothing is written, when a change would mark a space as invented, or take its mark away.

    Only the space that a software on trial opens is born marked. Guarantee: G1. Source: docs/decisions/0056.
    """
    if change.will is not None and change.will.rights.sandbox is not (g.will is not None and g.will.rights.sandbox):
        raise ValueError("the mark of an invented space moved")
    new = change.new_space
    if new is not None and new.will.rights.sandbox is not (pending.session.kind == ActorKind.SANDBOX):
        raise ValueError("a space was born with the mark of another")


def _not_for_an_app(s: Situation) -> Plan | None:
    """Refuse an application, before any plan is made, what its scopes let nothing through of; it is told so."""
    refused = beyond_its_scopes(s)
    return Plan(refused, code="app-scope") if refused is not None else None


def role_of(pending: Pending, g: Gathered) -> str:
    """Return in what role somebody acts in another's space, "" for whoever acts in none. Guarantee: G10. Source: PAR-13."""
    power = _power_used(g.subject)
    if power is not None:
        return power.value
    accepting = pending.ask.act == ActId.ACCEPT_MANDATE and g.space is not None and not g.subject.holder
    return PowerRole.HELPER.value if accepting else ""


def _power_used(subject: Subject) -> PowerRole | None:
    return subject.power.role if subject.power is not None and not subject.holder else None


def is_reading(pending: Pending) -> bool:
    """Say whether a demand reads (its batch is one statement) or changes (its batch is one transaction).

    What is read to be printed changes what waits at a station.
    """
    return pending.ask.act in READING and not is_station(pending.session) and not is_to_print(pending)


def _body_term(service: ServiceKeys, pending: Pending) -> bytes:
    """Return what was asked, to compare with the first time; one page of one coupon is one, whatever else is said of it."""
    ask = pending.ask
    if pending.coupon is not None and ask.idempotency:
        page = pending.coupon.params.scan_sha256.hex()  # of one that waited, its own number says which
        return term(service.idempotency, "body", f"{pending.coupon.ask.act}|{ask.person}|{page}")
    late = f"|{ask.sheet}|{ask.since}" if ask.sheet else ""
    return (
        term(service.idempotency, "body", f"{ask.act}|{ask.person}|{ask.body.hex()}{late}") if ask.idempotency else b""
    )


def _kept_until(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()
