"""The queue of pages that a person must read: the oldest first, why the machine stopped, who looked; one page, and what it asks.

What is done with a page is done by the same acts as from any channel. Guarantee: G4, G10. Source: inclusion.md CPN-05 to CPN-09.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.handle_page import OpenedPage
from espace_sante.actions.party_said import party_said
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.keeper.demand import PageLine
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.kernel.working_days import working_days_between
from espace_sante.web.counter.station import is_station
from espace_sante.web.counter.ways import NO_TIE, TIES
from espace_sante.web.edge import Door, Visit
from espace_sante.web.viewing import sheet_source

PATH = "/guichet/file"
# A page is read within one working day. Source: inclusion.md CPN-07.
LATE_AFTER = 1
_HANDLE, _RECEIVE = REGISTRY[ActId.HANDLE_PAGE], REGISTRY[ActId.RECEIVE_COUPON]
_FORMS = {act.form: act.name for act in PERSON_ACTS if act.form}
_AGAIN, _TYPED = "again", "typed"
WHY: Mapping[str, str] = MappingProxyType(
    {
        Doubt.NO_CODE.value: mark("Aucun code de coupon sur cette page."),
        Doubt.BLANK.value: mark("Un formulaire rempli à la main : une personne le lit toujours."),
        Doubt.ONE_CODE.value: mark("Un des deux codes manque ou ne se lit pas."),
        Doubt.SEVERAL.value: mark("Plusieurs coupons sur la même page."),
        Doubt.BENT.value: mark("La feuille est trop pliée pour savoir où sont les cases."),
        Doubt.NO_MARK.value: mark("Aucune case n’est cochée clairement."),
        Doubt.SEVERAL_MARKS.value: mark("Plusieurs cases sont cochées."),
        Doubt.UNCLEAR.value: mark("Une case est raturée, barrée ou marquée trop faiblement."),
        Doubt.WRITTEN.value: mark("Quelque chose est écrit à la main."),
        Doubt.UNSIGNED.value: mark("Il n’y a pas de signature."),
        "gives": mark("Elle donne quelque chose à quelqu’un : une personne la lit toujours."),
        "used": mark("Son numéro a déjà servi, ou la personne a repris depuis ce qu’elle demande."),
        "unknown": mark("Son code n’est pas reconnu ici, ou sa date est passée."),
        "refused": mark("Ce qu’elle demande n’a pas pu être fait."),
    }
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the queue as it is shown: its form, since when, why, who looked, whether it waits for too long."""

    line: PageLine
    title: str
    arrived: date
    why: tuple[str, ...]
    looked: str
    late: bool


async def queue(visit: Visit) -> Response:
    """Show what waits, the oldest first: nothing here says whose a page is."""
    _refuse_a_station(visit)
    outcome = await _HANDLE.perform(visit.portal.frame, visit.ask("", keyed=False), _HANDLE.parse({"step": "list"}))
    pages = [_waiting(visit, line) for line in outcome.result.pages]
    return visit.page("counter/queue.html", entry=outcome.entry, pages=pages, more=outcome.result.more)


async def look(visit: Visit) -> Response:
    """Open one page: her journal says that it was looked at."""
    return await _page(visit, {})


async def decide(visit: Visit) -> Response:
    """Do what the agent read on the page he looked at: a box, or that it cannot be read, or that he entered it by hand."""
    chosen, tie = visit.text("choice"), visit.text("tie")
    if errors := _missing(visit, chosen, tie):
        return await _page(visit, errors, 400)
    named = {"page": visit.request.path_params["page"]}
    said = tie.removeprefix(NO_TIE)
    if said:  # nothing of what the page asks goes with it: the keeper refuses, and the page waits for another agent
        chosen = _AGAIN
    by_box = chosen not in (_AGAIN, _TYPED)
    act, values = (_RECEIVE, named | {"box": chosen}) if by_box else (_HANDLE, named | {"step": chosen})
    request = replace(visit.ask(""), tie=said)
    outcome = await act.perform(visit.portal.frame, request, act.parse(values))
    return visit.page("counter/queue_done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=PATH)


def _missing(visit: Visit, chosen: str, tie: str) -> dict[str, str]:
    """Say what the agent did not say: whoever is tied to the person does nothing with her page, and says so instead."""
    errors = {}
    if tie not in dict(TIES):
        errors["tie"] = visit.say(mark("Dites si vous connaissez cette personne, hors de votre travail."))
    if not chosen and tie in ("", NO_TIE):
        errors["choice"] = visit.say(mark("Dites ce que la feuille demande."))
    return errors


DOORS = (
    Door(PATH, queue, "agent"),
    Door(f"{PATH}/{{page}}", look, "agent"),
    Door(f"{PATH}/{{page}}", decide, "agent", "POST"),
)


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    _refuse_a_station(visit)
    asked = _HANDLE.parse({"step": "look", "page": visit.request.path_params["page"]})
    outcome = await _HANDLE.perform(visit.portal.frame, visit.ask("", keyed=False), asked)
    opened: OpenedPage = outcome.result
    png = await opened.sheet.png(visit.portal.frame)
    return visit.page(
        "counter/queue_page.html",
        status=status,
        entry=outcome.entry,
        pictures=True,
        one=_waiting(visit, opened.line),
        picture=sheet_source(png),
        choices=_choices(visit, opened),
        by_hand=not opened.boxes,
        ties=[(one, visit.say(words)) for one, words in TIES],
        tie=visit.text("tie"),
        choice=visit.text("choice"),
        to=f"{PATH}/{opened.line.page}",
        errors=errors,
    )


def _choices(visit: Visit, opened: OpenedPage) -> list[tuple[str, str]]:
    """Return what the page may ask, each in full, as it is printed; then what to do when none is clear."""
    found = [(str(number), _asked(visit, act, whom)) for number, (act, whom) in enumerate(opened.boxes, 1)]
    if not opened.boxes:
        found.append((_TYPED, visit.say(mark("J’ai entré moi-même ce qu’elle demande, dans « Par courrier »."))))
    known = opened.line.known
    again = mark("On ne peut pas savoir : ne rien faire, et écrire à la personne.")
    return [
        *found,
        (_AGAIN, visit.say(again if known else mark("On ne peut pas savoir de qui elle vient : la laisser."))),
    ]


def _asked(visit: Visit, act: str, whom: str) -> str:
    if not act:
        return visit.say(mark("Non : elle ne demande rien, et rien ne change."))
    name = visit.say(REGISTRY[ActId(act)].name)
    if not whom:
        return visit.say(mark("Oui : %(act)s.")) % {"act": name}
    return visit.say(mark("Oui : %(act)s, %(whom)s.")) % {
        "act": name,
        "whom": party_said(whom, visit.say, visit.portal.name_of),
    }


def _waiting(visit: Visit, line: PageLine) -> Waiting:
    arrived = date.fromisoformat(line.arrived)
    title = visit.say(_FORMS[line.form]) if line.form in _FORMS else visit.say(mark("Une feuille sans code"))
    why = tuple(visit.say(WHY[one]) for one in line.why)
    today = visit.portal.frame.now().date()
    late = working_days_between(arrived, today, most=LATE_AFTER + 1) > LATE_AFTER
    return Waiting(line, title, arrived, why, ", ".join(line.looked), late)


def _refuse_a_station(visit: Visit) -> None:
    if is_station(visit):
        raise Problem(Kind.FORBIDDEN, "wrong-role")
