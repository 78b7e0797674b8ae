"""Coupons that serve no more although none came back: what they give was entered by hand from paper, or was taken back since.

A form filled in by hand bears no number of ours; one printed for her does, and typed it is that coupon's: once it served, it is not
entered again. Whatever an agent types, the coupons sent to her for that act are taken in the transaction of the act. And what she takes
back, by any channel, no coupon sent before gives again: the page goes to a person.
Guarantee: G4, G10. Source: inclusion.md CPN-02; docs/specs/coupon.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from espace_sante.access.request import ActId, Channel, Effect, Permit, Refuse
from espace_sante.keeper.codec import decode_params
from espace_sante.keeper.coupon_body import FORMS, CouponBody, open_body
from espace_sante.keeper.gathered import Gathered, Pending, is_on_behalf
from espace_sante.keeper.situation import Change, Extra, Plan
from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.keeper")
# What each act takes back, among what a coupon may give.
TAKES_BACK: Mapping[ActId, frozenset[ActId]] = MappingProxyType(
    {
        ActId.WITHDRAW_ACCESS: frozenset({ActId.GRANT_ACCESS}),
        ActId.LIMIT_GRANT: frozenset({ActId.GRANT_ACCESS}),
        ActId.BLOCK: frozenset({ActId.GRANT_ACCESS, ActId.UNBLOCK}),
        ActId.CONTEST_ACCESS: frozenset({ActId.GRANT_ACCESS, ActId.UNBLOCK}),
        ActId.MASK: frozenset({ActId.UNMASK}),
        ActId.REPORT_MISTAKE: frozenset({ActId.UNMASK}),
        ActId.END_EPISODE: frozenset({ActId.KEEP_EPISODE}),
        ActId.REFUSE_EMERGENCY: frozenset({ActId.SET_EMERGENCY_WILL}),
        ActId.REFUSE_DEPOSITS: frozenset({ActId.ACCEPT_DEPOSITS}),
        ActId.STOP_AUTHORS_READING: frozenset({ActId.LET_AUTHORS_READ}),
        ActId.HIDE_NEW_DOCUMENTS: frozenset({ActId.SHOW_NEW_DOCUMENTS}),
    }
)


def ends(pending: Pending) -> frozenset[ActId]:
    """Return which acts no coupon sent before gives any more once this one is done."""
    act = ActId(pending.ask.act)
    entered = frozenset({act}) if _by_hand(pending) and act in FORMS else frozenset[ActId]()
    return entered | TAKES_BACK.get(act, frozenset())


def _by_hand(pending: Pending) -> bool:
    """Say whether an act is entered by an agent from a sheet before him, that no machine read."""
    return is_on_behalf(pending) and pending.ask.channel == Channel.PAPER and pending.coupon is None


async def coupons_over(connection: Connection, asked: Sequence[tuple[Pending, Gathered]]) -> None:
    """Add to the facts of demands that are permitted the coupons that serve no more once they are done; one statement, or none.

    Never asked for anybody refused: how long it takes would tell how many coupons wait for her. Guarantee: G11.
    """
    ending = [(pending, g, ended) for pending, g in asked if (ended := ends(pending)) and g.space is not None]
    if not ending:
        return
    rows = await connection.fetch(SQL["coupons_kept"], list({g.space for _, g, _ in ending}))
    for pending, g, ended in ending:
        own, by_hand, over = pending.coupon, _by_hand(pending), []
        for row in rows:
            if row["space_id"] != g.space or (own is not None and own.kept.term == row["term"]):
                continue
            body = open_body(g.held.space, row["term"], row["sealed"])
            typed = by_hand and bool(body.typed) and body.typed == pending.ask.idempotency
            if row["used_on"] is not None:
                g.extra.sheet_used |= typed
            elif typed or _is_ended(body, ended, pending.params):
                over.append(row["term"])
        g.extra.coupons_over = tuple(over)


def without_them(plan: Plan, extra: Extra) -> Plan:
    """Return the plan of a demand, that also takes the coupons which serve no more; a sheet that served is not entered by hand."""
    if extra.sheet_used and isinstance(plan.decision, Permit) and plan.repeat is None:
        return Plan(Refuse("conflict"), code="coupon-used")
    permit, write, over = plan.decision, plan.write, extra.coupons_over
    if not over or write is None or not isinstance(permit, Permit) or permit.effect is Effect.STARTS:
        return plan

    def taken(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, void_coupons=over), answer

    return replace(plan, write=taken)


def _is_ended(body: CouponBody, ended: frozenset[ActId], params: Any) -> bool:
    return any(act in ended and _same_party(decode_params(act, sealed), params) for act, sealed in body.boxes if act)


def _same_party(one: Any, other: Any) -> bool:
    """Say whether two acts are about the same party; when one of them names none, they are taken to be."""
    first, second = getattr(one, "practitioner", ""), getattr(other, "practitioner", "")
    return not first or not second or first == second
