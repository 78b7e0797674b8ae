"""Her will for an emergency, and the acts of professionals that rest on it. Nothing here reads: a glass broken gives nothing by itself.

What a professional gets wrong himself is told to him before anything of hers is looked at; all the rest answers as for a
person unknown. Guarantee: G4. Source: docs/decisions/0024; CSP L1111-17.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Permit, Refuse, Thing
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind, Ground
from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.rights import Rights
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.case_body import Case, CaseKind, Professional, new_case
from espace_sante.keeper.demand import BreakGlassParams, ConfirmEmergencyParams, EmergencyParams, GlassAnswer
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import CaseId, GlassId, Rpps
from espace_sante.records.document import CATEGORIES
from espace_sante.vault.keys import term

REASON_CHARACTERS = 500
OPENED = "emergency-opened"  # what counts.daily calls them
_ENCODE = msgspec.msgpack.Encoder().encode
_YES_NO: Mapping[bool, str] = MappingProxyType({True: "yes", False: "no"})
# The only kind that ever waits: a call to the emergency centre does not.
_WAITING = GlassKind.BEDSIDE


def set_will(s: Situation) -> Plan:
    """Say what may be read in an emergency, and by whom."""
    params: EmergencyParams = s.params
    found = decided(s, ActId.SET_EMERGENCY_WILL)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    wanted = emergency_will(params, s.extra.categories, s.now)
    if isinstance(wanted, str):
        return Plan(Refuse("invalid"), code=wanted)
    return rewrite(s, permit, will, will.rights.with_emergency(wanted), ("emergency",), emergency_said(wanted))


def refuse(s: Situation) -> Plan:
    """Never, for everything: emergency accesses in force end too."""
    found = decided(s, ActId.REFUSE_EMERGENCY)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    never = EmergencyWill(since=s.since)
    return rewrite(s, permit, will, will.rights.with_emergency(never), ("emergency",), emergency_said(never))


def emergency_will(params: EmergencyParams, known: Container[UUID], now: datetime) -> EmergencyWill | str:
    """Return what her answers mean, or the code of what they lack; `known` are the documents of her space.

    No to both readers is never, whatever else was filled in. The opening asks the same questions and calls this too.
    """
    if not params.regulator and not params.bedside:
        return EmergencyWill(since=now)
    documents = frozenset(UUID(bytes=one) for one in params.documents if len(one) == 16)
    if params.scope not in set(ScopeKind):
        return "emergency-empty"
    if any(one not in CATEGORIES for one in params.categories):
        return "category-unknown"
    if len(documents) != len(params.documents) or any(one not in known for one in documents):
        return "document-unknown"
    scope = Scope(ScopeKind(params.scope), frozenset(params.categories), documents)
    if scope.is_empty:
        return "emergency-empty"
    return EmergencyWill(params.regulator, params.bedside, params.hidden, scope, now)


def emergency_said(will: EmergencyWill) -> dict[str, Field]:
    """Return her answers as a receipt says them."""
    return {
        "regulator": _YES_NO[will.regulator],
        "bedside": _YES_NO[will.bedside],
        "hidden": _YES_NO[will.hidden],
        "scope": "" if will.scope.is_empty else will.scope.kind.value,
    }


def break_glass(s: Situation) -> Plan:
    """Open an emergency access: at once beside her or for the emergency call, else later or when a colleague confirms it."""
    params: BreakGlassParams = s.params
    if params.kind not in set(GlassKind) or params.ground not in set(Ground) or not _is_said(params.reason):
        return Plan(Refuse("invalid"), code="demand-invalid")
    kind = GlassKind(params.kind)
    found = decided(s, ActId.BREAK_GLASS, Thing(emergency=kind))
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    his = [g for g in will.rights.glasses if g.who == s.subject.identifier and g.kind is kind and s.now < g.ends]
    held = _held(his, s.now, at_once=_begins_at_once(params))
    if held is None:
        return _declared(s, permit, will, his)
    return _opened(s, permit, will, will.rights, held, _objects(params), {"ground": params.ground})


def confirm(s: Situation) -> Plan:
    """Confirm the emergency access of a colleague who is not beside her: it then begins at once."""
    params: ConfirmEmergencyParams = s.params
    number = parse_rpps(params.practitioner)
    if number is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    if number == s.subject.identifier:
        return Plan(Refuse("invalid"), code="second-is-first")
    found = decided(s, ActId.CONFIRM_EMERGENCY, Thing(emergency=_WAITING))
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    mine = _account(s)
    waiting = [g for g in will.rights.glasses if g.who == number and g.waits(s.now) and g.account != mine]
    if not waiting:
        return Plan(Refuse("no-emergency"))
    now = _to_the_millisecond(s.now)
    ends = now + timedelta(hours=s.limits.emergency_hours)
    glass = replace(waiting[0], starts=now, ends=ends, second=Rpps(s.subject.identifier))
    whose = (f"practitioner:{number}",)
    return _opened(s, permit, will, will.rights.with_glass(glass), glass, whose, {"practitioner": number}, letter=True)


def _declared(s: Situation, permit: Permit, will: Will, waiting: Sequence[BrokenGlass]) -> Plan:
    """Plan a new access, and the case by which it is looked at again; one of his that waits gives way to it."""
    params: BreakGlassParams = s.params
    glass = _new_glass(s, GlassKind(params.kind), at_once=_begins_at_once(params))
    case = CaseId(UUID(bytes=s.random(16), version=4))
    rights = will.rights
    for other in waiting:
        rights = rights.without_glass(other)
    rights = rights.with_glass(glass).with_case(case)
    fields: dict[str, Field] = {"ground": params.ground}
    also = _to_review(s, case, params.ground)
    return _opened(s, permit, will, rights, glass, _objects(params), fields, letter=True, also=also)


def _begins_at_once(params: BreakGlassParams) -> bool:
    return params.beside or params.kind == GlassKind.REGULATOR


def _objects(params: BreakGlassParams) -> tuple[str, ...]:
    """Return what her journal says of a declaration: the words of whoever made it stand there and nowhere else."""
    return (
        f"kind:{params.kind}",
        f"beside:{_YES_NO[params.beside]}",
        f"ground:{params.ground}",
        f"reason:{params.reason.strip()}",
    )


def _to_review(s: Situation, case: CaseId, ground: str) -> Callable[[Change, str], Change]:
    """Return what opens the case by which this access is looked at again, and counts it; neither says whose space it was."""
    session, due = s.session, s.now + timedelta(days=s.limits.review_days)
    who = Professional(session.identifier, session.name, session.structure)
    opened, last = s.now.date().isoformat(), due.date().isoformat()

    def also(change: Change, reference: str) -> Change:
        asked = Case(CaseKind.EMERGENCY, who, (reference,), ground, opened, last)
        return replace(change, case=new_case(s.service, case, asked), counts=(OPENED,))

    return also


def _is_said(reason: str) -> bool:
    return 0 < len(reason.strip()) <= REASON_CHARACTERS


def _held(his: Sequence[BrokenGlass], now: datetime, *, at_once: bool) -> BrokenGlass | None:
    """Return the access he has already, when asking again would give him no more: one in force, or one that waits."""
    begun = [glass for glass in his if not glass.waits(now)]
    if begun:
        return max(begun, key=lambda glass: glass.ends)
    return his[0] if his and not at_once else None


def _new_glass(s: Situation, kind: GlassKind, *, at_once: bool) -> BrokenGlass:
    now = _to_the_millisecond(s.now)
    starts = now if at_once else now + timedelta(minutes=s.limits.emergency_delay_minutes)
    ends = starts + timedelta(hours=s.limits.emergency_hours)
    glass_id = GlassId(UUID(bytes=s.random(16), version=4))
    return BrokenGlass(glass_id, Rpps(s.subject.identifier), kind, starts, ends, account=_account(s))


def _to_the_millisecond(at: datetime) -> datetime:
    """Cut an instant as receipts and wills keep it, so that what is said is what holds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _account(s: Situation) -> bytes:
    return term(s.service.idempotency, "actor", s.session.account)


def _opened(
    s: Situation,
    permit: Permit,
    will: Will,
    rights: Rights,
    glass: BrokenGlass,
    objects: tuple[str, ...],
    fields: dict[str, Field],
    *,
    letter: bool = False,
    also: Callable[[Change, str], Change] | None = None,
) -> Plan:
    """Plan the access, its receipt and her notice; asking again for what is held writes no second letter."""
    starts, ends = instant(glass.starts), instant(glass.ends)
    said: dict[str, Field] = {"emergency": glass.kind.value, "starts": starts, "ends": ends, **fields}
    return rewrite(
        s,
        permit,
        will,
        rights,
        ("emergency", f"glass:{glass.glass_id.hex}", *objects),
        said,
        letter=letter,
        also=also,
        answer=lambda receipt: _ENCODE(GlassAnswer(receipt, starts, ends, glass.waits(s.now))),
    )
