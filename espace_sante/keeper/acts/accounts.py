"""The act by which the operator's staff renews an account that was suspended. Source: inclusion.md HLP-09."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.demand import AccountRenewed
from espace_sante.keeper.situation import Change, Plan, Situation

_ENCODE = msgspec.msgpack.Encoder().encode


def renew_account(s: Situation) -> Plan:
    """Let an account serve again from today; an account that never served is none."""
    decision = decision_on(s, ActId.RENEW_ACCOUNT)
    if isinstance(decision, Refuse):
        return Plan(decision)
    if not s.extra.account:
        return Plan(Refuse("unknown"), code="account-none")
    change = Change(renew=(s.extra.account, s.now.date()))
    return Plan(decision, objects=("account",), write=lambda _: (change, _ENCODE(AccountRenewed())))
