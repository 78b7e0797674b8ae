"""Whom she blocks: the form, what follows, and unblocking. Guarantee: G3."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, see_other
from espace_sante.web.person.access import who_is_named
from espace_sante.web.person.results import done

_BLOCK = REGISTRY[ActId.BLOCK]
_UNBLOCK = REGISTRY[ActId.UNBLOCK]
_BACK = ("/moi/autorisations", mark("Voir qui peut lire"))


async def block_form(visit: Visit) -> Response:
    """Show the form: who, and from what. Nothing is chosen beforehand."""
    return _form(visit, {})


async def block(visit: Visit) -> Response:
    """Block one professional or one structure."""
    try:
        params = _BLOCK.parse(forms.gathered(_BLOCK.fields, visit.values))
        outcome = await _BLOCK.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        names = forms.names_of(_BLOCK.fields)
        return _form(visit, forms.errors_of(problem, names, visit.say), STATUS[problem.kind])
    title = mark("C’est bloqué")
    return await done(visit, outcome, title=title, detail=who_is_named(visit, params.practitioner), to=_BACK)


async def unblock(visit: Visit) -> Response:
    """Unblock one party: only what her permissions say comes back to it. Unblocked already, there is the list."""
    params = _UNBLOCK.parse(visit.values)
    try:
        outcome = await _UNBLOCK.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if problem.code != "not-blocked":
            raise
        return see_other(_BACK[0])
    title = mark("C’est débloqué")
    return await done(visit, outcome, title=title, detail=who_is_named(visit, params.practitioner), to=_BACK)


DOORS = (
    Door("/moi/bloquer", block_form, "person"),
    Door("/moi/bloquer", block, "person", "POST"),
    Door("/moi/debloquer", unblock, "person", "POST"),
)


def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = {view.name: view for view in forms.views(_BLOCK.fields, visit.values)}
    return visit.page("person/block.html", status=status, fields=fields, errors=errors)
