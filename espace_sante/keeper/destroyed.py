"""The list of destroyed keys: written at each erasure, proven and replayed after a restore, before anything is served.

A backup of the keys made before an erasure still holds the erased key: it is destroyed again here. A backup of the main
database still holds the rows, and the way from her number to them: they are erased again too.
Guarantee: G8. Source: docs/decisions/0005, docs/specs/entry.md §7.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from espace_sante.journal.entry import reference
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.destroy import Certificate
from espace_sante.vault.destroyed_list import Intended, Line, next_line
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")
# The statements that erase the rows of some spaces, in the order they run.
ERASED = (
    "erase_documents",
    "erase_resources",
    "erase_lines",
    "erase_summaries",
    "erase_rights",
    "erase_history",
    "erase_receipts",
    "erase_person",
    "erase_terms",
    "erase_notices",
    "erase_questions",
    "erase_coupons",
    "erase_pages",
    "erase_prints",
    "erase_visits",
    "erase_messages",
    "erase_seen",
    "drop_archives",
)


class Intention(msgspec.Struct, frozen=True, array_like=True, tag="intended"):
    """What a certificate will say, written and signed before the key is destroyed; those of before are not signed."""

    journal: bytes
    blob_sha256: bytes
    signature: bytes = b""


class Signed(msgspec.Struct, frozen=True, array_like=True, tag="destroyed"):
    """A certificate of destruction: canonical payload and Ed25519 signature."""

    payload: bytes
    signature: bytes

    def as_certificate(self) -> Certificate:
        """Return it as it is checked."""
        return Certificate(self.payload, self.signature)


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Intention | Signed).decode


async def number(connection: Connection, service: ServiceKeys, space: UUID, certificate: Certificate) -> None:
    """Write the next line of the list, for a space whose certificate was just signed; inside the caller's transaction.

    The list is one: whoever writes a line holds it until the transaction ends.
    """
    await connection.execute(SQL["hold_list"])
    if await connection.fetchval(SQL["line_of"], space) is not None:
        return
    last = await connection.fetchrow(SQL["last_line"])
    after = Line(last["number"], space, "", certificate, last["link"], b"") if last is not None else None
    named = reference(await connection.fetchval(SQL["last_commitment"], space))
    line = next_line(service.sign, after, space=space, reference=named, certificate=certificate)
    await connection.execute(SQL["put_line"], line.number, space, line.reference, line.link, line.signed)


async def number_those_of_before(connection: Connection, service: ServiceKeys) -> int:
    """Give their place to the certificates signed before the list was one, in the order of their instants."""
    waiting = [(row["space_id"], decode(row["certificate"])) for row in await connection.fetch(SQL["unnumbered"])]
    signed = [(space, one) for space, one in waiting if isinstance(one, Signed)]
    for space, one in sorted(signed, key=lambda each: (msgspec.json.decode(each[1].payload)["at"], each[0])):
        async with connection.transaction():
            await number(connection, service, space, one.as_certificate())
    return len(signed)


async def list_of(main: Connection) -> tuple[list[Line], list[Intended], list[UUID]]:
    """Return the list a main database holds: its lines, its intentions, and the spaces whose certificate has no line yet."""
    rows = {row["space_id"]: decode(row["certificate"]) for row in await main.fetch(SQL["destroyed"])}
    lines = []
    for row in await main.fetch(SQL["destroyed_lines"]):
        certificate = rows.pop(row["space_id"])
        if not isinstance(certificate, Signed):
            raise ValueError("a line without certificate")
        said = certificate.as_certificate()
        lines.append(Line(row["number"], row["space_id"], row["reference"], said, row["link"], row["signed"]))
    intended = [
        Intended(space, one.journal, one.blob_sha256, one.signature)
        for space, one in sorted(rows.items())
        if isinstance(one, Intention)
    ]
    return lines, intended, sorted(space for space, one in rows.items() if isinstance(one, Signed))


async def take_list(main: Connection, lines: list[Line], intended: list[Intended]) -> None:
    """Write into a restored main database what it lacks of a list already checked."""
    certificates: list[tuple[Any, ...]] = [
        (one.space, encode(Signed(one.certificate.payload, one.certificate.signature))) for one in lines
    ]
    certificates += [(one.space, encode(Intention(one.journal, one.blob_sha256, one.signature))) for one in intended]
    async with main.transaction():
        await main.executemany(
            "INSERT INTO keeper.destroyed (space_id, certificate) VALUES ($1, $2)"
            " ON CONFLICT (space_id) DO UPDATE SET certificate = EXCLUDED.certificate",
            certificates,
        )
        await main.executemany(
            "INSERT INTO keeper.destroyed_line (number, space_id, reference, link, signed) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (number) DO NOTHING",
            [(one.number, one.space, one.reference, one.link, one.signed) for one in lines],
        )


async def replay(main: Connection, keys: Connection) -> int:
    """Destroy in the key database every key on the main database's list; returns how many had come back.

    Overwrites each blob, then deletes it, then erases what a restored main database holds of these spaces; may be
    repeated. Signs nothing: the certificates are those of the list.
    """
    spaces = await main.fetch("SELECT space_id FROM keeper.destroyed")
    listed = [row["space_id"] for row in spaces]
    async with keys.transaction():
        await keys.execute(
            "UPDATE vault.space_blob SET blob = sha512(blob), master_version = 0 WHERE space_id = any($1)", listed
        )
        back = await keys.fetch("DELETE FROM vault.space_blob WHERE space_id = any($1) RETURNING space_id", listed)
    async with main.transaction():
        for name in ERASED:
            await main.execute(SQL[name], listed)
        # A head goes forward by one state at a time: open or archived, closing, closed.
        await main.execute("UPDATE journal.head SET state = 2 WHERE space_id = any($1) AND state IN (1, 4)", listed)
        await main.execute(SQL["close_head"], listed)
    return len(back)
