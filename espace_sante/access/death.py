"""What may still be done once somebody died: what the law lets her heirs ask, two accounts of the operator together, and no more.

Noting a death looks at no state: the answer must not tell who has a space. Everything else about her is refused by `rules`.
Guarantee: G3, G5. Source: Code de la santé publique art. L1110-4, V, and L1111-7; docs/decisions/0061.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.access.outcomes import (
    AFTER_DEATH,
    AFTER_DEATH_DOES_NOT_COVER,
    AFTER_DEATH_NOT_CONFIRMED,
    AFTER_DEATH_REFUSED,
    DEATH,
    NOT_DECEASED,
    NOT_THEIR_ACT,
    PROOF,
)
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Decision, Proof, Thing
from espace_sante.consent.death import DemandStanding
from espace_sante.consent.rights import SpaceState

OF_A_DEATH = (ActId.RECORD_DEATH, ActId.DEMAND_AFTER_DEATH, ActId.LIST_AFTER_DEATH, ActId.READ_AFTER_DEATH)
# Once she died: she may say that it is not so, and what tells her of it is still printed and posted, and comes back.
STILL_DONE = (ActId.CONTEST_DEATH, ActId.PRINT_LETTER, ActId.POST_LETTER, ActId.RETURN_LETTER)
_RECORD, _DEMAND = ActId.RECORD_DEATH, ActId.DEMAND_AFTER_DEATH
_NOTING = (ActorKind.AGENT, ActorKind.OPERATOR)
_SIGNED_IN = ((Channel.WEB, Proof.LOGIN), (Channel.API, Proof.LOGIN))
_KEPT = (SpaceState.OPEN, SpaceState.ARCHIVED)
_READINGS: Mapping[DemandStanding | None, Decision] = MappingProxyType(
    {DemandStanding.CONFIRMED: AFTER_DEATH, DemandStanding.OUTSIDE: AFTER_DEATH_DOES_NOT_COVER}
)


def decide_death(kind: ActorKind, act: ActId, thing: Thing, context: Context) -> Decision:
    """Let agents and staff note a death; let staff note what an heir asks, and read what two accounts noted of it."""
    if kind not in _NOTING or (act is not _RECORD and kind is not ActorKind.OPERATOR):
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if act is _RECORD:
        return DEATH
    rights = context.rights
    if context.state not in _KEPT or rights is None or not rights.is_dead:
        return NOT_DECEASED
    if rights.heirs_refused:
        return AFTER_DEATH_REFUSED
    return AFTER_DEATH if act is _DEMAND else _READINGS.get(thing.after_death, AFTER_DEATH_NOT_CONFIRMED)
