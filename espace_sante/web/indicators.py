"""The public counts: a page and a file, for anybody. Guarantee: G14."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.actions.indicators import indicators
from espace_sante.web.edge import Door, Visit


async def page(visit: Visit) -> Response:
    """Show what is published."""
    found = await indicators(visit.portal.frame.keeper)
    return visit.page(
        "public/indicators.html",
        frame="base/layout.html",
        indicators=found,
        addresses=None,
        figures="/indicateurs",
        verifiers="/verifier/",
    )


async def file(visit: Visit) -> Response:
    """Give the same as JSON."""
    found = await indicators(visit.portal.frame.keeper)
    return Response(found.as_json(), media_type="application/json")


async def table(visit: Visit) -> Response:
    """Give the cells as CSV."""
    found = await indicators(visit.portal.frame.keeper)
    return Response(found.as_csv().encode(), media_type="text/csv")


async def sums(visit: Visit) -> Response:
    """Give what the cells add up to."""
    found = await indicators(visit.portal.frame.keeper)
    return Response(found.sums_csv().encode(), media_type="text/csv")


async def delays(visit: Visit) -> Response:
    """Give how long acts took."""
    found = await indicators(visit.portal.frame.keeper)
    return Response(found.delays_csv().encode(), media_type="text/csv")


DOORS = (
    Door("/indicateurs-delais.csv", delays),
    Door("/indicateurs-sommes.csv", sums),
    Door("/indicateurs", page),
    Door("/indicateurs.json", file),
    Door("/indicateurs.csv", table),
)
