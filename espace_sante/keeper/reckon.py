"""The round that compares each day that is over, writes what it found in the institution's chain, and says each gap aloud.

`mark`, then every keeper writes its counts, then `reckon`: when no line came in between, the comparison is exact.
Guarantee: G5. Source: docs/decisions/0042.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Head, append
from espace_sante.keeper.commit import Move, move
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.reckoning import Gap, Measure, Standing, gaps_of_day, gaps_of_the_journal
from espace_sante.keeper.tally import ENTRY, LINES, UNKNOWN, Tally
from espace_sante.kernel.database import Connection

ACT = "reckon"
MOST_DAYS = 62  # compared in one round; older ones come at the next
MOST_TRIES = 12
_log = logging.getLogger("espace_sante.keeper")


class Reckoner:
    """Compares, for one keeper, whose chain holds what was found."""

    def __init__(self, keyring: Keyring, tally: Tally, build: str, chain: UUID) -> None:
        self._keyring = keyring
        self._tally = tally
        self._build = build
        self._chain = chain
        self._mark: int | None = None

    async def mark(self, connection: Connection) -> None:
        """Remember how many lines there are, before every keeper writes its counts."""
        self._mark = (await connection.fetch(SQL["lines_of_the_journal"]))[0]["numbered"]

    async def reckon(self, connection: Connection, now: datetime) -> dict[str, int]:
        """Compare every day that is over and was not yet; return how many days, and how many gaps."""
        last = await connection.fetchrow(SQL["last_reckoning"])
        days = await self._days(connection, last["day"] if last is not None else None, now.date())
        if not days:
            return {"reckoned": 0, "gaps": 0}
        lost = [(await self._counts(connection, day)).get(UNKNOWN, 0) for day in (*days, now.date())]
        measure = await self._measure(connection, last["at"] if last is not None else None, sum(lost))
        before = Standing(last["uncounted_least"], last["settled"]) if last is not None else Standing()
        found, standing = gaps_of_the_journal(measure, before)
        total = 0
        for day in days:
            gaps = gaps_of_day(await self._counts(connection, day)) + (found if day == days[-1] else [])
            total += len(gaps)
            await self._write(connection, day, measure, standing, gaps, now)
        return {"reckoned": len(days), "gaps": total}

    async def _days(self, connection: Connection, last: date | None, today: date) -> list[date]:
        first = await connection.fetchval(SQL["first_boot"])
        if first is None:
            return []
        start = last + timedelta(days=1) if last is not None else first.astimezone(UTC).date()
        return [start + timedelta(days=more) for more in range(min((today - start).days, MOST_DAYS))]

    async def _measure(self, connection: Connection, since: datetime | None, lost: int) -> Measure:
        """Count the lines; a batch whose outcome was lost counts as a crash.

        The journal is read last, so that it is never behind what was counted.
        """
        crashes = await connection.fetch(SQL["crashes_since"], since or datetime.min.replace(tzinfo=UTC))
        counted = sum(row["number"] for row in await connection.fetch(SQL["counted"], LINES))
        (lines,) = await connection.fetch(SQL["lines_of_the_journal"])
        mark, self._mark = self._mark, None
        return Measure(lines["held"], lines["numbered"], counted, mark == lines["numbered"], len(crashes) + lost)

    async def _counts(self, connection: Connection, day: date) -> dict[str, int]:
        found: Counter[str] = Counter()
        for row in await connection.fetch(SQL["tally_of"], day):
            found[row["kind"]] += row["number"]
        return found

    async def _write(
        self,
        connection: Connection,
        day: date,
        measure: Measure,
        standing: Standing,
        gaps: Iterable[Gap],
        now: datetime,
    ) -> None:
        told = [str(gap) for gap in gaps]
        for gap in told:
            _log.error("alert: the daily reconciliation of %s found a gap: %s", day, gap)
        objects = [
            f"day:{day}",
            f"lines:{measure.numbered}",
            f"counted:{measure.counted}",
            f"crashes:{measure.crashes}",
        ]
        held = (await self._keyring.of([self._chain]))[self._chain]
        for _ in range(MOST_TRIES):
            (facts,) = await connection.fetch(SQL["facts"], [0], [self._chain], [-1], [None])
            head = Head(facts["n"], facts["com"], facts["year"], facts["year_base"])
            record = self._record([*objects, *(f"gap:{gap}" for gap in told)], "gap" if told else "agreed")
            entry, after = append(held.journal, held.space.record_key, self._chain, head, now, record)
            step = Move(self._chain, head, facts["rights_version"], SpaceState.INSTITUTION, after, (entry,))
            async with connection.transaction():
                if not await move(connection, [step]):
                    continue
                await connection.execute(
                    SQL["put_reckoning"],
                    day,
                    now,
                    measure.numbered,
                    measure.counted,
                    standing.uncounted_least,
                    standing.settled,
                    measure.crashes,
                    len(told),
                )
            self._tally.turn(now.date())
            self._tally.add(ENTRY, ACT)
            self._tally.add(LINES)
            return
        raise LookupError("the institution's chain never stood still")

    def _record(self, objects: list[str], rule: str) -> dict[str, object]:
        return {
            "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": ACT,
            "objects": objects,
            "basis": {},
            "decision": {"result": "permit", "rule": rule},
            "rules": RULES_VERSION,
            "channel": "system",
            "client": "",
            "build": self._build,
        }
