"""The acts about requests: a professional asks her, and she says yes, less, or no.

Whoever asks is answered the same whether she has a space, blocks him, or is nobody, and after the same work: only what he
got wrong himself is told.
Guarantee: G3, G10. Source: docs/decisions/0025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec

from espace_sante.access.outcomes import NOT_THEIR_ACT
from espace_sante.access.request import ActId, ActorKind, Channel, Effect, Proof, Refuse
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import named
from espace_sante.consent.requests import REQUESTS_MOST, AccessRequest, short_number
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.acts.will import party, rewrite, with_card_terms
from espace_sante.keeper.demand import AcceptRequestParams, AskedAnswer, DeclineRequestParams, RequestParams
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import GrantId, PersonId, RequestId, Rpps
from espace_sante.records.document import CATEGORIES

_SAID = msgspec.msgpack.encode(AskedAnswer())
# In whose place a request is written where there is no will: the will of nobody, which nothing keeps.
_NOBODY = Will(PersonId(UUID(int=0)), Rights(accepts_deposits=True), 1)


def request(s: Situation) -> Plan:
    """Keep a request in her will, if there is somebody to read it; he is told the same in every case."""
    params: RequestParams = s.params
    found = decided(s, ActId.REQUEST_ACCESS)
    if not _is_his_act(s):  # refused for everybody alike, and not told as the others are
        return Plan(found if isinstance(found, Refuse) else NOT_THEIR_ACT)
    code = _fault(s, params)
    if code:
        return Plan(Refuse("invalid"), code=code)
    will = s.will or _NOBODY
    asked = _asked(s, params, will)
    rights = will.rights.in_force(s.now).with_request(asked)
    after = replace(will, rights=rights, version=will.version + 1)
    objects = (f"request:{asked.number}",)
    full = len(rights.requests) > REQUESTS_MOST
    if isinstance(found, Refuse) or full:
        decision = found if isinstance(found, Refuse) else Refuse("requests-full")
        # Nobody will read it, and as much is written as if she would: whoever asks measures the same time.
        return Plan(decision, objects, told=_SAID, despite=lambda reference: Change(lost=(after, notice(s, reference))))
    permit, _ = found

    def write(reference: str) -> tuple[Change, bytes]:
        return with_card_terms(s, Change(will=after, notice=notice(s, reference)), will.rights), _SAID

    return Plan(permit, objects, write=write)


def accept(s: Situation) -> Plan:
    """Say yes to a request: a permission for what it asks for, or for less."""
    params: AcceptRequestParams = s.params
    found = decided(s, ActId.ACCEPT_REQUEST)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if permit.effect is Effect.STARTS:  # a voice on the telephone does not learn who asks
        return rewrite(s, permit, will, will.rights, (f"request:{params.number}",), {"request": params.number})
    one = _of(s, will, params.number)
    if one is None:
        return Plan(Refuse("unknown-request"), code="request-unknown")
    scope = _narrowed(one.scope, params.categories)
    if scope is None:
        return Plan(Refuse("invalid"), code="request-wider")
    days = params.days or one.days
    if not 1 <= days <= one.days:
        return Plan(Refuse("invalid"), code="request-wider")
    who, ends = named(one.practitioner), s.now + timedelta(days=days)
    grant_id = GrantId(UUID(bytes=s.random(16), version=4))
    grant = Grant(grant_id, who, scope, one.purpose, s.now, ends, s.matrices.current.version, by_law=s.is_by_law)
    rights = will.rights.with_grant(grant).without_request(one.request_id)
    fields: dict[str, Field] = {
        "request": one.number,
        "practitioner": one.practitioner,
        "scope": scope.kind.value,
        "purpose": one.purpose,
        "ends": instant(ends),
    }
    still = rights.chest or any(block.stops_reading and block.who.is_same(who) for block in rights.blocks)
    return rewrite(s, permit, will, rights, (f"request:{one.number}", party(who)), fields, still=still)


def decline(s: Situation) -> Plan:
    """Say no to a request: it is dropped, and he is told nothing."""
    params: DeclineRequestParams = s.params
    found = decided(s, ActId.DECLINE_REQUEST)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    one = _of(s, will, params.number)
    if one is None:
        return Plan(Refuse("unknown-request"), code="request-unknown")
    fields: dict[str, Field] = {"request": one.number, "practitioner": one.practitioner}
    objects = (f"request:{one.number}", party(named(one.practitioner)))
    return rewrite(s, permit, will, will.rights.without_request(one.request_id), objects, fields)


def _is_his_act(s: Situation) -> bool:
    """Say whether he could have asked anybody: whoever could not is refused for everybody alike."""
    his = s.subject.kind is ActorKind.PRACTITIONER and bool(s.subject.identifier)
    return his and s.ask.proof == Proof.PROFESSIONAL and s.ask.channel in (Channel.WEB, Channel.API)


def _fault(s: Situation, params: RequestParams) -> str:
    if params.scope not in (ScopeKind.EVERYTHING, ScopeKind.CATEGORIES) or not params.purpose:
        return "request-invalid"
    if any(one not in CATEGORIES for one in params.categories):
        return "category-unknown"
    if params.scope == ScopeKind.CATEGORIES and not params.categories:
        return "request-invalid"
    return "" if 1 <= params.days <= s.limits.grant_days_max else "grant-too-long"


def _asked(s: Situation, params: RequestParams, will: Will) -> AccessRequest:
    taken = {one.number for one in will.rights.requests}
    drawn = UUID(bytes=s.random(16), version=4)
    while short_number(drawn) in taken:  # one in fifty thousand
        drawn = UUID(bytes=s.random(16), version=4)
    kind = ScopeKind(params.scope)
    scope = Scope(kind, frozenset(params.categories) if kind is ScopeKind.CATEGORIES else frozenset())
    session = s.session
    who = Rpps(session.identifier)
    about = (session.name, session.profession, session.structure)
    return AccessRequest(RequestId(drawn), who, *about, scope, params.purpose, params.days, s.now)


def _of(s: Situation, will: Will, number: str) -> AccessRequest | None:
    plain = "".join(c for c in number if c.isdigit())
    return next((one for one in will.rights.requests if one.number == plain and one.waits(s.now)), None)


def _narrowed(scope: Scope, categories: list[int]) -> Scope | None:
    """Return what is given of what was asked; None when it is not part of it."""
    if not categories:
        return scope
    wanted = frozenset(categories)
    known = scope.categories if scope.kind is ScopeKind.CATEGORIES else frozenset(CATEGORIES)
    return Scope(ScopeKind.CATEGORIES, wanted) if wanted <= known else None
