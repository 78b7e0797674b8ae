"""On which authority something was permitted, as its line of the journal says it: which permission, given to whom, since when.

Said in the line itself, so that it is still true when the permission is over or taken back. Of a team, neither its name nor its
members: the length of a line would tell how many they are. Source: docs/specs/entry.md §3.
"""

from __future__ import annotations

from espace_sante.access.outcomes import EMERGENCY
from espace_sante.access.request import Permit, Power
from espace_sante.consent.rights import Rights
from espace_sante.keeper.receipts import instant


def basis_of_power(power: Power) -> dict[str, str]:
    """Return the members of `basis` of whatever is asked under a power, permitted or not: which, in what role, since when.

    Of the form of those of a permission, so that a line is as long as one that a permission of hers wrote.
    """
    return {"power": power.power_id.hex, "role": power.role.value, "since": instant(power.starts)}


def basis_of(permit: Permit, rights: Rights | None) -> dict[str, str]:
    """Return the members of `basis`; nothing when neither a permission nor an emergency access was used."""
    if permit.grant is None:
        return {}
    if permit.rule == EMERGENCY:
        glasses = rights.glasses if rights is not None else ()
        since = next((instant(one.starts) for one in glasses if one.glass_id == permit.grant), "")
        return {"glass": permit.grant.hex} | ({"since": since} if since else {})
    given = next((one for one in (rights.grants if rights is not None else ()) if one.grant_id == permit.grant), None)
    if given is None:
        return {"grant": permit.grant.hex}
    said = {"grant": permit.grant.hex, "to": given.to.kind.value, "since": instant(given.starts)}
    return said | ({"card": given.card.hex} if given.card is not None else {})
