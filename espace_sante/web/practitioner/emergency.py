"""Declaring an emergency for one person, and confirming a colleague's. Refused, the page is that of a person unknown.

Guarantee: G4, G11.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, Outcome
from espace_sante.actions.refusals import NOTHING, sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.practitioner.pages import nothing_to_show
from espace_sante.web.practitioner.whom import moment_of, reference_in, shown_as

_BREAK = REGISTRY[ActId.BREAK_GLASS]
_CONFIRM = REGISTRY[ActId.CONFIRM_EMERGENCY]


async def declare_form(visit: Visit) -> Response:
    """Ask which emergency, and why. Nothing is chosen beforehand, and the page is the same for anybody."""
    return _declare(visit, reference_in(visit), {})


async def declare(visit: Visit) -> Response:
    """Open an emergency access to one person."""
    reference = reference_in(visit)
    try:
        outcome = await _done(visit, _BREAK, reference)
    except Problem as problem:
        if problem.code == NOTHING:
            return nothing_to_show(visit, reference, problem)
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_BREAK.fields), visit.say)
        return _declare(visit, reference, errors, STATUS[problem.kind])
    return _opened(visit, reference, outcome, confirmed=False)


async def confirm_form(visit: Visit) -> Response:
    """Ask for whom, and whose emergency."""
    return _confirm(visit, {})


async def confirm(visit: Visit) -> Response:
    """Confirm the emergency of a colleague."""
    try:
        reference = reference_in(visit)
    except Problem as problem:
        return _confirm(visit, {"person": sentence(problem, visit.say)}, STATUS[problem.kind])
    try:
        outcome = await _done(visit, _CONFIRM, reference)
    except Problem as problem:
        if problem.code == NOTHING:
            return nothing_to_show(visit, reference, problem)
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_CONFIRM.fields), visit.say)
        return _confirm(visit, errors, STATUS[problem.kind])
    return _opened(visit, reference, outcome, confirmed=True)


DOORS = (
    Door("/pro/urgence", declare_form, "practitioner", "POST"),
    Door("/pro/urgence/ouvrir", declare, "practitioner", "POST"),
    Door("/pro/urgence/confirmer", confirm_form, "practitioner"),
    Door("/pro/urgence/confirmer", confirm, "practitioner", "POST"),
)


async def _done(visit: Visit, act: Act, reference: str) -> Outcome:
    params = act.parse(forms.gathered(act.fields, visit.values))
    return await act.perform(visit.portal.frame, visit.ask(reference), params)


def _declare(visit: Visit, reference: str, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "practitioner/emergency.html",
        status=status,
        fields=forms.views(_BREAK.fields, visit.values),
        minutes=visit.portal.frame.settings.emergency_delay_minutes,
        person=shown_as(reference),
        errors=errors,
    )


def _confirm(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_CONFIRM.fields, visit.values)
    typed = visit.text("person")
    return visit.page("practitioner/emergency_confirm.html", status=status, fields=fields, typed=typed, errors=errors)


def _opened(visit: Visit, reference: str, outcome: Outcome, *, confirmed: bool) -> Response:
    glass = outcome.result
    return visit.page(
        "practitioner/emergency_opened.html",
        entry=outcome.entry,
        said=visit.say(outcome.sentence),
        starts=moment_of(glass.starts),
        ends=moment_of(glass.ends),
        waits=glass.waits,
        confirmed=confirmed,
        receipt=outcome.receipt.decode(),
        person=shown_as(reference),
    )
