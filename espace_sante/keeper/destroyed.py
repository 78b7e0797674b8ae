"""Replaying the list of destroyed keys after a restore, before anything is served.

A backup of the keys made before an erasure still holds the erased key: it is destroyed again here.
Guarantee: G8. Source: docs/decisions/0005.
"""

from __future__ import annotations

from espace_sante.kernel.database import Connection


async def replay(main: Connection, keys: Connection) -> int:
    """Destroy in the key database every key on the main database's list; returns how many had come back.

    Overwrites each blob, then deletes it; may be repeated. Signs nothing: the certificates are those of the list.
    """
    spaces = await main.fetch("SELECT space_id FROM keeper.destroyed")
    listed = [row["space_id"] for row in spaces]
    async with keys.transaction():
        await keys.execute(
            "UPDATE vault.space_blob SET blob = sha512(blob), master_version = 0 WHERE space_id = any($1)", listed
        )
        back = await keys.fetch("DELETE FROM vault.space_blob WHERE space_id = any($1) RETURNING space_id", listed)
    return len(back)
