"""Her notices: where they reach her besides her pages, and how she proves that it is hers. Nothing is asked for.

Guarantee: G5, G10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import ContactView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.results import done

_CHANGE, _REMOVE, _CONFIRM = (
    REGISTRY[act] for act in (ActId.CHANGE_CONTACT, ActId.REMOVE_CONTACT, ActId.CONFIRM_CONTACT)
)
_BACK = ("/moi/avis", mark("Revenir à vos avis"))
_SAVED = mark("Votre choix est enregistré")
_NAMES = {"mail": mark("Adresse électronique"), "sms": mark("Mobile")}


@dataclass(frozen=True, slots=True)
class Shown:
    """One contact as the page says it."""

    way: str
    name: str
    value: str
    proven: datetime | None
    waits: bool


async def notices(visit: Visit) -> Response:
    """Show where notices reach her."""
    return await _page(visit, {})


async def change(visit: Visit) -> Response:
    """Give a mailbox, a number, or both."""
    return await _done(visit, _CHANGE)


async def remove(visit: Visit) -> Response:
    """Be written to there no more."""
    return await _done(visit, _REMOVE)


async def confirm(visit: Visit) -> Response:
    """Say what the message said."""
    return await _done(visit, _CONFIRM)


DOORS = (
    Door("/moi/avis", notices, "person"),
    Door("/moi/avis/contact", change, "person", "POST"),
    Door("/moi/avis/sans-contact", remove, "person", "POST"),
    Door("/moi/avis/verifier", confirm, "person", "POST"),
)


async def _done(visit: Visit, act: Act) -> Response:
    try:
        outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(act.fields), visit.say)
        return await _page(visit, errors, STATUS[problem.kind])
    return await done(visit, outcome, title=_SAVED, to=_BACK)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = [_shown(one, visit) for one in outcome.result.post.contacts]
    return visit.page(
        "person/notices.html",
        status=status,
        entry=outcome.entry,
        errors=errors,
        contacts=found,
        waits=any(one.waits for one in found),
        fields=forms.views(_CHANGE.fields, visit.values),
        words=forms.views(_CONFIRM.fields, visit.values),
    )


def _shown(one: ContactView, visit: Visit) -> Shown:
    proven = datetime.fromisoformat(one.proven) if one.proven else None
    return Shown(one.way, visit.say(_NAMES[one.way]), one.value, proven, one.waits)
