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
from espace_sante.keeper.coupon_body import FORMS, PREFIX, CouponBody, KeptCoupon, open_body, term_of
from espace_sante.keeper.gather_pages import bears_a_coupon, pages_asked
from espace_sante.keeper.gathered import Coupon, Pending, is_on_behalf
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.page_body import PREFIX as PAGE
from espace_sante.keeper.page_body import WAITS
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys

SQL = queries("espace_sante.keeper")


async def coupons_asked(
    connection: Connection, keyring: Keyring, service: ServiceKeys, batch: Sequence[Pending], today: date
) -> None:
    """Find the coupon or the page each demand names, and make the demand what its box asks."""
    for pending in batch:
        pending.bears = None
        if pending.coupon is not None:  # it starts again: as it was asked
            pending.ask, pending.params, pending.coupon = pending.coupon.ask, pending.coupon.params, None
    await pages_asked(connection, keyring, service, batch)
    for pending in batch:
        if pending.page is not None and pending.page.coupon is not None and _decides(pending):
            _become(pending, pending.page.coupon)
    named = [p for p in batch if _is_coupon(p)]
    if not named:
        return
    terms = {id(p): term_of(service, p.ask.person, today) for p in named if bears_a_coupon(p) or _decides(p)}
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
        if bears_a_coupon(pending):
            pending.bears = kept
        else:
            _become(pending, kept)


def _is_coupon(pending: Pending) -> bool:
    if pending.ask.person.startswith(PREFIX):
        return pending.ask.act in (ActId.RECEIVE_COUPON, ActId.HANDLE_PAGE)
    return False


def _decides(pending: Pending) -> bool:
    """Say whether a demand does what a box asks: an agent's, on her behalf, of a page that came by the post."""
    ask = pending.ask
    way = (ask.channel, ask.proof)
    by_post = pending.session.kind == ActorKind.AGENT and way == (Channel.PAPER, Proof.SIGNED_FORM)
    return ask.act == ActId.RECEIVE_COUPON and by_post and is_on_behalf(pending)


def is_read_by(pending: Pending) -> bool:
    """Say whether the one who asks has the page before him: it waited for a person, and he opened its picture."""
    page = pending.page
    named = pending.ask.person.startswith(PAGE)
    return named and page is not None and page.state == WAITS and page.body.looked_at_by(pending.session.account)


def gives_nothing(body: CouponBody, marked: Sequence[int]) -> int:
    """Return which of several ticked boxes is done in doubt: one that takes something back, else a no; -1 when each gives something.

    Source: inclusion.md PAR-08.
    """
    acts = {box: body.boxes[box][0] for box in marked if 0 <= box < len(body.boxes)}
    if len(acts) != len(set(marked)) or len(acts) < len(marked):
        return -1
    taking_back = [box for box, act in acts.items() if act in RESTRICTIVE]
    return next(iter((*taking_back, *(box for box, act in acts.items() if not act))), -1)


def _become(pending: Pending, kept: KeptCoupon) -> None:
    """Make a demand the act of its box: a restrictive one whoever read it, any other only when a person did."""
    asked, params = pending.ask, pending.params
    if params.marked:
        params = msgspec.structs.replace(params, box=gives_nothing(kept.body, params.marked))
    pending.coupon = Coupon(kept, asked, params)
    if not 0 <= params.box < len(kept.body.boxes):
        return
    act, sealed = kept.body.boxes[params.box]
    if act not in FORMS or not (is_read_by(pending) or ActId(act) in RESTRICTIVE):
        return
    pending.params = decode_params(act, sealed)
    came = params if pending.page is None else pending.page.body
    days = {"arrived": came.arrived, "postmark": came.postmark}
    pending.ask = msgspec.structs.replace(asked, act=act, params=sealed, **days)
