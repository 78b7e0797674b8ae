"""Which of the resources a reader may see stand in one answer: most recent first, or in the order of rows, narrowed by terms or not.

Nothing here sees a row that this reader may not see: what is hidden was left out before, whatever was asked, with the same work. So
neither a count, nor a page, nor how long a search takes tells of it. Source: docs/decisions/0051. Guarantee: G11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asyncpg import Record

from espace_sante.keeper.demand import ReadResourceParams
from espace_sante.keeper.resource_row import ResourceOrigin
from espace_sante.records.resource_terms import carries

Seen = tuple[Record, ResourceOrigin]
LISTED_MOST = 1000
# In the order of rows, for software: a search is one answer and one entry but for the longest records.
ROWS_MOST = 10_000
ANSWER_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ResourcesPage:
    """The rows of one answer, how many there are in all, and whether there are others after them in the order of rows."""

    rows: tuple[Seen, ...]
    total: int
    more: bool = False


def page_of(shown: Sequence[Seen], params: ReadResourceParams) -> ResourcesPage:
    """Return one answer's part of what a reader may see: as many rows as asked for, one at least, 8 MiB at most."""
    asked = [one for one in shown if _is_asked(one, params)] if params.near or params.since else list(shown)
    count = min(max(params.count, 0), ROWS_MOST if params.after else LISTED_MOST)
    if params.after:
        asked.sort(key=_row)
        rest = [one for one in asked if _row(one) > params.after]
    else:
        asked.sort(key=lambda one: (-one[1].updated, _row(one)))
        rest = asked[max(params.offset, 0) :]
    rows = rest[: _held(rest[:count])]
    return ResourcesPage(tuple(rows), len(asked), bool(params.after) and len(rows) < len(rest))


def _row(one: Seen) -> bytes:
    row: bytes = one[0]["row_id"].bytes
    return row


def _is_asked(one: Seen, params: ReadResourceParams) -> bool:
    row, origin = one
    if origin.updated < params.since:
        return False
    return row["type"] != params.narrowed or carries(origin.terms, params.near)


def _held(rows: Sequence[Seen]) -> int:
    """Return how many of these rows one answer holds: all that fit, and one in any case."""
    size = 0
    for number, (row, _) in enumerate(rows):
        size += len(row["sealed"])
        if number and size > ANSWER_BYTES:
            return number
    return len(rows)
