"""What a software on trial may do: open invented spaces, write and read there, and nothing anywhere else.

The wall has two faces: it reaches no space that is not marked, and whoever else asks reaches none that is (`rules.decide`).
Pure, as the whole of the decision. Guarantee: G1, G3. Source: docs/decisions/0056; docs/specs/decision.md.
"""

from __future__ import annotations

from espace_sante.access.outcomes import NOT_SANDBOX, NOT_THEIR_ACT, PROOF, SANDBOX
from espace_sante.access.request import ActId, Channel, Context, Decision, Proof

# Nobody stands behind it: it comes as software, and proves nothing of anybody.
_WAY = (Channel.API, Proof.NONE)
_THERE = frozenset(
    {
        *(ActId.WRITE_RESOURCE, ActId.READ_RESOURCE),
        *(ActId.DEPOSIT_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT),
    }
)


def every_line(*_line: object) -> bool:
    """Show every line of an invented space: nobody is to be told anything before."""
    return True


def decide_sandbox(act: ActId, context: Context) -> Decision:
    """Say whether a software on trial may carry out an act, once the state of the space allows it.

    A space whose will is unknown is not one of those. Depends on its arguments alone, never raises.
    """
    if (context.channel, context.proof) != _WAY:
        return PROOF
    if act is ActId.OPEN_SANDBOX:
        return SANDBOX
    if act not in _THERE:
        return NOT_THEIR_ACT
    return SANDBOX if context.rights is not None and context.rights.sandbox else NOT_SANDBOX
