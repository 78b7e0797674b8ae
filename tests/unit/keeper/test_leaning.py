"""Who sees a supporting resource: compared with the reachability written as plain sets. G3, G11."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.leaning import MOST, are_leans, leans_in, leans_out, seen
from espace_sante.records.resource import SUPPORTING

SUPPORT, PLAIN = min(SUPPORTING), 3
NAMES = [UUID(int=n + 1) for n in range(8)]


@dataclass(frozen=True)
class Origin:
    """As much of an origin as is asked."""

    leans: frozenset[bytes]
    deleted: bool = False
    type_code: str = "c"
    born_hidden: bool = False


@st.composite
def spaces(draw: Any) -> list[tuple[dict[str, Any], Origin]]:
    rows = []
    for name in NAMES:
        leans = frozenset(one.bytes for one in draw(st.sets(st.sampled_from(NAMES), max_size=3)))
        kind = draw(st.sampled_from([SUPPORT, PLAIN]))
        category = 9 if kind == SUPPORT else draw(st.integers(1, 3))
        rows.append(({"row_id": name, "type": kind, "category": category}, Origin(leans, draw(st.booleans()))))
    return rows


@given(spaces(), st.sets(st.integers(1, 3)), st.sets(st.sampled_from(NAMES)))
def test_a_supporting_resource_is_seen_exactly_with_something_that_leads_to_it(
    rows: list[tuple[Any, Origin]], hidden: set[int], masked: set[UUID]
) -> None:
    def may_see(category: int, row: UUID, *_: Any) -> bool:
        return category not in hidden and row not in masked

    present = {row["row_id"]: (row, origin) for row, origin in rows if not origin.deleted}
    expected = {n for n, (row, _) in present.items() if row["type"] == PLAIN and may_see(row["category"], n)}
    reached, todo = set(expected), set(expected)
    while todo:
        named = {UUID(bytes=one) for n in todo for one in present[n][1].leans}
        todo = {n for n in named if n in present and present[n][0]["type"] == SUPPORT} - reached
        reached |= todo
    found = [row["row_id"] for row, _ in seen(rows, may_see, hers=False)]
    assert set(found) == {n for n in reached if n not in masked}
    assert found == [row["row_id"] for row, _ in rows if row["row_id"] in set(found)], "in the order given"
    assert {row["row_id"] for row, _ in seen(rows, may_see, hers=True)} == set(present)


@given(st.sets(st.sampled_from(NAMES)))
def test_rows_are_held_in_steps(names: set[UUID]) -> None:
    rows = frozenset(one.bytes for one in names)
    held = leans_out(rows)
    assert leans_in(held) == rows and len(held) % 64 == 0 and held
    assert len(leans_out(frozenset())) == len(leans_out(frozenset([NAMES[0].bytes] if names else [])))


@pytest.mark.parametrize(
    ("leans", "right"), [(b"", True), (bytes(16), True), (bytes(15), False), (bytes(16 * (MOST + 1)), False)]
)
def test_what_is_no_row_is_refused(leans: bytes, right: bool) -> None:
    assert are_leans(leans) is right
