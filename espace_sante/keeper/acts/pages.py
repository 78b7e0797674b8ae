"""The pages a person must read: one waits, their list, one is looked at, she is asked again, it was entered by hand.

A page whose codes lead to somebody is journaled in her own journal, each look at it included; any other in the institution's chain.
What a page asks is done by `receive_coupon`, never here. Guarantee: G4, G5, G10. Source: docs/decisions/0081; inclusion.md CPN-06 to 08.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Channel, Permit, Refuse
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.codec import decode_params
from espace_sante.keeper.coupon_body import CouponBody
from espace_sante.keeper.demand import HandlePageParams, PageLine, PageMoved, PageOpened, PagesAnswer
from espace_sante.keeper.gather_pages import LISTED_MOST
from espace_sante.keeper.page_body import (
    ASIDE,
    DONE,
    NOBODY,
    NOBODY_DAYS,
    REASONS,
    WAITS,
    KeptPage,
    Look,
    PageBody,
    open_page,
    page_term,
    seal_page,
    unwrap_key,
    wrap_key,
)
from espace_sante.keeper.post_days import cannot_be
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Change, PageMove, PageRow, Plan, Situation
from espace_sante.kernel.working_days import working_days_between
from espace_sante.vault.keys import SpaceKeys

_ENCODE = msgspec.msgpack.Encoder().encode
_NOTED = _ENCODE(PageMoved())
_FORM_MOST = 6
_IN_TIME = 1  # working days
BY_MACHINE, BY_PERSON, LATE = "page-machine", "page-person", "page-late"  # what counts.daily calls them
_UNKNOWN = Plan(Refuse("unknown"), code="page-gone")


def handle_page(s: Situation) -> Plan:
    """Do one step about the pages that a person must read."""
    decision = decision_on(s, ActId.HANDLE_PAGE)
    if isinstance(decision, Refuse):
        return Plan(decision)
    step = _STEPS.get(s.params.step)
    return step(s, decision) if step is not None else Plan(Refuse("invalid"), code="demand-invalid")


def page_row(s: Situation, sheet: HandlePageParams, state: int, coupon: bytes) -> PageRow:
    """Return the row of a page that came, its key sealed for whoever it is of."""
    page_id = UUID(bytes=sheet.row)
    body = PageBody(sheet.scan_sha256, coupon, sheet.form, sheet.why, sheet.arrived, sheet.postmark)
    wrapped = wrap_key(s.service, hers(s), page_id, sheet.key)
    day = date.fromisoformat(sheet.arrived)
    return (s.space or NOBODY, page_id, state, day, wrapped, seal_page(s.service, page_id, body))


def came(s: Situation, row: PageRow) -> Change:
    """Return what a page that came writes: its row, and how it leads to her when it is of somebody."""
    return Change(put_page=row, page_terms=(page_term(s.service, row[1]),) if s.space is not None else ())


def read_by_a_person(s: Situation, page: KeptPage) -> str:
    """Return what a page that a person dealt with counts as: within one working day of its arrival, or later. Source: CPN-07."""
    days = working_days_between(date.fromisoformat(page.body.arrived), s.now.date(), most=_IN_TIME + 1)
    return BY_PERSON if days <= _IN_TIME else LATE


def hers(s: Situation) -> SpaceKeys | None:
    """Return the keys of whose page it is, None for a page of nobody."""
    return s.keys if s.space is not None else None


def moved(s: Situation, page: KeptPage, state: int, body: PageBody | None = None) -> PageMove:
    """Return what becomes of a page that waited; one of nobody is kept for some days more, hers as long as her space."""
    kept = body or page.body
    until = s.now.date() + timedelta(days=NOBODY_DAYS) if page.space == NOBODY and state != WAITS else None
    return (page.space, page.page_id, page.sealed, state, until, seal_page(s.service, page.page_id, kept))


def sheet_fault(row: bytes, key: bytes, sha256: bytes, arrived: str, postmark: str, today: date) -> bool:
    """Say whether a page that came is not described as one is: its object, its hash, days of the post that can be."""
    if (len(row), len(key), len(sha256)) != (16, 32, 32):
        return True
    return cannot_be(arrived, postmark, today)


def _keep(s: Situation, permit: Permit) -> Plan:
    sheet: HandlePageParams = s.params
    if sheet_fault(sheet.row, sheet.key, sheet.scan_sha256, sheet.arrived, sheet.postmark, s.now.date()):
        return Plan(Refuse("invalid"), code="coupon-days")
    if not sheet.why or not REASONS.issuperset(sheet.why) or len(sheet.form) > _FORM_MOST:
        return Plan(Refuse("invalid"), code="demand-invalid")
    row = page_row(s, sheet, WAITS, s.bears.term if s.bears is not None and s.space is not None else b"")
    said = (f"page:{row[1].hex}", f"scan:{sheet.scan_sha256.hex()}", "step:keep")
    answer = _ENCODE(PageMoved(page=row[1].hex))
    change = came(s, row)
    return Plan(permit, objects=said, write=lambda _: (change, answer))


def _list(s: Situation, permit: Permit) -> Plan:
    opened = [(row["page_id"], open_page(s.service, row["page_id"], row["sealed"])) for row in s.extra.pages]
    lines = tuple(_line(page_id, body) for page_id, body in opened[:LISTED_MOST])
    answer = _ENCODE(PagesAnswer(lines, len(opened) > LISTED_MOST))
    return Plan(permit, objects=("pages",), release=lambda: answer)


def _look(s: Situation, permit: Permit) -> Plan:
    if s.ask.channel != Channel.WEB:  # on our own pages alone a picture is before somebody
        return Plan(Refuse("invalid"), code="channel-refused")
    page = _waiting(s)
    if page is None:
        return _UNKNOWN
    look = Look(s.session.account, s.session.name, instant(s.now))
    known = tuple(one for one in page.body.looks if one.account != look.account)
    body = msgspec.structs.replace(page.body, looks=(*known, look))

    change = Change(move_page=moved(s, page, WAITS, body))

    def release() -> bytes:
        key = unwrap_key(s.service, hers(s), page.page_id, page.wrapped)
        boxes = asks(page.coupon.body) if page.coupon is not None and not page.coupon.used else ()
        return _ENCODE(PageOpened(_line(page.page_id, body), key, boxes))

    # Released after the commit, and never remembered: each look has a line of its own.
    objects = (f"page:{page.page_id.hex}", "step:look")
    return Plan(permit, objects=objects, write=lambda _: (change, b""), release=release)


def _again(s: Situation, permit: Permit) -> Plan:
    """Set a page aside; whom it leads to is written to, since what she asked was not understood."""
    page = _seen(s)
    if isinstance(page, Plan):
        return page
    told = s.space is not None and s.will is not None

    def write(reference: str) -> tuple[Change, bytes]:
        letter = notice(s, reference, letter=True) if told else None
        change = Change(move_page=moved(s, page, ASIDE), notice=letter, urgent=letter is not None)
        return replace(change, counts=(read_by_a_person(s, page),)), _ENCODE(PageMoved(told))

    return Plan(permit, objects=(f"page:{page.page_id.hex}", "step:again"), write=write)


def _typed(s: Situation, permit: Permit) -> Plan:
    page = _seen(s)
    if isinstance(page, Plan):
        return page
    objects = (f"page:{page.page_id.hex}", "step:typed")
    change = Change(move_page=moved(s, page, DONE), counts=(read_by_a_person(s, page),))
    return Plan(permit, objects=objects, write=lambda _: (change, _NOTED))


def _waiting(s: Situation) -> KeptPage | None:
    page: KeptPage | None = s.page
    return page if page is not None and page.state == WAITS else None


def _seen(s: Situation) -> KeptPage | Plan:
    """Return the page named when it waits and whoever asks looked at it; or what is said instead."""
    page = _waiting(s)
    if page is None:
        return _UNKNOWN
    return page if page.body.looked_at_by(s.session.account) else Plan(Refuse("unseen"), code="page-unseen")


def _line(page_id: UUID, body: PageBody) -> PageLine:
    looked = tuple(one.name for one in body.looks)
    return PageLine(page_id.hex, body.arrived, body.why, body.form, bool(body.coupon), looked)


def asks(body: CouponBody) -> tuple[tuple[str, str], ...]:
    """Return what each box asks: the act, and whom it names when it names one; nothing for a no."""
    return tuple(
        (act, getattr(decode_params(act, sealed), "practitioner", "")) if act else ("", "")
        for act, sealed in body.boxes
    )


_STEPS: dict[str, Callable[[Situation, Permit], Plan]] = {
    "keep": _keep,
    "list": _list,
    "look": _look,
    "again": _again,
    "typed": _typed,
}
