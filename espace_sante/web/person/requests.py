"""Who asks her to read: the list, yes, less, or no, as short one as the other. Guarantee: G3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.will_said import shown_said
from espace_sante.keeper.demand import RequestView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, see_other
from espace_sante.web.person.results import done

_ACCEPT, _DECLINE = REGISTRY[ActId.ACCEPT_REQUEST], REGISTRY[ActId.DECLINE_REQUEST]
_LESS = tuple(field for field in _ACCEPT.fields if field.name != "number")
_PAGE = "/moi/demandes"
_BACK = (_PAGE, mark("Voir les demandes"))


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request as her page shows it: who asks, as his sign-in said, what, why, for how long."""

    number: str
    name: str
    about: str
    what: str
    why: str
    days: int
    ends: datetime


async def requests(visit: Visit) -> Response:
    """Show who asks, now."""
    return await _list(visit)


async def accept(visit: Visit) -> Response:
    """Say yes, or less."""
    return await _answer(visit, _ACCEPT, mark("Vous avez dit oui"))


async def decline(visit: Visit) -> Response:
    """Say no."""
    return await _answer(visit, _DECLINE, mark("Vous avez dit non"))


async def less_form(visit: Visit) -> Response:
    """Ask what she gives of a request, when it is less than what is asked."""
    return _less(visit, {})


DOORS = (
    Door(_PAGE, requests, "person"),
    Door(f"{_PAGE}/oui", accept, "person", "POST"),
    Door(f"{_PAGE}/non", decline, "person", "POST"),
    Door(f"{_PAGE}/moins", less_form, "person", "POST"),
)


async def _answer(visit: Visit, act: Act, title: str) -> Response:
    try:
        outcome = await act.perform(
            visit.portal.frame, visit.ask(), act.parse(forms.gathered(act.fields, visit.values))
        )
    except Problem as problem:
        if problem.code == "request-unknown":  # answered already, or no longer waiting: there is the list
            return see_other(_PAGE)
        if act is not _ACCEPT or not forms.is_for_the_form(problem):
            raise
        return _less(visit, forms.errors_of(problem, forms.names_of(_LESS), visit.say), STATUS[problem.kind])
    return await done(visit, outcome, title=title, to=_BACK)


def _less(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_LESS, visit.values)
    return visit.page(
        "person/request_less.html", status=status, number=visit.text("number"), fields=fields, errors=errors
    )


async def _list(visit: Visit) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = [_shown(visit, one) for one in outcome.result.requests]
    return visit.page("person/requests.html", entry=outcome.entry, requests=found)


def _shown(visit: Visit, one: RequestView) -> RequestShown:
    about = ", ".join(part for part in (one.profession, one.structure) if part)
    what = shown_said(one.scope, one.categories, visit.say)
    why = visit.say(PURPOSES.get(one.purpose, one.purpose))
    return RequestShown(one.number, one.name, about, what, why, one.days, datetime.fromisoformat(one.ends))
