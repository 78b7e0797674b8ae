"""The certificate of destruction: a page and a file, for whoever holds the last receipt. Guarantee: G8."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from espace_sante.actions.destruction import destruction
from espace_sante.actions.refusals import sentence
from espace_sante.kernel.errors import Problem
from espace_sante.web.edge import STATUS, Door, Visit, file_answer

_PAGE = "public/destruction.html"
# Refusals that are shown beside the field: the reference is to be read again.
_OF_THE_REFERENCE = frozenset({"reference-invalid", "destruction-unknown"})


async def page(visit: Visit) -> Response:
    """Ask for the reference of the receipt, or show what was destroyed and when."""
    named = visit.query("reference")
    again = f"{visit.request.url.path}?{urlencode({'reference': named})}" if named else ""
    try:
        found = await destruction(visit.portal.frame.keeper, named) if named else None
    except Problem as problem:
        if problem.code not in _OF_THE_REFERENCE:
            raise
        errors = {"reference": sentence(problem, visit.say)}
        return visit.page(
            _PAGE, status=STATUS[problem.kind], read_again=again, found=None, reference=named, errors=errors
        )
    return visit.page(_PAGE, read_again=again, found=found, reference=named)


async def file(visit: Visit) -> Response:
    """Give the certificate as it is checked."""
    found = await destruction(visit.portal.frame.keeper, visit.query("reference"))
    return file_answer(found.as_json(), "application/json", "certificat.json")


DOORS = (Door("/effacement", page), Door("/effacement.json", file))
