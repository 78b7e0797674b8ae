"""What becomes of a page that came back: the one box of a no, what only a person may read, and what every coupon leaves behind.

The act of a box is planned as from any channel; here is what is added to it: its number is taken in the same transaction, the hash of
the page and the days of the post stand in the line. Guarantee: G4, G5, G10. Source: inclusion.md CPN-02, CPN-06, CPN-08, PAR-09.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec

from espace_sante.access.outcomes import NOT_THEIR_ACT
from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.demand import CouponParams, ReceiptAnswer
from espace_sante.keeper.gathered import Coupon
from espace_sante.keeper.post_days import cannot_be, said_of
from espace_sante.keeper.receipts import Field, instant, signed
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.vault.envelope import seal

_ENCODE = msgspec.msgpack.Encoder().encode
_HASH_BYTES = 32


def receive_coupon(s: Situation) -> Plan:
    """Note a no, which changes nothing; refuse, to a machine, what only a person may read."""
    found = decided(s, ActId.RECEIVE_COUPON)
    if isinstance(found, Refuse):
        return Plan(found, code="coupon-unknown")
    if not s.subject.on_behalf:
        return Plan(NOT_THEIR_ACT)
    permit, will = found
    if s.coupon is None:
        return Plan(Refuse("invalid"), code="coupon-unknown")
    boxes, chosen = s.coupon.kept.body.boxes, s.coupon.params.box
    if not 0 <= chosen < len(boxes):
        return Plan(Refuse("invalid"), code="coupon-unknown")
    if boxes[chosen][0]:
        return Plan(Refuse("to-be-read"), code="coupon-to-be-read")
    receipt_id = UUID(bytes=s.random(16), version=4)
    payload: dict[str, Field] = {
        "v": 1,
        "kind": "receipt",
        "receipt": receipt_id.hex,
        "act": s.ask.act,
        "at": instant(s.now),
        "channel": s.ask.channel,
        "effect": permit.effect.value,
        "person": will.person.hex,
    }

    def write(reference: str) -> tuple[Change, bytes]:
        receipt = signed(s.service, payload | {"entry": reference})
        kept = bytes(seal(s.keys.receipt_key, receipt, b"receipt|" + s.keys.space.bytes + receipt_id.bytes))
        return Change(receipt=(receipt_id, kept)), _ENCODE(ReceiptAnswer(receipt))

    return Plan(permit, objects=("coupon:no",), write=write)


def days_fault(params: CouponParams, today: date) -> bool:
    """Say whether the days of the post cannot be, or no page is named."""
    return cannot_be(params.arrived, params.postmark, today) or len(params.scan_sha256) != _HASH_BYTES


def with_coupon(plan: Plan, coupon: Coupon | None, today: date) -> Plan:
    """Return the plan of a box, with what its coupon adds: its number taken, the page's hash, since when it counts.

    The day it counts from is that of the postmark when it can be read, else that of arrival. Source: inclusion.md PAR-09.
    """
    if coupon is None or not isinstance(plan.decision, Permit) or plan.repeat is not None:
        return plan
    params: CouponParams = coupon.params
    if coupon.kept.used:
        return Plan(Refuse("conflict"), code="coupon-used")
    if days_fault(params, today):
        return Plan(Refuse("invalid"), code="coupon-days")
    write = plan.write
    if write is None:
        return Plan(Refuse("invalid"), code="coupon-unknown")
    read = "read:person" if params.seen else "read:machine"
    said = (
        f"scan:{params.scan_sha256.hex()}",
        *said_of(params.arrived, params.postmark),
        read,
    )

    def taken(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, take_coupon=coupon.kept.term), answer

    return replace(plan, objects=(*plan.objects, *said), write=taken)
