"""What a representative asks and does not do alone is kept until the other asks exactly the same; done together, it is forgotten.

Nothing of hers changes by what was only asked; she is told of it. Guarantee: G2, G10. Source: docs/decisions/0060.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, Effect, Permit, Power
from espace_sante.consent.proposed import Proposed
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.situation import Change, Plan, Situation


def proposing(s: Situation, plan: Plan) -> Plan:
    """Return a plan that also keeps, or uses up, what representatives asked; any other plan as it is."""
    power, decision = s.subject.power, plan.decision
    if power is None or s.subject.holder or not isinstance(decision, Permit) or ActId(s.ask.act) not in power.joint:
        return plan
    if decision.effect is Effect.STARTS:
        return replace(plan, write=lambda reference: (_kept(s, power, reference), b""), release=None)
    inner = plan.write
    if inner is None:
        return plan

    def write(reference: str) -> tuple[Change, bytes]:
        change, answer = inner(reference)
        if change.will is None:
            return change, answer
        return replace(change, will=replace(change.will, rights=_used_up(s, change.will.rights))), answer

    return replace(plan, write=write)


def _kept(s: Situation, power: Power, reference: str) -> Change:
    assert s.will is not None  # the power was read from it
    asked = Proposed(s.ask.act, s.ask.body, power.power_id, s.now)
    rights = s.will.rights.in_force(s.now).with_proposed(asked)
    return Change(will=replace(s.will, rights=rights, version=s.will.version + 1), notice=notice(s, reference))


def _used_up(s: Situation, rights: Rights) -> Rights:
    left = tuple(one for one in rights.proposed if (one.act, one.body) != (s.ask.act, s.ask.body))
    return replace(rights, proposed=left)
