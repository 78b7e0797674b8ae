"""Deaths, and what heirs ask: each noted by two accounts, what is covered taken out as files. No page shows what is in a document.

Guarantee: G3, G5. Source: docs/decisions/0061.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, Outcome
from espace_sante.actions.registry import REGISTRY
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.documents import content_answer, view_of
from espace_sante.web.edge import Door, Visit

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
    outcome = await _attempted(visit, _RECORD)
    if isinstance(outcome, Wrong):
        return _death_page(visit, outcome.errors, outcome.status)
    to = visit.request.url.path
    return visit.page("operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=to)


async def demand_form(visit: Visit) -> Response:
    """Ask what an heir asks."""
    return _demand_page(visit, {})


async def demand(visit: Visit) -> Response:
    """Note it; once two accounts did, lead to what it covers."""
    outcome = await _attempted(visit, _DEMAND)
    if isinstance(outcome, Wrong):
        return _demand_page(visit, outcome.errors, outcome.status)
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


async def _attempted(visit: Visit, act: Act) -> Outcome | Wrong:
    typed = forms.gathered(act.fields, visit.values)
    return await attempt(visit, act, values=typed, asked=visit.ask(""), told=_OF_THE_FORMS)


def _death_page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields, path = forms.views(_RECORD.fields, visit.values), visit.request.url.path
    return visit.page("operator/death.html", status=status, fields=fields, errors=errors, path=path)


def _demand_page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "operator/demand.html", status=status, fields=forms.views(_DEMAND.fields, visit.values), errors=errors
    )
