"""The acts on a space she closed and kept: opening it again, or erasing it now. Nobody else does anything there.

Opened again it begins as on its first day: nobody reads, no card, no emergency, and deposits by a new answer alone; what she hid
and whom she blocked stay as she said. Guarantee: G3, G8. Source: docs/decisions/0028.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.rights import SpaceState
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import journal_named, rewrite
from espace_sante.keeper.demand import ReopenParams
from espace_sante.keeper.situation import Change, Plan, Situation


def reopen_space(s: Situation) -> Plan:
    """Open an archive again: hers alone to read, as at its first day."""
    params: ReopenParams = s.params
    found = decided(s, ActId.REOPEN_SPACE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    rights = replace(will.rights.without_grants(), accepts_deposits=params.deposits)
    plan = rewrite(s, permit, will, rights, ("space",), {"deposits": "yes" if params.deposits else "no"})
    return _out_of_the_archive(plan, permit, SpaceState.OPEN)


def erase_content(s: Situation) -> Plan:
    """Erase an archive now, before the end she had chosen."""
    found = decided(s, ActId.ERASE_CONTENT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    plan = rewrite(s, permit, will, will.rights.without_grants(), ("space",), journal_named(s))
    return _out_of_the_archive(plan, permit, SpaceState.CLOSING)


def _out_of_the_archive(plan: Plan, permit: Permit, state: SpaceState) -> Plan:
    """Move the space out of the archive with the plan's own change; what only starts moves nothing."""
    write = plan.write
    if permit.effect is Effect.STARTS or write is None:
        return plan

    def leave(reference: str) -> tuple[Change, bytes]:
        change, answer = write(reference)
        return replace(change, unarchive=True), answer

    return replace(plan, write=leave, state=state)
