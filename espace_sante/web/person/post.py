"""What she wants by post: where her letters go, how they are written, those that come by themselves. All off until she says so.

Guarantee: G5, G10.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.will_said import post_said
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.results import done

_GIVE, _REMOVE = REGISTRY[ActId.GIVE_ADDRESS], REGISTRY[ActId.REMOVE_ADDRESS]
_ASK, _STOP = REGISTRY[ActId.ASK_REMINDERS], REGISTRY[ActId.STOP_REMINDERS]
_CHOOSE = REGISTRY[ActId.CHOOSE_LETTERS]
# The page asks for each letter alone: how often is then due, and which one is known.
_OFTEN = tuple(replace(field, required=True) for field in _ASK.fields if field.name == "months")
_BACK = ("/moi/courrier", mark("Revenir à votre courrier"))
_SAVED = mark("Votre choix est enregistré")


async def post(visit: Visit) -> Response:
    """Show where her letters go, and which letters she asked for. Nothing is chosen beforehand."""
    return await _page(visit, {})


async def give(visit: Visit) -> Response:
    """Say where letters reach her."""
    return await _done(visit, _GIVE)


async def remove(visit: Visit) -> Response:
    """Have them wait at the counter."""
    return await _done(visit, _REMOVE)


async def ask(visit: Visit) -> Response:
    """Ask for the letter named in the form."""
    return await _done(visit, _ASK)


async def stop(visit: Visit) -> Response:
    """Ask for it no more."""
    return await _done(visit, _STOP)


async def choose(visit: Visit) -> Response:
    """Say how her letters are written."""
    return await _done(visit, _CHOOSE)


DOORS = (
    Door("/moi/courrier", post, "person"),
    Door("/moi/courrier/adresse", give, "person", "POST"),
    Door("/moi/courrier/guichet", remove, "person", "POST"),
    Door("/moi/courrier/forme", choose, "person", "POST"),
    Door("/moi/courrier/rappel", ask, "person", "POST"),
    Door("/moi/courrier/sans-rappel", stop, "person", "POST"),
)


async def _done(visit: Visit, act: Act) -> Response:
    found = await attempt(visit, act)
    if isinstance(found, Wrong):
        return await _page(visit, found.errors, found.status)
    return await done(visit, found, title=_SAVED, to=_BACK)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = outcome.result.post
    where, reminder, quarterly, written = post_said(found, visit.say)
    return visit.page(
        "person/post.html",
        status=status,
        entry=outcome.entry,
        errors=errors,
        where=where,
        address=found.address,
        halted=found.halted,
        at_counter=found.form.counter,
        reminder=reminder,
        quarterly=quarterly,
        quarterly_since=datetime.fromisoformat(found.quarterly) if found.quarterly else None,
        since=datetime.fromisoformat(found.since) if found.since else None,
        fields=forms.views(_GIVE.fields, visit.values),
        often=forms.views(_OFTEN, visit.values),
        written=written,
        form=forms.views(_CHOOSE.fields, visit.values),
    )
