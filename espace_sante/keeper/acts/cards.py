"""The acts about cards: made by her, shown by whoever she hands it to, stopped by its number.

A card gives an ordinary permission to the professional who shows it, and no more. Whatever is wrong with a code, its secret
number or its card, there is one answer. Guarantee: G3, G10. Source: docs/decisions/0025; CSP R1111-32.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from espace_sante.access.outcomes import NOT_THEIR_ACT
from espace_sante.access.request import ActId, ActorKind, Effect, Permit, Refuse
from espace_sante.consent.card_code import RANDOM_BYTES, new_card_code
from espace_sante.consent.cards import HOURS_MOST, POST_DAYS_LEAST, USES_MOST, AccessCard, Mailing
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import named
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import card_letter, notice
from espace_sante.keeper.acts.will import rewrite, scope_fault, with_card_terms
from espace_sante.keeper.card_terms import card_term, card_terms, pin_term
from espace_sante.keeper.demand import CardAnswer, CardUsedAnswer, IssueCardParams, RevokeCardParams, UseCardParams
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import CardId, GrantId

CARDS_MOST = 20
PIN_LEAST, PIN_MOST = 4, 8
_NUMBERS = 1_000_000
_PARIS = ZoneInfo("Europe/Paris")
_ENCODE = msgspec.msgpack.Encoder().encode


def issue(s: Situation) -> Plan:
    """Make a card: its code is drawn here, told once, and kept nowhere; of one that goes by letter, when that is printed."""
    params: IssueCardParams = s.params
    found = decided(s, ActId.ISSUE_ACCESS_CARD)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    documents = frozenset(UUID(bytes=one) for one in params.documents if len(one) == 16)
    code = _fault(s, params) or scope_fault(s, params.scope, params.categories, params.documents)
    former = _numbered(will, params.replaces)
    if not code and params.replaces and not former:
        code = "card-unknown"
    rights = will.rights
    for one in former:
        rights = rights.without_card(one.card_id)
    if not code and permit.effect is not Effect.STARTS and len(rights.in_force(s.now).cards) >= CARDS_MOST:
        code = "cards-too-many"
    if code:
        return Plan(Refuse("invalid"), code=code)
    if permit.effect is Effect.STARTS:  # nothing is drawn for what only starts
        return rewrite(s, permit, will, will.rights, ("card",), {})
    scope = Scope(ScopeKind(params.scope), frozenset(params.categories), documents)
    taken = {one.number for one in will.rights.cards}
    if params.post:
        told, line = "", card_letter(s, UUID(bytes=s.random(16), version=4))
        card = replace(_drawn(s, params, scope, b"", taken), mailing=Mailing(line[0]))
    else:
        told, line = new_card_code(s.random(RANDOM_BYTES)), None
        card = _drawn(s, params, scope, card_term(s.service, told), taken)
    fields: dict[str, Field] = {
        "card": card.number,
        "scope": params.scope,
        "purpose": params.purpose,
        "uses": params.uses,
        "hours": params.hours,
        "pin": bool(params.pin),
        "ends": instant(card.ends),
        **({"post": True} if params.post else {}),
        **({"replaces": ",".join(one.number for one in former)} if former else {}),
    }
    return rewrite(
        s,
        permit,
        will,
        rights.with_card(card),
        (f"card:{card.number}", *(("post",) if params.post else ()), *(f"replaces:{one.number}" for one in former)),
        fields,
        answer=lambda receipt: _ENCODE(CardAnswer(receipt, told, card.number, instant(card.ends))),
        also=lambda change, _: change if line is None else replace(change, later=(*change.later, line)),
    )


def use(s: Situation) -> Plan:
    """Give whoever shows a card what it says, for the hours it says; anything wrong is one refusal, and a wrong PIN is counted."""
    params: UseCardParams = s.params
    found = decided(s, ActId.USE_ACCESS_CARD)
    if isinstance(found, Refuse):
        return Plan(found)
    if s.subject.kind is not ActorKind.PRACTITIONER:  # she may do everything in her space, but be her own reader
        return Plan(NOT_THEIR_ACT)
    permit, will = found
    terms = card_terms(s.service, s.ask.person)
    card = next((one for one in will.rights.cards if one.term in terms and one.usable(s.now)), None)
    if card is None:
        return Plan(Refuse("card-over"))
    objects = (f"card:{card.number}",)
    if card.pin and not hmac.compare_digest(card.pin, pin_term(s.keys, card.card_id.bytes, params.pin)):
        return _mistaken(s, will, card, objects)
    return _given(s, permit, will, card, objects)


def revoke(s: Situation) -> Plan:
    """Stop a card, or all of them, and every permission obtained with it."""
    params: RevokeCardParams = s.params
    found = decided(s, ActId.REVOKE_ACCESS_CARD)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    gone = _numbered(will, params.number) if _digits(params.number) else list(will.rights.cards)
    if not gone:
        return Plan(Refuse("nothing-to-undo"), code="card-unknown")
    rights = will.rights
    for card in gone:
        rights = rights.without_card(card.card_id)
    numbers = [card.number for card in gone]
    return rewrite(s, permit, will, rights, tuple(f"card:{one}" for one in numbers), {"card": ",".join(numbers)})


def _numbered(will: Will, number: str) -> list[AccessCard]:
    digits = _digits(number)
    return [card for card in will.rights.cards if digits and card.number == digits]


def _fault(s: Situation, params: IssueCardParams) -> str:
    pin = params.pin
    if pin and not (PIN_LEAST <= len(pin) <= PIN_MOST and pin.isascii() and pin.isdigit()):
        return "pin-invalid"
    if not 1 <= params.uses <= USES_MOST or not 1 <= params.hours <= HOURS_MOST or not params.purpose:
        return "card-invalid"
    if params.post and params.days < POST_DAYS_LEAST:
        return "card-post-too-short"
    return "" if 0 <= params.days <= s.limits.card_days_max else "card-too-long"


def _drawn(s: Situation, params: IssueCardParams, scope: Scope, found_by: bytes, taken: set[str]) -> AccessCard:
    card_id = CardId(UUID(bytes=s.random(16), version=4))
    number = int.from_bytes(s.random(8), "big") % _NUMBERS
    while f"{number:06d}" in taken:  # a few cards among a million numbers
        number = (number + 1) % _NUMBERS
    pin = pin_term(s.keys, card_id.bytes, params.pin) if params.pin else b""
    ends = s.now + timedelta(days=params.days) if params.days else _tonight(s.now)
    return AccessCard(
        card_id,
        f"{number:06d}",
        found_by,
        pin,
        scope,
        params.purpose,
        params.uses,
        params.hours,
        s.now,
        ends,
        s.matrices.current.version,
        by_law=s.is_by_law,
    )


def _tonight(now: datetime) -> datetime:
    """Return the end of the day in Paris: a code given in a consulting room does not outlive it."""
    local = now.astimezone(_PARIS).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return local.astimezone(now.tzinfo)


def _given(s: Situation, permit: Permit, will: Will, card: AccessCard, objects: tuple[str, ...]) -> Plan:
    ends = min(s.now + timedelta(hours=card.hours), card.ends)
    grant = Grant(
        GrantId(UUID(bytes=s.random(16), version=4)),
        named(s.subject.identifier),
        card.scope,
        card.purpose,
        s.now,
        ends,
        card.matrix,  # what she handed over is what the grid showed then: a later version widens no card
        card.card_id,
        by_law=card.by_law,
    )
    rights = will.rights.with_card(card.used()).with_grant(grant)
    fields: dict[str, Field] = {"card": card.number, "practitioner": s.subject.identifier, "ends": instant(ends)}

    def answer(receipt: bytes) -> bytes:
        return _ENCODE(CardUsedAnswer(will.person.hex, instant(ends), receipt))

    return rewrite(s, permit, will, rights, objects, fields, answer=answer)


def _mistaken(s: Situation, will: Will, card: AccessCard, objects: tuple[str, ...]) -> Plan:
    """Refuse, and count the wrong secret number in her will, where it lasts; she is told."""
    rights = will.rights.with_card(card.mistaken()).in_force(s.now)
    after = Will(will.person, rights, will.version + 1)

    def despite(reference: str) -> Change:
        return with_card_terms(s, Change(will=after, notice=notice(s, reference)), will.rights)

    return Plan(Refuse("card-pin"), objects=objects, despite=despite)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
