"""The numbered sheets of a counter: printed beforehand, taken on a round, what became of each. Numbers alone are shown.

Entering one is the way `feuille` of `ways.py`. Guarantee: G10. Source: inclusion.md PAR-20; docs/decisions/0084.
"""

from __future__ import annotations

from datetime import date

from starlette.responses import RedirectResponse, Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Nature
from espace_sante.actions.keep_sheets import LOOK, OUT, PRINT
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.consent.sheets import said_sheet
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark, say_date
from espace_sante.web import forms
from espace_sante.web.counter import station
from espace_sante.web.edge import STATUS, Door, Visit

HOME = "/guichet/feuilles"
_ACT = REGISTRY[ActId.KEEP_SHEETS]
_BY_NAME = {field.name: field for field in _ACT.fields}
# What may be said of sheets that are named, in the words of the list.
_BECOME = (
    ("back", mark("Elles reviennent, non écrites")),
    ("void", mark("Elles sont abîmées ou annulées")),
    ("lost", mark("Elles sont perdues")),
)


async def look(visit: Visit) -> Response:
    """Show how the sheets of this counter stand: how many are there, which are not, which are late."""
    if station.is_station(visit):
        return RedirectResponse(station.HOME, 303)
    return await _page(visit, {})


async def change(visit: Visit) -> Response:
    """Print some, take some, or say what became of some."""
    try:
        params = _ACT.parse(forms.gathered(_ACT.fields, visit.values))
        outcome = await _ACT.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        names = ("numbers", "what") if visit.text("what") not in (PRINT, OUT) else ("count", "back")
        return await _page(visit, forms.errors_of(problem, names, visit.say), STATUS[problem.kind])
    return _shown(visit, outcome.result, outcome.entry)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    outcome = await _ACT.perform(visit.portal.frame, visit.ask(""), _ACT.parse({"what": LOOK}))
    return _shown(visit, outcome.result, outcome.entry, errors, status)


def _shown(
    visit: Visit, found: object, entry: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    what = visit.text("what")
    wrong, typed = errors or {}, visit.values if errors else {}
    view = {name: forms.views([field], typed)[0] for name, field in _BY_NAME.items()}
    return visit.page(
        "counter/sheets.html",
        status=status,
        entry=entry,
        found=found,
        what="" if errors else what,
        said=said_sheet,
        day=lambda text: say_date(date.fromisoformat(text), visit.language),
        count=view["count"],
        back=view["back"],
        numbers=view["numbers"],
        become=[(code, visit.say(words)) for code, words in _BECOME],
        chosen=what,
        acts=[
            (act.form, f"{act.form}, {visit.say(act.name)}") for act in PERSON_ACTS if act.nature is not Nature.READING
        ],
        errors=wrong,
    )


DOORS = (Door(HOME, look, "agent"), Door(HOME, change, "agent", "POST"))
