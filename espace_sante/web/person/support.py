"""The help of the support: allow it for a ticket, see that it is allowed, end it. Guarantee: G3."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.results import done

_ALLOW = REGISTRY[ActId.ALLOW_SUPPORT]
_END = REGISTRY[ActId.END_SUPPORT]
_BACK = ("/moi/aide", mark("Revenir à l’aide du support"))


async def support(visit: Visit) -> Response:
    """Show the help she allows, or the form that allows it. Nothing is chosen beforehand."""
    return await _page(visit, {})


async def allow(visit: Visit) -> Response:
    """Allow the support to look, for a ticket and some hours."""
    found = await attempt(visit, _ALLOW)
    if isinstance(found, Wrong):
        return await _page(visit, found.errors, found.status)
    return await done(visit, found, title=mark("L’aide du support est permise"), to=_BACK)


async def end(visit: Visit) -> Response:
    """End it at once."""
    outcome = await _END.perform(visit.portal.frame, visit.ask(), _END.parse({}))
    return await done(visit, outcome, title=mark("L’aide du support est arrêtée"), to=_BACK)


DOORS = (
    Door("/moi/aide", support, "person"),
    Door("/moi/aide", allow, "person", "POST"),
    Door("/moi/aide/finir", end, "person", "POST"),
)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    allowed = [(one, datetime.fromisoformat(one.ends)) for one in outcome.result.support]
    fields = forms.views(_ALLOW.fields, visit.values)
    return visit.page(
        "person/support.html", status=status, entry=outcome.entry, allowed=allowed, fields=fields, errors=errors
    )
