"""The printing station of a counter: what waits there, by number, and each thing taken once. It has an account of its own.

No agent's session opens these pages; the station's opens no other. Guarantee: G10. Source: inclusion.md PAR-14.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.actions.print_jobs import STATION, said_number, take_job, waiting_jobs
from espace_sante.actions.sign_in import session_of
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.counter.printing import printed
from espace_sante.web.edge import Door, Visit

HOME = "/guichet/poste"


def is_station(visit: Visit) -> bool:
    """Say whether the account signed in is that of a printing station."""
    return visit.signed_in.profession == STATION


async def waiting(visit: Visit) -> Response:
    """Show what waits to be printed here: numbers and kinds, nothing of what is in it nor of whose it is."""
    _only_a_station(visit)
    jobs = await waiting_jobs(visit.portal.frame, session_of(visit.token))
    shown = [(one.reference, said_number(one.reference), one.act.name, one.at) for one in jobs]
    return visit.page("counter/station.html", jobs=shown)


async def take(visit: Visit) -> Response:
    """Give what waits under one number, once, as a file for the printer."""
    _only_a_station(visit)
    job, outcome = await take_job(visit.portal.frame, session_of(visit.token), visit.text("job")[:64])
    return await printed(visit, job.act, outcome, said_number(job.reference))


def _only_a_station(visit: Visit) -> None:
    if not is_station(visit):
        raise Problem(Kind.FORBIDDEN, "wrong-role")


DOORS = (Door(HOME, waiting, "agent"), Door(HOME, take, "agent", "POST"))
