"""Who may act for her by law: seen whole, contested with one button. Guarantee: G2, G10. Source: docs/decisions/0060."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.record_representation import DECIDED
from espace_sante.actions.registry import REGISTRY
from espace_sante.identity.legal_tables import Measure, measures
from espace_sante.identity.representation import Phase
from espace_sante.keeper.demand import RepresentationView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done

_STATES = {
    Phase.TO_CONFIRM.value: (mark("Un second agent doit vérifier"), "yellow"),
    Phase.NOT_YET.value: (mark("Pas encore commencé"), "yellow"),
    Phase.STANDS.value: (mark("Peut agir"), "blue"),
    Phase.SUSPENDED.value: (mark("Suspendu"), "grey"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One power as her page shows it."""

    number: str
    name: str
    measure: str
    basis: str
    starts: date
    ends: date
    state: str
    colour: str
    contestable: bool
    acts: str


async def representatives(visit: Visit) -> Response:
    """Show who may act for her by law."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    shown = [_shown(visit, one) for one in outcome.result.representations]
    return visit.page("person/representatives.html", entry=outcome.entry, powers=shown)


async def contest(visit: Visit) -> Response:
    """Suspend one, and nothing asked of her."""
    act = REGISTRY[ActId.CONTEST_REPRESENTATION]
    try:
        outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
    except Problem as problem:
        if problem.code != "representation-unknown":
            raise
        return see_other("/moi/representants")
    to = ("/moi/representants", mark("Voir qui peut agir pour moi"))
    return await done(visit, outcome, title=mark("C’est suspendu"), to=to)


DOORS = (
    Door("/moi/representants", representatives, "person"),
    Door("/moi/representants/contester", contest, "person", "POST"),
)


def _shown(visit: Visit, one: RepresentationView) -> Shown:
    state, colour = _STATES[one.phase]
    return Shown(
        one.number,
        one.name,
        visit.say(measures()[Measure(one.measure)].words),
        one.basis,
        date.fromisoformat(one.starts),
        date.fromisoformat(one.ends),
        visit.say(state),
        colour,
        one.phase != Phase.SUSPENDED.value,
        ", ".join(visit.say(words) for act, words in DECIDED if act in one.acts),
    )
