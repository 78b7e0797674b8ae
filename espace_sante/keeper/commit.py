"""Writing a batch: THE statement moves the heads and inserts the entries; a change's effects ride in its transaction.

Neither exists without the other. Everything that several demands write is written by one statement per kind.
Guarantee: G5, G13. Source: docs/decisions/0003.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Entry, Head
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.order_body import OrderChange
from espace_sante.keeper.pressure import count
from espace_sante.keeper.provings import count_provings
from espace_sante.keeper.rights_body import seal_will
from espace_sante.keeper.sheet_body import write_sheets
from espace_sante.keeper.situation import Change, NewSpace
from espace_sante.kernel.database import Connection
from espace_sante.vault.keys import SpaceKeys

# The space of nobody: no row of a will has it, and what is written there for the work alone is purged.
NOBODY = UUID(int=0)


class StartAgain(Exception):
    """Something this change rested on is gone (an invitation already answered): decide it anew."""


@dataclass(frozen=True, slots=True)
class Move:
    """One head's move: from what was read to what it becomes, with the entries it gains."""

    space: UUID
    head: Head
    rights_version: int
    state: SpaceState
    after: Head
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """One demand's change, with the keys of the space it changes and, when keyed, its first answer to remember."""

    space: UUID
    keys: SpaceKeys
    change: Change
    first_answer: tuple[bytes, bytes, bytes, bytes, date] | None
    entry: Entry
    day: date


async def move(connection: Connection, moves: Sequence[Move]) -> set[UUID]:
    """Move the heads that are still where they were read, insert their entries, and say which moved."""
    ordered = sorted(moves, key=lambda m: m.space)
    entries = [(m.space, e) for m in ordered for e in m.entries]
    rows = await connection.fetch(
        SQL["move_and_enter"],
        [m.space for m in ordered],
        [m.head.n for m in ordered],
        [m.rights_version for m in ordered],
        [m.after.n for m in ordered],
        [m.after.com for m in ordered],
        [m.after.year for m in ordered],
        [m.after.year_base for m in ordered],
        [m.state.value for m in ordered],
        [s for s, _ in entries],
        [e.seq for _, e in entries],
        [e.tag for _, e in entries],
        [e.com for _, e in entries],
        [e.sealed for _, e in entries],
    )
    return {row["space_id"] for row in rows}


async def write(connection: Connection, effects: Sequence[Effect]) -> int:
    """Write what the moved demands change; return how many notices that was.

    Raises StartAgain or a unique violation, and then nothing stands.
    """
    await _mailroom(connection, effects)
    for effect in effects:
        if effect.change.new_space is not None:
            await open_rows(connection, effect.change.new_space, effect.entry)
    await _wills(connection, effects)
    await _many(connection, "drop_terms", [(one, e.space) for e in effects for one in e.change.drop_terms])
    await _many(connection, "put_terms", [(*one, e.space) for e in effects for one in e.change.put_terms])
    await _many(connection, "end_terms", [(*one, e.space) for e in effects for one in e.change.end_terms])
    await _archives(connection, effects)
    await _many(connection, "put_documents", [(e.space, *one) for e in effects for one in e.change.documents])
    await _many(connection, "put_lines", [(e.space, *one) for e in effects for one in e.change.lines])
    await _many(connection, "put_resources", [(_home(e), *one) for e in effects for one in e.change.resources])
    await _many(connection, "put_origins", [(e.space, *one) for e in effects for one in e.change.origins])
    await _many(
        connection, "put_receipts", [(_home(e), *e.change.receipt) for e in effects if e.change.receipt is not None]
    )
    await _many(connection, "put_first_answers", [e.first_answer for e in effects if e.first_answer is not None])
    await _apps(connection, effects)
    await _coupons(connection, effects)
    await _pages(connection, effects)
    await _many(connection, "drop_held", [one for e in effects for one in e.change.drop_held])
    await _many(connection, "put_held", [one for e in effects for one in e.change.put_held])
    if not await count_provings(connection, [one for e in effects for one in e.change.proves]):
        raise StartAgain
    notices = await _outboxes(connection, effects)
    for effect in effects:
        seen = effect.change.seen
        if seen is not None and await connection.fetchval(SQL["change_seen"], effect.space, *seen) is None:
            raise StartAgain
    await _cases(connection, effects)
    await _prints(connection, effects)
    if not await write_sheets(connection, [e.change.sheets for e in effects if e.change.sheets is not None]):
        raise StartAgain
    if not await count(connection, [(_home(e), e.change.gave) for e in effects if e.change.gave is not None]):
        raise StartAgain
    for effect in effects:
        if effect.change.renew is not None:
            await connection.execute(SQL["renew_account"], *effect.change.renew)
        if effect.change.order is not None:
            await write_order(connection, effect.change.order)
    return notices


async def _prints(connection: Connection, effects: Sequence[Effect]) -> None:
    """Write what waits to be printed, and that some was taken; raises StartAgain when another station took it meanwhile."""
    await _many(connection, "put_prints", [(e.space, *e.change.put_print) for e in effects if e.change.put_print])
    for effect in effects:
        taken = effect.change.take_print
        if taken and await connection.fetchval(SQL["take_print"], effect.space, taken) is None:
            raise StartAgain
        used = effect.change.drop_print
        if used and await connection.fetchval(SQL["drop_print"], effect.space, used) is None:
            raise StartAgain


def _home(effect: Effect) -> UUID:
    return effect.change.new_space.keys.space if effect.change.new_space else effect.space


async def _outboxes(connection: Connection, effects: Sequence[Effect]) -> int:
    dropped = [(e.space, one) for e in effects for one in e.change.drop_notices]
    await _many(connection, "drop_notices", dropped)
    printed = [(e.space, *one) for e in effects for one in e.change.printed]
    await _many(connection, "print_notices", printed)
    await _many(connection, "put_off_notices", [(e.space, *one) for e in effects for one in e.change.put_off])
    notices = [
        (e.space, e.change.notice[0], e.day, e.change.notice[1], int(e.change.urgent))
        for e in effects
        if e.change.notice is not None
    ]
    later = [(e.space, *one, 0) for e in effects for one in e.change.later]
    lost = [(NOBODY, *_nobodys(e.change.lost[1], e.day)) for e in effects if e.change.lost is not None]
    messages = [(e.space, m.message_id, m.way, m.due, m.sealed, m.turn) for e in effects for m in e.change.messages]
    await _many(connection, "put_messages", messages)
    await _many(connection, "put_questions", [(e.space, *e.change.question) for e in effects if e.change.question])
    return await _many(connection, "put_notices", [*notices, *later, *lost])


def _nobodys(notice: tuple[UUID, bytes], day: date) -> tuple[UUID, date, bytes, int]:
    return notice[0], day, notice[1], 0


async def _cases(connection: Connection, effects: Sequence[Effect]) -> None:
    new = [(e.change.case, e.space) for e in effects if e.change.case is not None]
    await _many(connection, "put_cases", [case.row for case, _ in new])
    await _many(connection, "put_case_terms", [(case.term, space) for case, space in new])
    await _many(connection, "drop_terms", [(one, e.space) for e in effects for one in e.change.drop_tickets])
    tickets = [(*e.change.put_ticket, e.space) for e in effects if e.change.put_ticket is not None]
    await _many(connection, "put_terms", tickets)
    moved = [e.change.moved_case for e in effects if e.change.moved_case is not None]
    await _many(connection, "move_cases", [(case.case_id, case.state, case.sealed) for case in moved])
    counted = Counter((e.day, kind) for e in effects for kind in e.change.counts)
    # In one order: two batches that count the same things never wait for each other.
    await _many(connection, "count", [(day, kind, n) for (day, kind), n in sorted(counted.items())])


async def write_order(connection: Connection, change: OrderChange) -> None:
    """Write what an act changes of a judge's orders; raises StartAgain when the order, or her space, moved meanwhile."""
    if change.held is not None and await connection.fetchval(SQL["hold_head"], change.held[0]) != change.held[1]:
        raise StartAgain
    if change.put is not None:
        await connection.execute(SQL["put_order"], *change.put)
    if change.move is not None and await connection.fetchval(SQL["move_order"], *change.move) is None:
        raise StartAgain
    if change.line is not None:
        await connection.execute(SQL["put_sealed_line"], *change.line)


async def _mailroom(connection: Connection, effects: Sequence[Effect]) -> None:
    for effect in effects:
        if effect.change.put_invitation is not None:
            await connection.execute(SQL["replace_invitation"], effect.change.put_invitation[2])
            await connection.execute(SQL["put_invitation"], *effect.change.put_invitation)
        change = effect.change
        if change.deliver is not None and await connection.fetchval(SQL["deliver_invitation"], *change.deliver) is None:
            raise StartAgain
        for term, month in change.remember:
            await connection.execute(SQL["remember_refusal"], term, month)
        if change.forget:
            await connection.execute(SQL["forget_refusals"], list(change.forget))
            await connection.execute(SQL["forget_rests"], list(change.forget))
        taken = effect.change.take_invitation
        if taken is not None and await connection.fetchval(SQL["take_invitation"], taken) is None:
            raise StartAgain


async def open_rows(connection: Connection, new: NewSpace, entry: Entry) -> None:
    """Write a space that opens: its head with entry 0 of its journal, the will, who she is, the terms that lead to it."""
    space = new.keys.space
    await connection.execute(SQL["put_head"], space, 1, entry.com, new.year, 0, SpaceState.OPEN.value)
    await connection.execute(SQL["put_entry"], space, entry.seq, entry.tag, entry.com, entry.sealed)
    await connection.execute(SQL["put_first_rights"], space, new.will.version, seal_will(new.will, new.keys))
    await connection.execute(SQL["put_person"], space, new.person)
    for one in new.terms:
        await connection.execute(SQL["put_term"], one, space)


async def _wills(connection: Connection, effects: Sequence[Effect]) -> None:
    changed = [(e.space, e.change.will, e.keys) for e in effects if e.change.will is not None]
    lost = [(NOBODY, e.change.lost[0], e.keys) for e in effects if e.change.lost is not None]
    sent = [*changed, *lost]
    if not sent:
        return
    spaces = [space for space, _, _ in sent]
    await connection.execute(SQL["keep_rights"], spaces)
    rows = await connection.fetch(
        SQL["put_rights"], spaces, [w.version for _, w, _ in sent], [seal_will(w, k) for _, w, k in sent]
    )
    if len(rows) != len(changed):
        raise StartAgain


async def _apps(connection: Connection, effects: Sequence[Effect]) -> None:
    gone = [family for e in effects for family in e.change.drop_apps]
    if gone:
        await connection.execute(SQL["end_app_families"], gone)
    for effect in effects:
        code = effect.change.put_app
        if code is not None:
            await connection.execute(SQL["put_app_family"], code.family, code.ends_on)
            await connection.execute(SQL["put_app_token"], code.code_hash, code.family, code.code_ends_on, code.sealed)


async def _coupons(connection: Connection, effects: Sequence[Effect]) -> None:
    """Write the coupons that are printed, and take those that serve: each once, or nothing of this stands."""
    await _many(
        connection, "put_coupons", [(e.space, *e.change.put_coupon) for e in effects if e.change.put_coupon is not None]
    )
    taken = [(e.space, e.change.take_coupon, e.day) for e in effects if e.change.take_coupon is not None]
    taken += [(e.space, one, e.day) for e in effects for one in e.change.void_coupons]
    if await _many(connection, "take_coupons", taken) != len(taken):
        raise StartAgain


async def _pages(connection: Connection, effects: Sequence[Effect]) -> None:
    """Write the pages that came, and what becomes of those that waited; raises StartAgain when one moved meanwhile."""
    await _many(connection, "put_pages", [e.change.put_page for e in effects if e.change.put_page is not None])
    await _many(connection, "put_case_terms", [(one, e.space) for e in effects for one in e.change.page_terms])
    for effect in effects:
        moved = effect.change.move_page
        if moved is not None and await connection.fetchval(SQL["move_page"], *moved) is None:
            raise StartAgain


async def _archives(connection: Connection, effects: Sequence[Effect]) -> None:
    await _many(connection, "put_archives", [(e.space, e.change.archive) for e in effects if e.change.archive])
    left = [e.space for e in effects if e.change.unarchive]
    if left:
        await connection.execute(SQL["drop_archives"], left)


async def _many(connection: Connection, name: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Write rows with one statement; return how many the database says it wrote."""
    if not rows:
        return 0
    status = await connection.execute(SQL[name], *[list(column) for column in zip(*rows, strict=True)])
    return int(status.rpartition(" ")[2])
