"""The end: what closing does, her copies first, a question whose yes is never ticked beforehand. Guarantee: G8."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done


async def ask(visit: Visit) -> Response:
    """Say what will happen, and ask."""
    return visit.page("person/close.html")


async def close(visit: Visit) -> Response:
    """Close on a yes; a no leads back, nothing changed."""
    match visit.text("sure"):
        case "no":
            return see_other("/moi")
        case "yes":
            act = REGISTRY[ActId.CLOSE_SPACE]
            outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
            return await done(visit, outcome, title=mark("Votre espace est fermé"), kept=False)
        case _:
            errors = {"sure": visit.say(mark("Choisissez oui ou non."))}
            return visit.page("person/close.html", status=400, errors=errors)


DOORS = (
    Door("/moi/fermer", ask, "person"),
    Door("/moi/fermer", close, "person", "POST"),
)
