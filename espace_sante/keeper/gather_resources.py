"""Reading the resources that a batch of demands names: their present versions, and the past ones asked for.

The same statements where there is none, and where there is no space: nothing tells by its time what is there. Guarantee: G3, G11.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from espace_sante.access.request import ActId
from espace_sante.keeper.gathered import NOWHERE, Pending
from espace_sante.keeper.situation import Extra
from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.keeper")


async def resources_asked(
    connection: Connection,
    indexes: Sequence[int],
    batch: Sequence[Pending],
    spaces: Sequence[UUID | None],
    extras: Sequence[Extra],
) -> None:
    """Add to the facts of each demand the present version of each resource it names, and the versions it asks for."""
    named = [(i, row) for i in indexes for row in _rows(batch[i])]
    if not named:
        return
    asked = [i for i, _ in named], [spaces[i] or NOWHERE for i, _ in named], [row for _, row in named]
    for found in await connection.fetch(SQL["resources_asked"], *asked):
        extra = extras[found["ord"]]
        extra.resource = extra.present[found["row_id"]] = found
    for i, row in named:
        params = batch[i].params
        if batch[i].ask.act == ActId.READ_RESOURCE and (params.history or params.version):
            wanted = 0 if params.history else params.version
            where = spaces[i] or NOWHERE
            extras[i].versions = list(await connection.fetch(SQL["resource_versions"], where, row, wanted))


def _rows(pending: Pending) -> Iterator[UUID]:
    """Yield the rows a demand names; what is no row is refused later."""
    every = (pending.params, *getattr(pending.params, "others", ()))
    return (UUID(bytes=one.row) for one in every if len(one.row) == 16)
