"""What becomes of a letter: it is proven to be in her hands, or it comes back. Said alike whether there was a letter or not.

Silence counts only where the operator published that it does, and only from a proven delivery; a letter that comes back, or a
message that bounces, is erased and counts for nothing. Guarantee: G1. Source: docs/decisions/0028.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.space import SILENCE
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.acts.opening import first_day
from espace_sante.keeper.demand import DeliveryParams, NotedAnswer
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.settings import OpeningPolicy

_NOTED = msgspec.msgpack.Encoder().encode(NotedAnswer())


class DeliveryProof(StrEnum):
    """What proves that a letter is in her hands; that it was sent proves nothing."""

    REGISTERED = "registered"  # the signed receipt of a registered letter
    COUNTER = "counter"  # she signed for it at a counter


def record_delivery(s: Situation) -> Plan:
    """Note the day a letter was proven to be delivered; where only a yes opens, no such day is kept."""
    params: DeliveryParams = s.params
    permit = decision_on(s, ActId.RECORD_DELIVERY)
    if isinstance(permit, Refuse):
        return Plan(permit)
    if s.limits.policy is OpeningPolicy.CONSENT:
        return Plan(Refuse("policy"), code="policy-consent")
    day = _day(params.day)
    if params.proof not in set(DeliveryProof) or day is None or day > s.now.date():
        return Plan(Refuse("invalid"), code="delivery-invalid")

    def write(_: str) -> tuple[Change, bytes]:
        letter = s.extra.invitation
        if letter is None or not letter.person or letter.delivered_on is not None:
            return Change(), _NOTED
        delivered = max(day, first_day(s))  # a letter is not delivered before it is written
        kept = max(letter.expires_on, delivered + SILENCE + timedelta(days=2))
        return Change(deliver=(letter.invitation_id, delivered, kept)), _NOTED

    return Plan(permit, objects=("delivery", f"proof:{params.proof}"), write=write)


def record_return(s: Situation) -> Plan:
    """Erase an invitation that did not reach her: no silence follows it, and it may be sent again."""
    permit = decision_on(s, ActId.RECORD_RETURN)
    if isinstance(permit, Refuse):
        return Plan(permit)
    letter = s.extra.invitation
    change = Change(take_invitation=letter.invitation_id) if letter is not None else Change()
    return Plan(permit, objects=("return",), write=lambda _: (change, _NOTED))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
