"""The rows around one demand: an answer is one entry of one chain, and nothing of any other space moves by a bit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from espace_sante.consent.rights import SpaceState
from espace_sante.keeper import demand as d

ROWS = {
    "heads": "SELECT space_id, n, concat_ws(' ', com, rights_version, state) FROM journal.head",
    "entries": "SELECT space_id, count(*), sum(hashtext(encode(com, 'hex')))::text FROM journal.entry GROUP BY space_id",
    "wills": "SELECT space_id, version, md5(sealed) FROM consent.rights",
    "documents": "SELECT space_id, count(*), sum(hashtext(row_id::text || category || md5(origin)))::text"
    " FROM records.document GROUP BY space_id",
    "resources": "SELECT space_id, count(*), sum(hashtext(row_id::text || version || md5(origin)))::text"
    " FROM records.resource GROUP BY space_id",
    "persons": "SELECT space_id, 0, md5(sealed) FROM identity.person",
    "receipts": "SELECT space_id, count(*), '' FROM consent.receipt GROUP BY space_id",
    # A notice to nobody belongs to no space: written so that the work does not tell who may be asked (decision 0033).
    "notices": "SELECT space_id, count(*), '' FROM notices.outbox"
    " WHERE space_id <> '00000000-0000-0000-0000-000000000000' GROUP BY space_id",
    "institutions": "SELECT space_id, state, '' FROM journal.head WHERE state = {institution}",
}
_ALL = " UNION ALL ".join(f"SELECT '{name}' AS what, * FROM ({query}) AS {name}" for name, query in ROWS.items())
_ALL = _ALL.format(institution=SpaceState.INSTITUTION.value)
Look = dict[str, dict[UUID, tuple[Any, ...]]]


async def look(watch: asyncpg.Connection) -> Look:
    """Return what every space is made of, in one statement: one instant for all of it."""
    found: Look = {name: {} for name in ROWS}
    for what, space, *row in await watch.fetch(_ALL):
        found[what][space] = tuple(row)
    return found


def compare(before: Look, after: Look, answer: d.Answer, *, despite: bool = False) -> UUID:
    """Check one answer against the rows around it; return the space whose chain grew.

    A space that opens has the first entry of its own chain, and the institution's chain says that an answer came: nothing
    else ever writes in two. `despite`: a refusal that is counted in her will (a wrong secret number).
    """
    assert isinstance(answer, d.Done | d.Refused), answer
    moved = {
        name: {space for space in before[name] | after[name] if before[name].get(space) != after[name].get(space)}
        for name in ROWS
    }
    grown, institutions = moved["heads"], set(before["institutions"])
    born = grown - set(before["heads"])
    assert len(grown) == 1 + len(born), "one chain grows, and one only"
    assert not born or (isinstance(answer, d.Done) and grown - born <= institutions), "only a yes makes a space"
    assert moved["entries"] == grown
    for space in grown:
        first, last = before["entries"].get(space, (0, ""))[0], after["entries"][space][0]
        assert last == first + 1 == after["heads"][space][0], "exactly one entry, permitted or refused"
    (space,) = born or grown
    assert all(spaces <= {space} for name, spaces in moved.items() if name not in ("heads", "entries")), (
        "nothing of another space changes"
    )
    if isinstance(answer, d.Refused) and not despite:
        changed = [name for name in ROWS if name not in ("heads", "entries") and moved[name]]
        assert not changed, "what is refused changes nothing"
    return space
