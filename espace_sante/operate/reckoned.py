"""What the daily reconciliation last found, for whoever checks the machine: read from the running database, about nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from espace_sante.keeper.slow_channels import DAYS_LOOKED_AT, slow_channels
from espace_sante.kernel.database import connect
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser

LATE = timedelta(hours=26)
_SINCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Since when the keepers count, when the last comparison was made, and the days of the last month with a gap.

    `slow`: acts, each with its channel, slower than on the screen by more than a working day in that month.
    """

    since: datetime | None
    last: datetime | None
    gaps: tuple[date, ...]
    slow: tuple[tuple[str, str], ...] = ()

    def is_late(self, now: datetime) -> bool:
        """Say whether a comparison should have come by now."""
        begun = self.last or self.since
        return begun is not None and now - begun > LATE


async def reckoned(settings: Settings, now: datetime) -> Reckoned:
    """Return what the running main database says. Raises OSError or a database error when it does not answer."""
    connection = await connect(connection_arguments(settings, superuser("main")))
    try:
        since = await connection.fetchval("SELECT started FROM counts.boot ORDER BY started LIMIT 1")
        last = await connection.fetchval("SELECT at FROM counts.reckoning ORDER BY at DESC LIMIT 1")
        rows = await connection.fetch(
            "SELECT day FROM counts.reckoning WHERE gaps > 0 AND day >= $1 ORDER BY day", (now - _SINCE).date()
        )
        took = await connection.fetch(
            "SELECT kind, number FROM counts.delays_since($1)", now.date() - timedelta(days=DAYS_LOOKED_AT)
        )
        slow = tuple(slow_channels({row["kind"]: row["number"] for row in took}))
        return Reckoned(since, last, tuple(row["day"] for row in rows), slow)
    finally:
        await connection.close()
