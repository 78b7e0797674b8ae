"""What her sealed will says of whoever names her by a reference of his own: which power, and nothing when it says nothing.

A helper's mandate stands here; whoever represents her by law or by a judge's decision will stand beside, found by the same
reference. Guarantee: G3. Source: docs/decisions/0058.
"""

from __future__ import annotations

from collections.abc import Sequence

from espace_sante.access.request import ActId, Power, PowerRole
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.rights import Rights

_ACTS = frozenset(act.value for act in ActId)


def power_in(rights: Rights, ways: Sequence[bytes]) -> Power | None:
    """Return the power that one of these keyed references stands for in her will, None for none."""
    mandate = next((one for one in rights.mandates if one.way in ways and one.is_accepted), None)
    return _of_a_mandate(mandate) if mandate is not None else None


def _of_a_mandate(one: Mandate) -> Power | None:
    if one.starts is None or not one.is_checked:
        return None
    acts = frozenset(ActId(act) for act in one.acts if act in _ACTS)  # an act of another version names nothing
    return Power(one.mandate_id, PowerRole.HELPER, acts, one.reads, one.hidden, one.starts, one.ends)
