"""Her will for an emergency: what she said, saying something else, never; and who opened what, when. Guarantee: G4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.line_said import JournalLine, line_of
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import EmergencyView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.documents import view_of
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.access import covered
from espace_sante.web.person.results import done

_SAY = REGISTRY[ActId.SET_EMERGENCY_WILL]
_NEVER = REGISTRY[ActId.REFUSE_EMERGENCY]
_BACK = ("/moi/urgence", mark("Voir ce que j’ai dit pour l’urgence"))
_LINES = "500"  # of her journal; older emergencies are read there


@dataclass(frozen=True, slots=True)
class Answered:
    """What she said: each question, what may be read, since when (None: she never answered)."""

    regulator: bool
    bedside: bool
    hidden: bool
    what: str
    since: datetime | None

    @property
    def said(self) -> str:
        """Return it in a few words: whom she lets read; nobody until she answers."""
        if not self.since:
            return mark("personne ne lit. Vous n’avez pas répondu.")
        if not self.what:
            return mark("personne ne lit. Vous avez dit jamais.")
        if self.regulator and self.bedside:
            return mark("le médecin qui répond à l’appel, et un professionnel auprès de vous.")
        if self.regulator:
            return mark("le médecin qui répond à l’appel (15, 112).")
        return mark("un professionnel auprès de vous.")


async def shown(visit: Visit) -> Response:
    """Show her answers, and every emergency of the last lines of her journal."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": _LINES}))
    page: JournalPage = outcome.result
    return visit.page(
        "person/emergency.html",
        entry=outcome.entry,
        answered=answered(visit, page.emergency),
        lines=_lines(visit, page),
        older=page.n > len(page.records),
    )


async def answer_form(visit: Visit) -> Response:
    """Show the questions, nothing ticked beforehand, whatever was answered before."""
    return await _form(visit, {})


async def answer(visit: Visit) -> Response:
    """Keep her answers."""
    try:
        params = _SAY.parse(forms.gathered(_SAY.fields, visit.values))
        outcome = await _SAY.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_SAY.fields), visit.say)
        return await _form(visit, errors, STATUS[problem.kind])
    return await done(visit, outcome, title=mark("Vos réponses sont notées"), to=_BACK)


async def never(visit: Visit) -> Response:
    """Never, for everything: one button, nothing to fill in."""
    outcome = await _NEVER.perform(visit.portal.frame, visit.ask(), _NEVER.parse(visit.values))
    return await done(visit, outcome, title=mark("En urgence, personne ne lit"), to=_BACK)


def answered(visit: Visit, view: EmergencyView) -> Answered:
    """Return what she said, as pages show it."""
    what = covered(visit, view.scope, view.categories, view.documents) if view.scope else ""
    since = datetime.fromisoformat(view.since) if view.since else None
    return Answered(view.regulator, view.bedside, view.hidden, what, since)


DOORS = (
    Door("/moi/urgence", shown, "person"),
    Door("/moi/urgence/repondre", answer_form, "person"),
    Door("/moi/urgence/repondre", answer, "person", "POST"),
    Door("/moi/urgence/jamais", never, "person", "POST"),
)


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "200"}))
    documents = [(one.document, view_of(one.document, one.meta).title) for one in outcome.result.lines]
    fields = {view.name: view for view in forms.views(_SAY.fields, visit.values, documents=documents)}
    return visit.page("person/emergency_form.html", status=status, entry=outcome.entry, fields=fields, errors=errors)


def _lines(visit: Visit, page: JournalPage) -> list[JournalLine]:
    return [
        line_of(record, reference, document, visit.say, visit.portal.name_of)
        for record, reference, document in zip(page.records, page.references, page.documents, strict=True)
        if _is_emergency(record)
    ]


def _is_emergency(record: Mapping[str, Any]) -> bool:
    """Say whether a line is an emergency declared, confirmed or tried, or a reading that one showed."""
    if record["act"] in (ActId.BREAK_GLASS, ActId.CONFIRM_EMERGENCY) or "glass" in record["basis"]:
        return True
    return any(one.startswith("glass:") for one in record["objects"])
