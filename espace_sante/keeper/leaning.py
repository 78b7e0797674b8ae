"""Who sees a supporting resource (an organization, a place, a professional): whoever sees something of hers that names it.

An organization says as much as the visit to it. So it has no rule of its own: it is there for a reader exactly when a resource he
may see names it, at once or through another supporting one; hidden with all that names it, else it would tell what she hides.
Each version carries, in its sealed origin, the rows it names. Guarantee: G3, G11. Source: docs/specs/resource.md; docs/decisions/0050.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from asyncpg import Record

from espace_sante.records.resource import SUPPORTING

ROW = 16
# How many a version names at most, and by how many its origin grows: a length tells little of how many.
MOST = 64
_STEP = 4
Visible = Callable[..., bool]


class Named(Protocol):
    """What is asked here of the origin of a version."""

    @property
    def type_code(self) -> str:
        """The code of the document that would say the same."""
        ...

    @property
    def born_hidden(self) -> bool:
        """Whether it came hidden."""
        ...

    @property
    def deleted(self) -> bool:
        """Whether it is no more."""
        ...

    @property
    def leans(self) -> frozenset[bytes]:
        """The rows it names."""
        ...


Origin = TypeVar("Origin", bound=Named)


def are_leans(leans: bytes) -> bool:
    """Say whether these bytes are rows, few enough."""
    return len(leans) % ROW == 0 and len(leans) <= MOST * ROW


def leans_out(rows: Collection[bytes]) -> bytes:
    """Return rows as an origin holds them: in order, then zeros up to a multiple of four rows, four at least."""
    room = max(-(-len(rows) // _STEP), 1) * _STEP * ROW
    return b"".join(sorted(rows)).ljust(room, b"\0")


def leans_in(leans: bytes) -> frozenset[bytes]:
    """Return the rows of an origin."""
    if leans[:ROW] in (b"", bytes(ROW)):  # they stand first: most versions name none
        return frozenset()
    return frozenset(leans[at : at + ROW] for at in range(0, len(leans), ROW)) - {bytes(ROW)}


def seen(rows: Iterable[tuple[Record, Origin]], may_see: Visible, *, hers: bool) -> list[tuple[Record, Origin]]:
    """Return the present versions a reader may see, of all types, in the order given; what was deleted is not seen.

    `may_see` is the question that `access.rules.visible` answers; `hers`: she, or who acts for her, sees all. Every present version
    of the space must be among `rows` for the supporting ones to be found; its work depends on the rows alone.
    """
    present = [(row, origin) for row, origin in rows if not origin.deleted]
    if hers:
        return present
    supporting = {row["row_id"].bytes: origin for row, origin in present if row["type"] in SUPPORTING}
    # How each supporting row is named: by the categories and types of what the reader sees.
    ways: dict[bytes, set[tuple[int, str]]] = {}
    shown: set[bytes] = set()
    for row, origin in present:
        if row["type"] in SUPPORTING:
            continue
        if may_see(row["category"], row["row_id"], origin.type_code, origin.born_hidden):
            shown.add(row["row_id"].bytes)
            for one in origin.leans:
                ways.setdefault(one, set()).add((row["category"], origin.type_code))
    _follow(ways, supporting)
    return [
        (row, origin)
        for row, origin in present
        if (name := row["row_id"].bytes) in shown
        or (
            any(may_see(category, row["row_id"], code, origin.born_hidden) for category, code in ways.get(name, ()))
            and name in supporting
        )
    ]


def _follow(ways: dict[bytes, set[tuple[int, str]]], supporting: Mapping[bytes, Named]) -> None:
    """Add what supporting resources name themselves, until nothing is new."""
    todo = [name for name in ways if name in supporting]
    while todo:
        name = todo.pop()
        for one in supporting[name].leans:
            known = ways.setdefault(one, set())
            if not ways[name] <= known:
                known |= ways[name]
                if one in supporting:
                    todo.append(one)
