"""Doing what a form asks, or saying what to show in it again: one way for every page that has a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from espace_sante.actions.act import Act, Outcome, Values
from espace_sante.actions.frame import Request
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Visit


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was typed is not as it should be: its errors, by field, and the status of the page that shows them."""

    errors: dict[str, str]
    status: int


async def attempt(
    visit: Visit,
    act: Act,
    *,
    values: Values | None = None,
    asked: Request | None = None,
    names: Sequence[str] = (),
    told: frozenset[str] = frozenset(),
) -> Outcome | Wrong:
    """Do an act with what a page typed; return what it did, or what its form has to say.

    `values`: what was typed unless given; `asked`: as who, herself unless given; `names`: the fields of the form, those of the act
    unless given; `told`: codes of refusals that are shown in this form too. Any other Problem goes on to the edge.
    """
    try:
        params = act.parse(visit.values if values is None else values)
        return await act.perform(visit.portal.frame, visit.ask() if asked is None else asked, params)
    except Problem as problem:
        if problem.code not in told and not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, names or forms.names_of(act.fields), visit.say)
        return Wrong(errors, STATUS[problem.kind])
