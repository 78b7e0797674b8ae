"""Deaths, and what heirs ask: each noted by two accounts, what is covered taken out as files. No page shows what is in a document.

Guarantee: G3, G5. Source: docs/decisions/0061.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.documents import content_answer, view_of
from espace_sante.web.edge import STATUS, Door, Visit

_RECORD, _DEMAND = REGISTRY[ActId.RECORD_DEATH], REGISTRY[ActId.DEMAND_AFTER_DEATH]
_COVERED, _READ = REGISTRY[ActId.LIST_AFTER_DEATH], REGISTRY[ActId.READ_AFTER_DEATH]
_DEATHS, _HEIRS, _AT_COUNTER = "/exploitant/deces", "/exploitant/ayants-droit", "/guichet/deces"
_OF_THE_FORMS = frozenset(
    {"death-invalid", "demand-words", "demand-ground", "order-scope", "not-deceased", "after-death-refused"}
)


async def death_form(visit: Visit) -> Response:
    """Ask whose death it is, its day and its certificate."""
    return _death_page(visit, {})


async def record(visit: Visit) -> Response:
    """Note it; the answer is the same whether the person has a space or not."""
    try:
        params = _RECORD.parse(forms.gathered(_RECORD.fields, visit.values))
        outcome = await _RECORD.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if not _is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_RECORD.fields), visit.say)
        return _death_page(visit, errors, STATUS[problem.kind])
    to = visit.request.url.path
    return visit.page("operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=to)


async def demand_form(visit: Visit) -> Response:
    """Ask what an heir asks."""
    return _demand_page(visit, {})


async def demand(visit: Visit) -> Response:
    """Note it; once two accounts did, lead to what it covers."""
    try:
        params = _DEMAND.parse(forms.gathered(_DEMAND.fields, visit.values))
        outcome = await _DEMAND.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if not _is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_DEMAND.fields), visit.say)
        return _demand_page(visit, errors, STATUS[problem.kind])
    return visit.page(
        "operator/demand_noted.html",
        entry=outcome.entry,
        said=visit.say(outcome.sentence),
        noted=outcome.result,
        whose={"ins": visit.text("ins"), "local": visit.text("local")},
    )


async def covered(visit: Visit) -> Response:
    """Show what the demand covers; each look is an entry."""
    outcome = await _COVERED.perform(visit.portal.frame, visit.ask("", keyed=False), _COVERED.parse(visit.values))
    found = outcome.result
    return visit.page(
        "operator/demanded.html",
        entry=outcome.entry,
        demand=found.order,
        total=found.total,
        documents=[(row, view_of("0" * 32 + row, meta)) for row, meta in found.lines],
        whose={"ins": visit.text("ins"), "local": visit.text("local")},
    )


async def take(visit: Visit) -> Response:
    """Return one document as a file, once its entry is written."""
    outcome = await _READ.perform(visit.portal.frame, visit.ask("", keyed=False), _READ.parse(visit.values))
    return await content_answer(visit, outcome)


DOORS = (
    Door(_DEATHS, death_form, "operator"),
    Door(_DEATHS, record, "operator", "POST"),
    Door(_AT_COUNTER, death_form, "agent"),
    Door(_AT_COUNTER, record, "agent", "POST"),
    Door(_HEIRS, demand_form, "operator"),
    Door(_HEIRS, demand, "operator", "POST"),
    Door(f"{_HEIRS}/documents", covered, "operator", "POST"),
    Door(f"{_HEIRS}/document", take, "operator", "POST"),
)


def _is_for_the_form(problem: Problem) -> bool:
    return problem.code in _OF_THE_FORMS or forms.is_for_the_form(problem)


def _death_page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields, path = forms.views(_RECORD.fields, visit.values), visit.request.url.path
    return visit.page("operator/death.html", status=status, fields=fields, errors=errors, path=path)


def _demand_page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "operator/demand.html", status=status, fields=forms.views(_DEMAND.fields, visit.values), errors=errors
    )
