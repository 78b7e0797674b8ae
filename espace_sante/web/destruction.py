"""The certificate of destruction: a page and a file, for whoever holds the last receipt. Guarantee: G8."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.actions.destruction import destruction
from espace_sante.web.edge import Door, Visit, file_answer


async def page(visit: Visit) -> Response:
    """Ask for the reference of the receipt, or show what was destroyed and when."""
    named = visit.query("reference")
    found = await destruction(visit.portal.frame.keeper, named) if named else None
    return visit.page("public/destruction.html", found=found, reference=named)


async def file(visit: Visit) -> Response:
    """Give the certificate as it is checked."""
    found = await destruction(visit.portal.frame.keeper, visit.query("reference"))
    return file_answer(found.as_json(), "application/json", "certificat.json")


DOORS = (Door("/effacement", page), Door("/effacement.json", file))
