"""Reading what a judge's order needs: the order, how the space it is about stands, and its list when it may be read.

Nothing of her chain is read or touched, nor her will: she is not to see that anything was. Source: docs/decisions/0043.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from espace_sante.access.order import OrderStanding
from espace_sante.access.request import ActId, ActorKind
from espace_sante.consent.rights import SpaceState
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.finding import person_terms
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.order_body import NOBODY, KeptOrder, kept_order
from espace_sante.keeper.situation import DocumentRow, OrderFacts
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")
PREFIX = "order:"
LISTED_MOST = 100
_READING = (ActId.LIST_ORDERED, ActId.READ_ORDERED)
OF_AN_ORDER = frozenset({ActId.RECORD_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER, ActId.LIST_ORDERS, *_READING})
_NUMBER = re.compile("[0-9a-f]{32}")


async def orders_asked(
    connection: Connection,
    keyring: Keyring,
    service: ServiceKeys,
    batch: Sequence[Pending],
    gathered: Sequence[Gathered],
    today: date,
) -> None:
    """Read what a judge's order needs, for the operator's staff alone; its entry stands in the institution's chain."""
    for pending, g in zip(batch, gathered, strict=True):
        ask, session = pending.ask, pending.session
        if ask.act in OF_AN_ORDER and session.kind == ActorKind.OPERATOR:
            terms = person_terms(service, ask.person, session) if ask.act == ActId.RECORD_ORDER else []
            rows = await connection.fetch(SQL["spaces_of"], terms) if terms else []
            found = {row["term"]: row["space_id"] for row in rows}
            space = next((found[one] for one in terms if one in found), None)  # the surest term stands first
            g.extra.order = await order_facts(
                connection, keyring, service, ask, pending.params, session.identifier, today, space
            )


async def order_facts(
    connection: Connection,
    keyring: Keyring,
    service: ServiceKeys,
    ask: Ask,
    params: Any,
    account: str,
    today: date,
    space: UUID | None,
) -> OrderFacts:
    """Return the facts of one demand; `space`: that of the person named, for an order that is being noted."""
    if ask.act == ActId.RECORD_ORDER:
        recorded = await connection.fetch(SQL["orders_recorded"], today)
        return OrderFacts(recorded=len(recorded), space=space)
    if ask.act == ActId.LIST_ORDERS:
        rows = await connection.fetch(SQL["orders_listed"], LISTED_MOST)
        return OrderFacts(listed=tuple(kept_order(service, row) for row in rows))
    named = order_number(params.order if ask.act == ActId.CONFIRM_ORDER else ask.person.removeprefix(PREFIX))
    row = await connection.fetchrow(SQL["order_of"], named) if named is not None else None
    kept = kept_order(service, row) if row is not None else None
    if kept is None or ask.act not in _READING:
        return OrderFacts(kept)
    return await _space_of(connection, keyring, kept, account, today, params)


def order_number(text: str) -> UUID | None:
    """Return the number of an order written as 32 hexadecimal characters, None for anything else."""
    return UUID(hex=text) if _NUMBER.fullmatch(text) else None


async def _space_of(
    connection: Connection, keyring: Keyring, kept: KeptOrder, account: str, today: date, params: Any
) -> OrderFacts:
    """Return how her space stands, and its list when this account may read it: it is not looked at for anybody else."""
    if kept.space == NOBODY or kept.order.to_read(account, today) is not OrderStanding.CONFIRMED:
        return OrderFacts(kept)
    held = (await keyring.of([kept.space])).get(kept.space)
    asked = getattr(params, "row", b"")
    row_id = UUID(bytes=asked) if len(asked) == 16 else None
    record = await connection.fetchrow(SQL["facts"], [0], [kept.space], [-1], [row_id])
    if held is None or record is None:
        return OrderFacts(kept)
    row = None
    if row_id is not None and record["version"] is not None:
        found = (record["version"], record["category"], record["wrapped"], record["sealed"], record["origin"])
        row = DocumentRow(row_id, *found)
    # Lines first: one that is folded in between is then seen twice and counted once, never missed.
    lines = await connection.fetch(SQL["lines"], [kept.space])
    summaries = await connection.fetch(SQL["summaries"], [kept.space])
    state = SpaceState(record["state"])
    return OrderFacts(kept, held.space, state, row, tuple(summaries), tuple(lines))
