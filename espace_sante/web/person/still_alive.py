"""A death noted by mistake: she says that she is alive, and her space is hers again. Guarantee: G3, G10."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.results import done


async def form(visit: Visit) -> Response:
    """Say what is noted, and ask."""
    return visit.page("person/alive.html")


async def contest(visit: Visit) -> Response:
    """Forget the death."""
    act = REGISTRY[ActId.CONTEST_DEATH]
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse({}))
    return await done(visit, outcome, title=mark("L’erreur est corrigée"), to=("/moi", mark("Entrer dans mon espace")))


DOORS = (Door("/moi/en-vie", form, "person"), Door("/moi/en-vie", contest, "person", "POST"))
