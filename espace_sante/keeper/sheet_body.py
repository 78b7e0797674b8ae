"""Numbered sheets as the keeper keeps them: found by a keyed term of their number, held by a counter, about nobody.

A counter is told by who vouches for the account and by the number of its structure, as a printing station is.
Guarantee: G10. Source: docs/decisions/0084, docs/specs/rows.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from espace_sante.consent.sheets import SheetState
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, term

SQL = queries("espace_sante.keeper")


class SheetBody(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a sheet. `printed`, `since`, `back`: the days it was printed, last moved, and due back ("" when it is not out).

    `by` and `asked`: of one that another agent is to enter, keyed terms of the account that entered it and of what it asked.
    """

    number: str
    printed: str
    since: str
    back: str = ""
    by: bytes = b""
    asked: bytes = b""


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """One sheet as it was read."""

    term: bytes
    place: bytes
    state: SheetState
    version: int
    body: SheetBody


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a demand that is entered from a sheet rests on. `overtaken`: she took something back since the day written on it."""

    kept: KeptSheet | None = None
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What a change writes of sheets: new ones, and those that move from where they were read."""

    printed: tuple[tuple[bytes, bytes, bytes], ...] = ()
    moved: tuple[tuple[bytes, int, int, bytes], ...] = ()


def sheet_term(service: ServiceKeys, place: str, number: str) -> bytes:
    """Return what a sheet of a counter is found by: its number means nothing to another one, and takes none from it."""
    return term(service.directory, "sheet", f"{place}|{number}")


def prints_term(service: ServiceKeys, place: str) -> bytes:
    """Return what the prints of a counter are counted by, in a day."""
    return term(service.idempotency, "prints-sheets", place)


def counter_term(service: ServiceKeys, place: str) -> bytes:
    """Return what the sheets of a counter are found by; `place` as `printing.place_of` says it."""
    return term(service.directory, "counter", place)


def read_sheet(service: ServiceKeys, row: Any) -> KeptSheet:
    """Return a row as a sheet; raises SealBroken."""
    body = msgspec.msgpack.decode(
        bytes(open_sealed(service.session, row["sealed"], _context(row["sheet_term"]))), type=SheetBody
    )
    return KeptSheet(row["sheet_term"], row["place_term"], SheetState(row["state"]), row["version"], body)


def new_sheet(service: ServiceKeys, place: str, number: str, today: date) -> tuple[bytes, bytes, bytes]:
    """Return the row of a sheet that is being printed."""
    found_by = sheet_term(service, place, number)
    day = today.isoformat()
    return found_by, counter_term(service, place), sealed_body(service, found_by, SheetBody(number, day, day))


def moved_sheet(
    service: ServiceKeys, kept: KeptSheet, state: SheetState, body: SheetBody
) -> tuple[bytes, int, int, bytes]:
    """Return what is written of a sheet that moves, only if it still is where it was read."""
    return kept.term, kept.version, state.value, sealed_body(service, kept.term, body)


def sealed_body(service: ServiceKeys, found_by: bytes, body: SheetBody) -> bytes:
    """Seal what is kept of a sheet under a key of the service: it is nobody's."""
    return bytes(seal(service.session, msgspec.msgpack.encode(body), _context(found_by)))


async def write_sheets(connection: Connection, changes: Sequence[SheetChange]) -> bool:
    """Write what changes; say whether each sheet still was where it was read. A number drawn twice raises a unique violation."""
    printed = [row for one in changes for row in one.printed]
    if printed:
        await connection.execute(SQL["put_sheets"], *map(list, zip(*printed, strict=True)))
    moved = [row for one in changes for row in one.moved]
    if not moved:
        return True
    status = await connection.execute(SQL["move_sheets"], *map(list, zip(*moved, strict=True)))
    return status == f"UPDATE {len(moved)}"


def _context(found_by: bytes) -> bytes:
    return b"sheet|" + found_by
