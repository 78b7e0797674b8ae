"""Since when something said in the debate waits to be published, for whoever checks the machine: a day, nothing of what it says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from espace_sante.journal.notes import NoteKey
from espace_sante.kernel.database import connect, queries
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import DEBATE
from espace_sante.operate.roles import connection_arguments, superuser

_PARIS = ZoneInfo("Europe/Paris")
# A day is published within minutes of its end.
_WITHIN = timedelta(hours=1)


async def unpublished_since(settings: Settings, now: datetime) -> date | None:
    """Return the oldest day that should be published and is not whole. Raises OSError or a database error."""
    connection = await connect(connection_arguments(settings, superuser(DEBATE)))
    try:
        day = (now - _WITHIN).astimezone(_PARIS).date()
        found: date | None = await connection.fetchval(queries("espace_sante.debate")["waits_since"], day)
        return found
    finally:
        await connection.close()


async def witnesses_that_differ(settings: Settings) -> list[str]:
    """Return the names of the witnesses that know another log of the debate. Raises OSError or a database error."""
    connection = await connect(connection_arguments(settings, superuser(DEBATE)))
    try:
        rows = await connection.fetch(queries("espace_sante.debate")["cosignatures"])
        return [NoteKey.parse(row["key"]).name for row in rows if row["differs"]]
    finally:
        await connection.close()
