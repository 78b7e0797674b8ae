"""Where a person begins: her space, her invitation, or the plain fact that nothing is open."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.web.edge import Door, Visit, see_other


async def home(visit: Visit) -> Response:
    """Show the way to everything she can do; reads nothing of her space."""
    who = visit.signed_in
    if who.person:
        return visit.page("person/home.html")
    return see_other("/moi/invitation") if who.invited else visit.page("person/no_space.html")


DOORS = (Door("/moi", home, "person"),)
