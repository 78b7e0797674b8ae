"""The end: what closing does, her journal and receipts first, one question whose answer is never ticked beforehand. Guarantee: G8."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.department import DEPARTMENT
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, file_answer, see_other
from espace_sante.web.person.results import done
from espace_sante.web.taking_away import packed


async def ask(visit: Visit) -> Response:
    """Say what will happen, offer what she may take away, and ask."""
    return _form(visit, {})


async def take_away(visit: Visit) -> Response:
    """Give her journal, its proofs and her receipts as one file."""
    act = REGISTRY[ActId.EXPORT_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({}))
    data = await run_in_threadpool(packed, outcome.result)
    return file_answer(data, "application/zip", "journal-et-recus.zip", entry=outcome.entry)


async def close(visit: Visit) -> Response:
    """Close, erasing or keeping as she says; a no leads back, nothing changed."""
    match visit.text("sure"):
        case "no":
            return see_other("/moi")
        case "yes":
            return await _close(visit, {"sure": "yes", DEPARTMENT.name: visit.text(DEPARTMENT.name)})
        case "archive" if visit.text("archive_years").strip() in ("", "0"):
            return _form(visit, {"archive_years": visit.say(mark("Écrivez un nombre d’années, de 1 à 10."))}, 400)
        case "archive":
            years = visit.text("archive_years").strip()
            said = {"sure": "yes", "archive_years": years, DEPARTMENT.name: visit.text(DEPARTMENT.name)}
            return await _close(visit, said)
        case _:
            return _form(visit, {"sure": visit.say(mark("Choisissez une réponse."))}, 400)


DOORS = (
    Door("/moi/fermer", ask, "person"),
    Door("/moi/fermer", close, "person", "POST"),
    Door("/moi/fermer/dossier.zip", take_away, "person"),
)


async def _close(visit: Visit, values: dict[str, str]) -> Response:
    act = REGISTRY[ActId.CLOSE_SPACE]
    try:
        outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        return _form(
            visit, forms.errors_of(problem, ("archive_years", DEPARTMENT.name), visit.say), STATUS[problem.kind]
        )
    kept = "archive_years" in values
    to = ("/moi", mark("Voir mon archive")) if kept else ("/", "")
    return await done(visit, outcome, title=mark("Votre espace est fermé"), to=to, kept=kept)


def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "person/close.html",
        status=status,
        errors=errors,
        chosen=visit.text("sure") or None,
        years=visit.text("archive_years"),
        department=forms.department_view(visit.text(DEPARTMENT.name)),
    )
