"""The acts about mandates: she names, a second agent checks what a first one recorded, the helper accepts, anybody of them ends.

Nothing begins before the helper accepted; no account does two of these for one mandate. Whatever is wrong with a code, there is
one answer. Guarantee: G2, G3, G10. Source: inclusion.md HLP-02 to HLP-08; docs/decisions/0058.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson

from espace_sante.access.outcomes import NOT_THEIR_ACT, SECOND_ACCOUNT
from espace_sante.access.powers import GIVING, NAMEABLE
from espace_sante.access.request import ActId, Effect, Permit, PowerRole, Refuse, Subject
from espace_sante.consent.card_code import RANDOM_BYTES, new_card_code
from espace_sante.consent.mandates import DAYS, MANDATES_MOST, TOLD, WAITING, Mandate
from espace_sante.consent.recipient import REPRESENTATIVES
from espace_sante.consent.requests import short_number
from espace_sante.consent.rights import Rights
from espace_sante.identity.legal_tables import Measure
from espace_sante.identity.names import is_named, is_whole_name
from espace_sante.identity.representation import Phase
from espace_sante.journal.entry import open_record_bytes, reference
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import Later, notice_of_end
from espace_sante.keeper.acts.representation import last_instant
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.asking import asked_by_message, fault_by_message
from espace_sante.keeper.demand import (
    AcceptedAnswer,
    AcceptMandateParams,
    CheckMandateParams,
    EndMandateParams,
    HeldPower,
    MandateAnswer,
    MandateView,
    NamedAnswer,
    NameHelperParams,
)
from espace_sante.keeper.held_power import seal_held
from espace_sante.keeper.power_terms import REFERENCE_BYTES, holder_term, mandate_term, mandate_terms, way_term
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import MandateId

LABEL_LONGEST = 60
_MAY_BE_NAMED = frozenset(act.value for act in (*NAMEABLE, *GIVING))
_ENCODE = msgspec.msgpack.Encoder().encode


def name_helper(s: Situation) -> Plan:
    """Name a helper: the code he accepts with is drawn here, told once, and kept nowhere. Nothing is given yet."""
    params: NameHelperParams = s.params
    found = decided(s, ActId.NAME_HELPER)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    code = _fault(s, params, will)
    if code:
        return Plan(Refuse("invalid"), code=code)
    by_message = params.message and s.subject.on_behalf  # what she says herself needs no other word of hers
    if permit.effect is Effect.STARTS and not by_message:  # nothing is drawn for what only starts
        return rewrite(s, permit, will, will.rights, ("mandate",), {})
    told = new_card_code(s.random(RANDOM_BYTES))
    mandate = _drawn(s, params, mandate_term(s.service, told), {one.number for one in will.rights.mandates})
    contact = will.rights.contact
    if by_message and (code := fault_by_message(mandate, contact, s.now, waits=s.extra.asked)):
        return Plan(Refuse("invalid"), code=code)
    fields: dict[str, Field] = {
        "mandate": mandate.number,
        "helper": params.name,
        "acts": ",".join(sorted(mandate.acts)),
        "reads": params.reads,
        "hidden": params.hidden,
        "days": params.days,
    }

    def also(change: Change, _reference: str) -> Change:
        return asked_by_message(s, change, mandate, contact) if by_message else change

    # By telephone it only starts: nothing is given before her answer, and it is written down all the same.
    written = replace(permit, effect=Effect.IMMEDIATE)
    plan = rewrite(
        s,
        written,
        will,
        will.rights.with_mandate(mandate),
        (f"mandate:{mandate.number}",),
        fields | {"effect": permit.effect.value},
        letter=s.subject.on_behalf,
        answer=lambda receipt: _ENCODE(
            NamedAnswer(receipt, told, mandate.number, instant(mandate.ends), not mandate.is_checked, by_message)
        ),
        also=also,
    )
    return replace(plan, decision=permit)


def check_mandate(s: Situation) -> Plan:
    """Say that the paper another agent recorded is what it should be; the one who recorded it never says so himself."""
    params: CheckMandateParams = s.params
    found = decided(s, ActId.CHECK_MANDATE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if permit.effect is Effect.STARTS:
        return Plan(NOT_THEIR_ACT)  # nobody checks a paper by telephone
    one = _waiting_check(will, params.number, s.now)
    if one is None:
        return Plan(Refuse("nothing-to-undo"), code="mandate-unknown")
    objects = (f"mandate:{one.number}",)
    account = _account(s)
    if account == one.recorded_by:
        return Plan(SECOND_ACCOUNT, objects, code="second-account")
    rights = will.rights.with_mandate(one.checked(account))
    return rewrite(s, permit, will, rights, objects, {"mandate": one.number})


def accept_mandate(s: Situation) -> Plan:
    """Accept: the code serves once, for the account of the name she wrote; the mandate begins now."""
    params: AcceptMandateParams = s.params
    found = decided(s, ActId.ACCEPT_MANDATE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    terms = mandate_terms(s.service, s.ask.person)
    one = next((m for m in will.rights.mandates if m.code in terms and m.waits(s.now)), None)
    if one is None:
        return Plan(Refuse("mandate-over"))
    objects = (f"mandate:{one.number}",)
    if not _may_begin(will.rights, one, s.now):
        return Plan(Refuse("mandate-over"), objects)
    himself = is_named(one.name, s.session.name, s.session.traits) and not _is_other_parent(s, will.rights, one)
    if _account(s) in (one.recorded_by, one.checked_by) or not himself:
        return Plan(Refuse("mandate-other"), objects)  # she is told who tried; he is told nothing
    if not 1 <= len(params.label.strip()) <= LABEL_LONGEST:
        return Plan(Refuse("invalid"), objects, code="label-invalid")
    return _begun(s, permit, will, one, params.label.strip())


def read_mandate(s: Situation) -> Plan:
    """Release to whoever holds a power for whom he acts, by what, what he may do, and the lines that this power wrote."""
    found = decided(s, ActId.READ_MANDATE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    one = mandate_of(will.rights, s)
    power = s.subject.power
    if one is None or power is None:
        return Plan(NOT_THEIR_ACT)
    by_law = will.rights.representation(one.mandate_id)

    def release() -> bytes:
        person = s.extra.person
        name = f"{person.first_given} {person.birth_name}" if person else ""
        records, references = _lines(s, one)
        starts = instant(one.starts) if one.starts else ""
        acts = sorted(act.value for act in power.acts)
        said = (name, one.number, acts, power.may_read, one.hidden, starts, instant(one.ends))
        measure = by_law.measure.value if by_law is not None else ""
        return _ENCODE(MandateAnswer(*said, records, references, measure))

    return Plan(permit, objects=(f"mandate:{one.number}",), release=release)


def end_mandate(s: Situation) -> Plan:
    """End a mandate, or all of them, at once: the next demand made under it is refused. A helper ends his own."""
    params: EndMandateParams = s.params
    found = decided(s, ActId.END_MANDATE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if s.subject.power is not None and not s.subject.holder:
        his = mandate_of(will.rights, s)
        gone = [his] if his is not None else []
    else:
        number = "".join(c for c in params.number if c.isdigit())
        named = [m for m in will.rights.in_force(s.now).mandates if number in ("", m.number)]
        gone = [
            m for m in named if will.rights.representation(m.mandate_id) is None
        ]  # the law's are contested, not ended
    if not gone:
        return Plan(Refuse("nothing-to-undo"), code="mandate-unknown")
    objects = tuple(f"mandate:{one.number}" for one in gone)
    fields: dict[str, Field] = {"mandate": ",".join(one.number for one in gone)}
    rights = will.rights.without_mandates(gone)
    for one in gone:
        by_law = rights.representation(one.mandate_id)
        rights = rights.without_representation(by_law) if by_law is not None else rights
    return rewrite(s, permit, will, rights, objects, fields)


def mandates_seen(rights: Rights, now: datetime) -> list[MandateView]:
    """Return her mandates as she sees them."""
    return [
        MandateView(
            one.number,
            one.name,
            one.helper,
            one.structure,
            sorted(one.acts),
            one.reads,
            one.hidden,
            one.days,
            "active" if one.is_active(now) else "waiting" if one.is_checked else "check",
            instant(one.starts) if one.starts else "",
            instant(one.ends),
        )
        for one in rights.mandates
        if not one.by_law and rights.representation(one.mandate_id) is None  # who acts by law is shown apart
    ]


def mandate_of(rights: Rights, s: Situation) -> Mandate | None:
    """Return the mandate the power of whoever asks comes from."""
    power = s.subject.power
    return next((one for one in rights.mandates if power is not None and one.mandate_id == power.power_id), None)


def acts_by_power(subject: Subject) -> bool:
    """Say whether somebody acts for her by a power, rather than she herself or who serves her at a counter."""
    return subject.power is not None and not subject.holder


def is_shown(s: Situation, record: dict[str, Any]) -> bool:
    """Say whether whoever asks by a power sees a line of her journal: as `read_mandate` shows them."""
    one = mandate_of(s.will.rights, s) if s.will is not None else None
    return one is not None and _is_told(s, one, record)


def _fault(s: Situation, params: NameHelperParams, will: Will) -> str:
    if not is_whole_name(params.name):
        return "helper-name"
    if not params.acts and not params.reads:
        return "mandate-empty"
    if any(act not in _MAY_BE_NAMED for act in params.acts) or len(params.acts) > len(_MAY_BE_NAMED):
        return "mandate-act"
    if params.hidden and not params.reads:
        return "mandate-hidden"
    if params.days not in DAYS:
        return "mandate-days"
    return "mandates-too-many" if len(will.rights.in_force(s.now).mandates) >= MANDATES_MOST else ""


def _drawn(s: Situation, params: NameHelperParams, code: bytes, taken: set[str]) -> Mandate:
    mandate_id = MandateId(UUID(bytes=s.random(16), version=4))
    while short_number(mandate_id) in taken:  # a few among a million numbers
        mandate_id = MandateId(UUID(bytes=s.random(16), version=4))
    return Mandate(
        mandate_id,
        params.name,
        frozenset(params.acts),
        params.reads,
        params.hidden,
        params.days,
        s.now,
        s.now + WAITING,
        code,
        recorded_by=_account(s) if s.subject.on_behalf else b"",
    )


def _waiting_check(will: Will, number: str, now: datetime) -> Mandate | None:
    plain = "".join(c for c in number if c.isdigit())
    return next((m for m in will.rights.mandates if m.number == plain and not m.is_checked and now < m.ends), None)


def _may_begin(rights: Rights, one: Mandate, now: datetime) -> bool:
    """Say whether what a mandate is held through is there: the power of the law, standing or to begin; for any other, her word."""
    by_law = rights.representation(one.mandate_id)
    return not one.by_law if by_law is None else by_law.phase(now) in (Phase.STANDS, Phase.NOT_YET)


def _is_other_parent(s: Situation, rights: Rights, one: Mandate) -> bool:
    """Say whether this account is another parent of hers already: it would agree with itself."""
    his = [m.mandate_id for m in rights.in_force(s.now).mandates if m.holder == _account(s)]
    measures = [by_law.measure for by_law in map(rights.representation, (one.mandate_id, *his)) if by_law is not None]
    return rights.representation(one.mandate_id) is not None and measures.count(Measure.PARENT) > 1


def _begun(s: Situation, permit: Permit, will: Will, one: Mandate, label: str) -> Plan:
    named = s.random(REFERENCE_BYTES).hex()
    holder, way = holder_term(s.service, s.session.account), way_term(s.service, s.session.account, named)
    active = one.accepted(holder, way, s.session.name, s.session.structure, s.now)
    by_law = will.rights.representation(one.mandate_id)
    if by_law is not None:
        active = replace(active, ends=min(active.ends, last_instant(by_law)), notice=None)
    fields: dict[str, Field] = {
        "mandate": one.number,
        "helper": s.session.name,
        "structure": s.session.structure,
        "ends": instant(active.ends),
    }
    held = HeldPower(named, label, instant(active.ends), active.days)
    row = (holder, one.mandate_id, active.ends.date(), seal_held(held, s.service, holder, one.mandate_id))
    told = _told_before(s, active)

    def also(change: Change, _reference: str) -> Change:
        put = (*change.put_terms, (way, active.ends.date()))
        return replace(change, put_terms=put, put_held=(row,), later=(*change.later, *told))

    def answer(_receipt: bytes) -> bytes:  # the receipt is hers: it is kept for her, not given to him
        return _ENCODE(AcceptedAnswer(named, instant(active.ends)))

    rights = will.rights.with_mandate(active)
    return rewrite(s, permit, will, rights, (f"mandate:{one.number}",), fields, answer=answer, also=also)


def _told_before(s: Situation, active: Mandate) -> tuple[Later, ...]:
    if active.notice is None:
        return ()
    return (notice_of_end(s, active.notice, active.helper, active.ends, (active.ends - TOLD).date()),)


def _lines(s: Situation, one: Mandate) -> tuple[list[bytes], list[str]]:
    """Return the lines this mandate wrote among those looked at: the same records as in her own journal."""
    records, references = [], []
    for row in s.extra.entries:
        record = open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
        if _is_told(s, one, orjson.loads(record)):
            records.append(record)
            references.append(reference(row["com"]))
    return records, references


def _is_told(s: Situation, one: Mandate, record: dict[str, Any]) -> bool:
    """Say whether whoever holds a power sees a line: his own; by law, those of the other too, but what she keeps apart from them."""
    assert s.will is not None  # the power was read from it
    rights, basis = s.will.rights, record["basis"]
    if rights.representation(one.mandate_id) is None:
        return bool(basis.get("power") == one.mandate_id.hex)
    if basis.get("role") != PowerRole.REPRESENTATIVE.value:
        return False
    apart = [mask for mask in rights.masks if mask.hidden_from == REPRESENTATIVES]
    hidden = {f"document:{mask.document.hex}" for mask in apart if mask.document is not None}
    named = [name for name in record["objects"] if name.startswith("document:")]
    # Of what kind a document is stands in no line: a whole kind kept apart keeps apart every line that names one.
    return not (hidden.intersection(named) or (named and any(mask.document is None for mask in apart)))


def _account(s: Situation) -> bytes:
    """Return what an account is known by in her will: whoever it is of, of whatever kind."""
    return holder_term(s.service, s.session.account)
