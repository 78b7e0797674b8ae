"""A professional shows a card somebody handed him, or asks to read. What is refused is the page of a person unknown.

A code travels in a form, never in an address. Guarantee: G3, G11.
"""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.refusals import NOTHING, sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.card_code import PREFIX
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.practitioner.whom import reference_in

_CARD, _ASK = REGISTRY[ActId.USE_ACCESS_CARD], REGISTRY[ActId.REQUEST_ACCESS]
_CODE_LONGEST = 60


async def card_form(visit: Visit) -> Response:
    """Ask for the code, and the secret number when there is one."""
    return _card(visit, {})


async def card(visit: Visit) -> Response:
    """Show the card: it opens what she said, or nothing."""
    try:
        typed = visit.text("code").strip()[:_CODE_LONGEST].removeprefix(PREFIX)
        params = _CARD.parse({"pin": visit.text("pin")})
        outcome = await _CARD.perform(visit.portal.frame, visit.ask(PREFIX + typed.upper()), params)
    except Problem as problem:
        if problem.code == NOTHING:
            return visit.page(
                "practitioner/card.html",
                status=404,
                entry=problem.entry,
                nothing=sentence(problem, visit.say),
                fields=forms.views(_CARD.fields),
                errors={},
            )
        if not forms.is_for_the_form(problem):
            raise
        return _card(visit, forms.errors_of(problem, ("code", "pin"), visit.say), STATUS[problem.kind])
    return visit.page(
        "practitioner/card_used.html",
        entry=outcome.entry,
        person=f"id:{outcome.result.person}",
        ends=datetime.fromisoformat(outcome.result.ends),
        receipt=outcome.receipt.decode(),
    )


async def ask_form(visit: Visit) -> Response:
    """Ask whom, what, why, for how long."""
    return _ask(visit, {})


async def ask(visit: Visit) -> Response:
    """Send the request; the page that follows is the same for everybody."""
    names = ("person", *forms.names_of(_ASK.fields))
    try:
        reference = reference_in(visit)
        params = _ASK.parse(forms.gathered(_ASK.fields, visit.values))
        outcome = await _ASK.perform(visit.portal.frame, visit.ask(reference), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, names, visit.say)
        if problem.code == "identity-invalid":
            errors = {"person": sentence(problem, visit.say)}
        return _ask(visit, errors, STATUS[problem.kind])
    return visit.page("practitioner/asked.html", entry=outcome.entry, said=visit.say(outcome.sentence))


DOORS = (
    Door("/pro/carte", card_form, "practitioner"),
    Door("/pro/carte", card, "practitioner", "POST"),
    Door("/pro/demander", ask_form, "practitioner"),
    Door("/pro/demander", ask, "practitioner", "POST"),
)


def _card(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_CARD.fields)  # what was typed is not written back: a page may be kept
    return visit.page("practitioner/card.html", status=status, nothing="", fields=fields, errors=errors)


def _ask(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_ASK.fields, visit.values)
    return visit.page("practitioner/ask.html", status=status, typed=visit.text("person"), fields=fields, errors=errors)
