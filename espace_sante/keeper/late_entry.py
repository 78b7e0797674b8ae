"""What was written on a numbered sheet during a failure, or at a bedside, and is entered afterwards by an agent of the same counter.

The act is planned as from any paper form; what is added here: its sheet serves once, the day written on it and the sheet's number stand
in the line, and what gives something waits until another agent has entered the same. What takes something back does not wait.
Guarantee: G3, G10. Source: inclusion.md PAR-20; docs/decisions/0084.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel, Effect, Permit, Proof, Refuse
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.consent.sheets import ENTERABLE, SheetState, day_fault, day_written, sheet_number
from espace_sante.identity.ages import day_in_paris
from espace_sante.journal.entry import open_record
from espace_sante.keeper.acts.opening import normal_reference
from espace_sante.keeper.finding import actor_term
from espace_sante.keeper.gathered import NOWHERE, Gathered, Pending, is_on_behalf
from espace_sante.keeper.printing import PRINTED, place_of
from espace_sante.keeper.sheet_body import (
    KeptSheet,
    SheetBody,
    SheetChange,
    SheetFacts,
    counter_term,
    moved_sheet,
    read_sheet,
    sheet_term,
)
from espace_sante.keeper.situation import Change, Plan
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys, term

SQL = queries("espace_sante.keeper")
# How many lines of her journal are looked at, back to the day written; beyond, it is taken that she took something back.
LINES_MOST = 300
_QUIET = frozenset({ActId.ASK_REMINDERS, ActId.STOP_REMINDERS, ActId.CHOOSE_LETTERS, ActId.EXPECT_ACCESS})
_TAKES_BACK = frozenset(RESTRICTIVE) - _QUIET
# What begins anew: nothing said to the space as it was before stands in it.
_BEGINS_ANEW = frozenset({ActId.OPEN_SPACE, ActId.REOPEN_SPACE, ActId.CONTEST_DEATH})
# What takes the place of what it said before: said again since, an older word never takes the place of the newer one.
_REPLACES = frozenset(
    {
        *(ActId.SET_EMERGENCY_WILL, ActId.KEEP_EPISODE, ActId.ALLOW_SUPPORT, ActId.NAME_TRUSTED_PERSON),
        *(ActId.GIVE_ADDRESS, ActId.CHANGE_CONTACT, ActId.CHOOSE_NOTICES),
    }
)
# What one agent enters alone: what takes something back, and a document of hers, which gives nothing to anybody.
_ALONE = frozenset({*RESTRICTIVE, ActId.DEPOSIT_DOCUMENT})
_WAITS = "sheet-waits"


def may_be_late(pending: Pending) -> bool:
    """Say whether a demand is one that a sheet may stand behind: an agent's, for her, from a signed form."""
    ask = pending.ask
    posted = bool(ask.arrived or ask.postmark) or pending.coupon is not None
    return is_on_behalf(pending) and not posted and (ask.channel, ask.proof) == (Channel.PAPER, Proof.SIGNED_FORM)


async def sheets_asked(
    connection: Connection, service: ServiceKeys, batch: Sequence[Pending], gathered: Sequence[Gathered]
) -> None:
    """Read the sheet each late demand names, and, of what gives something, whether she took anything back since.

    Of an agent who looks after the sheets of his counter, read those.
    """
    for pending, g in zip(batch, gathered, strict=True):
        if pending.ask.act == ActId.KEEP_SHEETS and pending.session.kind == ActorKind.AGENT:
            rows = await connection.fetch(SQL["sheets_at"], counter_term(service, place_of(pending.session)))
            g.extra.sheets = tuple(read_sheet(service, row) for row in rows)
        if not pending.ask.sheet or not may_be_late(pending):
            continue
        number = sheet_number(pending.ask.sheet)
        row = await connection.fetchrow(SQL["sheet_of"], sheet_term(service, place_of(pending.session), number or ""))
        kept = read_sheet(service, row) if row is not None else None
        written = day_written(pending.ask.since)
        overtaken = False
        if written is not None and pending.ask.act not in _ALONE:
            low = max(0, g.head.n - LINES_MOST) if g.space is not None else 0
            rows = await connection.fetch(SQL["entries"], [g.space or NOWHERE], [low], [g.head.n])
            records = (open_record(g.held.space.record_key, g.chain, one["seq"], one["sealed"]) for one in rows)
            overtaken = is_overtaken(pending.ask.act, records, written, whole=low == 0)
        g.extra.sheet = SheetFacts(kept, overtaken)


def is_overtaken(act: str, records: Any, written: date, *, whole: bool) -> bool:
    """Say whether something since the day written stands against an act that gives: she took back, said it anew, or began anew.

    `records` are her lines, the most recent first, `whole` when they are all. On the same day, what was written on another sheet
    is not later. What cannot be seen is taken to be.
    """
    against = _TAKES_BACK | ({act} & _REPLACES)
    for record in records:
        entered = day_in_paris(datetime.fromisoformat(record["at"]))
        if entered < written:
            return False
        if not _is_done(record):
            continue
        sheet = any(one.startswith("sheet:") for one in record["objects"])
        counted = next((one.removeprefix("since:") for one in record["objects"] if one.startswith("since:")), "")
        counts_from = day_written(counted) or entered
        later = counts_from > written
        if (record["act"] in against and (later or (counts_from == written and not sheet))) or (
            record["act"] in _BEGINS_ANEW and later
        ):
            return True
    return not whole


def with_sheet(plan: Plan, pending: Pending, g: Gathered, service: ServiceKeys, now: datetime) -> Plan:
    """Return the plan of a demand entered from a sheet: done, or waiting for another agent, or refused; any other as it is."""
    ask = pending.ask
    if not ask.sheet or plan.repeat is not None or not isinstance(plan.decision, Permit):
        return plan
    facts: SheetFacts = g.extra.sheet or SheetFacts()
    kept = facts.kept
    write = plan.write
    if (
        kept is None
        or not may_be_late(pending)
        or ask.act in PRINTED
        or write is None
        or plan.decision.effect is not Effect.IMMEDIATE
    ):
        return _refused("sheet-unknown")
    if fault := _fault(kept, ask.since, day_in_paris(now)):
        return _refused(fault)
    if facts.overtaken:
        return _refused("sheet-overtaken")
    if ask.act in _ALONE:
        return _done(plan, pending, g, kept, service, write)
    mine, asked = actor_term(service, pending.session), _asked(pending, g, service)
    other = kept.state is SheetState.WAITING and kept.body.by != mine
    if other and kept.body.asked != asked:
        return Plan(Refuse("conflict"), code="sheet-differs")
    if other:
        return _done(plan, pending, g, kept, service, write)
    body = msgspec.structs.replace(kept.body, since=day_in_paris(now).isoformat(), by=mine, asked=asked)
    moved = moved_sheet(service, kept, SheetState.WAITING, body)
    waits = Change(sheets=SheetChange(moved=(moved,)))
    objects = (*plan.objects, *_said(pending, g))
    # A receipt tells what was done: of what waits there is none.
    return Plan(Permit(_WAITS, Effect.STARTS), objects, write=lambda _: (waits, b""))


def _fault(kept: KeptSheet, since: str, today: date) -> str:
    if kept.state is SheetState.USED:
        return "sheet-used"
    if kept.state not in ENTERABLE:
        return "sheet-over"
    return day_fault(day_written(since), date.fromisoformat(kept.body.printed), today)


def _done(
    plan: Plan,
    pending: Pending,
    g: Gathered,
    kept: KeptSheet,
    service: ServiceKeys,
    write: Callable[[str], tuple[Change, bytes]],
) -> Plan:
    body = SheetBody(kept.body.number, kept.body.printed, kept.body.since)
    moved = moved_sheet(service, kept, SheetState.USED, body)

    def used(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, sheets=SheetChange(moved=(moved,))), answer

    return replace(plan, objects=(*plan.objects, *_said(pending, g, opens=plan.new_space is not None)), write=used)


def _said(pending: Pending, g: Gathered, *, opens: bool = False) -> tuple[str, ...]:
    """Return what the line says of it; in the institution's chain, opened in public one day, not by which sheet."""
    since = f"since:{pending.ask.since}"
    number = sheet_number(pending.ask.sheet)
    return (f"sheet:{number}", since) if g.space is not None or opens else (since,)


def _asked(pending: Pending, g: Gathered, service: ServiceKeys) -> bytes:
    """Return a keyed term of what a demand asks, for whom and since when: another agent has to ask the same."""
    ask = pending.ask
    whose = g.space.hex if g.space is not None else normal_reference(ask.person) or ask.person
    return term(service.idempotency, "sheet", f"{ask.act}|{whose}|{ask.body.hex()}|{ask.since}")


def _is_done(record: Any) -> bool:
    return bool(record["decision"]["result"] == "permit" and record.get("effect") != Effect.STARTS.value)


def _refused(code: str) -> Plan:
    return Plan(Refuse("invalid"), code=code)
