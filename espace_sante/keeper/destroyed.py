"""Replaying the list of destroyed keys after a restore, before anything is served.

A backup of the keys made before an erasure still holds the erased key: it is destroyed again here. A backup of the main
database still holds the rows, and the way from her number to them: they are erased again too.
Guarantee: G8. Source: docs/decisions/0005.
"""

from __future__ import annotations

from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.keeper")
# The statements that erase the rows of some spaces, in the order they run.
ERASED = (
    "erase_documents",
    "erase_lines",
    "erase_summaries",
    "erase_rights",
    "erase_history",
    "erase_receipts",
    "erase_person",
    "erase_terms",
    "erase_notices",
    "drop_archives",
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
