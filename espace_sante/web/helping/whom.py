"""For whom a page is: the reference of its address, which is in each of its forms too, and how the holder calls her.

Nothing is "the present profile": two tabs open for two persons have two addresses, and a form of the one sent to the other does
nothing. Guarantee: G3. Source: inclusion.md UX-08; docs/decisions/0058.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.actions.read_mandate import Held, held_by
from espace_sante.actions.sign_in import session_of
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.edge import Visit

FIELD = "pour"
KINDS = "person|helper"


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a page acts: her reference, the holder's own word for her, where her pages begin."""

    reference: str
    label: str

    @property
    def home(self) -> str:
        """Return the address her pages begin at."""
        return f"/pour/{self.reference}"

    @property
    def asked(self) -> str:
        """Return how the keeper is told of her."""
        return f"for:{self.reference}"


async def held(visit: Visit) -> list[Held]:
    """Return for whom whoever is signed in may act."""
    return await held_by(visit.portal.frame.keeper, session_of(visit.token))


async def whom(visit: Visit) -> Whom:
    """Return for whom this page is; a form that was made for another page is refused, and nothing is done.

    Raises Problem: unknown for a reference that is not in the list of whoever is signed in, whatever it is in another's.
    """
    reference = visit.request.path_params["reference"]
    one = next((one for one in await held(visit) if one.reference == reference), None)
    if one is None:
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    if visit.request.method == "POST" and visit.text(FIELD) != reference:
        raise Problem(Kind.CONFLICT, "wrong-profile")
    return Whom(reference, one.label.rstrip(" ."))  # a sentence ends with it
