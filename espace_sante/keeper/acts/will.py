"""The acts by which a person says what she wants: withdraw, close; sharing, hiding and blocking stand beside.

Each turns her present will into the next one; the row is rewritten in the transaction that journals the act.
Guarantee: G3, G8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Channel, Effect, Permit, Proof, Refuse
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.recipient import Recipient, parse_recipient, written
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.space import archive_ends
from espace_sante.journal.entry import open_record
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.coupon_body import asked_change, asked_for
from espace_sante.keeper.demand import CloseParams, ReceiptAnswer, WithdrawParams
from espace_sante.keeper.departments import is_department
from espace_sante.keeper.post_days import counted_from
from espace_sante.keeper.receipts import Field, instant, late_said, signed
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.records.document import CATEGORIES
from espace_sante.vault.envelope import seal

_ENCODE = msgspec.msgpack.Encoder().encode


def withdraw_access(s: Situation) -> Plan:
    """Take back everything granted to one party; the next reading is refused."""
    params: WithdrawParams = s.params
    found = decided(s, ActId.WITHDRAW_ACCESS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    rights = will.rights.without_recipient(who)
    return rewrite(s, permit, will, rights, (party(who),), {"practitioner": written(who)})


def close_space(s: Situation) -> Plan:
    """Close, and erase or keep as she says. By telephone everything is withdrawn at once, and the rest waits for her signature."""
    params: CloseParams = s.params
    found = decided(s, ActId.CLOSE_SPACE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    rights = will.rights.without_grants()
    until = archive_ends(counted_from(s.ask, s.now.date()), params.archive_years) if params.archive_years else None
    if params.archive_years and until is None:
        return Plan(Refuse("invalid"), code="archive-years-invalid")
    if not is_department(params.department):
        return Plan(Refuse("invalid"), code="department-unknown")
    fields: dict[str, Field] = {"archive_until": until.isoformat()} if until else {}
    plan = rewrite(s, permit, will, rights, ("space",), fields | journal_named(s))
    if permit.effect is Effect.PROVISIONAL:
        return plan
    return _kept(plan, until) if until else replace(plan, state=SpaceState.CLOSING)


def journal_named(s: Situation) -> dict[str, Field]:
    """Return, for a receipt that outlives the space, which journal it was: the certificate of destruction names the same."""
    first = next(iter(s.extra.entries), None)
    if first is None:
        return {}
    record = open_record(s.keys.record_key, s.keys.space, first["seq"], first["sealed"])
    return {"journal_commitment": str(record["prev"])}


def _kept(plan: Plan, until: date) -> Plan:
    write = plan.write
    if write is None:
        return plan

    def keep(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, archive=until), answer

    return replace(plan, state=SpaceState.ARCHIVED, write=keep)


def scope_fault(s: Situation, scope: str, categories: Sequence[int], rows: Sequence[bytes]) -> str:
    """Return the code of what is wrong with what is to be shown, "" for nothing."""
    documents = frozenset(UUID(bytes=one) for one in rows if len(one) == 16)
    if scope not in set(ScopeKind):
        return "grant-invalid"
    if any(c not in CATEGORIES for c in categories):
        return "category-unknown"
    if len(documents) != len(rows) or any(d not in s.extra.categories for d in documents):
        return "document-unknown"
    wanted = {ScopeKind.CATEGORIES: bool(categories), ScopeKind.DOCUMENTS: bool(documents)}
    return "" if wanted.get(ScopeKind(scope), True) else "grant-empty"


def party(who: Recipient) -> str:
    """Return a party as the objects of an entry name it."""
    return f"{who.kind.value}:{who.identifier or ','.join(sorted(who.members))}"


def rewrite(
    s: Situation,
    permit: Permit,
    will: Will,
    rights: Rights,
    objects: tuple[str, ...],
    fields: dict[str, Field],
    *,
    still: bool = False,
    letter: bool = False,
    answer: Callable[[bytes], bytes] | None = None,
    also: Callable[[Change, str], Change] | None = None,
) -> Plan:
    """Plan the next version of the will, with its receipt; an act that only starts changes nothing, and tells nothing.

    `letter`: her notice is due on paper too. `answer`: what is answered with the receipt, when it is more than that. `also`:
    what is written besides, once the entry's reference is known. Whoever was seen at a counter gets her letters again. What her
    cards and her mandates are found by, and the tokens of her applications, follow the will.
    """
    if rights.returns and s.ask.channel == Channel.COUNTER and s.ask.proof == Proof.IDENTITY_SEEN:
        rights = rights.with_returns(0)
    following = replace(will, rights=rights.in_force(s.now), version=will.version + 1)  # what is over is history

    def write(reference: str) -> tuple[Change, bytes]:
        receipt_id = UUID(bytes=s.random(16), version=4)
        payload: dict[str, Field] = {
            "v": 1,
            "kind": "receipt",
            "receipt": receipt_id.hex,
            "act": s.ask.act,
            "at": instant(s.now),
            "channel": s.ask.channel,
            "effect": permit.effect.value,
            "entry": reference,
            "person": will.person.hex,
            **fields,
            **late_said(s),
        }
        coupon = asked_for(s) if permit.effect is Effect.STARTS else None
        if coupon is not None:  # what is missing is her signature: the form that waits for it
            payload["coupon"] = coupon[0].hex()
        receipt = signed(s.service, payload)
        if permit.effect is Effect.STARTS:
            return asked_change(coupon), _ENCODE(ReceiptAnswer(receipt))
        kept = bytes(seal(s.keys.receipt_key, receipt, b"receipt|" + s.keys.space.bytes + receipt_id.bytes))
        told = notice(s, reference, letter=letter) if permit.notify else None
        said = answer(receipt) if answer is not None else _ENCODE(ReceiptAnswer(receipt, still))
        urgent = letter and told is not None
        written = Change(will=following, receipt=(receipt_id, kept), notice=told, urgent=urgent)
        found_by = with_mandate_terms(with_card_terms(s, written, will.rights), will.rights)
        change = with_apps_ended(found_by, will.rights)
        return (also(change, reference) if also is not None else change), said

    return Plan(permit, objects=objects, write=write)


def with_card_terms(s: Situation, change: Change, before: Rights) -> Change:
    """Return a change that also keeps, in the directory, what the cards of its will are found by, and nothing of any other.

    A card leads to her until its own last day. One that is used up leads to the answer it gave, asked again, for the days an
    answer is kept. One that goes by letter is found by nothing before it is printed; stopped by then, no letter waits for it.
    """
    if change.will is None:
        return change
    cards = [card for card in change.will.rights.cards if card.term]
    was = {card.term: card.uses_left for card in before.cards if card.term}
    kept = (s.now + timedelta(days=s.limits.idempotency_days)).date()
    put = ((card.term, card.ends.date()) for card in cards if card.term not in was)
    ended = ((card.term, kept) for card in cards if card.uses_left <= 0 < was.get(card.term, 0))
    dropped = (one for one in was if one not in {card.term for card in cards})
    return replace(
        change,
        put_terms=(*change.put_terms, *put),
        end_terms=(*change.end_terms, *ended),
        drop_terms=(*change.drop_terms, *dropped),
        drop_notices=(*change.drop_notices, *_letters_of_none(change.will.rights, before)),
    )


def _letters_of_none(now: Rights, before: Rights) -> list[UUID]:
    left = {card.card_id for card in now.cards}
    gone = (card.mailing for card in before.cards if card.card_id not in left)
    return [one.notice for one in gone if one is not None and one.posted is None]


def with_mandate_terms(change: Change, before: Rights) -> Change:
    """Return a change that also keeps what the mandates of its will are found by, and nothing of one that ended or was accepted.

    An accepted one is found by what `accept_mandate` puts: its holder's own reference.
    """
    if change.will is None:
        return change
    now = {one.mandate_id: one for one in change.will.rights.mandates}
    was = {one.mandate_id: one for one in before.mandates}
    gone = [one for key, one in was.items() if key not in now]
    used = [one.code for key, one in was.items() if one.code and (key not in now or not now[key].code)]
    return replace(
        change,
        put_terms=(*change.put_terms, *((one.code, one.ends.date()) for key, one in now.items() if key not in was)),
        drop_terms=(*change.drop_terms, *used, *(one.way for one in gone if one.way)),
        drop_held=(*change.drop_held, *((one.holder, one.mandate_id) for one in gone if one.holder)),
        drop_notices=(*change.drop_notices, *(one.notice for one in gone if one.notice is not None)),
    )


def with_apps_ended(change: Change, before: Rights) -> Change:
    """Return a change that also ends the tokens of every application that its will has no more."""
    if change.will is None:
        return change
    kept = {one.grant_id for one in change.will.rights.apps}
    return replace(change, drop_apps=tuple(one.grant_id for one in before.apps if one.grant_id not in kept))
