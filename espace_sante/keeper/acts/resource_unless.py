"""Whether what a condition was searched among is still what it was: a resource written meanwhile makes it be searched again.

Whoever creates on a condition says what his search was given: here it is looked at again, among what he may see, and the head that moves
with the writing makes sure that nothing comes in between. Of what he may not see nothing is said, and whoever may read nothing has nothing
read for him. Source: docs/decisions/0051. Guarantee: G3, G11.
"""

from __future__ import annotations

from espace_sante.keeper.acts.resource_seen import resources_seen
from espace_sante.keeper.demand import Unless
from espace_sante.keeper.situation import Situation
from espace_sante.records.resource_terms import among, carries


def has_moved(s: Situation, kind: int, unless: Unless) -> bool:
    """Say whether the resources of a type that a condition may be about are others than those it was searched among."""
    found = (
        (row["row_id"].bytes, row["version"])
        for row, origin in resources_seen(s)
        if row["type"] == kind and carries(origin.terms, unless.near)
    )
    return among(found) != unless.among
