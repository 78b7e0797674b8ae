"""The page on which an agent notes that a person takes an envelope. Its own process: it knows no code, no text, no health.

What the document says is typed in, turned into a mark and forgotten; the answer never repeats it. Guarantee: G14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from espace_sante.debate.refused import SENTENCES
from espace_sante.envelopes.desks import Desks
from espace_sante.envelopes.mark_list import Answer, MarkList
from espace_sante.envelopes.marks import NotWritten, Shown
from espace_sante.kernel.i18n import mark
from espace_sante.web.debate.edge import Guest, House

PATH = "/debat/guichet"
_FIELDS = ("desk", "dossier", "name", "given", "born-day", "born-month", "born-year", "place")
_MISSING = mark("Il manque le nom, le prénom, la date ou le lieu de naissance.")
_DATE = mark("Cette date n’existe pas.")
_CHOOSE = mark("Choisissez un dossier.")


@dataclass(frozen=True, slots=True)
class Counter:
    """What the page works with."""

    lists: MarkList
    desks: Desks


async def asked(guest: Guest[Counter]) -> Response:
    """Show the form."""
    return _form(guest, dict.fromkeys(_FIELDS, ""), {})


async def noted(guest: Guest[Counter]) -> Response:
    """Note that a person takes an envelope, and say whether she may."""
    values = {name: guest.text(name) for name in _FIELDS}
    if not guest.register.desks.knows(values["desk"], guest.today):
        return _form(guest, values, {"desk": guest.say(SENTENCES["debate-no-desk"])}, 403)
    if values["dossier"] not in guest.register.lists.names():
        return _form(guest, values, {"dossier": guest.say(_CHOOSE)}, 422)
    try:
        born = date(*(int(values[f"born-{part}"]) for part in ("year", "month", "day")))
    except ValueError:
        return _form(guest, values, {"born": guest.say(_DATE)}, 422)
    try:
        answer = guest.register.lists.take(
            values["dossier"], Shown(values["name"], values["given"], born, values["place"])
        )
    except NotWritten:
        return _form(guest, values, {"name": guest.say(_MISSING)}, 422)
    return guest.page("debate/counter_answer.html", may_take=answer is Answer.MAY_TAKE, path=PATH)


async def alive(guest: Guest[Counter]) -> Response:
    """Say that this process answers."""
    return PlainTextResponse("prêt\n", headers={"Cache-Control": "no-store"})


def routes(house: House[Counter]) -> list[BaseRoute]:
    """Return the routes of the counters."""
    return [
        house.route(PATH, asked),
        house.route(PATH, noted, "POST"),
        house.route(f"{PATH}/pret", alive),
    ]


def _form(guest: Guest[Counter], values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    dossiers = guest.register.lists.names()
    return guest.page("debate/counter.html", status=status, values=values, errors=errors, dossiers=dossiers, path=PATH)
