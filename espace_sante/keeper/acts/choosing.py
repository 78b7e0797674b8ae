"""The acts by which she changes one answer alone: each pair of acts is one line here, what gives and what takes back.

By telephone the one that takes back holds at once, the one that gives only starts. Guarantee: G3, G10.
Source: docs/decisions/0027.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.choices import Choice, answered, said_as
from espace_sante.consent.purposes import purposes
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import ChoiceParams
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.situation import Plan, Situation

# By choice: the act that gives, then the act that takes it back.
PAIRS: Mapping[Choice, tuple[ActId, ActId]] = MappingProxyType(
    {
        Choice.DEPOSITS: (ActId.ACCEPT_DEPOSITS, ActId.REFUSE_DEPOSITS),
        Choice.AUTHORS: (ActId.LET_AUTHORS_READ, ActId.STOP_AUTHORS_READING),
        Choice.NEW_DOCUMENTS: (ActId.SHOW_NEW_DOCUMENTS, ActId.HIDE_NEW_DOCUMENTS),
        Choice.CHEST: (ActId.UNSEAL_SPACE, ActId.SEAL_SPACE),
        Choice.AFTER_DEATH: (ActId.ALLOW_AFTER_DEATH, ActId.REFUSE_AFTER_DEATH),
        Choice.PURPOSE: (ActId.ALLOW_SECONDARY_USE, ActId.END_SECONDARY_USE),
    }
)


def _is_known(purpose: str, rights: Rights, *, yes: bool) -> bool:
    """What is not in the public table may not be allowed; what she once allowed may always be taken back."""
    return purpose in purposes() or (not yes and purpose in rights.purposes)


def _plan(act: ActId, choice: Choice, *, yes: bool) -> Callable[[Situation], Plan]:
    """Return the plan of one side of a pair."""

    def plan(s: Situation) -> Plan:
        params: ChoiceParams = s.params
        found = decided(s, act)
        if isinstance(found, Refuse):
            return Plan(found)
        permit, will = found
        about = choice is Choice.PURPOSE
        if bool(params.purpose) is not about or (about and not _is_known(params.purpose, will.rights, yes=yes)):
            return Plan(Refuse("invalid"), code="purpose-unknown")
        rights = answered(will.rights, choice, yes, s.since, params.purpose)
        fields: dict[str, Field] = {"purpose": params.purpose} if about else {}
        return rewrite(s, permit, will, rights, (f"choice:{said_as(choice, params.purpose)}",), fields)

    return plan


PLANS: Mapping[str, Callable[[Situation], Plan]] = MappingProxyType(
    {
        act: _plan(act, choice, yes=yes)
        for choice, pair in PAIRS.items()
        for act, yes in zip(pair, (True, False), strict=True)
    }
)
