"""The acts about who acts for her by law: noted by one agent, confirmed by another from the same papers, ended, contested by her.

Once confirmed, its holder accepts with a code that serves once, as a helper does (acts/mandates.py): what he may do is read from her
will at each demand. She is told of each note; a word of hers suspends it at once. Guarantee: G2, G3, G10. Source: docs/decisions/0060.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from espace_sante.access.outcomes import SECOND_ACCOUNT
from espace_sante.access.powers import GIVING, NAMEABLE
from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.card_code import RANDOM_BYTES, new_card_code
from espace_sante.consent.mandates import WAITING, Mandate
from espace_sante.consent.requests import short_number
from espace_sante.consent.rights import Rights
from espace_sante.identity.ages import PARIS, day_in_paris
from espace_sante.identity.legal_tables import Measure, Power
from espace_sante.identity.names import is_whole_name
from espace_sante.identity.person import normal_name
from espace_sante.identity.representation import Phase, Representation, end_of, fault_of
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import (
    ContestRepresentationParams,
    EndRepresentationParams,
    RepresentationNoted,
    RepresentationParams,
    RepresentationView,
)
from espace_sante.keeper.power_terms import holder_term, mandate_term
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import MandateId, RepresentationId

REPRESENTATIONS_MOST, BASIS_MOST = 10, 200
_OFFERED = frozenset(act.value for act in (*NAMEABLE, *GIVING))
_ENCODE = msgspec.msgpack.Encoder().encode


def record_representation(s: Situation) -> Plan:
    """Note a power from its paper: nobody acts under it before another agent notes the same."""
    params: RepresentationParams = s.params
    found = decided(s, ActId.RECORD_REPRESENTATION)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    one = _read(s, params)
    if isinstance(one, str):
        return Plan(Refuse("invalid"), code=one)
    now = will.rights.in_force(s.now)
    lapsed = _lapsed(one, now)
    before = without(now, lapsed) if lapsed is not None else now
    if len(before.representations) >= REPRESENTATIONS_MOST:
        return Plan(Refuse("ceiling"), code="representations-too-many")
    if code := _clashes(one, before):
        return Plan(Refuse("conflict"), code=code)
    rights = without(will.rights, lapsed) if lapsed is not None else will.rights
    return _noted(s, permit, will, rights.with_representation(one), one)


def confirm_representation(s: Situation) -> Plan:
    """Note the same from a second account: it stands, and its holder may accept with the code given now, once."""
    params: RepresentationParams = s.params
    found = decided(s, ActId.CONFIRM_REPRESENTATION)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    same = _read(s, params)
    if isinstance(same, str):
        return Plan(Refuse("invalid"), code=same)
    waiting = [one for one in will.rights.representations if one.phase(s.now) is Phase.TO_CONFIRM]
    one = next((one for one in waiting if _is_same(one, same)), None)
    if one is None:
        return Plan(Refuse("nothing-to-undo"), code="representation-unknown")
    if one.recorded_by == same.recorded_by:
        return Plan(SECOND_ACCOUNT, (_object(one),), code="second-account")
    confirmed = replace(one, confirmed_by=same.recorded_by)
    told = new_card_code(s.random(RANDOM_BYTES))
    mandate = _holding(s, confirmed, mandate_term(s.service, told))
    rights = will.rights.with_representation(confirmed).with_mandate(mandate)
    return _noted(s, permit, will, rights, confirmed, told)


def end_representation(s: Situation) -> Plan:
    """End a power, from the paper that says it is over: the next demand made under it is refused."""
    params: EndRepresentationParams = s.params
    found = decided(s, ActId.END_REPRESENTATION)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    one = _numbered(will.rights, params.number)
    if one is None:
        return Plan(Refuse("nothing-to-undo"), code="representation-unknown")
    if not 1 <= len(params.basis.strip()) <= BASIS_MOST:
        return Plan(Refuse("invalid"), code="representation-basis")
    rights = without(will.rights, one)
    return rewrite(s, permit, will, rights, (_object(one),), {"representation": number_of(one)}, letter=True)


def contest_representation(s: Situation) -> Plan:
    """Suspend a power, or all of them, at once and without a reason; two accounts record it anew, or it is over."""
    params: ContestRepresentationParams = s.params
    found = decided(s, ActId.CONTEST_REPRESENTATION)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    wanted = "".join(c for c in params.number if c.isdigit())
    stopped = [
        one for one in will.rights.in_force(s.now).representations
        if one.contested is None and wanted in ("", number_of(one))
    ]  # fmt: skip
    if not stopped:
        return Plan(Refuse("nothing-to-undo"), code="representation-unknown")
    rights = will.rights
    for one in stopped:
        rights = without(rights, one).with_representation(replace(one, contested=s.since))
    fields: dict[str, Field] = {"representation": ",".join(number_of(one) for one in stopped)}
    return rewrite(s, permit, will, rights, tuple(_object(one) for one in stopped), fields, letter=True)


def without(rights: Rights, one: Representation) -> Rights:
    """Return her will without a power and what its holder is found by."""
    held = [m for m in rights.mandates if m.mandate_id == one.representation_id]
    return rights.without_mandates(held).without_representation(one)


def representations_seen(rights: Rights, now: datetime) -> list[RepresentationView]:
    """Return who may act for her, as she sees it; what is over is not there."""
    return [
        RepresentationView(
            number_of(one),
            one.name,
            one.measure.value,
            one.power.value,
            one.basis,
            one.starts.isoformat(),
            one.ends.isoformat(),
            one.phase(now).value,
            one.sole,
            tuple(sorted(one.named)),
        )
        for one in rights.in_force(now).representations
    ]


def number_of(one: Representation) -> str:
    """Return the short number a power is named by: six digits."""
    return short_number(one.representation_id)


def last_instant(one: Representation) -> datetime:
    """Return the instant a power ends, excluded: midnight in Paris on its last day."""
    return datetime.combine(one.ends, time(), PARIS).astimezone(UTC)


def _read(s: Situation, params: RepresentationParams) -> Representation | str:
    """Return the power a paper says, or the code of what is wrong in it."""
    try:
        measure, power = Measure(params.measure), Power(params.power)
        starts = date.fromisoformat(params.starts)
        said = date.fromisoformat(params.ends) if params.ends else None
    except ValueError:
        return "representation-invalid"
    if not is_whole_name(params.name):
        return "helper-name"
    if not 1 <= len(params.basis.strip()) <= BASIS_MOST:
        return "representation-basis"
    born = s.extra.person.birth_date if s.extra.person is not None else ""
    ends = end_of(measure, born, said)
    if ends is None:
        return "representation-end"
    one = Representation(
        RepresentationId(UUID(bytes=s.random(16), version=4)),
        params.name.strip(),
        measure,
        power,
        starts,
        ends,
        params.sole,
        frozenset(params.acts),
        holder_term(s.service, s.session.account).hex(),
        basis=params.basis.strip(),
    )
    return fault_of(one, day_in_paris(s.now)) or one


def _clashes(one: Representation, rights: Rights) -> str:
    """Refuse a parent alone beside another, a third parent, and a power that waits to be confirmed already."""
    others = [other for other in rights.representations if other.contested is None]
    if any(_is_same(one, other) for other in others):
        return "representation-twice"
    parents = [other for other in others if other.measure is Measure.PARENT]
    if one.measure is Measure.PARENT and (len(parents) > 1 or (parents and (one.sole or any(p.sole for p in parents)))):
        return "representation-parents"
    return ""


def _lapsed(one: Representation, rights: Rights) -> Representation | None:
    """Return the same power, confirmed already, that nobody holds: its code was not used in time, and it may be noted anew."""
    held = {mandate.mandate_id for mandate in rights.mandates}
    return next(
        (
            other
            for other in rights.representations
            if other.confirmed_by
            and other.contested is None
            and other.representation_id not in held
            and _is_same(one, other)
        ),
        None,
    )


def _is_same(one: Representation, other: Representation) -> bool:
    """Say whether two accounts read the same paper: all that decides is the same, the words of the record may differ."""
    mine = (normal_name(one.name), one.measure, one.power, one.starts, one.ends, one.sole, one.named)
    return mine == (
        normal_name(other.name),
        other.measure,
        other.power,
        other.starts,
        other.ends,
        other.sole,
        other.named,
    )


def _holding(s: Situation, one: Representation, code: bytes) -> Mandate:
    """Return what its holder accepts with and is then found by; what he may do is said by the power, not by this."""
    assert one.confirmed_by
    return Mandate(
        MandateId(one.representation_id),
        one.name,
        _OFFERED,
        one.power is Power.REPRESENTS,
        one.measure.is_of_a_minor,
        max(1, (one.ends - day_in_paris(s.now)).days),
        s.now,
        min(s.now + WAITING, last_instant(one)),
        code,
        recorded_by=bytes.fromhex(one.recorded_by),
        checked_by=bytes.fromhex(one.confirmed_by),
        by_law=True,
    )


def _noted(s: Situation, permit: Permit, will: Will, rights: Rights, one: Representation, code: str = "") -> Plan:
    answer = _ENCODE(RepresentationNoted(number_of(one), one.ends.isoformat(), code))
    fields: dict[str, Field] = {
        "representation": number_of(one),
        "holder": one.name,
        "measure": one.measure.value,
        "ends": one.ends.isoformat(),
    }
    if one.named:
        fields["acts"] = ",".join(sorted(one.named))
    objects = (_object(one), f"measure:{one.measure.value}")
    return rewrite(s, permit, will, rights, objects, fields, letter=True, answer=lambda _receipt: answer)


def _numbered(rights: Rights, number: str) -> Representation | None:
    plain = "".join(c for c in number if c.isdigit())
    return next((one for one in rights.representations if number_of(one) == plain), None)


def _object(one: Representation) -> str:
    return f"representation:{number_of(one)}"
