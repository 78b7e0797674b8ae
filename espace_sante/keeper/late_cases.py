"""Counts the cases nobody answered in time, on the day after their last, once: before a month is shown, and before a late answer.

A round does it every few minutes. It is also done before figures are given, so that a round that did not come never moves what was
shown; and before a late answer is written, so that no answer comes between the end of a day and the round. Guarantee: G14.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from espace_sante.keeper.case_body import KINDS
from espace_sante.kernel.database import queries

_SQL = queries("espace_sante.keeper")


async def count_late(fetch: Callable[..., Awaitable[list[Any]]], today: date) -> int:
    """Count what was due before a day and is still open; return how many cases that is. Doing it again changes nothing."""
    late = Counter(
        (row["due_on"] + timedelta(days=1), f"{KINDS[row['kind']].value}-late")
        for row in await fetch(_SQL["late_cases"], today)
    )
    if late:
        days, kinds = zip(*late, strict=True)
        await fetch(_SQL["count_late"], list(days), list(kinds), list(late.values()))
    return late.total()
