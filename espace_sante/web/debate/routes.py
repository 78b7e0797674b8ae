"""Every address of the debate. Its own process serves them; the portal only passes them on (web/debate_door.py)."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from espace_sante.debate.register import Register
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.debate import pages, taking_part
from espace_sante.web.debate.edge import Handler, House, Reader

ONE = "/debat/dossiers/{dossier}"
DOORS: tuple[tuple[str, str, Handler[Register]], ...] = (
    ("/debat", "GET", pages.index),
    ("/debat/comment", "GET", pages.how),
    ("/debat/moderation", "GET", pages.moderation),
    ("/debat/decisions", "GET", pages.decisions),
    ("/debat/decisions.atom", "GET", pages.feed),
    ("/debat/journal.jsonl", "GET", pages.log),
    ("/debat/journal/checkpoint", "GET", pages.head),
    ("/debat/journal/cle", "GET", pages.key),
    ("/debat/pret", "GET", pages.alive),
    ("/debat/formulaires/ES-110.pdf", "GET", pages.blank_form),
    (f"{ONE}/ES-111.pdf", "GET", pages.blank_ballot),
    (ONE, "GET", pages.one),
    (f"{ONE}/ecrire", "GET", taking_part.writing),
    (f"{ONE}/ecrire", "POST", taking_part.write),
    (f"{ONE}/courrier", "GET", taking_part.typing),
    (f"{ONE}/courrier", "POST", taking_part.type_in),
    (f"{ONE}/voter", "GET", taking_part.voting),
    (f"{ONE}/voter", "POST", taking_part.vote),
    (f"{ONE}/bulletin", "GET", taking_part.ballot_typing),
    (f"{ONE}/bulletin", "POST", taking_part.type_ballot_in),
    (f"{ONE}/mon-texte", "GET", taking_part.finding),
    (f"{ONE}/mon-texte", "POST", taking_part.find),
    (f"{ONE}/contester", "POST", taking_part.contest),
)


async def nothing(guest: Reader) -> Response:
    """Answer any other address."""
    raise Problem(Kind.NOT_FOUND, "page-unknown")


def routes(house: House[Register]) -> list[BaseRoute]:
    """Return the routes of the debate."""
    elsewhere = [house.route("/debat/{path:path}", nothing, method) for method in ("GET", "POST")]
    return [*(house.route(path, handler, method) for path, method, handler in DOORS), *elsewhere]
