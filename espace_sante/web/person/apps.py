"""Her applications: which ones, whose they are, what each may see, until when; ending one at once. Guarantee: G2, G3, G10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.app_said import scopes_said
from espace_sante.actions.registry import REGISTRY
from espace_sante.identity.scopes import parse_scopes
from espace_sante.keeper.demand import AppView
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.access import offered_days
from espace_sante.web.person.results import done

_ALLOW = REGISTRY[ActId.AUTHORISE_APP]
_END = REGISTRY[ActId.END_APP]
_BACK = ("/moi/applications", mark("Revenir à mes applications"))


@dataclass(frozen=True, slots=True)
class AppShown:
    """One authorisation as her page shows it."""

    number: str
    name: str
    owner: str
    sees: tuple[str, ...]
    since: datetime
    ends: datetime
    offline: bool
    waiting: bool


async def apps(visit: Visit) -> Response:
    """Show the applications she lets act for her."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = [_shown(visit, one) for one in outcome.result.apps]
    return visit.page("person/apps.html", entry=outcome.entry, apps=found)


async def allow_form(visit: Visit) -> Response:
    """Show the form that allows one before it asks. Nothing is chosen beforehand."""
    return await _form(visit, {})


async def allow(visit: Visit) -> Response:
    """Allow one before it asks: it receives nothing before she opens it herself, signed in."""
    try:
        outcome = await _ALLOW.perform(visit.portal.frame, visit.ask(), _ALLOW.parse(visit.values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_ALLOW.fields), visit.say)
        return await _form(visit, errors, STATUS[problem.kind])
    return await done(visit, outcome, title=mark("L’application est permise"), to=_BACK)


async def end(visit: Visit) -> Response:
    """End one at once."""
    if not visit.text("number").strip():  # every one at once is asked for by other ways, never by a form half read
        raise Problem(Kind.INVALID, "demand-invalid")
    outcome = await _END.perform(visit.portal.frame, visit.ask(), _END.parse(visit.values))
    return await done(visit, outcome, title=mark("L’application est arrêtée"), to=_BACK)


DOORS = (
    Door("/moi/applications", apps, "person"),
    Door("/moi/applications/permettre", allow_form, "person"),
    Door("/moi/applications/permettre", allow, "person", "POST"),
    Door("/moi/applications/arreter", end, "person", "POST"),
)


def _shown(visit: Visit, one: AppView) -> AppShown:
    return AppShown(
        one.number,
        one.name,
        one.owner,
        scopes_said(parse_scopes(one.scopes), visit.say),
        datetime.fromisoformat(one.since),
        datetime.fromisoformat(one.ends),
        one.offline,
        one.waiting,
    )


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = {view.name: view for view in forms.views(_ALLOW.fields, visit.values)}
    return visit.page("person/app_form.html", status=status, fields=fields, days=offered_days(visit), errors=errors)
