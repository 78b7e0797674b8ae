"""An agent who said that he is tied to a person does nothing for her: neither now nor later. Another agent does it with her.

He says it with the demand; the refusal is a line of her journal, and her sealed will keeps a keyed term of his account. Nothing says
in clear who is tied to whom. Guarantee: G2, G10. Source: inclusion.md HLP-15; docs/decisions/0083.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActorKind, Permit, Refuse
from espace_sante.consent.ties import Tie
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.power_terms import holder_term
from espace_sante.keeper.situation import Change, Plan
from espace_sante.vault.keys import ServiceKeys

DECLARED_TIE = Refuse("declared-tie")
CODE = "tie-declared"
_TIES = frozenset(Tie)


def is_tie(word: str) -> bool:
    """Say whether a demand says no tie, or one of the list."""
    return not word or word in _TIES


def without_ties(plan: Plan, pending: Pending, g: Gathered, service: ServiceKeys) -> Plan:
    """Refuse an agent what he would do for a person he is tied to; the first time, it is kept that he is."""
    if pending.session.kind != ActorKind.AGENT or not isinstance(plan.decision, Permit):
        return plan
    mine, will = holder_term(service, pending.session.account), g.will
    known = will is not None and mine in will.rights.ties
    if not pending.ask.tie and not known:
        return plan
    objects = (f"tie:{pending.ask.tie}",) if pending.ask.tie else ()
    if will is None or known:
        return Plan(DECLARED_TIE, objects, code=CODE)
    following = replace(will, rights=will.rights.with_tie(mine), version=will.version + 1)
    return Plan(DECLARED_TIE, objects, code=CODE, despite=lambda _: Change(will=following))
