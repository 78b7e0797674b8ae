"""Where a person begins: her space, her invitation, or the plain fact that nothing is open."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.policy import policy_here


async def home(visit: Visit) -> Response:
    """Show the way to everything she can do; reads nothing of her space."""
    who = visit.signed_in
    if who.state == "archived":
        return visit.page("person/archive.html", until=date.fromisoformat(who.until) if who.until else None)
    if who.state == "deceased":
        return see_other("/moi/en-vie")
    if who.person and who.state != "presumed":
        return visit.page("person/home.html")
    if who.invited or who.person:
        return see_other("/moi/invitation")
    return visit.page("person/no_space.html", here=policy_here(visit.portal.frame.settings))


DOORS = (Door("/moi", home, "person"),)
