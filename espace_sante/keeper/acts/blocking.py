"""The acts by which a person blocks a professional and unblocks him. Her permissions and masks stay as she said them.

Guarantee: G3. Source: docs/decisions/0022.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, Effect, Refuse
from espace_sante.consent.rights import Block, BlockKind
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import BlockParams, UnblockParams
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.situation import Plan, Situation


def block(s: Situation) -> Plan:
    """Refuse everything, or deposits alone, to one named professional, whatever she granted or grants later."""
    params: BlockParams = s.params
    found = decided(s, ActId.BLOCK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    practitioner = parse_rpps(params.practitioner)
    if practitioner is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    if params.what not in set(BlockKind):
        return Plan(Refuse("invalid"), code="demand-invalid")
    asked = Block(practitioner, BlockKind(params.what), s.now)
    before = will.rights
    wider = not asked.stops_reading and before.blocks_reading_by(practitioner)
    named = (f"practitioner:{practitioner}",)
    fields: dict[str, Field] = {"practitioner": practitioner, "what": asked.what.value}
    return rewrite(s, permit, will, before.with_block(asked), named, fields, still=wider)


def unblock(s: Situation) -> Plan:
    """Unblock one professional: he gets what her permissions say, and nothing else."""
    params: UnblockParams = s.params
    found = decided(s, ActId.UNBLOCK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    practitioner = parse_rpps(params.practitioner)
    if practitioner is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    before, named = will.rights, (f"practitioner:{practitioner}",)
    # A voice on the telephone does not learn who is blocked.
    if permit.effect is not Effect.STARTS and not before.blocks_deposits_of(practitioner):
        return Plan(Refuse("nothing-to-undo"), code="not-blocked")
    return rewrite(s, permit, will, before.without_block(practitioner), named, {"practitioner": practitioner})
