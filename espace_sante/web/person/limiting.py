"""Making one permission shorter, or narrower: the page offers less than she gave, never more. Guarantee: G3."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import GrantView
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES
from espace_sante.web import forms
from espace_sante.web.documents import view_of
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.access import offered_days, shown, who_is_named
from espace_sante.web.person.results import done

_LIMIT = REGISTRY[ActId.LIMIT_GRANT]
_BACK = ("/moi/autorisations", mark("Voir qui peut lire"))
Choices = list[tuple[str, str]]


async def limit_form(visit: Visit) -> Response:
    """Show one permission and what may be taken from it."""
    return await _form(visit, visit.query("numero"), {})


async def limit(visit: Visit) -> Response:
    """Make it shorter, narrower, or both; what is ticked is what stays."""
    values = dict(visit.values)
    values["scope"] = "categories" if visit.text("categories") else "documents" if visit.text("documents") else ""
    try:
        params = _LIMIT.parse(values)
        outcome = await _LIMIT.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem) or problem.code == "grant-unknown":
            raise
        errors = forms.errors_of(problem, ("days", "categories", "documents"), visit.say)
        return await _form(visit, visit.text("grant"), errors, STATUS[problem.kind])
    return await done(visit, outcome, title=mark("L’autorisation est réduite"), to=_BACK)


DOORS = (
    Door("/moi/autorisations/reduire", limit_form, "person"),
    Door("/moi/autorisations/reduire", limit, "person", "POST"),
)


async def _form(visit: Visit, number: str, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    grant = next((one for one in outcome.result.grants if one.grant == number), None)
    if grant is None:
        raise Problem(Kind.NOT_FOUND, "grant-unknown")
    categories, documents = await _left(visit, grant)
    days = [("1", visit.say(mark("Un jour"))), *offered_days(visit, _days_left(visit, grant))]
    return visit.page(
        "person/limit.html",
        status=status,
        entry=outcome.entry,
        grant=number,
        title=who_is_named(visit, grant.practitioner),
        shown=shown(visit, grant),
        categories=categories,
        documents=documents,
        ticked=visit.text("categories").split(",") + visit.text("documents").split(","),
        days=days,
        chosen=visit.text("days"),
        errors=errors,
    )


def _days_left(visit: Visit, grant: GrantView) -> int:
    left = datetime.fromisoformat(grant.ends) - visit.portal.frame.now() - timedelta(days=1)
    return min(max(left.days, 0), visit.portal.frame.settings.grant_days_max)


async def _left(visit: Visit, grant: GrantView) -> tuple[Choices, Choices]:
    """Return the categories, or the documents, that this permission shows: those that may be left of it."""
    if grant.scope == ScopeKind.DOCUMENTS.value:
        act = REGISTRY[ActId.LIST_DOCUMENTS]
        params = act.parse({"count": "200", "status": "both"})
        outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), params)
        named = frozenset(grant.documents)
        lines = [one for one in outcome.result.lines if one.document[32:] in named]
        return [], [(one.document, view_of(one.document, one.meta).title) for one in lines]
    covered = CATEGORIES if grant.scope == ScopeKind.EVERYTHING.value else grant.categories
    return [(str(number), visit.say(CATEGORIES[number])) for number in covered], []
