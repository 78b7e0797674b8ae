"""The acts by which a person lets somebody read: a permission, a shorter or narrower one, an administrator.

A permission keeps the version of the public matrix it was given under; making it shorter does not change that.
Guarantee: G3. Source: docs/decisions/0026.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.grant import ENDLESS, ENDLESS_WORDS, NOTHING, Grant, Scope, ScopeKind
from espace_sante.consent.recipient import Recipient, RecipientKind, parse_recipient, written
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import party, rewrite
from espace_sante.keeper.demand import AdministratorParams, GrantParams, LimitParams
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.shown import episode_shown
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import EpisodeId, GrantId
from espace_sante.records.document import CATEGORIES

_PARIS = ZoneInfo("Europe/Paris")  # not from kernel.i18n, which loads catalogues of words
# An administrator is named to be cared for by him: the act says nothing else of why.
_CARE = "care"
EPISODE = "episode"  # as a scope: the documents of an episode, and what joins it later
_EVERYTHING = Scope(ScopeKind.EVERYTHING)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong in what was asked, by its code."""

    code: str


def grant_access(s: Situation) -> Plan:
    """Let one party read (a professional, a structure, a team named to her), within a scope, for a purpose, for a time."""
    params: GrantParams = s.params
    found = decided(s, ActId.GRANT_ACCESS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None:
        return _invalid("practitioner-invalid")
    if not params.purpose:
        return _invalid("grant-invalid")
    what = _what(s, permit, will.rights, params)
    lasts = _lasts(s, params.days, params.endless, params.starts)
    if isinstance(what, _Fault):
        return _invalid(what.code)
    if isinstance(lasts, _Fault):
        return _invalid(lasts.code)
    grant = replace(_grant(s, who, what[0], params.purpose, lasts), episode=what[1])
    return _given(s, permit, will, grant, params.scope)


def name_administrator(s: Situation) -> Plan:
    """Let one professional read everything, what she hides from all too; what she hides from him by name stays hidden."""
    params: AdministratorParams = s.params
    found = decided(s, ActId.NAME_ADMINISTRATOR)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None or who.kind is not RecipientKind.PRACTITIONER:
        return _invalid("practitioner-invalid")
    lasts = _lasts(s, params.days, params.endless)
    if isinstance(lasts, _Fault):
        return _invalid(lasts.code)
    return _given(s, permit, will, _grant(s, who, _EVERYTHING, _CARE, lasts, sees_hidden=True), "everything")


def limit_grant(s: Situation) -> Plan:
    """Make one permission shorter, narrower or both; one that then shows nothing is taken back."""
    params: LimitParams = s.params
    found = decided(s, ActId.LIMIT_GRANT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if not params.days and not params.scope:
        return _invalid("limit-invalid")
    if not 0 <= params.days <= s.limits.grant_days_max:
        return _invalid("grant-too-long")
    scope = _scope(s, params.scope, params.categories, params.documents) if params.scope else None
    if isinstance(scope, _Fault):
        return _invalid(scope.code)
    before = next((g for g in will.rights.in_force(s.now).grants if g.grant_id.bytes == params.grant), None)
    if before is None:
        return Plan(Refuse("nothing-to-undo"), code="grant-unknown")
    if before.scope.kind is ScopeKind.DOCUMENTS and scope is not None and scope.kind is ScopeKind.CATEGORIES:
        return _invalid("limit-invalid")
    ends = (s.since + timedelta(days=params.days)).astimezone(s.now.tzinfo) if params.days else None
    after = before.limited(scope, ends, s.extra.categories)
    fields: dict[str, Field] = {"grant": before.grant_id.hex, "practitioner": written(before.to)}
    fields |= {"scope": "none" if after.scope.is_empty else after.scope.kind.value, "ends": instant(after.ends)}
    unchanged = permit.effect is Effect.IMMEDIATE and after == before  # a voice on the telephone learns nothing
    objects = (party(before.to), f"grant:{before.grant_id.hex}")
    return rewrite(s, permit, will, will.rights.with_limited(after), objects, fields, still=unchanged)


def _invalid(code: str) -> Plan:
    return Plan(Refuse("invalid"), code=code)


def _what(s: Situation, permit: Permit, rights: Rights, params: GrantParams) -> tuple[Scope, EpisodeId | None] | _Fault:
    """Return what is to be shown, and the episode it follows: what is in it now, be it nothing yet, and what joins it later."""
    if params.scope != EPISODE:
        scope = _scope(s, params.scope, params.categories, params.documents)
        return scope if isinstance(scope, _Fault) else (scope, None)
    if permit.effect is Effect.STARTS:  # a voice on the telephone does not learn which episodes there are
        return NOTHING, None
    one = episode_shown(s, rights, params.episode)
    if one is None:
        return _Fault("episode-unknown")
    return Scope(ScopeKind.DOCUMENTS, documents=frozenset(one.documents)), one.episode_id


def _scope(s: Situation, kind: str, categories: Sequence[int], named: Sequence[bytes]) -> Scope | _Fault:
    if kind not in set(ScopeKind):
        return _Fault("grant-invalid")
    if any(c not in CATEGORIES for c in categories):
        return _Fault("category-unknown")
    documents = frozenset(UUID(bytes=d) for d in named if len(d) == 16)
    if len(documents) != len(named) or any(d not in s.extra.categories for d in documents):
        return _Fault("document-unknown")
    scope = Scope(ScopeKind(kind), frozenset(categories), documents)
    return _Fault("grant-empty") if scope.is_empty else scope


def _lasts(s: Situation, days: int, endless: str, starts: str = "") -> tuple[datetime, datetime] | _Fault:
    """Return from when to when, or what is wrong: a permission has an end, unless she says the very words for none."""
    begins = _begins(s, starts)
    if isinstance(begins, _Fault):
        return begins
    if endless:
        if endless != ENDLESS_WORDS:
            return _Fault("endless-words")
        return (begins, ENDLESS) if not days else _Fault("grant-two-ends")
    if not 1 <= days <= s.limits.grant_days_max:
        return _Fault("grant-too-long")
    return begins, begins + timedelta(days=days)


def _begins(s: Situation, starts: str) -> datetime | _Fault:
    """A day begins at midnight in France; today is now, a past day is none, and the first day is not farther than a last one."""
    if not starts:
        return s.now
    try:
        day = date.fromisoformat(starts)
    except ValueError:
        return _Fault("grant-start-invalid")
    ahead = (day - s.now.astimezone(_PARIS).date()).days
    if not 0 <= ahead <= s.limits.grant_days_max:
        return _Fault("grant-start-invalid")
    return max(s.now, datetime.combine(day, time(), _PARIS).astimezone(s.now.tzinfo))


def _grant(
    s: Situation,
    who: Recipient,
    scope: Scope,
    purpose: str,
    lasts: tuple[datetime, datetime],
    *,
    sees_hidden: bool = False,
) -> Grant:
    grant_id = GrantId(UUID(bytes=s.random(16), version=4))
    return Grant(
        grant_id, who, scope, purpose, *lasts, s.matrices.current.version, sees_hidden=sees_hidden, by_law=s.is_by_law
    )


def _given(s: Situation, permit: Permit, will: Will, grant: Grant, scope: str) -> Plan:
    fields: dict[str, Field] = {
        "practitioner": written(grant.to),
        "scope": scope,
        "purpose": grant.purpose,
        "ends": instant(grant.ends),
    }
    if grant.starts > s.now:
        fields["starts"] = instant(grant.starts)
    if grant.sees_hidden:
        fields["hidden"] = "shown"
    if followed := will.rights.episode(grant.episode):
        fields["episode"] = followed.number
    rights = will.rights.with_grant(grant)
    blocked = any(block.stops_reading and block.who.is_same(grant.to) for block in rights.blocks) or rights.chest
    return rewrite(s, permit, will, rights, (party(grant.to),), fields, still=blocked)
