"""What she kept closed: opened again, or erased now; and a no she takes back. Guarantee: G2, G3, G8."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done


async def reopen_form(visit: Visit) -> Response:
    """Say what comes back and what does not, and ask about deposits."""
    return visit.page("person/reopen.html", errors={})


async def reopen(visit: Visit) -> Response:
    """Open again."""
    if visit.text("deposits") not in ("yes", "no"):
        errors = {"deposits": visit.say(mark("Choisissez oui ou non."))}
        return visit.page("person/reopen.html", status=400, errors=errors)
    act = REGISTRY[ActId.REOPEN_SPACE]
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
    to = ("/moi", mark("Entrer dans mon espace"))
    return await done(visit, outcome, title=mark("Votre espace est rouvert"), to=to)


async def erase_form(visit: Visit) -> Response:
    """Say that it cannot be undone, and ask."""
    return visit.page("person/erase.html", errors={})


async def erase(visit: Visit) -> Response:
    """Erase on a yes; a no leads back, nothing changed."""
    match visit.text("sure"):
        case "no":
            return see_other("/moi")
        case "yes":
            act = REGISTRY[ActId.ERASE_CONTENT]
            outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
            return await done(visit, outcome, title=mark("Votre archive est effacée"), kept=False)
        case _:
            errors = {"sure": visit.say(mark("Choisissez oui ou non."))}
            return visit.page("person/erase.html", status=400, errors=errors)


async def refusal_form(visit: Visit) -> Response:
    """Say what taking a no back does, and what it does not."""
    return visit.page("person/refusal.html")


async def reverse_refusal(visit: Visit) -> Response:
    """Take a no back."""
    act = REGISTRY[ActId.REVERSE_REFUSAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse({}))
    return await done(visit, outcome, title=mark("C’est noté"), kept=False)


DOORS = (
    Door("/moi/rouvrir", reopen_form, "person"),
    Door("/moi/rouvrir", reopen, "person", "POST"),
    Door("/moi/effacer", erase_form, "person"),
    Door("/moi/effacer", erase, "person", "POST"),
    Door("/moi/refus", refusal_form, "person"),
    Door("/moi/refus", reverse_refusal, "person", "POST"),
)
