"""Representatives recorded from a paper: noted by one agent, confirmed by another, ended. Guarantee: G10. Source: docs/decisions/0060."""

from __future__ import annotations

from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit

_PATH = "/guichet/representants"
_ACTS = MappingProxyType(
    {
        f"{_PATH}/noter": ActId.RECORD_REPRESENTATION,
        f"{_PATH}/confirmer": ActId.CONFIRM_REPRESENTATION,
        f"{_PATH}/finir": ActId.END_REPRESENTATION,
    }
)


async def choose(visit: Visit) -> Response:
    """Say the three things that may be done here."""
    return visit.page("counter/representatives.html", acts=[(path, REGISTRY[act]) for path, act in _ACTS.items()])


async def form(visit: Visit) -> Response:
    """Ask what the paper says."""
    return _page(visit, {})


async def perform(visit: Visit) -> Response:
    """Do it; the code of a confirmed power is shown here, once."""
    act = REGISTRY[_ACTS[visit.request.url.path]]
    try:
        params = act.parse(forms.gathered(act.fields, visit.values))
        outcome = await act.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if not (forms.is_for_the_form(problem) or problem.code.startswith(("representation", "helper-name", "second"))):
            raise
        errors = forms.errors_of(problem, forms.names_of(act.fields), visit.say)
        return _page(visit, errors, STATUS[problem.kind])
    return visit.page(
        "counter/representative_noted.html",
        entry=outcome.entry,
        said=visit.say(outcome.sentence),
        noted=outcome.result,
        to=_PATH,
    )


DOORS = (
    Door(_PATH, choose, "agent"),
    *(Door(path, form, "agent") for path in _ACTS),
    *(Door(path, perform, "agent", "POST") for path in _ACTS),
)


def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act, path = REGISTRY[_ACTS[visit.request.url.path]], visit.request.url.path
    fields = forms.views(act.fields, visit.values)
    return visit.page("counter/representative.html", status=status, act=act, path=path, fields=fields, errors=errors)
