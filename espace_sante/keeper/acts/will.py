"""The acts by which a person says what she wants: grant, withdraw, close; hiding and blocking stand beside.

Each turns her present will into the next one; the row is rewritten in the transaction that journals the act.
Guarantee: G3, G8.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import Recipient, parse_recipient, written
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.space import archive_ends
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.demand import CloseParams, GrantParams, ReceiptAnswer, WithdrawParams
from espace_sante.keeper.receipts import Field, instant, signed
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import GrantId
from espace_sante.records.document import CATEGORIES
from espace_sante.vault.envelope import seal

_ENCODE = msgspec.msgpack.Encoder().encode


def grant_access(s: Situation) -> Plan:
    """Let one party read (a professional, a structure, a team named to her), within a scope, for a purpose, for a time."""
    params: GrantParams = s.params
    found = decided(s, ActId.GRANT_ACCESS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    documents = frozenset(UUID(bytes=d) for d in params.documents if len(d) == 16)
    code = _grant_fault(s, params, documents)
    if code:
        return Plan(Refuse("invalid"), code=code)
    scope = Scope(ScopeKind(params.scope), frozenset(params.categories), documents)
    ends = s.now + timedelta(days=params.days)
    grant = Grant(
        GrantId(UUID(bytes=s.random(16), version=4)),
        who,
        scope,
        params.purpose,
        s.now,
        ends,
        s.matrices.current.version,
    )
    fields: dict[str, Field] = {
        "practitioner": written(who),
        "scope": params.scope,
        "purpose": params.purpose,
        "ends": instant(ends),
    }
    rights = will.rights.with_grant(grant)
    blocked = any(block.stops_reading and block.who.is_same(who) for block in rights.blocks) or rights.chest
    return rewrite(s, permit, will, rights, (party(who),), fields, still=blocked)


def withdraw_access(s: Situation) -> Plan:
    """Take back everything granted to one professional; the next reading is refused."""
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
    until = archive_ends(s.now.date(), params.archive_years) if params.archive_years else None
    if params.archive_years and until is None:
        return Plan(Refuse("invalid"), code="archive-years-invalid")
    fields: dict[str, Field] = {"archive_until": until.isoformat()} if until else {}
    plan = rewrite(s, permit, will, rights, ("space",), fields)
    if permit.effect is Effect.PROVISIONAL:
        return plan
    return _kept(plan, until) if until else replace(plan, state=SpaceState.CLOSING)


def _kept(plan: Plan, until: date) -> Plan:
    write = plan.write
    if write is None:
        return plan

    def keep(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, archive=until), answer

    return replace(plan, state=SpaceState.ARCHIVED, write=keep)


def _grant_fault(s: Situation, params: GrantParams, documents: frozenset[UUID]) -> str:
    if params.scope not in set(ScopeKind) or not params.purpose:
        return "grant-invalid"
    if not 1 <= params.days <= s.limits.grant_days_max:
        return "grant-too-long"
    if any(c not in CATEGORIES for c in params.categories):
        return "category-unknown"
    if len(documents) != len(params.documents) or any(d not in s.extra.categories for d in documents):
        return "document-unknown"
    wanted = {ScopeKind.CATEGORIES: bool(params.categories), ScopeKind.DOCUMENTS: bool(documents)}
    return "" if wanted.get(ScopeKind(params.scope), True) else "grant-empty"


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
) -> Plan:
    """Plan the next version of the will, with its receipt; an act that only starts changes nothing, and tells nothing."""
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
        }
        receipt = signed(s.service, payload)
        if permit.effect is Effect.STARTS:
            return Change(), _ENCODE(ReceiptAnswer(receipt))
        kept = bytes(seal(s.keys.receipt_key, receipt, b"receipt|" + s.keys.space.bytes + receipt_id.bytes))
        told = notice(s, reference) if permit.notify else None
        return Change(will=following, receipt=(receipt_id, kept), notice=told), _ENCODE(ReceiptAnswer(receipt, still))

    return Plan(permit, objects=objects, write=write)
