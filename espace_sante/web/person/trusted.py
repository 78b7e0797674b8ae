"""Her trusted person: who it is, naming one, taking the name back. Guarantee: G2. Source: CSP L1111-6."""

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

_NAME, _END = REGISTRY[ActId.NAME_TRUSTED_PERSON], REGISTRY[ActId.END_TRUSTED_PERSON]
_BACK = ("/moi/confiance", mark("Revenir à ma personne de confiance"))


async def trusted(visit: Visit) -> Response:
    """Show who it is, and the form that names somebody. Nothing is chosen beforehand."""
    return await _page(visit, {})


async def name(visit: Visit) -> Response:
    """Name somebody."""
    found = await attempt(visit, _NAME)
    if isinstance(found, Wrong):
        return await _page(visit, found.errors, found.status)
    return await done(visit, found, title=mark("Votre personne de confiance est nommée"), to=_BACK)


async def end(visit: Visit) -> Response:
    """Take the name back."""
    outcome = await _END.perform(visit.portal.frame, visit.ask(), _END.parse({}))
    return await done(visit, outcome, title=mark("C’est repris"), to=_BACK)


DOORS = (
    Door("/moi/confiance", trusted, "person"),
    Door("/moi/confiance", name, "person", "POST"),
    Door("/moi/confiance/reprendre", end, "person", "POST"),
)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    shown = [(one, datetime.fromisoformat(one.since)) for one in outcome.result.trusted]
    fields = forms.views(_NAME.fields, visit.values)
    return visit.page(
        "person/trusted.html", status=status, entry=outcome.entry, trusted=shown, fields=fields, errors=errors
    )
