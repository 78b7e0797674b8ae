"""Keys destroyed in an instance that no keeper serves: with the keeper's own words, and its signature."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from espace_sante.keeper import destroyed
from espace_sante.keeper.keyring import Keyring, read_master_keys
from espace_sante.kernel.database import Connection, connect
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.operate.session import open_databases
from espace_sante.vault.destroy import certify_destruction
from espace_sante.vault.destroyed_list import intend

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


async def destroy(settings: Settings, space: UUID, *, begun: bool = False) -> bytes:
    """Destroy the key of a space, or only begin; return the service's public key."""
    async with open_databases(settings):
        keys = await connect(connection_arguments(settings, superuser("keys")))
        main = await connect(connection_arguments(settings, superuser("main")))

        async def opened() -> Connection:
            return keys

        try:
            service = await Keyring(opened, read_master_keys(settings.home / "keys" / "master.key")).service()
            journal, blob = space.bytes * 2, hashlib.sha256(space.bytes).digest()
            if begun:
                one = intend(service.sign, space=space, journal=journal, blob_sha256=blob)
                kept = destroyed.encode(destroyed.Intention(journal, blob, one.signature))
                await main.execute("INSERT INTO keeper.destroyed VALUES ($1, $2)", space, kept)
                return service.verification_key
            await keys.execute("DELETE FROM vault.space_blob WHERE space_id = $1", space)
            signed = certify_destruction(service.sign, journal=journal, blob_sha256=blob, at=AT)
            async with main.transaction():
                await main.execute(
                    "INSERT INTO journal.head (space_id, n, com, year, year_base, state) VALUES ($1, 1, $2, 2026, 0, 3)",
                    space,
                    journal,
                )
                kept = destroyed.encode(destroyed.Signed(signed.payload, signed.signature))
                await main.execute("INSERT INTO keeper.destroyed VALUES ($1, $2)", space, kept)
                await destroyed.number(main, service, space, signed)
            return service.verification_key
        finally:
            await main.close()
            await keys.close()
