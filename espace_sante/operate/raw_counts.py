"""The raw daily counts, for the operator alone: numbers under eleven are in them. About nobody; never published.

What `verifier/indicators.py exploitant` reads. Source: docs/specs/indicators.md.
"""

from __future__ import annotations

import asyncio
import csv
from io import StringIO

from espace_sante.kernel.database import connect
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.operate.session import open_databases

COLUMNS = ("jour", "serie", "nombre")
_RAW = """
SELECT day, kind, sum(number)::bigint AS number FROM (
    SELECT day, kind, number FROM counts.daily
    UNION ALL
    SELECT day, kind, number FROM counts.tally
    WHERE kind LIKE 'read-%' OR kind LIKE 'refused-%' OR kind LIKE '%@%'
    UNION ALL
    SELECT day, 'line', number FROM counts.tally WHERE kind LIKE 'entry:%'
) counted GROUP BY day, kind ORDER BY day, kind
"""


def raw_counts(settings: Settings) -> str:
    """Return every daily count as CSV; opens the state folder itself when nothing runs."""
    return asyncio.run(_read(settings))


async def _read(settings: Settings) -> str:
    written = StringIO(newline="")
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    async with open_databases(settings):
        connection = await connect(connection_arguments(settings, superuser("main")))
        try:
            rows.writerows((r["day"].isoformat(), r["kind"], r["number"]) for r in await connection.fetch(_RAW))
        finally:
            await connection.close()
    return written.getvalue()
