"""Turning a page that came back into the act it asks for, before anything else is read of it.

A demand that names a good coupon, read clearly, becomes the very act of the box: the same rules, the same plan, the same line as from
any channel (PAR-04). What may not be done so stays what it is, and is refused by its own plan. Source: docs/decisions/0064.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel, Proof
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.keeper.codec import decode_params
from espace_sante.keeper.coupon_body import FORMS, PREFIX, KeptCoupon, open_body, term_of
from espace_sante.keeper.gathered import Coupon, Pending, is_on_behalf
from espace_sante.keeper.keyring import Keyring
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")


async def coupons_asked(
    connection: Connection, keyring: Keyring, service: ServiceKeys, batch: Sequence[Pending], today: date
) -> None:
    """Find the coupon each demand names, and make the demand what its box asks; one statement, or none."""
    named = [p for p in batch if _is_coupon(p)]
    if not named:
        return
    for pending in named:
        if pending.coupon is not None:  # it starts again: as it was asked
            pending.ask, pending.params, pending.coupon = pending.coupon.ask, pending.coupon.params, None
    terms = {id(p): term_of(service, p.ask.person, today) for p in named if is_on_behalf(p) and _by_post(p)}
    led = await connection.fetch(SQL["spaces_of"], [t for t in terms.values() if t is not None])
    rows = await connection.fetch(SQL["coupons_of"], [one["space_id"] for one in led], [one["term"] for one in led])
    found = {row["term"]: row for row in rows}
    held = await keyring.of({row["space_id"] for row in rows})
    for pending in named:
        row = found.get(terms.get(id(pending)) or b"")
        if row is None or row["space_id"] not in held:
            continue
        keys = held[row["space_id"]].space
        body = open_body(keys, row["term"], row["sealed"])
        kept = KeptCoupon(row["space_id"], row["term"], row["used_on"] is not None, body)
        _become(pending, kept)


def _is_coupon(pending: Pending) -> bool:
    return pending.coupon is not None or (
        pending.ask.act == ActId.RECEIVE_COUPON and pending.ask.person.startswith(PREFIX)
    )


def _by_post(pending: Pending) -> bool:
    way = (pending.ask.channel, pending.ask.proof)
    return pending.session.kind == ActorKind.AGENT and way == (Channel.PAPER, Proof.SIGNED_FORM)


def _become(pending: Pending, kept: KeptCoupon) -> None:
    """Make a demand the act of its box: a restrictive one whoever read it, any other only when a person did."""
    asked, params = pending.ask, pending.params
    pending.coupon = Coupon(kept, asked, params)
    if not 0 <= params.box < len(kept.body.boxes):
        return
    act, sealed = kept.body.boxes[params.box]
    if act not in FORMS or not (params.seen or ActId(act) in RESTRICTIVE):
        return
    pending.params = decode_params(act, sealed)
    days = {"arrived": params.arrived, "postmark": params.postmark}
    pending.ask = msgspec.structs.replace(asked, act=act, params=sealed, **days)
