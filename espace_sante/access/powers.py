"""What somebody may do in another person's space by a power of hers: the acts it names, within what his role may ever do.

Never more than she might herself, never what she keeps from everybody unless she said so apart. An act that stands in no list
below is refused, whatever the power names: a list that is not kept up refuses more, never less.
Pure, as the whole of the decision. Guarantee: G2, G3, G10. Source: inclusion.md HLP-01 to HLP-05; docs/decisions/0058.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from espace_sante.access import reading
from espace_sante.access.outcomes import (
    CHEST,
    MANDATE,
    MASKED,
    NOT_ACTIVATED,
    NOT_ANNOUNCED,
    NOTHING_NAMED,
    POWER_BEYOND,
    POWER_OVER,
    PROOF,
    REPRESENTATIVE,
)
from espace_sante.access.reading import Visible
from espace_sante.access.request import (
    ActId,
    Channel,
    Context,
    Decision,
    Effect,
    Permit,
    Power,
    PowerRole,
    Proof,
    Refuse,
    Thing,
)
from espace_sante.consent.rights import Rights

# What a mandate may name, one by one: adding, and what takes something back from others.
NAMEABLE = (
    *(ActId.DEPOSIT_DOCUMENT, ActId.WITHDRAW_ACCESS, ActId.LIMIT_GRANT, ActId.BLOCK, ActId.MASK),
    *(ActId.DECLINE_REQUEST, ActId.REVOKE_ACCESS_CARD, ActId.REFUSE_EMERGENCY, ActId.REFUSE_DEPOSITS),
    *(ActId.STOP_AUTHORS_READING, ActId.HIDE_NEW_DOCUMENTS, ActId.SEAL_SPACE, ActId.END_SECONDARY_USE),
    *(ActId.END_APP, ActId.END_SUPPORT, ActId.CONTEST_ACCESS, ActId.REPORT_MISTAKE),
)
# What gives access to others: in no mandate unless it is ticked apart. What would show what she hides, or show everything, is
# in none at all: whoever may read and show again would see what she does not want seen. Source: inclusion.md HLP-04, HLP-05.
GIVING = (ActId.GRANT_ACCESS, ActId.ACCEPT_REQUEST, ActId.ISSUE_ACCESS_CARD, ActId.ACCEPT_DEPOSITS, ActId.UNBLOCK)
# What the one tick "he may read my documents" opens.
READING = (ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT)
# Of the mandate itself: to see what it says, and to give it up.
OF_ITSELF = (ActId.READ_MANDATE, ActId.END_MANDATE)
_ALONE = (*READING, *OF_ITSELF)

_SIGNED_IN = ((Channel.WEB, Proof.LOGIN), (Channel.API, Proof.LOGIN))
# What each role may ever do, and by which rule; a role that is not here may do nothing.
_BY_ROLE: Mapping[PowerRole, tuple[str, frozenset[ActId]]] = MappingProxyType(
    {
        PowerRole.HELPER: (MANDATE, frozenset((*NAMEABLE, *GIVING))),
        # What is more than that for a child or a protected adult is done at a counter, both there. Source: docs/decisions/0060.
        PowerRole.REPRESENTATIVE: (REPRESENTATIVE, frozenset((*NAMEABLE, *GIVING))),
    }
)
_READ = ActId.READ_DOCUMENT


def decide_power(power: Power, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Say whether whoever holds this power may carry out an act, once the state of the space allows it.

    `now` carries a time zone: without one nothing is permitted. Depends on its arguments alone, never raises.
    """
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    rights = context.rights
    if rights is None or not _in_force(power, now):
        return POWER_OVER
    if rights.presumed:
        return NOT_ACTIVATED
    if not lets(power, act):
        return POWER_BEYOND
    refusal = _not_shown(power, act, thing, context) if act in READING else None
    if refusal is not None:
        return refusal
    rule = _BY_ROLE[power.role][0]
    if act in power.joint and act not in _ALONE and (power.agreed_until is None or now >= power.agreed_until):
        return Permit(rule, Effect.STARTS, power.power_id, notify=True)  # nothing happens by silence
    return Permit(rule, grant=power.power_id, notify=True)


def lets(power: Power, act: ActId) -> bool:
    """Say whether a power names an act that its role may do."""
    known = _BY_ROLE.get(power.role)
    if known is None:
        return False
    if act in OF_ITSELF:
        return True
    if act in READING:
        return power.may_read
    return act in power.acts and act in known[1]


def lines(power: Power, context: Context) -> Visible:
    """Return the question for each line of a list; true exactly when `decide_power` permits to read that document."""
    rights = context.rights
    if rights is None:
        return reading.nothing

    def shown(
        category: int | None,
        document: UUID | None,
        type_code: str = "",
        born_hidden: bool = False,
        withheld: bool = False,
        /,
    ) -> bool:
        if category is None or document is None or withheld:
            return False
        thing = Thing(category, document, type_code, born_hidden=born_hidden)
        return not _kept_apart(power, thing, rights) and (
            power.sees_hidden or not reading.is_hidden_from_all(thing, rights)
        )

    return shown


def _not_shown(power: Power, act: ActId, thing: Thing, context: Context) -> Refuse | None:
    """Refuse what she keeps from everybody: a sealed chest, what is not told to her yet, what she hides from all."""
    rights = context.rights
    if rights is None or rights.chest:
        return CHEST
    if act is not _READ:
        return None  # each line is asked apart
    if thing.category is None or thing.document is None:
        return NOTHING_NAMED
    if thing.withheld:
        return NOT_ANNOUNCED
    if _kept_apart(power, thing, rights):
        return MASKED
    return None if power.sees_hidden or not reading.is_hidden_from_all(thing, rights) else MASKED


def _kept_apart(power: Power, thing: Thing, rights: Rights) -> bool:
    """Say whether she keeps a thing from whoever represents her: at any age, by herself or by who treated her. Source: CSP L1111-5."""
    return power.role is PowerRole.REPRESENTATIVE and rights.keeps_apart(thing.category, thing.document)


def _in_force(power: Power, now: datetime) -> bool:
    bounds = (power.starts, power.ends, now)
    if any(one.tzinfo is None for one in bounds):
        return False
    return power.starts <= now < power.ends
