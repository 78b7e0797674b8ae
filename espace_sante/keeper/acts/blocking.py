"""The acts by which a person blocks a professional or a structure and unblocks them. Her permissions and masks stay as she said them.

Guarantee: G3. Source: docs/decisions/0022.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, Effect, Refuse
from espace_sante.consent.limits import Block, BlockKind
from espace_sante.consent.recipient import RecipientKind, parse_recipient, written
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import party, rewrite
from espace_sante.keeper.demand import BlockParams, UnblockParams
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.situation import Plan, Situation


def block(s: Situation) -> Plan:
    """Refuse reading, emergencies, deposits, or all of them, to one party, whatever she granted or grants later."""
    params: BlockParams = s.params
    found = decided(s, ActId.BLOCK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None or who.kind is RecipientKind.TEAM:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    if params.what not in set(BlockKind):
        return Plan(Refuse("invalid"), code="demand-invalid")
    asked = Block(who, BlockKind(params.what), s.since)
    after = will.rights.with_block(asked)
    wider = any(one.who.is_same(who) and one.what is not asked.what for one in after.blocks)
    fields: dict[str, Field] = {"practitioner": written(who), "what": asked.what.value}
    return rewrite(s, permit, will, after, (party(who),), fields, still=wider)


def unblock(s: Situation) -> Plan:
    """Unblock one party: it gets what her permissions say, and nothing else."""
    params: UnblockParams = s.params
    found = decided(s, ActId.UNBLOCK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    who = parse_recipient(params.practitioner)
    if who is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    before = will.rights
    # A voice on the telephone does not learn who is blocked.
    if permit.effect is not Effect.STARTS and not any(one.who.is_same(who) for one in before.blocks):
        return Plan(Refuse("nothing-to-undo"), code="not-blocked")
    return rewrite(s, permit, will, before.without_block(who), (party(who),), {"practitioner": written(who)})
