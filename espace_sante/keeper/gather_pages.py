"""Finding the page a demand names, and whose it is: by the coupon it bears when it comes, by its number once it is kept.

For an agent alone: to anybody else a page's number leads nowhere. Source: docs/decisions/0081.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind
from espace_sante.keeper.coupon_body import PREFIX as COUPON
from espace_sante.keeper.coupon_body import KeptCoupon, open_body
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.page_body import NOBODY, KeptPage, open_page, page_named, page_term
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")
LISTED_MOST = 200
_OF_PAGES = (ActId.HANDLE_PAGE, ActId.RECEIVE_COUPON)


async def pages_asked(connection: Connection, keyring: Keyring, service: ServiceKeys, batch: Sequence[Pending]) -> None:
    """Find the page each demand of an agent names, with what its coupon asks."""
    for pending in batch:
        pending.page = None
        number = page_named(pending.ask.person)
        if number is None or pending.ask.act not in _OF_PAGES or pending.session.kind != ActorKind.AGENT:
            continue
        led = await connection.fetch(SQL["spaces_of"], [page_term(service, number)])
        space = led[0]["space_id"] if led else NOBODY
        row = await connection.fetchrow(SQL["page_of"], space, number)
        if row is None:
            continue
        body = open_page(service, number, row["sealed"])
        page = KeptPage(space, number, row["state"], row["arrived_on"], row["wrapped"], row["sealed"], body)
        coupon = await coupon_kept(connection, keyring, page.space, body.coupon) if body.coupon else None
        pending.page = replace(page, coupon=coupon)


async def coupon_kept(connection: Connection, keyring: Keyring, space: UUID, term: bytes) -> KeptCoupon | None:
    """Return one coupon of a space, None when it is gone."""
    rows = await connection.fetch(SQL["coupons_of"], [space], [term])
    held = await keyring.of({row["space_id"] for row in rows})
    for row in rows:
        if space in held:
            return KeptCoupon(
                space, term, row["used_on"] is not None, open_body(held[space].space, term, row["sealed"])
            )
    return None


def space_of_page(pending: Pending) -> UUID | None:
    """Return whose page a demand is about, None when it is nobody's."""
    return pending.page.space if pending.page is not None and pending.page.space != NOBODY else None


async def queue_asked(connection: Connection, batch: Sequence[Pending], gathered: Sequence[Gathered]) -> None:
    """Read the pages that wait, for the agent who asks for their list."""
    for pending, g in zip(batch, gathered, strict=True):
        if pending.ask.act != ActId.HANDLE_PAGE or pending.session.kind != ActorKind.AGENT:
            continue
        if pending.params.step == "list":
            g.extra.pages = list(await connection.fetch(SQL["page_queue"], LISTED_MOST + 1))


def bears_a_coupon(pending: Pending) -> bool:
    """Say whether a demand is a page that just came to wait, with the coupon whose codes were read on it."""
    return (
        pending.ask.act == ActId.HANDLE_PAGE
        and pending.ask.person.startswith(COUPON)
        and pending.session.kind == ActorKind.AGENT
    )
