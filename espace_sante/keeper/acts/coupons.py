"""What becomes of a page that came back: the one box of a no, what only a person may read, and what every coupon leaves behind.

The act of a box is planned as from any channel; here is what is added to it: its number is taken in the same transaction, the hash of
the page and the days of the post stand in the line. Guarantee: G4, G5, G10. Source: inclusion.md CPN-02, CPN-06, CPN-08, PAR-09.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from espace_sante.access.outcomes import NOT_THEIR_ACT
from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.acts.pages import BY_MACHINE, came, moved, page_row, read_by_a_person, sheet_fault
from espace_sante.keeper.coupon_body import FORMS
from espace_sante.keeper.demand import CouponParams, HandlePageParams, ReceiptAnswer
from espace_sante.keeper.gathered import Coupon
from espace_sante.keeper.page_body import DONE, WAITS, KeptPage
from espace_sante.keeper.post_days import said_of
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
    if s.coupon.params.marked and chosen < 0:
        return Plan(Refuse("to-be-read"), code="coupon-to-be-read")
    if not 0 <= chosen < len(boxes):
        return Plan(Refuse("invalid"), code="coupon-unknown")
    if (fault := _page_fault(s)) is not None:
        return fault
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
        return Change(receipt=(receipt_id, kept), notice=notice(s, reference)), _ENCODE(ReceiptAnswer(receipt))

    return Plan(permit, objects=("coupon:no",), write=write)


def _page_fault(s: Situation) -> Plan | None:
    """Refuse what is said of a page that waits no more, or that whoever says it did not look at."""
    page: KeptPage | None = s.page
    if page is None:
        return None
    if page.state != WAITS:
        return Plan(Refuse("conflict"), code="page-gone")
    return None if page.body.looked_at_by(s.session.account) else Plan(Refuse("unseen"), code="page-unseen")


def with_coupon(plan: Plan, s: Situation) -> Plan:
    """Return the plan of a box, with what its coupon adds: its number taken, its page kept as proof, since when it counts.

    The day it counts from is that of the postmark when it can be read, else that of arrival. Source: inclusion.md PAR-09.
    """
    coupon: Coupon | None = s.coupon
    page: KeptPage | None = s.page
    if coupon is None or not isinstance(plan.decision, Permit) or plan.repeat is not None:
        return plan
    params: CouponParams = coupon.params
    if (fault := _page_fault(s)) is not None:
        return fault
    if coupon.kept.used:
        return Plan(Refuse("conflict"), code="coupon-used")
    if page is None and sheet_fault(
        params.row, params.key, params.scan_sha256, params.arrived, params.postmark, s.now.date()
    ):
        return Plan(Refuse("invalid"), code="coupon-days")
    write = plan.write
    if write is None:
        return Plan(Refuse("invalid"), code="coupon-unknown")
    kept, objects = _by_machine(s, coupon) if page is None else _by_person(s, page)

    def taken(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        sheet = replace(change, put_page=kept.put_page, page_terms=kept.page_terms, move_page=kept.move_page)
        sheet = replace(sheet, counts=(*change.counts, *kept.counts))
        # In doubt she is asked, on paper and at once.
        asks = bool(params.marked) and change.notice is not None
        return replace(sheet, take_coupon=coupon.kept.term, urgent=change.urgent or asks), answer

    # Which version of her will this makes: what it gave may be undone (contesting.py).
    gave = (f"will:{s.will.version + 1}",) if s.will is not None and s.ask.act not in RESTRICTIVE else ()
    made = gave if s.ask.act != ActId.RECEIVE_COUPON else ()
    return replace(plan, objects=(*plan.objects, *objects, *made), write=taken)


def _by_machine(s: Situation, coupon: Coupon) -> tuple[Change, tuple[str, ...]]:
    params: CouponParams = coupon.params
    form = FORMS.get(ActId(coupon.kept.body.boxes[0][0]), "") if coupon.kept.body.boxes[0][0] else ""
    sheet = HandlePageParams("keep", params.scan_sha256, params.arrived, params.postmark, params.row, params.key, form)
    row = page_row(s, sheet, DONE, coupon.kept.term)
    days = _said(params.scan_sha256, params.arrived, params.postmark)
    read = "read:doubt" if params.marked else "read:machine"
    return replace(came(s, row), counts=(BY_MACHINE,)), (f"page:{row[1].hex}", *days, read)


def _by_person(s: Situation, page: KeptPage) -> tuple[Change, tuple[str, ...]]:
    days = _said(page.body.sha256, page.body.arrived, page.body.postmark)
    change = Change(move_page=moved(s, page, DONE), counts=(read_by_a_person(s, page),))
    return change, (f"page:{page.page_id.hex}", *days, "read:person")


def _said(sha256: bytes, arrived: str, postmark: str) -> tuple[str, ...]:
    return f"scan:{sha256.hex()}", *said_of(arrived, postmark)
