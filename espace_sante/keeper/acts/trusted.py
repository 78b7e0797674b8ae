"""The acts by which she names her trusted person, and takes the name back. Nothing is opened by either. Guarantee: G2.

Source: CSP L1111-6; espace_sante/consent/trusted.py.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.rights import Rights
from espace_sante.consent.trusted import CONTACT_LONGEST, TrustedPerson
from espace_sante.identity.names import is_whole_name
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import TrustedParams, TrustedView
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.situation import Plan, Situation


def name_trusted_person(s: Situation) -> Plan:
    """Name her trusted person; one named before is one no more."""
    params: TrustedParams = s.params
    found = decided(s, ActId.NAME_TRUSTED_PERSON)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if not is_whole_name(params.name):
        return Plan(Refuse("invalid"), code="helper-name")
    if len(params.contact) > CONTACT_LONGEST:
        return Plan(Refuse("invalid"), code="trusted-contact")
    trusted = TrustedPerson(params.name, params.contact, params.signed, s.now)
    fields: dict[str, Field] = {"trusted": params.name, "contact": params.contact, "signed": params.signed}
    return rewrite(s, permit, will, will.rights.with_trusted(trusted), ("trusted",), fields)


def end_trusted_person(s: Situation) -> Plan:
    """Take the name back."""
    found = decided(s, ActId.END_TRUSTED_PERSON)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    before = will.rights.trusted
    if before is None:
        return Plan(Refuse("nothing-to-undo"), code="trusted-unknown")
    return rewrite(s, permit, will, will.rights.with_trusted(None), ("trusted",), {"trusted": before.name})


def trusted_seen(rights: Rights) -> list[TrustedView]:
    """Return her trusted person as she sees it, none when there is none."""
    one = rights.trusted
    return [TrustedView(one.name, one.contact, one.signed, instant(one.since))] if one is not None else []
