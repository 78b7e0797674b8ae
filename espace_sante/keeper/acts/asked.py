"""The decision on an act and the will it rests on, together: a plan that needs both never goes on with one alone."""

from __future__ import annotations

from espace_sante.access.request import ActId, Context, Decision, Permit, Refuse, Thing
from espace_sante.access.rules import decide
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Situation

_WHOLE = Thing()


def decision_on(s: Situation, act: ActId, thing: Thing = _WHOLE, context: Context | None = None) -> Decision:
    """Return the decision on an act that rests on nobody's will; `context`: that of another space than the entry's chain."""
    return decide(s.subject, act, thing, context or s.context(), s.now)


def decided(s: Situation, act: ActId, thing: Thing = _WHOLE) -> tuple[Permit, Will] | Refuse:
    """Return the permission and the will it rests on, or the refusal.

    A space whose will was not read is no space: nothing is said to be done there. Guarantee: G3.
    """
    decision = decision_on(s, act, thing)
    if isinstance(decision, Refuse):
        return decision
    return Refuse("no-space") if s.will is None else (decision, s.will)
