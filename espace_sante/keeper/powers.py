"""What her sealed will says of whoever names her by a reference of his own: which power, and nothing when it says nothing.

A helper's mandate stands here; whoever represents her by law or by a judge's decision will stand beside, found by the same
reference. Guarantee: G3. Source: docs/decisions/0058.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from espace_sante.access.request import ActId, Power, PowerRole
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.rights import Rights
from espace_sante.identity.ages import PARIS
from espace_sante.identity.legal_tables import Measure, acts
from espace_sante.identity.representation import Representation, Verdict, may_read_alone, verdict_of
from espace_sante.kernel.ids import MandateId

_ACTS = frozenset(act.value for act in ActId)


def power_in(rights: Rights, ways: Sequence[bytes], act: str = "", body: bytes = b"") -> Power | None:
    """Return the power that one of these keyed references stands for in her will, None for none; `act` and `body`: what is asked."""
    mandate = next((one for one in rights.mandates if one.way in ways and one.is_accepted), None)
    if mandate is None:
        return None
    by_law = rights.representation(mandate.mandate_id)
    if by_law is not None:
        return _by_law(rights, by_law, mandate, act, body)
    return None if mandate.by_law else _of_a_mandate(mandate)  # a power of the law that is over is not one she gave


def _by_law(rights: Rights, one: Representation, mandate: Mandate, act: str, body: bytes) -> Power | None:
    """Return what the law gives a representative, read from its tables: alone, with another's word, or not at all.

    Of a protected adult, the other's word is hers: she does it herself, and nothing he asks counts for it.
    """
    if (
        mandate.starts is None
        or one.contested is not None
        or not one.confirmed_by
        or one.confirmed_by == one.recorded_by
    ):
        return None
    starts = max(mandate.starts, datetime.combine(one.starts, time(), PARIS))
    ends = min(mandate.ends, datetime.combine(one.ends, time(), PARIS))
    law = acts()
    alone, joint = set(), set()
    for name in mandate.acts & law.keys() & _ACTS:
        found = verdict_of(one, law[name], name)
        if found is Verdict.ALONE:
            alone.add(ActId(name))
        elif found is not Verdict.NO:
            joint.add(ActId(name))
    others = _other_parents(rights, one, mandate)
    same = [p for p in rights.proposed if (p.act, p.body) == (act, body) and p.by in others]
    return Power(
        one.representation_id,
        PowerRole.REPRESENTATIVE,
        frozenset(alone | joint),
        mandate.reads and may_read_alone(one),
        mandate.hidden,
        starts,
        ends,
        frozenset(joint),
        max((min(p.until, others[p.by]) for p in same), default=None),
    )


def _other_parents(rights: Rights, one: Representation, mandate: Mandate) -> dict[UUID, datetime]:
    """Return whose word counts beside this parent's, each until its own power ends: another account's, and no account's twice."""
    if one.measure is not Measure.PARENT:
        return {}
    held = {m.mandate_id: m for m in rights.mandates if m.is_accepted and m.holder != mandate.holder}
    return {
        other.representation_id: min(found.ends, datetime.combine(other.ends, time(), PARIS))
        for other in rights.representations
        if other.measure is Measure.PARENT and other.contested is None and other.confirmed_by
        if (found := held.get(MandateId(other.representation_id))) is not None
    }


def _of_a_mandate(one: Mandate) -> Power | None:
    if one.starts is None or not one.is_checked:
        return None
    acts = frozenset(ActId(act) for act in one.acts if act in _ACTS)  # an act of another version names nothing
    return Power(one.mandate_id, PowerRole.HELPER, acts, one.reads, one.hidden, one.starts, one.ends)
