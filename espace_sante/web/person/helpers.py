"""Her helpers: whom she named, for what, until when; naming one, its code shown once, ending one. Guarantee: G2, G10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.mandate_words import acts_said
from espace_sante.actions.name_helper import NamedHelper
from espace_sante.actions.printed_mandate import printed_mandate
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import MandateView
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.edge import Door, Visit, file_answer
from espace_sante.web.person.results import done

_NAME, _END = REGISTRY[ActId.NAME_HELPER], REGISTRY[ActId.END_MANDATE]
_BACK = ("/moi/aidants", mark("Voir mes aidants"))
_SHEET_BYTES = 4_000
_ENCODE, _DECODE = msgspec.json.Encoder().encode, msgspec.json.Decoder(NamedHelper).decode
_STATES = {
    "check": (mark("Un agent doit encore vérifier la feuille"), "yellow"),
    "waiting": (mark("N’a pas encore accepté"), "yellow"),
    "active": (mark("Peut agir"), "blue"),
}


@dataclass(frozen=True, slots=True)
class HelperShown:
    """One mandate as her page shows it."""

    number: str
    name: str
    structure: str
    state: str
    colour: str
    active: bool
    acts: tuple[str, ...]
    reads: bool
    hidden: bool
    ends: datetime


async def helpers(visit: Visit) -> Response:
    """Show her helpers, and the form that names one. Nothing is chosen beforehand."""
    return await _page(visit, {})


async def name(visit: Visit) -> Response:
    """Name a helper; this page is the only place where the code is shown."""
    found = await attempt(visit, _NAME)
    if isinstance(found, Wrong):
        return await _page(visit, found.errors, found.status)
    return _named(visit, found)


async def as_pdf(visit: Visit) -> Response:
    """Give both copies to print, from what the page before carried: the service keeps no code."""
    try:
        named = _DECODE(visit.text("sheet")[:_SHEET_BYTES])
        pdf = await run_in_threadpool(
            printed_mandate, named, visit.say, language=visit.language.value, at=visit.portal.frame.now()
        )
    except (msgspec.MsgspecError, ValueError, KeyError, OverflowError):
        raise Problem(Kind.INVALID, "demand-invalid") from None
    return file_answer(pdf, "application/pdf", "mandat.pdf")


async def end(visit: Visit) -> Response:
    """End one mandate at once, or all of them."""
    outcome = await _END.perform(visit.portal.frame, visit.ask(), _END.parse(visit.values))
    return await done(visit, outcome, title=mark("Le mandat est arrêté"), to=_BACK)


DOORS = (
    Door("/moi/aidants", helpers, "person"),
    Door("/moi/aidants", name, "person", "POST"),
    Door("/moi/aidants/imprimer", as_pdf, "person", "POST"),
    Door("/moi/aidants/arreter", end, "person", "POST"),
)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = [_shown(visit, one) for one in outcome.result.mandates]
    asked = [one for one in _NAME.fields if one.name != "message"]  # here she says it herself
    fields = forms.views(asked, visit.values)
    return visit.page(
        "person/helpers.html", status=status, entry=outcome.entry, helpers=found, fields=fields, errors=errors
    )


def _shown(visit: Visit, one: MandateView) -> HelperShown:
    state, colour = _STATES[one.state]
    return HelperShown(
        one.number,
        one.helper or one.name,
        one.structure,
        visit.say(state),
        colour,
        one.state == "active",
        tuple(visit.say(words) for words in acts_said(one.acts)),
        one.reads,
        one.hidden,
        datetime.fromisoformat(one.ends),
    )


def _named(visit: Visit, outcome: Outcome) -> Response:
    named: NamedHelper = outcome.result
    return visit.page(
        "person/helper_named.html",
        entry=outcome.entry,
        named=named,
        said=visit.say(outcome.sentence),
        ends=datetime.fromisoformat(named.ends),
        sealed=_ENCODE(named).decode(),
        receipt=outcome.receipt.decode(),
    )
